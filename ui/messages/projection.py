"""The map of sentences and words, in words."""

from __future__ import annotations

from rnn_core.errors import shorten
from ui.messages.formatting import number


def drawn(shown: int, there: int, most: int) -> str | None:
    """How many sentences the map shows; None where it chose none of them. most: how many it takes."""
    if there <= most:
        return None
    return f"Of {number(there)} sentences {number(shown)} are drawn, chosen at random from each label by its share."


def predicted(label: str, probability: float) -> str:
    """A prediction in a few words."""
    return f"predicted: {shorten(label, 24)} ({probability:.2f})"
