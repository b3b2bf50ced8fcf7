"""A part that stands for the whole: some of the sentences, the same ones for the same seed, or the first words of each."""

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


def fewer(dataset: Dataset, most: int, seed: int) -> Dataset:
    """Return the dataset with at most this many training sentences, drawn at random; all test sentences stay.

    Sentences that bring a new label come first and, where unknown words are refused, those that bring a word of the test.
    Of the others each label has its share. Fewer than come first make a dataset that may not be fit for training.
    """
    rows = dataset.rows("train")
    if len(rows) <= most:
        return dataset
    needed = {word for i in dataset.rows("test") for word in dataset.words[i]} if dataset.rules.unknown == "refuse" else set()
    labels: set[str | None] = set()
    first: list[int] = []
    others: list[int] = []
    for row in stream(seed, "fewer sentences").permutation(rows).tolist():
        label, words = dataset.examples[row].label, needed.intersection(dataset.words[row])
        (others if label in labels and not words else first).append(row)
        labels.add(label)
        needed -= words
    kept = {*first[:most], *stratified(dataset, others, max(0, most - len(first)), seed)}
    return dataset.with_examples(e for i, e in enumerate(dataset.examples) if e.split == "test" or i in kept)


def beginnings(dataset: Dataset, most: int) -> Dataset:
    """Return the dataset with at most this many words of each sentence, the first ones."""
    between = "" if dataset.rules.splitting == "characters" else " "
    cut = (
        example if len(words) <= most else example._replace(text=between.join(words[:most]))
        for example, words in zip(dataset.examples, dataset.words, strict=True)
    )
    return dataset.with_examples(cut)
