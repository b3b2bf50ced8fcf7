"""Independent streams of random numbers from one seed, one stream for each purpose."""

from __future__ import annotations

import zlib

import numpy as np

from rnn_core.arrays import Ints


def stream(seed: int, *purpose: str) -> np.random.Generator:
    """Return the random generator for a purpose, such as ("weights", "W_hh") or ("order",).

    The stream depends on the name of the purpose, not on the order of the calls (the name gives the spawn key of a SeedSequence).
    So another cell, or one more parameter, changes neither the order of the sentences nor the initial values of other parameters.
    """
    keys = tuple(zlib.crc32(part.encode()) for part in purpose)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=keys)))


def permutation(generator: np.random.Generator, count: int) -> Ints:
    """Return the numbers below count in random order, the same as Generator.permutation draws.

    A list is shuffled: for an array NumPy releases Python's lock, which beside a busy thread costs as much as several epochs.
    """
    order = list(range(count))
    generator.shuffle(order)
    return np.array(order)
