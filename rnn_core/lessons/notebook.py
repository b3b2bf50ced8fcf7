"""What a reader guessed and measured, lesson by lesson; it can be kept as JSON and exported as CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from rnn_core.errors import ConfigError
from rnn_core.lessons.quantities import Value

MOST_ENTRIES = 200
MOST_TEXT = 200
MOST_FIGURES = 20


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One lesson. Raises ConfigError for values that no lesson gives."""

    guess: Value = None
    measured: Value = None
    reached: tuple[Value, ...] = ()
    """the figures of the checks, when they were judged last"""
    done: bool = False
    """whether all checks were met once"""

    def __post_init__(self) -> None:
        if not isinstance(self.reached, (tuple, list)) or len(self.reached) > MOST_FIGURES:
            raise ConfigError("reached", self.reached, f"a list of at most {MOST_FIGURES} figures")
        object.__setattr__(self, "reached", tuple(self.reached))
        for name, value in (("guess", self.guess), ("measured", self.measured), *(("reached", value) for value in self.reached)):
            if not _is_value(value):
                raise ConfigError(name, value, "a finite number, a short text or nothing")
        if not isinstance(self.done, bool):
            raise ConfigError("done", self.done, "true or false")

    def to_json(self) -> dict[str, Any]:
        return {"guess": self.guess, "measured": self.measured, "reached": list(self.reached), "done": self.done}


def _is_value(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= MOST_TEXT
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value))


@dataclass(frozen=True)
class Notebook:
    """Entries by the id of their lesson. Immutable."""

    entries: Mapping[str, Entry] = field(default_factory=dict)

    def __getitem__(self, lesson: str) -> Entry:
        """Return the entry of a lesson, an empty one if there is none."""
        return self.entries.get(lesson, Entry())

    def noted(self, lesson: str, **values: Any) -> Notebook:
        """Return a notebook with some values of an entry replaced. What is done stays done."""
        entry = replace(self[lesson], **values)
        return Notebook({**self.entries, lesson: replace(entry, done=entry.done or self[lesson].done)})

    def without(self, lesson: str) -> Notebook:
        """Return a notebook without the entry of a lesson."""
        return Notebook({name: entry for name, entry in self.entries.items() if name != lesson})

    def to_json(self) -> dict[str, Any]:
        return {lesson: entry.to_json() for lesson, entry in self.entries.items()}

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Return the notebook that to_json described. Raise ConfigError for anything else."""
        if not isinstance(value, dict) or len(value) > MOST_ENTRIES:
            raise ConfigError("notebook", value, f"an object of at most {MOST_ENTRIES} entries")
        entries = {}
        for lesson, entry in value.items():
            if not isinstance(lesson, str) or len(lesson) > MOST_TEXT or not isinstance(entry, dict):
                raise ConfigError("notebook", entry, "an entry for each lesson")
            if set(entry) != {"guess", "measured", "reached", "done"}:
                raise ConfigError("notebook", entry, "guess, measured, reached and done")
            entries[lesson] = Entry(**entry)
        return cls(entries)

    def to_csv(self) -> str:
        """Return CSV with a line for each lesson. Texts are cut to what a lesson can hold, never executed by us."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(["lesson", "guess", "measured", "reached", "done"])
        for lesson, entry in sorted(self.entries.items()):
            reached = "; ".join(_written(value) for value in entry.reached)
            writer.writerow([lesson, _written(entry.guess), _written(entry.measured), reached, "yes" if entry.done else "no"])
        return out.getvalue()


def _written(value: Value) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:.10g}"
