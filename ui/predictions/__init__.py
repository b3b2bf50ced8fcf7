"""The Predictions page's parts: one sentence in detail."""
