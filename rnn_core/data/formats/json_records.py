"""JSON: an object a line, or an array of objects. Nothing is turned into a number, so that none can be too large."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from rnn_core.data.formats.table import COLUMNS, MOST_COLUMNS, MOST_LINE, Rows, Table, lines_of
from rnn_core.errors import DatasetError
from rnn_core.limits import Limits

_SPACE = re.compile(r"[ \t\r\n]*")
_NAMED = {None: "", True: "true", False: "false"}


def parse(text: str, limits: Limits) -> Table:
    """An object a row, a key a column; rows may lack some. A list or object within one is a cell of JSON.

    No object at all is a table of no sentences. Raises DatasetError: bad_json, not_text, line_too_long and what Rows.add refuses.
    """
    rows = Rows(limits)
    columns: dict[str, int] = {}
    is_array = text[_SPACE.match(text).end() :][:1] == "["  # type: ignore[union-attr]
    for value, line in _array(text, rows) if is_array else _lines(text, rows):
        if not isinstance(value, dict):
            raise DatasetError("bad_json", row=rows.next, line=line, detail="not an object in braces")
        for name in value.keys() - columns.keys():
            rows.check_text((name,), line)
        for name in value:
            columns.setdefault(name, len(columns))
        if len(columns) > MOST_COLUMNS:
            raise DatasetError("too_many_columns", row=rows.next, line=line, detail=f"more than {MOST_COLUMNS}")
        cells = [""] * len(columns)
        for name, cell in value.items():
            cells[columns[name]] = cell if isinstance(cell, str) else _spelt(cell, rows, line)
        rows.check_text(cells, line)
        rows.add(cells, line)
    return rows.table("json", tuple(columns) or COLUMNS)


def write(rows: Iterable[tuple[str, str | None, str]]) -> str:
    """(text, label, split) rows as JSON Lines; a missing label is null."""
    return "".join(json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) + "\n" for row in rows)


def _lines(text: str, rows: Rows) -> Iterator[tuple[object, int]]:
    """The value of every line that is not blank, and the line's number."""
    decoder = _decoder()
    for number, line in enumerate(lines_of(text), start=1):
        if line := line.strip(" \t\r\n"):
            value, end = _decoded(decoder, line, 0, rows, number)
            if end < len(line):
                raise DatasetError("bad_json", row=rows.next, line=number, detail="more than one value in a line")
            yield value, number


def _array(text: str, rows: Rows) -> Iterator[tuple[object, int]]:
    """The values of an array and the line on which each begins, decoded one at a time: what is refused costs no memory."""
    decoder = _decoder()
    place, counted, line = text.index("[") + 1, 0, 1
    window, offset = "", 0
    first = True
    while True:
        place = _past_space(text, place)
        line += text.count("\n", counted, place)
        counted = place
        if first and text[place : place + 1] == "]":
            break
        if place + MOST_LINE > offset + len(window) < len(text):  # a longer one is cut off, and so no JSON
            offset, window = place, text[place : place + 2 * MOST_LINE]
        value, end = _decoded(decoder, window, place - offset, rows, line)
        yield value, line
        first = False
        place = _past_space(text, offset + end)
        if text[place : place + 1] == "]":
            break
        if text[place : place + 1] != ",":
            raise DatasetError("bad_json", row=rows.next, line=line, detail="no comma and no end after this object")
        place += 1
    if _past_space(text, place + 1) < len(text):
        raise DatasetError("bad_json", detail="something follows the end of the array")


def _past_space(text: str, place: int) -> int:
    return _SPACE.match(text, place).end()  # type: ignore[union-attr]


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(object_pairs_hook=_object, parse_int=str, parse_float=str, parse_constant=str)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose keys all differ: json keeps the last of equal ones without a word."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("the same key twice")
    return made


def _decoded(decoder: json.JSONDecoder, text: str, place: int, rows: Rows, line: int) -> tuple[object, int]:
    try:
        return decoder.raw_decode(text, place)
    except json.JSONDecodeError as error:
        raise DatasetError("bad_json", row=rows.next, line=line, detail=error.msg) from error
    except RecursionError as error:
        raise DatasetError("bad_json", row=rows.next, line=line, detail="nested too deeply") from error
    except ValueError as error:
        raise DatasetError("bad_json", row=rows.next, line=line, detail=str(error)) from error


def _spelt(value: object, rows: Rows, line: int) -> str:
    """A cell for what is not text: the name of a truth value, or JSON."""
    if value is None or isinstance(value, bool):
        return _NAMED[value]
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError as error:
        raise DatasetError("bad_json", row=rows.next, line=line, detail="nested too deeply") from error
