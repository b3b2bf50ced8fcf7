"""How long tests wait for what should come. No test asserts a time: this is when something that never comes has failed."""

PATIENCE_SECONDS = 300.0
"""Long enough for the busiest machine."""
