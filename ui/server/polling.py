"""How often a living page is drawn anew: less often where drawing takes long, and where many runs share the machine."""

from __future__ import annotations

import math
import time

LEAST_SECONDS, MOST_SECONDS = 0.5, 4.0
SHARE = 0.1
"""Of the time between two drawings, how much drawing may take."""
RUNS_A_CORE = 2.0
"""With more of them each is so slow that there is less to see of it: it is drawn less often, and leaves the machine to all."""
KEPT_SECONDS = 10.0
"""How long a pace is kept on a page that nobody touches: to change it draws the whole page anew."""


class Polling:
    """The pace of one visitor's living pages."""

    def __init__(self) -> None:
        self.seconds = LEAST_SECONDS
        """From one drawing to the next, of what is drawn most often."""
        self._drawing = 0.0
        self._settled = -math.inf

    def wanted(self, load: float) -> float:
        """The pace for so many runs a core, and drawings as long as the last."""
        return min(max(LEAST_SECONDS * max(1.0, load / RUNS_A_CORE), self._drawing / SHARE), MOST_SECONDS)

    def settle(self, load: float) -> None:
        """Take the pace that is wanted; where the whole page is drawn anyway."""
        self.seconds, self._settled = self.wanted(load), time.monotonic()

    def drawn(self, seconds: float, load: float) -> bool:
        """Note how long a drawing took; whether the page should be drawn whole, as quite another pace is wanted for some time."""
        self._drawing = seconds
        far = not self.seconds / 2 <= self.wanted(load) <= 2 * self.seconds
        return far and time.monotonic() - self._settled >= KEPT_SECONDS
