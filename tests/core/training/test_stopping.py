"""Early stopping: at exactly the first epoch at which the accuracy has held, however one gets there."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

import numpy as np
import pytest

from rnn_core import ConfigError, Dataset, DivergenceError, EpochRecord, Example, Experiment, ModelConfig, Trainer, TrainingConfig
from rnn_core.training import trainer as trainer_module
from tests.core.runs import bits, finished, straight

EPOCHS = 60

RUN = Experiment(
    dataset=Dataset(
        (
            Example("good", "positive", "train"),
            Example("bad", "negative", "train"),
            Example("not good at all", "negative", "train"),
            Example("not bad", "positive", "test"),
            Example("not good", "negative", "test"),
            Example("not bad at all", "positive", "train"),
            Example("bad at all", "negative", "train"),
        )
    ),
    model=ModelConfig(hidden_size=5, initialization="glorot"),
    training=TrainingConfig(epochs=EPOCHS, learning_rate=0.6, seed=4),
)


@cache
def never_stopped() -> tuple[list[EpochRecord], list[bytes]]:
    return straight(RUN)


def accuracies(split: str) -> list[float]:
    return [accuracy for r in never_stopped()[0] if (accuracy := getattr(r, split).accuracy) is not None]


def first_held(split: str, accuracy: float, epochs: int) -> int | None:
    """The first epoch at which the split's accuracy has been at least this for so many epochs in a row."""
    seen = accuracies(split)
    return next((e for e in range(epochs, EPOCHS + 1) if all(a >= accuracy for a in seen[e - epochs : e])), None)


RULES: dict[str, tuple[str, float, int]] = {
    "the first epoch that reaches it": ("train", 0.8, 1),
    "held for two": ("train", 1.0, 2),
    "held for some": ("train", 0.8, 5),
    "all right, held long": ("train", 1.0, 20),
    "the test split": ("test", 0.5, 8),
    "from the first epoch on": ("train", 5e-324, 7),
    "at once": ("train", 5e-324, 1),
    "never reached": ("test", 1.0, 1),
    "too long": ("train", 1.0, EPOCHS),
}


def stopping(rule: str) -> Experiment:
    split, accuracy, epochs = RULES[rule]
    return RUN.with_training(stopping=split, stop_accuracy=accuracy, stop_epochs=epochs)


def assert_stopped_as_the_rule_says(trainer: Trainer, rule: str) -> None:
    """And everything up to there is the run that never stopped, bit for bit."""
    records, weights = never_stopped()
    expected = first_held(*RULES[rule])
    last = EPOCHS if expected is None else expected
    assert trainer.epoch == len(trainer.history) == last
    assert trainer.stopped_early == (expected is not None)
    assert trainer.done
    assert list(trainer.history) == records[:last]
    assert trainer.model.vector.tobytes() == weights[last]


def test_the_rules_below_are_met_at_different_epochs_and_by_an_accuracy_that_did_not_hold_at_first() -> None:
    """Else the tests would not see a run of epochs counted wrongly."""
    met = {rule: first_held(*RULES[rule]) for rule in RULES}
    assert met["never reached"] is met["too long"] is None
    assert len(set(met.values())) == len(RULES) - 1
    for rule, (split, accuracy, epochs) in RULES.items():
        held = met[rule]
        if rule in ("held for two", "held for some", "all right, held long"):
            assert held is not None
            assert sum(a >= accuracy for a in accuracies(split)[: held - epochs]) > 0 or rule == "held for two"


@pytest.mark.parametrize("seconds", [0.0, 100.0], ids=["slices of one epoch", "slices that double"])
@pytest.mark.parametrize("rule", RULES)
def test_training_stops_at_the_first_epoch_at_which_the_accuracy_has_held(
    rule: str, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer_module, "SLICE_SECONDS", seconds)
    assert_stopped_as_the_rule_says(finished(stopping(rule)), rule)
    trainer = Trainer(stopping(rule))
    seen = [(record.epoch, trainer.done, trainer.stopped_early) for record in trainer]
    held = first_held(*RULES[rule])
    last = held or EPOCHS
    assert seen == [(e, e == last, e == held) for e in range(1, last + 1)]
    assert_stopped_as_the_rule_says(trainer, rule)


@pytest.mark.parametrize("step", [1, 2, 3, 7])
@pytest.mark.parametrize("rule", RULES)
def test_how_one_gets_there_does_not_matter(rule: str, step: int) -> None:
    """In slices, one by one, broken off, and asked for the model and the history in between."""
    trainer = Trainer(stopping(rule))
    while not trainer.done:
        if trainer.advance(until=trainer.epoch + step) and trainer.epoch % 3 == 0:
            assert trainer.model.vector.tobytes() == never_stopped()[1][trainer.epoch]
        for _ in range(step):
            if next(trainer, None) is None:
                break
        assert len(trainer.history) == trainer.epoch
        if trainer.epoch % 2:
            assert trainer.model.vector.tobytes() == never_stopped()[1][trainer.epoch]
    assert_stopped_as_the_rule_says(trainer, rule)


