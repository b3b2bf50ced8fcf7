"""The schedule of the learning rate: multiplied by a factor after every so many epochs."""

from __future__ import annotations

import math


def scheduled_rate(rate: float, factor: float, every: int, epoch: int) -> float:
    """Return the learning rate of an epoch (from 1): rate times factor for every full `every` epochs before it."""
    try:
        return rate * factor ** ((epoch - 1) // every)
    except OverflowError:  # a factor above 1, applied many times: training will report that it diverges
        return math.inf
