"""The map of sentences and words, in words."""

from __future__ import annotations

from rnn_core.errors import shorten
from ui.messages.formatting import number, plain

PLANE = (
    "The plane shows the two directions in which the final states differ most. States have more directions than these two, so a "
    "sentence's own prediction can differ from the shade under it. Point at a sentence to see its prediction."
)


def path(label: str | None) -> str:
    """How to read the path of a sentence, and the shade of the sheet."""
    shade = (
        "in the color of the label that the network would predict there, the paler the less sure"
        if label is None
        else f"by the probability of {plain(label)} there"
    )
    return (
        "Each point is a sentence at the state in which the network answers. The arrows follow one sentence from word to word, from "
        f"the empty state at the start to its answer. The plane is shaded {shade}."
    )


def drawn(shown: int, there: int, most: int) -> str | None:
    """How many sentences the map shows; None where it chose none of them. most: how many it takes."""
    if there <= most:
        return None
    return f"Of {number(there)} sentences {number(shown)} are drawn, chosen at random from each label by its share."


def predicted(label: str, probability: float) -> str:
    """A prediction in a few words."""
    return f"predicted: {shorten(label, 24)} ({probability:.2f})"
