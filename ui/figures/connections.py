"""The connections of W_hh between the units of two steps, walked one way and the other.

On the way there the chosen unit of step t gathers what all units of the step before send: its row of W_hh. On the way back the
chosen unit of the step before gathers over its own connections, in the other direction: its column of W_hh.
"""

from __future__ import annotations

from rnn_core.arrays import Floats
from ui.figures.matrices import Picture
from ui.figures.palette import Palette
from ui.figures.shapes import svg, symbol, text, tips
from ui.figures.symbols import short

_LEFT, _RIGHT, _ROW, _TOP, _RADIUS = 70.0, 270.0, 46.0, 54.0, 15.0


def draw(W: Floats, unit: int, colors: Palette, *, t: int, back: bool, alt: str) -> Picture:
    """Draw W (H, H) as lines from the units of h_{t-1} to those of step t, and light those that the chosen unit gathers over."""
    H = len(W)
    reach = float(abs(W).max()) or 1.0
    parts = [tips(tip=colors.before if back else colors.ink)]
    lit = []
    for j in range(H):
        for i in range(H):
            mine = i == unit if back else j == unit
            color = colors.positive if W[j, i] > 0 else colors.negative
            ends = (_LEFT + _RADIUS, _y(i), _RIGHT - _RADIUS, _y(j))
            if back:
                ends = (ends[2], ends[3], ends[0], ends[1])
            x1, y1, x2, y2 = ends
            place = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
            thick = 0.8 + 4.5 * abs(float(W[j, i])) / reach
            if not mine:
                parts.append(f'<line {place} stroke="{color}" stroke-width="{thick:.1f}" stroke-opacity="0.13"/>')
                continue
            lit.append(f'<line {place} stroke="{color}" stroke-width="{thick:.1f}" stroke-opacity="0.75"/>')
            lit.append(
                f'<line {place} stroke="{colors.before if back else colors.ink}" stroke-width="1" marker-end="url(#tip)"/>'
            )
            x, y = x1 + 0.3 * (x2 - x1), y1 + 0.3 * (y2 - y1)
            lit.append(_number(x, y, short(float(W[j, i])), colors))
    parts += lit
    for k in range(H):
        parts += [_unit(_LEFT, k, back and k == unit, colors), _unit(_RIGHT, k, not back and k == unit, colors)]
    left, right = ("dh_{t-1}", "da_t") if back else ("h_{t-1}", "a_t")
    color = colors.before if back else colors.ink
    parts += [symbol(x, 24, written, color, t, size=15) for x, written in ((_LEFT, left), (_RIGHT, right))]
    width, height = 340, round(_TOP + H * _ROW)
    return Picture(svg("".join(parts), width, height, colors, alt), width, height)


def _y(k: int) -> float:
    return _TOP + k * _ROW + 6


def _unit(x: float, k: int, chosen: bool, colors: Palette) -> str:
    edge, thick = (colors.accent, 2.6) if chosen else (colors.quiet, 1.2)
    circle = f'<circle cx="{x}" cy="{_y(k):.1f}" r="{_RADIUS}" fill="{colors.paper}" stroke="{edge}" stroke-width="{thick}"/>'
    return circle + text(x, _y(k) + 4.5, str(k + 1), colors.ink, 13)


def _number(x: float, y: float, said: str, colors: Palette) -> str:
    wide = 7.0 * len(said) + 6
    paper = f'<rect x="{x - wide / 2:.1f}" y="{y - 9:.1f}" width="{wide:.1f}" height="17" rx="3" fill="{colors.paper}"/>'
    return paper + text(x, y + 4, said, colors.ink, 12)
