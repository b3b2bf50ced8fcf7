"""Files and links of assignments and submissions: what goes in comes out, and strangers' bytes raise our errors alone."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_core import Limits, RnnCoreError
from rnn_core.errors import AssignmentError, LimitError
from rnn_core.lessons.assignment import MOST_STEPS, Assignment
from rnn_core.lessons.packing import (
    MOST_BYTES,
    decode_assignment,
    decode_submission,
    encode,
    load_assignment,
    load_submission,
    save,
)
from rnn_core.lessons.submission import Answer, Submission
from rnn_core.sharing import links
from tests.core.lessons.handed import NO_LIMITS, assignments, small, submissions


def refused(source: bytes | str, limits: Limits = NO_LIMITS) -> str:
    with pytest.raises(AssignmentError) as problem:
        decode_assignment(source, limits) if isinstance(source, str) else load_assignment(source, limits)
    return problem.value.reason


def file(**changed: Any) -> bytes:
    """A file with some fields changed, under a right checksum."""
    body = small().to_json() | changed
    check = f"{zlib.crc32(json.dumps(body, sort_keys=True, separators=(',', ':')).encode()):08x}"
    return json.dumps({"format": "unrolled assignment", "version": 1, "check": check} | body).encode()


@settings(max_examples=8)
@given(assignments)
def test_any_assignment_survives_its_file_and_its_link(assignment: Assignment) -> None:
    assert load_assignment(save(assignment), NO_LIMITS) == assignment
    assert decode_assignment(encode(assignment), NO_LIMITS) == assignment


@settings(max_examples=8)
@given(submissions())
def test_any_submission_survives_its_file_and_its_link(submission: Submission) -> None:
    assert load_submission(save(submission), NO_LIMITS) == submission
    assert decode_submission(encode(submission), NO_LIMITS) == submission


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.binary(max_size=6), st.booleans())
def test_damaged_ones_raise_our_errors_alone(at: int, junk: bytes, link: bool) -> None:
    sound = encode(small()).encode() if link else save(small())
    place = at % (len(sound) + 1)
    for source in (sound[:place] + junk + sound[place:], sound[:place] + junk + sound[place + len(junk) :], sound[:place]):
        try:
            read = decode_assignment(source.decode("latin-1"), NO_LIMITS) if link else load_assignment(source, NO_LIMITS)
        except RnnCoreError:
            continue
        assert read == small()


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4), lambda inner: st.lists(inner, max_size=3)
)


@settings(max_examples=60)
@given(st.sampled_from(["title", "experiment", "locks", "pages", "steps", "page", "text", "question", "options", "done"]), ANY)
def test_wrong_values_under_a_right_checksum_raise_our_errors_alone(field: str, value: object) -> None:
    step = small().steps[0].to_json()
    changed = {"steps": [step | {field: value}]} if field in step else {field: value}
    try:
        again = load_assignment(file(**changed), NO_LIMITS)
    except RnnCoreError:
        return
    assert load_assignment(save(again), NO_LIMITS) == again


def test_what_is_too_much_is_refused() -> None:
    step = small().steps[0].to_json()
    check = {"quantity": "train_loss", "of": "", "comparison": "<"}
    assert refused(file(steps=[step] * 1000)) == "bad_value"
    assert refused(file(steps=[step] * (MOST_STEPS + 1))) == "bad_value"
    assert refused(file(steps=[])) == "bad_value"
    assert refused(file(steps=[step | {"text": "a" * 4001}])) == "bad_value"
    for bound in (float("inf"), float("nan"), "1", True, None, 10**400):
        assert refused(file(steps=[step | {"done": [check | {"bound": bound}]}])) == "bad_value"
    assert refused(file(steps=[step | {"done": [check | {"bound": 1, "quantity": "__import__"}]}])) == "bad_value"
    assert refused(b"{" + b" " * MOST_BYTES + b"}") == "too_large"
    assert refused(b"[" * 100_000) == "not_ours"
    assert refused("a" + links.pack(b" " * 290_000)) == "bad_value"
    assert refused("a" + "1." + "A" * 7000) == "too_long"
    experiment = small().experiment.with_training(epochs=6000)
    with pytest.raises(LimitError):
        load_assignment(save(small(experiment=experiment)), Limits.hosted())


def test_a_bomb_is_not_unpacked() -> None:
    """A link of 6,000 characters can unpack to a few megabytes; unpacking stops at the bound."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(b" " * 4_000_000) + packer.flush()
    bomb = "1." + base64.urlsafe_b64encode(zlib.crc32(body).to_bytes(4, "big") + body).decode().rstrip("=")
    assert len(bomb) < links.MOST_CHARACTERS
    assert refused("a" + bomb) == "too_large"


def test_kinds_versions_and_checksums_are_told_apart() -> None:
    sound = json.loads(save(small()))
    assert refused(json.dumps(sound | {"version": 2}).encode()) == "newer_version"
    assert refused(json.dumps(sound | {"version": True}).encode()) == "not_ours"
    assert refused(json.dumps(sound | {"title": "Another"}).encode()) == "damaged"
    assert refused(json.dumps(sound | {"format": "unrolled submission"}).encode()) == "not_ours"
    token = encode(small())
    assert refused("s" + token[1:]) == "not_ours"
    assert refused("a2" + token[2:]) == "newer_version"
    assert refused(token[:-20]) == "truncated"
    assert refused(token[:40] + ("A" if token[40] != "A" else "B") + token[41:]) == "damaged"
    with pytest.raises(AssignmentError, match="not ours"):
        decode_submission(token)


def test_a_file_with_other_spaces_and_order_is_the_same() -> None:
    told = json.loads(save(small()))
    assert load_assignment(json.dumps(dict(reversed(told.items())), indent=None).encode()) == small()


def test_what_only_fits_a_file_is_told_so() -> None:
    long = tuple(small().steps[0] for _ in range(3))
    texts = ["".join(chr(0x4E00 + (i * k * k) % 20_000) for i in range(4000)) for k in (7, 11, 13)]
    assignment = small(steps=tuple(type(step)(page="training", text=text) for step, text in zip(long, texts, strict=True)))
    with pytest.raises(AssignmentError) as problem:
        encode(assignment)
    assert problem.value.reason == "too_long"
    assert load_assignment(save(assignment)) == assignment
    answers = tuple(Answer(text="a") for _ in assignment.steps)
    assert load_submission(save(Submission(assignment=assignment, name="Ida", answers=answers))).name == "Ida"
