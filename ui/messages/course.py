"""A sentence over the training, in words."""

from __future__ import annotations

from ui.messages.formatting import number, plain


def course_line(label: str | None, kept: int | None) -> str:
    """What the curve is of, or why there is none. kept: epochs that were kept of the run; None: the network is from a file."""
    if kept is None:
        return "A network from a file has no past: its file holds one epoch alone."
    if kept < 2:
        return "Of this run only one epoch was kept."
    of = "each label" if label is None else plain(label)
    return (
        f"The probability of {of} at each of the {number(kept)} epochs that were kept. The line marks the one that is asked; "
        "choose another beside the sentence."
    )
