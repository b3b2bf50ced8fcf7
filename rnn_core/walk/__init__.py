"""One sentence through the unrolled network: every number of the way there, of the way back and of one update."""
