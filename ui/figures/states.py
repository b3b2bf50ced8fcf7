"""Hidden states and gates while the network reads, as heat maps, and one sentence's probability over the epochs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from rnn_core.arrays import Floats, Ints
from rnn_core.explanation import Course
from ui.figures.chart import Chart
from ui.figures.palette import Palette, across, frame, looks, plain, upright
from ui.figures.reading import probability_of
from ui.language import gettext, number

Scale = Literal["signed", "share", "free"]
"""Color range: of states -1 … 1, or a half or a quarter of that if they fit; of gates 0 … 1; or as far as the values reach."""

_REACHES = (0.25, 0.5, 1.0)
"""How far the colors of states may reach. An LSTM's states are often small and would look pale on a range up to 1."""

MOST_NAMED = 40
"""The most words named under a picture; of more, every second, third …"""
_LETTERS = 12


def heat(
    values: Floats, words: Sequence[str], order: Ints, scale: Scale, colors: Palette, *, height: int = 0, reach: float = 0.0
) -> Chart:
    """Draw the values (T, H) of every unit after each word, units in this order; a row of NaN is a gap.

    reach: how far the colors go at least, so that pictures side by side share them.
    """
    columns = [f"{t} {plain(_short(word))}" for t, word in enumerate(words, start=1)]
    shown = values.T[order]
    reach = max(float(np.nanmax(np.abs(shown), initial=0.0)), 1e-6) if scale == "free" else max(reach, reach_of(values))
    named = range(0, len(words), -(-len(words) // MOST_NAMED))
    figure = Chart()
    figure.add_heatmap(
        z=[[None if np.isnan(value) else value for value in row] for row in shown.tolist()],
        x=columns,
        y=[gettext("unit {unit}", unit=unit) for unit in order],
        zmin=0.0 if scale == "share" else -reach,
        zmax=1.0 if scale == "share" else reach,
        colorscale=[[0, colors.paper], [1, colors.accent]] if scale == "share" else colors.diverging,
        colorbar={"thickness": 10, "outlinewidth": 0, "tickfont": {"color": colors.quiet, "size": 11}, "nticks": 5},
        xgap=1 if len(words) <= MOST_NAMED else 0,  # gaps between very many columns would hide them
        hoverongaps=False,
        hovertemplate=gettext("{unit} after {word}: {value}", unit="%{y}", word="%{x}", value="%{z:.3f}") + "<extra></extra>",
    )
    units = gettext("{count} hidden units, similar ones together", count=number(len(order)))
    frame(figure, colors, height=height or min(460, max(160, 90 + 5 * len(order))), y=units)
    figure.update_xaxes(
        tickvals=[columns[t] for t in named],
        ticktext=[plain(_short(words[t])) for t in named],
        autotickangles=[0, -60],  # slanted where they would overlap
        type="category",
    )
    figure.update_yaxes(showticklabels=False, ticks="", showgrid=False, autorange="reversed", type="category")
    return figure


def reach_of(values: Floats) -> float:
    """Return how far from zero the colors must reach to hold the states."""
    largest = float(np.nanmax(np.abs(values), initial=0.0))
    return next((reach for reach in _REACHES if largest <= reach), _REACHES[-1])


def course(found: Course, viewed: int, label: str | None, colors: Palette) -> Chart:
    """Draw a label's probability at each kept epoch, or every label's (None), and mark the epoch looked at."""
    figure, look_of = Chart(), looks(found.labels, colors)
    shown = found.labels if label is None else (label,)
    for name in shown:
        figure.add_scatter(
            x=found.epochs.tolist(),
            y=found.probabilities[:, found.labels.index(name)].tolist(),
            mode="lines+markers",
            line={"color": look_of[name].color, "width": 1.8},
            marker={"size": 5, "symbol": look_of[name].symbol},
            name=plain(_short(name)),
            hovertemplate=gettext("epoch {epoch}", epoch="%{x}") + ": %{y:.3f}<extra>" + plain(_short(name)) + "</extra>",
        )
    chance = 1 / len(found.labels)
    shown_chance = f"{chance:.3f}"
    across(figure, chance, {"color": colors.quiet, "width": 1, "dash": "dot"})
    figure.add_annotation(
        x=1,
        xref="paper",
        xanchor="right",
        y=chance,
        yanchor="bottom",
        text=gettext("chance, {probability}", probability=shown_chance),
        showarrow=False,
        font={"color": colors.quiet, "size": 11},
        bgcolor=colors.paper,  # the line of the last epoch would run through the words
    )
    upright(figure, viewed, {"color": colors.quiet, "width": 1})
    frame(figure, colors, height=240, x=gettext("epoch"), y=probability_of(label), legend=label is None)
    figure.update_layout(hovermode="closest")
    figure.update_yaxes(range=[-0.02, 1.02])
    return figure


def _short(word: str) -> str:
    return word if len(word) <= _LETTERS else word[: _LETTERS - 1] + "…"
