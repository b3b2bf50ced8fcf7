"""Two sentences side by side, the words that they share in the same column."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest


def align(first: Sequence[str], second: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Columns of (place in the first, place in the second), each place once and in order; None where a sentence has no word.

    Words that both have stand together; of those between, one of each, and the rest alone.
    """
    columns: list[tuple[int | None, int | None]] = []
    for _, a, b, c, d in SequenceMatcher(a=first, b=second, autojunk=False).get_opcodes():
        columns += zip_longest(range(a, b), range(c, d))
    return columns
