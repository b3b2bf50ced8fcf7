"""One update under the microscope: it is the very update that training takes, and says so piece by piece."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnn_core import Dataset, DivergenceError, Experiment, Model, Trainer, UnknownWordError, presets
from rnn_core.gradients.update import Update, breaks_at_once, one_update
from rnn_core.streams import stream
from tests.core.reference import NAMES, NETWORKS, Guide, large_model

CLIPPINGS = ("none", "value", "norm", "global_norm")
OPTIMIZERS = ("sgd", "momentum", "adam")


def epoch_by_hand(experiment: Experiment) -> Update:
    """The first epoch of a run, update by update in the order that the run draws; the last of them."""
    data = experiment.dataset
    rows = data.rows("train")
    model, memory, steps = Model.initial(experiment), None, 0
    for i in stream(experiment.training.seed, "order").permutation(len(rows)):
        text, label, _ = data.examples[rows[i]]
        update = one_update(model, experiment, text, label or "", memory=memory, steps=steps)
        model, memory, steps = update.model, update.memory, update.steps
    return update


def same_as_training(experiment: Experiment) -> None:
    experiment = experiment.with_training(epochs=1)
    trainer = Trainer(experiment)
    trainer.advance()
    last = epoch_by_hand(experiment)
    assert last.model.vector.tobytes() == trainer.model.vector.tobytes()
    assert last.steps == len(experiment.dataset.rows("train"))


@pytest.mark.parametrize("clipping", CLIPPINGS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_epoch_of_single_updates_is_an_epoch_of_training(small: Experiment, clipping: str, optimizer: str) -> None:
    """Bit for bit, the optimizer's memory handed on."""
    same_as_training(small.with_training(clipping=clipping, optimizer=optimizer))


@pytest.mark.parametrize("network", NETWORKS)
def test_so_it_is_for_every_network(small: Experiment, network: str) -> None:
    same_as_training(small.with_model(**NETWORKS[network]))


def test_the_printed_rule_is_followed_where_the_network_has_it(small: Experiment) -> None:
    same_as_training(small.with_model(recurrent_gradient="printed"))
    exact, printed = (
        one_update(Model.initial(small), small.with_model(recurrent_gradient=rule), "not good at all", "negative")
        for rule in ("exact", "printed")
    )
    assert not np.allclose(exact.raw["W_xh"], printed.raw["W_xh"])


def test_of_a_batch_of_many_it_shows_one_sentences_own_update(small: Experiment) -> None:
    model = Model.initial(small)
    alone, batched = (one_update(model, small.with_training(batch_size=size), "not good at all", "negative") for size in (1, 5))
    assert alone.model.vector.tobytes() == batched.model.vector.tobytes()


# ---------------------------------------------------------------------- piece by piece


@pytest.fixture
def model(small: Experiment) -> Model:
    """The network of `small` with weights at which every gradient is of order one."""
    return Model.initial(small).with_large_weights()


def test_the_raw_gradient_is_that_of_backpropagation_written_apart(small: Experiment, model: Model) -> None:
    update = one_update(model, small, "so very bad at all", "positive")
    ids = [int(i) for i in model.ids("so very bad at all")]
    gradients, loss, _ = Guide(model.parameters).gradients(ids, 1)
    for name in NAMES:
        np.testing.assert_allclose(update.raw[name], gradients[name].reshape(update.raw[name].shape), rtol=1e-9, atol=1e-14)
    assert update.loss_before == pytest.approx(loss, rel=1e-12)
    assert update.loss_before == pytest.approx(model.loss("so very bad at all", "positive"), rel=1e-15)
    assert update.words == ("so", "very", "bad", "at", "all")


def test_clipping_by_value_cuts_each_element_at_the_threshold(small: Experiment, model: Model) -> None:
    update = one_update(model, small, "so very bad at all", "positive")
    for name in NAMES:
        np.testing.assert_array_equal(update.clipped[name], np.clip(update.raw[name], -0.05, 0.05))
        np.testing.assert_array_equal(update.cut(name), np.abs(update.raw[name]) > 0.05)
    assert 0 < update.cut("W_hh").sum() < update.cut("W_hh").size
    assert (update.clipping, update.threshold, update.rate) == ("value", 0.05, 0.1)


@pytest.mark.parametrize("clipping", ["norm", "global_norm"])
@pytest.mark.parametrize("network", ["vanilla-one way-one-hot", "gru-both ways-embedding"])
def test_clipping_by_norm_shortens_and_does_not_turn(small: Experiment, clipping: str, network: str) -> None:
    experiment = small.with_training(clipping=clipping).with_model(**NETWORKS[network])
    update = one_update(Model.initial(experiment).with_large_weights(), experiment, "so very bad at all", "positive")
    whole = np.sqrt(sum(np.sum(raw**2) for raw in update.raw.values()))
    for name, raw in update.raw.items():
        norm = float(np.linalg.norm(raw)) if clipping == "norm" else whole
        np.testing.assert_allclose(update.clipped[name], raw * min(1.0, 0.05 / (norm + 1e-6)), rtol=1e-12)
        assert update.statistics[name].cosine == pytest.approx(1.0, abs=1e-12)
    assert whole > 0.05


