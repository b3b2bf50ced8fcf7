"""Learning rates that fall, or rise, in steps."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import Change, DivergenceError, Experiment, Trainer, TrainingConfig
from tests.core.runs import bits, finished
from tests.core.strategies import trainings


def test_the_rate_is_multiplied_after_every_so_many_epochs() -> None:
    config = TrainingConfig(epochs=20, learning_rate=0.8, rate_every=3, rate_factor=0.5)
    assert [config.rate_at(e) for e in range(1, 11)] == [0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.2, 0.2, 0.2, 0.1]
    assert TrainingConfig(learning_rate=0.8, rate_every=1, rate_factor=2.0).rate_at(4) == 6.4


def test_without_steps_the_rate_stays() -> None:
    config = TrainingConfig(learning_rate=0.3, rate_every=0, rate_factor=0.5)
    assert {config.rate_at(e) for e in (1, 2, 1000)} == {0.3}


def test_a_changed_rate_is_the_base_that_goes_on_being_stepped() -> None:
    changes = (Change(4, "clipping", "none"), Change(5, "learning_rate", 1.6), Change(7, "learning_rate", 4.0))
    config = TrainingConfig(epochs=9, learning_rate=0.8, rate_every=3, rate_factor=0.5, changes=changes)
    assert [config.rate_at(e) for e in range(1, 10)] == [0.8, 0.8, 0.8, 0.4, 0.8, 0.8, 1.0, 1.0, 1.0]
    assert config.at(9)["learning_rate"] == 4.0


@given(trainings(), st.integers(1, 1_000_000))
def test_the_rate_is_a_number_of_nought_or_more_or_beyond_all_numbers(config: TrainingConfig, epoch: int) -> None:
    """However often it is multiplied by whatever factor: never an error, and never no number."""
    assert config.rate_at(epoch) >= 0.0


@pytest.mark.parametrize(("every", "factor"), [(1, 0.9), (3, 0.5), (7, 1.1), (39, 0.1), (40, 0.1)])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_steps_are_the_same_run_as_the_same_rates_given_as_changes(
    every: int, factor: float, optimizer: str, small: Experiment
) -> None:
    """Bit for bit, though a slice may run across steps and never across changes."""
    plain = small.with_training(optimizer=optimizer, learning_rate=0.02)
    steps = plain.with_training(rate_every=every, rate_factor=factor)
    rates = [Change(e, "learning_rate", steps.training.rate_at(e)) for e in range(every + 1, 41, every)]
    a, b = finished(steps), finished(plain.with_training(changes=tuple(rates)))
    assert bits(a.history) == bits(b.history)
    assert a.model.vector.tobytes() == b.model.vector.tobytes()
    assert (a.model.vector.tobytes() == finished(plain).model.vector.tobytes()) == (every == 40)


def test_a_rate_changed_by_hand_keeps_its_steps(small: Experiment) -> None:
    trainer = Trainer(small.with_training(rate_every=5, rate_factor=0.5))
    for _ in range(12):
        next(trainer)
    trainer.change("learning_rate", 0.4)
    list(trainer)
    rates = [(6, 0.05), (11, 0.025), (13, 0.1), (16, 0.05), (21, 0.025), (26, 0.0125), (31, 0.00625), (36, 0.003125)]
    by_hand = finished(small.with_training(changes=tuple(Change(e, "learning_rate", rate) for e, rate in rates)))
    assert bits(trainer.history) == bits(by_hand.history)
    again = finished(trainer.experiment)
    assert trainer.model.vector.tobytes() == again.model.vector.tobytes() == by_hand.model.vector.tobytes()


def test_a_rate_that_grows_beyond_all_numbers_is_a_divergence_and_no_crash(small: Experiment) -> None:
    trainer = Trainer(small.with_training(epochs=400, rate_every=1, rate_factor=10.0))
    with pytest.raises(DivergenceError) as caught:
        list(trainer)
    assert 1 < caught.value.epoch <= 310
    assert len(trainer.history) == trainer.epoch == caught.value.epoch - 1
    assert np.all(np.isfinite(trainer.model.vector))


def test_a_rate_that_shrinks_to_nothing_leaves_the_weights_as_they_are(small: Experiment) -> None:
    trainer = Trainer(small.with_training(epochs=5, rate_every=2, rate_factor=5e-324))
    vectors = [trainer.model.vector.tobytes() for _ in trainer]
    assert vectors[0] != vectors[1] == vectors[2] == vectors[4]
    shorter = finished(dataclasses.replace(small, training=dataclasses.replace(small.training, epochs=2)))
    assert vectors[4] == shorter.model.vector.tobytes()
