"""Align two sentences so that words they share are in the same column."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest


def align(first: Sequence[str], second: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Return columns of (place in the first, place in the second), with None where a sentence has no word.

    Each place occurs once, in order. Shared words are in the same column; between them, words are paired in order.
    """
    columns: list[tuple[int | None, int | None]] = []
    for _, a, b, c, d in SequenceMatcher(a=first, b=second, autojunk=False).get_opcodes():
        columns += zip_longest(range(a, b), range(c, d))
    return columns
