"""What a run's curves show, as data: a finding has an id and figures, and holds or does not hold.

Chance is relative to the labels (data/bounds.py), so that any number of them, and labels that contradict each other, are
judged alike. "Late" figures are means over the last 20 epochs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from rnn_core.arrays import Floats
from rnn_core.data.bounds import Bounds
from rnn_core.training.history import History

FindingId = Literal["plateau", "ceiling", "lost", "slow", "stopped", "stalled", "overfitting", "gap", "waited", "spikes", "falls"]
FINDINGS: tuple[FindingId, ...] = get_args(FindingId)

Outcome = Literal["going", "finished", "stopped", "broken"]
"""Of a run: it goes on or is paused; its last epoch is done; it was ended before; it diverged or failed."""

PLATEAU_EPOCHS, PLATEAU_ANSWERS = 10, 400
"""A plateau lasts this many epochs at least; its accuracy is a mean over as many, or more of a few sentences."""
PLATEAU_LOW, PLATEAU_HIGH, NEAR_LOSS = 0.95, 1.1, 0.03
"""Shares of the loss at chance: none on the plateau is lower, none higher, and the latest lie so near on average."""
LATE, TREND = 20, 40
RISING = 0.75
"""A curve falls where of all pairs of its last 40 epochs so many have the later one lower; of noise, half do."""
NEAR_CEILING, NEAR_FLOOR = 0.05, 0.1
"""A run is at its ceiling within this share of the sentences, or where its loss is over the floor by this share of the loss at chance."""
RISE, RISE_LEAST = 1.3, 0.05
"""A test loss has risen by this factor, and by this many nats."""
LOW_TRAIN = 0.05
"""The share of the loss at chance under which a train loss is near zero."""
SPIKE_FACTOR, SPIKE_BEFORE, SPIKE_LEAST = 4.0, 10, 0.15
"""A spike is over this factor of the median of so many epochs before, and over this share of the loss at chance."""
STABLE_ACCURACY = 0.98


class Finding(NamedTuple):
    """One thing that the curves show."""

    id: FindingId
    figures: Mapping[str, float]
    """by name, see FIGURES; losses in nats, accuracies as shares, epochs from 1"""


FIGURES: Mapping[FindingId, tuple[str, ...]] = {
    "plateau": ("epochs", "loss", "accuracy", "chance_loss", "chance"),
    "ceiling": ("accuracy", "loss", "ceiling", "chance", "floor"),
    "lost": ("accuracy", "loss", "chance_loss", "ceiling", "best", "best_epoch"),
    "slow": ("accuracy", "loss", "ceiling", "falling"),
    "stopped": ("accuracy", "loss", "ceiling", "falling", "epochs"),
    "stalled": ("accuracy", "loss", "ceiling"),
    "overfitting": ("epoch", "lowest", "loss", "accuracy_then", "accuracy"),
    "gap": ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "chance_loss"),
    "waited": ("epochs", "all", "chance_loss"),
    "spikes": ("count", "first", "epoch", "loss", "before", "latest_epoch", "latest_loss"),
    "falls": ("count", "latest_epoch", "latest_accuracy", "epoch", "accuracy"),
}
"""Id -> names of its figures. A few need words:

