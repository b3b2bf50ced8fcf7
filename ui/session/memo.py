"""What was worked out for a page and may be asked for again at its next drawing."""

from __future__ import annotations

import pickle
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple, TypeVar

Result = TypeVar("Result")


class _Kept(NamedTuple):
    result: Any
    nbytes: int


class Memo:
    """Results by key, bounded in number and in bytes: the ones asked for longest ago are forgotten first."""

    MOST = 500
    MOST_BYTES = 4_000_000

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._nbytes = 0

    def __call__(self, key: Hashable, work: Callable[[], Result]) -> Result:
        """The result with this key, worked out now if it is not there; what fails is tried again the next time."""
        if key not in self._kept:
            result = work()
            # Written out, it is about as large as it is in memory, whatever it is made of.
            self._kept[key] = _Kept(result, len(pickle.dumps(result)))
            self._nbytes += self._kept[key].nbytes
        self._kept.move_to_end(key)
        while len(self._kept) > 1 and (len(self._kept) > self.MOST or self._nbytes > self.MOST_BYTES):
            self._nbytes -= self._kept.popitem(last=False)[1].nbytes
        found: Result = self._kept[key].result
        return found

    def __len__(self) -> int:
        return len(self._kept)
