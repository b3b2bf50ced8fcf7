"""What clipping did in each epoch: norms before and after it, the share that it changed, and how far it turned the gradient."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from rnn_core import History, TrainingConfig
from rnn_core.arrays import Floats
from rnn_core.errors import shorten
from ui.figures.chart import Chart
from ui.figures.curves import epochs_axis, line, thin
from ui.figures.palette import Palette, faint, frame, plain
from ui.language import gettext, percent

HEIGHT, MOST_POINTS = 380, 400
MOST_OVER = 1.5
"""A threshold higher than the highest gradient times this is not drawn: it would flatten the picture."""
PLACES = {"epoch": "%{x}", "norm": "%{y:.3g}", "after": "%{customdata[0]}"}
"""Where Plotly fills in what is under the pointer."""
SMALLEST, LARGEST = 1e-300, 1e308
"""Bounds of what the axis reaches up to."""


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


def cut(
    history: History, name: str | None, training: TrainingConfig, sentences: Sequence[str], epochs: int, colors: Palette
) -> Chart:
    """Draw each epoch's longest gradient of one parameter (None: of all) on a linear axis; what clipping cut is filled.

    sentences (N,): whose gradient was the longest of all in each epoch; empty where that is not known. epochs: of the whole run.
    Where nothing is ever clipped there is one line.
    """
    before, after = history.gradient(name, "norm_before_max"), history.gradient(name, "norm_after_max")
    threshold = thresholds(training, len(history), name)
    places = np.union1d(thin(_finite(before), MOST_POINTS), thin(_finite(after), MOST_POINTS))
    x = [int(place) + 1 for place in places]
    figure = Chart()
    clips = bool(np.isfinite(threshold).any()) or bool((before != after).any())
    if clips:
        style = {"color": colors.after, "width": 1.8}
        figure.add_scatter(
            x=x, y=_gaps(after[places]), name=gettext("after clipping"), mode="lines", line=style, hoverinfo="skip"
        )
    before_and_after = gettext("epoch {epoch}: norm {norm}, after clipping {after}", **PLACES)
    hover = before_and_after if clips else gettext("epoch {epoch}: norm {norm}", **PLACES)
    said = [sentences[place] if len(sentences) else "" for place in places]
    figure.add_scatter(
        x=x,
        y=_gaps(before[places]),
        name=gettext("before clipping") if clips else gettext("no clipping"),
        mode="lines",
        line={"color": colors.before, "width": 1.2 if clips else 1.8},
        fill="tonexty" if clips else None,
        fillcolor=faint(colors.before, 0.55),
        customdata=[[f"{value:.3g}", _quoted(text)] for value, text in zip(after[places], said, strict=True)],
        hovertemplate=f"{hover}%{{customdata[1]}}<extra></extra>",
    )
    top = float(np.nanmax(_finite(before), initial=0.0))
    lines = threshold[np.isfinite(threshold)]
    if len(lines) and float(lines.min()) <= MOST_OVER * top:
        level = {"color": colors.ink, "width": 1.2, "dash": "dot", "shape": "hv"}
        figure.add_scatter(
            x=list(range(1, len(history) + 1)),
            y=_gaps(threshold),
            name=gettext("threshold"),
            mode="lines",
            line=level,
            hoverinfo="skip",
        )
        top = max(top, min(float(lines.max()), MOST_OVER * top))
    frame(figure, colors, height=HEIGHT, x=gettext("epoch"), y=gettext("largest gradient norm"), legend=True)
    figure.update_layout(hovermode="closest" if len(history) < 2 else "x")
    figure.update_yaxes(range=[0, min(max(1.06 * top, SMALLEST), LARGEST)], exponentformat="power")
    epochs_axis(figure, epochs)
    return figure


def shares(history: History, name: str | None, epochs: int, colors: Palette) -> Chart:
    """Draw the share of updates in which clipping changed a parameter (None: any of them), and the share of elements it changed.

    The scale is logarithmic, since few elements can change in many updates. Epochs without a change are gaps.
    """
    figure = Chart()
    updates, elements = (history.gradient(name, statistic) for statistic in ("updates_clipped", "elements_clipped"))
    points = {"mode": "lines+markers", "marker": {"size": 3}}
    line(figure, _positive(updates), gettext("updates"), colors.before, 1.4, **points)
    line(figure, _positive(elements), gettext("gradient elements"), colors.after, 1.4, line={"dash": "dot"}, **points)
    frame(figure, colors, height=260, x=gettext("epoch"), y=gettext("share changed"), legend=True)
    some = elements[elements > 0]
    low = math.floor(math.log10(some.min())) if len(some) else -2
    powers = list(range(low, 1))
    shown = powers[:: -(-len(powers) // 5)]
    figure.update_yaxes(
        type="log",
        range=[low, 0.08],
        tickvals=[10.0**power for power in shown],
        ticktext=[percent(10.0**power, max(0, -2 - power), max(0, -2 - power)) for power in shown],
    )
    figure.update_traces(hovertemplate="%{y:.3%}")
    epochs_axis(figure, epochs)
    return figure


def angles(history: History, name: str | None) -> Floats:
    """Return the angle in degrees (N,) between a parameter's gradient (None: all) before and after clipping, from the mean cosine."""
    cosine: Floats = np.degrees(np.arccos(np.clip(history.gradient(name, "cosine"), -1.0, 1.0)))
    return cosine


def turn(history: History, name: str | None, epochs: int, colors: Palette) -> Chart:
    """Draw how far clipping turned the gradient."""
    figure = Chart()
    angle = angles(history, name)
    line(figure, angle, gettext("angle"), colors.accent)
    frame(figure, colors, height=260, x=gettext("epoch"), y=gettext("angle (degrees)"))
    figure.update_traces(hovertemplate=gettext("epoch {epoch}: {angle}°", epoch="%{x}", angle="%{y:.2f}") + "<extra></extra>")
    figure.update_layout(margin={"t": 30})
    figure.update_yaxes(range=[0, max(1.0, 1.15 * float(angle.max(initial=0.0)))])
    epochs_axis(figure, epochs)
    return figure


def _finite(values: Floats) -> Floats:
    """Return the values with 0 in the place of what is no number."""
    return np.where(np.isfinite(values), values, 0.0)


def _gaps(values: Floats) -> list[float | None]:
    """Return the values with a gap in the place of what is no number."""
    return [float(value) if math.isfinite(value) else None for value in values]


def _quoted(text: str) -> str:
    return f"<br>“{plain(shorten(text, 60))}”" if text else ""


def _positive(values: Floats) -> Floats:
    """Return the values with a gap where a log scale cannot show one."""
    return np.where(values > 0, values, np.nan)
