"""A sweep in pictures: one setting with every run as a point, two as a map of counts, more as parallel coordinates."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rnn_core.sweeps.axes import Point
from rnn_core.sweeps.summary import Arrangement, Figure, PointSummary, is_number, values_of
from ui.figures.chart import Chart
from ui.figures.palette import Palette, faint, frame, plain
from ui.language import gettext

HEIGHT = 420
LOG_FROM = 20.0
"""A number whose largest value is so many times its smallest is drawn on a log axis."""
MOST_ROWS = 12
"""Rows of a map."""
MOST_LETTERS = 24
"""Letters in a line of an axis's title where axes stand side by side."""
BESIDE = 0.05
"""Room on both sides of the values of a number, as a share of their range."""
APART = 0.12
"""How far the points of one choice lie apart, in places of the axis."""

Named = Callable[[str, Any], str]
"""A setting and its value -> how it is called."""


def runs(
    points: Sequence[PointSummary],
    along: str,
    figure: Figure,
    title: str,
    axis: str,
    named: Named,
    colors: Palette,
    share: bool = False,
) -> Chart:
    """Draw every run as a point over one setting, the median and the middle half; above, how many runs of each value learned.

    The data of a point is the number of its run. share: whether the figure is written in percent.
    """
    drawn, form = Chart(), ".1~%" if share else ",.4~g"
    values = values_of(points, along)
    places = _places(values, along)
    by_value = {point.settings.get(along): point for point in points}
    bands = [(places[value], band) for value in values if (band := by_value[value].band(figure)) is not None]
    x = [place for place, _ in bands]
    numeric = is_number(along)
    if numeric and len(bands) > 1:
        drawn.add_scatter(
            x=[*x, *x[::-1]],
            y=[*(band.high for _, band in bands), *(band.low for _, band in bands[::-1])],
            fill="toself",
            name=gettext("middle half of the runs"),
            fillcolor=faint(colors.accent, 0.16),
            line={"width": 0},
            hoverinfo="skip",
            meta="background",
            mode="lines",
        )
    drawn.add_scatter(
        x=x,
        y=[band.median for _, band in bands],
        name=gettext("median"),
        mode="lines+markers" if numeric else "markers",
        line={"color": colors.accent, "width": 2.4},
        marker={
            "color": colors.accent,
            "size": 9 if numeric else 34,
            "symbol": "circle" if numeric else "line-ew",
            "line": {"color": colors.accent, "width": 0 if numeric else 3},
        },
        hovertemplate=gettext("median {value}", value=f"%{{y:{form}}}") + "<extra></extra>",
    )
    for learned, name, color, symbol in (
        (True, gettext("learned"), colors.train, "circle"),
        (False, gettext("did not learn"), colors.negative, "x"),
    ):
        chosen = [
            (places[value] + (0 if numeric else _beside(k, len(by_value[value].runs))), float(y), run)
            for value in values
            for k, run in enumerate(by_value[value].runs)
            if run.learned is learned and (y := getattr(run, figure)) is not None
        ]
        seeds = [gettext("seed {seed}", seed=run.seed) for _, _, run in chosen]
        drawn.add_scatter(
            x=[place for place, _, _ in chosen],
            y=[y for _, y, _ in chosen],
            name=name,
            mode="markers",
            marker={"symbol": symbol, "color": color, "size": 8, "opacity": 0.75},
            unselected={"marker": {"opacity": 0.75}},
            customdata=[run.number for _, _, run in chosen],
            hovertemplate=[f"%{{y:{form}}}<extra>{seed}</extra>" for seed in seeds],
        )
    frame(drawn, colors, height=HEIGHT, x=axis, y=title, legend=True)
    drawn.layout["hovermode"] = "closest"
    _x_axis(drawn, values, places, along, named)
    if share:
        least = min((y for trace in drawn.traces for y in trace["y"]), default=0.0)
        drawn.update_yaxes(tickformat=".0%", range=[min(least, 0.9) - 0.03, 1.02])
    above = {"yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False, "font": {"color": colors.quiet, "size": 12}}
    drawn.add_annotation(xref="paper", x=0, xanchor="right", xshift=-6, text=gettext("learned"), **above)
    for value in values:
        point = by_value[value]
        drawn.add_annotation(
            x=_on_axis(drawn, places[value]),
            text=f"{point.learned}/{len(point.runs)}" if point.runs else "",
            **above,
        )
    drawn.update_layout(margin={"t": 52}, legend={"y": 1.07})
    return drawn


def grid(
    points: Sequence[PointSummary],
    arrangement: Arrangement,
    axis: str,
    named: Named,
    rows: Callable[[Point], str],
    colors: Palette,
    figure: Figure | None = None,
    written: Callable[[float], str] = str,
) -> Chart:
    """Draw a row for each combination of the other settings, with how many runs of each cell learned or the median of a figure.

    The higher, the fuller a cell. The data of a cell is the number of its first run. rows: what a combination is called.
    written: how the median is written.
    """
    values = values_of(points, arrangement.along)
    z: list[list[float | None]] = []
    texts: list[list[str]] = []
    cells: list[tuple[int, int, PointSummary]] = []
    for j, group in enumerate(arrangement.groups):
        row = {point.settings.get(arrangement.along): point for point in arrangement.of(group, points)}
        filled = [_cell(row[value], figure, written) if value in row else (None, "") for value in values]
        z.append([height for height, _ in filled])
        texts.append([text for _, text in filled])
        cells += [(i, j, row[value]) for i, value in enumerate(values) if value in row and row[value].runs]
    heights = [height for line in z for height in line if height is not None]
    low, high = (0.0, 1.0) if figure is None or not heights else (min(heights), max(heights))
    names = [plain(rows(group)) for group in arrangement.groups]
    drawn = Chart()
    drawn.add_heatmap(
        x=list(range(len(values))),
        y=list(range(len(names))),
        z=z,
        text=texts,
        texttemplate="%{text}",
        textfont={"size": 13, "color": colors.ink},
        colorscale=[[0, colors.paper], [1, _between(colors.paper, colors.train, 0.75)]],
        zmin=low if low < high else low - 1,
        zmax=high,
        showscale=False,
        xgap=2,
        ygap=2,
        hoverinfo="skip",
    )
    unseen = {"marker": {"opacity": 0}}
    drawn.add_scatter(  # a map cannot be clicked, points can: the nearest one to the pointer is the cell's
        x=[i for i, _, _ in cells],
        y=[j for _, j, _ in cells],
        mode="markers",
        marker={"symbol": "square", "size": 40, "opacity": 0},
        selected=unseen,
        unselected=unseen,
        customdata=[point.runs[0].number for _, _, point in cells],
        hovertemplate=[
            gettext("{count} runs learned", count=f"{point.learned}/{len(point.runs)}") + "<extra></extra>"
            for _, _, point in cells
        ],
        meta="background",
    )
    frame(drawn, colors, height=max(180, 76 + 56 * len(names)), x=axis)
    drawn.layout["hoverdistance"] = -1
    shown = [plain(named(arrangement.along, value)) for value in values]
    drawn.update_xaxes(tickvals=list(range(len(values))), ticktext=shown, range=[-0.5, len(values) - 0.5])
    drawn.update_yaxes(tickvals=list(range(len(names))), ticktext=names, range=[len(names) - 0.5, -0.5], showgrid=False)
    return drawn


def _cell(point: PointSummary, figure: Figure | None, written: Callable[[float], str]) -> tuple[float | None, str]:
    """Return how full the cell of a point is, and what is written in it."""
    if figure is None and point.runs:
        return point.learned / len(point.runs), f"{point.learned}/{len(point.runs)}"
    if figure is None:
        return None, ""
    band = point.band(figure)
    return (None, "") if band is None else (band.median, written(band.median))


def parallel(
    points: Sequence[PointSummary],
    figure: Figure,
    title: str,
    heads: Mapping[str, str],
    named: Named,
    colors: Palette,
    share: bool = False,
) -> Chart:
    """Draw every run that has the figure as a line through the values of its settings, which lie equally far apart.

    heads: the settings in order, and what their axes are called. share: whether the figure is written in percent. The table of
    runs has the same numbers.
    """
    rows = [row for point in points for row in point.runs if getattr(row, figure) is not None]
    scores = [float(getattr(row, figure)) for row in rows]
    dimensions = []
    for name, head in heads.items():
        known = values_of(points, name)
        dimensions.append(
            {
                "label": _folded(head),
                "values": [known.index(row.settings.get(name)) for row in rows],
                "range": [-0.2, len(known) - 0.8],
                "tickvals": list(range(len(known))),
                "ticktext": [plain(named(name, value)) for value in known],
            }
        )
    dimensions.append({"label": _folded(title), "values": scores, "tickformat": ".0%" if share else ""})
    drawn = Chart()
    drawn.add_parcoords(
        dimensions=dimensions,
        line={"color": scores, "colorscale": [[0, _between(colors.paper, colors.ink, 0.25)], [1, colors.accent]]},
        labelfont={"color": colors.ink, "size": 12},
        tickfont={"color": colors.ink, "size": 11},
        rangefont={"color": colors.paper, "size": 1},
        meta="background",
    )
    frame(drawn, colors, height=HEIGHT)
    drawn.layout["margin"] = {"l": 90, "r": 90, "t": 76, "b": 24}
    return drawn


def _folded(title: str) -> str:
    """Return a title on as many lines as it needs between two axes."""
    return "<br>".join(plain(line) for line in textwrap.wrap(title, MOST_LETTERS))


def _places(values: Sequence[Any], along: str) -> dict[Any, float]:
    """Return where each value stands on the axis: a number at itself, a choice at its place in the list."""
    if is_number(along) and None not in values:
        return {value: float(value) for value in values}
    return {value: float(i) for i, value in enumerate(values)}


def _beside(k: int, count: int) -> float:
    """Return how far a run of a choice is drawn beside the others of the same one."""
    return APART * (k - (count - 1) / 2) / max(1, count / 4)


def _x_axis(drawn: Chart, values: Sequence[Any], places: dict[Any, float], along: str, named: Named) -> None:
    shown = [plain(named(along, value)) for value in values]
    drawn.update_xaxes(tickvals=list(places.values()), ticktext=shown)
    low, high = min(places.values()), max(places.values())
    if not is_number(along):
        drawn.update_xaxes(range=[-0.5, len(values) - 0.5])
        return
    if None not in values and low > 0 and high / low >= LOG_FROM:
        drawn.update_xaxes(type="log")
        low, high = math.log10(low), math.log10(high)
    room = BESIDE * (high - low) or 0.5
    drawn.update_xaxes(range=[low - room, high + room])


def _on_axis(drawn: Chart, place: float) -> float:
    """Return a place as an annotation needs it: on a log axis its logarithm."""
    return math.log10(place) if drawn.layout["xaxis"].get("type") == "log" else place


def _between(one: str, other: str, share: float) -> str:
    """Return the color (#rrggbb) that lies this share of the way from one to the other."""
    parts = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in parts)
