"""Colors that carry meaning, the same on every page, and the frame around every chart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from rnn_core.data.dataset import NEGATIVE, POSITIVE
from ui.figures.chart import Chart


@dataclass(frozen=True)
class Palette:
    """One theme's colors (Okabe and Ito, a step lighter in the dark theme). Color never carries meaning alone."""

    ink: str
    quiet: str
    """axis titles, reference lines"""
    rule: str
    """grid"""
    paper: str
    positive: str
    negative: str
    train: str
    test: str
    before: str
    """gradients before clipping"""
    after: str
    """and after it"""
    accent: str
    earth: str
    """a seventh color for labels"""
    exploding: str
    """a gradient that grows on its way back through time"""
    vanishing: str
    """and one that shrinks"""
    compared: tuple[str, ...]
    """runs drawn beside another, none of which means anything else"""

    @property
    def diverging(self) -> list[list[Any]]:
        """Plotly's color scale from negative through paper to positive."""
        return [[0.0, self.negative], [0.5, self.paper], [1.0, self.positive]]

    @property
    def through_time(self) -> list[list[Any]]:
        """Plotly's color scale from vanishing through paper to exploding."""
        return [[0.0, self.vanishing], [0.5, self.paper], [1.0, self.exploding]]


LIGHT = Palette(
    ink="#22252b",
    quiet="#666a73",
    rule="#e6e2d9",
    paper="#f6f4ee",
    positive="#0072B2",
    negative="#D55E00",
    train="#008a66",
    test="#b3559a",
    before="#d18b00",
    after="#2f9fd8",
    accent="#2457a6",
    earth="#7a5230",
    exploding="#ad1457",
    vanishing="#546e8a",
    compared=("#5b3fb0", "#b0303c", "#8a6d00", "#157a8c", "#7a5230", "#4a5568"),
)

DARK = Palette(
    ink="#e8e6e1",
    quiet="#a3a6ad",
    rule="#2a2e36",
    paper="#23262d",
    positive="#4aa8e0",
    negative="#f0803c",
    train="#2cc295",
    test="#dd93c4",
    before="#f0b429",
    after="#7cc7f0",
    accent="#7fb0ff",
    earth="#c8a27a",
    exploding="#ff6fa5",
    vanishing="#93aecb",
    compared=("#a893f0", "#f07c86", "#d4b83a", "#4fc3d6", "#c8a27a", "#aab4c4"),
)


class Look(NamedTuple):
    """How one label is drawn, the same on every page: beyond eight labels, the color alone tells none apart."""

    color: str
    symbol: str
    """of a point"""
    pattern: str
    """of a bar"""


_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "x", "star", "hexagon")
_PATTERNS = ("", "/", "x", "-", "|", "+", ".", "\\")


