"""A few sentences that stand for many: a part of them, or some of each label, the same ones for the same seed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar

from rnn_core.data.dataset import Dataset
from rnn_core.data.formats import Part
from rnn_core.streams import stream

Row = TypeVar("Row")


def part(rows: Sequence[Row], most: int, which: Part) -> list[Row]:
    """Return this many of the rows, in their order: the first ones, or some drawn at random, the same ones each time."""
    if which == "first" or len(rows) <= most:
        return list(rows[:most])
    chosen = stream(0, "part of the rows").permutation(len(rows))[:most]
    return [rows[i] for i in sorted(chosen.tolist())]


def stratified(dataset: Dataset, rows: Sequence[int], most: int, seed: int = 0) -> tuple[int, ...]:
    """Return at most this many of the rows (places from 0), in their order, with each label's share as among all of them.

    Every label has one row at least, as far as there is room.
    """
    if len(rows) <= most:
        return tuple(rows)
    by_label: dict[str | None, list[int]] = defaultdict(list)
    for row in stream(seed, "sample").permutation(rows).tolist():
        by_label[dataset.examples[row].label].append(row)
    # The k-th row of a label with n rows stands at (k + ½)/n of the way: the first `most` on the way are spread evenly.
    first = [members[0] for members in by_label.values()]
    rest = [((k + 0.5) / len(members), row) for members in by_label.values() for k, row in enumerate(members) if k]
    chosen = [*first, *(row for _, row in sorted(rest))][:most]
    return tuple(sorted(chosen))
