"""Word vectors in words: counts are true, and each reason to refuse a file has a sentence in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np

from rnn_core import Dataset
from rnn_core.data.word_vectors import WordVectors
from rnn_core.errors import AbsentVectorsError, VectorFileError, VectorFileReason
from rnn_core.sharing.vector_streams import VectorFile
from ui.language import speaking
from ui.messages import errors, vectors

VECTORS = WordVectors.of("mine.txt", {word: np.ones(3, dtype=np.float32) for word in ("bad", "good", "lovely")})
DATA = Dataset.from_pairs([("so good", 1), ("bad", 0)], [("lovely", 1)])


def test_words_with_and_without_a_vector_are_counted() -> None:
    said = vectors.found(VECTORS, replace(DATA, vectors=VECTORS))
    assert "3 of 4 words" in said
    assert "1 word starts at random: “so”." in said
    whole = replace(DATA, examples=DATA.examples[1:], vectors=VECTORS)
    assert "random" not in vectors.found(VECTORS, whole)


def test_only_what_was_damaged_is_said() -> None:
    assert vectors.damaged(VectorFile(VECTORS, 3, 0, 0)) == ""
    assert vectors.damaged(VectorFile(VECTORS, 3, 2, 0)).startswith("2 lines of the file")
    assert "1 word of the file" in vectors.damaged(VectorFile(VECTORS, 3, 0, 1))


def test_every_reason_is_worded_differently_in_both_languages() -> None:
    reasons: tuple[VectorFileReason, ...] = get_args(VectorFileReason)
    english = {reason: vectors.refused(VectorFileError(reason, "9, at most 5")) for reason in reasons}
    assert len(set(english.values())) == len(reasons)
    with speaking("zh"):
        assert not [reason for reason in reasons if vectors.refused(VectorFileError(reason, "9, at most 5")) == english[reason]]


def test_absent_vectors_are_asked_for_by_name_and_digest() -> None:
    said = errors.unusable(AbsentVectorsError("mine", "abcdef" * 9, ()))
    assert "mine" in said
    assert "abcdefabcdef)" in said
    assert "[x](y" not in vectors.wanted(AbsentVectorsError("[x](y)", "d", ()))
