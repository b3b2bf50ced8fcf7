"""Files to tables and back, a file a form.

A table is what a file says, cell by cell; what it means is said by a `Meaning`, and judged by the dataset. Files are
strangers': each is bounded before it is parsed, parsed by code that cannot run it, and refused with a reason and a place.
"""

from __future__ import annotations

import re

from rnn_core.data.formats import data_py, delimited, dialect, fasttext, json_records, lines
from rnn_core.data.formats.decoding import ENCODINGS, decode, samples
from rnn_core.data.formats.dialect import DELIMITERS
from rnn_core.data.formats.table import COLUMNS, FORMS, PARTS, QUOTES, Form, Part, Quotes, ReadAs, Table, is_text
from rnn_core.errors import DatasetError
from rnn_core.limits import Limits

__all__ = [
    "COLUMNS",
    "DELIMITERS",
    "ENCODINGS",
    "FORMS",
    "PARTS",
    "QUOTES",
    "Form",
    "Part",
    "Quotes",
    "ReadAs",
    "Table",
    "form_of",
    "is_text",
    "read_table",
    "samples",
]

_ENDINGS: dict[str, Form] = {
    **dict.fromkeys(("csv", "tsv", "tab"), "csv"),
    **dict.fromkeys(("json", "jsonl", "ndjson"), "json"),
    "py": "data_py",
}
_JSON = re.compile(r'\s*+(?:\[\s*+)?\{\s*+["}]')
_DATA_PY = re.compile(r"(?:\s++|#[^\r\n]*+)*+(?:train_data|test_data)[ \t]*=")


def read_table(
    source: bytes | str,
    name: str | None = None,
    limits: Limits | None = None,
    *,
    form: Form | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    has_header: bool | None = None,
    quotes: Quotes | None = None,
    skipped: int | None = None,
    part: Part | None = None,
) -> Table:
    """Read a file, or a pasted text, as a table. What is not given is found out, the form by the name's ending or else by what is in
    it; the table says what was found.

    encoding is one of ENCODINGS, delimiter one of DELIMITERS; delimiter, has_header, quotes and skipped (lines above the table)
    matter to the form csv only. part says which rows are kept where there are more than the limits allow; without it they are refused.

    Raises DatasetError with the reason too_large, workbook, not_text, empty_file, wrong_number_of_cells, bad_json, bad_data_py,
    too_many_rows, too_many_columns, cell_too_long or line_too_long, and nothing else whatever the source is.
    """
    limits = limits or Limits()
    decoded = decode(source, limits, encoding)
    text = "" if decoded.text.isspace() else decoded.text
    form = form or form_of(text, name)
    if not text and form != "json":
        raise DatasetError("empty_file")
    if form == "csv":
        table = delimited.parse(text, limits, delimiter, has_header, quotes, skipped, part)
    else:
        table = {"json": json_records, "fasttext": fasttext, "data_py": data_py, "lines": lines}[form].parse(text, limits, part)
    return table._replace(encoding=decoded.encoding, is_guess=decoded.is_guess, replaced=decoded.replaced)


def form_of(text: str, name: str | None) -> Form:
    """Return what form a text is in: by the ending of its file's name, or else by what is in it."""
    if fasttext.is_fasttext(text):
        return "fasttext"
    ending = (name or "").rpartition(".")[2].lower()
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    if _JSON.match(text):
        return "json"
    if _DATA_PY.match(text):
        return "data_py"
    return "csv" if dialect.guess(text).certain else "lines"
