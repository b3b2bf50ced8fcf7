"""What clipping did in each epoch: norms before and after it, the share that it changed, and how far it turned the gradient."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from rnn_core import History, TrainingConfig
from rnn_core.arrays import Floats
from ui.figures.curves import epochs_axis, line
from ui.figures.palette import Palette, frame, powers_axis

BEFORE, AFTER = ("norm_before", "norm_before_max"), ("norm_after", "norm_after_max")
"""The statistics that are drawn: the epoch's mean and its largest value."""


def thresholds(training: TrainingConfig, epochs: int, name: str | None) -> Floats:
    """Return the threshold of each epoch (N,) that bounds the norm of a parameter (None: of all together), NaN where none does.

    By value it bounds every element, by norm each parameter's norm, by global norm that of all together.
    """
    kinds = {"value", "global_norm"} if name is None else {"value", "norm"}
    line = np.full(epochs, np.nan)
    starts = sorted({1, *(change.epoch for change in training.changes)})
    for start, end in zip(starts, [*starts[1:], epochs + 1], strict=True):
        settings = training.at(start)
        if settings["clipping"] in kinds:
            line[start - 1 : end - 1] = settings["clip_threshold"]
    return line


def norms(
    history: History, name: str | None, threshold: Floats, limits: tuple[float, float], epochs: int, colors: Palette
) -> go.Figure:
    """Draw the gradient norms of one parameter (None: of all), mean and largest, before and after clipping, on a log scale.

    threshold (N,): as `thresholds` gives it. limits: the smallest and largest norm that the axis shows. epochs: of the whole run.
    """
    figure = go.Figure()
    for (mean, largest), color, width, words in (
        (BEFORE, colors.before, 3.2, ("before clipping", "largest before")),
        (AFTER, colors.after, 1.6, ("after", "largest after")),
    ):
        line(figure, _positive(history.gradient(name, mean)), words[0], color, width)
        line(figure, _positive(history.gradient(name, largest)), words[1], color, width / 2, line={"dash": "dot"})
    if np.isfinite(threshold).any():
        line(figure, threshold, "threshold", colors.quiet, 1.0, line={"dash": "dash", "shape": "hv"})
    frame(figure, colors, height=190, x="epoch", y="norm")
    low, high = (math.log10(limit) for limit in limits)
    powers_axis(figure, low, high, most=4)
    figure.update_layout(hovermode="x unified")
    epochs_axis(figure, epochs)
    return figure


def limits(history: History, training: TrainingConfig) -> tuple[float, float]:
    """Return whole powers of ten around all norms and thresholds, so that the small pictures share one scale."""
    values = history.columns.gradients[:, :, :4].reshape(-1)
    lines = [thresholds(training, len(history), name) for name in (None, "W_hh")]
    values = np.concatenate([values, *lines])
    values = values[np.isfinite(values) & (values > 0)]
    if not len(values):
        return 0.1, 1.0
    low = min(max(math.floor(math.log10(values.min())), -307), 307)  # powers of ten that are numbers themselves
    high = max(min(math.ceil(math.log10(values.max()) + math.log10(1.2)), 308), low + 1)
    return 10.0**low, 10.0**high


def shares(history: History, name: str | None, epochs: int, colors: Palette) -> go.Figure:
    """Draw the share of updates in which clipping changed a parameter (None: any of them), and the share of elements it changed.

    The scale is logarithmic, since few elements can change in many updates. Epochs without a change are gaps.
    """
    figure = go.Figure()
    updates, elements = (history.gradient(name, statistic) for statistic in ("updates_clipped", "elements_clipped"))
    points = {"mode": "lines+markers", "marker": {"size": 3}}
    line(figure, _positive(updates), "updates", colors.before, 1.4, **points)
    line(figure, _positive(elements), "elements", colors.after, 1.4, line={"dash": "dot"}, **points)
    frame(figure, colors, height=260, x="epoch", y="share changed", legend=True)
    some = elements[elements > 0]
    low = math.floor(math.log10(some.min())) if len(some) else -2
    powers = list(range(low, 1))
    shown = powers[:: -(-len(powers) // 5)]
    figure.update_yaxes(
        type="log",
        range=[low, 0.08],
        tickvals=[10.0**power for power in shown],
        ticktext=[f"{100 * 10.0**power:.{max(0, -2 - power)}f} %" for power in shown],
    )
    figure.update_traces(hovertemplate="%{y:.3%}")
    epochs_axis(figure, epochs)
    return figure


def angles(history: History, name: str | None) -> Floats:
    """Return the angle in degrees (N,) between a parameter's gradient (None: all) before and after clipping, from the mean cosine."""
    cosine: Floats = np.degrees(np.arccos(np.clip(history.gradient(name, "cosine"), -1.0, 1.0)))
    return cosine


def turn(history: History, name: str | None, epochs: int, colors: Palette) -> go.Figure:
    """Draw how far clipping turned the gradient."""
    figure = go.Figure()
    angle = angles(history, name)
    line(figure, angle, "angle", colors.accent)
    frame(figure, colors, height=260, x="epoch", y="angle (degrees)")
    figure.update_traces(hovertemplate="epoch %{x}: %{y:.2f}°<extra></extra>")
    figure.update_layout(margin={"t": 30})
    figure.update_yaxes(range=[0, max(1.0, 1.15 * float(angle.max(initial=0.0)))])
    epochs_axis(figure, epochs)
    return figure


def _positive(values: Floats) -> Floats:
    """Return the values with a gap where a log scale cannot show one."""
    return np.where(values > 0, values, np.nan)
