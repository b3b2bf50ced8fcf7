"""How a file was read, in words."""

from __future__ import annotations

from rnn_core.data.formats import Part, Table
from ui.messages.formatting import counted, number

DELIMITERS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "upright bars"}

FORMS = {"csv": "a table", "json": "JSON", "data_py": "the guide's data.py", "fasttext": "fastText", "lines": "lines of text"}

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a byte order mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Western European (Windows-1252)",
    "gb18030": "Chinese (GB 18030)",
    "cp932": "Japanese (Shift-JIS)",
    "cp949": "Korean (EUC-KR)",
    "big5hkscs": "Traditional Chinese (Big5)",
    "cp1251": "Cyrillic (Windows-1251)",
}

QUOTES = {
    "doubled": "around cells, doubled inside",
    "escaped": "around cells, after a backslash inside",
    "none": "plain characters",
}


def too_many_rows(count: int, most: int) -> str:
    """There are more rows than fit, and how many do."""
    return f"There are {number(count)} rows; {number(most)} fit. Which ones?"


def part(which: Part, most: int) -> str:
    """A part of the rows, as a choice."""
    return f"the first {number(most)}" if which == "first" else f"{number(most)} drawn at random, always the same ones"


def table_line(table: Table) -> str:
    """How a file was read, so that it can be put right."""
    words = [f"Read as {FORMS[table.form]}"]
    if table.delimiter is not None:
        words.append(f"{DELIMITERS[table.delimiter]} between the cells")
    if table.has_header is not None:
        words.append("the first line names the columns" if table.has_header else "no line names the columns")
    if table.encoding is not None:
        words.append(ENCODINGS.get(table.encoding, table.encoding))
    return f"{', '.join(words)}: {counted(len(table.rows), 'row')}."


def table_notes(table: Table) -> str:
    """What was made to fit or left out when a file was read, a line each; empty where nothing was."""
    notes = []
    if table.is_guess:
        encoding = ENCODINGS[table.encoding or "utf-8"]
        notes.append(f"The encoding is a guess: {encoding}. If words look wrong, choose another in the import options.")
    if table.replaced:
        notes.append(f"Characters that could not be read and were replaced: {number(table.replaced)}.")
    if table.skipped:
        notes.append(f"Lines above the table that were left out: {number(table.skipped)}.")
    if table.short:
        notes.append(f"Rows with fewer cells than columns: {number(table.short)}. Their missing cells are empty.")
    if table.too_long:
        notes.append(
            f"Rows with more cells than columns: {number(len(table.too_long))}, the first on line {number(table.too_long[0])}. They were "
            "left out. A sentence that holds the delimiter must stand in double quotes."
        )
    if table.loose:
        notes.append(f"Quotes that neither begin nor end a cell: {number(table.loose)}. They were read as characters.")
    return notes[0] if len(notes) == 1 else "\n".join(f"- {note}" for note in notes)
