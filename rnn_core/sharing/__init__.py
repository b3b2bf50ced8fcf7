"""Sharing an experiment or a network: documents, links, model files and scripts."""
