"""Which update clipping changed most: the epochs after a run's snapshots done again, update by update."""

from __future__ import annotations

import math
from typing import NamedTuple

from rnn_core.arrays import Floats
from rnn_core.engine.kernel import on
from rnn_core.training.history import GradientStatistics
from rnn_core.training.replay import MOST_PRODUCTS, Replay
from rnn_core.training.run import Run

UPDATE_PRODUCTS = 3e4
"""Multiplications that the time for one call of the loop would do."""


class ClippedUpdate(NamedTuple):
    """The update that clipping changed most in the epochs that follow a snapshot, and the network before it."""

    epoch: int
    update: int
    """within the epoch, from 1"""
    rows: tuple[int, ...]
    """rows of the dataset, from 1, that shared the update"""
    removed: float
    """norm of what clipping removed from the whole gradient"""
    vector: Floats
    """parameters before the update"""
    memory: Floats
    """what the optimizer remembered before it"""
    steps: int
    """updates done before it"""
    searched: int
    """epochs whose updates were compared, or that cannot have one that clipping changed more"""
    epochs: int
    """epochs that follow a snapshot and have an update that clipping changed"""


def clipped_epochs(run: Run) -> tuple[int, ...]:
    """Return the epochs that follow a snapshot and have an update that clipping changed, those with the largest gradient first."""
    clipped = run.history.gradient(None, "updates_clipped")
    largest = run.history.gradient(None, "norm_before_max")
    epochs = [kept + 1 for kept in run.kept if kept < len(run.history) and clipped[kept] > 0]
    return tuple(sorted(epochs, key=lambda epoch: -largest[epoch - 1]))


def most_clipped(run: Run) -> ClippedUpdate | None:
    """Find the update from whose gradient clipping removed the part with the largest norm, in the epochs that follow a snapshot.

    Clipping removes no more than there is, so epochs are left out whose largest gradient is smaller than what was found.
    None where clipping changed no such update, or where replaying one epoch would take too long.
    """
    epochs = clipped_epochs(run)
    affordable = int(MOST_PRODUCTS[run.path] / _products(run))
    if not epochs or not affordable:
        return None
    largest = run.history.gradient(None, "norm_before_max")
    found: ClippedUpdate | None = None
    searched = len(epochs)
    with on(run.path):
        replay = Replay(run, run.at(epochs[0] - 1))
        for k, epoch in enumerate(epochs):
            if found is not None and found.removed >= largest[epoch - 1]:
                break
            if k == affordable:
                searched = k
                break
            replay.restart(run.at(epoch - 1))
            for update, (rows, statistics, state) in enumerate(replay.updates(), start=1):
                part = removed(statistics)
                if part > (found.removed if found else 0.0):
                    found = ClippedUpdate(epoch, update, rows, part, *state, searched=0, epochs=len(epochs))
    return found and found._replace(searched=searched)


def removed(update: GradientStatistics) -> float:
    """Return the norm of what clipping removed from the whole gradient of one update."""
    if update.updates_clipped == 0:
        return 0.0
    before, after = update.norm_before, update.norm_after
    return math.sqrt(max(0.0, before**2 + after**2 - 2 * before * after * update.cosine))


def _products(run: Run) -> float:
    """About how many multiplications it takes to replay one epoch."""
    data = run.experiment.dataset
    rows = data.rows("train")
    weights = sum(math.prod(shape) for name, shape in run.start.layout.stored.items() if name.startswith("W_hh"))
    updates = -(-len(rows) // run.experiment.training.batch_size)
    return 3.0 * sum(len(data.words[i]) for i in rows) * weights + UPDATE_PRODUCTS * updates
