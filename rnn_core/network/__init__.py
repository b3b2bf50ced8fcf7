"""The network: its cells, and from word ids to a loss and back."""
