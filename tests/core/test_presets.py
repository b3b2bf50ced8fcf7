"""The guide's sentences, and the experiments worth starting from."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from rnn_core import Experiment, History, ModelConfig, Trainer, TrainingConfig, presets
from rnn_core.engine.kernel import COMPILED

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


# ---------------------------------------------------------------------- what the guide promises: it learns

SEEDS = range(20)


def history_of(experiment: Experiment) -> History:
    trainer = Trainer(experiment)
    while trainer.advance():
        pass
    return trainer.history


@pytest.fixture(scope="module")
def runs() -> list[History]:
    """Twenty seeds of the corrected guide, two at a time."""
    if not COMPILED:
        pytest.skip("twenty thousand epochs are minutes of plain NumPy; the numbers are the compiled path's business too")
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(history_of, map(presets.guide_corrected, SEEDS)))


@pytest.mark.slow
def test_the_corrected_guide_ends_with_every_training_sentence_right(runs: list[History]) -> None:
    assert sum(run[-1].train.accuracy == 1.0 for run in runs) >= 18


@pytest.mark.slow
def test_the_corrected_guide_first_gets_all_right_before_epoch_450(runs: list[History]) -> None:
    first = [run.first_perfect_epoch() or 10**6 for run in runs]
    assert np.median(first) < 450


@pytest.mark.slow
def test_the_corrected_guide_generalises_to_the_test_sentences(runs: list[History]) -> None:
    assert sum((run[-1].test.accuracy or 0.0) >= 0.95 for run in runs) >= 15


@pytest.mark.slow
def test_the_plateau_is_a_coin_flip_and_lasts(runs: list[History]) -> None:
    """The loss stands at ln 2 = 0.693 for fifty epochs and more, because the weights start at a thousandth."""
    losses = np.array([run.columns.train_loss[:50] for run in runs])
    assert np.max(np.abs(losses - np.log(2))) < 0.006


def test_the_better_start_has_no_plateau() -> None:
    for seed in range(2):
        history = history_of(presets.better_start(seed).with_training(epochs=100))
        first = history.first_perfect_epoch()
        assert first is not None
        assert first <= 100
