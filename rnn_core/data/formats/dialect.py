"""Finding out how a table of cells is written: what parts the cells, and whether the first row names the columns."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from rnn_core.data import spellings
from rnn_core.data.formats.table import MOST_COLUMNS, lines_of

DELIMITERS = ("\t", ",", ";", "|")
"""Those that are found out, the least common within sentences first."""

_SAMPLE = 50
_MOST_LINES = 10_000
_MOST_NAME = 60
_SHARE = 0.8
_FEWEST = 3
"""Rows that it takes to tell a header from what follows it where its names are not known."""


class Guess(NamedTuple):
    """A delimiter, and how the first rows look when it is taken for the one. The greater guess is the better one."""

    names: int
    """Cells of the first row that are known names of columns."""
    whole: bool
    """Whether the quotes are in order."""
    share: float
    """Of the rows, those with as many cells as most have; 0 where that is one, or no common number."""
    values: int
    """Columns that hold nothing but labels, splits or numbers."""
    place: int
    delimiter: str

    @property
    def certain(self) -> bool:
        """Whether it is a table even where nobody said so: sentences with commas in them must not become one."""
        tabular = self.values and self.share == 1.0 and self.whole and self.delimiter != "\t"
        return bool(tabular or (self.names and self.share) or self.names > 1)


def cells_of(lines: Iterable[str], delimiter: str, quoted: bool) -> Any:
    """The reader of the csv module, strict: a quote at a place where it can mean nothing is an error."""
    return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE, strict=True)


def guess(text: str) -> Guess:
    """The delimiter that makes the best sense of the first rows; a comma where none makes any."""
    guesses = {delimiter: _judged(text, delimiter) for delimiter in DELIMITERS}
    best = max(guesses.values())
    return best if best.share or best.names > 1 else guesses[","]


def has_header(text: str, delimiter: str, quoted: bool = True) -> bool:
    """Whether the first row names the columns: by a known name, or since it alone has no value where all others have one."""
    rows, _ = _first_rows(text, delimiter, quoted)
    if not rows:
        return False
    if any(map(spellings.is_name, rows[0])):
        return True
    if len(rows) < _FEWEST or max(map(len, rows[0])) > _MOST_NAME:
        return False
    held = zip(rows[0], _value_columns(rows[1:]), strict=False)
    return any(name.strip() and not spellings.is_value(name) for name, values in held if values)


def _judged(text: str, delimiter: str) -> Guess:
    rows, whole = _first_rows(text, delimiter, quoted=True)
    if not whole and delimiter == "\t":
        rows, _ = _first_rows(text, delimiter, quoted=False)
    names = sum(map(spellings.is_name, rows[0])) if rows else 0
    width, count = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
    share = count / len(rows) if width > 1 else 0.0
    values = sum(_value_columns(rows[1:] if len(rows) >= _FEWEST else rows)) if share else 0
    return Guess(names, whole, share if share >= _SHARE else 0.0, values, -DELIMITERS.index(delimiter), delimiter)


def _value_columns(rows: Sequence[Sequence[str]]) -> Iterator[bool]:
    """For each column that all of the rows have, whether it holds values and nothing else."""
    for column in zip(*rows, strict=False):  # up to the shortest row
        cells = [cell for cell in column if cell.strip()]
        yield bool(cells) and all(map(spellings.is_value, cells))


def _first_rows(text: str, delimiter: str, quoted: bool) -> tuple[list[list[str]], bool]:
    """The first rows that are not empty, up to one that has too many cells, and whether their quotes are in order."""
    reader = cells_of(islice(lines_of(text), _MOST_LINES), delimiter, quoted)
    rows: list[list[str]] = []
    try:
        for cells in reader:
            if any(cells):
                rows.append(cells[: MOST_COLUMNS + 1])
            if len(rows) == _SAMPLE or len(cells) > MOST_COLUMNS:
                break
    except csv.Error:
        return rows, False
    return rows, True
