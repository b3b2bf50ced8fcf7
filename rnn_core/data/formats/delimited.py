"""CSV and its kin: cells with a comma, a tab, a semicolon or a bar between them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from rnn_core.data.formats import dialect
from rnn_core.data.formats.table import COLUMNS, MOST_CELL, Rows, Table, check_size, lines_of
from rnn_core.errors import DatasetError
from rnn_core.limits import Limits

_SAID = re.compile(r'"?sep=([,\t;|])"?(?=[\r\n])', re.IGNORECASE)
"""A first line with which some spreadsheets say what stands between the cells."""


def parse(
    text: str, limits: Limits, delimiter: str | None = None, has_header: bool | None = None, quoted: bool | None = None
) -> Table:
    """Every row that has something in it. What is None is found out; the table says what was found.

    Double quotes are taken off the cells that stand in them (RFC 4180). In cells with tabs between them, where quotes are
    often plain characters, they are left where they make no sense as quotes. A first line such as sep=; is obeyed.
    Raises DatasetError: empty_file, bad_csv, wrong_number_of_cells, line_too_long and what Rows.add refuses.
    """
    if said := _SAID.match(text):
        delimiter, text = delimiter or said[1], text[said.end() :]
    if delimiter is None:
        delimiter = dialect.guess(text).delimiter
    elif delimiter not in dialect.DELIMITERS:
        raise ValueError(f"a delimiter is one of {dialect.DELIMITERS}, not {delimiter!r}")
    try:
        return _read(text, limits, delimiter, has_header, quoted is not False)
    except DatasetError as error:
        if error.reason != "bad_csv" or quoted is not None or delimiter != "\t":
            raise
    return _read(text, limits, delimiter, has_header, False)


def _read(text: str, limits: Limits, delimiter: str, has_header: bool | None, quoted: bool) -> Table:
    if has_header is None:
        has_header = dialect.has_header(text, delimiter, quoted)
    rows = Rows(limits)
    columns: list[str] = []
    line = 1
    reader = dialect.cells_of(lines_of(text), delimiter, quoted)
    try:
        for cells in reader:
            begun, line = line, reader.line_num + 1
            if not any(cells):
                continue
            if not columns:
                columns = cells if has_header else [""] * len(cells)
                if has_header:
                    check_size(cells, None, begun)
                    continue
            if len(cells) != len(columns):
                detail = f"{len(cells):,} instead of {len(columns)}"
                raise DatasetError("wrong_number_of_cells", row=rows.next, line=begun, detail=detail)
            rows.add(cells, begun)
    except csv.Error as error:
        if "field limit" in str(error):  # of the csv module, above ours
            raise DatasetError("cell_too_long", row=rows.next, line=line, detail=f"at most {MOST_CELL:,} characters") from error
        raise DatasetError("bad_csv", row=rows.next, line=line, detail=str(error)) from error
    if not columns:
        raise DatasetError("empty_file")
    return rows.table("csv", columns)._replace(delimiter=delimiter, has_header=has_header, quoted=quoted)


def write(rows: Iterable[tuple[str, str, str]], delimiter: str = ",") -> str:
    """(text, label, split) rows with a header; lines end as RFC 4180 asks. Cells are written verbatim."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return out.getvalue()
