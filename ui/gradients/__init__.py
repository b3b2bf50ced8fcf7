"""The Gradients page's parts, one file for each tab."""
