"""Bytes to text, or a reason why not."""

from __future__ import annotations

import codecs

from rnn_core.data.formats.table import is_text
from rnn_core.errors import DatasetError
from rnn_core.limits import Limits

ENCODINGS = ("utf-8", "utf-16", "cp1252", "gb18030")
"""What may be asked for. Only the first two are ever found out: any bytes can be taken for the others."""

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp1252": "Windows-1252", "gb18030": "GB 18030"}
_ARCHIVE = b"PK\x03\x04"


def decode(source: bytes | str, limits: Limits, encoding: str | None = None) -> tuple[str, str | None]:
    """The text without its byte order mark, and the encoding it was in: by its mark, or else UTF-8, or as asked for.

    Size is judged before anything is decoded. Raises DatasetError: too_large, workbook or not_text.
    """
    if len(source) > limits.upload_bytes:
        raise DatasetError("too_large", detail=f"{len(source):,} bytes, at most {limits.upload_bytes:,}")
    if encoding is not None and encoding not in ENCODINGS:
        raise ValueError(f"the encoding is one of {', '.join(ENCODINGS)}, not {encoding!r}")
    if isinstance(source, str):
        if not is_text(source):
            raise DatasetError("not_text", detail="it holds a NUL or half a character")
        return source.removeprefix("\ufeff"), None
    if source.startswith(_ARCHIVE):
        raise DatasetError("workbook")
    found = encoding or next((name for mark, name in _MARKS.items() if source.startswith(mark)), "utf-8")
    try:
        text = source.decode(found)
    except UnicodeDecodeError as error:
        detail = f"byte {error.start:,} is not {_NAMES.get(found, 'UTF-16')}"
        raise DatasetError("not_text", detail=detail) from error
    if "\0" in text:
        raise DatasetError("not_text", detail="it holds NUL bytes")
    return text.removeprefix("\ufeff"), found
