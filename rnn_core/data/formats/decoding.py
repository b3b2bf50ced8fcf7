"""Turn bytes into text: by their byte order mark, as UTF-8, as asked for, or by a best guess that says that it is one."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from rnn_core.data.formats.table import is_text
from rnn_core.errors import DatasetError, shorten
from rnn_core.limits import Limits

ENCODINGS = ("utf-8", "utf-16", "cp1252", "gb18030", "cp932", "cp949", "big5hkscs", "cp1251")
"""The encodings that can be asked for, by Python's names. Files in the last four are known elsewhere as Shift-JIS, EUC-KR, Big5
and Windows-1251."""

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_GUESSED = ENCODINGS[2:]
_ONE_BYTE = ("cp1252", "cp1251")
_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
"""How workbooks begin: those of today are ZIP archives, older ones OLE files."""

_SAMPLE = 20_000
"""Bytes that a guess looks at."""
_GOOD_FOR_BAD = 20
"""Characters beyond ASCII that an encoding must read for each that it cannot, to be the best guess."""
_FEWEST_ZEROS = 0.1
"""The share of characters in UTF-16 that are below 256 in most languages, as spaces and delimiters are."""
_MOST_CONTROLS = 0.01
"""The share of control characters up to which bytes of unknown encoding are taken for text."""
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_OTHERS = re.compile(r"[^\x00-\x7f]")
_HALF_WIDTH = re.compile("[\uff61-\uff9f]")
"""Katakana of half the width: rare in Japanese files, frequent where other bytes are taken for Japanese."""


class Decoded(NamedTuple):
    """A text, and how it was found in the bytes."""

    text: str
    encoding: str | None
    """One of ENCODINGS, utf-8-sig, utf-16-le or utf-16-be; None for what was text already."""
    is_guess: bool = False
    """Whether the bytes leave open what the encoding is, and nobody said it."""
    replaced: int = 0
    """Places that could not be read, each replaced by U+FFFD."""


def decode(source: bytes | str, limits: Limits, encoding: str | None = None) -> Decoded:
    """Return the text without its byte order mark and its end-of-file mark.

    Without an encoding, the byte order mark decides, then whether the bytes are UTF-8, then a guess. What the encoding cannot read
    is replaced and counted. The size is checked before anything is decoded.

    Raises DatasetError: too_large, workbook, or not_text where the bytes hold NULs or too many control characters to be text.
    """
    if len(source) > limits.upload_bytes:
        raise DatasetError("too_large", detail=f"{len(source):,} bytes, at most {limits.upload_bytes:,}")
    if encoding is not None and encoding not in ENCODINGS:
        raise ValueError(f"the encoding is one of {', '.join(ENCODINGS)}, not {encoding!r}")
    if isinstance(source, str):
        if not is_text(source):
            raise DatasetError("not_text", detail="it holds a NUL or half a character")
        return Decoded(_without_end_mark(source.removeprefix("\ufeff")), None)
    if source.startswith(_ARCHIVES):
        raise DatasetError("workbook")
    found, is_guess = (encoding, False) if encoding else _encoding_of(source)
    text, replaced = _read(source, found)
    if "\0" in text:
        raise DatasetError("not_text", detail="it holds NUL bytes")
    if is_guess and len(_CONTROLS.findall(text)) > _MOST_CONTROLS * len(text):
        raise DatasetError("not_text", detail="it holds too many control characters")
    return Decoded(_without_end_mark(text.removeprefix("\ufeff")), found, is_guess, replaced)


def samples(source: bytes, length: int = 60) -> dict[str, str]:
    """Return how the first line that is not plain ASCII reads in each of ENCODINGS; a line that is ASCII where there is none."""
    lines = source[:_SAMPLE].split(b"\n") if b"\0" not in source[:_SAMPLE] else [source[:_SAMPLE]]
    line = next((line for line in lines if not line.isascii()), lines[0])
    return {name: shorten(_read(line, name)[0].replace("\0", " "), length) for name in ENCODINGS}


def _encoding_of(source: bytes) -> tuple[str, bool]:
    """Return the encoding, and whether it is a guess."""
    if marked := next((name for mark, name in _MARKS.items() if source.startswith(mark)), None):
        return marked, False
    try:
        source.decode()
    except UnicodeDecodeError as error:
        is_cut = error.start >= len(source) - 3 and error.reason == "unexpected end of data"
        text = source.decode(errors="replace")
        bad = text.count("\ufffd")
        if is_cut or len(_OTHERS.findall(text)) > _GOOD_FOR_BAD * bad:
            return "utf-8", True
        return _utf_16(source) or _guess(source), True
    return (_utf_16(source) or "utf-8"), b"\0" in source


def _utf_16(source: bytes) -> str | None:
    """Return the kind of UTF-16 of bytes without a mark, if a good part of every other byte is 0, and few between them."""
    half, odd = divmod(len(source), 2)
    high, low = source[::2].count(0), source[1::2].count(0)
    name = "utf-16-le" if low > high else "utf-16-be"
    if odd or not half or max(high, low) < _FEWEST_ZEROS * half or min(high, low) > max(high, low) / 20:
        return None
    text, replaced = _read(source, name)
    return None if replaced or "\0" in text else name


def _guess(source: bytes) -> str:
    """Return the encoding in which a sample of the lines that are not ASCII looks most like text of a language."""
    from charset_normalizer import from_bytes

    sample = bytearray()
    for line in source.splitlines(keepends=True):
        if not line.isascii():
            sample += line[:_SAMPLE]
        if len(sample) >= _SAMPLE:
            break

    def disorder(name: str) -> tuple[bool, float, float, int, int]:
        text, replaced = _read(source, name)
        is_wrong = replaced * _GOOD_FOR_BAD > len(_OTHERS.findall(text))
        known = bytes(sample).translate(None, _undefined(name)) if name in _ONE_BYTE else bytes(sample)
        match = from_bytes(known, cp_isolation=[name], threshold=1.0).best()
        chaos, coherence = (match.chaos, match.coherence) if match else (1.0, 0.0)
        return is_wrong, chaos, -coherence, len(_HALF_WIDTH.findall(text[:_SAMPLE])), replaced

    return min(_GUESSED, key=disorder)


def _read(source: bytes, name: str) -> tuple[str, int]:
    """Return the text, and in how many places something could not be read."""
    if name in _ONE_BYTE:
        return codecs.charmap_decode(source, "strict", _table(name))[0], 0
    try:
        return source.decode(name), 0
    except UnicodeDecodeError:
        text = source.decode(name, "replace")
        return text, text.count("\ufffd")


def _without_end_mark(text: str) -> str:
    """Return the text without the control character that ends a file of DOS, and without the line that ends one of PostgreSQL."""
    rest = text.rstrip("\r\n")
    if rest.endswith("\x1a"):
        return rest.rstrip("\x1a")
    if rest == "\\." or rest.endswith(("\n\\.", "\r\\.")):
        return rest[:-2]
    return text


@cache
def _table(name: str) -> str:
    """Return what each of the 256 bytes stands for: as WHATWG has it, undefined ones are the control characters of their number."""
    return "".join(_characters(name))


def _characters(name: str) -> Iterator[str]:
    for byte in range(256):
        yield chr(byte) if bytes([byte]) in _undefined(name) else bytes([byte]).decode(name)


@cache
def _undefined(name: str) -> bytes:
    def is_defined(byte: int) -> bool:
        try:
            bytes([byte]).decode(name)
        except UnicodeDecodeError:
            return False
        return True

    return bytes(byte for byte in range(256) if not is_defined(byte))
