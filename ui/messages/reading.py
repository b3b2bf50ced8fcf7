"""How a file was read, in words."""

from __future__ import annotations

from rnn_core.data.formats import Part, Table
from ui.language import Texts, gettext, mark, ngettext, number
from ui.messages.formatting import joined

DELIMITERS = Texts({",": mark("comma"), "\t": mark("tab"), ";": mark("semicolon"), "|": mark("vertical bar")})

FORMS = Texts(
    {
        "csv": mark("table"),
        "json": mark("JSON"),
        "data_py": mark("the guide's data.py"),
        "fasttext": mark("fastText"),
        "lines": mark("lines of text"),
    }
)

ENCODINGS = Texts(
    {
        "utf-8": mark("UTF-8"),
        "utf-8-sig": mark("UTF-8 with a byte order mark"),
        "utf-16": mark("UTF-16"),
        "utf-16-le": mark("UTF-16"),
        "utf-16-be": mark("UTF-16"),
        "cp1252": mark("Western European (Windows-1252)"),
        "gb18030": mark("Chinese (GB 18030)"),
        "cp932": mark("Japanese (Shift-JIS)"),
        "cp949": mark("Korean (EUC-KR)"),
        "big5hkscs": mark("Traditional Chinese (Big5)"),
        "cp1251": mark("Cyrillic (Windows-1251)"),
    }
)

QUOTES = Texts(
    {
        "doubled": mark("around cells, doubled inside"),
        "escaped": mark("around cells, after a backslash inside"),
        "none": mark("ordinary characters"),
    }
)


def too_many_rows(count: int, most: int) -> str:
    """There are more rows than fit, and how many do."""
    return gettext("There are {count} rows, but only {most} fit. Rows to keep", count=number(count), most=number(most))


def part(which: Part, most: int) -> str:
    """A part of the rows, as a choice."""
    if which == "first":
        return gettext("the first {count}", count=number(most))
    return gettext("{count} at random, always the same ones", count=number(most))


def table_line(table: Table) -> str:
    """How a file was read, so that it can be corrected."""
    details = [FORMS[table.form]]
    if table.delimiter is not None:
        details.append(gettext("delimiter: {delimiter}", delimiter=DELIMITERS[table.delimiter]))
    if table.has_header is not None:
        details.append(gettext("with a header line") if table.has_header else gettext("without a header line"))
    if table.encoding is not None:
        details.append(ENCODINGS.get(table.encoding, table.encoding))
    return ngettext(
        "{count} row read ({details}).",
        "{count} rows read ({details}).",
        len(table.rows),
        details=joined(details),
    )


def table_notes(table: Table) -> str:
    """What was made to fit or left out when a file was read, a line each; empty where nothing was."""
    notes = []
    if table.is_guess:
        encoding = ENCODINGS[table.encoding or "utf-8"]
        notes.append(
            gettext(
                "The encoding is a guess: {encoding}. If words look wrong, choose another in the import options.",
                encoding=encoding,
            )
        )
    if table.replaced:
        notes.append(
            ngettext(
                "{count} character could not be read and was replaced.",
                "{count} characters could not be read and were replaced.",
                table.replaced,
            )
        )
    if table.skipped:
        notes.append(
            ngettext("{count} line above the table was left out.", "{count} lines above the table were left out.", table.skipped)
        )
    if table.short:
        notes.append(
            ngettext(
                "{count} row has fewer cells than there are columns. Its missing cells are empty.",
                "{count} rows have fewer cells than there are columns. Their missing cells are empty.",
                table.short,
            )
        )
    if table.too_long:
        notes.append(
            ngettext(
                "{count} row has more cells than there are columns and was left out, on line {line}. Put a sentence that contains the "
                "delimiter in double quotes.",
                "{count} rows have more cells than there are columns and were left out, the first on line {line}. Put a sentence that "
                "contains the delimiter in double quotes.",
                len(table.too_long),
                line=number(table.too_long[0]),
            )
        )
    if table.loose:
        notes.append(
            ngettext(
                "{count} quotation mark neither begins nor ends a cell. It was read as a character.",
                "{count} quotation marks neither begin nor end a cell. They were read as characters.",
                table.loose,
            )
        )
    return notes[0] if len(notes) == 1 else "\n".join(f"- {note}" for note in notes)
