"""An experiment as a token for a link: "1." and then, in base64url, a checksum and the compressed document.

The document (see documents.py) has every setting. A version's dictionary, which its compression begins from, has the
defaults, so that they cost next to nothing: the guide's experiment is a token of about 20 characters. Neither the dictionary nor the
meaning of a version ever changes; a new one is a new version.

A token is untrusted: bounded in length before anything is done, in bytes while it is unpacked, and then judged as any document.
"""

from __future__ import annotations

import base64
import json
import re
import zlib

from rnn_core.errors import ExperimentFileError, LinkError
from rnn_core.experiment import Experiment
from rnn_core.limits import Limits
from rnn_core.sharing import documents

VERSION = 1
MOST_CHARACTERS = 6_000
"""Of a token: longer links are cut off by mail and chat programs on their way, and a file serves better."""
MOST_BYTES = 300_000
"""Of a document unpacked."""

_TOKEN = re.compile(r"([0-9]{1,6})\.([A-Za-z0-9_-]*)")
_RAW = -15  # deflate alone, without a header
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
    """The token, of letters, digits, "-", "_" and "." alone. It holds the sentences for everybody to read.

    Raises LinkError, too_long or too_large, for an experiment that is better sent as a file.
    """
    document = json.dumps(documents.to_json(experiment), ensure_ascii=False, separators=(",", ":")).encode()
    if len(document) > MOST_BYTES:
        raise LinkError("too_large", f"{len(document):,} bytes, at most {MOST_BYTES:,}")
    packer = zlib.compressobj(9, zlib.DEFLATED, _RAW, 9, zlib.Z_DEFAULT_STRATEGY, _DICTIONARY)
    body = packer.compress(document) + packer.flush()
    return _bounded(f"{VERSION}.{base64.urlsafe_b64encode(_checksum(body) + body).decode().rstrip('=')}")


def decode(token: str, limits: Limits | None = None) -> Experiment:
    """The experiment of a token.

    Raises LinkError with the reason too_long, damaged, truncated, newer_version, too_large, not_an_experiment or
    other_sentences, and LimitError for more than is allowed here.
    """
    limits = limits or Limits()
    document = _unpack(_body(token), min(MOST_BYTES, limits.upload_bytes))
    try:
        return documents.from_json(documents.parse(document, MOST_BYTES), limits)
    except ExperimentFileError as error:
        raise LinkError(error.reason, error.detail) from error


def _body(token: str) -> bytes:
    """The compressed document, its checksum found right."""
    parts = _TOKEN.fullmatch(_bounded(token))
    if parts is None:
        raise LinkError("damaged")
    if int(parts[1]) > VERSION:
        raise LinkError("newer_version", parts[1])
    if int(parts[1]) < VERSION:
        raise LinkError("damaged")
    whole = parts[2][: len(parts[2]) - (len(parts[2]) % 4 == 1)]  # one character over is no whole byte
    packed = base64.urlsafe_b64decode(whole + "=" * (-len(whole) % 4))
    check, body = packed[:4], packed[4:]
    if check != _checksum(body):
        raise LinkError("truncated" if _breaks_off(body) else "damaged")
    return body


def _unpack(body: bytes, most_bytes: int) -> bytes:
    """The document. Unpacking stops at most_bytes, however much more is promised."""
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
    """Whether all is well up to an end that comes too early."""
    unpacker = zlib.decompressobj(_RAW, _DICTIONARY)
    try:
        document = unpacker.decompress(body, MOST_BYTES)
    except zlib.error:
        return False
    return not unpacker.eof and len(document) < MOST_BYTES


def _checksum(body: bytes) -> bytes:
    return zlib.crc32(body).to_bytes(4, "big")
