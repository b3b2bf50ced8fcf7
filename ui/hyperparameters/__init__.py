"""The Hyperparameters page's parts."""
