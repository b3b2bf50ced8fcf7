"""One update in detail: a matrix as a heat map, and its elements before and after clipping."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go

from rnn_core.arrays import Floats
from ui.figures.palette import Palette, frame, powers_axis, upright

MOST_CELLS = 96
"""Cells along each side of a heat map; a larger matrix is shown in tiles."""
BINS = 61
FROM, TO = "from this unit of the state before", "to this unit"
"""What the columns and the rows of a block of W_hh are."""


def matrix(
    values: Floats, bound: float, colors: Palette, *, scale: bool = True, written: Callable[[float], str] = "{:.2g}".format
) -> go.Figure:
    """Draw a matrix (m, n), rows downwards, colored from -bound through paper to bound; a large one by each tile's largest element.

    written: how the numbers beside the scale are written.
    """
    tiled, side = tiles(values)
    bound = bound or 1.0
    figure = go.Figure(
        go.Heatmap(
            z=tiled,
            x=_places(tiled.shape[1], side),
            y=_places(tiled.shape[0], side),
            zmin=-bound,
            zmax=bound,
            colorscale=colors.diverging,
            showscale=scale,
            hovertemplate="row %{y}, column %{x}: %{z:.2e}<extra></extra>",
            colorbar={
                "tickvals": [-bound / 2, 0, bound / 2],
                "ticktext": [written(-bound / 2), "0", written(bound / 2)],
                "tickfont": {"size": 11, "color": colors.quiet},
                "thickness": 8,
                "outlinewidth": 0,
                "orientation": "h",
                "y": -0.02,
                "yanchor": "top",
            },
        )
    )
    frame(figure, colors, height=360, x=FROM, y=TO)
    figure.update_xaxes(side="top", showticklabels=False, constrain="domain")
    figure.update_yaxes(showticklabels=False, showgrid=False, autorange="reversed", scaleanchor="x", constrain="domain")
    figure.update_layout(margin={"l": 0, "r": 0, "t": 24, "b": 0})
    return figure


def tiles(values: Floats) -> tuple[Floats, int]:
    """Return the matrix reduced to at most MOST_CELLS rows and columns, each tile's largest element, and a tile's side."""
    side = -(-max(values.shape) // MOST_CELLS)
    if side == 1:
        return values, 1
    rows, columns = (-(-n // side) for n in values.shape)
    padded = np.zeros((rows * side, columns * side))
    padded[: values.shape[0], : values.shape[1]] = values
    blocks = padded.reshape(rows, side, columns, side).transpose(0, 2, 1, 3).reshape(rows, columns, -1)
    largest = np.argmax(np.abs(blocks), axis=2)
    return np.take_along_axis(blocks, largest[..., None], axis=2)[..., 0], side


def histogram(raw: Floats, clipped: Floats, threshold: float | None, colors: Palette) -> go.Figure:
    """Draw how many elements have which size before and after clipping. threshold: an element's bound, or None."""
    reach = 1.02 * max(float(np.abs(raw).max(initial=0.0)), float(np.abs(clipped).max(initial=0.0))) or 1.0
    edges = np.linspace(-reach, reach, BINS + 1)
    middles = ((edges[:-1] + edges[1:]) / 2).tolist()
    before, after = (np.histogram(values, bins=edges)[0] for values in (raw, clipped))
    figure = go.Figure()
    figure.add_bar(x=middles, y=before.tolist(), name="before clipping", marker_color=colors.before, hovertemplate="%{y}")
    figure.add_scatter(
        x=middles,
        y=[int(n) or None for n in after],
        name="after",
        mode="lines+markers",
        line={"color": colors.after, "width": 1.4, "shape": "hvh"},
        marker={"size": 5},
        hovertemplate="%{y}",
    )
    for end in (-1, 1) if threshold is not None and threshold < reach else ():
        upright(figure, end * (threshold or 0.0), {"color": colors.quiet, "width": 1, "dash": "dot"})
    frame(figure, colors, height=260, x="element of the gradient", y="elements", legend=True)
    figure.update_layout(bargap=0.05)
    figure.update_xaxes(range=[-reach, reach], exponentformat="power")
    top = max(int(before.max(initial=1)), int(after.max(initial=1)), 1)
    powers_axis(figure, -0.3, float(np.log10(top)) + 0.2)
    return figure


def _places(count: int, side: int) -> list[int]:
    """Return rows or columns counted from 1; for tiles, the first of each."""
    return [1 + side * i for i in range(count)]
