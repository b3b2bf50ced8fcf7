"""Word vectors: part of a dataset's vocabulary and identity, whatever the file was called."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from rnn_core import Dataset, Experiment, ModelConfig, TextRules
from rnn_core.data.cooccurrence import vectors_from
from rnn_core.data.word_vectors import WordVectors
from rnn_core.errors import ConfigError, VectorFileError

ROWS = {"good": [1.0, 2.0], "bad": [-1.0, 0.5], "lovely": [1.5, 2.5]}
VECTORS = WordVectors.of("mine", {word: np.array(row, dtype=np.float32) for word, row in ROWS.items()})
DATA = Dataset.from_pairs([("so good", 1), ("so bad", 0)], [("lovely", 1)])


def test_words_with_a_vector_are_known_though_training_never_has_them() -> None:
    assert DATA.blocking
    known = replace(DATA, vectors=VECTORS)
    assert not known.blocking
    assert known.vocabulary.words == ("bad", "good", "lovely", "so")
    assert VECTORS.missing(known.vocabulary) == ("so",)


def test_rare_words_with_a_vector_are_read_and_not_replaced() -> None:
    data = replace(DATA, rules=TextRules(unknown="replace", min_count=2), vectors=VECTORS)
    assert data.vocabulary.words == ("<unk>", "bad", "good", "lovely", "so")
    assert "<unk>" in data.written


def test_vectors_are_equal_by_words_and_numbers() -> None:
    assert replace(VECTORS, name="other") == VECTORS
    assert replace(VECTORS, array=VECTORS.array + 1) != VECTORS
    assert VECTORS.only({"good"}) == WordVectors.of("", {"good": np.array([1.0, 2.0], dtype=np.float32)})
    assert VECTORS.only({"never"}) is None


def test_a_dataset_with_vectors_survives_json_and_is_another_than_without() -> None:
    data = replace(DATA, vectors=VECTORS)
    back = Dataset.from_json(json.loads(json.dumps(data.to_json())))
    assert back == data
    assert back.vectors is not None
    assert back.vectors.name == "mine"
    assert back.fingerprint == data.fingerprint != DATA.fingerprint
    assert "vectors" not in DATA.to_json(), "fingerprints of datasets without vectors are as before there were any"
    assert data.bare() == data == data.with_examples(data.examples)


@pytest.mark.parametrize(
    "change",
    [
        {"size": 0},
        {"size": 10**9},
        {"size": True},
        {"words": ["good", "bad", "lovely"]},
        {"words": ["bad"]},
        {"words": "bad"},
        {"values": "AAA"},
        {"values": None},
        {"name": "\0"},
        {"more": 1},
    ],
)
def test_json_that_is_no_vectors_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(VectorFileError):
        WordVectors.from_json(VECTORS.to_json() | change, 100)
    with pytest.raises(VectorFileError):
        WordVectors.from_json(VECTORS.to_json(), 5)


def test_an_experiment_uses_vectors_only_where_there_are_some_of_the_right_length() -> None:
    model = ModelConfig(embedding_size=2, vectors="start")
    Experiment(dataset=replace(DATA, vectors=VECTORS), model=model)
    with pytest.raises(ConfigError) as raised:
        Experiment(dataset=DATA.from_pairs([("a", 1), ("b", 0)]), model=model)
    assert raised.value.field == "vectors"
    with pytest.raises(ConfigError) as raised:
        Experiment(dataset=replace(DATA, vectors=VECTORS), model=replace(model, embedding_size=3))
    assert raised.value.field == "embedding_size"
    with pytest.raises(ConfigError):
        ModelConfig(vectors="start")


def test_words_used_alike_get_similar_vectors_from_counts() -> None:
    sentences = [s.split() for s in ("the soup was good we stayed", "the soup was fine we stayed", "the soup was bad we left")]
    made = vectors_from(sentences * 4, ("stayed", "left"), name="counted")
    assert made.row("good").tolist() == made.row("fine").tolist() == [pytest.approx(0.41, abs=0.01), 0.0]
    assert made.row("bad").tolist() == [0.0, pytest.approx(1.1, abs=0.01)]
