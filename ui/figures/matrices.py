"""An equation as a picture: vectors as strips, matrices as heat maps, with their shapes below and signs between them.

Up to 8 rows every number of a vector is written in its cell. Above that a strip shows colors, and the chosen unit's number stands
under it. Every strip and heat map has its own range of color, from minus to plus its largest element.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.errors import shorten
from ui.figures.palette import Palette
from ui.figures.shapes import MOST_NUMBERS, cell, image, outline, reach, svg, symbol, text
from ui.figures.symbols import short, width_of
from ui.language import gettext

MOST_CELLS = 64
"""Rows or columns of a picture; of more, each cell is the largest element of several."""
HEIGHT = 192.0
"""Of a strip of many cells."""
_NUMBERED, _ROW, _PLAIN, _NARROW = 54.0, 22.0, 24.0, 11.0
"""Width of a cell with a number, its height, width of a strip without numbers, most width of a heat map's cell."""
_TOP, _GAP, _SIZE = 26.0, 12.0, 15.0


class Strip(NamedTuple):
    """A vector (n,), one cell an element."""

    symbol: str
    values: Floats
    names: tuple[str, ...] = ()
    """of its elements, written on their left"""
    lit: bool = True
    """whether it has one element for each unit, so that the chosen one is lit"""
    ones: bool = False
    """whether only its ones are written: a one-hot vector"""


class Heat(NamedTuple):
    """A matrix (m, n)."""

    symbol: str
    values: Floats
    row: int | None = None
    """the row in use"""
    column: int | None = None
    """the column in use"""
    named: str = ""
    """what the column in use is called"""
    shape: tuple[int, int] | None = None
    """of the whole matrix, where only some of it is shown"""


Item = Strip | Heat | str
"""A vector, a matrix, or a sign between them."""


class Picture(NamedTuple):
    """An SVG drawing and its size in pixels."""

    svg: str
    width: int
    height: int


