"""The map of sentences and words, in words."""

from __future__ import annotations

from ui.language import gettext, number, paragraph
from ui.messages.formatting import plain


def path(label: str | None) -> str:
    """How to read the path of a sentence, and the shade of the sheet."""
    points = gettext(
        "Each point is a sentence at its final hidden state. The arrows follow one sentence word by word, from the zero state to its "
        "final state."
    )
    shade = (
        gettext("The shading shows the predicted label; paler means less confident.")
        if label is None
        else gettext("The shading shows the probability of {label}.", label=plain(label))
    )
    return paragraph([points, shade])


def drawn(shown: int, there: int, most: int) -> str | None:
    """How many sentences the map shows; None where it shows all. most: how many it takes."""
    if there <= most:
        return None
    return gettext(
        "The map shows {shown} of {count} sentences: a random sample with the same share of each label.",
        shown=number(shown),
        count=number(there),
    )


def predicted(label: str, probability: float) -> str:
    """A prediction in a few words. label: ready to be shown."""
    shown = f"{probability:.3f}"
    return gettext("prediction: {label} ({probability})", label=label, probability=shown)
