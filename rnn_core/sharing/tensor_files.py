"""Named arrays in a file from outside: .safetensors, or .npz without pickle.

The files are strangers'. The size of the file, the number of tensors, every shape and the sum of their elements are checked before
a number is read, and nothing in a file can be executed. A pickle is recognized and refused.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from safetensors import SafetensorError, deserialize

from rnn_core.arrays import Floats
from rnn_core.errors import ModelFileError, TensorFileError
from rnn_core.limits import Limits
from rnn_core.sharing.model_file import ABOUT, opened, read_member

MOST_TENSORS = 50
"""Maximum number of tensors in a file. The largest network that can be read has 13."""
MOST_HEADER = 4_000_000
"""Maximum size of the header of a .safetensors file, in bytes. It can have the vocabulary in it."""
CONVERSION = "safetensors.torch.save_file(torch.load('network.pt', weights_only=True), 'network.safetensors')"
"""What makes a .safetensors file of a .pt file, in Python with PyTorch."""
HOW_TO_CONVERT = f"convert it in PyTorch: {CONVERSION}"

_SIGNS: tuple[tuple[bytes, str], ...] = ((b"\x89HDF", "HDF5, as Keras writes it"), (b"GGUF", "GGUF"), (b"\x08", "perhaps ONNX"))
_TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}
_ELEMENT_BYTES = 8
_NPY_HEADER = 256


class TensorFile(NamedTuple):
    """What is in a file."""

    tensors: Mapping[str, Floats]
    """in float64, by name"""
    metadata: Mapping[str, str]
    """empty for .npz"""


def read(source: bytes, limits: Limits) -> TensorFile:
    """Return the tensors of a file.

    Raises TensorFileError with the reason too_large, pickle, other_kind, own_file, damaged, too_many_tensors, over_limits,
    wrong_type or not_finite, and nothing else whatever the source is.
    """
    if len(source) > limits.upload_bytes:
        raise TensorFileError("too_large", f"{len(source):,} bytes, at most {limits.upload_bytes:,}")
    if source.startswith(b"PK"):
        return TensorFile(_finite(_from_npz(source, limits)), {})
    length = int.from_bytes(source[:8], "little")
    if len(source) > 8 and source[8:9] == b"{" and length <= len(source) - 8:
        return _from_safetensors(source, length, limits)
    if source[:1] == b"\x80" and source[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        raise TensorFileError("pickle", "it could run code", advice=HOW_TO_CONVERT)
    kinds = [kind for sign, kind in _SIGNS if source.startswith(sign)]
    if len(source) > 8 and source[8:9] == b"{":
        raise TensorFileError("damaged", f"its header claims {length:,} bytes")
    raise TensorFileError("other_kind", kinds[0] if kinds else "neither .safetensors nor .npz")


# ---------------------------------------------------------------- .safetensors


def _from_safetensors(source: bytes, length: int, limits: Limits) -> TensorFile:
    if length > MOST_HEADER:
        raise TensorFileError("too_large", f"its header has {length:,} bytes, at most {MOST_HEADER:,}")
    try:
        header = json.loads(source[8 : 8 + length].decode())
        shapes = {name: tuple(entry["shape"]) for name, entry in header.items() if name != "__metadata__"}
        metadata = header.get("__metadata__") or {}
        if not all(isinstance(size, int) for shape in shapes.values() for size in shape):
            raise ValueError("a shape is wrong")
        if not isinstance(metadata, dict) or not all(isinstance(text, str) for text in metadata.values()):
            raise ValueError("its metadata are wrong")
        _check_sizes(shapes, limits)
        entries = deserialize(source)  # type: ignore[no-untyped-call]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, SafetensorError) as error:
        raise TensorFileError("damaged", str(error)) from error
    tensors = {}
    for name, entry in entries:
        kind, shape = str(entry["dtype"]), tuple(entry["shape"])
        if kind not in _TYPES:
            raise TensorFileError("wrong_type", kind, tensor=name, found=shape)
        tensors[name] = _floats(np.frombuffer(entry["data"], dtype=_TYPES[kind]), kind == "BF16").reshape(shape)
    return TensorFile(_finite(tensors), metadata)


def _floats(array: np.ndarray[tuple[int, ...], np.dtype[np.generic]], is_bfloat: bool) -> Floats:
    """Return the array in float64. A bfloat16, given as uint16, is the upper half of a float32."""
    if is_bfloat:
        array = (array.astype("<u4") << np.uint32(16)).view("<f4")
    return array.astype(np.float64)


# ---------------------------------------------------------------- .npz


def _from_npz(source: bytes, limits: Limits) -> dict[str, Floats]:
    try:
        archive = opened(source)
        members = archive.infolist()
        names = [member.filename for member in members[: 20 * MOST_TENSORS]]
        if any(name.endswith((".pkl", "/data.pkl")) for name in names):
            raise TensorFileError("pickle", "it could run code", advice=HOW_TO_CONVERT)
        if ABOUT in names:
            raise TensorFileError("own_file", "a network saved here, which can be opened as it is")
        if any(name.endswith((".h5", "config.json")) for name in names):
            raise TensorFileError("other_kind", "a Keras file")
        if len(set(names)) < len(members):
            raise TensorFileError("damaged", "two members with one name, or thousands of members")
        if others := [name for name in names if not name.endswith(".npy")]:
            raise TensorFileError("other_kind", f"{others[0]} is no array")
        if len(names) > MOST_TENSORS:
            raise TensorFileError("too_many_tensors", f"{len(names):,}, at most {MOST_TENSORS}")
        found = {name: _npy_header(read_member(archive, f"{name}.npy", _NPY_HEADER), name) for name in _bare(names)}
        _check_sizes({name: shape for name, (shape, _, _, _) in found.items()}, limits)
        return {name: _npy_array(archive, name, *found[name]) for name in found}
    except ModelFileError as error:
        raise TensorFileError("damaged", error.detail) from error


def _bare(names: list[str]) -> list[str]:
    return [name.removesuffix(".npy") for name in names]


def _npy_header(start: bytes, name: str) -> tuple[tuple[int, ...], bool, np.dtype[np.generic], int]:
    """Return shape, whether the order is Fortran's, type, and where the numbers begin."""
    stream = io.BytesIO(start)
    try:
        if np.lib.format.read_magic(stream) != (1, 0):
            raise ValueError("not version 1.0")
        shape, fortran_order, dtype = np.lib.format.read_array_header_1_0(stream, max_header_size=_NPY_HEADER)
    except Exception as error:  # whatever NumPy and Python's tokenizer throw: they name no list
        raise TensorFileError("damaged", "its header cannot be read", tensor=name) from error
    if dtype.hasobject:
        raise TensorFileError("pickle", "an array of Python objects", tensor=name)
    if dtype.kind != "f" or dtype.itemsize > _ELEMENT_BYTES:
        raise TensorFileError("wrong_type", str(dtype), tensor=name, found=shape)
    return shape, fortran_order, dtype, stream.tell()


