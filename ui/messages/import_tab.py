"""Sentences on their way in, in words."""

from __future__ import annotations

from collections.abc import Mapping

from rnn_core.data.formats import Table
from rnn_core.errors import shorten
from ui.messages.formatting import number, plain

DELIMITERS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "upright bars"}

FORMS = {"csv": "a table", "json": "JSON", "data_py": "the guide's data.py", "lines": "lines of text"}

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a byte order mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Western European (Windows-1252)",
    "gb18030": "Chinese (GB 18030)",
}


def table_line(table: Table) -> str:
    """How a file was read, so that it can be put right."""
    words = [f"Read as {FORMS[table.form]}"]
    if table.delimiter is not None:
        words.append(f"{DELIMITERS[table.delimiter]} between the cells")
    if table.has_header is not None:
        words.append("the first line names the columns" if table.has_header else "no line names the columns")
    if table.encoding is not None:
        words.append(ENCODINGS.get(table.encoding, table.encoding))
    return f"{', '.join(words)}: {number(len(table.rows))} rows."


def label_counts(counts: Mapping[str, int]) -> str:
    """Labels that are not understood yet, and how many rows have each."""
    shown = ", ".join(f"“{plain(shorten(label, 24))}” ({number(count)})" for label, count in list(counts.items())[:12])
    return shown if len(counts) <= 12 else f"{shown} and {number(len(counts) - 12)} more"
