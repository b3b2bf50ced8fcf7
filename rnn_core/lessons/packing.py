"""Assignments and submissions as files and as links.

A file is JSON with its format, version and checksum; a link is the same document, compressed as an experiment's (see sharing/links).
Both are strangers': their size is bounded before and while they are unpacked, and every value is validated.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from typing import Any, Literal, TypeVar

from rnn_core.errors import AssignmentError, AssignmentReason, ConfigError, ExperimentFileError, LinkError
from rnn_core.lessons.assignment import Assignment
from rnn_core.lessons.submission import Submission
from rnn_core.limits import Limits
from rnn_core.sharing import documents, links

VERSION = 1
MOST_BYTES = 1_000_000
"""Size of a file, and of what is packed in a link."""
Kind = Literal["assignment", "submission"]
_PREFIX: dict[Kind, str] = {"assignment": "a", "submission": "s"}
_TOKEN = re.compile(r"([a-z])(.*)", re.DOTALL)
_Handed = TypeVar("_Handed", Assignment, Submission)


def save(handed: Assignment | Submission) -> bytes:
    """Return the bytes of a file that a person can read. Raises AssignmentError (too_large)."""
    body = handed.to_json()
    head = {"format": f"unrolled {_kind(handed)}", "version": VERSION, "check": _check(body)}
    source = json.dumps(head | body, ensure_ascii=False, indent=1).encode()
    if len(source) > MOST_BYTES:
        raise AssignmentError("too_large", f"{len(source):,} bytes, at most {MOST_BYTES:,}")
    return source


def encode(handed: Assignment | Submission) -> str:
    """Return the token of a link. Raises AssignmentError (too_long or too_large) for what only fits a file."""
    document = json.dumps(handed.to_json(), ensure_ascii=False, separators=(",", ":")).encode()
    if len(document) > min(MOST_BYTES, links.MOST_BYTES):
        raise AssignmentError("too_large", f"{len(document):,} bytes, at most {links.MOST_BYTES:,}")
    try:
        return _PREFIX[_kind(handed)] + links.pack(document)
    except LinkError as error:
        raise AssignmentError("too_long", error.detail) from error


def load_assignment(source: bytes, limits: Limits | None = None) -> Assignment:
    """Return the assignment in a file.

    Raises AssignmentError with the reason too_large, not_ours, newer_version, damaged, bad_value or other_sentences, LimitError, and
    as documents.load does for word vectors.
    """
    return _load(source, "assignment", limits or Limits(), Assignment.from_json)


def load_submission(source: bytes, limits: Limits | None = None) -> Submission:
    """Return the submission in a file. Raises as load_assignment does."""
    return _load(source, "submission", limits or Limits(), Submission.from_json)


def decode_assignment(token: str, limits: Limits | None = None) -> Assignment:
    """Return the assignment of a token. Raises as load_assignment does, and AssignmentError with too_long or truncated."""
    return _decode(token, "assignment", limits or Limits(), Assignment.from_json)


def decode_submission(token: str, limits: Limits | None = None) -> Submission:
    """Return the submission of a token. Raises as decode_assignment does."""
    return _decode(token, "submission", limits or Limits(), Submission.from_json)


def _load(source: bytes, kind: Kind, limits: Limits, read: Callable[[object, Limits], _Handed]) -> _Handed:
    try:
        value = documents.parse(source, min(MOST_BYTES, limits.upload_bytes))
        if not isinstance(value, dict) or value.get("format") != f"unrolled {kind}":
            raise AssignmentError("not_ours")
        version, check = value.get("version"), value.get("check")
        if isinstance(version, int) and version > VERSION:
            raise AssignmentError("newer_version", str(version)[:20])
        if version != VERSION or isinstance(version, bool):
            raise AssignmentError("not_ours")
        body = {name: part for name, part in value.items() if name not in ("format", "version", "check")}
        if check != _check(body):
            raise AssignmentError("damaged")
        return _read(body, limits, read)
    except ExperimentFileError as error:
        raise _because(error.reason, error.detail, "not_ours") from error


def _decode(token: str, kind: Kind, limits: Limits, read: Callable[[object, Limits], _Handed]) -> _Handed:
    found = _TOKEN.fullmatch(token[: links.MOST_CHARACTERS + 2])
    if found is None or found[1] != _PREFIX[kind]:
        raise AssignmentError("not_ours")
    try:
        document = links.unpack(found[2], limits)
        return _read(documents.parse(document, MOST_BYTES), limits, read)
    except LinkError as error:
        raise _because(error.reason, error.detail, "damaged") from error
    except ExperimentFileError as error:
        raise _because(error.reason, error.detail, "bad_value") from error


def _read(body: object, limits: Limits, read: Callable[[object, Limits], _Handed]) -> _Handed:
    try:
        return read(body, limits)
    except ConfigError as error:
        raise AssignmentError("bad_value", str(error)) from error
    except ExperimentFileError as error:
        raise _because(error.reason, error.detail, "bad_value") from error


def _because(reason: str, detail: str, otherwise: AssignmentReason) -> AssignmentError:
    """Return the error for the reason of an experiment's file or link. otherwise: for one that is about experiments alone."""
    told: dict[str, AssignmentReason] = {
        "too_large": "too_large",
        "too_long": "too_long",
        "newer_version": "newer_version",
        "damaged": "damaged",
        "truncated": "truncated",
        "other_sentences": "other_sentences",
    }
    return AssignmentError(told.get(reason, otherwise), detail)


def _kind(handed: Assignment | Submission) -> Kind:
    return "assignment" if isinstance(handed, Assignment) else "submission"


def _check(body: dict[str, Any]) -> str:
    """Return the CRC-32 of a document, whatever its spaces and the order of its fields, as 8 hexadecimal digits."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return f"{zlib.crc32(text.encode()):08x}"