best, best_epoch    the highest mean accuracy of 20 epochs in a row, and the last of these epochs
falling             of all pairs of the last 40 epochs, the share in which the later one has the lower loss
epoch, loss         of spikes: of the highest. Of overfitting: where the test loss was lowest, and how high it is late
epochs, all         of waited: those of the plateau, and all of the run
first, before       the first epoch of the highest spike, and the median loss of the ten epochs before it
epoch, accuracy     of falls: of the deepest
"""


class Excursion(NamedTuple):
    """A stretch of epochs, from 1, in which a curve leaves its range, and its extreme."""

    first: int
    last: int
    epoch: int
    """of the highest loss, or the lowest accuracy"""
    value: float
    before: float
    """the level that it left"""


def findings(history: History, bounds: Bounds, outcome: Outcome = "finished") -> tuple[Finding, ...]:
    """All that holds for a run as it stands: first how far it got, then how it fares on the test, then how steady it was."""
    found = (
        _standing(history, bounds, outcome),
        _overfitting(history),
        _gap(history, bounds),
        _waited(history, bounds),
        _spikes(history, bounds),
        _falls(history),
    )
    return tuple(finding for finding in found if finding is not None)


# ---------------------------------------------------------------------- how far it got


def late_accuracy(history: History) -> float | None:
    """The mean train accuracy of the last 20 epochs, of fewer all; None without one."""
    accuracy = history.columns.train_accuracy[-LATE:]
    return float(accuracy.mean()) if len(accuracy) else None


def learned(history: History, bounds: Bounds) -> bool:
    """Whether a run has learned: its late accuracy is at least halfway from chance to the ceiling, 75% for two balanced labels."""
    accuracy = late_accuracy(history)
    return accuracy is not None and accuracy >= bounds.learned


def plateau_epochs(history: History, bounds: Bounds) -> int:
    """For how many epochs from the start the loss stayed near chance; 0 for fewer than ten."""
    loss = history.columns.train_loss
    outside = np.flatnonzero(~((loss >= PLATEAU_LOW * bounds.prior_loss) & (loss <= PLATEAU_HIGH * bounds.chance_loss)))
    epochs = int(outside[0]) if len(outside) else len(loss)
    return epochs if epochs >= PLATEAU_EPOCHS else 0


def improving(history: History) -> bool:
    """Whether over the last 40 epochs the train loss falls or the train accuracy rises, beyond what noise does."""
    c = history.columns
    return len(history) >= TREND and (_falling(c.train_loss) >= RISING or _falling(-c.train_accuracy) >= RISING)


def _standing(history: History, bounds: Bounds, outcome: Outcome) -> Finding | None:
    """Which of the first six holds: at most one."""
    if plateau := _plateau(history, bounds):
        return plateau
    if len(history) < TREND:
        return None
    accuracy, loss = float(history.columns.train_accuracy[-LATE:].mean()), _median(history.columns.train_loss[-LATE:])
    figures = {"accuracy": accuracy, "loss": loss, "ceiling": bounds.ceiling}
    if bounds.ceiling < 1 and (
        accuracy >= bounds.ceiling - NEAR_CEILING or loss <= bounds.floor + NEAR_FLOOR * bounds.chance_loss
    ):
        return Finding("ceiling", figures | {"chance": bounds.chance, "floor": bounds.floor})
    rising = improving(history)
    at_chance = accuracy < bounds.near_chance and loss >= (1 - NEAR_LOSS) * bounds.prior_loss
    if at_chance and not rising:
        means = np.round(_means(history.columns.train_accuracy), 12)  # the first of those that differ by rounding alone
        best = int(np.argmax(means))
        best_figures = {"chance_loss": bounds.chance_loss, "best": float(means[best]), "best_epoch": best + LATE}
        return Finding("lost", figures | best_figures)
    if accuracy >= bounds.learned or outcome in ("going", "broken"):
        return None
    if not rising:
        return Finding("stalled", figures)
    figures["falling"] = _falling(history.columns.train_loss)
    if outcome == "stopped":
        return Finding("stopped", figures | {"epochs": len(history)})
    return Finding("slow", figures)


def _plateau(history: History, bounds: Bounds) -> Finding | None:
    """Loss and accuracy have been near chance from the start until now, though there is something to learn."""
    epochs = len(history)
    if epochs == 0 or plateau_epochs(history, bounds) < epochs or not bounds.learnable:
        return None
    window = max(PLATEAU_EPOCHS, -(-PLATEAU_ANSWERS // bounds.sentences))
    loss = float(history.columns.train_loss[-PLATEAU_EPOCHS:].mean())
    accuracy = float(history.columns.train_accuracy[-window:].mean())
    low, high = (1 - NEAR_LOSS) * bounds.prior_loss, (1 + NEAR_LOSS) * bounds.chance_loss
    if not (low < loss < high and accuracy < bounds.near_chance):
        return None
    figures = {"epochs": epochs, "loss": loss, "accuracy": accuracy}
    return Finding("plateau", figures | {"chance_loss": bounds.chance_loss, "chance": bounds.chance})


def _falling(values: Floats) -> float:
    """Of all pairs of the last 40 values, the share in which the later is lower; equal ones count half."""
    late = values[-TREND:]
    earlier, later = np.triu_indices(len(late), 1)
    return float(np.mean(late[later] < late[earlier]) + np.mean(late[later] == late[earlier]) / 2)


# ---------------------------------------------------------------------- on the test


def _overfitting(history: History) -> Finding | None:
    """The test gets worse while the train loss falls: the late test loss lies over its lowest, the accuracy no higher than then.

    Over its lowest lies a loss of which most of the last 20 epochs are higher: a single spike is no overfitting.
    """
    c = history.columns
    if len(history) < 3 * LATE or not np.isfinite(c.test_loss).all():
        return None
    tests, trains = _means(c.test_loss), _means(c.train_loss)
    lowest = int(np.argmin(tests))
    loss, then, now = _median(c.test_loss[-LATE:]), c.test_accuracy[lowest : lowest + LATE].mean(), c.test_accuracy[-LATE:].mean()
    risen = loss / RISE > tests[lowest] and loss - RISE_LEAST > tests[lowest]
    if not (risen and trains[-1] < trains[lowest] and now <= then and now < 1):
        return None
    epoch = lowest + int(np.argmin(c.test_loss[lowest : lowest + LATE])) + 1
    figures = {"epoch": epoch, "lowest": float(tests[lowest]), "loss": loss, "accuracy_then": float(then), "accuracy": float(now)}
    return Finding("overfitting", figures)


def _gap(history: History, bounds: Bounds) -> Finding | None:
    """The late train loss is near zero, and the late test loss is higher than that of finding all labels equally likely."""
    c = history.columns
    if len(history) < LATE or not np.isfinite(c.test_loss).all():
        return None
    train, test = _median(c.train_loss[-LATE:]), _median(c.test_loss[-LATE:])
    if not (train <= LOW_TRAIN * bounds.chance_loss and test > bounds.chance_loss):
        return None
    accuracies = {name: float(getattr(c, name)[-LATE:].mean()) for name in ("train_accuracy", "test_accuracy")}
    return Finding("gap", {"train_loss": train, "test_loss": test, **accuracies, "chance_loss": bounds.chance_loss})


def _waited(history: History, bounds: Bounds) -> Finding | None:
    """The run has learned, and spent ten epochs or more at its start on a plateau."""
    plateau = plateau_epochs(history, bounds)
    if not 0 < plateau < len(history) or not learned(history, bounds):
        return None
    return Finding("waited", {"epochs": plateau, "all": len(history), "chance_loss": bounds.chance_loss})


def _means(values: Floats) -> Floats:
    """Of each 20 epochs in a row. No running sum: beside one huge loss all later ones would be lost in rounding."""
    means: Floats = np.lib.stride_tricks.sliding_window_view(values / LATE, LATE).sum(axis=1)
    return means


def _median(values: Floats) -> float:
    """Halves first: the two in the middle may add up to more than the largest number."""
    return float(np.median(values / 2) * 2)


# ---------------------------------------------------------------------- how steady it was


def spikes(history: History, bounds: Bounds) -> tuple[Excursion, ...]:
    """Every jump of the train loss: over four times the median of the ten epochs before, until it has come down for ten epochs."""
    loss = history.columns.train_loss
    if len(loss) <= SPIKE_BEFORE or not np.isfinite(loss).all():
        return ()
    least = SPIKE_LEAST * bounds.chance_loss
    part = loss / SPIKE_FACTOR  # of which no two add up to more than the largest number
    before = np.median(np.lib.stride_tricks.sliding_window_view(part[:-1], SPIKE_BEFORE), axis=1)
    jumps = np.flatnonzero((part[SPIKE_BEFORE:] > SPIKE_FACTOR * before) & (loss[SPIKE_BEFORE:] > least)) + SPIKE_BEFORE
    found: list[Excursion] = []
    for first in jumps.tolist():
        if found and first < found[-1].last:
            continue
        level = SPIKE_FACTOR * float(before[first - SPIKE_BEFORE])
        last = _last(part > max(level, least / SPIKE_FACTOR), first)
        peak = first + int(np.argmax(loss[first : last + 1]))
        found.append(Excursion(first + 1, last + 1, peak + 1, float(loss[peak]), level))
    return tuple(found)


def _last(high: npt.NDArray[np.bool_], first: int) -> int:
    """The last epoch of a stretch, all from 0: ten that are not high end it."""
    last = epoch = first
    while epoch + 1 < len(high) and epoch - last < SPIKE_BEFORE:
        epoch += 1
        if high[epoch]:
            last = epoch
    return last


def falls(history: History) -> tuple[Excursion, ...]:
    """Every stretch of epochs that comes after one with every training sentence right, and has fewer than 98% right."""
    accuracy, first = history.columns.train_accuracy, history.first_perfect_epoch()
    if first is None:
        return ()
    low = np.concatenate([accuracy[first - 1 :] < STABLE_ACCURACY, [False]])
    starts, ends = np.flatnonzero(low[1:] & ~low[:-1]) + first, np.flatnonzero(low[:-1] & ~low[1:]) + first - 1
    found = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        deepest = start + int(np.argmin(accuracy[start : end + 1]))
        found.append(Excursion(start + 1, end + 1, deepest + 1, float(accuracy[deepest]), float(accuracy[start - 1])))
    return tuple(found)


def _spikes(history: History, bounds: Bounds) -> Finding | None:
    found = spikes(history, bounds)
    if not found:
        return None
    highest, latest = max(found, key=lambda spike: spike.value), found[-1]
    figures = {"count": len(found), "first": highest.first, "before": highest.before}
    figures |= {"epoch": highest.epoch, "loss": highest.value}
    return Finding("spikes", figures | {"latest_epoch": latest.epoch, "latest_loss": latest.value})


def _falls(history: History) -> Finding | None:
    found = falls(history)
    if not found:
        return None
    deepest, latest = min(found, key=lambda fall: fall.value), found[-1]
    figures = {"count": len(found), "latest_epoch": latest.epoch, "latest_accuracy": latest.value}
    return Finding("falls", figures | {"epoch": deepest.epoch, "accuracy": deepest.value})