def test_without_clipping_nothing_is_cut(small: Experiment, model: Model) -> None:
    update = one_update(model, small.with_training(clipping="none"), "so very bad at all", "positive")
    for name in NAMES:
        np.testing.assert_array_equal(update.clipped[name], update.raw[name])
        assert not update.cut(name).any()


def test_the_plain_step_is_the_clipped_gradient_times_the_rate_downhill(small: Experiment, model: Model) -> None:
    update = one_update(model, small, "so very bad at all", "positive")
    for name in NAMES:
        np.testing.assert_allclose(update.step[name], -0.1 * update.clipped[name], atol=1e-15)
        np.testing.assert_array_equal(update.model.parameters[name], model.parameters[name] + update.step[name])
    assert update.loss_after == update.model.loss("so very bad at all", "positive") < update.loss_before


def test_the_statistics_are_those_that_a_history_would_record(small: Experiment, model: Model) -> None:
    update = one_update(model, small, "so very bad at all", "positive")
    everything: dict[str | None, Any] = {name: (update.raw[name].ravel(), update.clipped[name].ravel()) for name in NAMES}
    columns = sorted(set(model.ids("so very bad at all")))
    everything["W_xh"] = (update.raw["W_xh"][:, columns].ravel(), update.clipped["W_xh"][:, columns].ravel())
    everything[None] = tuple(np.concatenate([everything[name][k] for name in NAMES]) for k in (0, 1))
    assert set(update.statistics) == set(everything)
    for name, (raw, clipped) in everything.items():
        a, b = np.linalg.norm(raw), np.linalg.norm(clipped)
        statistics = update.statistics[name]
        assert statistics.norm_before == statistics.norm_before_max == pytest.approx(a, rel=1e-12)
        assert statistics.norm_after == statistics.norm_after_max == pytest.approx(b, rel=1e-12)
        assert statistics.elements_clipped == pytest.approx(np.mean(raw != clipped), rel=1e-12)
        assert statistics.updates_clipped == float((raw != clipped).any())
        assert statistics.cosine == pytest.approx(raw @ clipped / (a * b), rel=1e-12)
    assert update.statistics["W_hh"].cosine < 0.999


def test_the_settings_are_those_of_the_epoch(small: Experiment, model: Model) -> None:
    changes = ((3, "learning_rate", 0.5), (3, "clip_threshold", 0.01), (4, "clipping", "norm"))
    experiment = small.with_training(changes=changes, rate_every=4, rate_factor=0.1)
    seen = [one_update(model, experiment, "good", "positive", epoch=epoch) for epoch in (2, 3, 4, 5)]
    assert [update.rate for update in seen] == pytest.approx([0.1, 0.5, 0.5, 0.05])
    assert [update.threshold for update in seen] == [0.05, 0.01, 0.01, 0.01]
    assert [update.clipping for update in seen] == ["value", "value", "norm", "norm"]
    assert [update.epoch for update in seen] == [2, 3, 4, 5]
    assert np.abs(seen[1].clipped["W_hy"]).max() == 0.01


def test_an_optimizers_memory_begins_empty(small: Experiment, model: Model) -> None:
    """Adam's first step is the rate times the sign of the gradient."""
    update = one_update(model, small.with_training(optimizer="adam"), "good", "positive")
    np.testing.assert_allclose(update.step["W_hy"], -0.1 * np.sign(update.clipped["W_hy"]), rtol=1e-5)
    assert update.steps == 1
    assert update.memory.shape == (2, model.layout.size)


def test_the_model_that_is_looked_at_stays_as_it_is(small: Experiment, model: Model) -> None:
    before = model.vector.tobytes()
    update = one_update(model, small, "good", "positive")
    assert model.vector.tobytes() == before
    assert update.model.vector.tobytes() != before


def test_a_step_beyond_all_numbers_is_said_to_diverge(small: Experiment, model: Model) -> None:
    wild = small.with_training(learning_rate=1.7e308, clipping="none")
    for scale in (1.0, 1e200):
        with pytest.raises(DivergenceError) as caught:
            one_update(model.with_vector(model.vector * scale), wild, "so very bad at all", "negative", epoch=7)
        assert caught.value.epoch == 7


def test_so_is_one_after_which_only_the_loss_is_no_number(small: Experiment, model: Model) -> None:
    wild = small.with_training(learning_rate=6e307, clipping="none")
    with pytest.raises(DivergenceError):
        one_update(model, wild, "bad", "negative")
    far = one_update(model, small.with_training(learning_rate=1e150, clipping="none"), "bad", "negative")
    assert np.isfinite(far.model.vector).all()
    assert np.isfinite(far.loss_after)


def test_what_cannot_be_read_is_refused(six: Dataset, small: Experiment, model: Model) -> None:
    with pytest.raises(UnknownWordError):
        one_update(model, small, "good zebra", "positive")
    with pytest.raises(ValueError):
        one_update(model, small, "good", "boredom")
    with pytest.raises(ValueError):
        one_update(large_model(["good"], 3), small, "good", "positive", memory=np.zeros((2, 5)))


@pytest.mark.parametrize(("rate", "breaks"), [(0.02, False), (1e3, False), (1e308, True)])
def test_only_a_rate_beyond_all_bounds_breaks_a_run_in_its_first_update(rate: float, breaks: bool) -> None:
    assert breaks_at_once(presets.guide_corrected().with_training(learning_rate=rate, clipping="none")) == breaks
