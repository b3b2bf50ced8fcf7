"""An embedding that starts from word vectors, and one that stays as they are: on both paths, in statistics, updates and scripts."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import Dataset, Experiment, Model, ModelConfig, Trainer, TrainingConfig, gradient_check
from rnn_core.data.word_vectors import WordVectors
from rnn_core.engine.kernel import COMPILED, RunPath
from rnn_core.gradients.update import one_update
from tests.examples import SIX

PATHS: list[RunPath] = ["plain", "compiled"] if COMPILED else ["plain"]
WORDS = ("bad", "good", "not", "unheard")
VECTORS = WordVectors("mine", WORDS, np.random.default_rng(3).normal(size=(4, 3)).astype(np.float32))
DATA = Dataset(SIX, vectors=VECTORS)


def experiment(vectors: str, **training: object) -> Experiment:
    model = ModelConfig(cell="gru", hidden_size=4, embedding_size=3, initialization="glorot", vectors=vectors)  # type: ignore[arg-type]
    settings = {"epochs": 5, "learning_rate": 0.1, "clip_threshold": 0.05} | training
    return Experiment(dataset=DATA, model=model, training=TrainingConfig(**settings))  # type: ignore[arg-type]


def trained(made: Experiment, path: RunPath = "plain") -> Trainer:
    trainer = Trainer(made, path)
    while trainer.advance():
        pass
    return trainer


def test_the_first_values_are_the_vectors_and_random_ones_of_their_scale_for_other_words() -> None:
    first, again, other = (Model.initial(experiment("start", seed=seed)).parameters["E"] for seed in (0, 0, 1))
    vocabulary = DATA.vocabulary
    for word in WORDS:
        assert first[vocabulary.ids([word])[0]].tolist() == VECTORS.row(word).tolist()
    missing = vocabulary.ids(VECTORS.missing(vocabulary))
    assert len(missing) > 3
    assert np.array_equal(first[missing], again[missing])
    assert not np.isclose(first[missing], other[missing]).any()
    assert 0.3 * VECTORS.scale < np.std(first[missing]) < 3 * VECTORS.scale


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("clipping", ["value", "norm", "global_norm"])
def test_a_frozen_embedding_never_moves_and_everything_else_learns(path: RunPath, optimizer: str, clipping: str) -> None:
    made = experiment("frozen", optimizer=optimizer, clipping=clipping, batch_size=2)
    before, trainer = Model.initial(made).parameters, trained(made, path)
    after = trainer.model.parameters
    assert np.array_equal(after["E"], before["E"])
    assert all(not np.array_equal(after[name], before[name]) for name in after if name != "E")
    last = trainer.history[-1].gradients
    assert (last["E"].norm_before, last["E"].norm_after_max, last["E"].updates_clipped) == (0.0, 0.0, 0.0)
    assert last["E"].cosine == 1.0
    assert last["W_hh"].norm_before > 0


@pytest.mark.parametrize("path", PATHS)
def test_vectors_that_are_trained_on_move_for_the_words_that_are_read_alone(path: RunPath) -> None:
    made = experiment("start")
    before, after = Model.initial(made).parameters["E"], trained(made, path).model.parameters["E"]
    moved = {word for word, a, b in zip(DATA.vocabulary, before, after, strict=True) if not np.array_equal(a, b)}
    assert moved == set(DATA.vocabulary) - {"unheard"}


def test_both_paths_give_the_same_frozen_run() -> None:
    one, other = (trained(experiment("frozen"), path).model.vector for path in (PATHS[0], PATHS[-1]))
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-9)


def test_the_global_norm_leaves_out_what_is_frozen() -> None:
    """With all gradients but E's, so the others are not scaled down by a part that no update has."""
    made = experiment("frozen", clipping="global_norm", clip_threshold=1e-3)
    update = one_update(Model.initial(made), made, "good not bad", "positive")
    assert not update.raw["E"].any()
    assert not update.step["E"].any()
    clipped = np.sqrt(sum(float(np.sum(part**2)) for part in update.clipped.values()))
    assert clipped == pytest.approx(1e-3)
    free = experiment("start", clipping="global_norm", clip_threshold=1e-3)
    assert one_update(Model.initial(free), free, "good not bad", "positive").step["E"].any()


def test_the_gradient_check_holds_for_a_frozen_network() -> None:
    model = trained(experiment("frozen")).model
    checked = gradient_check(model, "good not bad", "positive")
    assert checked["W_hh"].relative_error < 1e-6
