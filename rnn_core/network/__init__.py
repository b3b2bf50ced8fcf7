"""The network: cells, parameters, forward and backward pass, and the model."""
