"""Gradients examined: check, flow through time, spectrum, and one update in detail."""
