"""One condition on one figure: a quantity of the closed list, a comparison and a bound. There are no expressions."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Self, get_args

from rnn_core.domains import Real
from rnn_core.errors import ConfigError
from rnn_core.lessons.evidence import Evidence
from rnn_core.lessons.quantities import OUTCOMES, QUANTITIES, TEXTS, Value, value_of

Comparison = Literal["<", "<=", "=", ">=", ">"]
COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}
MOST_SUBJECT = 200
"""The most characters of a subject or a label."""
_LINE = re.compile(r'(?P<quantity>\w+)(?: of "(?P<of>[^"]*)")? (?P<comparison><=|>=|<|=|>) (?P<bound>\S.*)')


class Result(NamedTuple):
    """The figure that was reached, and whether it meets the bound."""

    value: Value
    met: bool


@dataclass(frozen=True, kw_only=True)
class Check:
    """A condition such as "train_accuracy >= 1". Raises ConfigError for anything outside the closed lists."""

    quantity: str
    """a key of QUANTITIES"""
    of: str = ""
    """what the quantity is about: a sentence (empty: the reader's), a pair of sentences, or a parameter"""
    comparison: Comparison
    bound: float | str
    """a label or an outcome for a quantity that is one, otherwise a finite number"""

    def __post_init__(self) -> None:
        if not isinstance(self.quantity, str) or self.quantity not in QUANTITIES:
            raise ConfigError("quantity", self.quantity, "one of " + ", ".join(QUANTITIES))
        if self.comparison not in get_args(Comparison):
            raise ConfigError("comparison", self.comparison, "one of " + ", ".join(get_args(Comparison)))
        quantity = QUANTITIES[self.quantity]
        check_subject(self.quantity, self.of)
        if quantity.kind in TEXTS:
            check_text(self.quantity, self.bound)
            if self.comparison != "=":
                raise ConfigError("comparison", self.comparison, "= for a label or an outcome")
            return
        bound = Real().coerce(self.bound)
        if bound is None:
            raise ConfigError("bound", self.bound, "a finite number")
        object.__setattr__(self, "bound", bound)

    def judge(self, evidence: Evidence) -> Result:
        """Return the figure of the evidence, and whether it meets the bound. A figure that is not there meets none."""
        value = value_of(self.quantity, evidence, self.of)
        return Result(value, value is not None and COMPARISONS[self.comparison](value, self.bound))

    @classmethod
    def parse(cls, line: str) -> Self:
        """Return the check of a line such as 'prediction of "i am not bad" = positive'. Raise ConfigError for another line."""
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise ConfigError("check", line, 'a quantity, of "…" where it has a subject, a comparison and a bound')
        quantity, of, comparison, bound = found.group("quantity", "of", "comparison", "bound")
        told: float | str = bound
        if quantity in QUANTITIES and QUANTITIES[quantity].kind not in TEXTS:
            try:
                told = float(bound)
            except ValueError:
                raise ConfigError("bound", bound, "a finite number") from None
        return cls(quantity=quantity, of=of or "", comparison=comparison, bound=told)  # type: ignore[arg-type]  # checked above

    def __str__(self) -> str:
        """Return the line that parse reads."""
        subject = f' of "{self.of}"' if self.of else ""
        bound = self.bound if isinstance(self.bound, str) else f"{self.bound:.17g}"
        return f"{self.quantity}{subject} {self.comparison} {bound}"

    def to_json(self) -> dict[str, Any]:
        return {"quantity": self.quantity, "of": self.of, "comparison": self.comparison, "bound": self.bound}

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Return the check that to_json described. Raise ConfigError for anything else."""
        if not isinstance(value, dict) or set(value) != {"quantity", "of", "comparison", "bound"}:
            raise ConfigError("check", value, "an object of quantity, of, comparison and bound")
        return cls(**value)


def check_text(quantity: str, value: object) -> None:
    """Raise ConfigError for a text that cannot be the value of a quantity (a key of QUANTITIES, of a kind in TEXTS)."""
    if QUANTITIES[quantity].kind == "outcome" and value not in OUTCOMES:
        raise ConfigError("outcome", value, "one of " + ", ".join(OUTCOMES))
    if not isinstance(value, str) or not 0 < len(value) <= MOST_SUBJECT:
        raise ConfigError("label", value, f"a text of at most {MOST_SUBJECT} characters")


def check_subject(quantity: str, of: object) -> None:
    """Raise ConfigError for a subject that the quantity (a key of QUANTITIES) cannot be about."""
    subject = QUANTITIES[quantity].subject
    if not isinstance(of, str) or len(of) > MOST_SUBJECT or '"' in of or "\n" in of:
        raise ConfigError("of", of, f"a line of at most {MOST_SUBJECT} characters without quotes")
    if subject == "nothing" and of:
        raise ConfigError("of", of, f"left out: {quantity} is about the run alone")
    if subject == "pair" and of.count("/") != 1:
        raise ConfigError("of", of, "two sentences with a slash between them")
    if subject == "parameter" and of not in ("W_xh", "W_hh", "b_h", "W_hy", "b_y"):
        raise ConfigError("of", of, "a parameter of the guide's network")
