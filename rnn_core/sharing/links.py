"""An experiment as the token of a link: "1." and, in base64url, a checksum and the compressed document.

The document (see documents.py) has every setting. Compression starts from a dictionary that contains the defaults, so defaults
cost almost nothing: the token of the guide's experiment has about 20 characters. The dictionary of a version never changes; a
new dictionary needs a new version.

Tokens are untrusted: their length is checked first, the unpacked size while unpacking, and then the document as any other.
"""

from __future__ import annotations

import base64
import json
import re
import zlib

from rnn_core.data.word_vectors import WordVectors
from rnn_core.errors import ExperimentFileError, LinkError
from rnn_core.experiment import Experiment
from rnn_core.limits import Limits
from rnn_core.sharing import documents

VERSION = 1
MOST_CHARACTERS = 6_000
"""Maximum length of a token. Mail and chat programs cut off longer links; a file is better then."""
MOST_BYTES = 300_000
"""Maximum size of an unpacked document."""

_TOKEN = re.compile(r"([0-9]{1,6})\.([A-Za-z0-9_-]*)")
_RAW = -15  # deflate without a header
_DICTIONARY = (
    b'"tweet","wordpunct","characters","skip","replace",'
    b'"gru","lstm","orthogonal","glorot","printed","momentum","adam","none","norm","global_norm",'
    b',"clip_threshold",,"clipping",,"learning_rate",'
    b'"positive","test"],["","negative","test"],["","positive","train"],["","negative","train"],["'
    b'{"dataset":{"rules":{"lowercase":true,"splitting":"spaces","strip_punctuation":true,"unknown":"refuse","min_count":2},'
    b'"examples":[["'
    b'{"dataset":{"preset":"long_memory","check":"07970c98",'
    b'{"dataset":{"preset":"guide","check":"ab0406bd",'
    b'"rules":{"lowercase":true,"splitting":"spaces","strip_punctuation":true,"unknown":"refuse","min_count":2}},'
    b'"model":{"cell":"vanilla","hidden_size":64,"bidirectional":false,"embedding_size":0,"initialization":"normal",'
    b'"init_scale":0.001,"forget_bias":1.0,"recurrent_gradient":"exact"},"training":{"epochs":1000,"learning_rate":0.02,'
    b'"rate_every":0,"rate_factor":0.5,"optimizer":"sgd","momentum":0.9,"batch_size":1,"clipping":"value","clip_threshold":1.0,'
    b'"stopping":"never","stop_accuracy":1.0,"stop_epochs":20,"seed":0,"changes":[]}}'
)


def encode(experiment: Experiment) -> str:
    """Return the token, made of letters, digits, "-", "_" and ".". Everybody can read the sentences in it.

    Raises LinkError (too_long or too_large) for an experiment that is too large for a link.
    """
    value = documents.without_vectors(documents.to_json(experiment), experiment.dataset.vectors)
    return pack(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def pack(document: bytes) -> str:
    """Return the token of a document, whatever is in it. Raises LinkError (too_long or too_large)."""
    if len(document) > MOST_BYTES:
        raise LinkError("too_large", f"{len(document):,} bytes, at most {MOST_BYTES:,}")
    packer = zlib.compressobj(9, zlib.DEFLATED, _RAW, 9, zlib.Z_DEFAULT_STRATEGY, _DICTIONARY)
    body = packer.compress(document) + packer.flush()
    return _bounded(f"{VERSION}.{base64.urlsafe_b64encode(_checksum(body) + body).decode().rstrip('=')}")


def decode(token: str, limits: Limits | None = None, vectors: WordVectors | None = None) -> Experiment:
    """Return the experiment of a token. vectors: the word vectors that it names, if it names some.

    Raises LinkError with the reason too_long, damaged, truncated, newer_version, too_large, not_an_experiment or
    other_sentences, LimitError for more than the limits allow, AbsentVectorsError for word vectors that are not given, and
    VectorFileError (other_vectors) for others than those named.
    """
    limits = limits or Limits()
    document = unpack(token, limits)
    try:
        return documents.from_json(documents.parse(document, MOST_BYTES), limits, vectors)
    except ExperimentFileError as error:
        raise LinkError(error.reason, error.detail) from error


def unpack(token: str, limits: Limits) -> bytes:
    """Return the document of a token, whatever is in it. Raises LinkError (too_long, damaged, truncated, newer_version, too_large)."""
    return _unpack(_body(token), min(MOST_BYTES, limits.upload_bytes))


def _body(token: str) -> bytes:
    """Return the compressed document of a token with a correct checksum."""
    parts = _TOKEN.fullmatch(_bounded(token))
    if parts is None:
        raise LinkError("damaged")
    if int(parts[1]) > VERSION:
        raise LinkError("newer_version", parts[1])
    if int(parts[1]) < VERSION:
        raise LinkError("damaged")
    whole = parts[2][: len(parts[2]) - (len(parts[2]) % 4 == 1)]  # a single character is less than a byte
    packed = base64.urlsafe_b64decode(whole + "=" * (-len(whole) % 4))
    check, body = packed[:4], packed[4:]
    if check != _checksum(body):
        raise LinkError("truncated" if _breaks_off(body) else "damaged")
    return body


def _unpack(body: bytes, most_bytes: int) -> bytes:
    """Return the unpacked document. Unpacking stops at most_bytes."""
    unpacker = zlib.decompressobj(_RAW, _DICTIONARY)
    try:
        document = unpacker.decompress(body, most_bytes + 1)
    except zlib.error as error:
        raise LinkError("damaged", str(error)) from error
    if len(document) > most_bytes:
        raise LinkError("too_large", f"at most {most_bytes:,} bytes")
    if not unpacker.eof or unpacker.unused_data:
        raise LinkError("damaged")
    return document


def _bounded(token: str) -> str:
    if len(token) > MOST_CHARACTERS:
        raise LinkError("too_long", f"{len(token):,} characters, at most {MOST_CHARACTERS:,}")
    return token


def _breaks_off(body: bytes) -> bool:
    """Return whether the data is valid but ends too early."""
    unpacker = zlib.decompressobj(_RAW, _DICTIONARY)
    try:
        document = unpacker.decompress(body, MOST_BYTES)
    except zlib.error:
        return False
    return not unpacker.eof and len(document) < MOST_BYTES


def _checksum(body: bytes) -> bytes:
    return zlib.crc32(body).to_bytes(4, "big")
