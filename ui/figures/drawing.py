"""The unrolled network as a drawing. The SVG is made of our own constants; no visitor's text is in it."""

from __future__ import annotations

from ui.figures.palette import Palette

_WORDS = ("i", "am", "not", "bad")
_STEP, _LEFT, _BOX = 118, 62, 30
_Y_OUT, _Y_H, _Y_X = 40, 118, 204

DESCRIPTION = (
    "The network unrolled over the words i, am, not, bad. Each word goes up into a hidden state through W_xh, "
    "each hidden state goes right into the next through W_hh, and the last goes up into the probabilities through W_hy."
)


def unrolled(colors: Palette) -> str:
    """Draw the network once for each of four words, with the same three matrices at every step."""
    parts = [
        f'<svg viewBox="0 0 520 246" xmlns="http://www.w3.org/2000/svg" font-family="Georgia, serif" fill="{colors.ink}">',
        f'<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{colors.quiet}"/></marker></defs>',
        _arrow(12, _Y_H, _LEFT - _BOX - 4, _Y_H, colors),
        _text(10, _Y_H - 10, "h", "0", colors.quiet, 14),
    ]
    last = len(_WORDS) - 1
    for t, word in enumerate(_WORDS):
        x = _LEFT + t * _STEP
        parts += [
            _arrow(x, _Y_X - 24, x, _Y_H + 24, colors),
            _text(x + 26, _Y_X - 42, "W", "xh", colors.quiet, 13),
            f'<rect x="{x - _BOX}" y="{_Y_H - 20}" width="{2 * _BOX}" height="40" rx="6" fill="{colors.paper}" '
            f'stroke="{colors.accent}" stroke-width="1.6"/>',
            _text(x - 4, _Y_H + 5, "h", str(t + 1), colors.ink, 17),
            f'<rect x="{x - _BOX}" y="{_Y_X - 20}" width="{2 * _BOX}" height="36" rx="6" fill="none" stroke="{colors.quiet}"/>',
            f'<text x="{x}" y="{_Y_X + 3}" text-anchor="middle" font-size="16" font-style="italic">{word}</text>',
        ]
        if t < last:
            parts += [
                _arrow(x + _BOX, _Y_H, x + _STEP - _BOX - 4, _Y_H, colors),
                _text(x + _STEP / 2, _Y_H - 10, "W", "hh", colors.quiet, 13),
            ]
    x = _LEFT + last * _STEP
    parts += [
        _arrow(x, _Y_H - 20, x, _Y_OUT + 20, colors),
        _text(x + 26, _Y_H - 36, "W", "hy", colors.quiet, 13),
        f'<rect x="{x - 52}" y="{_Y_OUT - 22}" width="104" height="38" rx="6" fill="none" stroke="{colors.positive}" stroke-width="1.6"/>',
        f'<text x="{x}" y="{_Y_OUT + 2}" text-anchor="middle" font-size="15" fill="{colors.positive}">positive</text>',
        "</svg>",
    ]
    return "".join(parts)


def _arrow(x1: float, y1: float, x2: float, y2: float, colors: Palette) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colors.quiet}" stroke-width="1.4" marker-end="url(#tip)"/>'


def _text(x: float, y: float, letter: str, index: str, color: str, size: int) -> str:
    """Return a symbol with its index."""
    return (
        f'<text x="{x}" y="{y}" text-anchor="middle" font-size="{size}" font-style="italic" fill="{color}">{letter}'
        f'<tspan dy="4" font-size="{size - 3}">{index}</tspan></text>'
    )
