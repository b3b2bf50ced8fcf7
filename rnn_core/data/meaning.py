"""What the columns and labels of a table mean. It is guessed, shown to a person, corrected, and then applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from rnn_core.data import spellings
from rnn_core.data.columns import roles, understood
from rnn_core.data.dataset import SENTIMENTS, Example, Split
from rnn_core.data.formats import Table
from rnn_core.errors import DatasetError


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """The columns of text, label and split (places from 0), and what their values stand for.

    Values are looked up by `spellings.key`. A label that is neither in `labels` nor in `left_out` is not mapped: its rows
    are imported without a label, a fault that a person can correct, and `unmapped` counts them.
    """

    text: int
    label: int | None = None
    split: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    """Key of a label in the table -> label of the dataset."""
    splits: Mapping[str, Split] = field(default_factory=dict)
    """Key of a split in the table -> split of the dataset. A validation split becomes a test split."""
    left_out: frozenset[str] = frozenset()
    """Keys of labels whose rows are not imported, by choice: neutral ones, for instance."""
    label_for_all: str | None = None
    """The label of every row if no column has labels."""
    split_for_all: Split = "train"
    """The split of rows without one."""

    @classmethod
    def guess(cls, table: Table, labels: Sequence[str] = SENTIMENTS) -> Self:
        """Return the likely meaning of a table, guessed from the names of its columns or else from their values."""
        return cls.of(table, *roles(table, labels), labels=labels)

    @classmethod
    def of(
        cls, table: Table, text: int, label: int | None = None, split: int | None = None, *, labels: Sequence[str] = SENTIMENTS
    ) -> Self:
        """Return the meaning with these columns and every known spelling mapped. labels are those of the dataset."""
        splits = {key: known for key in _counts(table, split) if (known := spellings.split(key))}
        return cls(text=text, label=label, split=split, labels=understood(_counts(table, label), labels), splits=splits)

    def counts(self, table: Table) -> dict[str, int]:
        """Return the keys of all labels in the table, in their order, with their number of rows. Empty labels do not count."""
        return _counts(table, self.label)

    def unmapped(self, table: Table) -> dict[str, int]:
        """Return the counts of the labels that are not mapped yet."""
        return {key: count for key, count in self.counts(table).items() if key not in self.labels and key not in self.left_out}

    def examples(self, table: Table) -> tuple[Example, ...]:
        """Return the sentences of the table. Raise DatasetError (unknown_split) for a row whose split is neither mapped nor empty."""
        made: list[Example] = []
        rows = zip(table.rows, _keys(table, self.label), _keys(table, self.split), table.lines, strict=True)
        for row, (cells, label, split, line) in enumerate(rows, start=1):
            if label in self.left_out:
                continue
            if split and split not in self.splits:
                raise DatasetError("unknown_split", row=row, line=line, detail=cells[self.split or 0])
            said = self.label_for_all if self.label is None else self.labels.get(label)
            made.append(Example(cells[self.text], said, self.splits[split] if split else self.split_for_all))
        return tuple(made)


def _keys(table: Table, column: int | None) -> list[str]:
    """Return the keys of the cells of a column, empty keys if there is no column."""
    if column is None:
        return [""] * len(table.rows)
    cells = [row[column] for row in table.rows]
    keys = {cell: spellings.key(cell) for cell in set(cells)}
    return [keys[cell] for cell in cells]


def _counts(table: Table, column: int | None) -> dict[str, int]:
    return {key: count for key, count in Counter(_keys(table, column)).items() if key}
