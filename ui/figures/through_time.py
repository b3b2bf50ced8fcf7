"""The gradient through time: its length at each word, what each step does to it, and how both change over a run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.errors import shorten
from rnn_core.gradients.flow import FlowMap, Passage
from rnn_core.gradients.spectrum import Spectrum
from ui.figures.chart import Chart
from ui.figures.palette import Palette, across, frame, plain, powers_axis
from ui.figures.tables import name_places
from ui.language import gettext, number

Shown = Literal["length", "weights", "tanh"]

MOST_TICKS = 30
KEEPS = 1.25
"""Within this factor a gradient is drawn as about as long."""
MOST_EXPONENTS = 3
"""Powers of ten that the heat map's scale reaches either way: more would leave everything else pale."""


def by_word(passage: Passage, colors: Palette, *, backwards: bool = False, scaled: tuple[str, Passage] | None = None) -> Chart:
    """‖∂L/∂h_t‖ after each word as points on a log axis, words in the sentence's order; beside an LSTM's ‖∂L/∂c_t‖ as diamonds.

    A point has the color of vanishing or exploding where it is shorter or longer than at the word read last.
    backwards: the passage is that of the direction that reads the last word first.
    scaled: the name and the passage of the same network with another W_hh, to be drawn beside it.
    """
    order = slice(None, None, -1 if backwards else 1)
    words, figure = passage.words[order], Chart()
    places = list(range(1, len(words) + 1))
    memory = passage.memory_norms
    shown = [plain(shorten(word)) for word in words]
    lines: list[tuple[str, Floats, str, str, str]] = [
        (gettext("of the state, ‖∂L/∂h‖"), passage.norms, "circle", "solid", colors.ink)
    ]
    if scaled is not None:
        lines.append((scaled[0], scaled[1].norms, "square", "dash", colors.accent))
    hover = gettext("after “{word}”: {norm}", word="%{customdata}", norm="%{y:.2e}")
    for name, norms, symbol, dash, color in lines:
        figure.add_scatter(
            x=places,
            y=_drawable(norms[order]),
            name=name,
            mode="lines+markers",
            line={"color": color, "width": 1.6, "dash": dash},
            marker={"symbol": symbol, "size": 11, "color": _ways(norms, colors)[order], "line": {"color": color, "width": 1}},
            customdata=shown,
            hovertemplate=f"{hover}<extra></extra>",
        )
    if memory is not None:
        figure.add_scatter(
            x=places,
            y=_drawable(memory[order]),
            name=gettext("of the cell state, ‖∂L/∂c‖"),
            mode="lines+markers",
            line={"color": colors.quiet, "width": 1, "dash": "dot"},
            marker={"symbol": "diamond", "size": 8, "color": colors.quiet},
            hovertemplate="%{y:.2e}<extra></extra>",
        )
    frame(
        figure,
        colors,
        height=300,
        x=gettext("the sentence, word by word"),
        y=gettext("gradient norm"),
        legend=len(figure.traces) > 1,
    )
    figure.update_layout(hovermode="closest")
    _words_axis(figure, words)
    others = [each for each in (memory, scaled[1].norms if scaled else None) if each is not None]
    _log_axis(figure, np.concatenate([passage.norms, *others]))
    return figure


def _ways(norms: Floats, colors: Palette) -> list[str]:
    """Return the color of each norm (T,): vanishing below the last one, exploding above it, ink where it is about as long."""
    last = norms[-1]
    return [
        colors.vanishing if norm < last / KEEPS else colors.exploding if norm > last * KEEPS else colors.ink
        for norm in norms.tolist()
    ]


def factors(passage: Passage, colors: Palette, *, backwards: bool = False) -> Chart:
    """What each step back does to the gradient's length: by W_hhᵀ and by tanh', at the word that it arrives at. Vanilla cell only."""
    assert passage.by_weights is not None
    assert passage.by_tanh is not None
    order = slice(None, None, -1 if backwards else 1)
    words, figure = passage.words[order], Chart()
    gap = [np.nan]  # no step goes back to the word read last
    for values, name, color, symbol, dash in (
        (passage.by_weights, gettext("by W_hhᵀ"), colors.accent, "circle", "solid"),
        (passage.by_tanh, gettext("by tanh′"), colors.ink, "diamond-open", "dot"),
    ):
        figure.add_scatter(
            x=list(range(1, len(words) + 1)),
            y=_drawable(np.concatenate([values, gap])[order]),
            name=name,
            mode="lines+markers",
            line={"color": color, "width": 1.4, "dash": dash},
            marker={"symbol": symbol, "size": 8, "color": color},
            hovertemplate="× %{y:.3g}",
        )
    across(figure, 1.0, {"color": colors.quiet, "width": 1, "dash": "dot"})
    frame(figure, colors, height=270, x=gettext("the sentence, word by word"), y=gettext("factor"), legend=True)
    _words_axis(figure, words)
    _log_axis(figure, np.concatenate([passage.by_weights, passage.by_tanh, [1.0]]))
    return figure


