"""What is locked stays as the teacher has it, and no value gets past the bounds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from rnn_core import ConfigError, Experiment, ModelConfig, TrainingConfig, presets
from rnn_core.config import Change
from rnn_core.lessons.assignment import SENTENCES, Assignment, Step, lockable
from tests.core.lessons.handed import assignments, small
from tests.core.strategies import experiments


def values(experiment: Experiment) -> dict[str, Any]:
    told = {name: getattr(experiment.model, name) for name in ModelConfig.domains()}
    return told | {name: getattr(experiment.training, name) for name in TrainingConfig.domains()}


@settings(max_examples=20)
@given(assignments, experiments)
def test_what_is_locked_is_put_back_and_the_rest_stays(assignment: Assignment, theirs: Experiment) -> None:
    held = assignment.held(theirs)
    locked = {name for name, _ in assignment.locks}
    ours, before = values(assignment.experiment), values(theirs)
    for name, value in values(held).items():
        if name in locked:
            assert value == ours[name] or name == "vectors"
        else:
            assert value == before[name] or held.model == assignment.experiment.model
    assert held.dataset == (assignment.experiment if SENTENCES in locked else theirs).dataset
    assert not [change for change in held.training.changes if change.field in locked]
    assert assignment.held(held) == held


def test_a_change_during_the_run_cannot_get_round_a_lock() -> None:
    changes = (Change(2, "clip_threshold", 9.0), Change(3, "learning_rate", 0.1))
    held = small().held(presets.guide_corrected().with_training(changes=changes, clip_threshold=5.0))
    assert held.training.clip_threshold == 1.0
    assert held.training.changes == changes[1:]


def test_a_lock_has_its_reason() -> None:
    assert small().reason("clip_threshold") == "It is what we look at."
    assert small().reason("sentences") == ""
    assert small().reason("seed") is None
    assert set(lockable()) >= {"sentences", "cell", "seed", "recurrent_gradient"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "a" * 121),
        ("title", "a\nb"),
        ("title", "\ud800"),
        ("title", 3),
        ("experiment", None),
        ("locks", (("changes", ""),)),
        ("locks", (("seed", ""), ("seed", ""))),
        ("locks", (("seed", "a" * 201),)),
        ("locks", ("seed",)),
        ("locks", ((["seed"], ""),)),
        ("pages", ("training",)),
        ("pages", ("training", "gradients", "training")),
        ("pages", ("training", "gradients", "admin")),
        ("pages", ([], "gradients")),
        ("steps", ()),
        ("steps", ("one",)),
    ],
)
def test_a_wrong_assignment_is_not_made(field: str, value: object) -> None:
    with pytest.raises(ConfigError) as problem:
        small(**{field: value})
    assert problem.value.field == field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("page", "home"),
        ("page", []),
        ("text", ""),
        ("text", "\x00"),
        ("question", "a" * 401),
        ("options", ("one",)),
        ("options", ("one", "one")),
        ("options", tuple("abcdefghi")),
        ("done", ("train_accuracy >= 1",)),
    ],
)
def test_a_wrong_step_is_not_made(field: str, value: object) -> None:
    told: dict[str, Any] = {"page": "training", "text": "Train.", "question": "What?"}
    with pytest.raises(ConfigError) as problem:
        Step(**told | {field: value})
    assert problem.value.field == field


def test_options_need_a_question() -> None:
    with pytest.raises(ConfigError):
        Step(page="training", text="Train.", options=("a", "b"))
