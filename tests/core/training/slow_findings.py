"""Every finding again, from its definition in words, with lists and loops: slow, and nothing of it is shared with the core."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from rnn_core import Dataset, History


class Curves(NamedTuple):
    """A run's records as lists of numbers, an epoch an entry."""

    train_loss: list[float]
    train_accuracy: list[float]
    test_loss: list[float]
    test_accuracy: list[float]


class Labels(NamedTuple):
    """What the labels allow, see `labels_of`."""

    sentences: int
    chance_loss: float
    prior_loss: float
    chance: float
    ceiling: float
    floor: float


def curves_of(history: History) -> Curves:
    return Curves(*(getattr(history.columns, name).tolist() for name in Curves._fields))


def labels_of(data: Dataset) -> Labels:
    """By giving every sentence the best answer that all sentences like it can share."""
    rows = [
        (tuple(data.vocabulary.tokens(words, data.rules.unknown).ids.tolist()), label)
        for words, (_, label, split) in zip(data.words, data.examples, strict=True)
        if split == "train"
    ]
    N = len(rows)
    shares = Counter(label for _, label in rows)
    right, loss = 0, 0.0
    for reading, label in rows:
        alike = [other for same, other in rows if same == reading]
        right += label == Counter(alike).most_common(1)[0][0] if len(set(alike)) == 1 else 0
        loss -= math.log(alike.count(label) / len(alike)) / N
    for reading in {reading for reading, label in rows}:
        alike = [other for same, other in rows if same == reading]
        if len(set(alike)) > 1:
            right += max(alike.count(label) for label in alike)
    return Labels(
        N,
        math.log(len(shares)),
        -sum(count / N * math.log(count / N) for count in shares.values()),
        max(shares.values()) / N,
        right / N,
        loss,
    )


def slow_findings(c: Curves, labels: Labels, outcome: str) -> dict[str, dict[str, float]]:
    """Id -> figures of all that holds."""
    found: dict[str, dict[str, float]] = {}
    found |= standing(c, labels, outcome)
    found |= on_the_test(c, labels)
    near = [0.95 * labels.prior_loss <= loss <= 1.1 * labels.chance_loss for loss in c.train_loss]
    plateau = near.index(False) if False in near else len(near)
    if 10 <= plateau < len(near) and statistics.fmean(c.train_accuracy[-20:]) >= (labels.chance + labels.ceiling) / 2:
        found["waited"] = {"epochs": plateau, "all": len(near), "chance_loss": labels.chance_loss}
    if jumps := excursions_up(c.train_loss, 0.15 * labels.chance_loss):
        highest, latest = max(jumps, key=lambda jump: jump[2]), jumps[-1]
        found["spikes"] = {
            "count": len(jumps),
            "first": highest[0],
            "epoch": highest[1],
            "loss": highest[2],
            "before": highest[3],
            "latest_epoch": latest[1],
            "latest_loss": latest[2],
        }
    if drops := drops_after_perfect(c.train_accuracy):
        deepest, last = min(drops, key=lambda drop: drop[1]), drops[-1]
        found["falls"] = {
            "count": len(drops),
            "latest_epoch": last[0],
            "latest_accuracy": last[1],
            "epoch": deepest[0],
            "accuracy": deepest[1],
        }
    return found


def standing(c: Curves, labels: Labels, outcome: str) -> dict[str, dict[str, float]]:
    n = len(c.train_loss)
    near_chance = labels.chance + 0.25 * (labels.ceiling - labels.chance)
    stayed = all(0.95 * labels.prior_loss <= loss <= 1.1 * labels.chance_loss for loss in c.train_loss)
    if n >= 10 and stayed and labels.ceiling > labels.chance:
        loss = statistics.fmean(c.train_loss[-10:])
        accuracy = statistics.fmean(c.train_accuracy[-max(10, math.ceil(400 / labels.sentences)) :])
        if 0.97 * labels.prior_loss < loss < 1.03 * labels.chance_loss and accuracy < near_chance:
            figures = {"epochs": n, "loss": loss, "accuracy": accuracy}
            return {"plateau": figures | {"chance_loss": labels.chance_loss, "chance": labels.chance}}
    if n < 40:
        return {}
    accuracy, loss = statistics.fmean(c.train_accuracy[-20:]), middle(c.train_loss[-20:])
    figures = {"accuracy": accuracy, "loss": loss, "ceiling": labels.ceiling}
    if labels.ceiling < 1 and (accuracy >= labels.ceiling - 0.05 or loss <= labels.floor + 0.1 * labels.chance_loss):
        return {"ceiling": figures | {"chance": labels.chance, "floor": labels.floor}}
    falling, rising = later_lower(c.train_loss[-40:]), later_lower([-a for a in c.train_accuracy[-40:]])
    if accuracy < near_chance and loss >= 0.97 * labels.prior_loss and max(falling, rising) < 0.75:
        means = [round(statistics.fmean(c.train_accuracy[end - 20 : end]), 12) for end in range(20, n + 1)]
        best = max(means)
        return {"lost": figures | {"chance_loss": labels.chance_loss, "best": best, "best_epoch": 20 + means.index(best)}}
    if accuracy >= (labels.chance + labels.ceiling) / 2 or outcome in ("going", "broken"):
        return {}
    if max(falling, rising) < 0.75:
        return {"stalled": figures}
    figures["falling"] = falling
    return {"stopped": figures | {"epochs": n}} if outcome == "stopped" else {"slow": figures}


