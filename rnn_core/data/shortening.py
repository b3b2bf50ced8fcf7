"""Sentences that are longer than the limits allow, and their beginnings that are not."""

from __future__ import annotations

import re

from rnn_core.data.text import TextRules
from rnn_core.limits import Limits


def is_too_long(text: str, rules: TextRules, limits: Limits) -> bool:
    """Return whether a text has more characters or words than the limits allow. One with too many characters is not split."""
    return len(text) > limits.characters or len(rules.words(text)) > limits.words


def beginning(text: str, rules: TextRules, limits: Limits) -> str:
    """Return the longest beginning of a text that is within the limits: up to a space, or up to any character if it has none."""
    text = text[: limits.characters + 1]
    ends = [found.end() for found in re.finditer(r"\S+", text) if found.end() <= limits.characters]
    for places in (ends, range(1, min(len(text), limits.characters) + 1)):
        fits, too_many = 0, len(places) + 1  # how many of the places can be kept
        while too_many - fits > 1:
            middle = (fits + too_many) // 2
            if len(rules.words(text[: places[middle - 1]])) <= limits.words:
                fits = middle
            else:
                too_many = middle
        if fits:
            return text[: places[fits - 1]]
    return ""
