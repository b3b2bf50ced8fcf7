"""How fast a run goes: as fast as it can, at so many epochs a second, or so that a person sees it learn."""

from __future__ import annotations

import math
import time
from typing import Literal

from rnn_core.arrays import Floats

Pace = float | Literal["watched"] | None
"""Epochs a second; "watched": see below; None: as fast as it can."""
PACES: tuple[Pace, ...] = ("watched", None, 10.0, 1.0)
"""Those that can be chosen."""

WHOLE_SECONDS, WHOLE_EPOCHS = 6.5, 1000
"""A watched run of so many epochs would take so long if its loss never moved. Shorter runs take less, longer ones no more."""
WINDOW = 50
"""How steep the loss falls is measured over this part of the run."""
HEIGHT = 0.4
"""The height of chance on a chart, as a share of the chart's width."""
SLOWEST = 8.0
"""A watched run is at most so many times slower than its fastest."""

FRAMES = 16
"""A watched run is drawn at least so many times on its way, as far as somebody looks at it."""
PATIENCE_SECONDS = 3.0
"""How long a watched run waits for its next drawing. A page that has been left draws nothing."""


class Viewer:
    """The page on which a watched run is seen. The run waits for its drawings, so that it is seen to learn on a busy machine too."""

    def __init__(self) -> None:
        self._epoch, self._at = 0, -math.inf

    def drew(self, epoch: int) -> None:
        """Note that the run has been drawn as it was after an epoch."""
        self._epoch, self._at = epoch, time.monotonic()

    def awaited(self, epoch: int, epochs: int) -> bool:
        """Whether a run of so many epochs should wait, after this one, to be drawn."""
        return epoch - self._epoch >= max(1, epochs // FRAMES) and time.monotonic() - self._at < PATIENCE_SECONDS


def watched(loss: Floats, epochs: int, chance: float) -> float:
    """Return how many epochs a second a watched run goes now: it draws its curve as a pen at constant speed would.

    The steeper the loss falls, the fewer. loss: of all epochs so far, up to the run's `epochs`. chance: the loss of guessing.
    """
    fastest = epochs / (WHOLE_SECONDS * min(1.0, math.sqrt(epochs / WHOLE_EPOCHS)))
    width = max(1, epochs // WINDOW)
    if len(loss) < 2 * width:
        return fastest
    step = (float(loss[-width:].mean()) - float(loss[-2 * width : -width].mean())) / chance
    slope = abs(step) * epochs / width
    return fastest / min(math.hypot(1.0, HEIGHT * slope), SLOWEST) if math.isfinite(slope) else fastest / SLOWEST
