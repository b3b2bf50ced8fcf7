"""The guide's sentences, and the experiments worth starting from."""

from __future__ import annotations

from collections import Counter

import pytest

from rnn_core import Experiment, ModelConfig, TrainingConfig, presets
from tests.core.runs import finished

DATASET = presets.guide_dataset()
BY_SPLIT = {split: [e for e in DATASET.examples if e.split == split] for split in ("train", "test")}


def test_the_words_are_exactly_the_guides_eighteen() -> None:
    words = "all am and at bad earlier good happy i is not now or right sad this very was"
    assert " ".join(DATASET.vocabulary) == words
    assert {w for words in DATASET.words for w in words} == set(words.split())


def test_there_are_58_training_and_20_test_sentences_half_of_each_positive() -> None:
    counts = Counter((e.split, e.label) for e in DATASET.examples)
    assert counts == {
        ("train", "positive"): 29,
        ("train", "negative"): 29,
        ("test", "positive"): 10,
        ("test", "negative"): 10,
    }


@pytest.mark.parametrize(
    ("text", "label", "split"),
    [
        ("good", "positive", "train"),
        ("i am bad", "negative", "train"),
        ("this is very good", "positive", "train"),
        ("this is not bad", "positive", "train"),
        ("i am bad not good", "negative", "train"),
        ("i am not at all happy", "negative", "train"),
        ("this was good earlier", "positive", "train"),
        ("i am not at all bad or sad right now", "positive", "train"),
        ("i am very good", "positive", "train"),
        ("this is happy", "positive", "test"),
        ("i am good", "positive", "test"),
    ],
)
def test_every_sentence_that_the_guide_prints_is_there(text: str, label: str, split: str) -> None:
    assert (text, label, split) in DATASET.examples


def test_no_sentence_comes_twice_and_none_is_in_both_splits() -> None:
    assert DATASET.faults == ()
    assert len({e.text for e in DATASET.examples}) == 78


def test_sentences_are_as_plain_as_the_guides_own_splitting_needs_them() -> None:
    assert all(tuple(e.text.split(" ")) == words for e, words in zip(DATASET.examples, DATASET.words, strict=True))
    assert {len(words) for words in DATASET.words} == {1, 2, 3, 4, 5, 6, 7, 9, 10}


@pytest.mark.parametrize(("splits", "bags"), [({"train"}, 1), ({"train", "test"}, 4)])
def test_some_sentences_have_the_same_words_in_another_order_and_the_other_label(splits: set[str], bags: int) -> None:
    """So that no bag of words can tell them apart: what the network learns is order."""
    labels_of: dict[tuple[str, ...], set[str | None]] = {}
    for e in DATASET.examples:
        if e.split in splits:
            labels_of.setdefault(tuple(sorted(e.text.split())), set()).add(e.label)
    assert sum(len(labels) == 2 for labels in labels_of.values()) == bags


def test_the_guide_as_printed_and_corrected_differ_in_the_backward_rule_alone() -> None:
    printed, corrected = presets.guide_printed(3), presets.guide_corrected(3)
    assert corrected == Experiment(dataset=DATASET, model=ModelConfig(), training=TrainingConfig(seed=3))
    assert printed == corrected.with_model(recurrent_gradient="printed")


def test_the_better_start_is_a_hundred_times_larger_weights() -> None:
    assert presets.better_start(3) == presets.guide_corrected(3).with_model(init_scale=0.1).with_training(epochs=300)


@pytest.mark.parametrize("name", presets.EXPERIMENTS)
def test_every_named_experiment_takes_a_seed(name: str) -> None:
    make = presets.EXPERIMENTS[name]
    assert make(5).training.seed == 5
    assert make(5) == make(5)


def test_the_better_start_has_no_plateau() -> None:
    for seed in range(2):
        history = finished(presets.better_start(seed).with_training(epochs=100)).history
        first = history.first_perfect_epoch()
        assert first is not None
        assert first <= 100
