"""Sentences that are longer than the limits allow, and their beginnings that are not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rnn_core.data.text import TextRules
from rnn_core.limits import Limits
from rnn_core.pauses import pause


def is_too_long(text: str, rules: TextRules, limits: Limits) -> bool:
    """Return whether a text has more characters or words than the limits allow. It is split only where its length leaves that open."""
    pause()
    if len(text) <= limits.words and text.isascii():
        return len(text) > limits.characters
    return len(text) > limits.characters or len(rules.words(text)) > limits.words


def beginning(text: str, rules: TextRules, limits: Limits) -> str:
    """Return the longest beginning of a text that is within the limits: up to a space, or up to any character if it has none."""
    text = text[: limits.characters + 1]
    ends = [found.end() for found in re.finditer(r"\S+", text) if found.end() <= limits.characters]
    for places in (ends, range(1, min(len(text), limits.characters) + 1)):
        kept = _most_that_fit(places, lambda end: len(rules.words(text[:end])) <= limits.words, limits.words)
        if kept:
            return text[: places[kept - 1]]
    return ""


def _most_that_fit(places: Sequence[int], fits: Callable[[int], bool], guess: int) -> int:
    """Return how many of the places fit; a guess that is right, or nearly, spares most of the trials."""
    few, too_many, step = 0, len(places) + 1, 1
    tried = min(guess, len(places))
    while too_many - few > 1:
        pause()
        if fits(places[tried - 1]):
            few = tried
        else:
            too_many = tried
        middle = (few + too_many) // 2
        tried = min(few + step, middle) if too_many > len(places) else middle  # longer steps until one is too long
        step *= 2
    return few
