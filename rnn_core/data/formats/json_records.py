"""JSON: an object a line, an array of objects, or one object that holds a table.

Nothing is turned into a number, so that none can be too large.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from rnn_core.data.formats import json_shapes
from rnn_core.data.formats.table import COLUMNS, MOST_COLUMNS, MOST_LINE, Part, Rows, Table, lines_of
from rnn_core.errors import DatasetError
from rnn_core.limits import Limits

_SPACE = re.compile(r"[ \t\r\n]*")
_NAMED = {None: "", True: "true", False: "false"}


def parse(text: str, limits: Limits, part: Part | None = None) -> Table:
    """Read an object a row, a key a column; rows may lack some. A list of texts is a cell with commas between them, any other list
    or object within a row a cell of JSON. A row may be a list too, all rows then; its columns have no names.

    No row at all is a table of no sentences. Raises DatasetError: bad_json, not_text, line_too_long and what Rows.add refuses.
    """
    rows = Rows(limits, part)
    columns: dict[str, int] = {}
    for value, line in _values(text, rows, limits):
        item = json_shapes.flat(value)
        if not isinstance(item, dict):
            raise DatasetError("bad_json", row=rows.next, line=line, detail="neither an object in braces nor a list")
        for name in item.keys() - columns.keys():
            rows.check_text((name,), line)
        for name in item:
            columns.setdefault(name, len(columns))
        if len(columns) > MOST_COLUMNS:
            raise DatasetError("too_many_columns", row=rows.next, line=line, detail=f"more than {MOST_COLUMNS}")
        cells = [""] * len(columns)
        for name, cell in item.items():
            cells[columns[name]] = _spelled(cell, rows, line)
        rows.check_text(cells, line)
        rows.add(cells, line)
    return rows.table("json", tuple(columns) or COLUMNS)


def write(rows: Iterable[tuple[str, str | None, str]]) -> str:
    """(text, label, split) rows as JSON Lines; a missing label is null."""
    return "".join(json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) + "\n" for row in rows)


def _values(text: str, rows: Rows, limits: Limits) -> Iterator[tuple[object, int]]:
    """Yield the value of every row, and the line on which it begins."""
    begin = _past_space(text, 0)
    if text[begin : begin + 1] == "[":
        yield from _array(text, rows)
    elif (whole := _whole(text, begin, limits)) is not None and (found := json_shapes.rows(whole)) is not None:
        yield from ((value, 1) for value in found)
    else:
        yield from _lines(text, rows)


def _whole(text: str, begin: int, limits: Limits) -> object:
    """Return the value of a text that is one object and nothing else; None where it is not, or is too large to be held at once."""
    if text[begin : begin + 1] != "{":
        return None
    if text.count("{") + text.count("[") > 4 * limits.rows + 1_000 or text.count(",") > MOST_COLUMNS * limits.rows:
        return None
    try:
        value, end = _decoder().raw_decode(text, begin)
    except (ValueError, RecursionError):
        return None
    return value if _past_space(text, end) == len(text) else None


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


def _spelled(value: object, rows: Rows, line: int) -> str:
    """Return a cell: text as it is, the name of a truth value, texts with commas between them, or JSON."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return _NAMED[value]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError as error:
        raise DatasetError("bad_json", row=rows.next, line=line, detail="nested too deeply") from error