def test_a_run_that_stopped_stays_where_it_is() -> None:
    trainer = finished(stopping("held for some"))
    epoch, before = trainer.epoch, trainer.model.vector.tobytes()
    for _ in range(2):
        assert trainer.advance() == 0
        assert trainer.advance(until=EPOCHS) == 0
        assert list(trainer) == []
        trainer.restore(trainer.snapshot())
        assert trainer.done
        assert trainer.stopped_early
    assert (trainer.epoch, trainer.model.vector.tobytes()) == (epoch, before)


def test_nothing_can_be_changed_after_the_last_epoch_be_it_an_early_one() -> None:
    """The same experiment run from its start would end there and never meet the change."""
    trainer = finished(stopping("held for some"))
    experiment = trainer.experiment
    with pytest.raises(ConfigError) as caught:
        trainer.change("learning_rate", 0.5)
    assert caught.value.field == "changes"
    assert trainer.experiment == experiment
    assert_stopped_as_the_rule_says(trainer, "held for some")


@pytest.mark.parametrize("rule", ["held for some", "all right, held long", "the test split"])
def test_a_change_before_the_stop_moves_it_as_it_does_from_scratch(rule: str) -> None:
    held = first_held(*RULES[rule])
    assert held is not None
    for at in (1, held // 2, held - 1):
        trainer = Trainer(stopping(rule))
        for _ in range(at):
            next(trainer)
        trainer.change("learning_rate", 1e-4)
        list(trainer)
        again = finished(trainer.experiment)
        assert bits(trainer.history) == bits(again.history)
        assert (trainer.epoch, trainer.stopped_early) == (again.epoch, again.stopped_early)
        assert trainer.model.vector.tobytes() == again.model.vector.tobytes()


def test_going_back_from_the_stop_meets_it_again() -> None:
    held = first_held(*RULES["held for some"])
    assert held is not None
    for back in (0, 1, held - 1):
        trainer = Trainer(stopping("held for some"))
        for _ in range(back):
            next(trainer)
        snapshot = trainer.snapshot()
        list(trainer)
        trainer.restore(snapshot)
        assert not trainer.done
        assert not trainer.stopped_early
        assert len(list(trainer)) == held - back
        assert_stopped_as_the_rule_says(trainer, "held for some")


def test_the_last_epoch_of_all_can_be_the_one_at_which_it_has_held() -> None:
    held = first_held(*RULES["held for some"])
    assert held is not None
    for epochs, early in ((held - 1, False), (held, True), (held + 1, True)):
        trainer = finished(stopping("held for some").with_training(epochs=epochs))
        assert (trainer.epoch, trainer.stopped_early, trainer.done) == (min(epochs, held), early, True)


def test_without_a_test_split_its_accuracy_never_holds() -> None:
    alone = dataclasses.replace(RUN, dataset=Dataset(tuple(e for e in RUN.dataset.examples if e.split == "train")))
    trainer = finished(alone.with_training(stopping="test", stop_accuracy=5e-324, stop_epochs=1, epochs=5))
    assert (trainer.epoch, trainer.stopped_early) == (5, False)


@pytest.mark.parametrize("seconds", [0.0, 100.0])
def test_a_divergence_behind_the_stop_is_never_met(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where both lie in one slice; and one before it is."""
    monkeypatch.setattr(trainer_module, "SLICE_SECONDS", seconds)
    growing: dict[str, Any] = {"rate_every": 5, "rate_factor": 1e200, "clipping": "none", "stopping": "train"}
    trainer = Trainer(RUN.with_training(**growing | {"stopping": "never"}))
    with pytest.raises(DivergenceError) as caught:
        list(trainer)
    assert 6 <= caught.value.epoch <= 16
    assert np.min(trainer.history.columns.train_accuracy) > 0
    last = caught.value.epoch - 1
    stops = Trainer(RUN.with_training(**growing, stop_accuracy=5e-324, stop_epochs=last))
    list(stops)
    assert (stops.epoch, stops.stopped_early) == (last, True)
    assert np.all(np.isfinite(stops.model.vector))
    diverges = Trainer(RUN.with_training(**growing, stop_accuracy=5e-324, stop_epochs=last + 1))
    with pytest.raises(DivergenceError):
        list(diverges)
    assert (diverges.epoch, diverges.stopped_early, diverges.done) == (last, False, False)
