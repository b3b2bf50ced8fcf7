"""Word vectors in strangers' files: every kind gives the same vectors, what does not fit is counted, and nothing takes more than it may."""

from __future__ import annotations

import gzip
import io
import pickle
import tracemalloc
import zipfile
from collections.abc import Collection
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core.data.word_vectors import WordVectors
from rnn_core.errors import RnnCoreError, VectorFileError
from rnn_core.limits import Limits
from rnn_core.sharing import vector_files
from rnn_core.sharing.vector_streams import Bounds, VectorFile
from tests.core.fuzz import vector_sources

BOUNDS = Bounds.of(Limits.hosted())
WANTED = ("bad", "good", "so")


def read(source: bytes, wanted: Collection[str] = WANTED, bounds: Bounds = BOUNDS) -> VectorFile:
    return vector_files.read(io.BytesIO(source), "theirs.txt", wanted, bounds)


def refusal(source: bytes, bounds: Bounds = BOUNDS) -> str:
    with pytest.raises(VectorFileError) as raised:
        read(source, bounds=bounds)
    return raised.value.reason


@pytest.mark.parametrize("kind", vector_sources())
def test_every_kind_of_file_gives_the_same_vectors(kind: str) -> None:
    found = read(vector_sources()[kind])
    assert found.vectors == read(vector_sources()["glove"]).vectors
    assert found.vectors.row("so").tolist() == [0.5, -1.0, 2.0, 0.25]
    assert found[1:] == (3, 0, 0)


@pytest.mark.parametrize("kind", [kind for kind in vector_sources() if kind != "npz"])
def test_only_the_wanted_words_are_kept(kind: str) -> None:
    found = read(vector_sources()[kind], {"so", "never"})
    assert (found.vectors.words, found.lines) == (("so",), 3)


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Z", "C"], codec="utf-8"), min_size=1, max_size=5),
        st.lists(st.floats(-9, 9, width=32), min_size=3, max_size=3),
        min_size=2,
        max_size=6,
    ),
    st.sampled_from(["text", "binary", "binary lines", "glove"]),
)
def test_what_is_written_is_read(vectors: dict[str, list[float]], kind: str) -> None:
    head = b"" if kind == "glove" else f"{len(vectors)} 3\n".encode()
    rows = []
    for word, row in vectors.items():
        packed = np.array(row, dtype="<f4").tobytes() + (b"\n" if "lines" in kind else b"")
        rows.append(word.encode() + b" " + (packed if "binary" in kind else (" ".join(map(repr, row)) + "\n").encode()))
    found = read(head + b"".join(rows), vectors.keys())
    assert found.vectors == WordVectors.of("", {word: np.array(row, dtype=np.float32) for word, row in vectors.items()})


@given(st.binary(max_size=300), st.sampled_from(sorted(vector_sources())), st.integers(0, 200))
def test_any_bytes_give_vectors_or_an_error_of_ours(piece: bytes, kind: str, at: int) -> None:
    sound = vector_sources()[kind]
    for source in (piece, sound[:at] + piece + sound[at:], sound[:at] + piece):
        with suppress(RnnCoreError):
            assert np.isfinite(read(source).vectors.array).all()


def test_a_word_with_spaces_is_split_from_the_right() -> None:
    source = b"so 1 2\n. . . 3 4\nat name@domain.com 5 6\ngood 7 8\n"
    found = read(source, {". . .", "at name@domain.com", "good"})
    assert found.vectors.words == (". . .", "at name@domain.com", "good")
    assert found.vectors.row(". . .").tolist() == [3.0, 4.0]
    assert found.malformed == 0


def test_lines_that_do_not_fit_are_counted_and_left_out() -> None:
    found = read(b"so 1 2\ngood 3\nbad 1 x\nbad nan 2\nthe 1 2\n" + b"x" * 300_000 + b"\nbad 5 6\n")
    assert found.vectors.words == ("bad", "so")
    assert found.vectors.row("bad").tolist() == [5.0, 6.0]
    assert (found.lines, found.malformed) == (7, 4)


