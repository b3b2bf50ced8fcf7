"""What the columns and labels of a table mean. It is guessed, shown to a person, corrected, and then applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from rnn_core.data import spellings
from rnn_core.data.columns import roles, understood
from rnn_core.data.dataset import NEGATIVE, POSITIVE, Example, Split, is_label
from rnn_core.data.formats import COLUMNS, Table
from rnn_core.errors import DatasetError
from rnn_core.limits import Limits


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """The columns of text, label and split (places from 0), and what their values stand for.

    Labels are looked up without outer spaces, splits by `spellings.key`. A label that is neither in `labels` nor in `left_out` is
    not mapped: its rows are imported without a label, a fault that a person can correct, and `unmapped` counts them.
    """

    text: int
    label: int | None = None
    split: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    """Label in the table -> label of the dataset."""
    splits: Mapping[str, Split] = field(default_factory=dict)
    """Key of a split in the table -> split of the dataset. A validation split becomes a test split."""
    left_out: frozenset[str] = frozenset()
    """Labels in the table whose rows are not imported, by choice: neutral ones, for instance."""
    left_out_splits: frozenset[str] = frozenset()
    """Keys of splits whose rows are not imported, by choice."""
    label_for_all: str | None = None
    """The label of every row if no column has labels."""
    split_for_all: Split = "train"
    """The split of rows without one."""

    @classmethod
    def guess(cls, table: Table, limits: Limits | None = None) -> Self:
        """Return the likely meaning of a table, guessed from the names of its columns or else from their values."""
        found = roles(table)
        return cls.of(table, found.text, found.label, found.split, limits=limits)

    @classmethod
    def of(
        cls, table: Table, text: int, label: int | None = None, split: int | None = None, *, limits: Limits | None = None
    ) -> Self:
        """Return the meaning with these columns. Labels are kept as they are, the most frequent ones if there are too many.

        Only where all of them are spellings of the two sentiments, such as 1 and 0, they become these, and not in a table of
        the columns text, label and split: it may have been exported, and comes back as it was.
        """
        counts = _counts(_labels(table, label))
        most = [said for said, _ in Counter(counts).most_common((limits or Limits()).labels)]
        labels = {said: said for said in counts if said in most and is_label(said)}
        known = understood(counts)
        is_export = table.columns == COLUMNS and table.form != "data_py"
        if len(known) == len(counts) and not is_export:
            labels = known
        splits = {key: of for key in _counts(_splits(table, split)) if (of := spellings.split(key))}
        return cls(text=text, label=label, split=split, labels=labels, splits=splits)

    def counts(self, table: Table) -> dict[str, int]:
        """Return all labels in the table, in their order, with their number of rows. Empty labels do not count."""
        return _counts(_labels(table, self.label))

    def unknown_splits(self, table: Table) -> dict[str, int]:
        """Return the keys of the splits that are not mapped, with their number of rows."""
        counts = _counts(_splits(table, self.split))
        return {key: count for key, count in counts.items() if key not in self.splits and key not in self.left_out_splits}

    def numbers(self, table: Table) -> dict[str, float]:
        """Return label in the table -> its number, where all labels are numbers, as ratings and scores are; else nothing."""
        counts = self.counts(table)
        if not all(map(spellings.is_number, counts)):
            return {}
        return {said: float(spellings.key(said).replace(",", ".")) for said in counts}

    def with_thresholds(self, table: Table, low: float, high: float) -> Self:
        """Return the meaning in which numbers up to low are negative, from high on positive, and rows between are not imported."""
        numbers = self.numbers(table)
        labels = {
            said: NEGATIVE if value <= low else POSITIVE for said, value in numbers.items() if value <= low or value >= high
        }
        return replace(self, labels=labels, left_out=frozenset(numbers.keys() - labels.keys()))

    def unmapped(self, table: Table) -> dict[str, int]:
        """Return the counts of the labels that are not mapped yet."""
        return {key: count for key, count in self.counts(table).items() if key not in self.labels and key not in self.left_out}

    def examples(self, table: Table) -> tuple[Example, ...]:
        """Return the sentences of the table. Raise DatasetError (unknown_split) for a row whose split is neither mapped nor empty."""
        made: list[Example] = []
        rows = zip(table.rows, _labels(table, self.label), _splits(table, self.split), table.lines, strict=True)
        for row, (cells, label, split, line) in enumerate(rows, start=1):
            if label in self.left_out or split in self.left_out_splits:
                continue
            if split and split not in self.splits:
                raise DatasetError("unknown_split", row=row, line=line, detail=cells[self.split or 0])
            said = self.label_for_all if self.label is None else self.labels.get(label)
            made.append(Example(cells[self.text], said, self.splits[split] if split else self.split_for_all))
        return tuple(made)


def meant(label: str, known: Iterable[str]) -> str:
    """Return which of the known labels this one means: itself, one in another case, or one of the two sentiments by a spelling of it.

    A label that means none of them is a new one.
    """
    known = tuple(known)
    label = label.strip()
    if not label or label in known:
        return label
    alike = [other for other in known if spellings.key(other) == spellings.key(label)]
    if len(alike) == 1:
        return alike[0]
    sentiment = understood([label]).get(label)
    return sentiment if sentiment in known and not alike else label


def _labels(table: Table, column: int | None) -> list[str]:
    """Return the labels in a column, empty ones if there is no column."""
    return [""] * len(table.rows) if column is None else [row[column].strip() for row in table.rows]


def _splits(table: Table, column: int | None) -> list[str]:
    """Return the keys of the splits in a column, empty ones if there is no column."""
    if column is None:
        return [""] * len(table.rows)
    keys = {cell: spellings.key(cell) for cell in {row[column] for row in table.rows}}
    return [keys[row[column]] for row in table.rows]


def _counts(values: Iterable[str]) -> dict[str, int]:
    return {value: count for value, count in Counter(values).items() if value}
