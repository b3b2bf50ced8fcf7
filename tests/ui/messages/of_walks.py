"""What is said of a walk through a network: each claim with a case of which it is true, and the nearest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from rnn_core import Model, presets
from rnn_core.config import Gradient
from rnn_core.training.trainer import Trainer
from rnn_core.walk.edits import Edit, Element, Radius, Silence, edited
from rnn_core.walk.places import Part, Place
from rnn_core.walk.small import train_small
from rnn_core.walk.steps import Walk, walk
from tests.core.reference import large_model
from tests.ui.messages.said import Claim
from ui.messages import ask, runs, step_by_step

GUIDE = presets.guide_corrected()


@cache
def walked(label: str = "positive", rule: Gradient = "exact", *, both: bool = False) -> Walk:
    """A walk whose network predicts positive."""
    made = Model.initial(GUIDE.with_model(hidden_size=3, recurrent_gradient=rule, bidirectional=both)).with_large_weights()
    vector = made.vector.copy()
    made.layout.named(vector)["b_y"][...] = np.array([-9.0, 9.0])
    return walk(made.with_vector(vector), "i am not bad", label)


@cache
def trained(epochs: int) -> Trainer:
    trainer = train_small(GUIDE)
    trainer.restore(trainer.snapshot())
    made = Trainer(trainer.experiment.with_training(epochs=epochs))
    while made.advance():
        pass
    return made


def stands(part: Part, t: int = 0, *, direction: int = 0) -> Callable[[], str]:
    return lambda: step_by_step.place(walked(both=True), Place(part, direction, t))


def losses(before: float, after: float, count: int = 58) -> Callable[[], str]:
    return lambda: step_by_step.split_loss(before, after, count, 58)


def printed(rule: Gradient, t: int) -> Callable[[], str]:
    return lambda: step_by_step.printed(walked(rule=rule), Place("backward", 0, t))


def gathered(t: int, **settings: Any) -> Callable[[], str]:
    made = large_model(["am", "i"], 3, **settings)
    return lambda: step_by_step.gathered(walk(made, "i am", "positive"), Place("backward", 0, t))


def compared(bias: float) -> Callable[[], str]:
    """What is said after b_y of negative was set: it flips the prediction where it is large."""
    found = walked()
    made = walk(edited(found.model, [Element("b_y", 0, 0, bias)]), found.text, found.label)
    return lambda: step_by_step.compared(made, found)


def beyond() -> Walk:
    found = walked()
    wild = found.model.vector.copy()
    found.model.layout.named(wild)["W_hy"][...] = 1.7e308 * np.sign(found.last)
    return walk(found.model.with_vector(wild), found.text, found.label)


def named(edit: Edit) -> Callable[[], str]:
    return lambda: step_by_step.change(edit)


OF_WALKS: Mapping[str, Claim] = {
    "a small network": Claim(
        lambda: step_by_step.small(trained(2)), lambda: step_by_step.small(trained(1)), figures=("58 of your", "After 2 epochs")
    ),
    "a walk, predicted right": Claim(
        lambda: step_by_step.verdict(walked("positive")), lambda: step_by_step.verdict(walked("negative"))
    ),
    "a walk, predicted wrong": Claim(
        lambda: step_by_step.verdict(walked("negative")), lambda: step_by_step.verdict(walked("positive"))
    ),
    "a walk beyond numbers": Claim(step_by_step.too_large, lambda: step_by_step.verdict(walked())),
    "a run by hand": Claim(runs.by_hand, step_by_step.trains_on),
    "trained on from changes": Claim(step_by_step.trains_on, runs.by_hand),
    "trained on from a network that was opened": Claim(ask.trains_on, runs.by_hand),
    "changes that flip": Claim(compared(99.0), compared(-8.0)),
    "changes that do not flip": Claim(compared(-8.0), compared(99.0)),
    "beyond numbers without changes": Claim(lambda: step_by_step.compared(walked(), beyond()), compared(-8.0)),
    "a number set": Claim(
        named(Element("W_hh", 1, 2, 0.5)), named(Element("W_hh", 2, 1, 0.5)), figures=("W_hh, row 2, column 3: 0.500",)
    ),
    "a unit silenced": Claim(named(Silence("", 2)), named(Silence("", 3)), figures=("Unit 3",)),
    "a unit silenced from the right": Claim(named(Silence("_reverse", 2)), named(Silence("", 2)), figures=("right to left",)),
    "W_hh scaled": Claim(named(Radius(0.9)), named(Radius(1.0)), figures=("0.9",)),
    "a step forward": Claim(stands("forward", 2), stands("forward", 3), figures=("Forward, step 2 of 4", "“am”")),
    "a step forward from the right": Claim(
        stands("forward", 2, direction=1), stands("forward", 2), figures=("right to left, step 2 of 4", "“not”")
    ),
    "a step back": Claim(stands("backward", 2), stands("forward", 2), figures=("Backward, step 2 of 4", "“am”")),
    "a step back from the right": Claim(
        stands("backward", 2, direction=1), stands("backward", 2), figures=("right to left, step 2 of 4", "“not”")
    ),
    "at the output": Claim(stands("output"), stands("loss")),
    "at the loss": Claim(stands("loss"), stands("output")),
    "at the update": Claim(stands("update"), stands("loss")),
    "the printed line would be off": Claim(printed("exact", 2), printed("exact", 4), figures=("After 3 steps",)),
    "the printed line is off": Claim(printed("printed", 2), printed("exact", 2)),
    "sums complete": Claim(gathered(1), gathered(1, embedding_size=2, bidirectional=True)),
    "sums so far": Claim(gathered(2), gathered(1)),
    "the training loss falls": Claim(losses(0.5, 0.4), losses(0.4, 0.5)),
    "the training loss rises": Claim(losses(0.4, 0.5), losses(0.5, 0.4)),
    "the training loss stays": Claim(losses(0.5001, 0.5002), losses(0.5, 0.4)),
    "the training loss of a sample": Claim(losses(0.5, 0.4, 20), losses(0.5, 0.4), figures=("sample of 20",)),
}
