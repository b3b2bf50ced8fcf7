"""Numbers, durations and strangers' texts made fit to be read."""

from __future__ import annotations

import math
import re
import string
import unicodedata
from collections.abc import Iterable, Sequence

from rnn_core.errors import shorten
from ui.language import gettext, ngettext, number, pgettext
from ui.messages.names import CHOICES

_ESCAPES = str.maketrans({c: "\\" + c for c in string.punctuation} | {":": "\\:\u2060", "@": "\\@\u2060", "\n": " ", "\r": " "})
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_WWW = re.compile(r"www(?=\.)", re.IGNORECASE)
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of all that follows, ours too."""
_FROM_THE_RIGHT = ("R", "AL", "AN")

MOST_WORDS = 5
"""Words that a sentence quotes before it says how many more there are."""


def plain(text: str) -> str:
    """A visitor's text for a place that reads Markdown: every mark escaped.

    A joiner stands after a colon against :names:, and where a bare address would become a link, which no escape prevents. What is
    written from the right is set apart, so that it does not draw our words and numbers around it into its order.
    """
    text = _WWW.sub("\\g<0>\u2060", _TURNS.sub("\ufffd", text)).translate(_ESCAPES)
    return f"\u2068{text}\u2069" if any(unicodedata.bidirectional(c) in _FROM_THE_RIGHT for c in text) else text


def scientific(value: float, digits: int = 2) -> str:
    """A number to so many figures; one far from 1 as a multiple of a power of ten."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}".replace("-", "−")
    if 1e-3 <= abs(value) < 1e4:
        text = f"{value:#.{digits}g}".removesuffix(".")
        return (number(value) if "e" in text else text).replace("-", "−")
    factor, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{factor.replace('-', '−')}·10{str(int(exponent)).translate(_RAISED)}"


def setting(value: float | str) -> str:
    """A setting's value as short as it is exact."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, str):
        return CHOICES.get(value, value)
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return number(value)
    short = f"{value:.6g}"
    return short if float(short) == value else repr(value)


def duration(seconds: float) -> str:
    """A time as a person would say it."""
    if seconds < 1:
        return gettext("under 1 s")
    if seconds < 90:
        return gettext("{seconds} s", seconds=f"{seconds:.0f}")
    if seconds < 5400:
        return gettext("{minutes} min", minutes=f"{seconds / 60:.0f}")
    return gettext("{hours} h", hours=f"{seconds / 3600:.1f}".removesuffix(".0"))


def listed(words: Sequence[str], most: int = MOST_WORDS, length: int = 24) -> str:
    """Words in quotes, each up to so many letters; of many, the first few and how many more."""
    shown = joined([gettext("“{word}”", word=plain(shorten(word, length))) for word in words[:most]])
    return shown if len(words) <= most else and_more(shown, len(words) - most)


def joined(parts: Iterable[str]) -> str:
    """Parts of a list, with what stands between them in the visitor's language."""
    return pgettext("between the items of a list", ", ").join(parts)


def and_more(shown: str, count: int) -> str:
    """The first parts of a list, and how many more there are."""
    return ngettext("{shown} and {count} more", "{shown} and {count} more", count, shown=shown)
