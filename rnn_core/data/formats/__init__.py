"""Files to tables and back, a file a form.

A table is what a file says, cell by cell; what it means is said by a `Meaning`, and judged by the dataset. Files are
strangers': each is bounded before it is parsed, parsed by code that cannot run it, and refused with a reason and a place.
"""

from __future__ import annotations

import re

from rnn_core.data.formats import data_py, delimited, dialect, json_records, lines
from rnn_core.data.formats.decoding import ENCODINGS, decode
from rnn_core.data.formats.dialect import DELIMITERS
from rnn_core.data.formats.table import COLUMNS, FORMS, Form, Table, is_text
from rnn_core.errors import DatasetError
from rnn_core.limits import Limits

__all__ = ["COLUMNS", "DELIMITERS", "ENCODINGS", "FORMS", "Form", "Table", "is_text", "read_table"]

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
    quoted: bool | None = None,
) -> Table:
    """A file, or a pasted text, as a table. Form, encoding, delimiter, header and quotes are found out where they are not
    given, the form by the name's ending or else by what is in it; the table says what was found.

    encoding is one of ENCODINGS, delimiter one of DELIMITERS; delimiter, has_header and quoted matter to the form csv only.

    Raises DatasetError with the reason too_large, workbook, not_text, empty_file, bad_csv, wrong_number_of_cells, bad_json,
    bad_data_py, too_many_rows, too_many_columns, cell_too_long or line_too_long, and nothing else whatever the source is.
    """
    limits = limits or Limits()
    text, found = decode(source, limits, encoding)
    text = "" if text.isspace() else text
    form = form or form_of(text, name)
    if not text and form != "json":
        raise DatasetError("empty_file")
    if form == "csv":
        table = delimited.parse(text, limits, delimiter, has_header, quoted)
    else:
        table = {"json": json_records, "data_py": data_py, "lines": lines}[form].parse(text, limits)
    return table._replace(encoding=found)


def form_of(text: str, name: str | None) -> Form:
    """What form a text is in: by the ending of its file's name, or else by what is in it."""
    ending = (name or "").rpartition(".")[2].lower()
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    if _JSON.match(text):
        return "json"
    if _DATA_PY.match(text):
        return "data_py"
    return "csv" if dialect.guess(text).certain else "lines"
