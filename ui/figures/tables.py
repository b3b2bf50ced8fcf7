"""A chart's data as a table, for those who cannot see the chart or want the numbers."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from ui.figures.chart import Chart, Settings
from ui.language import gettext, pgettext

MOST_ROWS = 5_000
_TAG = re.compile(r"</?(?:b|i|br|sup|sub|extra)\s*/?>")


def name_places(figure: Chart, axis: str, places: Iterable[int], names: Iterable[str]) -> None:
    """Name every place of an axis ("x" or "y") for the table, where the axis itself has room for some of the names only."""
    figure.update_layout(meta={axis: [list(places), list(names)]})


def table_of(figure: Chart) -> pd.DataFrame:
    """Return every drawn point: one row for each point with its curve's name, each row of a heat map, or each tile."""
    frames = [frame for trace in figure.traces if not (frame := _of_trace(trace, figure)).empty]
    if not frames:
        return pd.DataFrame()
    return pd.concat(frames, ignore_index=True).head(MOST_ROWS)


def _of_trace(trace: Settings, figure: Chart) -> pd.DataFrame:
    if trace.get("meta") == "background":  # it shades a sheet whose points are in the table
        return pd.DataFrame()
    if trace["type"] == "heatmap":
        return _of_tiles(trace) if trace.get("hovertext") is not None else _of_heatmap(trace, figure)
    x, y = _cells(trace.get("x")), _cells(trace.get("y"))
    if not x and not y:
        return pd.DataFrame()
    points: list[tuple[str, list[Any]]] = [
        (gettext("curve"), [_words(trace.get("name"))] * len(y or x)),
        (_title(figure.layout["xaxis"], "x"), _named(x or list(range(len(y))), figure, "x")),
        (_title(figure.layout["yaxis"], "y"), _named(y, figure, "y")),
    ]
    texts = trace.get("hovertext") if isinstance(trace.get("hovertext"), (list, tuple)) else trace.get("text")
    if isinstance(texts, (list, tuple)) and len(texts) == len(y):
        points.append((pgettext("what is written at a point", "text"), [_words(text) for text in texts]))
    return _frame(points)


def _of_heatmap(trace: Settings, figure: Chart) -> pd.DataFrame:
    rows = [_cells(row) for row in trace["z"]]
    width = max((len(row) for row in rows), default=0)
    columns = _named(_cells(trace.get("x")) or list(range(width)), figure, "x")
    names = _named(_cells(trace.get("y")) or list(range(len(rows))), figure, "y")
    title = _title(figure.layout["yaxis"], gettext("row"))
    values = [[row[i] if i < len(row) else None for row in rows] for i in range(width)]
    return _frame([(title, names), *((str(column), cells) for column, cells in zip(columns, values, strict=True))])


def _of_tiles(trace: Settings) -> pd.DataFrame:
    """Return one row for each tile with its word and its value or, without a value, its text."""
    hovers, shown = trace["hovertext"], trace.get("text")
    texts = shown if shown is not None else [[""] * len(row) for row in hovers]
    tiles = [
        (i, _words(word), value, _words(text))
        for i, line in enumerate(zip(hovers, trace["z"], texts, strict=True), start=1)
        for word, value, text in zip(*line, strict=True)
        if value is not None
    ]
    columns: list[tuple[str, list[Any]]] = [(gettext("word"), [tile[1] for tile in tiles])]
    if len(hovers) > 1:
        columns.append((gettext("row"), [tile[0] for tile in tiles]))
    if shown is None:
        return _frame([*columns, (gettext("value"), [tile[2] for tile in tiles])])
    return _frame([*columns, (pgettext("what is written at a point", "text"), [tile[3] for tile in tiles])])


def _frame(columns: Sequence[tuple[str, list[Any]]]) -> pd.DataFrame:
    """Return columns in their order, each with a name of its own, which a browser's table requires."""
    names = _distinct([name for name, _ in columns])
    return pd.DataFrame({name: values for name, (_, values) in zip(names, columns, strict=True)})


def _cells(values: Any) -> list[Any]:
    return [] if values is None else [value.item() if hasattr(value, "item") else value for value in values]


def _named(values: list[Any], figure: Chart, which: str) -> list[Any]:
    """Replace values by the axis's words where it has words for all of them."""
    axis = figure.layout[f"{which}axis"]
    places, names = figure.layout.get("meta", {}).get(which, (axis.get("tickvals"), axis.get("ticktext")))
    known = (
        dict(zip(places, names, strict=False)) if places is not None and names is not None and axis.get("type") != "log" else {}
    )
    if values and all(value in known for value in values if not isinstance(value, str)):
        return [_words(value if isinstance(value, str) else known[value]) for value in values]
    return [_words(value) if isinstance(value, str) else value for value in values]


def _distinct(names: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for name in names:
        own, times = name, 1
        while own in found:
            times += 1
            own = f"{name} ({times})"
        found[own] = None
    return list(found)


def _title(axis: Settings, otherwise: str) -> str:
    return _words(axis.get("title", {}).get("text")) or otherwise


def _words(text: Any) -> str:
    """Return text as Plotly shows it, without tags and entities."""
    return html.unescape(_TAG.sub("", str(text))) if text is not None else ""
