"""Arrays by name in a file from outside: .npz without pickle, or a JSON object of name and nested lists.

The files are strangers'. The size of the file, the number of arrays and every shape are checked before a number is unpacked, and
nothing in a file can be executed. Texts in it are left out: a file that was given may come back with answers added to it.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from typing import Any, NoReturn

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.errors import ArrayFileError, ModelFileError
from rnn_core.sharing.model_file import opened, read_member

MOST_BYTES = 2_000_000
"""Size of a file, before it is read."""
MOST_ARRAYS = 100
MOST_UNPACKED = 1_000_000
"""Numbers in all arrays together."""
MOST_DIMENSIONS = 4
_HEADER = 512
_ELEMENT_BYTES = 8
_NUMBERS, _TEXTS = "fiu", "US"
_PICKLES = tuple(b"\x80" + bytes([version]) for version in range(2, 6))


def read(source: bytes, most_bytes: int = MOST_BYTES) -> dict[str, Floats]:
    """Return the arrays of a file in float64, by name. They can have numbers that are not finite.

    Raises ArrayFileError with the reason too_large, pickle, other_kind, nameless, damaged, twice, too_many, not_numbers, ragged or empty, and
    nothing else whatever the source is.
    """
    most = min(most_bytes, MOST_BYTES)
    if len(source) > most:
        raise ArrayFileError("too_large", f"{len(source):,} bytes, at most {most:,}")
    if source.startswith(b"PK"):
        found = _from_npz(source)
    elif source.startswith(_PICKLES):
        raise ArrayFileError("pickle")
    elif source.startswith(b"\x93NUMPY"):
        raise ArrayFileError("nameless")
    else:
        found = _from_json(source)
    if not found:
        raise ArrayFileError("empty")
    return found


# ---------------------------------------------------------------- .npz


def _from_npz(source: bytes) -> dict[str, Floats]:
    try:
        archive = opened(source)
        members = [member.filename for member in archive.infolist()]
        if len(members) > MOST_ARRAYS:
            raise ArrayFileError("too_many", f"{len(members):,} arrays, at most {MOST_ARRAYS}")
        if any(name.endswith((".pkl", ".pickle")) for name in members):
            raise ArrayFileError("pickle")
        if others := [name for name in members if not name.endswith(".npy")]:
            raise ArrayFileError("other_kind", others[0])
        found: dict[str, Floats] = {}
        left = MOST_UNPACKED
        for member in members:
            name = member.removesuffix(".npy")
            if name in found:
                raise ArrayFileError("twice", name)
            array = _npy(archive, member, name, left)
            if array is not None:
                found[name] = array
                left -= array.size
        return found
    except ModelFileError as error:
        raise ArrayFileError("damaged", error.detail) from error


def _npy(archive: zipfile.ZipFile, member: str, name: str, left: int) -> Floats | None:
    """Return an array of at most `left` numbers; None for one of texts. Only as many bytes are unpacked as its header asks for."""
    stream = io.BytesIO(read_member(archive, member, _HEADER))
    try:
        if np.lib.format.read_magic(stream) != (1, 0):
            raise ValueError("not version 1.0")
        shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(stream, max_header_size=_HEADER)
    except Exception as error:  # whatever NumPy and Python's tokenizer throw: they name no list
        raise ArrayFileError("damaged", name) from error
    if dtype.hasobject:
        raise ArrayFileError("pickle", name)
    if dtype.kind in _TEXTS:
        return None
    if dtype.kind not in _NUMBERS or dtype.itemsize > _ELEMENT_BYTES or dtype.names or dtype.subdtype:
        raise ArrayFileError("not_numbers", name)
    if len(shape) > MOST_DIMENSIONS or any(size < 0 for size in shape):
        raise ArrayFileError("damaged", name)
    _check_size(math.prod(shape), left)
    start, size = stream.tell(), dtype.itemsize * math.prod(shape)
    body = read_member(archive, member, start + size + 1)[start:]
    if len(body) != size:
        raise ArrayFileError("damaged", name)
    array = np.frombuffer(body, dtype=dtype).astype(np.float64)
    return array.reshape(shape, order="F" if fortran_order else "C")


# ---------------------------------------------------------------- JSON


def _from_json(source: bytes) -> dict[str, Floats]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        told = dict(pairs)
        if len(told) < len(pairs):
            names = [name for name, _ in pairs]
            raise ArrayFileError("twice", next(name for name in names if names.count(name) > 1))
        return told

    try:
        text = source.decode("utf-8-sig")
        if not text.lstrip().startswith("{"):
            raise ArrayFileError("other_kind", "neither .npz nor a JSON object")
        told = json.loads(text, object_pairs_hook=once)
    except UnicodeDecodeError as error:
        raise ArrayFileError("other_kind", "neither .npz nor a JSON object") from error
    except (ValueError, RecursionError) as error:
        raise ArrayFileError("damaged", str(error)) from error
    if len(told) > MOST_ARRAYS:
        raise ArrayFileError("too_many", f"{len(told):,} arrays, at most {MOST_ARRAYS}")
    found: dict[str, Floats] = {}
    left = MOST_UNPACKED
    for name, value in told.items():
        if not _is_text(value):
            found[name] = _array(name, value)
            left -= found[name].size
            _check_size(0, left)
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value))


def _array(name: str, value: object) -> Floats:
    """Return a number or nested lists of numbers as an array."""
    if not isinstance(value, (int, float, list)) or isinstance(value, bool):
        raise ArrayFileError("not_numbers", name)
    shape: list[int] = []
    inner: object = value
    while isinstance(inner, list):
        shape.append(len(inner))
        if len(shape) > MOST_DIMENSIONS:
            raise ArrayFileError("ragged", name)
        inner = inner[0] if inner else None
    flat: list[float] = []
    _flatten(name, value, shape, flat)
    return np.array(flat, dtype=np.float64).reshape(shape)


def _flatten(name: str, value: object, shape: list[int], flat: list[float]) -> None:
    """Add the numbers of nested lists of this shape to flat."""
    if not shape:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ArrayFileError("ragged" if isinstance(value, list) else "not_numbers", name)
        flat.append(_float(name, value))
    elif not isinstance(value, list) or len(value) != shape[0]:
        raise ArrayFileError("ragged", name)
    else:
        for each in value:
            _flatten(name, each, shape[1:], flat)


def _float(name: str, value: float) -> float:
    try:
        return float(value)
    except OverflowError as error:
        raise ArrayFileError("not_numbers", name) from error


# ---------------------------------------------------------------- both


def _check_size(size: int, left: int) -> None:
    if size > left or left < 0:
        _too_many()


def _too_many() -> NoReturn:
    raise ArrayFileError("too_many", f"more than {MOST_UNPACKED:,} numbers")
