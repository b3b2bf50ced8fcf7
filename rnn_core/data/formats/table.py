"""What every form of file is read into: rows of cells, as the file has them, and where they stand in it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from rnn_core.errors import DatasetError, shorten
from rnn_core.limits import Limits
from rnn_core.streams import stream

Form = Literal["csv", "json", "fasttext", "data_py", "lines"]
FORMS: tuple[Form, ...] = Form.__args__  # type: ignore[attr-defined]
Quotes = Literal["doubled", "escaped", "none"]
"""A quote within a quoted cell is written twice, or after a backslash; or quotes are characters like any other."""
QUOTES: tuple[Quotes, ...] = Quotes.__args__  # type: ignore[attr-defined]
Part = Literal["first", "random"]
"""Which rows are kept of a file with more than the limits allow: the first ones, or some drawn at random with a fixed seed."""
PARTS: tuple[Part, ...] = Part.__args__  # type: ignore[attr-defined]

COLUMNS = ("text", "label", "split")
"""The columns of every file that is written here."""

MOST_COLUMNS = 50
MOST_CELL = 100_000
"""Characters in a cell; below what Python's csv module allows without a change of its settings, which all threads share."""
MOST_LINE = 1_000_000
"""Characters in a line, and in an object of a JSON array: room for the longest cell with every character escaped."""


class Table(NamedTuple):
    """A file as it stands: nothing in it is judged yet, and what its columns mean is said by a `Meaning`.

    Every row has as many cells as there are columns. A cell is text; what a JSON file or a data.py spells otherwise is
    spelled out: true, false, a number as written; null and what is missing are the empty text.
    """

    form: Form
    columns: tuple[str, ...]
    """Names for people, all different: as the file has them, or "column 1", "column 2" …"""
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    """The line of the file, from 1, on which each row begins."""
    encoding: str | None = None
    """utf-8, utf-8-sig (with a byte order mark), utf-16-le, utf-16-be or what was asked for; None for text that was pasted."""
    is_guess: bool = False
    """Whether the encoding is a guess."""
    replaced: int = 0
    """Characters that could not be read in this encoding, and were replaced."""
    delimiter: str | None = None
    """What stands between the cells; None where the form has no such thing."""
    has_header: bool | None = None
    """Whether the first row was taken for the columns' names; None where the form has no such row."""
    quotes: Quotes | None = None
    """How quotes were read; None where the form leaves no choice."""
    skipped: int = 0
    """Lines above the table that are not part of it, such as a title."""
    loose: int = 0
    """Quotes that neither begin nor end a cell, and were read as characters."""
    short: int = 0
    """Rows with fewer cells than there are columns: the rest of them is empty."""
    too_long: tuple[int, ...] = ()
    """Lines on which rows begin that have more cells than there are columns, and were left out."""
    beyond: int = 0
    """Rows that were left out because the limits allow no more."""


class ReadAs(NamedTuple):
    """How somebody says that a file is to be read; None: as it is found out. Table has the same fields, as they were found."""

    form: Form | None = None
    encoding: str | None = None
    delimiter: str | None = None
    has_header: bool | None = None
    quotes: Quotes | None = None
    skipped: int | None = None
    part: Part | None = None


class Rows:
    """Rows as they are read, each judged before it is kept: never more at a time than the limits allow.

    part: what is kept of more rows than that; None refuses them.
    """

    def __init__(self, limits: Limits, part: Part | None = None) -> None:
        self._most, self._part = limits.rows, part
        self.cells: list[Sequence[str]] = []
        self.lines: list[int] = []
        self._numbers: list[int] = []
        self._read = 0
        self._draw = stream(0, "part of a file") if part == "random" else None

    @property
    def next(self) -> int:
        """The number, from 1, of the row that comes next."""
        return self._read + 1

    def add(self, cells: Sequence[str], line: int) -> None:
        """Keep a row, if it is in the part that is kept. Raises DatasetError: too_many_rows, too_many_columns or cell_too_long."""
        if self._part is None and self._read >= self._most:
            raise DatasetError("too_many_rows", row=self.next, line=line, detail=f"at most {self._most:,}")
        check_size(cells, self.next, line)
        self._read += 1
        if len(self.cells) < self._most:
            self.cells.append(cells)
            self.lines.append(line)
            self._numbers.append(self._read)
        elif self._draw is not None and (place := int(self._draw.integers(self._read))) < self._most:  # reservoir sampling
            self.cells[place], self.lines[place], self._numbers[place] = cells, line, self._read

    def check_text(self, cells: Iterable[str], line: int) -> None:
        """Raise DatasetError (not_text) for a NUL or half a surrogate pair, which a file's escapes can spell."""
        for cell in cells:
            if not is_text(cell):
                raise DatasetError("not_text", row=self.next, line=line, detail=ascii(cell[:100]))

    def table(self, form: Form, columns: Sequence[str]) -> Table:
        """Return all that were kept, in the order of the file, short rows filled up with empty cells."""
        order = sorted(range(len(self.cells)), key=self._numbers.__getitem__)
        rows = tuple((*self.cells[i], *("",) * (len(columns) - len(self.cells[i]))) for i in order)
        return Table(form, named(columns), rows, tuple(self.lines[i] for i in order), beyond=self._read - len(rows))


def check_size(cells: Sequence[str], row: int | None, line: int) -> None:
    """Raise DatasetError (too_many_columns or cell_too_long) where a row or a header is too much."""
    if len(cells) > MOST_COLUMNS:
        raise DatasetError("too_many_columns", row=row, line=line, detail=f"{len(cells):,}, at most {MOST_COLUMNS}")
    longest = max(map(len, cells), default=0)
    if longest > MOST_CELL:
        raise DatasetError("cell_too_long", row=row, line=line, detail=f"{longest:,} characters, at most {MOST_CELL:,}")


def named(columns: Iterable[str]) -> tuple[str, ...]:
    """Names fit for a table's head: short, none empty, no two alike."""
    names: list[str] = []
    for place, column in enumerate(columns, start=1):
        name = base = shorten(column) or f"column {place}"
        again = 1
        while name in names:
            again += 1
            name = f"{base} ({again})"
        names.append(name)
    return tuple(names)


def is_text(text: str) -> bool:
    """Whether it can be encoded and shown: a NUL or half a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def lines_of(text: str) -> Iterator[str]:
    """Lines with their ends, which are those of files (LF, CR LF, CR) and no others. Raises DatasetError: line_too_long."""
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        if len(line) > MOST_LINE:
            raise DatasetError("line_too_long", line=number, detail=f"{len(line):,} characters, at most {MOST_LINE:,}")
        yield line
