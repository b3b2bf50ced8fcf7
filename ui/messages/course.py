"""A sentence over the training, in words."""

from __future__ import annotations

from ui.language import gettext, number
from ui.messages.formatting import plain


def course_line(label: str | None, kept: int | None) -> str:
    """What the curve is of, or why there is none. kept: the run's checkpoints; None: the network is from a file."""
    if kept is None:
        return gettext("A network from a file has only one epoch, so there is no curve.")
    if kept < 2:
        return gettext("This run has only one checkpoint, so there is no curve.")
    if label is None:
        return gettext(
            "Probability of each label at the {count} checkpoints. The vertical line marks the epoch shown on this page.",
            count=number(kept),
        )
    return gettext(
        "Probability of {label} at the {count} checkpoints. The vertical line marks the epoch shown on this page.",
        label=plain(label),
        count=number(kept),
    )
