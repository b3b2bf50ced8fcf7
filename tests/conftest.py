"""What every test shares: examples found by Hypothesis are the same on every machine, and no example is a matter of speed."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unrolled", deadline=None, derandomize=True, database=None, max_examples=60)
settings.load_profile("unrolled")
