"""How a sentence becomes words, in words."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_core.data.markup import has_markup, without_markup
from rnn_core.data.text import TextRules, folded
from rnn_core.errors import shorten
from ui.messages.formatting import number, plain

MOST_WORDS = 60


def word_list(words: Sequence[str]) -> str:
    """Words one by one, in Markdown; of many, the first few and how many more."""
    shown = " · ".join(plain(shorten(word, 24)) for word in words[:MOST_WORDS])
    return shown if len(words) <= MOST_WORDS else f"{shown} · … and {number(len(words) - MOST_WORDS)} more"


def changed(text: str, rules: TextRules) -> str:
    """What is done to a text before it is split; empty where nothing is."""
    apostrophes, wide, unseen = folded(text)
    done = []
    if apostrophes:
        done.append(f"curly apostrophes read as ' ({number(apostrophes)})")
    if wide:
        done.append(f"full-width letters and digits read as plain ones ({number(wide)})")
    if unseen:
        done.append(f"invisible characters dropped ({number(unseen)})")
    if rules.lowercase and text != text.lower():
        done.append("capital letters made small")
    told = f"Before it is split: {', '.join(done)}." if done else ""
    if has_markup(text):
        told += " It has HTML in it, which is read as words; without it: " + f"“{plain(shorten(without_markup(text), 200))}”."
    return told.strip()
