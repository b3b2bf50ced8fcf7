"""The Predictions page's parts: which network is asked, one sentence in detail, and all sentences."""
