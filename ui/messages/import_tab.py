"""Sentences on their way in, in words."""

from __future__ import annotations

from collections.abc import Mapping

from rnn_core.data.dataset import NEGATIVE, POSITIVE, SENTIMENTS
from rnn_core.data.meaning import Meaning
from rnn_core.errors import shorten
from ui.language import gettext, ngettext, number
from ui.messages.formatting import and_more, joined, listed, plain

MOST_LABELS = 12
MOST_SPLITS = 3


def label_counts(counts: Mapping[str, int]) -> str:
    """The labels in a file, and how many rows have each."""
    labels = joined(
        gettext("“{label}” ({count})", label=plain(shorten(label, 24)), count=number(count))
        for label, count in list(counts.items())[:MOST_LABELS]
    )
    if len(counts) > MOST_LABELS:
        labels = and_more(labels, len(counts) - MOST_LABELS)
    return gettext("Labels: {labels}", labels=labels)


def threshold_counts(meaning: Meaning, counts: Mapping[str, int]) -> str:
    """How many rows two thresholds make negative and positive, and how many they leave out."""
    rows = {name: sum(count for said, count in counts.items() if meaning.labels.get(said) == name) for name in SENTIMENTS}
    between = sum(count for said, count in counts.items() if said in meaning.left_out)
    return gettext(
        "Rows: {negative} negative, {positive} positive, {between} left out between the two limits.",
        negative=number(rows[NEGATIVE]),
        positive=number(rows[POSITIVE]),
        between=number(between),
    )


def too_many_labels(count: int, allowed: int) -> str:
    """There are more labels than can be used here, and what became of the rest."""
    return gettext(
        "There are {count} different labels, and at most {allowed} can be used. The most frequent labels are kept. Sentences with the other "
        "labels have no label now: merge their labels below, or leave them out.",
        count=number(count),
        allowed=number(allowed),
    )


def other_splits(counts: Mapping[str, int]) -> str:
    """Splits that are neither train nor test, and how many rows have one."""
    names = listed(list(counts), MOST_SPLITS, 16)
    return ngettext(
        "Other splits ({names}): {count} row", "Other splits ({names}): {count} rows", sum(counts.values()), names=names
    )
