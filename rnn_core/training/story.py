"""What happened in a run, and when: the events that a learning curve is read for.

A finding judges a run; a story only names the epochs of its turns, so that they can be marked on the curve.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.data.bounds import Bounds
from rnn_core.training.findings import Excursion, falls, plateau_epochs
from rnn_core.training.history import History

DROP_SHARE = 0.5
"""A drop is a fall of the train loss by this share of the loss at chance."""
MEDIAN = 9
"""Medians over so many epochs hide short spikes, whose way down is no drop."""
MOST_STRETCHES = 1_000
"""A longer run is looked at in so many stretches of epochs."""


class Stretch(NamedTuple):
    """Epochs from the first to the last, counted from 1."""

    first: int
    last: int


class Story(NamedTuple):
    """The turns of a run. Each is None, or empty, where it did not happen."""

    plateau: Stretch | None = None
    """from the start, the loss near chance"""
    drop: Stretch | None = None
    """the fewest epochs in which the train loss falls by half of the loss at chance"""
    perfect: int | None = None
    """the first epoch with every training sentence right"""
    falls: tuple[Excursion, ...] = ()
    """after that, each stretch under 98 %"""
    lowest_test: int | None = None
    """the epoch of the lowest test loss"""


def story(history: History, bounds: Bounds) -> Story:
    """Return the turns of a run as far as it has come."""
    plateau, tests = plateau_epochs(history, bounds), history.columns.test_loss
    return Story(
        Stretch(1, plateau) if plateau else None,
        _drop(history.columns.train_loss, DROP_SHARE * bounds.chance_loss),
        history.first_perfect_epoch(),
        falls(history),
        int(np.argmin(np.where(np.isfinite(tests), tests, np.inf))) + 1 if np.isfinite(tests).any() else None,
    )


def _drop(loss: Floats, depth: float) -> Stretch | None:
    """Return the shortest stretch over which the loss, rid of short spikes, falls by this much; of equals the first."""
    if len(loss) < MEDIAN or not np.isfinite(loss).all():
        return None
    width = -(-len(loss) // MOST_STRETCHES)
    calm = np.median(np.lib.stride_tricks.sliding_window_view(loss / 2, MEDIAN), axis=1)[::width] * 2
    best: tuple[int, int] | None = None
    heights: list[float] = []  # of the epochs that no later one is as high as, negated: ever larger
    places: list[int] = []
    for now, value in enumerate(calm.tolist()):
        since = bisect_right(heights, -(value + depth)) - 1
        if since >= 0 and (best is None or now - places[since] < best[1] - best[0]):
            best = places[since], now
        while heights and heights[-1] >= -value:
            heights.pop()
            places.pop()
        heights.append(-value)
        places.append(now)
    if best is None:
        return None
    middle = MEDIAN // 2 + 1
    return Stretch(best[0] * width + middle, best[1] * width + middle)