def test_the_first_of_two_vectors_of_a_word_counts() -> None:
    assert read(b"so 1 2\nso 3 4\ngood 5 6\n").vectors.row("so").tolist() == [1.0, 2.0]


def test_bytes_that_are_not_utf8_are_replaced_and_counted() -> None:
    found = read(b"so 1 2\ncaf\xe9 3 4\n", {"so", "caf\ufffd"})
    assert (found.vectors.words, found.replaced) == (("caf\ufffd", "so"), 1)


def test_of_several_files_in_an_archive_the_smallest_is_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("big.txt", b"so 1 2 3\ngood 4 5 6\n" * 9)
        archive.writestr("small.txt", b"so 1 2\n")
    found = read(out.getvalue())
    assert (found.vectors.name, found.vectors.size) == ("small.txt", 2)


def test_vectors_saved_here_come_back_bit_for_bit() -> None:
    vectors = WordVectors.of("mine", {word: np.random.default_rng(1).normal(size=7).astype("f4") for word in WANTED})
    found = read(vector_files.save(vectors), {"so"})
    assert found.vectors == vectors, "all of them: they have been chosen before"
    assert found.vectors.name == "mine"
    assert vector_files.save(vectors) == vector_files.save(found.vectors)


class Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return (pytest.fail, ("a pickle was loaded",))


@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_a_pickle_is_refused_by_name_and_never_loaded(protocol: int) -> None:
    content = pickle.dumps(Evil(), protocol)
    assert refusal(content) == "pickle"
    assert refusal(gzip.compress(content)) == "pickle"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/data.pkl", content)
    assert refusal(out.getvalue()) == "pickle"


REFUSED = {
    "nothing": (b"", "empty"),
    "blank": (b" \n \n", "empty"),
    "fastText's .bin": (b"\xba\x16\x4f\x2f" + bytes(100), "fasttext_bin"),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(100), "other_kind"),
    "prose": (b"once upon a time\nthere was a word\n", "other_kind"),
    "a dimension of a billion": (b"3 1000000000\nso 1 2\n", "dimension"),
    "a dimension of a billion, binary": (b"3 1000000000\nso \x00\x00\x00\x00", "dimension"),
    "a dimension of zero": (b"3 0\nso\x00", "dimension"),
    "other words": (b"the 1 2\nof 3 4\n", "no_known_words"),
    "half a gzip": (gzip.compress(b"so 1 2\n" * 99)[:30], "damaged"),
    "half a zip": (vector_sources()["zip"][:-30], "damaged"),
    "half an npz": (vector_sources()["npz"][:-30], "damaged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_with_the_reason(name: str) -> None:
    source, reason = REFUSED[name]
    assert refusal(source) == reason


def test_a_bomb_is_unpacked_no_further_than_the_bound_and_costs_little_memory() -> None:
    bomb = b"so 1 2\n" + b"the 1 2\n" * 12_500_000
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", bomb)
    sources = gzip.compress(bomb, 1), packed.getvalue()
    del bomb
    few = Bounds(unpacked_bytes=1_000_000, numbers=1_000)
    tracemalloc.start()
    try:
        for source in sources:
            assert refusal(source, few) == "too_large"
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_lines_and_numbers_are_bounded() -> None:
    assert refusal(b"so 1 2\n" * 20, Bounds(unpacked_bytes=1_000, lines=10, numbers=100)) == "too_many_lines"
    assert refusal(b"so 1 2\ngood 1 2\n", Bounds(unpacked_bytes=1_000, numbers=3)) == "over_limits"
    three = vector_sources()["npz"]
    assert refusal(three, Bounds(unpacked_bytes=1_000, numbers=11)) == "over_limits"


def test_a_line_of_twenty_megabytes_is_left_out_without_being_held() -> None:
    source = io.BytesIO(b"so 1 2\n" + b"9" * 20_000_000 + b"\ngood 3 4\n")
    tracemalloc.start()
    try:
        found = vector_files.read(source, "long", WANTED, Bounds(unpacked_bytes=30_000_000, numbers=100))
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
    assert (found.vectors.words, found.malformed) == (("good", "so"), 1)
