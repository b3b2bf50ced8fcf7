"""Files to rows and back. A row here is what the file says, cell by cell; what it means is the dataset's to judge."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import NamedTuple

from rnn_core.errors import DatasetError
from rnn_core.limits import Limits

COLUMNS = ("text", "label", "split")


class RawRow(NamedTuple):
    """One record of a file, as written, and the line (from 1) on which it ends."""

    text: str
    label: str
    split: str
    line: int


def read_csv(source: bytes | str, limits: Limits) -> list[RawRow]:
    """Rows of a CSV with the header text,label,split (in any order and case).

    Raises DatasetError with the reason too_large, not_text, bad_header, bad_csv, too_many_rows or wrong_number_of_cells.
    Size is judged before anything is decoded, the number of rows while reading.
    """
    csv.field_size_limit(max(csv.field_size_limit(), limits.upload_bytes))  # a cell may be as long as its file
    lines = csv.reader(io.StringIO(decode(source, limits), newline=""), strict=True)
    rows: list[RawRow] = []
    try:
        header = [cell.strip().lower() for cell in next(lines, [])]
        if sorted(header) != sorted(COLUMNS):
            raise DatasetError("bad_header", line=1, detail=",".join(header))
        order = [header.index(column) for column in COLUMNS]
        for cells in lines:
            if not cells:
                continue
            row = len(rows) + 1
            if row > limits.rows:
                raise DatasetError("too_many_rows", row=row, line=lines.line_num, detail=f"at most {limits.rows:,}")
            if len(cells) != len(COLUMNS):
                raise DatasetError("wrong_number_of_cells", row=row, line=lines.line_num, detail=f"{len(cells)} instead of 3")
            text, label, split = (cells[i] for i in order)
            rows.append(RawRow(text, label, split, lines.line_num))
    except csv.Error as error:
        raise DatasetError("bad_csv", row=len(rows) + 1, line=lines.line_num, detail=str(error)) from error
    return rows


def write_csv(rows: Iterable[tuple[str, str, str]]) -> str:
    """(text, label, split) rows as CSV with a header; lines end as RFC 4180 asks. Cells are written verbatim."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return out.getvalue()


def decode(source: bytes | str, limits: Limits) -> str:
    """UTF-8 text, with or without a byte order mark. Raises DatasetError: too_large or not_text."""
    if len(source) > limits.upload_bytes:
        raise DatasetError("too_large", detail=f"{len(source):,} bytes, at most {limits.upload_bytes:,}")
    if isinstance(source, bytes):
        try:
            source = source.decode("utf-8")
        except UnicodeDecodeError as error:
            raise DatasetError("not_text", detail=f"byte {error.start:,} is not UTF-8") from error
    if "\0" in source:
        raise DatasetError("not_text", detail="it holds NUL bytes")
    return source.removeprefix("\ufeff")
