"""A long sentence as a curve: the prediction after each word."""

from __future__ import annotations

from rnn_core import Reading
from rnn_core.errors import shorten
from ui.figures.chart import Chart
from ui.figures.palette import Palette, across, frame, looks, plain
from ui.figures.tables import name_places
from ui.language import gettext

MOST_NAMED = 40
"""The most words named under the curve; of more, every second, third …"""
_LETTERS = 12


def curve(reading: Reading, label: str | None, colors: Palette) -> Chart:
    """Draw the label's probability after each word, or every label's (None), over the words as they were written."""
    words = [reading.tokens.written[place] for place in reading.tokens.places]
    figure, look_of = Chart(), looks(reading.labels, colors)
    for name in reading.labels if label is None else (label,):
        values = reading.probabilities[:, reading.labels.index(name)]
        figure.add_scatter(
            x=list(range(len(words))),
            y=values.tolist(),
            mode="lines+markers",
            name=plain(shorten(name, _LETTERS)),
            line={"color": look_of[name].color if label is None else colors.quiet, "width": 1.4},
            marker={"size": 6, "symbol": look_of[name].symbol, **_fill(reading, name, label, colors)},
            hovertext=[plain(shorten(word)) for word in words],
            hovertemplate="%{hovertext}: %{y:.3f}<extra>" + plain(shorten(name, _LETTERS)) + "</extra>",
        )
    across(figure, 1 / len(reading.labels), {"color": colors.quiet, "width": 1, "dash": "dot"})
    frame(figure, colors, height=230, y=probability_of(label), legend=label is None)
    named = range(0, len(words), -(-len(words) // MOST_NAMED))
    figure.update_xaxes(
        tickvals=list(named),
        ticktext=[plain(words[t] if len(words[t]) <= _LETTERS else words[t][: _LETTERS - 1] + "…") for t in named],
        tickangle=-60,
        range=[-0.6, len(words) - 0.4],
    )
    figure.update_yaxes(range=[-0.04, 1.04])
    figure.update_layout(hovermode="closest")
    name_places(figure, "x", range(len(words)), (f"{t}  {plain(shorten(word))}" for t, word in enumerate(words, start=1)))
    return figure


def probability_of(label: str | None) -> str:
    """Return the title of an axis with a label's probability, or every label's (None)."""
    if label is None:
        return gettext("probability of each label")
    return gettext("probability of {label}", label=plain(shorten(label, _LETTERS)))


def _fill(reading: Reading, name: str, label: str | None, colors: Palette) -> dict[str, object]:
    """Color the points: by the side on which each lies where one label is shown, else as their curve."""
    look_of = looks(reading.labels, colors)
    if label is None:
        return {"color": look_of[name].color}
    (other,) = {*reading.labels} - {label}
    values = reading.probabilities[:, reading.labels.index(label)]
    return {"color": [look_of[label if p > 0.5 else other].color for p in values]}
