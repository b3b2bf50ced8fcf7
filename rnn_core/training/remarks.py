"""What a run's curves say, as data: a plateau, a lost run, overfitting, a spike, a success that did not last."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.training.history import History

RemarkKind = Literal["plateau", "lost", "overfitting", "spike", "unstable"]

PLATEAU_EPOCHS = 10
PLATEAU_LOW, PLATEAU_HIGH, PLATEAU_NOW = 0.95, 1.1, 0.03
"""Shares of a coin flip's loss: none was lower, none higher, and the latest lie so near on average."""
LOST_EPOCHS, LOST_ACCURACY = 20, 0.75
WINDOW = 20
SPIKE_FACTOR, SPIKE_LEAST, SPIKE_BEFORE = 4.0, 0.1, 10
STABLE_ACCURACY = 0.98


class Remark(NamedTuple):
    """One thing worth saying."""

    kind: RemarkKind
    epoch: int
    """where it began: the plateau's last epoch, the lowest test loss, the spike, the latest fall"""
    value: float
    """the loss on the plateau, at the end of overfitting, of the spike; the accuracy of a lost run; how often it fell"""
    row: int | None = None
    """of a spike: the row of the dataset, from 1, whose update had the largest gradient"""


def lost(history: History) -> bool:
    """Whether the run is lost: over its last 20 epochs the mean train accuracy stays under 75 %. Of fewer epochs, all count."""
    accuracy = late_accuracy(history)
    return accuracy is None or accuracy < LOST_ACCURACY


def late_accuracy(history: History) -> float | None:
    """The mean train accuracy of the last 20 epochs, of fewer all; None without one."""
    accuracy = history.columns.train_accuracy[-LOST_EPOCHS:]
    return float(accuracy.mean()) if len(accuracy) else None


def remarks(history: History, classes: int = 2, *, over: bool = True) -> tuple[Remark, ...]:
    """All that applies to the run as it stands, the most telling first.

    over: whether it has ended. One that goes on and does better than a coin flip by now is not yet called lost.
    """
    plateau = _plateau(history, classes)
    spike, unstable = _spike(history), _unstable(history)
    if spike and unstable and abs(spike.epoch - unstable.epoch) <= SPIKE_BEFORE:
        unstable = None  # the spike says it
    found = (plateau, None if plateau else _lost(history, classes, over), _overfitting(history), spike, unstable)
    return tuple(remark for remark in found if remark is not None)


def _plateau(history: History, classes: int) -> Remark | None:
    """The loss has lain at a coin flip's, ln C, from the start until now."""
    loss, chance = history.columns.train_loss, math.log(classes)
    if len(loss) < PLATEAU_EPOCHS or loss.min() < PLATEAU_LOW * chance or loss.max() > PLATEAU_HIGH * chance:
        return None
    now = float(loss[-PLATEAU_EPOCHS:].mean())
    return Remark("plateau", len(loss), now) if abs(now - chance) < PLATEAU_NOW * chance else None


def _lost(history: History, classes: int, over: bool) -> Remark | None:
    accuracy = history.columns.train_accuracy
    if len(accuracy) < 2 * LOST_EPOCHS or not lost(history):
        return None
    loss = np.median(history.columns.train_loss[-LOST_EPOCHS:] / 2) * 2
    if not over and loss < math.log(classes):
        return None
    return Remark("lost", len(accuracy), float(accuracy[-LOST_EPOCHS:].mean()))


def _overfitting(history: History) -> Remark | None:
    """The test loss rises from its lowest while the train loss goes on falling; both as means over 20 epochs.

    It has risen where most of the last 20 are higher: a single spike is no overfitting.
    """
    test = history.columns.test_loss
    if len(test) < 3 * WINDOW or not np.isfinite(test).all():
        return None
    tests, trains = _means(test), _means(history.columns.train_loss)
    lowest = int(np.argmin(tests))
    now = float(np.median(test[-WINDOW:] / 2) * 2)
    rising = now / 1.3 > tests[lowest] and now - 0.05 > tests[lowest]
    return Remark("overfitting", lowest + WINDOW, now) if rising and trains[-1] < trains[lowest] else None


def _means(values: Floats) -> Floats:
    """Of each 20 epochs in a row. No running sum: beside one huge loss all later ones would be lost in rounding."""
    means: Floats = np.lib.stride_tricks.sliding_window_view(values / WINDOW, WINDOW).sum(axis=1)
    return means


def _spike(history: History) -> Remark | None:
    """The latest jump of the train loss over four times the median of the ten epochs before, and the update behind it."""
    loss = history.columns.train_loss
    if len(loss) <= SPIKE_BEFORE or not np.isfinite(loss).all():
        return None
    part = loss / SPIKE_FACTOR  # of which no two add up to more than the largest number
    before = np.median(np.lib.stride_tricks.sliding_window_view(part[:-1], SPIKE_BEFORE), axis=1)
    spikes = np.flatnonzero((part[SPIKE_BEFORE:] > SPIKE_FACTOR * before) & (loss[SPIKE_BEFORE:] > SPIKE_LEAST)) + SPIKE_BEFORE
    if not len(spikes):
        return None
    at = int(spikes[np.flatnonzero(np.diff(spikes, prepend=-len(loss)) > SPIKE_BEFORE)[-1]])
    columns = history.columns
    cause = at if columns.largest_norm[at] >= columns.largest_norm[at - 1] else at - 1
    return Remark("spike", at + 1, float(loss[at]), int(columns.largest_norm_row[cause]))


def _unstable(history: History) -> Remark | None:
    """Every training sentence was right once, and later fewer than 98 % again."""
    falls = falls_again(history)
    return Remark("unstable", falls[-1], float(len(falls))) if falls else None


def falls_again(history: History) -> tuple[int, ...]:
    """Epochs (from 1) at which the train accuracy, having been 100 % before, comes to lie under 98 %: each fall once."""
    accuracy = history.columns.train_accuracy
    first = history.first_perfect_epoch()
    if first is None:
        return ()
    low = accuracy[first - 1 :] < STABLE_ACCURACY
    starts = np.flatnonzero(low[1:] & ~low[:-1]) + 1
    return tuple(int(start) + first for start in starts)
