"""An assignment: what a teacher sends. An experiment, the settings that are locked, the pages that are open, and steps to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

from rnn_core.config import ModelConfig, TrainingConfig
from rnn_core.data.dataset import Dataset
from rnn_core.errors import ConfigError
from rnn_core.experiment import Experiment, usable
from rnn_core.lessons.checks import Check
from rnn_core.limits import Limits
from rnn_core.sharing import documents

PAGES = ("dataset", "hyperparameters", "training", "gradients", "predictions", "all_sentences", "step_by_step", "sweeps")
"""Pages that can be open or closed, and that a step can be about."""
SENTENCES = "sentences"
"""The lock of the dataset and its text rules."""
MOST_TITLE, MOST_TEXT, MOST_QUESTION, MOST_OPTION, MOST_REASON = 120, 4_000, 400, 120, 200
MOST_STEPS, MOST_OPTIONS, MOST_CHECKS = 40, 8, 8


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step. It is done when all its checks are met and its question, if it has one, is answered. Raises ConfigError."""

    page: str
    """that it is about, one of PAGES"""
    text: str
    """Markdown, as markdown.parse reads it"""
    question: str = ""
    """plain text; empty for none"""
    options: tuple[str, ...] = ()
    """to choose from; none where the answer is typed"""
    done: tuple[Check, ...] = ()

    def __post_init__(self) -> None:
        if self.page not in PAGES:
            raise ConfigError("page", self.page, "one of " + ", ".join(PAGES))
        check_text("text", self.text, MOST_TEXT, lines=True)
        check_text("question", self.question, MOST_QUESTION, fewest=0)
        for option in _tuple(self, "options", MOST_OPTIONS):
            check_text("options", option, MOST_OPTION)
        if len(self.options) == 1 or len(set(self.options)) < len(self.options) or (self.options and not self.question):
            raise ConfigError("options", self.options, "none, or two or more different ones of a question")
        for check in _tuple(self, "done", MOST_CHECKS):
            if not isinstance(check, Check):
                raise ConfigError("done", check, "checks")

    def to_json(self) -> dict[str, Any]:
        return {
            "page": self.page,
            "text": self.text,
            "question": self.question,
            "options": list(self.options),
            "done": [check.to_json() for check in self.done],
        }

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Return the step that to_json described. Raise ConfigError for anything else."""
        told = fields("step", value, "page", "text", "question", "options", "done")
        checks = told["done"]
        if not isinstance(checks, list) or len(checks) > MOST_CHECKS:
            raise ConfigError("done", checks, f"a list of at most {MOST_CHECKS} checks")
        return cls(**{**told, "done": tuple(Check.from_json(each) for each in checks)})


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """What a teacher sends. Raises ConfigError for values that no assignment has."""

    title: str
    experiment: Experiment
    locks: tuple[tuple[str, str], ...] = ()
    """settings that stay as they are, each with the reason that is shown; SENTENCES locks the dataset"""
    pages: tuple[str, ...] = PAGES
    """those that are open"""
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        check_text("title", self.title, MOST_TITLE)
        if not isinstance(self.experiment, Experiment):
            raise ConfigError("experiment", self.experiment, "an Experiment")
        names = lockable()
        locks = _tuple(self, "locks", len(names))
        if not all(isinstance(lock, (tuple, list)) and len(lock) == 2 for lock in locks):
            raise ConfigError("locks", locks, "pairs of a setting and a reason")
        object.__setattr__(self, "locks", tuple((name, reason) for name, reason in locks))
        for name, reason in self.locks:
            if not isinstance(name, str) or name not in names:
                raise ConfigError("locks", name, "a setting")
            check_text("locks", reason, MOST_REASON, fewest=0)
        if len({name for name, _ in self.locks}) < len(self.locks):
            raise ConfigError("locks", self.locks, "each setting once")
        pages = _tuple(self, "pages", len(PAGES))
        if len({str(page) for page in pages}) < len(pages) or not all(page in PAGES for page in pages):
            raise ConfigError("pages", pages, "some of " + ", ".join(PAGES) + ", each once")
        steps = _tuple(self, "steps", MOST_STEPS)
        if not steps or not all(isinstance(step, Step) for step in steps):
            raise ConfigError("steps", steps, f"1 to {MOST_STEPS} steps")
        if closed := [step.page for step in self.steps if step.page not in self.pages]:
            raise ConfigError("pages", closed[0], "open, since a step is about it")

    def reason(self, setting: str) -> str | None:
        """Return why a setting is locked, which may be empty; None if it is not locked."""
        return dict(self.locks).get(setting)

    def hold(self, dataset: Dataset, model: ModelConfig, training: TrainingConfig) -> tuple[Dataset, ModelConfig, TrainingConfig]:
        """Return sentences and settings with everything that is locked put back as the assignment has it.

        Settings of the network that do not go with a locked one are put back with it.
        """
        ours, locked = self.experiment, {name for name, _ in self.locks}
        dataset = ours.dataset if SENTENCES in locked else dataset
        held = {name: getattr(ours.model, name) for name in ModelConfig.domains() if name in locked}
        try:
            model = replace(model, **held)
        except ConfigError:
            model = ours.model
        held = {name: getattr(ours.training, name) for name in TrainingConfig.domains() if name in locked}
        changes = tuple(change for change in training.changes if change.field not in locked)
        return dataset, usable(model, dataset), replace(training, **held, changes=changes)

    def held(self, experiment: Experiment) -> Experiment:
        """Return an experiment with everything that is locked put back, as hold does."""
        dataset, model, training = self.hold(experiment.dataset, experiment.model, experiment.training)
        return Experiment(dataset=dataset, model=model, training=training)

    def to_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "experiment": documents.without_vectors(documents.to_json(self.experiment), self.experiment.dataset.vectors),
            "locks": [list(lock) for lock in self.locks],
            "pages": list(self.pages),
            "steps": [step.to_json() for step in self.steps],
        }

    @classmethod
    def from_json(cls, value: object, limits: Limits) -> Self:
        """Return the assignment that to_json described. Raises ConfigError, or as documents.from_json does."""
        told = fields("assignment", value, "title", "experiment", "locks", "pages", "steps")
        steps = told["steps"]
        if not isinstance(steps, list) or len(steps) > MOST_STEPS:
            raise ConfigError("steps", steps, f"a list of at most {MOST_STEPS} steps")
        read = tuple(Step.from_json(step) for step in steps)
        return cls(**{**told, "steps": read, "experiment": documents.from_json(told["experiment"], limits)})


def lockable() -> tuple[str, ...]:
    """Return the names of everything that can be locked."""
    return (SENTENCES, *ModelConfig.domains(), *TrainingConfig.domains())


def fields(what: str, value: object, *names: str) -> dict[str, Any]:
    """Return the fields of a JSON object. Raise ConfigError unless it has exactly these."""
    if not isinstance(value, dict) or set(value) != set(names):
        raise ConfigError(what, value, "an object of " + ", ".join(names))
    return dict(value)


def check_text(name: str, value: object, most: int, *, fewest: int = 1, lines: bool = False) -> None:
    """Raise ConfigError unless a value is text of this length that can be written as UTF-8. lines: whether it may have several."""
    if not isinstance(value, str) or not fewest <= len(value) <= most:
        raise ConfigError(name, value, f"text of {fewest:,} to {most:,} characters")
    if any("\ud800" <= c <= "\udfff" or (ord(c) < 32 and not (lines and c in "\n\t")) for c in value):
        raise ConfigError(name, value, "text without control characters")


def _tuple(owner: object, name: str, most: int) -> tuple[Any, ...]:
    """Return a field as a tuple, and put it in its place. Raise ConfigError for something else or more than most."""
    value = getattr(owner, name)
    if not isinstance(value, (tuple, list)) or len(value) > most:
        raise ConfigError(name, value, f"a list of at most {most}")
    object.__setattr__(owner, name, tuple(value))
    return tuple(value)


def settings(assignment: Assignment) -> Iterator[tuple[str, str]]:
    """Yield every locked setting with its reason, the sentences first."""
    locked = dict(assignment.locks)
    yield from ((name, locked[name]) for name in lockable() if name in locked)
