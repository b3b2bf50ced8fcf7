"""An assignment that a visitor does: where they are, what they have answered, and their own work, set aside."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from rnn_core import Dataset, ModelConfig, TrainingConfig
from rnn_core.lessons.assignment import Assignment, Step
from rnn_core.lessons.submission import MOST_RUNS, Answer, Submission, Trained


class Own(NamedTuple):
    """A visitor's own sentences and settings."""

    dataset: Dataset
    model: ModelConfig
    training: TrainingConfig


@dataclass
class Assigned:
    """The state of an assignment that was begun."""

    assignment: Assignment
    own: Own
    """as it was before; the browser keeps this meanwhile"""
    answers: list[Answer]
    at: int = 0
    """the place of the step that is shown, from 0"""
    name: str = ""
    runs: dict[int, Trained] = field(default_factory=dict)
    """by the number of the run; each as it stood when a step was judged by it"""
    earlier: tuple[Trained, ...] = ()
    """from a submission that is gone on with"""

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self.assignment.steps[self.at]

    @property
    def answer(self) -> Answer:
        """What was done at it."""
        return self.answers[self.at]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(answer.met for answer in self.answers)

    def answered(self, text: str, figures: tuple[float | str | None, ...], *, met: bool) -> None:
        """Note what was answered and measured at the step that is shown. What was done stays done, with the figures it was done by."""
        before = self.answer
        if before.met and not met:
            self.answers[self.at] = replace(before, text=text or before.text)
        else:
            self.answers[self.at] = Answer(text=text, figures=figures, met=met)

    def submission(self) -> Submission:
        """Return what is handed in."""
        runs = (*self.earlier, *self.runs.values())[-MOST_RUNS:]
        return Submission(assignment=self.assignment, name=self.name, answers=tuple(self.answers), runs=runs)
