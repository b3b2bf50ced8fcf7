"""One update in detail: every matrix before clipping, what clipping cut of it and its step, and the elements before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from rnn_core import Experiment
from rnn_core.arrays import Floats
from rnn_core.errors import shorten
from rnn_core.gradients.update import Update
from rnn_core.network.cells import CELLS
from ui.figures.chart import Chart
from ui.figures.palette import Palette, frame, plain, powers_axis, upright
from ui.language import Texts, gettext, mark, number

MOST_CELLS = 64
"""Rows or columns of a picture; of more, each cell shows the largest element of several."""
MOST_WORDS = 24
"""Words of a picture; of more, those with the largest elements are shown."""
MOST_NAMED = 4
"""Units that an axis names."""
BINS = 61
KINDS = Texts(
    {
        "unit": mark("hidden unit"),
        "from": mark("previous state, unit"),
        "state": mark("state, unit"),
        "vector": mark("element of the word's vector"),
        "word": mark("word"),
        "label": mark("label"),
        "": mark("bias"),
    }
)


class Axis(NamedTuple):
    """The rows or the columns of a picture."""

    kind: str
    """a key of KINDS"""
    groups: tuple[tuple[int, ...], ...]
    """of each row or column of the picture, which of the matrix it stands for"""
    names: tuple[str, ...]
    ticks: dict[int, str]
    """place in the picture -> the short name that stands there"""
    together: int
    """the largest group"""
    left_out: int = 0
    """words of the update that are not shown"""


class Picture(NamedTuple):
    """One parameter of an update as it is drawn. Arrays (m, n): the largest element of each tile."""

    name: str
    rows: Axis
    columns: Axis
    raw: Floats
    cut: Floats
    step: Floats


def pictures(update: Update, experiment: Experiment) -> tuple[Picture, ...]:
    """Return every parameter of an update, as much of it as can be seen: of words only those of the update, a bias as one row."""
    config, vocabulary = experiment.model, update.model.vocabulary.words
    gates, H = CELLS[config.cell].gates, config.hidden_size
    places = [vocabulary.index(word) for word in update.words]
    found = []
    for name, raw in update.raw.items():
        values = [raw, raw - update.clipped[name], update.step[name]]
        if raw.ndim == 1:
            values = [each[None, :] for each in values]
        base = name.removesuffix("_reverse")
        units = _units("unit", gates, H)
        single = Axis("", ((0,),), (name,), {0: ""}, 1)
        match base:
            case "E":
                axes = _words(vocabulary, places, np.abs(raw).max(axis=1)), _units("vector", ("",), raw.shape[1])
            case "W_xh" if "E" in update.raw:
                axes = units, _units("vector", ("",), raw.shape[1])
            case "W_xh":
                axes = units, _words(vocabulary, places, np.abs(raw).max(axis=0))
            case "W_hh":
                axes = units, _units("from", ("",), H)
            case "b_h":
                axes = single, units
            case "b_hn":
                axes = single, _units("unit", ("n",), H)
            case "W_hy":
                axes = _labels(update.model.labels), _units("state", ("→", "←") if raw.shape[1] > H else ("",), H)
            case _:
                axes = single, _labels(update.model.labels)
        found.append(Picture(name, *axes, *(_reduced(each, *axes) for each in values)))
    return tuple(found)


def _units(kind: str, gates: Sequence[str], size: int) -> Axis:
    """Name units, gate after gate; tiles do not reach from one gate into the next."""
    side = -(-len(gates) * size // MOST_CELLS)
    groups: list[tuple[int, ...]] = []
    names: list[str] = []
    ticks: dict[int, str] = {}
    several = len(gates) > 1
    for k, gate in enumerate(gates):
        first = len(groups)
        for start in range(0, size, side):
            end = min(start + side, size)
            groups.append(tuple(range(k * size + start, k * size + end)))
            numbers = number(start + 1) if end == start + 1 else f"{number(start + 1)}–{number(end)}"
            names.append(f"{gate} {numbers}" if several else numbers)
        if several:
            ticks[(first + len(groups) - 1) // 2] = gate
    if not several:
        stride = -(-len(groups) // MOST_NAMED)
        ticks = {i: number(groups[i][0] + 1) for i in range(0, len(groups), stride)}
    return Axis(kind, tuple(groups), tuple(names), ticks, min(side, size))


def _words(vocabulary: Sequence[str], places: Sequence[int], sizes: Floats) -> Axis:
    """Name the words of an update, at the most those with the largest elements; sizes (V,): each word's largest."""
    shown = sorted(sorted(places, key=lambda i: -sizes[i])[:MOST_WORDS], key=places.index)
    names = tuple(plain(vocabulary[i]) for i in shown)
    ticks = {k: plain(shorten(vocabulary[i], 12)) for k, i in enumerate(shown)}
    return Axis("word", tuple((i,) for i in shown), names, ticks, 1, len(places) - len(shown))


def _labels(labels: Sequence[str]) -> Axis:
    names = tuple(plain(label) for label in labels)
    ticks = {k: plain(shorten(label, 12)) for k, label in enumerate(labels)}
    return Axis("label", tuple((k,) for k in range(len(labels))), names, ticks, 1)


