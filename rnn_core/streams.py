"""Independent streams of random numbers, one a purpose, all from one seed."""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, *purpose: str) -> np.random.Generator:
    """The generator for one named purpose, such as ("weights", "W_hh") or ("order",).

    The name, not the order of the calls, chooses the stream (SeedSequence's spawn keys): another cell or one more
    parameter leaves the order of the sentences, and every other parameter's first weights, as they were.
    """
    keys = tuple(zlib.crc32(part.encode()) for part in purpose)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=keys)))
