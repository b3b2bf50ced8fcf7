"""A network from another program that does not fit: each reason has words of its own, with the tensor and the shapes."""

from __future__ import annotations

from typing import get_args

import pytest

from rnn_core.errors import MissingPackageError, TensorFileError, TensorFileReason
from ui.language import speaking
from ui.messages import errors, outside

REASONS: tuple[TensorFileReason, ...] = get_args(TensorFileReason)


def worded(reason: TensorFileReason) -> str:
    return outside.refused(TensorFileError(reason, "9, at most 5", tensor="rnn.x", found=(12, 4), expected=(16, 4)))


def test_every_reason_is_worded_differently_in_both_languages() -> None:
    same: set[TensorFileReason] = {"damaged", "own_file"}  # a file of our own that was opened otherwise is damaged
    english = {reason: worded(reason) for reason in REASONS}
    assert len(set(english.values())) == len(REASONS) - len(same) + 1
    with speaking("zh"):
        assert not [reason for reason in REASONS if worded(reason) == english[reason]]


@pytest.mark.parametrize("reason", ["wrong_shape", "unexpected_tensor", "over_limits"])
def test_the_tensor_and_its_shape_are_named(reason: TensorFileReason) -> None:
    assert "rnn\\.x" in worded(reason)
    assert "12 × 4" in worded(reason)
    assert ("16 × 4" in worded(reason)) == (reason == "wrong_shape")


def test_a_vocabulary_is_told_which_entry_is_wrong() -> None:
    assert "“so” occurs twice" in outside.refused(TensorFileError("bad_vocabulary", "a word occurs twice: so"))
    assert "entry 7" in outside.refused(TensorFileError("bad_vocabulary", "entry 7 (from 0) is not a word"))
    assert "UTF-8" in outside.refused(TensorFileError("bad_vocabulary", "it is not UTF-8"))


def test_a_known_kind_of_file_is_named() -> None:
    assert "kind HDF5" in outside.refused(TensorFileError("other_kind", "HDF5, as Keras writes it"))
    assert "neither" in outside.refused(TensorFileError("other_kind", "something else"))


def test_a_strangers_tensor_is_shown_as_text_alone() -> None:
    assert "](" not in outside.refused(TensorFileError("several_layers", tensor="[x](javascript:alert(1))"))


def test_a_missing_package_is_named_with_the_file_that_has_it() -> None:
    said = errors.error(MissingPackageError("onnx", "requirements-export.txt"))
    assert "The package onnx is not installed" in said
    assert "pip install -r requirements-export.txt" in said