def heat(chart: FlowMap, colors: Palette, *, shown: Shown = "length") -> Chart:
    """Draw the gradient's length at each kept epoch and word, counted from the end, relative to the word read last.

    Paper: as long as there. It has the colors of vanishing and exploding.
    shown: that, or one of the two factors of the step back to each word; there is no step back to the word read last.
    """
    factors = {"weights": chart.by_weights, "tanh": chart.by_tanh}.get(shown)
    with np.errstate(divide="ignore", invalid="ignore"):
        exponents = np.log10(chart.norms / chart.norms[:, :1] if factors is None else factors)
    reach = np.abs(exponents[np.isfinite(exponents)])
    bound = float(min(max(reach.max(initial=0.0), 0.5), MOST_EXPONENTS))
    beyond = reach.max(initial=0.0) > bound
    ticks = [-bound, 0.0, bound]
    ends = [_factor(tick) for tick in ticks]
    if beyond:
        ends = [gettext("{factor} or less", factor=ends[0]), ends[1], gettext("{factor} or more", factor=ends[2])]
    epochs = [number(epoch) for epoch in chart.epochs]
    short = len(chart.words) <= MOST_TICKS
    words = [f"{_short(word)}  {d}" if short else str(d) for d, word in enumerate(chart.words)]
    figure = Chart()
    figure.add_heatmap(
        z=np.clip(exponents, -bound, bound).T.tolist(),
        customdata=_hover(chart.norms if factors is None else factors).T,
        x=epochs,
        y=words,
        zmin=-bound,
        zmax=bound,
        colorscale=colors.through_time,
        hoverongaps=False,
        hovertemplate=gettext("epoch {epoch}: {value}", epoch="%{x}", value="%{customdata}") + "<extra>%{y}</extra>",
        colorbar={
            "tickvals": ticks,
            "ticktext": ends,
            "tickfont": {"size": 11, "color": colors.quiet},
            "thickness": 8,
            "outlinewidth": 0,
            "orientation": "h",
            "x": 0.0,
            "xanchor": "left",
            "y": 1.0,
            "yref": "container",
            "yanchor": "top",
            "lenmode": "pixels",
            "len": 240,
        },
    )
    frame(
        figure,
        colors,
        height=max(250, min(120 + 16 * len(chart.words), 470)),
        x=gettext("epoch"),
        y=gettext("words before the end"),
    )
    figure.update_xaxes(type="category", tickvals=_some(epochs, 9))
    figure.update_yaxes(type="category", tickvals=_some(words, MOST_TICKS if short else 10))
    figure.update_yaxes(showgrid=False)
    figure.update_layout(margin={"t": 36})  # room for the scale
    return figure


def spectrum(epochs: Sequence[int], spectra: Sequence[Mapping[str, Spectrum]], block: str, colors: Palette) -> Chart:
    """Draw the largest singular value and the spectral radius of one block of W_hh at the kept epochs."""
    figure = Chart()
    values = {
        gettext("largest singular value"): [each[block].singular for each in spectra],
        gettext("spectral radius"): [each[block].radius for each in spectra],
    }
    for (name, y), color, symbol, dash in zip(
        values.items(), (colors.accent, colors.ink), ("circle", "diamond-open"), ("solid", "dot"), strict=True
    ):
        figure.add_scatter(
            x=list(epochs),
            y=y,
            name=name,
            mode="lines+markers" if len(epochs) <= 12 else "lines",
            line={"color": color, "width": 1.8, "dash": dash},
            marker={"symbol": symbol, "size": 7},
            hovertemplate="%{y:.3f}",
        )
    top = max([1.0, *(y for line in values.values() for y in line if math.isfinite(y))])
    across(figure, 1.0, {"color": colors.quiet, "width": 1, "dash": "dot"})
    frame(figure, colors, height=270, x=gettext("epoch"), y=gettext("of {block}", block=block), legend=True)
    figure.update_xaxes(range=[0, max([2, *epochs])])
    figure.update_yaxes(range=[0, 1.12 * top])
    return figure


def _drawable(values: Floats) -> list[float | None]:
    """Return the values with a gap where a log scale cannot show one."""
    return [float(v) if np.isfinite(v) and v > 0 else None for v in values]


def _hover(norms: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.str_]]:
    return np.array([[f"{norm:.2e}" for norm in row] for row in norms])


def _factor(exponent: float) -> str:
    """Return a power of ten as how many times longer or shorter."""
    factor = 10.0 ** abs(exponent)
    times = f"{factor:.1f}" if factor < 10 else number(factor)
    return "1" if exponent == 0 else f"1/{times}" if exponent < 0 else f"{times} ×"


def _short(word: str) -> str:
    return plain(word if len(word) <= 12 else word[:11] + "…")


def _words_axis(figure: Chart, words: Sequence[str]) -> None:
    """Put the words under their places; of many, only some."""
    stride = -(-len(words) // MOST_TICKS)
    places = list(range(1, len(words) + 1, stride))
    name_places(figure, "x", range(1, len(words) + 1), [f"{place} {_short(word)}" for place, word in enumerate(words, start=1)])
    figure.update_xaxes(
        tickvals=places,
        ticktext=[_short(words[place - 1]) for place in places],
        tickangle=0 if sum(map(len, words)) < 60 else -45,
        range=[0.4, len(words) + 0.6],
    )


def _log_axis(figure: Chart, values: Floats) -> None:
    """Return whole powers of ten around all values that a log scale can show."""
    shown = values[np.isfinite(values) & (values > 0)]
    low, high = (math.floor(math.log10(shown.min())), math.ceil(math.log10(shown.max()) + 0.02)) if len(shown) else (-1, 0)
    low, high = max(low, -307), min(high, 307)
    high = max(high, low + 1)
    powers_axis(figure, low, high + 0.05 * (high - low))


def _some(labels: Sequence[str], most: int) -> list[str]:
    """Return as many of the labels as there is room for, evenly spread, with the first and the last."""
    stride = max(1, -(-len(labels) // most))
    return [*labels[: max(1, len(labels) - stride // 2 - 1) : stride], *labels[len(labels) - 1 :][: len(labels) > 1]]
