"""CSV and its kin: cells with a comma, a tab, a semicolon or a bar between them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from rnn_core.data.formats import dialect, quoting
from rnn_core.data.formats.table import COLUMNS, MOST_CELL, MOST_COLUMNS, QUOTES, Part, Quotes, Rows, Table, check_size, lines_of
from rnn_core.errors import DatasetError
from rnn_core.limits import Limits

MOST_TOO_LONG = 0.1
"""The share of the rows that may have too many cells: they are left out. More of them, and the table was misread."""

_SAID = re.compile(r'"?sep=([,\t;|])"?(?=[\r\n])', re.IGNORECASE)
"""A first line with which some spreadsheets say what stands between the cells."""


def parse(
    text: str,
    limits: Limits,
    delimiter: str | None = None,
    has_header: bool | None = None,
    quotes: Quotes | None = None,
    skipped: int | None = None,
    part: Part | None = None,
) -> Table:
    """Read every row that has something in it. What is None is found out; the table says what was found.

    Quotes are read as RFC 4180 has them. Where they make no sense so, they are read after backslashes if that makes sense of all,
    and otherwise a quote that neither begins nor ends a cell is a character; in a table with tabs, all of them are. A first line
    such as sep=; is obeyed. skipped lines above the table, such as a title, are not part of it.

    Raises DatasetError: empty_file, wrong_number_of_cells, line_too_long and what Rows.add refuses.
    """
    if said := _SAID.match(text):
        delimiter, text = delimiter or said[1], text[said.end() :]
    if delimiter is not None and delimiter not in dialect.DELIMITERS:
        raise ValueError(f"a delimiter is one of {dialect.DELIMITERS}, not {delimiter!r}")
    if quotes is not None and quotes not in QUOTES:
        raise ValueError(f"quotes are one of {QUOTES}, not {quotes!r}")
    below = text if skipped is None else _below(text, skipped)
    if delimiter is None:
        delimiter = dialect.guess(below).delimiter
    if skipped is None:
        skipped = dialect.lines_above(text, delimiter)
        below = _below(text, skipped)
    if quotes in (None, "doubled"):
        try:
            return _table(_strict(below, delimiter), Rows(limits, part), delimiter, has_header, "doubled", skipped)
        except csv.Error:  # a quote where RFC 4180 has none
            quotes = quotes or _quotes(below, delimiter)
    return _table(quoting.records(below, delimiter, quotes), Rows(limits, part), delimiter, has_header, quotes, skipped)


def write(rows: Iterable[tuple[str, str, str]], delimiter: str = ",") -> str:
    """Write (text, label, split) rows with a header; lines end as RFC 4180 asks. Cells are written verbatim."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return out.getvalue()


def _below(text: str, skipped: int) -> str:
    """Return the text with as many empty lines at its beginning as were skipped, so that lines keep their numbers."""
    lines = lines_of(text)
    length = sum(len(line) for _, line in zip(range(skipped), lines, strict=False))
    return "\n" * skipped + text[length:]


def _strict(text: str, delimiter: str) -> Iterator[quoting.Record]:
    """Yield every row. Raises csv.Error for a quote that RFC 4180 does not have, and DatasetError: cell_too_long."""
    reader, line = dialect.cells_of(lines_of(text), delimiter), 1
    try:
        for cells in reader:
            yield quoting.Record(cells, line, 0)
            line = reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):  # of the csv module, above ours
            raise DatasetError("cell_too_long", line=line, detail=f"at most {MOST_CELL:,} characters") from error
        raise


def _quotes(text: str, delimiter: str) -> Quotes:
    """Return how to read quotes that are not those of RFC 4180."""
    if '\\"' in text and not any(record.loose for record in quoting.records(text, delimiter, "escaped")):
        return "escaped"
    return "none" if delimiter == "\t" else "doubled"


def _table(
    records: Iterator[quoting.Record], rows: Rows, delimiter: str, has_header: bool | None, quotes: Quotes, skipped: int
) -> Table:
    loose, short = 0, 0
    too_long: list[tuple[int, int, int]] = []
    first: list[quoting.Record] = []
    for record in records:
        first += [record] if any(record.cells) else []
        if len(first) == dialect.SAMPLE or len(record.cells) > MOST_COLUMNS:
            break
    if not first:
        raise DatasetError("empty_file")
    if has_header is None:
        has_header = dialect.is_header([record.cells for record in first])
    columns = first[0].cells if has_header else [""] * dialect.width([record.cells for record in first])
    check_size(columns, None, first[0].line)
    for cells, line, quotes_left in chain(first[has_header:], records):
        if not any(cells):
            continue
        if has_header and len(columns) == 1:  # nothing stands between cells where there is one
            cells = [delimiter.join(cells)]
        if any(cells[len(columns) :]):
            too_long.append((rows.next, line, len(cells)))
            continue
        short += len(cells) < len(columns)
        loose += quotes_left
        rows.add(cells[: len(columns)], line)
    if len(too_long) > MOST_TOO_LONG * (len(too_long) + rows.next - 1):
        row, line, width = too_long[0]
        raise DatasetError("wrong_number_of_cells", row=row, line=line, detail=f"{width:,} instead of {len(columns)}")
    return rows.table("csv", columns)._replace(
        delimiter=delimiter,
        has_header=has_header,
        quotes=quotes,
        skipped=skipped,
        loose=loose,
        short=short,
        too_long=tuple(line for _, line, _ in too_long),
    )
