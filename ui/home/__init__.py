"""The home page's parts: the network that reads, and the four ways on."""