def _reduced(values: Floats, rows: Axis, columns: Axis) -> Floats:
    """Return of each tile the element with the largest absolute value, with its sign."""
    for axis in (rows, columns):
        blocks = [values[list(group)] for group in axis.groups]
        values = np.array([np.take_along_axis(b, np.abs(b).argmax(axis=0)[None], axis=0)[0] for b in blocks]).T
    return values


def panels(picture: Picture, colors: Palette, *, written: Callable[[float], str] = "{:.2g}".format) -> Chart:
    """Draw the gradient of a parameter, what clipping cut of it, and the step: side by side, the first two on one scale of color.

    written: how the largest element beside each title is written.
    """
    m = len(picture.rows.groups)
    figure = Chart()
    scale = float(np.abs(picture.raw).max(initial=0.0))
    panes = (
        (gettext("gradient ±{most}", most=written(scale)), picture.raw, scale),
        (gettext("cut off ±{most}", most=written(float(np.abs(picture.cut).max(initial=0.0)))), picture.cut, scale),
        (gettext("step ±{most}", most=written(float(np.abs(picture.step).max(initial=0.0)))), picture.step, None),
    )
    where = gettext("row {row}, column {column}: {value}", row="%{y}", column="%{x}", value="%{z:.2e}")
    for k, (title, values, bound) in enumerate(panes, start=1):
        most = (float(np.abs(values).max(initial=0.0)) if bound is None else bound) or 1.0
        figure.add_heatmap(
            z=values,
            x=list(picture.columns.names),
            y=list(picture.rows.names),
            xaxis="x" if k == 1 else f"x{k}",
            yaxis="y" if k == 1 else f"y{k}",
            zmin=-most,
            zmax=most,
            name=title,
            colorscale=colors.diverging,
            showscale=False,
            hovertemplate=f"{where}<extra>{title}</extra>",
        )
    short = m < 4
    frame(figure, colors, height=110 + 26 * m if short else 278, x=KINDS[picture.columns.kind], y=KINDS[picture.rows.kind])
    _axes(figure, picture, short)
    for k, (title, _, _) in enumerate(panes):
        figure.add_annotation(
            x=k * (WIDTH + GAP), xref="paper", xanchor="left", y=1, yref="paper", yanchor="bottom", text=title, showarrow=False
        )
    figure.update_layout(margin={"l": 8, "r": 4, "t": 20, "b": 8})
    return figure


GAP = 0.025
WIDTH = (1 - 2 * GAP) / 3
"""Shares of the picture: between two panels, and of each."""


def _axes(figure: Chart, picture: Picture, short: bool) -> None:
    """Give each panel its place; all have the same rows and columns, named once on the left and below each."""
    columns, rows = (
        {"type": "category", "tickvals": [axis.names[i] for i in axis.ticks], "ticktext": list(axis.ticks.values())}
        for axis in (picture.columns, picture.rows)
    )
    across, down = figure.layout["xaxis"] | columns, figure.layout["yaxis"] | rows
    across["ticks"] = ""
    down |= {"ticks": "", "showgrid": False, "autorange": "reversed", "ticklabelstandoff": 2}
    if short:
        down["title"] = {"text": ""}
    for k in range(3):
        left, suffix = k * (WIDTH + GAP), "" if k == 0 else str(k + 1)
        domain = [left, min(1.0, left + WIDTH)]
        figure.layout[f"xaxis{suffix}"] = across | {"domain": domain, "anchor": f"y{suffix}"}
        figure.layout[f"yaxis{suffix}"] = down | (
            {} if k == 0 else {"anchor": f"x{suffix}", "showticklabels": False, "title": {"text": ""}}
        )


def histogram(raw: Floats, clipped: Floats, threshold: float | None, colors: Palette) -> Chart:
    """Draw how many elements have which size before and after clipping. threshold: an element's bound, or None."""
    reach = 1.02 * max(float(np.abs(raw).max(initial=0.0)), float(np.abs(clipped).max(initial=0.0))) or 1.0
    edges = np.linspace(-reach, reach, BINS + 1)
    middles = ((edges[:-1] + edges[1:]) / 2).tolist()
    before, after = (np.histogram(values, bins=edges)[0] for values in (raw, clipped))
    figure = Chart()
    figure.add_bar(
        x=middles, y=before.tolist(), name=gettext("before clipping"), marker={"color": colors.before}, hovertemplate="%{y}"
    )
    figure.add_scatter(
        x=middles,
        y=[int(n) or None for n in after],
        name=gettext("after clipping"),
        mode="lines+markers",
        line={"color": colors.after, "width": 1.4, "shape": "hvh"},
        marker={"size": 5},
        hovertemplate="%{y}",
    )
    for end in (-1, 1) if threshold is not None and threshold < reach else ():
        upright(figure, end * (threshold or 0.0), {"color": colors.quiet, "width": 1, "dash": "dot"})
    frame(figure, colors, height=260, x=gettext("element of the gradient"), y=gettext("elements"), legend=True)
    figure.update_layout(bargap=0.05)
    figure.update_xaxes(range=[-reach, reach], exponentformat="power")
    top = max(int(before.max(initial=1)), int(after.max(initial=1)), 1)
    powers_axis(figure, -0.3, float(np.log10(top)) + 0.2)
    return figure
