"""The small parts of the drawings of a walk: texts, symbols, cells, outlines, arrows."""

from __future__ import annotations

from html import escape

import numpy as np

from rnn_core.arrays import Floats
from ui.figures import pixels
from ui.figures.palette import Palette
from ui.figures.symbols import tspans

MOST_NUMBERS = 8
"""Elements of a vector up to which every number is written in its cell."""


def svg(inside: str, width: float, height: float, colors: Palette, alt: str) -> str:
    """Return a drawing of this size with its description for a screen reader."""
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-label="{escape(alt)}" font-family="Georgia, serif" fill="{colors.ink}">{inside}</svg>'
    )


def reach(values: Floats) -> float:
    """Return the largest absolute value of those that are finite, or 1."""
    finite = values[np.isfinite(values)]
    return float(np.abs(finite).max(initial=0.0)) or 1.0


def text(x: float, y: float, said: str, color: str, size: float, *, anchor: str = "middle") -> str:
    """Write a text, or a number, on the line y."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{color}" font-family="sans-serif">'
        f"{escape(said)}</text>"
    )


def symbol(x: float, y: float, written: str, color: str, t: int = 0, *, size: float = 14, italic: bool = True) -> str:
    """Write a symbol of the equations at a step, its middle at x."""
    style = ' font-style="italic"' if italic else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-size="{size}" fill="{color}"{style}>{tspans(written, size, t)}</text>'


def cell(x: float, y: float, width: float, height: float, share: float, colors: Palette) -> str:
    """Draw a cell whose color is its sign and, in its strength, its share from -1 to 1. A number on it can be read."""
    color = colors.positive if share > 0 else colors.negative
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    strength = 0.6 * min(1.0, abs(share)) if np.isfinite(share) else 0.0
    return f'<rect {place} fill="{colors.paper}"/><rect {place} fill="{color}" fill-opacity="{strength:.2f}"/>'


def image(shares: Floats, x: float, y: float, width: float, height: float, colors: Palette) -> str:
    """Draw a heat map of many cells, values from -1 to 1."""
    return (
        f'<image href="{pixels.heat(shares, colors)}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        'preserveAspectRatio="none" style="image-rendering:pixelated"/>'
    )


def outline(x: float, y: float, width: float, height: float, color: str, thick: float = 1.0) -> str:
    """Draw an empty frame."""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect {place} fill="none" stroke="{color}" stroke-width="{thick}"/>'


def tips(**heads: str) -> str:
    """Define the heads of arrows: name -> color."""
    drawn = "".join(
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{color}"/></marker>'
        for name, color in heads.items()
    )
    return f"<defs>{drawn}</defs>"


def line(x1: float, y1: float, x2: float, y2: float, color: str, head: str, thick: float = 1.4) -> str:
    """Draw an arrow with one of the heads."""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}" stroke-width="{thick}" '
        f'marker-end="url(#{head})"/>'
    )
