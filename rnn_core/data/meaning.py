"""What a table's columns and labels mean: guessed, shown to a person, put right, and then applied."""

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
    """Which column is the text, which the label and which the split (places from 0), and what is made of their values.

    Values are looked up by `spellings.key`. A label that is neither in `labels` nor in `left_out` is not mapped: its rows
    are kept without a label, which is a fault that a person can mend, and `unmapped` counts them.
    """

    text: int
    label: int | None = None
    split: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    """Key of a label in the table -> label of the dataset."""
    splits: Mapping[str, Split] = field(default_factory=dict)
    """Key of a split in the table -> split of the dataset. What is set apart for validation is a test here."""
    left_out: frozenset[str] = frozenset()
    """Keys of labels whose rows are not taken over, by choice: neutral ones, say."""
    label_for_all: str | None = None
    """The label of every row where no column has labels."""
    split_for_all: Split = "train"
    """The split of every row where no column has splits, and of those whose split is empty."""

    @classmethod
    def guess(cls, table: Table, labels: Sequence[str] = SENTIMENTS) -> Self:
        """What is likely meant: by the columns' names, and where these say nothing, by what they hold."""
        return cls.of(table, *roles(table, labels), labels=labels)

    @classmethod
    def of(
        cls, table: Table, text: int, label: int | None = None, split: int | None = None, *, labels: Sequence[str] = SENTIMENTS
    ) -> Self:
        """For these columns, with every value mapped that has a known spelling. labels are those of the dataset."""
        splits = {key: known for key in _counts(table, split) if (known := spellings.split(key))}
        return cls(text=text, label=label, split=split, labels=understood(_counts(table, label), labels), splits=splits)

    def counts(self, table: Table) -> dict[str, int]:
        """The keys of all labels in the table, in their order there, and how many rows have each; no label has no key."""
        return _counts(table, self.label)

    def unmapped(self, table: Table) -> dict[str, int]:
        """Of these, the ones of which nothing is made yet."""
        return {key: count for key, count in self.counts(table).items() if key not in self.labels and key not in self.left_out}

    def examples(self, table: Table) -> tuple[Example, ...]:
        """The table's sentences. Raises DatasetError (unknown_split) for the first row whose split is neither mapped nor empty."""
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
    """A column's cells as they are looked up; without a column, as if all were empty."""
    if column is None:
        return [""] * len(table.rows)
    cells = [row[column] for row in table.rows]
    keys = {cell: spellings.key(cell) for cell in set(cells)}
    return [keys[cell] for cell in cells]


def _counts(table: Table, column: int | None) -> dict[str, int]:
    return {key: count for key, count in Counter(_keys(table, column)).items() if key}
