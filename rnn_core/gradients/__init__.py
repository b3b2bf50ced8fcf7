"""Gradients looked into: is one right, where does it go, what is done with it."""
