"""A comparison: the sides in one picture, each with a color, a curve for each seed, their median, and a name at its end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnn_core import History
from rnn_core.arrays import Floats
from rnn_core.data.bounds import Bounds
from rnn_core.sweeps.comparisons import fan, forgot
from ui.figures.chart import Chart
from ui.figures.curves import LN2, epochs_axis, line, log_limits
from ui.figures.palette import Palette, across, frame, powers_axis
from ui.language import gettext

HEIGHT, BESIDE = 400, 116
"""Pixels: of the picture, and on its right for the names."""
APART = 0.075
"""The least distance of two names, as a share of the axis."""


class Side(NamedTuple):
    """What is drawn of one side."""

    name: str
    runs: Sequence[tuple[History, bool]]
    """each with whether it has ended"""


def accuracy(sides: Sequence[Side], epochs: int, bounds: Bounds, colors: Palette) -> Chart:
    """Draw train accuracy by epoch. Dotted: from where a run has learned. A triangle marks where a run forgot what it had learned."""
    figure = Chart()
    ends = _curves(figure, sides, "train_accuracy", colors)
    _forgotten(figure, sides, bounds, colors)
    _level(figure, bounds.learned, colors)
    frame(figure, colors, height=HEIGHT, x=gettext("epoch"), y=gettext("train accuracy"))
    figure.update_yaxes(range=[0, 1.04], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1])
    _names(figure, ends, 0.0, 1.04, epochs)
    return figure


def loss(sides: Sequence[Side], epochs: int, bounds: Bounds, colors: Palette) -> Chart:
    """Draw train loss by epoch on a log axis. Dotted: the loss of finding all labels equally likely."""
    figure = Chart()
    ends = _curves(figure, sides, "train_loss", colors)
    _level(figure, bounds.chance_loss, colors)
    frame(figure, colors, height=HEIGHT, x=gettext("epoch"), y=gettext("train loss (nats)"))
    low, high = loss_limits([history for side in sides for history, _ in side.runs])
    powers_axis(figure, low, high)
    logarithms = {name: math.log10(value) for name, value in ends.items() if value > 0}
    _names(figure, logarithms, low, high, epochs)
    return figure


def sketch(names: Sequence[str], curves: Sequence[Sequence[int]], colors: Palette) -> Chart:
    """Draw a small picture of what a comparison looks like. curves: of each side, evenly spread over the run, in percent."""
    figure = Chart()
    for name, curve, color in zip(names, curves, colors.compared, strict=False):
        line(figure, np.array(curve) / 100, name, color, 2.0, hoverinfo="skip")
    frame(figure, colors, height=120)
    figure.update_traces(hovertemplate=None)
    figure.update_yaxes(range=[0, 1.06], tickformat=".0%", tickvals=[0, 0.5, 1])
    _names(figure, {name: curve[-1] / 100 for name, curve in zip(names, curves, strict=True)}, 0.0, 1.06, len(curves[0]), 0.17)
    figure.update_xaxes(visible=False)
    return figure


def loss_limits(histories: Sequence[History]) -> tuple[int, int]:
    """Return exponents of ten around every train loss."""
    values = np.concatenate([np.array([LN2]), *(history.columns.train_loss for history in histories)])
    return log_limits(np.maximum(values[np.isfinite(values) & (values > 0)], 1e-6))


def spread(places: Sequence[float], low: float, high: float, apart: float = APART) -> list[float]:
    """Return places (n,) on an axis moved apart, in their order, so that names at them do not run over each other."""
    least = apart * (high - low)
    moved: list[float] = []
    for place in sorted(places):
        moved.append(max(place, moved[-1] + least) if moved else place)
    over = max(0.0, moved[-1] - (high - least / 2)) if moved else 0.0
    for i in range(len(moved) - 1, -1, -1):  # push those at the top down again
        room = moved[i + 1] - least if i + 1 < len(moved) else moved[i] - over
        moved[i] = min(moved[i], room)
    ranks = {place: rank for rank, place in enumerate(sorted(range(len(places)), key=places.__getitem__))}
    return [moved[ranks[i]] for i in range(len(places))]


def _level(figure: Chart, y: float, colors: Palette) -> None:
    across(figure, y, {"color": colors.quiet, "width": 1, "dash": "dot"})


def _curves(figure: Chart, sides: Sequence[Side], column: str, colors: Palette) -> dict[str, float]:
    """Draw each seed thin and pale, the medians over them, and a cross where a run ended early; return the medians' last values."""
    ends: dict[str, float] = {}
    fans = {}
    value = "%{y:.1%}" if column == "train_accuracy" else "%{y:.3f}"
    hover = gettext("epoch {epoch}: {value}", epoch="%{x}", value=value)
    for side, color in zip(sides, colors.compared, strict=False):
        curves = [getattr(history.columns, column) for history, _ in side.runs]
        fans[side.name] = fan(curves, [over for _, over in side.runs]).median
        for k, curve in enumerate(curves if len(curves) > 1 else (), start=1):
            name = gettext("{side}, seed {seed} of {seeds}", side=side.name, seed=k, seeds=len(curves))
            line(figure, curve, name, color, 0.8, opacity=0.35, hoverinfo="skip")
        _ended(figure, side, curves, color)
    for (name, median), color in zip(fans.items(), colors.compared, strict=False):
        if len(median):
            line(figure, median, name, color, 2.8)
            figure.traces[-1]["hovertemplate"] = f"{hover}<extra>{name}</extra>"
            if math.isfinite(median[-1]):
                ends[name] = float(median[-1])
    return ends


