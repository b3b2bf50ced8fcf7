"""Word vectors in files from outside: GloVe, word2vec (text or binary), fastText's .vec, each also as .gz or .zip; and .npz from here.

Files are strangers' and can be large. They are streamed: only the vectors of the words that are wanted are kept, and bytes, lines and
numbers are bounded while they are read. A line that does not fit is counted and left out. Bytes that are not UTF-8 become U+FFFD, and
the words that have them are counted. Nothing in a file can be executed: a pickle, as gensim writes, is recognized and refused.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Collection
from typing import IO

import numpy as np

from rnn_core.data.word_vectors import MOST_NAME, MOST_SIZE, WordVectors, is_vector_word
from rnn_core.errors import ModelFileError, VectorFileError
from rnn_core.sharing import vector_streams
from rnn_core.sharing.model_file import array_in, read_member
from rnn_core.sharing.vector_streams import Bounds, VectorFile

VERSION = 1
_WORDS, _VECTORS = "words.npy", "vectors.npy"


def save(vectors: WordVectors) -> bytes:
    """Return the bytes of an .npz file with vectors. The same vectors give the same bytes."""
    about = json.dumps({"version": VERSION, "name": vectors.name, "words": list(vectors.words)}).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in ((_WORDS, np.frombuffer(about, dtype=np.uint8)), (_VECTORS, vectors.array)):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(name), member.getvalue(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def read(source: IO[bytes], name: str, wanted: Collection[str], bounds: Bounds) -> VectorFile:
    """Return the vectors of the wanted words in a file that can be rewound. An .npz from here is read whole.

    Raises VectorFileError with the reason too_large, too_many_lines, empty, pickle, fasttext_bin, other_kind, damaged, dimension,
    over_limits or no_known_words, and nothing else whatever the file has in it.
    """
    start = source.read(4)
    source.seek(0)
    if start[:2] == b"PK":
        return _zipped(source, name, wanted, bounds)
    if start[:2] == b"\x1f\x8b":
        return vector_streams.read(gzip.GzipFile(fileobj=source), name, wanted, bounds)
    return vector_streams.read(source, name, wanted, bounds)


def _zipped(source: IO[bytes], name: str, wanted: Collection[str], bounds: Bounds) -> VectorFile:
    """Read the vectors in an archive: those from here, or the smallest file in it."""
    try:
        archive = zipfile.ZipFile(source)
        members = [member for member in archive.infolist() if not member.is_dir() and not member.filename.startswith("__MACOSX")]
    except Exception as error:  # whatever the library throws at damaged bytes: it names no list
        raise VectorFileError("damaged", str(error)) from error
    names = {member.filename for member in members}
    if names == {_WORDS, _VECTORS}:
        return _own(archive, bounds)
    if any(each.endswith((".pkl", ".pickle")) for each in names):
        raise VectorFileError("pickle", name)
    if any(each.endswith(".npy") for each in names):
        raise VectorFileError("other_kind", "NumPy arrays without words")
    if not members:
        raise VectorFileError("empty")
    smallest = min(members, key=lambda member: (member.file_size, member.filename))
    try:
        stream = archive.open(smallest)
    except Exception as error:  # as above
        raise VectorFileError("damaged", str(error)) from error
    return vector_streams.read(stream, smallest.filename, wanted, bounds)


def _own(archive: zipfile.ZipFile, bounds: Bounds) -> VectorFile:
    """Read an .npz from here. Its headers are checked before its numbers are read."""
    try:
        most = 4 * bounds.numbers + 256
        shape, body = array_in(read_member(archive, _WORDS, most), _WORDS, np.dtype(np.uint8))
        if shape != (len(body),):
            raise VectorFileError("damaged", "its words do not fill their size")
        said = json.loads(body.decode())
        name, words = said["name"], said["words"]
        if said["version"] != VERSION or not isinstance(name, str) or not isinstance(words, list):
            raise VectorFileError("damaged", "its words are of another version")
        if not words or not all(map(is_vector_word, words)) or len(words) > bounds.numbers:
            raise VectorFileError("damaged", "its words are wrong")
        shape, body = array_in(read_member(archive, _VECTORS, most), _VECTORS, np.dtype("<f4"))
        if len(shape) != 2 or shape[0] != len(words) or not 0 < shape[1] <= MOST_SIZE:
            raise VectorFileError("damaged", f"its shape is {shape[:4]}")
        if shape[0] * shape[1] > bounds.numbers:
            raise VectorFileError(
                "over_limits", f"{shape[0]:,} words of {shape[1]:,} numbers, at most {bounds.numbers:,} numbers"
            )
        if len(body) != 4 * shape[0] * shape[1]:
            raise VectorFileError("damaged", "its numbers do not fill its shape")
        vectors = WordVectors(name[:MOST_NAME], tuple(words), np.frombuffer(body, dtype="<f4").reshape(shape))
    except ModelFileError as error:
        raise VectorFileError("damaged", error.detail) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise VectorFileError("damaged", str(error)) from error
    return VectorFile(vectors, len(words), 0, 0)
