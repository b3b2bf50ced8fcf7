"""A chart's data as a table, for whoever cannot see the chart or wants the numbers."""

from __future__ import annotations

import html
import re
from typing import Any

import pandas as pd
import plotly.graph_objects as go

MOST_ROWS = 5_000
_TAG = re.compile(r"</?(?:b|i|br|sup|sub|extra)\s*/?>")


def table_of(figure: go.Figure) -> pd.DataFrame:
    """Every point that is drawn: a row a point with the name of its curve, or of a heat map a row a row."""
    frames = [frame for trace in figure.data if not (frame := _of_trace(trace, figure)).empty]
    if not frames:
        return pd.DataFrame()
    return pd.concat(frames, ignore_index=True).head(MOST_ROWS)


def _of_trace(trace: Any, figure: go.Figure) -> pd.DataFrame:
    if trace.type == "heatmap":
        return _of_heatmap(trace, figure)
    x, y = _cells(trace.x), _cells(trace.y)
    if not x and not y:
        return pd.DataFrame()
    points: dict[str, list[Any]] = {
        "curve": [_words(trace.name)] * len(y or x),
        _title(figure.layout.xaxis, "x"): _named(x or list(range(len(y))), figure.layout.xaxis),
        _title(figure.layout.yaxis, "y"): _named(y, figure.layout.yaxis),
    }
    texts = trace.text if isinstance(trace.text, (list, tuple)) else ()
    if len(texts) == len(y):
        points["label"] = [_words(text) for text in texts]
    return pd.DataFrame(points)


def _of_heatmap(trace: Any, figure: go.Figure) -> pd.DataFrame:
    rows = [_cells(row) for row in (trace.z if trace.z is not None else [])]
    width = max((len(row) for row in rows), default=0)
    columns = _named(_cells(trace.x) or list(range(width)), figure.layout.xaxis)
    names = _named(_cells(trace.y) or list(range(len(rows))), figure.layout.yaxis)
    frame = pd.DataFrame(rows, columns=_distinct([str(column) for column in columns]))
    frame.insert(0, _title(figure.layout.yaxis, "row"), names, allow_duplicates=True)
    return frame


def _cells(values: Any) -> list[Any]:
    return [] if values is None else [value.item() if hasattr(value, "item") else value for value in values]


def _named(values: list[Any], axis: Any) -> list[Any]:
    """Values by the words that stand at their ticks, where the axis has words."""
    if axis.ticktext is None or axis.tickvals is None:
        return [_words(value) if isinstance(value, str) else value for value in values]
    words = dict(zip(axis.tickvals, axis.ticktext, strict=False))
    return [_words(words[value]) if value in words else value for value in values]


def _distinct(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _title(axis: Any, otherwise: str) -> str:
    return _words(axis.title.text) or otherwise


def _words(text: Any) -> str:
    """Text as Plotly shows it: without its tags and entities."""
    return html.unescape(_TAG.sub("", str(text))) if text is not None else ""
