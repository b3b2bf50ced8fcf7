"""Words and sentences as places on a sheet of paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from rnn_core.compiled import Floats
from rnn_core.dataset import POSITIVE
from ui.figures.palette import Palette, frame, plain

MOST_NAMED = 60
"""Points that can still have their names beside them."""
MOST_ARROWS = 12
MIXED = "both"
_LETTERS = 40


class Group(NamedTuple):
    """Points that are drawn alike."""

    label: str
    points: Floats
    """(N, 2)"""
    names: Sequence[str]


class Arrow(NamedTuple):
    """A sentence moved: from one place to another."""

    start: tuple[float, float]
    end: tuple[float, float]


def sheet(
    groups: Sequence[Group],
    explained: tuple[float, float],
    colours: Palette,
    *,
    arrows: Sequence[Arrow] = (),
    star: tuple[tuple[float, float], str] | None = None,
) -> go.Figure:
    """Groups of points, told apart by colour and by shape; arrows; and one sentence as a star. The legend names the groups."""
    figure = go.Figure()
    named = sum(len(group.names) for group in groups) <= MOST_NAMED
    for label, points, names in groups:
        shown = [plain(name if len(name) <= _LETTERS else name[: _LETTERS - 1] + "…") for name in names]
        colour, symbol = _look(label, colours)
        figure.add_scatter(
            x=points[:, 0].tolist(),
            y=points[:, 1].tolist(),
            name=plain(label),
            mode="markers+text" if named else "markers",
            text=shown,
            textposition="top center",
            textfont={"color": colours.ink, "size": 11},
            marker={"color": colour, "symbol": symbol, "size": 9, "line": {"color": colours.ink, "width": 0.5}},
            hovertemplate="%{text}<extra></extra>",
        )
    for (x0, y0), (x1, y1) in arrows[:MOST_ARROWS]:
        figure.add_annotation(
            x=x1,
            y=y1,
            ax=x0,
            ay=y0,
            axref="x",
            ayref="y",
            text="",
            arrowcolor=colours.ink,
            arrowwidth=1.2,
            arrowhead=2,
            arrowsize=1.2,
            opacity=0.7,
        )
    if star is not None:
        (x, y), name = star
        figure.add_scatter(
            x=[x],
            y=[y],
            name=plain(name),
            mode="markers",
            text=[plain(name)],
            marker={"color": colours.ink, "symbol": "star", "size": 16},
            hovertemplate="%{text}<extra></extra>",
        )
    first, second = (f"{share:.0%} of the variance" for share in explained)
    frame(figure, colours, height=480, x=f"first component, {first}", y=f"second component, {second}", legend=True)
    figure.update_layout(hovermode="closest")
    return figure


def _look(label: str, colours: Palette) -> tuple[str, str]:
    """A group's colour and shape."""
    looks = {POSITIVE: (colours.positive, "circle"), MIXED: (colours.paper, "square")}
    return looks.get(label, (colours.negative, "diamond"))
