"""Which of many alike cases always run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def some(cases: Iterable[Any], count: int) -> list[Any]:
    """Return all cases; those after the first so many run with the slow tests."""
    made = list(cases)
    late = [pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.slow) for case in made[count:]]
    return made[:count] + late
