"""Curves over the epochs: loss and accuracy while training."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from rnn_core import History
from rnn_core.compiled import Floats, Ints
from rnn_core.remarks import falls_again
from ui.figures.palette import Palette, across, frame, plain, upright

MOST_POINTS = 400
LN2 = math.log(2)


def thin(y: Floats, most: int = MOST_POINTS) -> Ints:
    """Places (from 0) of at most about `most` points that keep each stretch's smallest and largest value, and both ends."""
    n = len(y)
    if n <= most:
        return np.arange(n)
    width = -(-n // (most // 2))
    stretches = np.concatenate([y, np.full(-n % width, y[-1])]).reshape(-1, width)
    starts = np.arange(len(stretches)) * width
    return np.unique(np.concatenate([[0, n - 1], starts + stretches.argmin(axis=1), starts + stretches.argmax(axis=1)]))


def smoothed(y: Floats, weight: float) -> Floats:
    """Exponential moving average with this weight (0 to 1) on the past, rid of the bias of its start; NaN stays out of it."""
    if not weight:
        return y
    shown: Floats = pd.Series(y).ewm(alpha=1 - weight, adjust=True).mean().to_numpy()
    return shown


def line(figure: go.Figure, y: Floats, name: str, colour: str, width: float = 1.8, **style: Any) -> None:
    """One curve, epochs counted from 1, with a break where a value is not a finite number."""
    places = thin(np.nan_to_num(y, nan=0.0, posinf=0.0))
    figure.add_scatter(
        x=places + 1,
        y=np.where(np.isfinite(y), y, np.nan)[places],
        name=name,
        mode=style.pop("mode", "markers" if len(y) == 1 else "lines"),
        line={"color": colour, "width": width} | style.pop("line", {}),
        hovertemplate="%{y:.3f}",
        **style,
    )


def reference(figure: go.Figure, y: float, text: str, colours: Palette, *, log: bool = False) -> None:
    """A dotted line with words at its right end, just above it."""
    across(figure, y, {"color": colours.quiet, "width": 1, "dash": "dot"})
    figure.add_annotation(
        x=1,
        xref="paper",
        xanchor="right",
        y=math.log10(y) if log else y,  # annotations on a log axis stand at the exponent
        yanchor="bottom",
        text=text,
        showarrow=False,
        font={"color": colours.quiet, "size": 11},
    )


def _mark(figure: go.Figure, epoch: int, text: str, colours: Palette, *, low: float = 0.04, dash: str = "solid") -> None:
    """An upright line at an epoch, with words at its foot, on the side where there is room."""
    upright(figure, epoch, {"color": colours.quiet, "width": 1, "dash": dash})
    late = bool(figure.layout.xaxis.range) and epoch > 0.6 * figure.layout.xaxis.range[1]
    if text:
        figure.add_annotation(
            x=epoch,
            y=low,
            yref="paper",
            xanchor="right" if late else "left",
            xshift=-4 if late else 4,
            text=text,
            showarrow=False,
            font={"color": colours.quiet, "size": 11},
        )


def epochs_axis(figure: go.Figure, epochs: int) -> None:
    """The whole run from its start, so that the curves grow into the frame and nothing jumps while they do."""
    figure.update_xaxes(range=[0, max(epochs, 2)])


@dataclass(frozen=True)
class View:
    """How curves are drawn, and what beside them."""

    log: bool = False
    """a log axis for the loss"""
    smoothing: float = 0.0
    """weight of the past in the line drawn over the raw one; 0: the raw one alone"""
    others: tuple[tuple[str, History], ...] = ()
    """other runs by name: their training curves"""
    changes: tuple[tuple[int, str], ...] = ()
    """epochs at which a setting was changed, and to what"""
    viewed: int | None = None
    """the epoch that is being looked at, if it is not the latest"""
    bag_of_words: tuple[float, float | None] | None = None
    """train and test accuracy of the baseline that does not know of order"""
    majority: float | None = None
    """accuracy of always answering the most frequent label"""


DASHES = ("dash", "dot", "dashdot", "longdash")


def _curve(figure: go.Figure, y: Floats, name: str, colour: str, view: View) -> None:
    """A curve as recorded, or pale under its smoothed self."""
    if not view.smoothing:
        line(figure, y, name, colour)
        return
    line(figure, y, f"{name}, raw", colour, 1.0, opacity=0.35, showlegend=False, hoverinfo="skip")
    line(figure, smoothed(y, view.smoothing), name, colour, 2.2)


def _others(figure: go.Figure, column: str, view: View, colours: Palette) -> None:
    for (name, history), dash in zip(view.others, DASHES, strict=False):
        y = smoothed(getattr(history.columns, column), view.smoothing)
        line(figure, y, plain(name), colours.quiet, 1.4, line={"dash": dash})


def _marks(figure: go.Figure, view: View, colours: Palette, *, words: bool) -> None:
    """What was changed on the way, and the epoch that is being looked at."""
    for i, (epoch, text) in enumerate(view.changes[-MOST_MARKS:]):
        _mark(figure, epoch, text if words else "", colours, low=0.12 + 0.08 * (i % 3), dash="dash")
    if view.viewed is not None:
        upright(figure, view.viewed, {"color": colours.accent, "width": 2})


MOST_MARKS = 8
MOST_POWERS = 8
"""Powers of ten that are named on a log axis."""


def loss(history: History, epochs: int, colours: Palette, view: View = View()) -> go.Figure:  # frozen
    """Cross-entropy by epoch, train and test, with the line of a coin flip."""
    figure = go.Figure()
    c = history.columns
    epochs_axis(figure, max([epochs, *(len(other) for _, other in view.others)]))
    _curve(figure, c.train_loss, "train", colours.train, view)
    if np.isfinite(c.test_loss).any() or not len(history):
        _curve(figure, c.test_loss, "test", colours.test, view)
    _others(figure, "train_loss", view, colours)
    reference(figure, LN2, "ln 2: a coin flip", colours, log=view.log)
    first = history.first_perfect_epoch()
    if first is not None:
        _mark(figure, first, "", colours)
    _marks(figure, view, colours, words=True)
    frame(figure, colours, height=320, x="epoch", y="cross-entropy (nats)", legend=True)
    shown = np.concatenate([c.train_loss, c.test_loss, *(other.columns.train_loss for _, other in view.others)])
    shown = shown[np.isfinite(shown)]
    if view.log:
        low, high = log_limits(shown[shown > 0] if (shown > 0).any() else np.array([LN2]))
        figure.update_yaxes(type="log", range=[low, high], dtick=-((low - high) // MOST_POWERS), exponentformat="power")
        return figure
    top = float(shown.max()) if len(shown) else LN2
    # Steps of a fifth while the picture fits the usual one, then doublings: the frame moves seldom.
    limit = 0.8 if top <= 0.78 else 0.8 * 2.0 ** min(math.ceil(math.log2(top) - math.log2(0.78)), 1023)
    figure.update_yaxes(range=[0, limit])
    return figure


def log_limits(values: Floats) -> tuple[int, int]:
    """Whole exponents of ten around positive values and ln 2, so that the frame moves seldom."""
    low, high = min(float(values.min()), LN2), max(float(values.max()), LN2)
    return max(math.floor(math.log10(low)), -300), min(math.ceil(math.log10(high) + 0.05), 307)


def accuracy(history: History, epochs: int, colours: Palette, view: View = View()) -> go.Figure:  # frozen
    """Share of sentences right by epoch, train and test; when every training sentence was right first, and fell again."""
    figure = go.Figure()
    c = history.columns
    epochs_axis(figure, max([epochs, *(len(other) for _, other in view.others)]))
    _curve(figure, c.train_accuracy, "train", colours.train, view)
    if np.isfinite(c.test_accuracy).any() or not len(history):
        _curve(figure, c.test_accuracy, "test", colours.test, view)
    _others(figure, "train_accuracy", view, colours)
    if view.majority is not None:
        reference(figure, view.majority, "always the most frequent label", colours)
    if view.bag_of_words is not None:
        reference(figure, view.bag_of_words[0], "bag of words, train", colours)
    first = history.first_perfect_epoch()
    if first is not None:
        _mark(figure, first, f"every sentence right: epoch {first}", colours)
    if falls := falls_again(history)[-MOST_FALLS:]:
        figure.add_scatter(
            x=list(falls),
            y=[float(c.train_accuracy[epoch - 1]) for epoch in falls],
            name="under 98 % again",
            mode="markers",
            marker={"symbol": "triangle-down-open", "size": 8, "color": colours.train},
            hovertemplate="%{y:.3f}",
        )
    _marks(figure, view, colours, words=False)
    frame(figure, colours, height=320, x="epoch", y="share right", legend=True)
    figure.update_yaxes(range=[0, 1.04], tickformat=".0%")
    return figure


MOST_FALLS = 60
