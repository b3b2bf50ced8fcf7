"""One file a cell: its equations, forward, backward, nothing else."""
