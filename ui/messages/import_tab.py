"""Sentences on their way in, in words."""

from __future__ import annotations

from collections.abc import Mapping

from rnn_core.data.dataset import NEGATIVE, POSITIVE, SENTIMENTS
from rnn_core.data.meaning import Meaning
from rnn_core.errors import shorten
from ui.messages.formatting import counted, number, plain


def label_counts(counts: Mapping[str, int]) -> str:
    """The labels in a file, and how many rows have each."""
    shown = ", ".join(f"“{plain(shorten(label, 24))}” ({number(count)})" for label, count in list(counts.items())[:12])
    more = "" if len(counts) <= 12 else f" and {number(len(counts) - 12)} more"
    return f"Labels: {shown}{more}"


def threshold_counts(meaning: Meaning, counts: Mapping[str, int]) -> str:
    """How many rows two thresholds make negative and positive, and how many they leave out."""
    rows = {name: sum(count for said, count in counts.items() if meaning.labels.get(said) == name) for name in SENTIMENTS}
    between = sum(count for said, count in counts.items() if said in meaning.left_out)
    return f"Negative: {counted(rows[NEGATIVE], 'row')}. Positive: {number(rows[POSITIVE])}. Between them and left out: {number(between)}."


def too_many_labels(count: int, allowed: int) -> str:
    """There are more labels than can be told apart here, and what became of the rest."""
    return (
        f"There are {number(count)} different labels; up to {number(allowed)} can be used. The most frequent ones are kept. The "
        "sentences of the others have no label: merge their labels below, or leave them out."
    )


def other_splits(counts: Mapping[str, int]) -> str:
    """Splits that are neither train nor test, and how many rows have one."""
    names = ", ".join(f"“{plain(shorten(name, 16))}”" for name in list(counts)[:3])
    return f"Other splits ({names}{'' if len(counts) <= 3 else ' …'}): {counted(sum(counts.values()), 'row')}"
