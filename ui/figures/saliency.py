"""What each word did, as bars, and the confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnn_core.arrays import Floats, Ints
from ui.figures.chart import Chart
from ui.figures.palette import Palette, frame, looks, plain, upright
from ui.language import gettext

MOST_BARS = 40
_LETTERS = 14


def bars(
    words: Sequence[str], values: Floats, colors: Palette, sides: tuple[str, Sequence[str]] | None, *, digits: int = 2
) -> Chart:
    """Draw one bar for each word, in the sentence's order from the top; of very many words, those with the longest. NaN has no bar.

    sides: the label that is explained, and all labels. Bars to the right, in its color, speak for it, bars to the left against it:
    for the other of two labels, in that one's color. None: bars have no side.
    """
    signed, (right, left) = sides is not None, _sides(sides, colors)
    size = np.nan_to_num(np.abs(values))
    places = sorted(np.argsort(-size, kind="stable")[:MOST_BARS].tolist())
    rows = [f"{t + 1} {plain(_short(words[t]))}" for t in places]
    shown = [None if np.isnan(values[t]) else float(values[t]) for t in places]
    side = [right if (value or 0.0) >= 0 else left for value in shown]
    figure = Chart()
    figure.add_bar(
        x=shown,
        y=rows,
        orientation="h",
        marker={"color": side},
        text=["" if value is None else _number(value, digits, signed) for value in shown],
        textposition="outside",
        cliponaxis=False,
        textfont={"color": colors.ink, "size": 11},
        hovertemplate="%{y}: %{x:.4f}<extra></extra>",
    )
    frame(figure, colors, height=36 + 24 * len(rows))
    reach = 1.8 * max(float(size.max(initial=0.0)), 1e-9)
    figure.update_xaxes(visible=False, range=[-reach if signed else 0.0, reach])
    if signed:
        upright(figure, 0, {"color": colors.quiet, "width": 1})
    figure.update_yaxes(
        autorange="reversed", type="category", tickvals=rows, ticktext=[plain(_short(words[t])) for t in places], showgrid=False
    )
    figure.update_layout(bargap=0.35)
    return figure


def confusion(counts: Ints, labels: Sequence[str], colors: Palette) -> Chart:
    """Draw the number of sentences by label (row) and prediction (column); darker is more."""
    names = [plain(_short(label)) for label in labels]
    n = len(labels)
    figure = Chart()
    figure.add_heatmap(
        z=counts.tolist(),
        x=list(range(n)),
        y=list(range(n)),
        colorscale=[[0, colors.paper], [1, colors.accent]],
        zmin=0,
        zmax=max(1, 2 * int(counts.max(initial=0))),  # no darker than a number can be read on
        showscale=False,
        xgap=3,
        ygap=3,
        text=counts.tolist(),
        texttemplate="%{text}",
        textfont={"color": colors.ink, "size": 15 if n <= 8 else 12},
        customdata=[
            [gettext("{label} predicted as {prediction}", label=label, prediction=said) for said in names] for label in names
        ],
        hovertemplate="%{customdata}: %{z}<extra></extra>",
    )
    frame(figure, colors, height=70 + (58 if n <= 3 else 42 if n <= 8 else 30) * n, x=gettext("prediction"), y=gettext("label"))
    figure.update_xaxes(tickvals=list(range(n)), ticktext=names, tickangle=0 if n <= 3 else -45)
    figure.update_yaxes(tickvals=list(range(n)), ticktext=names, autorange="reversed", showgrid=False)
    return figure


def _sides(sides: tuple[str, Sequence[str]] | None, colors: Palette) -> tuple[str, str]:
    """Return the colors of bars to the right and to the left."""
    if sides is None:
        return colors.quiet, colors.quiet
    label, labels = sides
    look_of = looks(labels, colors)
    others = [name for name in labels if name != label]
    return look_of[label].color, look_of[others[0]].color if len(others) == 1 else colors.quiet


def _number(value: float, digits: int, signed: bool) -> str:
    """Write a number with a minus sign instead of a hyphen, and none for what rounds to zero."""
    return (f"{value:+z.{digits}f}" if signed else f"{value:.{digits}f}").replace("-", "\u2212")


def _short(word: str) -> str:
    return word if len(word) <= _LETTERS else word[: _LETTERS - 1] + "…"
