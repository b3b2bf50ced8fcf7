"""Words and sentences as points on a plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from rnn_core.arrays import Floats
from rnn_core.data.dataset import SENTIMENTS
from ui.figures.palette import Look, Palette, frame, looks, plain

MOST_NAMED = 60
"""The most points that have their names beside them."""
MOST_ARROWS = 12
MIXED = "both"
_LETTERS = 40
_SHEET = (900.0, 400.0)
_LETTER, _LINE, _POINT = 6.5, 14.0, 10.0
"""About how many pixels a wide sheet, a letter, a line and a point take."""


class Group(NamedTuple):
    """Points that are drawn alike."""

    label: str
    points: Floats
    """(N, 2)"""
    names: Sequence[str]
    notes: Sequence[str] = ()
    """what else is known of each point, shown beside its name when it is pointed at"""


class Arrow(NamedTuple):
    """A sentence that moved from one place to another."""

    start: tuple[float, float]
    end: tuple[float, float]


def sheet(
    groups: Sequence[Group],
    explained: tuple[float, float],
    colors: Palette,
    *,
    arrows: Sequence[Arrow] = (),
    star: tuple[tuple[float, float], str] | None = None,
    labels: Sequence[str] = SENTIMENTS,
) -> go.Figure:
    """Draw groups of points in colors and shapes of their own, arrows, and one sentence as a star. The legend names the groups."""
    figure = go.Figure()
    others = {group.label for group in groups} - {MIXED}
    look_of = looks(sorted({*labels, *others}), colors) | {MIXED: Look(colors.paper, "square", "")}
    named = sum(len(group.names) for group in groups) <= MOST_NAMED
    beside = _beside(groups) if named else []
    for label, points, names, notes in groups:
        shown = [plain(name if len(name) <= _LETTERS else name[: _LETTERS - 1] + "…") for name in names]
        sides, beside = beside[: len(names)], beside[len(names) :]
        color, symbol = look_of[label].color, look_of[label].symbol
        figure.add_scatter(
            x=points[:, 0].tolist(),
            y=points[:, 1].tolist(),
            name=plain(label),
            mode="markers+text" if named else "markers",
            text=[name if side else "" for name, side in zip(shown, sides, strict=True)] if named else None,
            textposition=[side or "top center" for side in sides] if named else None,
            hovertext=[f"{name}<br>{plain(note)}" for name, note in zip(shown, notes, strict=True)] if notes else shown,
            textfont={"color": colors.ink, "size": 11},
            marker={"color": color, "symbol": symbol, "size": 9, "line": {"color": colors.ink, "width": 0.5}},
            hovertemplate="%{hovertext}<extra></extra>",
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
            arrowcolor=colors.ink,
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
            marker={"color": colors.ink, "symbol": "star", "size": 16},
            hovertemplate="%{text}<extra></extra>",
        )
    first, second = (f"{share:.0%} of the variance" for share in explained)
    frame(figure, colors, height=480, x=f"first component, {first}", y=f"second component, {second}", legend=True)
    figure.update_layout(hovermode="closest")
    return figure


def _beside(groups: Sequence[Group]) -> list[str | None]:
    """Return the side of each point where its name overlaps no other name or point; None where no side is free."""
    places = np.concatenate([group.points for group in groups])
    span = np.ptp(places, axis=0)
    pixels = (places - places.min(axis=0)) / np.where(span > 0, span, 1.0) * _SHEET
    taken = [(x - _POINT / 2, y - _POINT / 2, x + _POINT / 2, y + _POINT / 2) for x, y in pixels.tolist()]
    sides: list[str | None] = []
    for (x, y), name in zip(pixels.tolist(), (name for group in groups for name in group.names), strict=True):
        width = _LETTER * min(len(name), _LETTERS)
        centers = {
            "top center": (x, y + _POINT / 2 + _LINE / 2),
            "bottom center": (x, y - _POINT / 2 - _LINE / 2),
            "middle right": (x + _POINT / 2 + width / 2, y),
            "middle left": (x - _POINT / 2 - width / 2, y),
        }
        boxes = {side: (a - width / 2, b - _LINE / 2, a + width / 2, b + _LINE / 2) for side, (a, b) in centers.items()}
        free = [side for side, box in boxes.items() if not any(_overlap(box, other) for other in taken)]
        sides.append(free[0] if free else None)
        if free:
            taken.append(boxes[free[0]])
    return sides


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
