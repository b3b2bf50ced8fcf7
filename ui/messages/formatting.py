"""Numbers, durations and strangers' texts made fit to be read."""

from __future__ import annotations

import math
import re
import string
import unicodedata
from collections.abc import Sequence

from rnn_core.errors import shorten
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


def number(value: float) -> str:
    """A count with thin spaces between thousands, at which no line is broken."""
    return f"{value:,.0f}".replace(",", "\u202f")


def counted(count: int, noun: str) -> str:
    """So many of something: 1 row, 2 rows."""
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def percent(share: float, least: int = 0, most: int = 1) -> str:
    """A share in percent, with so many decimals at least; next to 0 % and 100 %, which only none and all are, with more."""
    for decimals in range(least, most + 1):
        text = f"{100 * share:.{decimals}f}"
        if share in (0.0, 1.0) or float(text) not in (0.0, 100.0):
            return f"{text} %"
    return f"under {10.0**-most:.{most}f} %" if share < 0.5 else f"over {100 - 10.0**-most:.{most}f} %"


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
        return "yes" if value else "no"
    if isinstance(value, str):
        return CHOICES.get(value, value)
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return number(value)
    short = f"{value:.6g}"
    return short if float(short) == value else repr(value)


def duration(seconds: float) -> str:
    """A time as a person would say it."""
    if seconds < 1:
        return "under 1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    hours = f"{seconds / 3600:.1f}"
    return f"{hours.removesuffix('.0')} h"


def listed(words: Sequence[str]) -> str:
    """Words in quotes; of many, the first few and how many more."""
    shown = ", ".join(f"“{plain(shorten(word, 24))}”" for word in words[:MOST_WORDS])
    return shown if len(words) <= MOST_WORDS else f"{shown} and {number(len(words) - MOST_WORDS)} more"
