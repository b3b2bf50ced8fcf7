"""Domains of settings, and the base class of configurations, which checks every value against its domain.

Each field of a configuration carries its domain (`Whole`, `Real`, `Choice` or `Switch`), so the range that a form shows is the
range that is enforced.
"""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, ClassVar, Self, get_type_hints

from rnn_core.errors import ConfigError


@dataclass(frozen=True)
class Whole:
    """An integer from low to high, both included."""

    low: int
    high: int

    def __str__(self) -> str:
        return f"a whole number from {self.low:,} to {self.high:,}"

    def coerce(self, value: object) -> int | None:
        """Return the value as an int, or None if it is not in the domain."""
        if isinstance(value, bool):
            return None
        try:
            number = operator.index(value)  # type: ignore[arg-type]
        except TypeError:
            return None
        return number if self.low <= number <= self.high else None


@dataclass(frozen=True)
class Real:
    """A finite number above low (low itself only with includes_low) and up to high."""

    low: float = -math.inf
    includes_low: bool = False
    high: float = math.inf

    def __str__(self) -> str:
        if math.isinf(self.low):
            return "a number"
        upwards = f"a number of {self.low:g} or more" if self.includes_low else f"a number above {self.low:g}"
        return upwards if math.isinf(self.high) else f"{upwards}, up to {self.high:g}"

    def coerce(self, value: object) -> float | None:
        """Return the value as a float, or None if it is not in the domain."""
        if isinstance(value, bool) or not isinstance(value, numbers.Real):  # float() would accept text and bytes too
            return None
        try:
            number = float(value)
        except OverflowError:
            return None
        above = number > self.low or (self.includes_low and number == self.low)
        return number if above and number <= self.high and math.isfinite(number) else None


@dataclass(frozen=True)
class Choice:
    """One of several names."""

    options: Collection[str]

    def __str__(self) -> str:
        return "one of " + ", ".join(self.options)

    def coerce(self, value: object) -> str | None:
        return value if isinstance(value, str) and value in self.options else None


@dataclass(frozen=True)
class Switch:
    """True or false."""

    def __str__(self) -> str:
        return "true or false"

    def coerce(self, value: object) -> bool | None:
        return value if isinstance(value, bool) else None


Domain = Whole | Real | Choice | Switch


class Config:
    """Base class of configurations: checks and JSON. Subclasses are frozen, keyword-only dataclasses."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @classmethod
    def domains(cls) -> Mapping[str, Domain]:
        """Return field name -> domain, for the fields that hold a single value."""
        return _domains(cls)  # type: ignore[arg-type]  # a class is hashable

    def __post_init__(self) -> None:
        for name, domain in self.domains().items():
            given = getattr(self, name)
            value = domain.coerce(given)
            if value is None:
                raise ConfigError(name, given, domain)
            object.__setattr__(self, name, value)

    def to_json(self) -> dict[str, Any]:
        """Return plain values by field name. from_json turns them into an equal configuration."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Return the configuration with these values, defaults for missing fields. Raise ConfigError for unknown fields and invalid values."""
        if not isinstance(value, dict):
            raise ConfigError(cls.__name__, value, "an object of settings")
        known = {f.name for f in fields(cls)}  # __dataclass_fields__ includes class variables
        for name in value:
            if name not in known:
                raise ConfigError(str(name), value[name], f"no field of {cls.__name__}")
        return cls(**value)


@cache
def _domains(cls: type) -> Mapping[str, Domain]:
    hints = get_type_hints(cls, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items() if hasattr(hint, "__metadata__")}
