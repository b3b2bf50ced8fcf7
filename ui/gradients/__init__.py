"""The gradient laboratory: a part of it a file."""
