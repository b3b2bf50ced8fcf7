"""A submission: what a learner hands in. The assignment, a name as typed, an answer to each step, and the runs with their figures."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

import numpy as np

from rnn_core.domains import Real
from rnn_core.engine.kernel import RunPath, versions
from rnn_core.errors import ConfigError, DivergenceError
from rnn_core.experiment import Experiment
from rnn_core.lessons.assignment import Assignment, check_text, fields
from rnn_core.lessons.quantities import Value
from rnn_core.limits import Limits
from rnn_core.pauses import pause
from rnn_core.sharing import documents
from rnn_core.training.run import Run
from rnn_core.training.trainer import Trainer

MOST_NAME, MOST_ANSWER, MOST_FIGURES, MOST_RUNS = 80, 1_000, 8, 8
FIGURES = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
"""Of the last epoch, as a history has them; None where a split is empty."""
Agreement = Literal["same", "close", "other"]
"""Every loss is equal bit for bit; the figures are equal to six digits; they differ."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was done at one step. Raises ConfigError."""

    text: str = ""
    """what was typed or chosen; empty for nothing"""
    figures: tuple[Value, ...] = ()
    """of the checks, when they were judged last"""
    met: bool = False
    """whether the step was done"""

    def __post_init__(self) -> None:
        check_text("answer", self.text, MOST_ANSWER, fewest=0, lines=True)
        if not isinstance(self.figures, (tuple, list)) or len(self.figures) > MOST_FIGURES:
            raise ConfigError("figures", self.figures, f"a list of at most {MOST_FIGURES}")
        for value in self.figures:
            if isinstance(value, str):
                check_text("figures", value, MOST_ANSWER, fewest=0)
            elif value is not None and not _is_number(value):
                raise ConfigError("figures", value, "a finite number, a text or nothing")
        object.__setattr__(self, "figures", tuple(self.figures))
        if not isinstance(self.met, bool):
            raise ConfigError("met", self.met, "true or false")

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text, "figures": list(self.figures), "met": self.met}

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Return the answer that to_json described. Raise ConfigError for anything else."""
        return cls(**fields("answer", value, "text", "figures", "met"))


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A run without its networks: the experiment, how far it went, and what came out. Raises ConfigError."""

    experiment: Experiment
    epochs: int
    """done"""
    path: RunPath
    engine: str
    """its path and the versions, in one line"""
    figures: tuple[float | None, ...]
    """in the order of FIGURES"""
    digest: str
    """of the training losses of all epochs, 16 hexadecimal digits"""

    def __post_init__(self) -> None:
        if (
            isinstance(self.epochs, bool)
            or not isinstance(self.epochs, int)
            or not 0 <= self.epochs <= self.experiment.training.epochs
        ):
            raise ConfigError("epochs", self.epochs, f"a whole number up to {self.experiment.training.epochs}")
        if self.path not in get_args(RunPath):
            raise ConfigError("path", self.path, "one of " + ", ".join(get_args(RunPath)))
        check_text("engine", self.engine, 200)
        check_text("digest", self.digest, 16, fewest=16)
        if set(self.digest) - set("0123456789abcdef"):
            raise ConfigError("digest", self.digest, "hexadecimal digits")
        if not isinstance(self.figures, (tuple, list)) or len(self.figures) != len(FIGURES):
            raise ConfigError("figures", self.figures, ", ".join(FIGURES))
        if not all(value is None or _is_number(value) for value in self.figures):
            raise ConfigError("figures", self.figures, "finite numbers or nothing")
        object.__setattr__(self, "figures", tuple(self.figures))

    @classmethod
    def of(cls, run: Run) -> Self:
        """Return what is handed in of a run."""
        found: Mapping[str, float | None] = {}
        if len(run.history):
            last = run.history[-1]
            found = {
                f"{split}_{field}": getattr(getattr(last, split), field)
                for split in ("train", "test")
                for field in ("loss", "accuracy")
            }
        return cls(
            experiment=run.experiment,
            epochs=run.epoch,
            path=run.path,
            engine=f"{run.path}, {versions()}",
            figures=tuple(_finite(found.get(name)) for name in FIGURES),
            digest=_digest(run.history.columns.train_loss[: len(run.history)]),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "experiment": documents.without_vectors(documents.to_json(self.experiment), self.experiment.dataset.vectors),
            "epochs": self.epochs,
            "path": self.path,
            "engine": self.engine,
            "figures": list(self.figures),
            "digest": self.digest,
        }

    @classmethod
    def from_json(cls, value: object, limits: Limits) -> Self:
        """Return the run that to_json described. Raises ConfigError, or as documents.from_json does."""
        told = fields("run", value, "experiment", "epochs", "path", "engine", "figures", "digest")
        return cls(**{**told, "experiment": documents.from_json(told["experiment"], limits)})


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What a learner hands in. Raises ConfigError for values that no submission has."""

    assignment: Assignment
    name: str
    """as typed; empty for none"""
    answers: tuple[Answer, ...]
    """one for each step"""
    runs: tuple[Trained, ...] = ()

    def __post_init__(self) -> None:
        check_text("name", self.name, MOST_NAME, fewest=0)
        if len(self.answers) != len(self.assignment.steps):
            raise ConfigError("answers", self.answers, f"{len(self.assignment.steps)}, one for each step")
        if len(self.runs) > MOST_RUNS:
            raise ConfigError("runs", self.runs, f"at most {MOST_RUNS}")

    def to_json(self) -> dict[str, Any]:
        return {
            "assignment": self.assignment.to_json(),
            "name": self.name,
            "answers": [answer.to_json() for answer in self.answers],
            "runs": [run.to_json() for run in self.runs],
        }

    @classmethod
    def from_json(cls, value: object, limits: Limits) -> Self:
        """Return the submission that to_json described. Raises ConfigError, or as documents.from_json does."""
        told = fields("submission", value, "assignment", "name", "answers", "runs")
        answers, runs = told["answers"], told["runs"]
        assignment = Assignment.from_json(told["assignment"], limits)
        if not isinstance(answers, list) or len(answers) != len(assignment.steps):
            raise ConfigError("answers", answers, f"{len(assignment.steps)}, one for each step")
        if not isinstance(runs, list) or len(runs) > MOST_RUNS:
            raise ConfigError("runs", runs, f"a list of at most {MOST_RUNS}")
        return cls(
            assignment=assignment,
            name=told["name"],
            answers=tuple(Answer.from_json(answer) for answer in answers),
            runs=tuple(Trained.from_json(run, limits) for run in runs),
        )


def agreement(here: Trained, there: Trained) -> Agreement:
    """Return how far a run that was trained here agrees with one that was handed in.

    With another path or other versions (see Trained.engine) the last digits may differ.
    """
    if here.experiment != there.experiment or here.epochs != there.epochs:
        return "other"
    if here.digest == there.digest and here.figures == there.figures:
        return "same"
    return "close" if all(map(_close, here.figures, there.figures)) else "other"


def replay(trained: Trained) -> Trained:
    """Train a run that was handed in once more, as far as it went. It pauses between slices (see pauses.py).

    A run that diverges here ends before.
    """
    trainer = Trainer(trained.experiment)
    try:
        while trainer.epoch < trained.epochs and not trainer.done:
            pause()
            trainer.run_slice(trained.epochs)
    except DivergenceError:
        pass
    return Trained.of(Run(trained.experiment, trainer.model, trainer.history, (trainer.snapshot(),), trainer.path))


def _close(here: float | None, there: float | None) -> bool:
    if here is None or there is None:
        return here is there
    return math.isclose(here, there, rel_tol=1e-6, abs_tol=1e-9)


def _digest(losses: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    return hashlib.sha256(np.ascontiguousarray(losses, dtype="<f8").tobytes()).hexdigest()[:16]


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _is_number(value: object) -> bool:
    return Real().coerce(value) is not None
