"""What the presets say of themselves, and what the guide promises, over ten seeds or twenty."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from rnn_core import Experiment, History, presets
from rnn_core.data.baseline import Baseline
from rnn_core.engine.kernel import COMPILED
from rnn_core.network.parameters import Layout
from rnn_core.training import findings
from tests.core.runs import finished

pytestmark = pytest.mark.skipif(not COMPILED, reason="ten seeds of each preset take minutes as plain NumPy")

SEEDS = range(10)


@cache
def run(experiment: Experiment, seed: int) -> History:
    return finished(experiment.with_training(seed=seed)).history


def learned(experiment: Experiment) -> int:
    """How many of the seeds have learned."""
    return sum(findings.learned(run(experiment, seed), experiment.dataset.bounds) for seed in SEEDS)


@pytest.mark.slow
def test_the_corrected_guide_stays_at_a_coin_flip_and_then_learns_and_generalizes() -> None:
    """The loss stands at ln 2 = 0.693 for fifty epochs and more, because the weights start at a thousandth."""
    histories = [run(presets.guide_corrected(), seed) for seed in range(20)]
    assert max(np.abs(history.columns.train_loss[:50] - np.log(2)).max() for history in histories) < 0.006
    assert np.median([history.first_perfect_epoch() or 10**6 for history in histories]) < 450
    assert sum(history[-1].train.accuracy == 1.0 for history in histories) >= 18
    assert sum((history[-1].test.accuracy or 0.0) >= 0.95 for history in histories) >= 15


@pytest.mark.slow
def test_the_printed_rule_forgets_what_it_had_learned_and_the_exact_one_hardly_does() -> None:
    """Over 20 seeds: how many fall to 90 %, and to two thirds, of the training sentences after all were right."""
    lowest = {}
    for make in (presets.guide_printed, presets.guide_corrected):
        histories = [run(make(), seed) for seed in range(20)]
        after = [history.columns.train_accuracy[(history.first_perfect_epoch() or 1000) - 1 :] for history in histories]
        lowest[make] = np.array([accuracy.min() for accuracy in after])
        assert all(history.first_perfect_epoch() for history in histories)
    printed, exact = lowest[presets.guide_printed], lowest[presets.guide_corrected]
    assert (printed <= 0.9).sum() >= 10, printed
    assert (printed <= 2 / 3).sum() >= 6, printed
    assert (exact <= 0.9).sum() <= 3, exact
    assert (exact <= 2 / 3).sum() == 0, exact


@pytest.mark.slow
def test_on_the_edge_only_tight_clipping_learns() -> None:
    tight = presets.on_the_edge()
    assert learned(tight) >= 9
    assert learned(tight.with_training(clipping="none")) <= 3
    assert learned(tight.with_training(clip_threshold=1.0)) <= 3


@pytest.mark.slow
def test_long_memory_is_the_lstms_and_not_the_vanilla_cells() -> None:
    lstm = presets.long_memory()
    vanilla = lstm.with_model(cell="vanilla")
    above = {
        name: [run(experiment, seed)[-1].test.accuracy or 0.0 for seed in SEEDS]
        for name, experiment in (("lstm", lstm), ("vanilla", vanilla))
    }
    assert sum(accuracy > 0.95 for accuracy in above["lstm"]) >= 8, above
    assert sum(accuracy > 0.95 for accuracy in above["vanilla"]) <= 2, above
    assert float(np.mean(above["vanilla"])) < 0.65, above


@pytest.mark.slow
@pytest.mark.parametrize(("preset", "latest"), [(presets.gru, 100), (presets.lstm, 100), (presets.bidirectional, 100)])
def test_gates_and_a_second_direction_learn_it_sooner_than_the_guides_network(preset, latest: int) -> None:  # type: ignore[no-untyped-def]
    histories = [run(preset(), seed) for seed in SEEDS]
    assert max(history.first_perfect_epoch() or 10_000 for history in histories) < latest
    assert sum((history[-1].test.accuracy or 0.0) >= 0.95 for history in histories) >= 9


@pytest.mark.slow
def test_an_embedding_has_fewer_parameters_and_gets_every_training_sentence_right_from_every_seed() -> None:
    sizes = [Layout.of(make()).size for make in (presets.embedding, presets.guide_corrected)]
    assert sizes == [4_946, 5_442]
    assert all(run(presets.embedding(), seed).first_perfect_epoch() for seed in SEEDS)


@pytest.mark.slow
def test_five_emotions_are_learned_from_every_seed_and_not_by_a_bag_of_words() -> None:
    experiment = presets.emotions()
    tested = [run(experiment, seed)[-1].test.accuracy or 0.0 for seed in SEEDS]
    assert min(tested) >= 0.95, tested
    assert (Baseline.fit(experiment.dataset).accuracy("test") or 0.0) < 0.5


def test_the_long_memorys_sentences_are_told_apart_by_their_first_word_alone() -> None:
    data = presets.long_memory_dataset()
    assert not data.faults
    assert {(words[0], label) for words, (_, label, _) in zip(data.words, data.examples, strict=True)} == {
        ("good", "positive"),
        ("bad", "negative"),
    }
    assert all(not {"good", "bad"} & set(words[1:]) for words in data.words)
    assert [sum(data.examples[i].label == "positive" for i in data.rows(split)) for split in ("train", "test")] == [80, 30]
    assert data == presets.long_memory_dataset.__wrapped__()


@pytest.mark.slow
def test_word_vectors_know_adjectives_that_training_never_has_and_one_hot_input_guesses() -> None:
    """The vectors count alike whether they stay as they are or are trained on: of unseen words no update touches the row."""
    frozen = presets.word_vectors()
    of = {
        "frozen": frozen,
        "start": frozen.with_model(vectors="start"),
        "one-hot": frozen.with_model(vectors="unused", embedding_size=0),
    }
    test = {name: [run(experiment, seed)[-1].test.accuracy or 0.0 for seed in SEEDS] for name, experiment in of.items()}
    assert min(test["frozen"]) >= 0.95, test
    assert sum(accuracy >= 0.95 for accuracy in test["start"]) >= 8, test
    assert max(test["one-hot"]) <= 0.8, test
    assert 0.35 < float(np.mean(test["one-hot"])) < 0.65, test
