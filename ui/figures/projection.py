"""Words and sentences as points on a plane."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.data.dataset import SENTIMENTS
from ui.figures.chart import Chart
from ui.figures.palette import Look, Palette, frame, label_scale, looks, plain
from ui.language import gettext, percent

MOST_NAMED = 60
"""The most points that have their names beside them."""
MOST_STEPS = 25
"""The most words of a path that are named."""
BACKGROUND = "background"
"""Marks a trace that only shades the sheet; its numbers are in no table."""
MIXED = ""
"""The group of words that belong to no one label; no label is empty."""
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
    is_new: bool = False
    """whether they are words that no training sentence has: they are drawn hollow"""


class Path(NamedTuple):
    """One sentence read word by word."""

    name: str
    points: Floats
    """(T+1, 2): before the first word, and after each"""
    words: Sequence[str]


class Shade(NamedTuple):
    """What the network predicts for the states of the sheet."""

    x: Floats
    y: Floats
    probabilities: Floats
    """(len(y), len(x), C)"""
    label: str | None
    """whose probability shades the sheet; None for the predicted label's"""


def sheet(
    groups: Sequence[Group],
    explained: tuple[float, float],
    colors: Palette,
    *,
    path: Path | None = None,
    shade: Shade | None = None,
    labels: Sequence[str] = SENTIMENTS,
) -> Chart:
    """Draw groups of points in colors and shapes of their own, and one sentence's path with arrows, over a shaded sheet.

    The legend names the groups.
    """
    figure = Chart()
    if shade is not None:
        _shade(figure, shade, labels, colors)
    others = {group.label for group in groups} - {MIXED}
    look_of = looks(sorted({*labels, *others}), colors) | {MIXED: Look(colors.paper, "square", "")}
    named = sum(len(group.names) for group in groups) <= MOST_NAMED
    beside = _beside(groups) if named else []
    for label, points, names, notes, is_new in groups:
        shown = [plain(name if len(name) <= _LETTERS else name[: _LETTERS - 1] + "…") for name in names]
        sides, beside = beside[: len(names)], beside[len(names) :]
        color, symbol = look_of[label].color, look_of[label].symbol
        figure.add_scatter(
            x=points[:, 0].tolist(),
            y=points[:, 1].tolist(),
            name=_legend(label, is_new),
            mode="markers+text" if named else "markers",
            text=[name if side else "" for name, side in zip(shown, sides, strict=True)] if named else None,
            textposition=[side or "top center" for side in sides] if named else None,
            hovertext=[f"{name}<br>{plain(note)}" for name, note in zip(shown, notes, strict=True)] if notes else shown,
            textfont={"color": colors.ink, "size": 11},
            marker=_marker(color, symbol, colors, is_new),
            hovertemplate="%{hovertext}<extra></extra>",
        )
    if path is not None:
        _path(figure, path, colors)
    first, second = (percent(share) for share in explained)
    across = gettext("first component, {share} of the variance", share=first)
    up = gettext("second component, {share} of the variance", share=second)
    frame(figure, colors, height=480, x=across, y=up, legend=True)
    figure.update_layout(hovermode="closest")
    if shade is not None:
        figure.update_xaxes(range=[float(shade.x[0]), float(shade.x[-1])])
        figure.update_yaxes(range=[float(shade.y[0]), float(shade.y[-1])], showgrid=False)
    return figure


def _legend(label: str, is_new: bool) -> str:
    """Return the name of a group in the legend."""
    shown = gettext("no clear label") if label == MIXED else plain(label)
    return gettext("{label}, not in training", label=shown) if is_new else shown


def _marker(color: str, symbol: str, colors: Palette, is_new: bool) -> dict[str, Any]:
    """Return how the points of a group look."""
    if is_new:
        return {
            "color": colors.ink if color == colors.paper else color,
            "symbol": f"{symbol}-open",
            "size": 10,
            "line": {"width": 2},
        }
    return {"color": color, "symbol": symbol, "size": 9, "line": {"color": colors.ink, "width": 0.5}}


def _path(figure: Chart, path: Path, colors: Palette) -> None:
    """Draw a sentence's states from word to word, an arrow for each word."""
    words = [gettext("start"), *(plain(word if len(word) <= _LETTERS else word[: _LETTERS - 1] + "…") for word in path.words)]
    few = len(path.words) <= MOST_STEPS
    places = path.points.tolist()
    figure.add_scatter(
        x=[x for x, _ in places],
        y=[y for _, y in places],
        name=plain(path.name if len(path.name) <= _LETTERS else path.name[: _LETTERS - 1] + "…"),
        mode="lines+markers+text" if few else "lines+markers",
        text=[f"<b>{word}</b>" for word in words] if few else None,
        textposition=[
            "bottom center" if before[1] > here[1] else "top center" for before, here in pairwise([places[0], *places])
        ],
        hovertext=words,
        textfont={"color": colors.ink, "size": 12},
        line={"color": colors.ink, "width": 1.6},
        marker={
            "color": colors.ink,
            "symbol": ["circle-open", *["arrow"] * len(path.words)],
            "angleref": "previous",
            "size": [8, *[11] * len(path.words)],
        },
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _shade(figure: Chart, shade: Shade, labels: Sequence[str], colors: Palette) -> None:
    """Shade the sheet: by one label's probability, or in the predicted label's color, the paler the less sure."""
    if shade.label is not None:
        z = shade.probabilities[..., labels.index(shade.label)]
    else:
        C, best = len(labels), shade.probabilities.max(axis=-1)
        z = (shade.probabilities.argmax(axis=-1) + (best - 1 / C) / (1 - 1 / C) / 2) / C
    figure.add_heatmap(
        x=shade.x.tolist(),
        y=shade.y.tolist(),
        z=np.round(z, 3).tolist(),
        zmin=0,
        zmax=1,
        zsmooth=False if shade.label is None else "best",
        colorscale=label_scale(labels, shade.label, colors),
        opacity=0.4,
        showscale=False,
        hoverinfo="skip",
        meta=BACKGROUND,
    )


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
