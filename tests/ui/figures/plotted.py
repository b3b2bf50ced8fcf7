"""Charts as Plotly's own classes, which check every value: here, and not on the pages."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from ui.figures import tables
from ui.figures.chart import Chart


def plotted(chart: Chart) -> go.Figure:
    """Return a chart as Plotly reads it."""
    figure = as_plotly_reads(chart.plotly.to_dict())
    figure._chart = chart
    return figure


def as_plotly_reads(spec: dict[str, Any]) -> go.Figure:
    """Return what Plotly makes of a chart's JSON, after asserting that it knows every setting and changes none."""
    written = _decoded(spec)
    figure = go.Figure(written)
    assert _listed(_decoded(figure.to_dict())) == _listed(written)
    return figure


def table_of(figure: go.Figure) -> pd.DataFrame:
    """Return the table of a chart that was plotted."""
    return tables.table_of(figure._chart)


class Plotted:
    """A module of figures whose charts are plotted."""

    def __init__(self, name: str) -> None:
        self._module = import_module(f"ui.figures.{name}")

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._module, name)
        plotting = _plotting(found) if callable(found) and not isinstance(found, type) else found
        setattr(self, name, plotting)  # the same one each time
        return plotting


def _plotting(draw: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(draw)
    def plotting(*args: Any, **others: Any) -> Any:
        result = draw(*args, **others)
        return plotted(result) if isinstance(result, Chart) else result

    return plotting


def _decoded(value: Any) -> Any:
    """Return nested JSON with its arrays."""
    if isinstance(value, dict) and "bdata" in value:
        array = np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"])
        return array.reshape([int(size) for size in str(value.get("shape", len(array))).split(",")])
    if isinstance(value, dict):
        return {name: _decoded(inner) for name, inner in value.items()}
    return [_decoded(inner) for inner in value] if isinstance(value, list) else value


def _listed(value: Any) -> Any:
    """Return nested data as lists that can be compared: numbers that are none as words, only empty objects left out."""
    if isinstance(value, dict):
        return {name: _listed(inner) for name, inner in value.items() if not (isinstance(inner, dict) and not inner)}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [_listed(inner) for inner in value]
    plain = value.item() if isinstance(value, np.generic) else value
    return "NaN" if isinstance(plain, float) and np.isnan(plain) else plain
