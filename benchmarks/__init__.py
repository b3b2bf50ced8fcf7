"""How fast, how small, and against what: `python -m benchmarks` prints the ratios."""
