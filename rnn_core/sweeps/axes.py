"""The axes of a sweep: settings of the network, the training or the sentences, each with its values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from rnn_core.config import ModelConfig, TrainingConfig
from rnn_core.domains import Domain, Real, Whole
from rnn_core.errors import ConfigError

Point = Mapping[str, Any]
"""Settings by name. Everything else is as in the base experiment."""

SENTENCES = "train_sentences"
"""How many training sentences are kept, drawn by the seed of the run. The test sentences stay."""
FIRST_WORDS = "first_words"
"""How many words of each sentence are read; the rest is cut off. Where the first word decides: how long it is to be remembered."""
OF_SENTENCES = (SENTENCES, FIRST_WORDS)
"""Settings of the sentences, beside those of the network and the training."""
SETTINGS: Mapping[str, Domain] = {
    **ModelConfig.domains(),
    **{name: domain for name, domain in TrainingConfig.domains().items() if name != "seed"},
    **dict.fromkeys(OF_SENTENCES, Whole(1, 1_000_000)),
}
"""Every setting that an axis can have, and its values."""
MOST_VALUES = 100
"""Points of one axis."""
DIGITS = 6
"""Values of a range are rounded to so many significant digits: what is printed is what is run."""


@dataclass(frozen=True)
class Axis:
    """Points to go through, each setting one thing or a few. Creating one raises ConfigError for what no experiment can have."""

    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.points, (tuple, list)) or not 1 <= len(self.points) <= MOST_VALUES:
            raise ConfigError("axis", self.points, f"a list of 1 to {MOST_VALUES} points")
        object.__setattr__(self, "points", tuple(_checked(point) for point in self.points))
        if len({tuple(sorted(point.items())) for point in self.points}) < len(self.points):
            raise ConfigError("axis", list(self.points), "points that differ from each other")

    @classmethod
    def of(cls, setting: str, values: Iterable[Any]) -> Self:
        """Return the axis of one setting with these values."""
        return cls(tuple({setting: value} for value in values))

    @classmethod
    def linear(cls, setting: str, low: float, high: float, count: int) -> Self:
        """Return the axis of a number from low to high, in steps of equal size.

        Whole numbers are rounded, and one that comes twice is taken once.
        """
        low, high, count = _range(low, high, count)
        step = (high - low) / max(1, count - 1)
        return cls._rounded(setting, [low + i * step for i in range(count)])

    @classmethod
    def logarithmic(cls, setting: str, low: float, high: float, count: int) -> Self:
        """Return the axis of a number from low to high, each the same multiple of the one before. Rounded as linear does."""
        low, high, count = _range(low, high, count)
        if low <= 0 or high <= 0:
            raise ConfigError("axis", min(low, high), "a number above 0 in a logarithmic range")
        step = math.log(high / low) / max(1, count - 1)
        return cls._rounded(setting, [low * math.exp(i * step) for i in range(count)])

    @classmethod
    def _rounded(cls, setting: str, values: list[float]) -> Self:
        domain = SETTINGS.get(setting)
        if domain is not None and not isinstance(domain, (Whole, Real)):
            raise ConfigError("axis", setting, "a setting that is a number, in a range")
        numbers: list[float] = [round(x) if isinstance(domain, Whole) else float(f"{x:.{DIGITS}g}") for x in values]
        return cls.of(setting, dict.fromkeys(numbers))

    def __len__(self) -> int:
        return len(self.points)

    @property
    def settings(self) -> tuple[str, ...]:
        """Every setting that a point of the axis sets."""
        return tuple(dict.fromkeys(name for point in self.points for name in point))

    @property
    def values(self) -> tuple[Any, ...]:
        """The values of the one setting of the axis. Raises ValueError for an axis of several settings."""
        (setting,) = self.settings
        return tuple(point[setting] for point in self.points)

    def to_json(self) -> Any:
        """Return {"setting": …, "values": […]}, for an axis of several settings the list of its points."""
        if len(self.settings) == 1 and all(self.points):
            return {"setting": self.settings[0], "values": list(self.values)}
        return [dict(point) for point in self.points]

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Return the axis that to_json described, or one written by hand as a range.

        A range has "setting", "low", "high", "count" and "spacing", which is "linear" or "logarithmic".
        Raises ConfigError for anything else.
        """
        if isinstance(value, list):
            return cls(tuple(value))
        if isinstance(value, dict) and isinstance(setting := value.get("setting"), str):
            if set(value) == {"setting", "values"} and isinstance(value["values"], list):
                return cls.of(setting, value["values"])
            if set(value) == {"setting", "low", "high", "count", "spacing"} and value["spacing"] in ("linear", "logarithmic"):
                make = cls.linear if value["spacing"] == "linear" else cls.logarithmic
                return make(setting, value["low"], value["high"], value["count"])
        raise ConfigError("axis", value, "a list of points, or an object of setting and values, or of a range")


def _checked(point: object) -> Point:
    """Return the point with values of their domains."""
    if not isinstance(point, Mapping) or not point:
        raise ConfigError("axis", point, "settings by name")
    checked = {}
    for name, given in point.items():
        domain = SETTINGS.get(name) if isinstance(name, str) else None
        if domain is None:
            raise ConfigError("axis", name, f"one of the settings {', '.join(SETTINGS)}")
        value = domain.coerce(given)
        if value is None:
            raise ConfigError(name, given, domain)
        checked[name] = value
    return checked


def _range(low: object, high: object, count: object) -> tuple[float, float, int]:
    """Return the ends and the number of values of a range."""
    number, how_many = Real(), Whole(1, MOST_VALUES)
    first, last, values = number.coerce(low), number.coerce(high), how_many.coerce(count)
    if first is None or last is None:
        raise ConfigError("axis", low if first is None else high, number)
    if values is None:
        raise ConfigError("axis", count, how_many)
    return first, last, values
