"""Damaged files for every reader: seeded, so that what fails once fails again."""

from __future__ import annotations

import base64
import gzip
import io
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnn_core import Dataset, Limits, RnnCoreError, presets
from rnn_core.checking import named_arrays
from rnn_core.data.formats import read_table
from rnn_core.data.word_vectors import WordVectors
from rnn_core.network.model import Model
from rnn_core.sharing import documents, links, model_file, outside, pytorch, vector_files, vector_streams, word_list

LIMITS = Limits.hosted()
_PIECES = (
    *(b"\x00", b"\xff\xff", b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", b"\xfe\xff\xff\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf"),
    *(b"1e999", b"NaN", b"null", b"-1", b"9" * 30),
    *(bytes([sign]) for sign in b"'\"\\{[]()\r\n,\t"),
)


class Reader(NamedTuple):
    """A reader, and sound bytes for it."""

    name: str
    sound: bytes
    read: Callable[[bytes], object]
    """takes damaged bytes"""


def readers() -> tuple[Reader, ...]:
    """Every reader of bytes from outside; what lies packed in a file is damaged before it is packed too."""
    small = Dataset.from_pairs([("good day", "yes"), ("bad day", "no"), ("so so", "no")])
    preset = presets.gru().with_model(hidden_size=3)
    experiment = replace(preset, dataset=small)
    network = model_file.save(Model.initial(experiment))
    tensors = pytorch.save(Model.initial(experiment))
    arrays = io.BytesIO()
    np.savez(arrays, **pytorch.tensors(Model.initial(experiment)))  # type: ignore[arg-type]
    tables = {
        "a.csv": b'text,label,split\n"good, really",yes,train\nbad,no,test\n',
        "a.tsv": b"text\tlabel\ngood day\tyes\nbad day\tno\n",
        "a.json": b'[{"text": "good", "label": "yes"}, {"text": "bad \\u00e9", "label": 1.5}]',
        "a.jsonl": b'{"text": "good", "label": "yes"}\n{"text": "bad", "label": null}\n',
        "data.py": b"train_data = {\n  'good': True,\n  'ba\\x64': False,\n}\ntest_data = {'so so': True}\n",
        "a.txt": b"__label__yes good day\n__label__no bad day\n",
    }
    token = links.encode(experiment)
    document = documents.save(experiment)
    return (
        Reader("network", network, _network),
        *(Reader(f"network, {name}", inner, _repacked(network, name, _network)) for name, inner in _members(network)),
        Reader("tensors", tensors, lambda source: outside.load(source, limits=LIMITS)),
        Reader("arrays", arrays.getvalue(), _arrays),
        *(
            Reader(f"arrays, {name}", inner, _repacked(arrays.getvalue(), name, _arrays))
            for name, inner in _members(arrays.getvalue())
        ),
        *(Reader(f"vectors, {name}", content, _vectors) for name, content in vector_sources().items()),
        *(
            Reader(f"vectors, .npz, {name}", inner, _repacked(vector_sources()["npz"], name, _vectors))
            for name, inner in _members(vector_sources()["npz"])
        ),
        Reader("vocabulary", b'{"so": 0, "good": 1, "[": 2}', lambda source: word_list.read(source, LIMITS)),
        Reader("experiment", document, lambda source: documents.load(source, LIMITS)),
        Reader("link", token.encode(), lambda source: links.decode(source.decode("latin-1"), LIMITS)),
        Reader("link, inside", links._unpack(links._body(token), 10**6), _repacked_link),
        Reader("answers", arrays.getvalue(), named_arrays.read),
        *(
            Reader(f"answers, {name}", inner, _repacked(arrays.getvalue(), name, named_arrays.read))
            for name, inner in _members(arrays.getvalue())
        ),
        Reader("answers, JSON", b'{"dh": [[1.5, -2], [0, 1e-9]], "L": 0.25, "words": ["so"]}', named_arrays.read),
        *(Reader(name, sound, _table(name)) for name, sound in tables.items()),
    )


def vector_sources() -> dict[str, bytes]:
    """Three words with vectors of four numbers, in every kind of file."""
    vectors = {"so": [0.5, -1.0, 2.0, 0.25], "good": [1.0, 0.0, -0.125, 3.0], "bad": [-1.0, 4.0, 0.5, 1.5]}
    rows = {word: " ".join(map(str, row)) for word, row in vectors.items()}
    glove = "".join(f"{word} {row}\n" for word, row in rows.items()).encode()
    header = b"3 4\n"
    packed = {word.encode(): np.array(row, dtype="<f4").tobytes() for word, row in vectors.items()}
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("glove.txt", glove)
    ours = WordVectors.of("ours", {word: np.array(row, dtype=np.float32) for word, row in vectors.items()})
    return {
        "glove": glove,
        "text": header + glove,
        "fasttext": header + glove.replace(b"\n", b" \n"),
        "binary": header + b"".join(word + b" " + row for word, row in packed.items()),
        "binary lines": header + b"".join(word + b" " + row + b"\n" for word, row in packed.items()),
        "gz": gzip.compress(glove),
        "zip": zipped.getvalue(),
        "npz": vector_files.save(ours),
    }


def _vectors(source: bytes) -> object:
    return vector_files.read(io.BytesIO(source), "theirs", {"so", "good", "bad"}, vector_streams.Bounds.of(LIMITS))


def _members(source: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def _repacked(source: bytes, damaged: str, read: Callable[[bytes], object]) -> Callable[[bytes], object]:
    members = _members(source)

    def repacked(inner: bytes) -> object:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, sound in members:
                archive.writestr(name, inner if name == damaged else sound)
        return read(out.getvalue())

    return repacked


def _network(source: bytes) -> object:
    return model_file.load(source, LIMITS)


def _arrays(source: bytes) -> object:
    return outside.load(source, vocabulary=("bad", "day", "good", "so"), labels=("no", "yes"), limits=LIMITS)


def _repacked_link(document: bytes) -> object:
    packer = zlib.compressobj(9, zlib.DEFLATED, links._RAW, 9, zlib.Z_DEFAULT_STRATEGY, links._DICTIONARY)
    body = packer.compress(document) + packer.flush()
    packed = base64.urlsafe_b64encode(links._checksum(body) + body).decode().rstrip("=")
    return links.decode(f"{links.VERSION}.{packed}", LIMITS)


def _table(name: str) -> Callable[[bytes], object]:
    def read(source: bytes) -> object:
        return read_table(source, name, LIMITS)

    return read


def damaged(sound: bytes, draw: random.Random) -> bytes:
    """Return the bytes with one to four faults in them."""
    out = bytearray(sound)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(out) + 1)
        length = draw.choice((1, 1, 2, 4, 16, 64))
        match draw.randrange(7):
            case 0 if out:
                out[at % len(out)] ^= 1 << draw.randrange(8)
            case 1 if out:
                out[at % len(out)] = draw.randrange(256)
            case 2:
                del out[at : at + length]
            case 3:
                out[at:at] = draw.randbytes(length)
            case 4:
                out[at : at + length] = draw.choice(_PIECES)
            case 5:
                out[at:at] = out[draw.randrange(len(out) + 1) :][: 4 * length]
            case _:
                del out[at if draw.random() < 0.2 else len(out) :]
    return bytes(out)


def escapes(count: int, seed: int) -> Iterator[tuple[str, bytes, Exception]]:
    """Read so many damaged inputs, shared out among the readers; yield whatever is thrown but an error of ours."""
    for reader in (every := readers()):
        draw = random.Random(f"{seed} {reader.name}")
        for _ in range(-(-count // len(every))):
            source = damaged(reader.sound, draw)
            try:
                reader.read(source)
            except RnnCoreError:
                pass
            except Exception as error:
                yield reader.name, source, error
