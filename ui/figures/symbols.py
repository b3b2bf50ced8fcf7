"""Symbols of the equations in drawings: letters in italics, their indices set lower, the step's number in the place of t."""

from __future__ import annotations

import re
from html import escape

from rnn_core.walk.equations import at_step

_INDEX = re.compile(r"_(\{[^}]*\}|[A-Za-z0-9]+)")
_LETTER, _SMALL = 0.56, 0.7
"""The width of a letter, and the size of an index, as shares of the size of the letters."""


def latex_at(equation: str, t: int) -> str:
    """Return an equation in LaTeX with the step's number in the place of t."""
    if not t:
        return equation
    equation = re.sub(r"_\{t([-+]1)?\}", lambda m: f"_{{{t + int(m.group(1) or 0)}}}", equation)
    return re.sub(r"_t\b", f"_{{{t}}}", equation)


def tspans(symbol: str, size: float, t: int = 0) -> str:
    """Return a symbol as the inside of an SVG text."""
    parts, drop = [], round(0.3 * size, 1)
    for k, part in enumerate(_pieces(symbol, t)):
        text = escape(part.strip("{}") if k % 2 else part).replace("-", "−")
        if k % 2:
            parts.append(f'<tspan dy="{drop}" font-size="{_SMALL * size:.1f}">{text}</tspan>')
        elif text:
            parts.append(f'<tspan dy="{-drop}">{text}</tspan>' if k else f"<tspan>{text}</tspan>")
    return "".join(parts)


def width_of(symbol: str, size: float, t: int = 0) -> float:
    """Return about how wide a symbol is."""
    pieces = _pieces(symbol, t)
    letters, small = (sum(len(part.strip("{}")) for part in pieces[k::2]) for k in (0, 1))
    return size * _LETTER * (letters + _SMALL * small)


def _pieces(symbol: str, t: int) -> list[str]:
    """Return what stands on the line and, in every second place, an index."""
    return _INDEX.split(at_step(symbol, t) if t else symbol)


def short(value: float) -> str:
    """Return a number for a small cell: two or three figures, and a power of ten only where nothing else would do."""
    size = abs(value)
    if value == 0 or value != value or size == float("inf"):
        text = f"{value:g}"
    elif size >= 1e5 or size < 0.001:
        text = f"{value:.1e}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")
    elif size >= 100:
        text = f"{value:.0f}"
    else:
        text = f"{value:.2f}" if size >= 0.1 else f"{value:.3f}"
    return text.replace("-", "−")
