"""A lesson: what to train, what to ask, what to show and do, and what counts as done; and the text around it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from rnn_core import presets
from rnn_core.config import ModelConfig, TrainingConfig
from rnn_core.data.dataset import Dataset
from rnn_core.errors import ConfigError
from rnn_core.experiment import Experiment, usable
from rnn_core.lessons.checks import Check, Result, check_subject, check_text
from rnn_core.lessons.evidence import Evidence
from rnn_core.lessons.quantities import QUANTITIES, TEXTS, Value, value_of
from rnn_core.lessons.sentences import SENTENCES

LessonKind = Literal["chapter", "challenge"]
Figure = Literal["reading", "untrained_reading", "balance", "one_hot", "words", "gradient_check", "loss", "accuracy"]
Act = Literal["measure", "train", "set_up"]
"""measure: compute a figure without training; train: run the lesson's experiment; set_up: set it, and let the reader change it."""
Source = Literal[
    "hidden_state", "output", "softmax", "loss", "loss_gradient", "output_gradient", "last_state_gradient", "activation_gradient",
    "state_gradient", "recurrent_gradient", "input_gradient", "update",
]  # fmt: skip
"""Lines of our own source that a text can show."""
Mark = Literal["text", "figure", "source", "question", "answer", "hint"]


@dataclass(frozen=True, kw_only=True)
class Number:
    """A guess that is a number from low to high. step: how finely the reader guesses."""

    low: float
    high: float
    step: float


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the reader guesses before it is measured."""

    quantity: str
    """a key of QUANTITIES"""
    of: str = ""
    guess: Number | tuple[str, ...]
    """a number, or one of several options: values where these are texts, otherwise subjects, of which the right one has the
    largest figure"""

    @property
    def offers_values(self) -> bool:
        """Whether the options are values of the quantity, not subjects."""
        return QUANTITIES[self.quantity].kind in TEXTS

    def measure(self, evidence: Evidence) -> Value:
        """Return the answer: the figure, or the subject with the largest one."""
        if isinstance(self.guess, Number) or self.offers_values:
            return value_of(self.quantity, evidence, self.of)
        figures = {option: value for option, value in self.figures(evidence).items() if isinstance(value, float)}
        return max(figures, key=lambda option: figures[option]) if figures else None

    def figures(self, evidence: Evidence) -> dict[str, Value]:
        """Return the figure of every subject that can be chosen; none where a number or a value is guessed."""
        options = () if isinstance(self.guess, Number) or self.offers_values else self.guess
        return {option: value_of(self.quantity, evidence, option) for option in options}

    def check(self) -> None:
        """Raise ConfigError for a subject that the quantity cannot be about, or too few to choose from."""
        if self.quantity not in QUANTITIES:
            raise ConfigError("ask", self.quantity, "one of " + ", ".join(QUANTITIES))
        if isinstance(self.guess, Number):
            if self.offers_values:
                raise ConfigError("guess", self.guess, f"options: {self.quantity} is no number")
            check_subject(self.quantity, self.of)
            return
        if len(set(self.guess)) < 2 or len(set(self.guess)) != len(self.guess):
            raise ConfigError("option", self.guess, "two or more different ones")
        for option in self.guess:
            (check_text if self.offers_values else check_subject)(self.quantity, option)
        if self.offers_values:
            check_subject(self.quantity, self.of)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The front matter: the same in every language."""

    kind: LessonKind
    number: int
    """its place among the lessons of its kind, from 1"""
    experiment: str
    """a key of presets.EXPERIMENTS"""
    settings: tuple[tuple[str, float | str | bool], ...] = ()
    """settings that differ from that experiment"""
    sentences: str = "own"
    """a key of SENTENCES"""
    figure: Figure
    act: Act
    question: Question | None = None
    asks_sentence: bool = False
    """whether the reader chooses a sentence that the checks are about"""
    done: tuple[Check, ...] = ()
    """all must be met; none where an answered question is all"""

    def sentences_of(self, own: Dataset) -> Dataset:
        """Return the sentences to train on. own: those that the reader has."""
        make = SENTENCES[self.sentences]
        return own if make is None else make()

    def experiment_on(self, own: Dataset, seed: int = 0) -> Experiment:
        """Return the experiment. Raises DatasetError if a fault of the reader's sentences blocks training."""
        preset = presets.EXPERIMENTS[self.experiment](seed)
        told, data = dict(self.settings), self.sentences_of(own)
        model = replace(preset.model, **{k: v for k, v in told.items() if k in ModelConfig.domains()})  # type: ignore[arg-type]
        training = replace(preset.training, **{k: v for k, v in told.items() if k in TrainingConfig.domains()})  # type: ignore[arg-type]
        return Experiment(dataset=data, model=usable(model, data), training=training)

    def judge(self, evidence: Evidence) -> tuple[Result, ...]:
        """Return the result of every check."""
        return tuple(check.judge(evidence) for check in self.done)


@dataclass(frozen=True)
class Part:
    """A piece of the text: Markdown, or the place of a figure or of a line of source."""

    mark: Mark
    text: str
    """Markdown; of a source its name; of a figure nothing"""


@dataclass(frozen=True)
class Lesson:
    """One lesson in one language."""

    id: str
    """the name of its file, without the ending"""
    plan: Plan
    title: str
    parts: tuple[Part, ...]

    def before(self) -> tuple[Part, ...]:
        """Return what is read before the question is answered."""
        return tuple(part for part in self.parts if part.mark in ("text", "figure", "source"))

    def only(self, mark: Mark) -> tuple[str, ...]:
        """Return the texts of all parts with this mark."""
        return tuple(part.text for part in self.parts if part.mark == mark)
