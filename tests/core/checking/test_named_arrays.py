"""Files of arrays are read without trust: bounded, without pickle, and refused with a reason."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core.checking.exercise import Exercise, fits, to_json, to_npz
from rnn_core.checking.named_arrays import MOST_ARRAYS, MOST_BYTES, MOST_UNPACKED, read
from rnn_core.checking.slips import computed
from rnn_core.errors import ArrayFileError
from tests.core.reference import large_model


def npz(**arrays: Any) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def header(shape: str, kind: str = "<f8") -> bytes:
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def reason(source: bytes) -> str:
    with pytest.raises(ArrayFileError) as refused:
        read(source)
    return refused.value.reason


@pytest.mark.parametrize("texts", [("so not bad",), ("so not bad", "good")])
def test_what_is_given_is_read_back_from_both_kinds_of_file(texts: tuple[str, ...]) -> None:
    model = large_model(["bad", "good", "not", "so"], 3, cell="gru", bidirectional=True)
    exercise = Exercise.of(model, [(text, "positive") for text in texts])
    compute = {name: array.shape for name, array in computed(exercise).items()}
    for source in (to_npz(exercise, compute), to_json(exercise, compute)):
        found = read(source)
        assert set(found) == set(exercise.given())
        for name, array in exercise.given().items():
            np.testing.assert_array_equal(found[name], array)
    assert to_npz(exercise, compute) == to_npz(exercise, compute)
    told = np.load(io.BytesIO(to_npz(exercise, compute)))
    assert told["vocabulary"].tolist() == ["bad", "good", "not", "so"]
    assert told["sentences"].tolist() == list(texts)
    assert told["compute"].tolist() == json.loads(to_json(exercise, compute))["compute"]


def test_numbers_of_every_usual_kind_are_read() -> None:
    fortran = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    found = read(npz(a=np.array([1.5, np.nan], dtype=np.float32), b=np.int64(3), c=fortran, words=np.array(["so", "bad"])))
    assert set(found) == {"a", "b", "c"}
    np.testing.assert_array_equal(found["a"], [1.5, np.nan])
    np.testing.assert_array_equal(found["c"], fortran)
    found = read(b'{"a": [[1, 2.5], [NaN, 1e999]], "L": 0.25, "sentence": "so bad", "words": ["so"], "none": []}')
    np.testing.assert_array_equal(found["a"], [[1, 2.5], [np.nan, np.inf]])
    assert found["L"].shape == ()
    assert found["none"].shape == (0,)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b" " * (MOST_BYTES + 1), "too_large"),
        (npz(a=np.array([print], dtype=object)), "pickle"),
        (pickle.dumps({"a": 1}), "pickle"),
        (zipped({"archive/data.pkl": b"x"}), "pickle"),
        (zipped({"a.txt": b"1"}), "other_kind"),
        (b"a,b\n1,2\n", "other_kind"),
        (b"[1, 2]", "other_kind"),
        (b"\xff\xfe", "other_kind"),
        (header("(1,)") + b"\0" * 8, "nameless"),
        (b"", "other_kind"),
        (npz(a=np.ones(3))[:-30], "damaged"),
        (zipped({"a.npy": header("(2,)") + b"\0" * 8}), "damaged"),
        (zipped({"a.npy": header("(-1, -8)")}), "damaged"),
        (b'{"a": [1, 2}', "damaged"),
        (b'{"a": ' + b"[" * 100_000, "damaged"),
        (b'{"a": ' + b"9" * 5000 + b"}", "damaged"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": [[1, 2], [3]]}', "ragged"),
        (b'{"a": [[[[[1]]]]]}', "ragged"),
        (b'{"a": [1, "2"]}', "not_numbers"),
        (b'{"a": [1, null]}', "not_numbers"),
        (b'{"a": [true]}', "not_numbers"),
        (b'{"a": {"b": 1}}', "not_numbers"),
        (b'{"a": ' + b"9" * 400 + b"}", "not_numbers"),
        (npz(a=np.array([1j])), "not_numbers"),
        (npz(a=np.zeros(2, dtype="f8,f8")), "not_numbers"),
        (b"{}", "empty"),
        (npz(words=np.array(["so"])), "empty"),
        (json.dumps({str(i): 1 for i in range(MOST_ARRAYS + 1)}).encode(), "too_many"),
        (zipped({f"{i}.npy": b"" for i in range(MOST_ARRAYS + 1)}), "too_many"),
        (zipped({"a.npy": header(f"({MOST_UNPACKED + 1},)") + bytes(8 * MOST_UNPACKED)}), "too_many"),
        (zipped({"a.npy": header("(0,)"), "b.npy": header("(99999999, 99999999)")}), "too_many"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(source: bytes, expected: str) -> None:
    assert reason(source) == expected


def test_a_member_is_never_unpacked_beyond_what_its_header_asks_for() -> None:
    """A bomb: twenty megabytes of zeros in twenty kilobytes."""
    bomb = zipped({"a.npy": header("(2,)") + bytes(20_000_000)})
    assert len(bomb) < MOST_BYTES
    assert reason(bomb) == "damaged"


def test_the_smaller_bound_of_a_server_counts() -> None:
    with pytest.raises(ArrayFileError, match="too large"):
        read(b'{"a": [1, 2, 3]}', 8)


def test_a_network_too_large_to_check_is_known_beforehand() -> None:
    model = large_model(["a"], 100)
    assert fits(model, 4)
    assert not fits(model, 300)
    assert not fits(large_model(["a"], 500), 1)


PACKED = zipped({"a.npy": header("(2, 2)") + bytes(32), "b.npy": header("()", "<f4") + bytes(4)})
WRITTEN = b'{"dh": [[1.5, -2], [0, 1e-9]], "L": 0.25, "words": ["so"]}'


@given(st.sampled_from([PACKED, WRITTEN]), st.binary(max_size=12), st.integers(0, len(PACKED)))
def test_damaged_files_raise_our_errors_alone(sound: bytes, junk: bytes, at: int) -> None:
    place = at % (len(sound) + 1)
    for source in (sound[:place] + junk + sound[place:], sound[:place] + junk + sound[place + len(junk) :], sound[:place]):
        try:
            found = read(source)
        except ArrayFileError:
            continue
        assert all(array.dtype == np.float64 for array in found.values())
