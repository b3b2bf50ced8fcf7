"""An experiment or a network handed on: documents, links, model files and scripts."""
