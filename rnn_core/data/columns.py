"""Guess which columns of a table are text, label and split: from their names, or else from their values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from rnn_core.data import spellings
from rnn_core.data.dataset import NEGATIVE, POSITIVE
from rnn_core.data.formats import Table

_SAMPLE = 1_000
_FEW = 20
_LETTERS = 1_000
_BY_SENTIMENTS = 3
"""The rank of a column that holds words for the two sentiments and nothing else."""
_SURE = 1
"""A label column with a name up to this rank is accepted whatever its values."""
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+$|www\.\S+$|\S+@\S+\.\S+$")
"""Of a web page or a mailbox: long, and never the sentence."""
_IDS = {"id", "index", "unnamed"}


class Roles(NamedTuple):
    """Places of the columns, from 0."""

    text: int
    label: int | None = None
    split: int | None = None
    is_guess: bool = False
    """Whether the column of labels was chosen for its values alone, which could mean something else."""


class _Column:
    """A column as seen in a sample of rows."""

    def __init__(self, place: int, name: str, cells: Sequence[str]) -> None:
        self.place, self.name, self.rows = place, name, len(cells)
        self.keys = {spellings.key(cell) for cell in set(cells)} - {""}
        self.known = understood(self.keys)
        self.is_numeric = bool(self.keys) and all(map(spellings.is_number, self.keys))
        is_address = bool(self.keys) and all(map(_ADDRESS.match, self.keys))
        self.letters = 0 if is_address else sum(sum(map(str.isalpha, cell[:_LETTERS])) for cell in cells)
        self.counts_rows = len(cells) > 1 and any(cells == tuple(str(first + i) for i in range(len(cells))) for first in (0, 1))

    @property
    def is_few(self) -> bool:
        """Whether it has few distinct values that repeat, as a label does."""
        return 2 <= len(self.keys) <= min(_FEW, max(2, self.rows // 2))

    @property
    def is_id(self) -> bool:
        """Whether its name says that it is an index."""
        return self.name.casefold().split(":")[0] in _IDS

    @property
    def all_known(self) -> bool:
        """Whether all its values are known labels."""
        return bool(self.keys) and len(self.known) == len(self.keys)


def roles(table: Table) -> Roles:
    """Return the best guess for a table with at least one column."""
    rows = table.rows[:: max(1, len(table.rows) // _SAMPLE)]  # spread over the file: labels are often sorted
    cells = zip(*rows, strict=True) if rows else [()] * len(table.columns)
    columns = [_Column(i, name, held) for i, (name, held) in enumerate(zip(table.columns, cells, strict=True))]
    found = _roles(columns)
    if table.form == "lines" and 2 <= len(columns) <= len(Roles._fields) - 1 and (found.text, found.label) != (1, 0):
        return Roles(*range(len(columns)))  # in the order that is asked for
    return found


def _roles(left: list[_Column]) -> Roles:
    split = _split(left) if len(left) > 1 else None
    left = [column for column in left if column is not split]
    label = _label(left) if len(left) > 1 else None
    is_guess = label is not None and (_label_order(label) or (0, 0))[0] > _BY_SENTIMENTS
    left = [column for column in left if column is not label]
    text = min(left, key=_text_order)
    if label is None:
        few = (column for column in left if column is not text and column.is_few and not column.is_id)
        label = min(few, key=lambda column: len(column.keys), default=None)
        is_guess = label is not None
    return Roles(text.place, label.place if label else None, split.place if split else None, is_guess)


def understood(cells: Iterable[str]) -> dict[str, str]:
    """Return cell -> one of the two sentiments, for every spelling that `spellings.polarities` knows among these cells."""
    keys = {cell: spellings.key(cell) for cell in cells}
    known = spellings.polarities(set(keys.values()))
    return {cell: POSITIVE if known[key] else NEGATIVE for cell, key in keys.items() if key in known}


def _split(columns: Sequence[_Column]) -> _Column | None:
    """Return a column with such a name that contains a known split or nothing, or else one with known splits only."""

    def order(column: _Column) -> tuple[int, int] | None:
        known = [key for key in column.keys if spellings.split(key)]
        rank = spellings.rank(column.name, "split")
        if rank is not None and (known or not column.keys):
            return 0, rank
        other = spellings.rank(column.name, "text") is not None or spellings.rank(column.name, "label") is not None
        return (1, 0) if column.keys and len(known) == len(column.keys) and not other else None

    return _best(columns, order)


def _label(columns: Sequence[_Column]) -> _Column | None:
    """Return the column that is named for labels and holds what labels can be, or else one that holds known labels."""
    return _best(columns, _label_order)


def _label_order(column: _Column) -> tuple[int, int] | None:
    """Return how likely it is the column of labels: a name that says so comes before any values."""
    rank = spellings.rank(column.name, "label")
    if rank is not None and (column.known or column.is_few or column.is_numeric or not column.keys or rank <= _SURE):
        return (0 if column.all_known else 1 if column.known else 2), rank
    if column.is_id or spellings.rank(column.name, "text") is not None:
        return None
    said = any(map(spellings.is_sentiment, column.keys))
    if said and (column.all_known or column.is_few):
        return (_BY_SENTIMENTS if column.all_known else 4), -len(column.keys)
    if column.all_known:  # truth values or numbers, which could be anything
        return (6 if column.counts_rows else 5), -len(column.keys)
    return None


def _best(columns: Sequence[_Column], order: Callable[[_Column], tuple[int, int] | None]) -> _Column | None:
    ranked = [(rank, column.place, column) for column in columns if (rank := order(column)) is not None]
    return min(ranked)[2] if ranked else None


def _text_order(column: _Column) -> tuple[int, int]:
    """Order by a known name, then by the number of letters: first names that contain a known word, then all others.

    Letters are counted because dates, addresses and numbers can be longer than short sentences.
    """
    rank = spellings.rank(column.name, "text")
    if rank is None:
        return 1_001, -column.letters
    return (rank, 0) if spellings.is_name(column.name) else (1_000, -column.letters)
