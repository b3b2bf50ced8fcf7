"""Words on a chart of curves: above the frame over an epoch, or inside it where they cover no curve and no other words."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats
from ui.figures.chart import Chart
from ui.figures.palette import Palette

ROW, ROWS = 15, 3
"""Pixels of a row of words, and how many rows there are above a frame at most."""
LETTER = 0.0125
"""The share of the frame's width that a letter takes; of a phone's frame it is more, of a wide one less."""
SAMPLES = 300
"""Places between the ends of a frame at which the curves are looked at."""


def letters(text: str) -> int:
    """Return how many letters wide a text is; a Chinese sign is as wide as two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


class Box(NamedTuple):
    """A rectangle in shares of the frame's width and height."""

    left: float
    right: float
    bottom: float
    top: float

    def meets(self, other: Box) -> bool:
        return self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top


class Labels:
    """The words of one chart. Its axes must have their ranges already. height: pixels of the frame."""

    def __init__(self, figure: Chart, colors: Palette, curves: Iterable[Floats], height: float) -> None:
        """curves: their values at epochs 1, 2, 3 …"""
        self._figure, self._colors = figure, colors
        self._whole = float(figure.layout["xaxis"]["range"][1])
        self._log = figure.layout["yaxis"].get("type") == "log"
        self._low, self._high = (float(end) for end in figure.layout["yaxis"]["range"])
        self._line = ROW / height
        self._rows: list[list[tuple[float, float]]] = [[] for _ in range(ROWS)]
        self._taken: list[Box] = []
        points = [self._points(y) for y in curves if len(y)]
        self._x: Floats = np.concatenate([x for x, _ in points] or [np.zeros(0)])
        self._y: Floats = np.concatenate([y for _, y in points] or [np.zeros(0)])

    @property
    def rows(self) -> int:
        """Rows in use above the frame; one is always kept free, so that nothing jumps when the first words appear."""
        return max(1, sum(bool(row) for row in self._rows))

    def above(self, epoch: float, text: str) -> None:
        """Write over an epoch, above the frame; words without room are left out."""
        width = LETTER * letters(text) * self._whole
        late = epoch + width > self._whole
        start, end = (epoch - width, epoch) if late else (epoch, epoch + width)
        row = next((i for i, taken in enumerate(self._rows) if all(end <= a or b <= start for a, b in taken)), None)
        if row is None or start < 0:
            return
        self._rows[row].append((start, end))
        self._write(text, self._colors.quiet, x=epoch, xanchor="right" if late else "left", yshift=ROW * row)

    def level(self, y: float, text: str) -> None:
        """Write along a level line: over it or under it, near its right end if that is free."""
        width, at = LETTER * letters(text), self._share(y)
        places = [(left, bottom) for left in (1 - width, 0.0, (1 - width) / 2) for bottom in (at, at - self._line)]
        self._inside(text, self._colors.quiet, width, places)

    def point(self, x: float, y: float, text: str, color: str) -> None:
        """Write near a point, such as a curve's last."""
        width, at, along = LETTER * letters(text), self._share(min(max(y, self._floor), self._ceiling)), x / self._whole
        steps = [(step - 0.5) * self._line + shift for step in range(1, 8) for shift in (0.0, -2 * step * self._line)]
        lefts = [min(max(left, 0.0), 1 - width) for left in (along - width, along - width / 2, along)]
        self._inside(text, color, width, [(left, at + step) for step in steps for left in lefts])

    # ------------------------------------------------------------------ behind

    @property
    def _floor(self) -> float:
        return 10.0**self._low if self._log else self._low

    @property
    def _ceiling(self) -> float:
        return 10.0**self._high if self._log else self._high

    def _points(self, y: Floats) -> tuple[Floats, Floats]:
        """A curve in shares of the frame, at its own epochs and between them."""
        epochs = np.arange(1, len(y) + 1)
        known = np.isfinite(y) & ((y > 0) | (not self._log))
        if not known.any():
            return np.zeros(0), np.zeros(0)
        every = max(1, len(y) // (4 * SAMPLES))
        at = np.concatenate([epochs[known][::every], np.linspace(1, len(y), SAMPLES)])
        value = np.interp(at, epochs[known], np.log10(y[known]) if self._log else y[known])
        with np.errstate(over="ignore"):
            return at / self._whole, (value - self._low) / (self._high - self._low)

    def _share(self, y: float) -> float:
        return ((math.log10(y) if self._log else y) - self._low) / (self._high - self._low)

    def _inside(self, text: str, color: str, width: float, places: Sequence[tuple[float, float]]) -> None:
        """Write at the first of these places (left, bottom) that is free, or at the one that covers least."""
        boxes = [Box(left, left + width, bottom, bottom + self._line) for left, bottom in places]
        box = min([box for box in boxes if box.bottom > -0.01 and box.top < 1.01] or boxes, key=self._covered)
        self._taken.append(box)
        at = self._low + (box.bottom + box.top) / 2 * (self._high - self._low)
        left = (box.left + box.right) / 2 < 0.5
        self._write(
            text,
            color,
            x=(box.left if left else box.right) * self._whole,
            xanchor="left" if left else "right",
            y=at,  # annotations on a log axis stand at the exponent
            yref="y",
            yanchor="middle",
        )

    def _covered(self, box: Box) -> float:
        curves = (self._x >= box.left) & (self._x <= box.right) & (self._y >= box.bottom) & (self._y <= box.top)
        return float(curves.sum()) + 1_000 * sum(box.meets(other) for other in self._taken)

    def _write(self, text: str, color: str, **where: object) -> None:
        font = {"color": color, "size": 11}
        self._figure.add_annotation(
            text=text, showarrow=False, font=font, **{"y": 1, "yref": "paper", "yanchor": "bottom"} | where
        )
