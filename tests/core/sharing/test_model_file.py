"""Model files: what goes in comes out bit for bit, and nothing hostile gets further than a ModelFileError."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rnn_core import Limits, Model, ModelFileError, presets
from rnn_core.sharing import model_file

CELLS = list(product(("vanilla", "gru", "lstm"), (False, True), (0, 3)))


def model_of(cell: str = "gru", both: bool = True, embedding: int = 3) -> Model:
    experiment = presets.guide_corrected().with_model(cell=cell, hidden_size=5, bidirectional=both, embedding_size=embedding)
    return Model.initial(experiment).with_large_weights()


FILE = model_file.save(model_of())


def with_member(name: str, content: bytes | None, source: bytes = FILE) -> bytes:
    """The file with one member replaced, added, or (None) left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        if content is not None:
            new.writestr(name, content)
    return out.getvalue()


def npy(array: Any, **options: Any) -> bytes:
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version=(1, 0), **options)
    return out.getvalue()


def about(**changes: object) -> bytes:
    """The description with some fields replaced."""
    with np.load(io.BytesIO(FILE)) as file:
        fields = json.loads(bytes(file["about"]))
    return npy(np.frombuffer(json.dumps(fields | changes).encode(), dtype=np.uint8))


@pytest.mark.parametrize(("cell", "both", "embedding"), CELLS)
def test_probabilities_after_loading_equal_those_before_bit_for_bit(cell: str, both: bool, embedding: int) -> None:
    model = model_of(cell, both, embedding)
    loaded = model_file.load(model_file.save(model))
    texts = ["good", "i am not at all bad", "I was NOT happy, earlier."]
    assert loaded.predict_proba(texts).tobytes() == model.predict_proba(texts).tobytes()
    assert (loaded.config, loaded.rules, loaded.vocabulary, loaded.labels) == (
        model.config,
        model.rules,
        model.vocabulary,
        model.labels,
    )
    assert loaded.vector.tobytes() == model.vector.tobytes()


def test_the_same_model_gives_the_same_bytes() -> None:
    assert model_file.save(model_of()) == FILE == model_file.save(model_file.load(FILE))


def test_numpy_alone_reads_the_arrays_in_the_equations_shapes() -> None:
    model = model_of("lstm", True, 0)
    with np.load(io.BytesIO(model_file.save(model))) as file:
        assert set(file.files) == {"about", *model.parameters}
        for name, array in model.parameters.items():
            np.testing.assert_array_equal(file[name], array)


def test_no_training_sentence_is_in_it() -> None:
    with np.load(io.BytesIO(FILE)) as file:
        described = bytes(file["about"]).decode()
    sentences = [text for text, _, _ in presets.guide_dataset().examples if " " in text]
    assert len(sentences) > 70
    assert not [text for text in sentences if text in described]


REFUSALS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "not_a_model"),
    "no archive": (b"PK but no archive", "not_a_model"),
    "cut short": (FILE[: len(FILE) // 2], "not_a_model"),
    "no description": (with_member("about.npy", None), "not_a_model"),
    "a newer version": (with_member("about.npy", about(version=2)), "newer_version"),
    "no version": (with_member("about.npy", about(version=None)), "bad_about"),
    "a field too many": (with_member("about.npy", about(code="x")), "bad_about"),
    "no labels": (with_member("about.npy", about(labels=[])), "bad_about"),
    "unsorted words": (with_member("about.npy", about(vocabulary=["b", "a"])), "bad_about"),
    "a word twice": (with_member("about.npy", about(vocabulary=["a", "a"])), "bad_about"),
    "words that are none": (with_member("about.npy", about(vocabulary=[1, 2])), "bad_about"),
    "a lone surrogate": (with_member("about.npy", about(vocabulary=["\ud800"])), "bad_about"),
    "a cell that is none": (with_member("about.npy", about(config={"cell": "transformer"})), "bad_about"),
    "a huge network": (with_member("about.npy", about(config={"hidden_size": 4096})), "over_limits"),
    "another size": (with_member("about.npy", about(config={"cell": "gru", "hidden_size": 5})), "wrong_members"),
    "an array too few": (with_member("b_y.npy", None), "wrong_members"),
    "an array too many": (with_member("more.npy", npy(np.zeros(2))), "wrong_members"),
    "another shape": (with_member("b_y.npy", npy(np.zeros(3))), "wrong_array"),
    "another type": (with_member("b_y.npy", npy(np.zeros(2, dtype=np.float32))), "wrong_array"),
    "a pickle": (with_member("b_y.npy", npy(np.array([{}, []], dtype=object), allow_pickle=True)), "wrong_array"),
    "no array": (with_member("b_y.npy", b"\x93NUMPY"), "wrong_array"),
    "an array cut short": (with_member("b_y.npy", npy(np.zeros(2))[:-1]), "wrong_array"),
    "a bomb": (with_member("b_y.npy", npy(np.zeros(5_000_000))), "wrong_array"),
    "not a number": (with_member("b_y.npy", npy(np.array([np.nan, 0.0]))), "not_finite"),
    "infinity": (with_member("b_y.npy", npy(np.array([np.inf, 0.0]))), "not_finite"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_damaged_or_hostile_file_is_refused_for_its_reason(case: str) -> None:
    source, reason = REFUSALS[case]
    with pytest.raises(ModelFileError) as caught:
        model_file.load(source)
    assert caught.value.reason == reason


def test_a_file_over_the_limit_is_refused_before_it_is_opened() -> None:
    with pytest.raises(ModelFileError, match="too large"):
        model_file.load(FILE, Limits(upload_bytes=len(FILE) - 1))


@pytest.mark.parametrize("part", [b"[],", b"{},", b"1.5,", b'"ab",'])
def test_a_description_that_unpacks_beyond_what_a_file_may_be_is_not_even_parsed(part: bytes) -> None:
    """Twenty thousand bytes that unpack a thousandfold and would be parsed to hundreds of millions."""
    text = b'{"version": 1, "vocabulary": [' + part * (15_000_000 // len(part)) + b"1]}"
    source = with_member("about.npy", npy(np.frombuffer(text, dtype=np.uint8)))
    assert len(source) < 50_000
    limits = Limits.hosted()
    tracemalloc.start()
    try:
        with pytest.raises(ModelFileError, match="too large"):
            model_file.load(source, limits)
        assert tracemalloc.get_traced_memory()[1] < 4 * limits.upload_bytes
    finally:
        tracemalloc.stop()


def test_a_header_that_promises_more_than_it_holds_reserves_no_memory() -> None:
    """The shape in a header is compared, never allocated."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (10**12,)})
    with pytest.raises(ModelFileError, match="wrong array"):
        model_file.load(with_member("b_y.npy", header.getvalue()))


@given(st.binary(max_size=300))
@example(b"PK\x03\x04")
def test_arbitrary_bytes_raise_nothing_else(source: bytes) -> None:
    with pytest.raises(ModelFileError):
        model_file.load(source)


@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_a_flipped_byte_is_refused_or_makes_no_difference(place: int, flip: int) -> None:
    damaged = bytearray(FILE)
    damaged[place] ^= flip
    try:
        loaded = model_file.load(bytes(damaged))
    except ModelFileError:
        return
    assert loaded.vector.tobytes() == model_of().vector.tobytes()
