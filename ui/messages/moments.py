"""A link to a moment, and a link as a code, in words."""

from __future__ import annotations

from rnn_core.errors import shorten
from ui.messages.formatting import number, plain


def moment(epoch: int, sentence: str | None) -> str:
    """What a link to a moment shows."""
    if sentence is None:
        return f"The network after epoch {number(epoch)}."
    return f"“{plain(shorten(sentence, 80))}”, read by the network after epoch {number(epoch)}."


def on_the_way(epoch: int) -> str:
    """That the network of a moment is being trained."""
    return f"This moment came with the link. The network trains to epoch {number(epoch)}; its progress is in the sidebar."


def no_code(characters: int, most: int) -> str:
    """Why there is no QR code."""
    return f"No QR code: the link has {number(characters)} characters, and beyond {number(most)} a phone's camera cannot read the code."
