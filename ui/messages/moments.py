"""A link to a moment, and a link as a code, in words."""

from __future__ import annotations

from ui.language import gettext, number
from ui.messages.ask import quoted


def moment(epoch: int, sentence: str | None) -> str:
    """What a link to a moment shows."""
    if sentence is None:
        return gettext("The network after epoch {epoch}.", epoch=number(epoch))
    return gettext("{sentence}, read by the network after epoch {epoch}.", sentence=quoted(sentence, 80), epoch=number(epoch))


def on_the_way(epoch: int) -> str:
    """That the network of a moment is being trained."""
    return gettext(
        "This moment came with the link. The network is training to epoch {epoch}; the sidebar shows its progress.",
        epoch=number(epoch),
    )


def no_code(characters: int, most: int) -> str:
    """Why there is no QR code."""
    return gettext(
        "No QR code: the link has {count} characters. With more than {most}, a phone's camera cannot read the code.",
        count=number(characters),
        most=number(most),
    )
