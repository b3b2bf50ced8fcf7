"""Finding out how a table of cells is written: what parts the cells, and whether the first row names the columns."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from rnn_core.data import spellings
from rnn_core.data.formats import quoting
from rnn_core.data.formats.table import MOST_COLUMNS, lines_of

DELIMITERS = ("\t", ",", ";", "|")
"""Those that are found out, the least common within sentences first."""

SAMPLE = 50
"""Rows that are looked at."""

_MOST_LINES = 10_000
_MOST_NAME = 60
_MOST_VALUE = 40
_MOST_VALUES = 20
_SHARE = 0.8
_FEWEST = 3
"""Rows that it takes to tell a header from what follows it where its names are not known."""
_MOST_ABOVE = 20
"""Lines above a table."""


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
    repeats: int
    """Columns that hold a few short values, again and again, where no cell begins with a space, as the parts of sentences do."""
    place: int
    delimiter: str

    @property
    def certain(self) -> bool:
        """Whether it is a table even where nobody said so: sentences with commas in them must not become one."""
        tabular = (self.values or self.repeats) and self.share == 1.0 and self.whole and self.delimiter != "\t"
        return bool(tabular or (self.names and self.share) or self.names > 1)


def cells_of(lines: Iterable[str], delimiter: str) -> Any:
    """Return the reader of the csv module, strict: a quote at a place where it can mean nothing is an error."""
    return csv.reader(lines, delimiter=delimiter, strict=True)


def guess(text: str) -> Guess:
    """Return the delimiter that makes the best sense of the first rows; a comma where none makes any."""
    guesses = {delimiter: _judged(text, delimiter) for delimiter in DELIMITERS}
    best = max(guesses.values())
    return best if best.share or best.names > 1 else guesses[","]


def is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of these rows names the columns: by a known name, or since it alone has no value where all others have one."""
    if not rows:
        return False
    if any(map(spellings.is_name, rows[0])):
        return True
    if len(rows) < _FEWEST or max(map(len, rows[0])) > _MOST_NAME:
        return False
    held = zip(rows[0], _value_columns(rows[1:]), strict=False)
    return any(name.strip() and not spellings.is_value(name) for name, values in held if values)


def width(rows: Sequence[Sequence[str]]) -> int:
    """Return how many cells most of the rows have."""
    return Counter(map(len, rows)).most_common(1)[0][0] if rows else 0


def lines_above(text: str, delimiter: str) -> int:
    """Return how many lines stand above the header: a title or the like, each with one cell that is filled, and then a row of names."""
    above = 0
    for number, line in enumerate(islice(lines_of(text), _MOST_ABOVE)):
        cells = [cell for cell in line.rstrip("\r\n").split(delimiter) if cell.strip()]
        if len(cells) > 1:
            break
        above = number + bool(cells)
    if not above:
        return 0
    skipped = "".join(islice(lines_of(text), above))
    rows, _ = _first_rows(text[len(skipped) :], delimiter)
    return above if rows and width(rows) > 1 and len(rows[0]) == width(rows) and is_header(rows) else 0


def _judged(text: str, delimiter: str) -> Guess:
    rows, whole = _first_rows(text, delimiter)
    if above := next((i for i, row in enumerate(rows[:_MOST_ABOVE]) if sum(map(bool, row)) > 1), 0):
        rows = rows[above:] if is_header(rows[above:]) and not is_header(rows) else rows
    names = sum(map(spellings.is_name, rows[0])) if rows else 0
    most, count = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
    share = count / len(rows) if most > 1 else 0.0
    body = rows[1:] if len(rows) >= _FEWEST else rows
    values = sum(_value_columns(body)) if share else 0
    repeats = sum(_repeating_columns(rows)) if share == 1.0 else 0
    return Guess(names, whole, share if share >= _SHARE else 0.0, values, repeats, -DELIMITERS.index(delimiter), delimiter)


def _value_columns(rows: Sequence[Sequence[str]]) -> Iterator[bool]:
    """For each column that all of the rows have, whether it holds values and nothing else."""
    for column in zip(*rows, strict=False):  # up to the shortest row
        cells = [cell for cell in column if cell.strip()]
        yield bool(cells) and all(map(spellings.is_value, cells))


def _repeating_columns(rows: Sequence[Sequence[str]]) -> Iterator[bool]:
    """For each column, whether it holds a few short values that come again; none where a cell begins with a space."""
    if any(cell.startswith(" ") for row in rows for cell in row[1:]):
        return
    for column in zip(*rows, strict=False):
        found = set(column)
        yield 2 <= len(found) <= min(_MOST_VALUES, len(rows) // 2) and max(map(len, found)) <= _MOST_VALUE


def _first_rows(text: str, delimiter: str) -> tuple[list[list[str]], bool]:
    """Return the first rows that are not empty, up to one that has too many cells, and whether their quotes are in order.

    Where they are not, the rows are those of a table in which such quotes are characters.
    """
    reader = cells_of(islice(lines_of(text), _MOST_LINES), delimiter)
    try:
        return _up_to_one_too_wide(reader), True
    except csv.Error:
        loose = islice(quoting.records(text, delimiter, "doubled"), _MOST_LINES)
        return _up_to_one_too_wide(record.cells for record in loose), False


def _up_to_one_too_wide(found: Iterable[list[str]]) -> list[list[str]]:
    rows: list[list[str]] = []
    for cells in found:
        if any(cells):
            rows.append(cells[: MOST_COLUMNS + 1])
        if len(rows) == SAMPLE or len(cells) > MOST_COLUMNS:
            break
    return rows
