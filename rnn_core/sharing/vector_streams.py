"""A stream of word vectors, as text or binary, of which the wanted ones are kept (see vector_files.py).

GloVe has no first line; word2vec and fastText begin with the number of words and the size of a vector. Bytes, lines and numbers are
bounded while they are read.
"""

from __future__ import annotations

import gzip
import io
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import IO, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from rnn_core.data.word_vectors import MOST_SIZE, MOST_WORD, WordVectors, is_vector_word
from rnn_core.errors import VectorFileError
from rnn_core.limits import Limits

ENDINGS = ("txt", "vec", "bin", "gz", "zip", "npz", "kv", "model", "pkl")
"""Endings of the names of files that are read, and of those that are refused by their kind."""
_HEAD = 1 << 16
"""Bytes from which the kind of a file is told."""
_MOST_LINE = 200_000
"""Bytes of a line, at most: 4096 numbers of 40 characters fit. A longer one does not fit any vector."""
_PIECE = 1 << 20
_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"\x89HDF", "HDF5"),
    (b"\x93NUMPY", "NumPy array without words"),
    (b"PK", "archive in an archive"),
)
_FASTTEXT_BIN = b"\xba\x16\x4f\x2f"
_SPACE = b" \t\r\n"

Row = npt.NDArray[np.float32]
Whole: TypeAlias = "io.BufferedReader[io.RawIOBase]"


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """The most that is read of one file."""

    unpacked_bytes: int
    lines: int = 20_000_000
    numbers: int
    """in the vectors that are kept"""

    @classmethod
    def of(cls, limits: Limits) -> Bounds:
        """Return the bounds for a file that somebody uploads: unpacked, it may be ten times as long as an upload."""
        return cls(unpacked_bytes=10 * limits.upload_bytes, numbers=limits.parameters)


class VectorFile(NamedTuple):
    """What was read."""

    vectors: WordVectors
    lines: int
    """vectors in the file, also those that were not wanted and those that do not fit"""
    malformed: int
    """lines that do not fit: another number of columns, or something that is not a finite number"""
    replaced: int
    """words with bytes that are not UTF-8"""


