"""Parts of the page that walks one sentence through the unrolled network."""
