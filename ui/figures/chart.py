"""A chart as plain data: Plotly's own format, without Plotly's checks.

Plotly's classes check every value that they are given, and take longer for it than a page takes for all else. What a chart says is
decided in this folder alone, so the tests check it instead: they hand each chart to those classes.
"""

from __future__ import annotations

import base64
from functools import cache
from typing import Any

import numpy as np
import plotly.io
from plotly.basedatatypes import BaseFigure

Settings = dict[str, Any]


class Chart:
    """Traces and a layout, with Plotly's names for everything: https://plotly.com/javascript/reference."""

    def __init__(self) -> None:
        self.traces: list[Settings] = []
        self.layout: Settings = {"xaxis": {}, "yaxis": {}}

    def add_scatter(self, **trace: Any) -> None:
        """Draw points, or a line through them."""
        self.traces.append({"type": "scatter"} | trace)

    def add_bar(self, **trace: Any) -> None:
        """Draw bars."""
        self.traces.append({"type": "bar"} | trace)

    def add_heatmap(self, **trace: Any) -> None:
        """Draw a matrix of colors."""
        self.traces.append({"type": "heatmap"} | trace)

    def add_parcoords(self, **trace: Any) -> None:
        """Draw parallel coordinates."""
        self.traces.append({"type": "parcoords"} | trace)

    def add_annotation(self, **annotation: Any) -> None:
        """Write at a place."""
        self.layout.setdefault("annotations", []).append(annotation)

    def add_shape(self, **shape: Any) -> None:
        """Draw a line or a rectangle over the traces."""
        self.layout.setdefault("shapes", []).append(shape)

    def update_layout(self, **settings: Any) -> None:
        """Set these; of nested settings, the others stay."""
        self.layout = merged(self.layout, settings)

    def update_xaxes(self, **settings: Any) -> None:
        """Set these of every x axis."""
        self._update_axes("xaxis", settings)

    def update_yaxes(self, **settings: Any) -> None:
        """Set these of every y axis."""
        self._update_axes("yaxis", settings)

    def update_traces(self, **settings: Any) -> None:
        """Set these of every trace."""
        self.traces = [merged(trace, settings) for trace in self.traces]

    def _update_axes(self, kind: str, settings: Settings) -> None:
        for name in self.layout:
            if name.startswith(kind):
                self.layout[name] = merged(self.layout[name], settings)

    @property
    def plotly(self) -> BaseFigure:
        """The chart as what Streamlit draws."""
        return _Unchecked(self)


class _Unchecked(BaseFigure):  # type: ignore[misc]  # which has no types
    """A figure that no class of Plotly's has checked.

    Streamlit hands a dictionary to those classes first, and takes a figure as it is, by its `to_dict`.
    """

    def __init__(self, chart: Chart) -> None:
        """Do without the one of Plotly's figure, in which the checks are."""
        self._chart = chart

    def to_dict(self) -> Settings:
        layout = _plain(self._chart.layout) | {"template": _template(plotly.io.templates.default)}
        return {"data": [_plain(trace) for trace in self._chart.traces], "layout": layout}


def merged(below: Settings, above: Settings) -> Settings:
    """Merge two nested settings; where both have a value, the second wins."""
    inner = {name: merged(below[name], value) for name, value in above.items() if isinstance(value, dict) and name in below}
    return below | above | inner


@cache
def _template(name: str) -> Settings:
    """Return the settings that Plotly knows by this name; Streamlit's has the colors that its theme replaces."""
    template: Settings = plotly.io.templates[name].to_plotly_json()
    return template


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it: without what is None, and real numbers of an array as Plotly reads them fastest."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, np.ndarray):
        return _coded(value) if value.dtype == np.float64 and value.ndim in (1, 2) else value.tolist()
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [_plain(inner) for inner in value]
    return value


def _coded(values: np.ndarray[Any, np.dtype[np.float64]]) -> Settings:
    coded = {"dtype": "f8", "bdata": base64.b64encode(np.ascontiguousarray(values, "<f8").tobytes()).decode("ascii")}
    return coded if values.ndim == 1 else coded | {"shape": ", ".join(map(str, values.shape))}