class _Bounded(io.RawIOBase):
    """A stream of at most so many bytes. Raises VectorFileError (too_large, damaged)."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, most: int) -> None:
        self._stream, self._most, self._count = stream, most, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]  # BufferedReader gives a memoryview
        try:
            piece = self._stream.read(min(len(buffer), self._most - self._count + 1))
        except Exception as error:  # whatever an unpacker throws: it names no list
            raise VectorFileError("damaged", str(error)) from error
        self._count += len(piece)
        if self._count > self._most:
            raise VectorFileError("too_large", f"at most {self._most:,} bytes")
        buffer[: len(piece)] = piece
        return len(piece)


class _Kept:
    """The vectors of the wanted words, and what was counted."""

    def __init__(self, wanted: Collection[str], size: int, bounds: Bounds) -> None:
        self.size, self._wanted, self._bounds = size, frozenset(wanted), bounds
        self.found: dict[str, Row] = {}
        self.lines = self.malformed = self.replaced = 0

    def wants(self, raw: bytes) -> str | None:
        """Count one more line; return its word if its vector is wanted. Of a word that occurs twice, the first counts."""
        self.lines += 1
        if self.lines > self._bounds.lines:
            raise VectorFileError("too_many_lines", f"at most {self._bounds.lines:,}")
        try:
            word = raw.decode()
        except UnicodeDecodeError:
            word = raw.decode("utf-8", "replace")
            self.replaced += 1
        return word if word in self._wanted and word not in self.found else None

    def keep(self, word: str, row: Row) -> None:
        """Keep a vector, or count it as malformed."""
        if row.shape != (self.size,) or not np.isfinite(row).all() or not is_vector_word(word):
            self.malformed += 1
        elif (len(self.found) + 1) * self.size > self._bounds.numbers:
            raise VectorFileError("over_limits", f"at most {self._bounds.numbers:,} numbers")
        else:
            self.found[word] = row

    def file(self, name: str) -> VectorFile:
        if not self.found:
            raise VectorFileError("no_known_words", f"{self.lines:,} words")
        return VectorFile(WordVectors.of(name, self.found), self.lines, self.malformed, self.replaced)


def read(stream: IO[bytes] | gzip.GzipFile, name: str, wanted: Collection[str], bounds: Bounds) -> VectorFile:
    bounded: io.RawIOBase = _Bounded(stream, bounds.unpacked_bytes)
    whole = io.BufferedReader(bounded, _HEAD)
    head = whole.peek(_HEAD)
    if not head.strip():
        raise VectorFileError("empty")
    if head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        raise VectorFileError("pickle", name)
    if head.startswith(_FASTTEXT_BIN):
        raise VectorFileError("fasttext_bin", name)
    for sign, kind in _KINDS:
        if head.startswith(sign):
            raise VectorFileError("other_kind", kind)
    count, size, is_binary = _shape(head)
    if not 0 < size <= MOST_SIZE:
        raise VectorFileError("dimension", f"{size:,}, at most {MOST_SIZE:,}")
    kept = _Kept(wanted, size, bounds)
    if count is not None:
        whole.readline(_HEAD)
    if is_binary:
        _read_binary(whole, count or 0, kept)
    else:
        _read_text(whole, kept)
    return kept.file(name)


def _shape(head: bytes) -> tuple[int | None, int, bool]:
    """Return the number of words if the file begins with it, the size of a vector, and whether the numbers are binary."""
    lines = head.split(b"\n")
    if len(lines) > 1 and len(head) >= _HEAD:
        del lines[-1]  # the head may end in its middle
    rows = [fields for line in lines[:20] if (fields := line.split())]
    if not rows:
        raise VectorFileError("other_kind", "no word with numbers")
    first = rows[0]
    if len(first) == 2 and all(part.isdigit() and len(part) < 16 for part in first) and len(lines) > 1:
        count, size = int(first[0]), int(first[1])
        if len(rows) > 1 and _numbers(rows[1][-size:]) == size and len(rows[1]) > size:
            return count, size, False
        if not all(_numbers(fields[1:]) == len(fields) - 1 == 1 for fields in rows):
            return count, size, True
    sizes = Counter(len(fields) - 1 for fields in rows if len(fields) > 1 and _numbers(fields[-1:]))
    if not sizes:
        raise VectorFileError("other_kind", "no word with numbers")
    return None, sizes.most_common(1)[0][0], False


def _numbers(parts: list[bytes]) -> int:
    """Return how many of the parts are numbers."""
    count = 0
    for part in parts:
        try:
            float(part)
            count += b"_" not in part
        except ValueError:
            pass
    return count


def _lines(whole: Whole) -> Iterator[bytes | None]:
    """Yield the lines, and None for one that is too long."""
    while line := whole.readline(_MOST_LINE):
        if len(line) == _MOST_LINE and not line.endswith(b"\n"):
            while (rest := whole.readline(_PIECE)) and not rest.endswith(b"\n"):
                pass
            yield None
        else:
            yield line


def _read_text(whole: Whole, kept: _Kept) -> None:
    """Read lines of a word and its numbers. A word may contain spaces, so the numbers are split off from the right."""
    size = kept.size
    for line in _lines(whole):
        row = (line or b"").strip(b"\r\n").rstrip(_SPACE).replace(b"\t", b" ")
        if line is not None and not row:
            continue
        columns = row.count(b" ")
        if columns < size or line is None:
            kept.wants(b"")
            kept.malformed += 1
            continue
        parts = row.split(b" ", 1) if columns == size else row.rsplit(b" ", size)
        if (word := kept.wants(parts[0])) is not None:
            numbers = parts[1].split(b" ") if columns == size else parts[1:]
            kept.keep(word, _parsed(numbers))


def _parsed(numbers: list[bytes]) -> Row:
    """Return the numbers (D,); nothing if one is not a number."""
    if _numbers(numbers) < len(numbers):
        return np.zeros(0, dtype=np.float32)
    with np.errstate(over="ignore"):
        return np.array([float(number) for number in numbers]).astype(np.float32)


def _read_binary(whole: Whole, count: int, kept: _Kept) -> None:
    """Read words, each with a space and its numbers as float32, with or without a line end after them."""
    piece, at = b"", 0
    needed = 4 * MOST_WORD + 4 * kept.size + 2
    for _ in range(count):
        if len(piece) - at < needed:
            piece, at = piece[at:] + whole.read(_PIECE), 0
        while piece[at : at + 1] == b"\n":
            at += 1
        space = piece.find(b" ", at, at + 4 * MOST_WORD)
        end = space + 1 + 4 * kept.size
        if space < 0 or end > len(piece):  # the file ends before its time, or this is no such file
            kept.wants(b"")
            kept.malformed += 1
            return
        if (word := kept.wants(piece[at:space])) is not None:
            kept.keep(word, np.frombuffer(piece[space + 1 : end], dtype="<f4"))
        at = end
