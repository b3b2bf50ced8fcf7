"""The network reading a sentence word by word, as a drawing that plays by itself, over and over.

The SVG is shown as a picture: no script in it could run, it asks the server for nothing once it is there, and it stands still where
the reader wants less motion. The words in it are a visitor's, so every one is escaped.
"""

from __future__ import annotations

from html import escape

import numpy as np

from rnn_core import Reading
from rnn_core.errors import shorten
from ui.figures.palette import Palette, looks

MOST_WORDS = 8
"""The longest sentence that is drawn."""
UNITS = 12
"""Hidden units that are drawn: those whose states differ most from word to word."""
STEP_SECONDS = 0.9

_STEP, _LEFT, _BOX = 104, 70, 34
_TILE, _STATE, _WORD = 18, 96, 250
_CELL = 9
_LETTERS = 9


def reading(read: Reading, colors: Palette) -> str:
    """Draw each word, the state after it as a column of cells, and the prediction after it; each step appears in its turn."""
    count, width = len(read.words), width_of(read)
    parts = [
        f'<svg viewBox="0 0 {width} 296" xmlns="http://www.w3.org/2000/svg" font-family="Georgia, serif" fill="{colors.ink}">',
        f"<style>{_style(count)}</style>",
        f'<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{colors.quiet}"/></marker></defs>',
    ]
    middle = _STATE + UNITS * _CELL / 2
    for t, word in enumerate(read.words):
        x = _LEFT + t * _STEP
        symbol = (
            _symbol(x - _STEP / 2 - 2, middle - 10, "W", "hh", colors.quiet)
            if t
            else _symbol(20, middle - 10, "h", "0", colors.quiet)
        )
        parts += [
            f'<g class="s s{t}">',
            _arrow(x, _WORD - 22, x, _STATE + UNITS * _CELL + 4, colors),
            _symbol(x + 20, _WORD - 28, "W", "xh", colors.quiet),
            _arrow(8 if t == 0 else x - _STEP + _BOX, middle, x - _BOX - 3, middle, colors),
            symbol,
            _cells(read, t, x, colors),
            _arrow(x, _STATE - 4, x, _TILE + 48, colors),
            _symbol(x + 20, _STATE - 14, "W", "hy", colors.quiet),
            _tile(read, t, x, colors),
            f'<rect x="{x - _BOX - 6}" y="{_WORD - 20}" width="{2 * _BOX + 12}" height="36" rx="6" fill="{colors.paper}" '
            f'stroke="{colors.quiet}"/>',
            f'<text x="{x}" y="{_WORD + 3}" text-anchor="middle" font-size="16" font-style="italic">{_written(word)}</text>',
            "</g>",
        ]
    return "".join([*parts, "</svg>"])


def width_of(read: Reading) -> int:
    """Return the width of the drawing in its own units; at 1.3 pixels each its words are as large as a page's text."""
    return _LEFT + (len(read.words) - 1) * _STEP + _BOX + 14


def _style(count: int) -> str:
    """Return the rules by which each step appears in its turn; then all stand for two steps, and it begins again."""
    beats = count + 3
    rules = [f".s {{ animation-duration: {beats * STEP_SECONDS:.1f}s; animation-iteration-count: infinite }}"]
    for t in range(count):
        come = 100 * (t + 0.5) / beats
        rules.append(
            f"@keyframes k{t} {{ 0%, {come:.2f}% {{ opacity: .1 }} {come + 4:.2f}%, 97% {{ opacity: 1 }} 100% {{ opacity: .1 }} }} "
            f".s{t} {{ animation-name: k{t} }}"
        )
    rules.append("@media (prefers-reduced-motion: reduce) { .s { animation: none } }")
    return " ".join(rules)


def _cells(read: Reading, t: int, x: float, colors: Palette) -> str:
    """Draw the states of a few units after a word: the color is the sign, its strength the size."""
    h = read.states.h[1:]
    units = np.sort(np.argsort(-h.std(axis=0), kind="stable")[:UNITS])
    reach = max(float(np.abs(h[:, units]).max(initial=0.0)), 1e-6)
    frame = (
        f'<rect x="{x - _BOX}" y="{_STATE}" width="{2 * _BOX}" height="{len(units) * _CELL}" fill="{colors.paper}" '
        f'stroke="{colors.accent}" stroke-width="1.4"/>'
    )
    return frame + "".join(
        f'<rect x="{x - _BOX + 1}" y="{_STATE + k * _CELL}" width="{2 * _BOX - 2}" height="{_CELL}" '
        f'fill="{colors.positive if value > 0 else colors.negative}" fill-opacity="{abs(value) / reach:.2f}"/>'
        for k, value in enumerate(h[t, units].tolist())
    )


def _tile(read: Reading, t: int, x: float, colors: Palette) -> str:
    """Draw the predicted label after a word with its probability, the fuller the color the surer."""
    p = read.probabilities[t]
    label, chance = read.labels[int(p.argmax())], 1 / len(p)
    color = looks(read.labels, colors)[label].color
    share = 0.75 * (float(p.max()) - chance) / (1 - chance)
    return (
        f'<rect x="{x - _BOX - 8}" y="{_TILE - 14}" width="{2 * _BOX + 16}" height="56" rx="6" fill="{colors.paper}"/>'
        f'<rect x="{x - _BOX - 8}" y="{_TILE - 14}" width="{2 * _BOX + 16}" height="56" rx="6" fill="{color}" '
        f'fill-opacity="{share * 0.6:.2f}" stroke="{color}" stroke-width="1.4"/>'
        f'<text x="{x}" y="{_TILE + 8}" text-anchor="middle" font-size="14">{_written(label)}</text>'
        f'<text x="{x}" y="{_TILE + 30}" text-anchor="middle" font-size="16">{p.max():.3f}</text>'
    )


def _written(text: str) -> str:
    return escape(shorten(text, _LETTERS))


def _arrow(x1: float, y1: float, x2: float, y2: float, colors: Palette) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{colors.quiet}" stroke-width="1.4" marker-end="url(#tip)"/>'


def _symbol(x: float, y: float, letter: str, index: str, color: str, size: int = 13) -> str:
    """Return a symbol with its index."""
    return (
        f'<text x="{x}" y="{y}" text-anchor="middle" font-size="{size}" font-style="italic" fill="{color}">{letter}'
        f'<tspan dy="4" font-size="{size - 3}">{index}</tspan></text>'
    )
