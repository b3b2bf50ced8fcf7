"""One side of a comparison: a curve for each seed, their median, and the band that holds them all."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from rnn_core import History
from rnn_core.arrays import Floats
from rnn_core.data.bounds import Bounds
from rnn_core.training.twins import fan
from ui.figures.curves import LN2, epochs_axis, line, log_limits, thin
from ui.figures.palette import Palette, across, frame, powers_axis

MOST_POINTS = 200


def accuracy(runs: Sequence[tuple[History, bool]], epochs: int, bounds: Bounds, colors: Palette) -> go.Figure:
    """Draw train accuracy by epoch for the runs of one side; each comes with whether it has ended. Dotted: from where a run has learned."""
    figure = go.Figure()
    _fan(figure, [history.columns.train_accuracy for history, _ in runs], [over for _, over in runs], colors)
    _level(figure, bounds.learned, colors)
    frame(figure, colors, height=230, x="epoch", y="train accuracy")
    figure.update_yaxes(range=[0, 1.04], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1])
    epochs_axis(figure, epochs)
    return figure


def loss(
    runs: Sequence[tuple[History, bool]], epochs: int, limits: tuple[int, int], bounds: Bounds, colors: Palette
) -> go.Figure:
    """Draw train loss by epoch on a log axis between two powers of ten that all sides share."""
    figure = go.Figure()
    _fan(figure, [history.columns.train_loss for history, _ in runs], [over for _, over in runs], colors)
    _level(figure, bounds.chance_loss, colors)
    frame(figure, colors, height=210, x="epoch", y="train loss (nats)")
    powers_axis(figure, *limits)
    epochs_axis(figure, epochs)
    return figure


def loss_limits(histories: Sequence[History]) -> tuple[int, int]:
    """Return exponents of ten around every train loss."""
    values = np.concatenate([np.array([LN2]), *(history.columns.train_loss for history in histories)])
    return log_limits(np.maximum(values[np.isfinite(values) & (values > 0)], 1e-6))


def _level(figure: go.Figure, y: float, colors: Palette) -> None:
    """A dotted line without words: in so small a picture they would run over the curves."""
    across(figure, y, {"color": colors.quiet, "width": 1, "dash": "dot"})


def _fan(figure: go.Figure, curves: Sequence[Floats], over: Sequence[bool], colors: Palette) -> None:
    """Draw the band, each run thin and pale, the median over them, and a cross where a run ended before the others."""
    drawn = fan(curves, over)
    if len(curves) > 1 and len(drawn.median):
        places = sorted({*thin(drawn.low, MOST_POINTS), *thin(drawn.high, MOST_POINTS)})
        x = [int(place) + 1 for place in places]
        figure.add_scatter(
            x=[*x, *reversed(x)],
            y=[*drawn.high[places].tolist(), *reversed(drawn.low[places].tolist())],
            name="all seeds",
            mode="none",
            fill="toself",
            fillcolor=colors.train,
            opacity=0.18,
            hoverinfo="skip",
        )
        for i, curve in enumerate(curves):
            line(figure, curve, f"seed {i + 1} of {len(curves)}", colors.train, 0.8, opacity=0.45, hoverinfo="skip")
    if len(drawn.median):
        name = "median" if len(curves) > 1 else "train"
        line(figure, drawn.median, name, colors.train, 2.4)
        figure.data[-1].hovertemplate = "epoch %{x}: %{y:.3f}<extra></extra>"
    longest = max((len(curve) for curve in curves), default=0)
    ends = [
        (len(curve), float(curve[-1])) for curve, ended in zip(curves, over, strict=True) if ended and 0 < len(curve) < longest
    ]
    if ends:
        figure.add_scatter(
            x=[epoch for epoch, _ in ends],
            y=[value if math.isfinite(value) else None for _, value in ends],
            name="ended early",
            mode="markers",
            marker={"symbol": "x-thin", "size": 9, "line": {"width": 2, "color": colors.ink}},
            hovertemplate="ended after epoch %{x}<extra></extra>",
        )
