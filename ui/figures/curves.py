"""Learning curves: loss and accuracy by epoch."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from rnn_core import History
from rnn_core.arrays import Floats, Ints
from rnn_core.training.story import Story
from ui.figures.chart import Chart
from ui.figures.labels import ROW, Labels
from ui.figures.palette import Palette, across, frame, plain, upright
from ui.language import gettext, number, percent

LOSS_HEIGHT, ACCURACY_HEIGHT = 360, 270
MOST_MARKS = 8
MOST_POWERS = 8
"""Powers of ten that a log axis names."""
MOST_FALLS, MOST_FALLS_NAMED = 60, 3
MOST_BESIDE = 6
"""Runs that are drawn beside the shown one."""
FLAT = 2.5
"""A run beside whose loss goes beyond so many times the others' leaves the frame, so that it does not flatten them."""
NICE = (1, 1.1, 1.2, 1.35, 1.5, 1.75, 2, 2.25, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 11)
"""Where an axis may end, times a power of ten: seldom far from the data, and seldom moved."""
MOST_POINTS = 400
LN2 = math.log(2)
NOTHING = Story()


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


def line(figure: Chart, y: Floats, name: str, color: str, width: float = 1.8, **style: Any) -> None:
    """Draw one curve with epochs counted from 1 and a gap where a value is not finite."""
    places = thin(np.nan_to_num(y, nan=0.0, posinf=0.0))
    figure.add_scatter(
        x=places + 1,
        y=np.where(np.isfinite(y), y, np.nan)[places],
        name=name,
        mode=style.pop("mode", "markers" if len(y) == 1 else "lines"),
        line={"color": color, "width": width} | style.pop("line", {}),
        hovertemplate=style.pop("hovertemplate", "%{y:.3~g}"),
        **style,
    )


LEGEND, BELOW, LEFT = 26, 48, 58
"""Pixels: above the curves for the legend, below them, and on the left, where both charts have the same margin."""


def epochs_axis(figure: Chart, epochs: int) -> None:
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


class Beside(NamedTuple):
    """Another run, drawn beside the shown one."""

    name: str
    history: History
    place: int
    """of its color among those for runs that are compared"""


@dataclass(frozen=True)
class View:
    """How curves are drawn, and what is drawn beside them."""

    log: bool = False
    """a log axis for the loss"""
    smoothing: float = 0.0
    """weight of the past in the smoothed line; 0 for the raw line alone"""
    name: str = ""
    """of the shown run, written at its line's end where others are drawn beside it"""
    others: tuple[Beside, ...] = ()
    """other runs: their training curves"""
    changes: tuple[tuple[int, str], ...] = ()
    """epochs at which a setting was changed, and to what"""
    viewed: int | None = None
    """the epoch looked at, if it is not the latest"""
    kept: tuple[int, ...] = ()
    """epochs that can be gone back to, each a dot on the train curve to click on"""
    story: Story = NOTHING
    """what is marked of a run that stands still"""
    bag_of_words: float | None = None
    """train accuracy of the baseline that ignores word order"""
    majority: float | None = None
    """accuracy of always answering the most frequent label"""
    chance: float = LN2
    """loss of finding all labels equally likely"""


