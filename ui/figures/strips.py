"""Sentences as strips of tiles: each word, and under it the prediction after that word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from rnn_core import Reading
from rnn_core.errors import shorten
from ui.figures.chart import Chart
from ui.figures.palette import LIGHT, Palette, frame, label_scale, plain
from ui.language import gettext

MOST_LETTERS = 12
_LABEL_LETTERS = 10
ROW_HEIGHT = 80
"""Pixels of a row of tiles with the words above it."""


class _Tile(NamedTuple):
    row: int
    column: int
    word: str
    value: float | None
    """place on the color scale, or None"""
    text: str
    marked: bool = False
    strong: bool = False
    """whether its color is too strong for a text in ink"""


def tiles_in_a_row(words: Iterable[str]) -> int:
    """Return ten, or fewer where long words would overlap on a narrow screen."""
    longest = max(map(len, words), default=0)
    return 10 if longest <= 7 else 8 if longest <= 9 else 6


def reading_strip(reading: Reading, label: str | None, colors: Palette) -> Chart:
    """Draw the label's probability after each word as a row of tiles under the words; long sentences take several rows.

    label None: the predicted label after each word, with its color and probability. A word that was read as unknown is shown as
    written, and marked.
    """
    written = [reading.tokens.written[place] for place in reading.tokens.places]
    tiles, width = [], tiles_in_a_row(written)
    for i, (word, read) in enumerate(zip(written, reading.words, strict=True)):
        tiles.append(_told(reading, i, label, _Tile(*divmod(i, width), word, None, "", word != read)))
    return _draw(tiles, colors, label_scale(reading.labels, label, colors))


def unknown_strip(words: Sequence[str], unknown: Sequence[str], colors: Palette) -> Chart:
    """Draw the words of a sentence that cannot be read, and mark those that the network does not know."""
    tiles, width = [], tiles_in_a_row(words)
    for i, word in enumerate(words):
        marked = word in unknown
        tiles.append(_Tile(*divmod(i, width), word, None, gettext("unknown") if marked else "", marked))
    return _draw(tiles, colors, [[0.0, colors.paper], [1.0, colors.paper]])


def pair_strip(
    readings: tuple[Reading, Reading], columns: Sequence[tuple[int | None, int | None]], label: str | None, colors: Palette
) -> Chart:
    """Draw two readings one under the other, in the columns of their alignment; label as in `reading_strip`."""
    tiles, width = [], tiles_in_a_row((*readings[0].words, *readings[1].words))
    for i, places in enumerate(columns):
        row, column = divmod(i, width)
        for which, (reading, place) in enumerate(zip(readings, places, strict=True)):
            if place is not None:
                tiles.append(_told(reading, place, label, _Tile(2 * row + which, column, reading.words[place], None, "")))
    return _draw(tiles, colors, label_scale(readings[0].labels, label, colors))


def _told(reading: Reading, place: int, label: str | None, tile: _Tile) -> _Tile:
    """Return the tile with the probability of the label after the word at this place, or with the predicted label and its own.

    Of the k-th of C labels, predicted with probability p, the place on the scale is (k + share / 2) / C with the share
    (p - 1/C) / (1 - 1/C): no color is so strong that a text in ink cannot be read on it.
    """
    p = reading.probabilities[place]
    if label is not None:
        value = float(p[reading.labels.index(label)])
        return tile._replace(value=value, text=f"{value:.2f}", strong=abs(value - 0.5) > 0.3)
    C, k = len(p), int(p.argmax())
    name = reading.labels[k] if len(reading.labels[k]) <= _LABEL_LETTERS else reading.labels[k][: _LABEL_LETTERS - 1] + "…"
    share = (float(p[k]) - 1 / C) / (1 - 1 / C)
    return tile._replace(value=(k + share / 2) / C, text=f"{plain(name)}<br>{p[k]:.2f}")


def _draw(tiles: Iterable[_Tile], colors: Palette, scale: list[list[Any]]) -> Chart:
    """Draw tiles in the colors of a scale from 0 to 1, the word above and a text inside."""
    tiles = list(tiles)
    rows = 1 + max(tile.row for tile in tiles)
    width = 1 + max(tile.column for tile in tiles)
    z: list[list[float | None]] = [[None] * width for _ in range(rows)]
    words, texts = ([[""] * width for _ in range(rows)] for _ in range(2))  # for the table; the picture has them as annotations
    written: list[dict[str, object]] = []
    for row, column, word, value, text, marked, strong in tiles:
        z[row][column] = 0.5 if value is None else value
        words[row][column], texts[row][column] = plain(shorten(word)), text.replace("<br>", " ")
        shown = plain(word if len(word) <= MOST_LETTERS else word[: MOST_LETTERS - 1] + "…")
        above = {
            "x": column,
            "y": row - 0.5,
            "yanchor": "middle",
            "showarrow": False,
            "text": f"<b><i>{shown}</i></b>" if marked else shown,
            "font": {"color": colors.negative if marked else colors.ink, "size": 13},
        }
        inside = ("#ffffff" if colors is LIGHT else "#101114") if strong else colors.ink
        size = 11 if "<br>" in text else 12
        inner = {"x": column, "y": row, "showarrow": False, "text": text, "font": {"color": inside, "size": size}}
        written += [above, inner]
    figure = Chart()
    for annotation in written:
        figure.add_annotation(**annotation)
    figure.add_heatmap(
        z=z,
        zmin=0,
        zmax=1,
        colorscale=scale,
        showscale=False,
        xgap=3,
        ygap=30,
        hoverinfo="skip",
        hoverongaps=False,
        hovertext=words,
        text=None if all(tile.value is not None and tile.text == f"{tile.value:.2f}" for tile in tiles) else texts,
    )
    frame(figure, colors, height=ROW_HEIGHT * rows)
    figure.update_layout(margin={"l": 0, "r": 0, "t": 0, "b": 0})
    figure.update_xaxes(visible=False, range=[-0.5, width - 0.5])
    sentences = [" ".join(plain(shorten(tile.word)) for tile in tiles if tile.row == row) for row in range(rows)]
    figure.update_yaxes(visible=False, range=[rows - 0.66, -0.66], tickvals=list(range(rows)), ticktext=sentences)
    return figure
