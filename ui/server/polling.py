"""How often a living page is redrawn: less often when drawing is slow or many runs share the machine."""

from __future__ import annotations

import math
import time

LEAST_SECONDS, MOST_SECONDS = 0.5, 4.0
SHARE = 0.1
"""The share of the time between two drawings that drawing may take."""
RUNS_A_CORE = 2.0
"""With more runs a core, each is slow and shows less: it is drawn less often, which leaves more of the machine to all."""
KEPT_SECONDS = 10.0
"""How long a pace is kept on an untouched page: changing it redraws the whole page."""


class Polling:
    """The polling interval of one visitor's living pages."""

    def __init__(self) -> None:
        self.seconds = LEAST_SECONDS
        """Seconds between two drawings of the part drawn most often."""
        self._drawing = 0.0
        self._settled = -math.inf

    def wanted(self, load: float) -> float:
        """Return the interval for so many runs a core and drawings as slow as the last."""
        return min(max(LEAST_SECONDS * max(1.0, load / RUNS_A_CORE), self._drawing / SHARE), MOST_SECONDS)

    def settle(self, load: float) -> None:
        """Take the wanted interval; call it when the whole page is drawn anyway."""
        self.seconds, self._settled = self.wanted(load), time.monotonic()

    def drawn(self, seconds: float, load: float) -> bool:
        """Note how long a drawing took; return whether to redraw the page because a very different interval is wanted."""
        self._drawing = seconds
        far = not self.seconds / 2 <= self.wanted(load) <= 2 * self.seconds
        return far and time.monotonic() - self._settled >= KEPT_SECONDS
