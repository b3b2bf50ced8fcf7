"""What can go wrong, as data."""

from __future__ import annotations

import pytest

from rnn_core import (
    ConfigError,
    DatasetError,
    DivergenceError,
    ExperimentFileError,
    LimitError,
    LinkError,
    ModelFileError,
    RnnCoreError,
    UnknownWordError,
)
from rnn_core.errors import MissingPackageError, TensorFileError, shorten


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ConfigError("epochs", 0, "1 or more"), "epochs must be 1 or more, not 0"),
        (ConfigError("clipping", "norm", "one of none, value"), "clipping must be one of none, value, not 'norm'"),
        (DatasetError("no_training_rows"), "no training rows"),
        (DatasetError("empty_text", row=4), "row 4: empty text"),
        (DatasetError("unknown_label", row=4, line=5, detail="meh"), "row 4 (line 5): unknown label: meh"),
        (UnknownWordError(["zebra"]), "unknown word: zebra"),
        (LimitError("hidden_size", 1000, 512), "hidden size: 1,000 is over the limit of 512"),
        (LinkError("newer_version", "7"), "link: newer version: 7"),
        (ModelFileError("too_large"), "model file: too large"),
        (TensorFileError("pickle", "x", advice="convert it"), "network from outside: pickle: x; convert it"),
        (
            TensorFileError("wrong_shape", "why", tensor="a\nb", found=(1, 2), expected=(3,)),
            "network from outside: wrong shape: a b is (1, 2), not (3,); why",
        ),
        (ExperimentFileError("not_an_experiment", "so\n" + "x" * 99), "experiment file: not an experiment: so " + "x" * 56 + "…"),
        (MissingPackageError("x", "r.txt"), "the package x is needed for this: python -m pip install -r r.txt"),
        (DivergenceError(12), "training diverged in epoch 12: a loss or a weight is no longer a finite number"),
    ],
)
def test_every_error_has_one_root_and_says_what_is_wrong_in_one_line(error: RnnCoreError, message: str) -> None:
    assert isinstance(error, RnnCoreError)
    assert str(error) == message


@pytest.mark.parametrize("kind", [ValueError, KeyError, TypeError])
def test_a_users_mistake_is_never_an_error_of_the_language(kind: type[Exception]) -> None:
    assert not issubclass(RnnCoreError, kind)


def test_long_text_is_cut_to_one_line_with_an_ellipsis() -> None:
    assert shorten("so\n much\t text") == "so much text"
    assert shorten("x" * 60) == "x" * 60
    assert shorten("x" * 61) == "x" * 59 + "…"
    assert shorten("x " * 10**6, 7) == "x x x …"
