"""A run that is handed in can be replayed, and one with other figures is found out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rnn_core import ConfigError, Experiment, presets
from rnn_core.engine.kernel import RunPath
from rnn_core.lessons.submission import Answer, Submission, Trained, agreement, replay
from rnn_core.training.run import Run
from rnn_core.training.trainer import Trainer
from tests.core.lessons.handed import small

EXPERIMENT = presets.guide_corrected().with_model(hidden_size=3).with_training(epochs=4)


def trained(experiment: Experiment = EXPERIMENT, until: int = 3, path: RunPath | None = None) -> Trained:
    trainer = Trainer(experiment, path)
    start = trainer.model
    while trainer.epoch < until:
        trainer.run_slice(until)
    return Trained.of(Run(experiment, start, trainer.history, (trainer.snapshot(),), trainer.path))


def test_a_run_agrees_with_its_replay_to_the_last_bit() -> None:
    assert agreement(replay(trained()), trained()) == "same"
    assert replay(trained()) == trained()
    assert trained().epochs == 3


def test_other_figures_are_found_out() -> None:
    told = trained()
    figures = (0.01, *told.figures[1:])
    assert agreement(replay(told), replace(told, figures=figures)) == "other"
    assert agreement(replay(told), replace(told, digest="0" * 16)) == "close"
    assert agreement(replay(told), replace(told, epochs=2)) == "other"
    seeded = replace(told, experiment=EXPERIMENT.with_training(seed=1))
    assert agreement(replay(seeded), seeded) == "other"


def test_what_is_handed_in_names_the_path_that_its_run_took_whichever_the_process_takes_now() -> None:
    told = trained(path="plain")
    assert (told.path, told.engine.split(", ")[0]) == ("plain", "plain")


def test_a_run_that_goes_beyond_numbers_is_replayed_up_to_there() -> None:
    wild = EXPERIMENT.with_model(init_scale=1.0).with_training(learning_rate=1e300, clipping="none")
    made = Trained(experiment=wild, epochs=3, path="plain", engine="plain", figures=(0.5, 0.5, None, None), digest="0" * 16)
    assert agreement(replay(made), made) == "other"


def test_nothing_trained_is_a_run_too() -> None:
    told = trained(until=0)
    assert told.figures == (None,) * 4
    assert agreement(replay(told), told) == "same"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epochs", 5),
        ("epochs", -1),
        ("epochs", True),
        ("path", "gpu"),
        ("engine", ""),
        ("figures", (1.0,)),
        ("figures", (float("nan"), 0.0, 0.0, 0.0)),
        ("digest", "Z" * 16),
        ("digest", "00"),
    ],
)
def test_a_wrong_run_is_not_handed_in(field: str, value: Any) -> None:
    with pytest.raises(ConfigError) as problem:
        replace(trained(until=0), **{field: value})
    assert problem.value.field == field


def test_each_step_has_one_answer() -> None:
    with pytest.raises(ConfigError):
        Submission(assignment=small(), name="Ida", answers=(Answer(text="a"),))
    with pytest.raises(ConfigError):
        Submission(assignment=small(), name="a" * 81, answers=(Answer(), Answer()))
    for wrong in (
        {"text": 1},
        {"figures": (float("inf"),)},
        {"figures": "abc"},
        {"met": 1},
        {"figures": (True,)},
        {"figures": (10**400,)},
    ):
        with pytest.raises(ConfigError):
            Answer(**wrong)
