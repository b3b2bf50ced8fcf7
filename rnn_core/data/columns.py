"""Guess which columns of a table are text, label and split: from their names, or else from their values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from rnn_core.data import spellings
from rnn_core.data.dataset import NEGATIVE, POSITIVE, SENTIMENTS
from rnn_core.data.formats import Table

_SAMPLE = 1_000
_FEW = 20
_LETTERS = 1_000
_SURE = 1
"""A label column with a name up to this rank is accepted whatever its values."""
_IDS = {"id", "index", "unnamed"}


class Roles(NamedTuple):
    """Places of the columns, from 0."""

    text: int
    label: int | None = None
    split: int | None = None


class _Column:
    """A column as seen in a sample of rows."""

    def __init__(self, place: int, name: str, cells: Sequence[str], labels: Sequence[str]) -> None:
        self.place, self.name, self.rows = place, name, len(cells)
        self.keys = {spellings.key(cell) for cell in set(cells)} - {""}
        self.known = understood(self.keys, labels)
        self.letters = sum(sum(map(str.isalpha, cell[:_LETTERS])) for cell in cells)
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


def roles(table: Table, labels: Sequence[str] = SENTIMENTS) -> Roles:
    """Return the best guess for a table with at least one column. labels are those of the dataset to be made."""
    rows = table.rows[:: max(1, len(table.rows) // _SAMPLE)]  # spread over the file: labels are often sorted
    cells = zip(*rows, strict=True) if rows else [()] * len(table.columns)
    left = [_Column(i, name, held, labels) for i, (name, held) in enumerate(zip(table.columns, cells, strict=True))]
    split = _split(left) if len(left) > 1 else None
    left = [column for column in left if column is not split]
    label = _label(left) if len(left) > 1 else None
    left = [column for column in left if column is not label]
    text = min(left, key=_text_order)
    if label is None:
        label = min(
            (column for column in left if column is not text and column.is_few and not column.is_id),
            key=lambda c: len(c.keys),
            default=None,
        )
    return Roles(text.place, label.place if label else None, split.place if split else None)


def understood(keys: Iterable[str], labels: Sequence[str] = SENTIMENTS) -> dict[str, str]:
    """Return key in the file -> label, for the keys whose label is clear: labels in any case, and for the two sentiments
    every spelling that `spellings.polarities` knows.
    """
    keys = list(keys)
    own = {spellings.key(label): label for label in labels}
    known = {key: own[key] for key in keys if key in own}
    if set(labels) == set(SENTIMENTS):
        known |= {key: POSITIVE if positive else NEGATIVE for key, positive in spellings.polarities(keys).items()}
    return known


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
    """Return a column with such a name whose values can be labels, or else one with known labels."""

    def order(column: _Column) -> tuple[int, int] | None:
        rank = spellings.rank(column.name, "label")
        if rank is not None and (column.known or column.is_few or not column.keys or rank <= _SURE):
            return (0 if column.all_known else 1 if column.known else 2), rank
        if column.is_id or spellings.rank(column.name, "text") is not None:
            return None
        said = any(map(spellings.is_sentiment, column.keys))
        if said and (column.all_known or column.is_few):
            return (3 if column.all_known else 4), -len(column.keys)
        if column.all_known:  # truth values or numbers, which could mean anything
            return (6 if column.counts_rows else 5), -len(column.keys)
        return None

    return _best(columns, order)


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