def _npy_array(
    archive: zipfile.ZipFile, name: str, shape: tuple[int, ...], fortran_order: bool, dtype: np.dtype[np.generic], start: int
) -> Floats:
    """Return an array. Exactly as many bytes are unpacked as its header asks for, and one more."""
    size = dtype.itemsize * math.prod(shape)
    body = read_member(archive, f"{name}.npy", start + size + 1)[start:]
    if len(body) != size:
        raise TensorFileError("damaged", "its numbers do not fill its shape", tensor=name, found=shape)
    return np.frombuffer(body, dtype=dtype).astype(np.float64).reshape(shape, order="F" if fortran_order else "C")


# ---------------------------------------------------------------- both


def _check_sizes(shapes: Mapping[str, tuple[int, ...]], limits: Limits) -> None:
    """Refuse too many tensors, and more elements than a network may have, before anything is unpacked."""
    if len(shapes) > MOST_TENSORS:
        raise TensorFileError("too_many_tensors", f"{len(shapes):,}, at most {MOST_TENSORS}")
    elements, most = 0, 2 * limits.parameters  # PyTorch has two biases where we have one
    for name, shape in shapes.items():
        if len(shape) > 2 or any(size < 0 for size in shape):
            raise TensorFileError("unexpected_tensor", "it is neither a vector nor a matrix", tensor=name, found=shape[:4])
        elements += math.prod(shape)
        if elements > most:
            raise TensorFileError("over_limits", f"at most {limits.parameters:,} parameters", tensor=name, found=shape)


def _finite(tensors: dict[str, Floats]) -> dict[str, Floats]:
    """Return the tensors in the order of their names: the order in which they are read differs from time to time."""
    tensors = dict(sorted(tensors.items()))
    for name, array in tensors.items():
        if not np.isfinite(array).all():
            raise TensorFileError("not_finite", "it has a number that is not finite", tensor=name)
    return tensors
