"""A trained network as a file: an .npz that NumPy can read, without pickle.

It contains one array for each parameter, in the shape of the equations, and a member "about": JSON with the version of the
format, the configuration, the text rules, the vocabulary and the labels. It contains no training sentence.

Files are untrusted. Everything is checked before it is read: the size, the names and sizes of the members, the header of each
array against the shape that the configuration implies. Nothing in a file can be executed.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from typing import Any

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.config import ModelConfig
from rnn_core.data.text import TextRules
from rnn_core.data.vocabulary import Vocabulary
from rnn_core.errors import ConfigError, ModelFileError
from rnn_core.limits import Limits
from rnn_core.network.model import Model
from rnn_core.network.parameters import Layout

VERSION = 1
ABOUT = "about.npy"
_MOST_LABELS = 100
_MOST_WORD = 10_000
_HEADER_BYTES = 256


def about(model: Model) -> dict[str, Any]:
    """Return the description of a network as plain values: everything but its parameters."""
    return {
        "version": VERSION,
        "config": model.config.to_json(),
        "rules": model.rules.to_json(),
        "vocabulary": list(model.vocabulary),
        "labels": list(model.labels),
    }


def save(model: Model) -> bytes:
    """Return the bytes of the file. The same model gives the same bytes."""
    text = np.frombuffer(json.dumps(about(model), sort_keys=True).encode(), dtype=np.uint8)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in ((ABOUT, text), *((f"{name}.npy", array) for name, array in model.parameters.items())):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(name), member.getvalue(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def load(source: bytes, limits: Limits | None = None) -> Model:
    """Return the model in a file. It gives the same probabilities, bit for bit.

    Raises ModelFileError with the reason too_large, not_a_model, newer_version, bad_about, over_limits, wrong_members,
    wrong_array or not_finite.
    """
    limits = limits or Limits()
    if len(source) > limits.upload_bytes:
        raise ModelFileError("too_large", f"{len(source):,} bytes, at most {limits.upload_bytes:,}")
    return _load(opened(source), limits)


def opened(source: bytes) -> zipfile.ZipFile:
    """Return the archive. Raise ModelFileError (not_a_model)."""
    try:
        return zipfile.ZipFile(io.BytesIO(source))
    except Exception as error:  # whatever the library throws at damaged bytes: it names no list
        raise ModelFileError("not_a_model", str(error)) from error


def _load(archive: zipfile.ZipFile, limits: Limits) -> Model:
    sizes: dict[str, int] = {}
    for member in archive.infolist():
        if member.filename in sizes:
            raise ModelFileError("wrong_members", f"{member.filename} twice")
        sizes[member.filename] = member.file_size
    if ABOUT not in sizes:
        raise ModelFileError("not_a_model", "no description in it")
    # Unpacked, it may be as long as a file and no longer: parsed, it takes about twenty times as much memory.
    described = read_member(archive, ABOUT, limits.upload_bytes + 1)
    if len(described) > limits.upload_bytes:
        raise ModelFileError("too_large", f"its description has more than {limits.upload_bytes:,} bytes")
    shape, body = array_in(described, ABOUT, np.dtype(np.uint8))
    if len(shape) != 1 or shape[0] != len(body):
        raise ModelFileError("bad_about", "its size is wrong")
    rules, vocabulary, labels, config = understood(body, limits)
    layout = Layout(config, len(vocabulary), len(labels))
    if config.hidden_size > limits.hidden_size or layout.size > limits.parameters:
        raise ModelFileError("over_limits", f"{layout.size:,} parameters, {config.hidden_size:,} hidden units")
    if set(sizes) != {ABOUT, *(f"{name}.npy" for name in layout.names)}:
        raise ModelFileError("wrong_members", ", ".join(sorted(sizes)))
    vector = np.empty(layout.size)
    for name, array in layout.named(vector).items():
        array[...] = _array(archive, name, layout.shapes[name])
    if not np.isfinite(vector).all():
        raise ModelFileError("not_finite", "a parameter is not a finite number")
    return Model(rules, vocabulary, labels, config, vector)


def read_member(archive: zipfile.ZipFile, name: str, size: int) -> bytes:
    """Return at most size bytes of a member, whatever size it claims."""
    try:
        with archive.open(name) as member:
            return member.read(size)
    except Exception as error:  # as above
        raise ModelFileError("not_a_model", str(error)) from error


def understood(text: bytes, limits: Limits) -> tuple[TextRules, Vocabulary, tuple[str, ...], ModelConfig]:
    """Return what the JSON of a description says, validated. Raise ModelFileError (bad_about, newer_version)."""
    try:
        said = json.loads(text.decode())
        version, words, labels = said["version"], said["vocabulary"], said["labels"]
        if isinstance(version, int) and version > VERSION:
            raise ModelFileError("newer_version", str(version)[:20])
        if version != VERSION or set(said) != {"version", "config", "rules", "vocabulary", "labels"}:
            raise ModelFileError("bad_about", "its fields are wrong")
        config, rules = ModelConfig.from_json(said["config"]), TextRules.from_json(said["rules"])
    except ConfigError as error:
        raise ModelFileError("bad_about", str(error)) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelFileError("bad_about", "it cannot be read") from error
    for texts, fewest, most in ((words, 1, limits.parameters), (labels, 2, _MOST_LABELS)):
        if not isinstance(texts, list) or not fewest <= len(texts) <= most or not all(is_word(word) for word in texts):
            raise ModelFileError("bad_about", "its words or labels are wrong")
        if any(a >= b for a, b in zip(texts, texts[1:], strict=False)):
            raise ModelFileError("bad_about", "its words or labels are not sorted")
    return rules, Vocabulary(words), tuple(labels), config


def is_word(text: object) -> bool:
    """Return whether the value can be a word or a label."""
    if not isinstance(text, str) or not 0 < len(text) <= _MOST_WORD:
        return False
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def _array(archive: zipfile.ZipFile, name: str, shape: tuple[int, ...]) -> Floats:
    """Return a parameter of exactly this shape. Its header is checked before its numbers are read."""
    size = 8 * math.prod(shape)
    member = read_member(archive, f"{name}.npy", size + _HEADER_BYTES)
    found, body = array_in(member, name, np.dtype(np.float64))
    if found != shape or len(body) != size:
        raise ModelFileError("wrong_array", f"{name} is {found}, not {shape}")
    return np.frombuffer(body, dtype=np.float64).reshape(shape)


def array_in(member: bytes, name: str, dtype: np.dtype[np.generic]) -> tuple[tuple[int, ...], bytes]:
    """Return shape and body of an array of this type in C order, in NumPy's format version 1.0."""
    stream = io.BytesIO(member)
    try:
        if np.lib.format.read_magic(stream) != (1, 0):
            raise ValueError("not version 1.0")
        shape, fortran_order, found = np.lib.format.read_array_header_1_0(stream, max_header_size=_HEADER_BYTES)
    except Exception as error:  # as above, from NumPy and from Python's tokenizer
        raise ModelFileError("wrong_array", f"{name}: its header cannot be read") from error
    if fortran_order or found != dtype:
        raise ModelFileError("wrong_array", f"{name}: its type is wrong")
    return shape, member[stream.tell() :]