def looks(labels: Sequence[str], colors: Palette) -> dict[str, Look]:
    """Return the look of each label. The two sentiments keep theirs; the others take the next ones in their order."""
    free = iter(i for i in range(len(labels) + 2) if i > 1 or not {POSITIVE, NEGATIVE} & set(labels))
    fixed = {POSITIVE: 0, NEGATIVE: 1}
    places = {label: fixed[label] if label in fixed else next(free) for label in sorted(labels)}
    hues = (colors.positive, colors.negative, colors.train, colors.test, colors.before, colors.after, colors.earth, colors.ink)
    count = len(hues)
    return {
        label: Look(hues[i % count], _SYMBOLS[(i + 3 * (i // count)) % count], _PATTERNS[(i + 3 * (i // count)) % count])
        for label, i in places.items()
    }


def label_scale(labels: Sequence[str], label: str | None, colors: Palette) -> list[list[Any]]:
    """Return Plotly's color scale: from the other of two labels through paper to this one, or from paper to each label in turn."""
    look_of = looks(labels, colors)
    if label is not None:
        (other,) = {*labels} - {label}
        return [[0.0, look_of[other].color], [0.5, colors.paper], [1.0, look_of[label].color]]
    C = len(labels)
    return [step for k, name in enumerate(labels) for step in ([k / C, colors.paper], [(k + 1) / C, look_of[name].color])]


def palette(theme: str | None) -> Palette:
    """Return the palette of a theme, "light" or "dark"."""
    return DARK if theme == "dark" else LIGHT


def faint(color: str, share: float) -> str:
    """Return a color (#rrggbb) that covers this share of what is behind it."""
    return f"rgba({int(color[1:3], 16)},{int(color[3:5], 16)},{int(color[5:7], 16)},{share})"


LIVING = {"displayModeBar": False, "responsive": True}
"""Plotly's settings for a chart that is drawn again and again: no toolbar, since every drawing would undo what it did."""
STILL: dict[str, Any] = {
    "displayModeBar": "hover",
    "responsive": True,
    "displaylogo": False,
    "modeBarButtons": [["zoom2d", "pan2d", "resetScale2d", "toImage"]],
    "toImageButtonOptions": {"format": "svg"},
}
"""And for one that stands still: zoom, pan, a double click to go back, and a download, in a toolbar under the pointer."""


def frame(figure: Chart, colors: Palette, *, height: int, x: str = "", y: str = "", legend: bool = False) -> Chart:
    """Lay out a quiet frame: no vertical grid, a faint horizontal one, axis titles, the legend above left."""
    words, ticks = {"color": colors.quiet, "size": 12}, {"color": colors.quiet, "size": 11}
    axis = {"tickfont": ticks, "automargin": True, "zeroline": False, "fixedrange": True}
    around = {
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 30 if legend else 10, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": colors.ink, "size": 12},
        "showlegend": legend,
        "legend": {"orientation": "h", "x": 0, "y": 1.0, "xanchor": "left", "yanchor": "bottom", "font": {"color": colors.ink}},
        "hovermode": "x unified" if legend else "closest",
        "dragmode": False,
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": colors.quiet, "activecolor": colors.accent},
        "xaxis": axis | {"title": {"text": x, "font": words}, "showgrid": False},
        "yaxis": axis | {"title": {"text": y, "font": words}, "gridcolor": colors.rule},
    }
    figure.update_layout(**around)
    return figure


def free(figure: Chart, *, drag: bool = True) -> Chart:
    """Let a chart that stands still be zoomed and moved. drag: whether to draw a frame with the pointer zooms at once."""
    figure.update_xaxes(fixedrange=False)
    figure.update_yaxes(fixedrange=False)
    figure.update_layout(dragmode="zoom" if drag else False)
    return figure


def _power(exponent: int) -> str:
    return f"{10.0**exponent:g}" if -2 <= exponent <= 1 else f"10<sup>{exponent}</sup>".replace("-", "−")


def powers_axis(figure: Chart, low: float, high: float, most: int = 5) -> None:
    """Draw a log axis from 10^low to 10^high with a few whole powers named, all in one size; Plotly's own would be larger."""
    first, last = max(math.ceil(low - 1e-9), -307), min(math.floor(high + 1e-9), 308)  # powers that are numbers
    stride = -(-(last - first + 1) // most)
    shown = [exponent for exponent in range(first, last + 1) if exponent % stride == 0] or [first]
    figure.update_yaxes(
        type="log", range=[low, high], tickvals=[10.0**exponent for exponent in shown], ticktext=[_power(e) for e in shown]
    )


def across(figure: Chart, y: float, line: dict[str, Any]) -> None:
    """Draw a line from side to side."""
    figure.add_shape(type="line", x0=0, x1=1, xref="x domain", y0=y, y1=y, yref="y", line=line)


def upright(figure: Chart, x: float, line: dict[str, Any]) -> None:
    """Draw a line from top to bottom."""
    figure.add_shape(type="line", x0=x, x1=x, xref="x", y0=0, y1=1, yref="y domain", line=line)


def plain(text: str) -> str:
    """Return a visitor's text for a chart. Plotly reads a few HTML tags and entities, so the signs that open them are escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("$", "&#36;")
