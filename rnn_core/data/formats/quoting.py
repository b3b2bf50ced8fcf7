"""Cells of lines whose quotes are not those of RFC 4180: after a backslash, or alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from rnn_core.data.formats.table import MOST_LINE, Quotes
from rnn_core.errors import DatasetError

_LINE_ENDS = re.compile("\r\n|\r|\n")


class Record(NamedTuple):
    """The cells of one row, and what it took to read them."""

    cells: list[str]
    line: int
    """The line of the text, from 1, on which it begins."""
    loose: int
    """Quotes that make no sense as quotes, and were read as characters."""


def records(text: str, delimiter: str, quotes: Quotes) -> Iterator[Record]:
    """Yield every row. A cell that begins with a quote and has no end that fits is read up to the next delimiter or line end.

    Raises DatasetError: line_too_long.
    """
    pattern, unescape = _cell(delimiter, quotes), _unescape(delimiter) if quotes == "escaped" else None
    place, line = 0, 1
    cells: list[str] = []
    begun, loose = 1, 0
    while place < len(text):
        found = pattern.match(text, place)
        assert found is not None  # it matches the empty cell too
        cell = found["quoted"]
        if cell is None:
            cell = found["plain"]
            loose += quotes != "none" and cell.startswith('"')
        elif quotes == "doubled":
            cell = cell.replace('""', '"')
        if len(cell) > MOST_LINE:
            raise DatasetError("line_too_long", line=line, detail=f"{len(cell):,} characters, at most {MOST_LINE:,}")
        cells.append(unescape.sub(r"\1", cell) if unescape and "\\" in cell else cell)
        line += len(_LINE_ENDS.findall(found[0]))
        place = found.end()
        if found["end"] != delimiter:
            yield Record(cells, begun, loose)
            cells, begun, loose = [], line, 0
    if cells:  # the text ends with a delimiter
        yield Record([*cells, ""], begun, loose)


@cache
def _cell(delimiter: str, quotes: Quotes) -> re.Pattern[str]:
    """Return the pattern of a cell and of what ends it. No part of it gives back what it took, so it takes time as the text's length."""
    mark = re.escape(delimiter)
    end = rf"{mark}|\r\n|\r|\n|\Z"
    if quotes == "escaped":
        plain, quoted = rf"(?:[^{mark}\r\n\\]++|\\[^\r\n]|\\)*+", r'(?:[^"\\]++|\\.|"")*+'
    else:
        plain, quoted = rf"[^{mark}\r\n]*+", r'(?:[^"]++|"")*+' if quotes == "doubled" else r"(?!)"
    return re.compile(rf'(?:"(?P<quoted>{quoted})"(?={end})|(?P<plain>{plain}))(?P<end>{end})', re.DOTALL)


@cache
def _unescape(delimiter: str) -> re.Pattern[str]:
    """Return the pattern of a character that stands after a backslash, and of a quote that is written twice."""
    return re.compile(rf'\\(["\\{re.escape(delimiter)}])|"(?=")')
