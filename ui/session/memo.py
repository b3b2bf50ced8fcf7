"""Results computed for a page, remembered for its next drawings."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np

from rnn_core import Model

Result = TypeVar("Result")


class _Kept(NamedTuple):
    result: Any
    nbytes: int
    drawing: int
    """in which it was asked for last"""


class Memo:
    """Results by key, bounded in number and in bytes: those asked for longest ago are forgotten first.

    What the last two drawings of a page asked for is never forgotten: it would be computed again at each click.
    """

    MOST = 500

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._nbytes = 0
        self._drawing = 0

    def new_drawing(self) -> None:
        """Begin the next drawing of a page: what was asked for before the last one may be forgotten."""
        self._drawing += 1

    def __call__(self, key: Hashable, work: Callable[[], Result]) -> Result:
        """Return the result with this key, computed now if it is not there; what fails is tried again the next time."""
        if key not in self._kept:
            result = work()
            self._keep(key, result, nbytes_of(result))
        else:
            self._keep(key, *self._kept.pop(key)[:2], new=False)
        found: Result = self._kept[key].result
        return found

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._nbytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def _keep(self, key: Hashable, result: object, nbytes: int, *, new: bool = True) -> None:
        """Put a result last in line, and forget the first ones while there are too many."""
        self._kept[key] = _Kept(result, nbytes, self._drawing)
        self._nbytes += nbytes if new else 0
        while len(self._kept) > self.MOST or self._nbytes > self.most_bytes:
            first, kept = next(iter(self._kept.items()))
            if kept.drawing >= self._drawing - 1:  # the present drawing may be about to ask for it again
                return
            del self._kept[first]
            self._nbytes -= kept.nbytes


def nbytes_of(result: object) -> int:
    """Estimate the memory that a result holds by itself, in bytes.

    A network in it is not counted: the run that it belongs to holds it anyway. What occurs twice is counted once.
    """
    total, seen, waiting = 0, set[int](), [result]
    while waiting:
        value = waiting.pop()
        if id(value) in seen or isinstance(value, Model):
            continue
        seen.add(id(value))
        total += value.nbytes if isinstance(value, np.ndarray) else sys.getsizeof(value)
        waiting += _parts(value)
    return total


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return (*value.keys(), *value.values())
    if isinstance(value, (tuple, list, set, frozenset)):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name) for field in fields(value)]
    return ()
