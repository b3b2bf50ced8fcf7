"""How a file is read: found out, shown, and put right by whoever knows better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from rnn_core import DatasetError, Limits
from rnn_core.data.formats import DELIMITERS, ENCODINGS, FORMS, PARTS, QUOTES, Form, Part, Quotes, ReadAs, Table
from ui.language import gettext
from ui.messages import reading as messages
from ui.session.incoming import Incoming

T = TypeVar("T", bound=str)

TYPES = ("csv", "tsv", "tab", "txt", "json", "jsonl", "ndjson", "py", "train", "valid", "ft", "xlsx", "xls", "ods")
"""Endings of the files that can be chosen. Workbooks are refused with what to do instead."""
HOPELESS = ("too_large", "workbook", "not_text", "empty_file")
"""Reasons why a file cannot be read, however it is read."""
MOST_ABOVE = 1_000
FOUND_OUT = ReadAs(part="first")
"""How a file is read before a visitor says anything."""


def read(incoming: Incoming, limits: Limits, key: str) -> Table:
    """Draw how the file was read, what was made to fit, and the import options. Raises DatasetError where it cannot be read."""
    line, notes, beyond = st.empty(), st.empty(), st.empty()
    found = incoming.table(limits, FOUND_OUT)
    if isinstance(found, DatasetError) and found.reason in HOPELESS:
        raise found
    with (
        st.expander(gettext("Import options"), expanded=isinstance(found, DatasetError)),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        how = _options(incoming, limits, found, f"{incoming.digest}-{key}")
    found = incoming.table(limits, how)
    if isinstance(found, Table) and found.beyond:
        with beyond:
            how = how._replace(part=part(len(found.rows) + found.beyond, len(found.rows), f"{incoming.digest}-{key}"))
        found = incoming.table(limits, how)
    if isinstance(found, DatasetError):
        raise found
    line.caption(messages.table_line(found))
    if told := messages.table_notes(found):
        notes.warning(told, icon=":material/visibility:")
    return found


def part(count: int, most: int, key: str) -> Part:
    """Let the visitor choose which rows are kept of more than fit."""
    return st.selectbox(
        messages.too_many_rows(count, most), PARTS, key=f"part-{key}", format_func=lambda way: messages.part(way, most), width=420
    )


def _options(incoming: Incoming, limits: Limits, found: Table | DatasetError, key: str) -> ReadAs:
    """Return how the file is read with the options chosen. Each option shows what was found out under the ones before it."""
    how = FOUND_OUT
    if incoming.samples:
        how = how._replace(encoding=_encoding(incoming, found, key))
        found = incoming.table(limits, how)
    how = how._replace(form=_form(found, f"{key}-{how.encoding}"))
    found = incoming.table(limits, how)
    form = how.form or (found.form if isinstance(found, Table) else "csv")
    if form not in ("csv", "lines"):
        return how
    delimiter = _delimiter(found, f"{key}-{how.encoding}-{form}")
    if delimiter is not None:
        how = how._replace(form="csv", delimiter=delimiter)
        found = incoming.table(limits, how)
    elif form == "lines":
        return how
    return _details(found, how, f"{key}-{how.encoding}-{how.delimiter}")


def _encoding(incoming: Incoming, found: Table | DatasetError, key: str) -> str | None:
    at = found.encoding if isinstance(found, Table) else None
    known = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}.get(at or "", at)
    is_plain = len({incoming.samples[name] for name in ENCODINGS if name != "utf-16"}) == 1

    def name(encoding: str) -> str:
        words = messages.ENCODINGS[encoding]
        return words if is_plain else gettext("{encoding}: {sample}", encoding=words, sample=incoming.samples[encoding])

    told = gettext("Each choice shows how a line of the file reads in that encoding.")
    chosen = _choose(gettext("Encoding"), ENCODINGS, known, name, f"encoding-{key}", 420, told)
    return None if chosen == known else chosen


def _form(found: Table | DatasetError, key: str) -> Form | None:
    at = found.form if isinstance(found, Table) else None
    chosen = _choose(gettext("Format"), FORMS, at, lambda form: messages.FORMS[form], f"form-{key}")
    return None if chosen == at else chosen


def _delimiter(found: Table | DatasetError, key: str) -> str | None:
    at = found.delimiter if isinstance(found, Table) else None
    chosen = _choose(gettext("Delimiter"), DELIMITERS, at, lambda mark: messages.DELIMITERS[mark], f"delimiter-{key}")
    return None if chosen == at else chosen


def _choose(
    title: str, options: Sequence[T], at: T | None, name: Callable[[T], str], key: str, width: int = 180, told: str | None = None
) -> T | None:
    """Let the visitor choose how the file is read. at: how it is read now, None if that is not known."""
    place = options.index(at) if at else None
    return st.selectbox(
        title, options, place, key=key, format_func=name, placeholder=gettext("as detected"), help=told, width=width
    )


def _details(found: Table | DatasetError, how: ReadAs, key: str) -> ReadAs:
    """The quotes, the header and the lines above the table."""
    at = found if isinstance(found, Table) else Table("csv", (), (), ())
    quotes: Quotes | None = _choose(gettext("Quotes"), QUOTES, at.quotes, lambda way: messages.QUOTES[way], f"quotes-{key}", 220)
    skipped = st.number_input(gettext("Lines above the table"), 0, MOST_ABOVE, at.skipped, key=f"skipped-{key}", width=180)
    header = st.toggle(gettext("The first line names the columns"), value=bool(at.has_header), key=f"header-{key}")
    if quotes != at.quotes:
        how = how._replace(quotes=quotes)
    if skipped != at.skipped:
        how = how._replace(skipped=skipped)
    if header != bool(at.has_header):
        how = how._replace(has_header=header)
    return how
