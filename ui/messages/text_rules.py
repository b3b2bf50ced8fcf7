"""How a sentence becomes words, in words."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_core.errors import shorten
from ui.messages.formatting import number, plain

MOST_WORDS = 60


def word_list(words: Sequence[str]) -> str:
    """Words one by one, in Markdown; of many, the first few and how many more."""
    shown = " · ".join(plain(shorten(word, 24)) for word in words[:MOST_WORDS])
    return shown if len(words) <= MOST_WORDS else f"{shown} · … and {number(len(words) - MOST_WORDS)} more"
