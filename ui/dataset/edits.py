"""What a browser says was edited in the table: judged and counted before the table is drawn with it.

Streamlit applies all edits since the table's base again at every drawing, added rows one by one, which takes time that grows
with the square of their number. So many edits are applied here at once, and become a new base.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Self

import pandas as pd

MOST = 100
"""Edits that are left to Streamlit."""

_PARTS = {"edited_rows", "added_rows", "deleted_rows"}


class Edits(NamedTuple):
    """All edits since the base; rows are places in it, from 0."""

    cells: Mapping[int, Mapping[str, object]]
    """of rows that were there, by row and column"""
    added: Sequence[Mapping[str, object]]
    """new rows, by column"""
    deleted: frozenset[int]

    @classmethod
    def of(cls, state: object, base: pd.DataFrame) -> Self | None:
        """Return the edits that a table's state says; None where no table with this base can say that."""
        if not isinstance(state, Mapping) or not state.keys() <= _PARTS:
            return None
        cells, added, deleted = state.get("edited_rows", {}), state.get("added_rows", []), state.get("deleted_rows", [])
        if not isinstance(cells, Mapping) or not isinstance(added, list) or not isinstance(deleted, list):
            return None
        if not all(_is_place(place, base) for place in (*cells, *deleted)):
            return None
        columns = {*base.columns, "_index"}
        if not all(isinstance(row, Mapping) and row.keys() <= columns for row in (*cells.values(), *added)):
            return None
        values: list[object] = [value for row in (*cells.values(), *added) for value in row.values()]
        return (
            cls(cells, added, frozenset(deleted))
            if all(value is None or isinstance(value, (str, int)) for value in values)
            else None
        )

    @property
    def many(self) -> int:
        """How many edits these are."""
        return len(self.cells) + len(self.added) + len(self.deleted)

    def rows(self, base: pd.DataFrame) -> int:
        """How many rows there are after them."""
        return len(base) - len(self.deleted) + len(self.added)

    def applied(self, base: pd.DataFrame) -> pd.DataFrame:
        """Return the edited table, numbered from 1."""
        columns = list(base.columns)
        rows = [list(row) for row in base.itertuples(index=False, name=None)]
        for place, changed in self.cells.items():
            for name, value in changed.items():
                if name in columns:
                    rows[place][columns.index(name)] = value
        kept = [row for place, row in enumerate(rows) if place not in self.deleted]
        kept += [[row.get(name) for name in columns] for row in self.added]
        frame = pd.DataFrame(kept, columns=columns, dtype=object)
        frame.index = pd.RangeIndex(1, len(frame) + 1)
        return frame

    def undone(self, base: pd.DataFrame, edited: pd.DataFrame, place: int) -> pd.DataFrame:
        """Return an edited table with the row at a place, from 0, as it was in the base; without it where it is new."""
        kept = [old for old in range(len(base)) if old not in self.deleted]
        if place < len(kept):
            frame = edited.copy()
            frame.iloc[place] = base.iloc[kept[place]]
        else:
            frame = edited.drop(edited.index[place])
            frame.index = pd.RangeIndex(1, len(frame) + 1)
        return frame


def _is_place(place: object, base: pd.DataFrame) -> bool:
    return isinstance(place, int) and not isinstance(place, bool) and 0 <= place < len(base)
