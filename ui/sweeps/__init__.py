"""Parts of the Sweeps page: what is swept, how far it is, what came out."""