def loss(history: History, epochs: int, colors: Palette, view: View = View()) -> Chart:  # frozen
    """Draw cross-entropy by epoch, test under train, with the line of chance and the turns of the run."""
    figure = Chart()
    c = history.columns
    _frame(figure, epochs, colors, view, LOSS_HEIGHT, gettext("cross-entropy (nats)"))
    lines = [c.train_loss, c.test_loss, *(other.history.columns.train_loss for other in view.others)]
    if view.log:
        shown = np.concatenate(lines)
        positive = shown[np.isfinite(shown) & (shown > 0)]
        low, high = log_limits(positive if len(positive) else np.array([LN2]))
        figure.update_yaxes(type="log", range=[low, high], dtick=-((low - high) // MOST_POWERS), exponentformat="power")
    else:
        own = np.concatenate(lines[:2])
        figure.update_yaxes(range=[0, loss_limit([own, *lines[2:]], view.chance)])
    labels = Labels(figure, colors, lines, LOSS_HEIGHT - LEGEND - ROW - BELOW)
    across(figure, view.chance, {"color": colors.quiet, "width": 1, "dash": "dot"})
    labels.level(view.chance, gettext("chance, {loss}", loss=f"{view.chance:.3f}"))
    _stretches(figure, labels, view.story, colors)
    _curves(figure, "loss", history, view, colors, labels)
    if (lowest := view.story.lowest_test) is not None:
        value = float(c.test_loss[lowest - 1])
        _point(figure, gettext("lowest test loss"), lowest, value, "circle-open", colors.test, "%{y:.3~g}")
        labels.point(lowest, value, gettext("lowest test loss, {loss}", loss=f"{value:.3g}"), colors.test)
    _marks(figure, labels, history, view, colors)
    return figure


def accuracy(history: History, epochs: int, colors: Palette, view: View = View()) -> Chart:  # frozen
    """Draw accuracy by epoch, test under train, with what takes no reading in order, and where the run forgot."""
    figure = Chart()
    c = history.columns
    _frame(figure, epochs, colors, view, ACCURACY_HEIGHT, gettext("accuracy"))
    figure.update_yaxes(range=[0, 1.04], tickformat=".0%")
    lines = [c.train_accuracy, c.test_accuracy, *(other.history.columns.train_accuracy for other in view.others)]
    labels = Labels(figure, colors, lines, ACCURACY_HEIGHT - LEGEND - ROW - BELOW)
    for level, text in ((view.bag_of_words, gettext("bag of words")), (view.majority, gettext("majority class"))):
        if level is not None:
            across(figure, level, {"color": colors.quiet, "width": 1, "dash": "dot"})
            labels.level(level, text)
    _curves(figure, "accuracy", history, view, colors, labels)
    if fallen := view.story.falls[-MOST_FALLS:]:
        x, y = [fall.epoch for fall in fallen], [fall.value for fall in fallen]
        _point(figure, gettext("forgot"), x, y, "triangle-down-open", colors.train, "%{y:.1%}")
        for fall in sorted(fallen, key=lambda fall: fall.value)[:MOST_FALLS_NAMED]:
            labels.above(fall.epoch, gettext("forgot: {share}", share=percent(fall.value)))
    _marks(figure, labels, history, view, colors)
    return figure


def loss_limit(runs: Sequence[Floats], chance: float) -> float:
    """Return where the axis of the loss ends: a little over all runs, but for those that would flatten the others."""
    tops = [float(y[np.isfinite(y)].max()) for y in runs if np.isfinite(y).any()]
    calm = FLAT * max(chance, min(tops, default=0.0))
    top = max([chance, *(top for top in tops if top <= calm)])
    scale = 10.0 ** math.floor(math.log10(top))
    return min(next(end for end in NICE if end >= 1.04 * (top / scale)) * scale, sys.float_info.max)


def log_limits(values: Floats) -> tuple[int, int]:
    """Return whole exponents of ten around the positive values and ln 2, so that the frame seldom moves."""
    low, high = min(float(values.min()), LN2), max(float(values.max()), LN2)
    return max(math.floor(math.log10(low)), -300), min(math.ceil(math.log10(high) + 0.05), 307)


# ---------------------------------------------------------------------- what both have


def _frame(figure: Chart, epochs: int, colors: Palette, view: View, height: int, y: str) -> None:
    frame(figure, colors, height=height, x=gettext("epoch"), y=y, legend=True)
    epochs_axis(figure, max([epochs, *(len(other.history) for other in view.others)]))
    figure.update_xaxes(unifiedhovertitle={"text": gettext("epoch {epoch}", epoch="%{x:,d}")}, nticks=11)
    figure.update_yaxes(automargin=False)
    figure.update_layout(legend={"traceorder": "reversed"})  # train, which is drawn last, stands first


def _curves(figure: Chart, kind: str, history: History, view: View, colors: Palette, labels: Labels) -> None:
    """Draw the runs beside, then test, then train over all."""
    hover = "%{y:.1%}" if kind == "accuracy" else "%{y:.3~g}"
    for other in view.others[:MOST_BESIDE]:
        color = colors.compared[other.place % len(colors.compared)]
        y = smoothed(getattr(other.history.columns, f"train_{kind}"), view.smoothing)
        line(figure, y, plain(other.name), color, 1.8, showlegend=False, hovertemplate=hover)
        _name(labels, other.name, y, color)
    for split, color in (("test", colors.test), ("train", colors.train)):
        y, named = getattr(history.columns, f"{split}_{kind}"), gettext("test") if split == "test" else gettext("train")
        if split == "test" and len(history) and not np.isfinite(y).any():
            continue
        if view.smoothing:
            raw = gettext("test, raw") if split == "test" else gettext("train, raw")
            line(figure, y, raw, color, 1.0, opacity=0.35, showlegend=False, hoverinfo="skip")
        line(figure, smoothed(y, view.smoothing), named, color, 2.2 if view.smoothing else 1.8, hovertemplate=hover)
    if kept := [epoch for epoch in view.kept if 0 < epoch <= len(history)]:
        y = getattr(history.columns, f"train_{kind}")[np.array(kept) - 1]
        _point(figure, gettext("checkpoint"), kept, np.where(np.isfinite(y), y, np.nan).tolist(), "circle", colors.train, None)
    if view.others:
        _name(labels, view.name, smoothed(getattr(history.columns, f"train_{kind}"), view.smoothing), colors.train)


def _name(labels: Labels, name: str, y: Floats, color: str) -> None:
    """Write a run's name at its line's end."""
    known = np.flatnonzero(np.isfinite(y))
    if name and len(known):
        labels.point(int(known[-1]) + 1, float(y[known[-1]]), plain(name), color)


def _point(figure: Chart, name: str, x: Any, y: Any, symbol: str, color: str, hover: str | None) -> None:
    """Draw points on a curve. hover: None for small ones that say nothing, and can be clicked all the same."""
    figure.add_scatter(
        x=x if isinstance(x, list) else [x],
        y=y if isinstance(y, list) else [y],
        name=name,
        mode="markers",
        showlegend=False,
        marker={
            "symbol": symbol,
            "size": 9 if hover else 5,
            "color": color,
            "line": {"width": 2 if hover else 0, "color": color},
        },
        unselected={"marker": {"opacity": 1}},
        **({"hovertemplate": hover} if hover else {"hoverinfo": "none"}),
    )


def _stretches(figure: Chart, labels: Labels, story: Story, colors: Palette) -> None:
    """Shade the plateau and the drop, and name them."""
    for stretch, text, color in ((story.plateau, gettext("plateau"), colors.quiet), (story.drop, gettext("drop"), colors.train)):
        if stretch is not None:
            figure.add_shape(
                type="rect",
                x0=stretch.first if stretch.first > 1 else 0,
                x1=stretch.last,
                y0=0,
                y1=1,
                yref="y domain",
                fillcolor=color,
                opacity=0.12,
                line={"width": 0},
                layer="below",
            )
            labels.above(0 if stretch.first == 1 else stretch.first, text)


def _marks(figure: Chart, labels: Labels, history: History, view: View, colors: Palette) -> None:
    """Mark the first epoch with all right, the changes on the way and the epoch looked at; make room for the words."""
    first = history.first_perfect_epoch()
    if first is not None:
        upright(figure, first, {"color": colors.quiet, "width": 1})
        labels.above(first, gettext("first 100%, epoch {epoch}", epoch=number(first)))
    for epoch, text in reversed(view.changes[-MOST_MARKS:]):
        upright(figure, epoch, {"color": colors.quiet, "width": 1, "dash": "dash"})
        labels.above(epoch, text)
    if view.viewed is not None:
        upright(figure, view.viewed, {"color": colors.accent, "width": 2})
        labels.above(view.viewed, gettext("shown: epoch {epoch}", epoch=number(view.viewed)))
    top = LEGEND + ROW * labels.rows
    figure.layout["margin"] = {"l": LEFT, "r": 12, "t": top, "b": BELOW}
    # Over the words, in shares of the frame's height.
    figure.update_layout(legend={"y": 1 + (ROW * labels.rows + 2) / (figure.layout["height"] - top - BELOW)})