def on_the_test(c: Curves, labels: Labels) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    n = len(c.train_loss)
    if any(math.isnan(loss) for loss in c.test_loss):
        return found
    if n >= 60:
        ends = range(20, n + 1)
        means = {end: math.fsum(loss / 20 for loss in c.test_loss[end - 20 : end]) for end in ends}
        lowest = min(ends, key=lambda end: means[end])
        trains = {end: math.fsum(loss / 20 for loss in c.train_loss[end - 20 : end]) for end in (lowest, n)}
        now = middle(c.test_loss[-20:])
        then = statistics.fmean(c.test_accuracy[lowest - 20 : lowest])
        accuracy = statistics.fmean(c.test_accuracy[-20:])
        risen = now / 1.3 > means[lowest] and now - 0.05 > means[lowest]
        if risen and trains[n] < trains[lowest] and accuracy <= then and accuracy < 1:
            window = c.test_loss[lowest - 20 : lowest]
            found["overfitting"] = {
                "epoch": lowest - 20 + window.index(min(window)) + 1,
                "lowest": means[lowest],
                "loss": now,
                "accuracy_then": then,
                "accuracy": accuracy,
            }
    if n >= 20:
        train, test = middle(c.train_loss[-20:]), middle(c.test_loss[-20:])
        if train <= 0.05 * labels.chance_loss and test > labels.chance_loss:
            found["gap"] = {
                "train_loss": train,
                "test_loss": test,
                "train_accuracy": statistics.fmean(c.train_accuracy[-20:]),
                "test_accuracy": statistics.fmean(c.test_accuracy[-20:]),
                "chance_loss": labels.chance_loss,
            }
    return found


def later_lower(values: Sequence[float]) -> float:
    """Of all pairs the share in which the later is lower, a tie counting half."""
    pairs = [(values[i], values[j]) for j in range(len(values)) for i in range(j)]
    return sum(1.0 if later < earlier else 0.5 if later == earlier else 0.0 for earlier, later in pairs) / len(pairs)


def middle(values: Sequence[float]) -> float:
    low, high = sorted(values)[(len(values) - 1) // 2], sorted(values)[len(values) // 2]
    return low / 2 + high / 2


def excursions_up(losses: Sequence[float], least: float) -> list[tuple[int, int, float, float]]:
    """(first epoch, epoch of the peak, height, level before) of every spike, epochs from 1."""
    found = []
    if not all(map(math.isfinite, losses)):
        return []
    i = 10
    while i < len(losses):
        level = middle(losses[i - 10 : i])
        if losses[i] / 4 > level and losses[i] > least:
            end = i
            for j in range(i, len(losses)):
                if j - end > 10:
                    break
                if losses[j] / 4 > level and losses[j] > least:
                    end = j
            peak = max(range(i, end + 1), key=lambda j: (losses[j], -j))
            found.append((i + 1, peak + 1, losses[peak], level))
            i = end
        i += 1
    return found


def drops_after_perfect(accuracies: Sequence[float]) -> list[tuple[int, float]]:
    """(epoch of the lowest, how low) of every stretch under 98 % after the first 100 %."""
    if 1.0 not in accuracies:
        return []
    found: list[tuple[int, float]] = []
    open_one = False
    for epoch in range(accuracies.index(1.0) + 1, len(accuracies) + 1):
        value = accuracies[epoch - 1]
        if value >= 0.98:
            open_one = False
        elif not open_one:
            found.append((epoch, value))
            open_one = True
        elif value < found[-1][1]:
            found[-1] = (epoch, value)
    return found
