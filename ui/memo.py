"""What was worked out for a page and may be asked for again at its next drawing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

_Result = TypeVar("_Result")


class Memo:
    """The latest few hundred results by key. For small ones: it is bounded in number alone."""

    MOST = 500

    def __init__(self) -> None:
        self._results: OrderedDict[Hashable, Any] = OrderedDict()

    def __call__(self, key: Hashable, make: Callable[[], _Result]) -> _Result:
        """The result with this key, made now if it is not there; what fails is made anew the next time."""
        if key not in self._results:
            self._results[key] = make()
            while len(self._results) > self.MOST:
                self._results.popitem(last=False)
        self._results.move_to_end(key)
        result: _Result = self._results[key]
        return result

    def __len__(self) -> int:
        return len(self._results)