def _ended(figure: Chart, side: Side, curves: Sequence[Floats], color: str) -> None:
    longest = max((len(curve) for curve in curves), default=0)
    ends = [
        (len(curve), float(curve[-1]))
        for curve, (_, ended) in zip(curves, side.runs, strict=True)
        if ended and 0 < len(curve) < longest
    ]
    if ends:
        figure.add_scatter(
            x=[epoch for epoch, _ in ends],
            y=[value if math.isfinite(value) else None for _, value in ends],
            name=gettext("{side}, ended early", side=side.name),
            mode="markers",
            marker={"symbol": "x-thin", "size": 9, "line": {"width": 2, "color": color}},
            hovertemplate=gettext("ended after epoch {epoch}", epoch="%{x}") + "<extra></extra>",
        )


def _forgotten(figure: Chart, sides: Sequence[Side], bounds: Bounds, colors: Palette) -> None:
    for side, color in zip(sides, colors.compared, strict=False):
        lost = [fall for history, _ in side.runs if (fall := forgot(history, bounds)) is not None]
        fell = gettext("forgot what it had learned: {accuracy} in epoch {epoch}", accuracy="%{y:.0%}", epoch="%{x}")
        if lost:
            figure.add_scatter(
                x=[fall.epoch for fall in lost],
                y=[fall.value for fall in lost],
                name=gettext("{side}, forgot", side=side.name),
                mode="markers",
                marker={"symbol": "triangle-down", "size": 12, "color": color, "line": {"width": 1, "color": colors.paper}},
                hovertemplate=f"{fell}<extra>{side.name}</extra>",
            )


def _names(figure: Chart, ends: dict[str, float], low: float, high: float, epochs: int, apart: float = APART) -> None:
    """Write each side's name to the right of its median's end, in its color."""
    places = spread(list(ends.values()), low, high, apart)
    hues = {trace["name"]: trace["line"]["color"] for trace in figure.traces if trace["name"] in ends}
    for name, place in zip(ends, places, strict=True):
        figure.add_annotation(
            x=1,
            xref="paper",
            xanchor="left",
            xshift=6,
            y=place,
            text=name,
            showarrow=False,
            font={"color": hues[name], "size": 13},
        )
    figure.update_layout(margin={"r": BESIDE})
    epochs_axis(figure, epochs)
