"""Learning curves: loss and accuracy by epoch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rnn_core import History
from rnn_core.arrays import Floats, Ints
from rnn_core.training.findings import falls
from ui.figures.palette import Palette, across, frame, plain, upright

HEIGHT = 338
MOST_MARKS = 8
MOST_POWERS = 8
"""Powers of ten that a log axis names."""
MOST_FALLS = 60
MOST_POINTS = 400
LN2 = math.log(2)


def thin(y: Floats, most: int = MOST_POINTS) -> Ints:
    """Return the places (from 0) of about `most` points that keep both ends and each stretch's smallest and largest value."""
    n = len(y)
    if n <= most:
        return np.arange(n)
    width = -(-n // (most // 2))
    stretches = np.concatenate([y, np.full(-n % width, y[-1])]).reshape(-1, width)
    starts = np.arange(len(stretches)) * width
    return np.unique(np.concatenate([[0, n - 1], starts + stretches.argmin(axis=1), starts + stretches.argmax(axis=1)]))


def smoothed(y: Floats, weight: float) -> Floats:
    """Return the exponential moving average with this weight (0 to 1) on the past, corrected for its start; NaN is left out."""
    if not weight:
        return y
    shown: Floats = pd.Series(y).ewm(alpha=1 - weight, adjust=True).mean().to_numpy()
    return shown


def line(figure: go.Figure, y: Floats, name: str, color: str, width: float = 1.8, **style: Any) -> None:
    """Return one curve with epochs counted from 1 and a gap where a value is not finite."""
    places = thin(np.nan_to_num(y, nan=0.0, posinf=0.0))
    figure.add_scatter(
        x=places + 1,
        y=np.where(np.isfinite(y), y, np.nan)[places],
        name=name,
        mode=style.pop("mode", "markers" if len(y) == 1 else "lines"),
        line={"color": color, "width": width} | style.pop("line", {}),
        hovertemplate="%{y:.3f}",
        **style,
    )


def reference(figure: go.Figure, y: float, text: str, colors: Palette, *, log: bool = False, side: str = "middle") -> None:
    """A dotted line with words beside its right end, out of every curve's way. side: "bottom" or "top" puts them above or below it."""
    across(figure, y, {"color": colors.quiet, "width": 1, "dash": "dot"})
    figure.add_annotation(
        x=1,
        xref="paper",
        xanchor="left",
        xshift=6,
        y=math.log10(y) if log else y,  # annotations on a log axis stand at the exponent
        yanchor=side,
        align="left",
        text=text,
        showarrow=False,
        font={"color": colors.quiet, "size": 11},
    )


LEGEND, ROW, ROWS, BESIDE, BELOW, LINE = 40, 15, 3, 62, 56, 19
"""Pixels: above the curves for the legend and for each row of words, of which there are so many at most; to the right; below; and
for each line that other runs may add to the legend."""
LETTER = 0.019
"""About the share of a narrow chart's width that one letter takes."""


class _Words:
    """Words over vertical lines, above the frame where no curve runs; those without room are left out."""

    def __init__(self, figure: go.Figure, colors: Palette) -> None:
        self._figure, self._colors = figure, colors
        self._taken: list[list[tuple[float, float]]] = [[] for _ in range(ROWS)]

    @property
    def rows(self) -> int:
        """Rows in use; one is always kept free, so that nothing jumps when the first words appear."""
        return max(1, sum(bool(row) for row in self._taken))

    def add(self, epoch: int, text: str) -> None:
        whole = self._figure.layout.xaxis.range[1]
        width = LETTER * len(text) * whole
        late = epoch + width > whole
        start, end = (epoch - width, epoch) if late else (epoch, epoch + width)
        row = next((i for i, taken in enumerate(self._taken) if all(end <= a or b <= start for a, b in taken)), None)
        if row is None or start < 0:
            return
        self._taken[row].append((start, end))
        self._figure.add_annotation(
            x=epoch,
            xanchor="right" if late else "left",
            y=1,
            yref="paper",
            yanchor="bottom",
            yshift=ROW * row,
            text=text,
            showarrow=False,
            font={"color": self._colors.quiet, "size": 11},
        )


def epochs_axis(figure: go.Figure, epochs: int) -> None:
    """Span the whole run from its start, so that the curves grow into the frame and nothing jumps."""
    figure.update_xaxes(range=[0, max(epochs, 2)])


def so_far(epoch: int, epochs: int) -> int:
    """Return where the frame ends for a run seen close up: the next of 10, 20, 50, 100 … epochs, or the run's last."""
    end = 10
    for factor in (2.0, 2.5, 2.0) * len(str(epoch)):
        if epoch <= end:
            break
        end = int(end * factor)
    return min(epochs, end)


@dataclass(frozen=True)
class View:
    """How curves are drawn, and what is drawn beside them."""

    log: bool = False
    """a log axis for the loss"""
    smoothing: float = 0.0
    """weight of the past in the smoothed line; 0 for the raw line alone"""
    others: tuple[tuple[str, History], ...] = ()
    """other runs by name: their training curves"""
    changes: tuple[tuple[int, str], ...] = ()
    """epochs at which a setting was changed, and to what"""
    viewed: int | None = None
    """the epoch looked at, if it is not the latest"""
    bag_of_words: float | None = None
    """train accuracy of the baseline that ignores word order"""
    majority: float | None = None
    """accuracy of always answering the most frequent label"""
    chance: float = LN2
    """loss of finding all labels equally likely"""


DASHES = ("dash", "dot", "dashdot", "longdash")


def _curve(figure: go.Figure, y: Floats, name: str, color: str, view: View) -> None:
    """Draw a curve as recorded, or pale under its smoothed version."""
    if not view.smoothing:
        line(figure, y, name, color)
        return
    line(figure, y, f"{name}, raw", color, 1.0, opacity=0.35, showlegend=False, hoverinfo="skip")
    line(figure, smoothed(y, view.smoothing), name, color, 2.2)


def _others(figure: go.Figure, column: str, view: View, colors: Palette) -> None:
    for (name, history), dash in zip(view.others, DASHES, strict=False):
        y = smoothed(getattr(history.columns, column), view.smoothing)
        line(figure, y, plain(name), colors.quiet, 1.4, line={"dash": dash})


def _marks(figure: go.Figure, history: History, view: View, colors: Palette) -> int:
    """Mark the first epoch with all right, the changes on the way and the epoch looked at; return how many rows of words that took."""
    words = _Words(figure, colors)
    first = history.first_perfect_epoch()
    if first is not None:
        upright(figure, first, {"color": colors.quiet, "width": 1})
        words.add(first, f"first 100 %: epoch {first}")
    for epoch, text in reversed(view.changes[-MOST_MARKS:]):
        upright(figure, epoch, {"color": colors.quiet, "width": 1, "dash": "dash"})
        words.add(epoch, text)
    if view.viewed is not None:
        upright(figure, view.viewed, {"color": colors.accent, "width": 2})
    return words.rows


def _frame(figure: go.Figure, colors: Palette, rows: int, view: View, y: str) -> None:
    """Leave room above for the legend and the words over vertical lines, and on the right for those beside level ones."""
    frame(figure, colors, height=HEIGHT + LINE * len(view.others), x="epoch", y=y, legend=True)
    top = LEGEND + ROW * rows
    figure.layout.margin.update(t=top, r=BESIDE)
    # Over the words, in shares of the frame's height, as far as it is known. Plotly makes room for several lines.
    figure.layout.legend.y = 1 + (ROW * rows + 2) / (HEIGHT - top - BELOW)


def loss(history: History, epochs: int, colors: Palette, view: View = View()) -> go.Figure:  # frozen
    """Draw cross-entropy by epoch, train and test, with the line of a coin flip."""
    figure = go.Figure()
    c = history.columns
    epochs_axis(figure, max([epochs, *(len(other) for _, other in view.others)]))
    _curve(figure, c.train_loss, "train", colors.train, view)
    if np.isfinite(c.test_loss).any() or not len(history):
        _curve(figure, c.test_loss, "test", colors.test, view)
    _others(figure, "train_loss", view, colors)
    reference(figure, view.chance, f"chance,<br>{view.chance:.3f}", colors, log=view.log)
    rows = _marks(figure, history, view, colors)
    _frame(figure, colors, rows, view, "cross-entropy (nats)")
    shown = np.concatenate([c.train_loss, c.test_loss, *(other.columns.train_loss for _, other in view.others)])
    shown = shown[np.isfinite(shown)]
    if view.log:
        low, high = log_limits(shown[shown > 0] if (shown > 0).any() else np.array([LN2]))
        figure.update_yaxes(type="log", range=[low, high], dtick=-((low - high) // MOST_POWERS), exponentformat="power")
        return figure
    top = float(shown.max()) if len(shown) else LN2
    # Steps of a fifth up to the usual height, then doublings: the frame seldom moves.
    limit = 0.8 if top <= 0.78 else 0.8 * 2.0 ** min(math.ceil(math.log2(top) - math.log2(0.78)), 1023)
    figure.update_yaxes(range=[0, limit])
    return figure


def log_limits(values: Floats) -> tuple[int, int]:
    """Return whole exponents of ten around the positive values and ln 2, so that the frame seldom moves."""
    low, high = min(float(values.min()), LN2), max(float(values.max()), LN2)
    return max(math.floor(math.log10(low)), -300), min(math.ceil(math.log10(high) + 0.05), 307)


def accuracy(history: History, epochs: int, colors: Palette, view: View = View()) -> go.Figure:  # frozen
    """Draw accuracy by epoch, train and test, and mark when it first reached 100 % on training and when it fell again."""
    figure = go.Figure()
    c = history.columns
    epochs_axis(figure, max([epochs, *(len(other) for _, other in view.others)]))
    _curve(figure, c.train_accuracy, "train", colors.train, view)
    if np.isfinite(c.test_accuracy).any() or not len(history):
        _curve(figure, c.test_accuracy, "test", colors.test, view)
    _others(figure, "train_accuracy", view, colors)
    named = ((view.majority, "majority<br>class"), (view.bag_of_words, "bag of<br>words"))
    levels = sorted((level, text) for level, text in named if level is not None)
    sides = ("top", "bottom") if len(levels) > 1 else ("middle",)  # words under the lower line, and over the upper
    for (level, text), side in zip(levels, sides, strict=False):
        reference(figure, level, text, colors, side=side)
    if fallen := falls(history)[-MOST_FALLS:]:
        figure.add_scatter(
            x=[fall.first for fall in fallen],
            y=[float(c.train_accuracy[fall.first - 1]) for fall in fallen],
            name="under 98 %",
            mode="markers",
            marker={"symbol": "triangle-down-open", "size": 8, "color": colors.train},
            hovertemplate="%{y:.3f}",
        )
    rows = _marks(figure, history, view, colors)
    _frame(figure, colors, rows, view, "share right")
    figure.update_yaxes(range=[0, 1.04], tickformat=".0%")
    return figure