def tile(n: int) -> int:
    """Return how many of n rows or columns are drawn as one."""
    return -(-n // MOST_CELLS)


def draw(items: Sequence[Item], colors: Palette, *, t: int = 0, unit: int | None = None, alt: str = "") -> Picture:
    """Draw an equation's items from left to right. t: the step; unit: the one (from 0) that is lit; alt: the picture in words."""
    body = max([_height(item) for item in items if not isinstance(item, str)], default=_ROW)
    parts, x = list[str](), 4.0
    for item in items:
        if isinstance(item, str):
            width = width_of(item, 18, t)
            parts.append(symbol(x + width / 2, _TOP + body / 2 + 6, item, colors.ink, t, size=18, italic=False))
        else:
            drawn, width = _strip(item, colors, unit) if isinstance(item, Strip) else _heat(item, colors)
            total = max(width, width_of(item.symbol, _SIZE, t), 44.0)
            left, top = x + (total - width) / 2, _TOP + (body - _height(item)) / 2
            parts.append(f'<g transform="translate({left:.1f} {top:.1f})">{drawn}</g>')
            parts.append(symbol(x + total / 2, top - 9, item.symbol, colors.ink, t, size=_SIZE))
            parts += _below(item, x + total / 2, top + _height(item), unit, colors)
            width = total
        x += width + _GAP
    width, height = round(x), round(_TOP + body + 36)
    return Picture(svg("".join(parts), width, height, colors, alt), width, height)


def _height(item: Strip | Heat) -> float:
    n = len(item.values)
    if isinstance(item, Strip) and item.ones:
        return min(HEIGHT, n * 7.0)
    return n * _ROW if n <= MOST_NUMBERS else min(HEIGHT, n * 12.0) if n <= MOST_CELLS else HEIGHT


def _strip(strip: Strip, colors: Palette, unit: int | None) -> tuple[str, float]:
    """Draw a vector from 0, 0; return the drawing and its width."""
    values, n = strip.values, len(strip.values)
    largest, names = reach(values), strip.names if n <= MOST_NUMBERS else ()
    left = 7.0 * max((min(len(name), 12) for name in names), default=0) + (6 if names else 0)
    if n > MOST_NUMBERS or strip.ones:
        grouped = _largest(values[:, None] / largest, tile(n), 1)
        parts = [image(grouped, 0, 0, _PLAIN, _height(strip), colors), outline(0, 0, _PLAIN, _height(strip), colors.quiet)]
        if strip.lit and unit is not None:
            row = _height(strip) / n
            parts.append(outline(-2, unit * row - 1, _PLAIN + 4, max(row, 3) + 2, colors.accent, 2))
        if strip.ones:
            at, row = int(np.argmax(values)), _height(strip) / n
            parts.append(outline(-2, at * row - 1, _PLAIN + 4, max(row, 3) + 2, colors.accent, 2))
        return "".join(parts), _PLAIN
    parts = []
    for i, value in enumerate(values.tolist()):
        y = i * _ROW
        parts.append(cell(left, y, _NUMBERED, _ROW, value / largest, colors))
        parts.append(text(left + _NUMBERED / 2, y + _ROW / 2 + 4.5, short(value), colors.ink, 12.5))
        if names:
            parts.append(text(left - 6, y + _ROW / 2 + 4.5, shorten(names[i], 12), colors.ink, 12.5, anchor="end"))
    parts.append(outline(left, 0, _NUMBERED, n * _ROW, colors.quiet))
    if strip.lit and unit is not None and unit < n:
        parts.append(outline(left - 2, unit * _ROW - 1, _NUMBERED + 4, _ROW + 2, colors.accent, 2))
    return "".join(parts), left + _NUMBERED


def _heat(heat: Heat, colors: Palette) -> tuple[str, float]:
    """Draw a matrix from 0, 0, with its numbers where there are few; return the drawing and its width."""
    m, n = heat.values.shape
    largest, height = reach(heat.values), _height(heat)
    numbered = m <= MOST_NUMBERS and n <= MOST_NUMBERS
    side, wide = height / m, _NUMBERED if numbered else min(_NARROW if m <= MOST_NUMBERS else height / m, 240.0 / n)
    width = n * wide
    if numbered:
        parts = []
        for (i, j), value in np.ndenumerate(heat.values):
            parts.append(cell(j * wide, i * side, wide, side, float(value) / largest, colors))
            parts.append(text((j + 0.5) * wide, (i + 0.5) * side + 4.5, short(float(value)), colors.ink, 12.5))
    else:
        parts = [image(_largest(heat.values / largest, tile(m), tile(n)), 0, 0, width, height, colors)]
    parts.append(outline(0, 0, width, height, colors.quiet))
    if heat.row is not None:
        parts.append(outline(-2, heat.row * side - 1, width + 4, max(side, 3) + 2, colors.accent, 2))
    if heat.column is not None:
        parts.append(outline(heat.column * wide - 1, -2, max(wide, 3) + 2, height + 4, colors.accent, 2))
    return "".join(parts), width


def _below(item: Strip | Heat, x: float, y: float, unit: int | None, colors: Palette) -> list[str]:
    """Write the shape, and of a strip without numbers the chosen unit's number."""
    shape = item.shape if isinstance(item, Heat) and item.shape else item.values.shape
    lines = ["×".join(str(size) for size in shape)]
    if isinstance(item, Heat) and item.named:
        lines.append(gettext("column {name}", name=shorten(item.named, 12)))
    if isinstance(item, Strip) and item.lit and unit is not None and len(item.values) > MOST_NUMBERS:
        lines.append(short(float(item.values[unit])))
    return [text(x, y + 15 + 15 * k, line, colors.ink if k else colors.quiet, 12) for k, line in enumerate(lines)]


def _largest(values: Floats, rows: int, columns: int) -> Floats:
    """Return of each tile of so many rows and columns the element with the largest absolute value."""
    if rows > 1 or columns > 1:
        m, n = values.shape
        padded = np.zeros((-(-m // rows) * rows, -(-n // columns) * columns))
        padded[:m, :n] = values
        tiles = (
            padded.reshape(padded.shape[0] // rows, rows, -1, columns)
            .swapaxes(1, 2)
            .reshape(padded.shape[0] // rows, -1, rows * columns)
        )
        values = np.take_along_axis(tiles, np.abs(tiles).argmax(axis=2)[..., None], axis=2)[..., 0]
    return values
