"""The unrolled network as a drawing: words below, one box a step, the output above. What is not known yet is pale.

On the way there a box fills with its state h; on the way back the gradient dh comes beside it, and arrows through the transposed
W_hh lead from right to left.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.errors import shorten
from rnn_core.walk.places import Part, Place
from rnn_core.walk.steps import Steps, Walk
from ui.figures.palette import Palette, looks
from ui.figures.shapes import MOST_NUMBERS, cell, image, line, outline, reach, svg, symbol, text, tips
from ui.figures.symbols import short

MOST_BOXES = 40
"""Steps that are drawn; of more, those around the lit one."""
MOST_LABELS = 5
_LETTERS = 11
_ROW, _BODY = 19.0, 112.0
"""Height of a numbered cell, and of a strip of many units."""
_OUTPUT, _LINE = 34.0, 22.0
"""Where the labels begin, and the height of one."""
_PALE = 0.28


class Unrolled(NamedTuple):
    """An SVG drawing, its size in pixels, and where its lit place is. Groups with data-place lead to that place when clicked."""

    svg: str
    width: int
    height: int
    lit: int


class _Frame(NamedTuple):
    """What all parts of one drawing share."""

    walk: Walk
    all: tuple[Place, ...]
    numbers: Mapping[Place, int]
    at: int
    colors: Palette
    first: int
    """the first and the last word (places from 0) that are drawn"""
    last: int
    strip: float
    """width of a strip"""
    pitch: float
    body: float
    """height of a box's inside"""

    @property
    def place(self) -> Place:
        return self.all[self.at]

    def number(self, part: Part, direction: int = 0, t: int = 0) -> int:
        return self.numbers[Place(part, direction, t)]

    def x(self, word: int) -> float:
        """The middle of a word's column."""
        return 96.0 + (word - self.first) * self.pitch

    @property
    def top(self) -> float:
        """Where the first row of boxes begins."""
        return _OUTPUT + _LINE * min(MOST_LABELS, len(self.walk.model.labels)) + 62

    def row(self, direction: int) -> float:
        """The top of the boxes of a direction: the second stands above the first."""
        rows = len(self.walk.steps)
        return self.top + (rows - 1 - direction) * (self.body + 54)

    @property
    def words(self) -> float:
        """The line on which the words stand."""
        return self.row(0) + self.body + 66


def draw(walk: Walk, all_places: tuple[Place, ...], at: int, colors: Palette, *, alt: str) -> Unrolled:
    """Draw the walk as it stands at a place. alt: the drawing in words."""
    H, T = walk.steps[0].h.shape[1], len(walk.words)
    place = all_places[at]
    middle = walk.steps[place.direction].place(place.t) if place.t else (0 if place.part == "update" else T - 1)
    first = max(0, min(middle - MOST_BOXES // 2, T - MOST_BOXES))
    numbered = H <= MOST_NUMBERS
    frame = _Frame(
        walk=walk,
        all=all_places,
        numbers={each: i for i, each in enumerate(all_places)},
        at=at,
        colors=colors,
        first=first,
        last=min(T, first + MOST_BOXES) - 1,
        strip=48.0 if numbered else 22.0,
        pitch=186.0 if numbered else 132.0,
        body=H * _ROW if numbered else _BODY,
    )
    parts = [tips(ahead=colors.quiet, behind=colors.before)]
    words = range(frame.first, frame.last + 1)
    parts += [_box(frame, k, steps, word) for k, steps in enumerate(walk.steps) for word in words]
    parts += [_word(frame, word) for word in words]
    parts.append(_output(frame))
    width = round(_output_x(frame) + 146)
    height = round(frame.words + 22)
    lit = frame.x(middle) if place.t else 0.0 if place.part == "update" else _output_x(frame)
    return Unrolled(svg("".join(parts), width, height, colors, alt), width, height, round(lit))


def _box(frame: _Frame, k: int, steps: Steps, word: int) -> str:
    """Draw the box of a step: its state, its gradient once that is known, and the arrows into it."""
    t = steps.step(word)
    x, y, colors, body = frame.x(word), frame.row(k), frame.colors, frame.body
    there, back = frame.number("forward", k, t), frame.number("backward", k, t)
    told = frame.number("loss") if t == steps.count else frame.number("backward", k, t + 1)
    known, known_back = frame.at >= there, frame.at >= told
    lit = frame.at in (there, back)
    half = frame.strip + 6
    sign = -1 if k else 1  # the second direction reads from the right
    wide = frame.pitch + 2
    parts = [  # a click beside the numbers counts too
        f'<rect x="{x - half - (wide - 2 * half if sign > 0 else 0):.1f}" y="{y - 22:.1f}" width="{wide:.1f}" height="{body + 30:.1f}" '
        'fill="transparent"/>'
    ]
    if lit:
        parts.append(
            f'<rect x="{x - half - 6:.1f}" y="{y - 8:.1f}" width="{2 * half + 12:.1f}" height="{body + 16:.1f}" rx="10" '
            f'fill="{colors.accent}" fill-opacity="0.14"/>'
        )
    edge = (colors.accent, 2.6) if lit else (colors.quiet, 1.2)
    dashes = "" if known else ' stroke-dasharray="4 4"'
    parts.append(
        f'<rect x="{x - half:.1f}" y="{y:.1f}" width="{2 * half:.1f}" height="{body:.1f}" rx="6" fill="{colors.paper}" '
        f'stroke="{edge[0]}" stroke-width="{edge[1]}"{dashes}/>'
    )
    if known:
        parts.append(_strip(frame, x - frame.strip - 2, y, steps.h[t], steps.h, colors.ink))
        parts.append(symbol(x - frame.strip / 2 - 2, y - 7, "h_t", colors.ink, t))
    if known_back:
        dh = steps.back[frame.walk.rule].dh
        parts.append(_strip(frame, x + 2, y, dh[t - 1], dh, colors.before))
        parts.append(symbol(x + frame.strip / 2 + 4, y - 7, "dh_t", colors.before, t))
    parts.append(_arrows(frame, k, steps, t, x, y, half, sign, pale=not known))
    opacity = "" if known or lit else f' opacity="{_PALE}"'
    goes = back if frame.place.part in ("loss", "backward", "update") else there
    return f'<g data-place="{goes}" style="cursor:pointer"{opacity}>{"".join(parts)}</g>'


def _arrows(frame: _Frame, k: int, steps: Steps, t: int, x: float, y: float, half: float, sign: int, *, pale: bool) -> str:
    """Draw what comes from the step before, and what goes back to it."""
    colors, far = frame.colors, frame.pitch - 2 * (frame.strip + 6)
    gap = min(far, 46.0) if t == 1 else far
    start, end = x - sign * (half + gap), x - sign * (half + 3)
    upper, lower = y + 0.36 * frame.body, y + 0.36 * frame.body + 34
    weight = colors.accent if frame.place.part == "update" else colors.quiet
    name = "W_hh" if not steps.cell.gated else "W_h"
    parts = [line(start + sign * 2, upper, end, upper, colors.quiet, "ahead")]
    if t > 1:
        parts.append(symbol((start + end) / 2, upper - 8, name, weight))
    else:
        parts.append(symbol((start + end) / 2 - sign * 4, upper - 8, "h_0", colors.quiet))
    if not pale and t > 1 and frame.at >= frame.number("backward", k, t):
        parts.append(line(end + sign * 1, lower, start + sign * 4, lower, colors.before, "behind", 2.2))
        rule = "" if frame.walk.rule == "printed" else "ᵀ"
        parts.append(symbol((start + end) / 2, lower + 19, f"{name}{rule}", colors.before))
    return "".join(parts)


def _word(frame: _Frame, word: int) -> str:
    """Draw a word, and the arrows from it to its boxes."""
    x, colors = frame.x(word), frame.colors
    base = frame.row(0) + frame.body
    reached = any(frame.at >= frame.number("forward", k, steps.step(word)) for k, steps in enumerate(frame.walk.steps))
    weight = colors.accent if frame.place.part == "update" else colors.quiet
    parts = [
        line(x, frame.words - 20, x, base + 5, colors.quiet, "ahead"),
        symbol(x + 22, base + 29, "W_xh", weight),
        f'<text x="{x:.1f}" y="{frame.words:.1f}" text-anchor="middle" font-size="18" font-style="italic">'
        f"{escape(shorten(frame.walk.words[word], _LETTERS))}</text>",
    ]
    if len(frame.walk.steps) > 1:  # past the first row of boxes to the second
        side = x + frame.strip + 17
        above = frame.row(1) + frame.body
        parts.append(
            f'<path d="M {x:.1f} {frame.words - 20:.1f} H {side:.1f} V {above + 22:.1f} H {x:.1f} V {above + 5:.1f}" fill="none" '
            f'stroke="{colors.quiet}" stroke-width="1.1" stroke-dasharray="2 3" marker-end="url(#ahead)"/>'
        )
    return f"<g{'' if reached else f' opacity={chr(34)}{_PALE}{chr(34)}'}>{''.join(parts)}</g>"


def _output_x(frame: _Frame) -> float:
    """The middle of the output: over the last box, or right of both rows."""
    return frame.x(frame.last) + (frame.pitch if len(frame.walk.steps) > 1 else 0.0)


def _output(frame: _Frame) -> str:
    """Draw the probability of each label, the loss, and the gradient of each score once it is known."""
    walk, colors, x = frame.walk, frame.colors, _output_x(frame)
    known, told = frame.at >= frame.number("output"), frame.at >= frame.number("loss")
    lit = frame.place.part in ("output", "loss")
    shown = _labels(walk)
    height = _LINE * len(shown) + 14
    edge = (colors.accent, 2.6) if lit else (colors.quiet, 1.2)
    parts = []
    if lit:
        parts.append(
            f'<rect x="{x - 138:.1f}" y="{_OUTPUT - 12:.1f}" width="276" height="{height + 12:.1f}" rx="10" fill="{colors.accent}" '
            'fill-opacity="0.14"/>'
        )
    parts.append(
        f'<rect x="{x - 132:.1f}" y="{_OUTPUT - 6:.1f}" width="264" height="{height:.1f}" rx="6" fill="{colors.paper}" '
        f'stroke="{edge[0]}" stroke-width="{edge[1]}"{"" if known else " stroke-dasharray=" + chr(34) + "4 4" + chr(34)}/>'
    )
    parts += [_label(frame, label, x, _OUTPUT + _LINE * i, known=known, told=told) for i, label in enumerate(shown)]
    if known:
        parts.append(symbol(x - 76, 20, "p = softmax(y)", colors.ink))
        parts.append(text(x + 24, 20, f"L = {walk.loss:.3f}" if np.isfinite(walk.loss) else "L = ∞", colors.ink, 14))
    if told:
        parts.append(symbol(x + 98, 20, "∂L/∂y", colors.before))
    weight = colors.accent if frame.place.part == "update" else colors.quiet
    bottom = _OUTPUT + height + 2
    if len(walk.steps) == 1:
        parts.append(line(x - 14, frame.row(0) - 20, x - 14, bottom, colors.quiet, "ahead"))
        parts.append(symbol(x - 40, (frame.row(0) - 20 + bottom) / 2 + 6, "W_hy", weight))
        if told:
            parts.append(line(x + 16, bottom, x + 16, frame.row(0) - 24, colors.before, "behind", 2.2))
            parts.append(symbol(x + 46, (frame.row(0) - 20 + bottom) / 2 + 6, "W_hyᵀ", colors.before))
    else:
        ends = (frame.x(frame.last) + frame.strip + 6, frame.row(0) + frame.body / 2), (frame.x(frame.first), frame.row(1) - 24)
        for (start, y), route in zip(
            ends, (f"H {x:.1f} V {bottom:.1f}", f"V {bottom + 12:.1f} H {x - 30:.1f} V {bottom:.1f}"), strict=True
        ):
            parts.append(
                f'<path d="M {start:.1f} {y:.1f} {route}" fill="none" stroke="{colors.quiet}" stroke-width="1.4" '
                'marker-end="url(#ahead)"/>'
            )
        parts.append(symbol(x + 28, bottom + 34, "W_hy", weight))
    goes = frame.number("loss" if frame.place.part in ("loss", "backward", "update") else "output")
    opacity = "" if known else f' opacity="{_PALE}"'
    return f'<g data-place="{goes}" style="cursor:pointer"{opacity}>{"".join(parts)}</g>'


def _labels(walk: Walk) -> tuple[str, ...]:
    """Return the labels that are drawn, in their order; of many, the right one and the most probable."""
    labels = walk.model.labels
    if len(labels) <= MOST_LABELS:
        return labels
    order = sorted(labels, key=lambda label: (label != walk.label, -walk.probabilities[labels.index(label)]))
    return tuple(label for label in labels if label in order[:MOST_LABELS])


def _label(frame: _Frame, label: str, x: float, y: float, *, known: bool, told: bool) -> str:
    walk, colors, k = frame.walk, frame.colors, frame.walk.model.labels.index(label)
    p, color = float(walk.probabilities[k]), looks(walk.model.labels, colors)[label].color
    weight = ' font-weight="bold"' if label == walk.label else ""
    parts = []
    if known and np.isfinite(p):
        parts.append(
            f'<rect x="{x - 126:.1f}" y="{y:.1f}" width="{130 * p:.1f}" height="{_LINE - 3:.1f}" rx="3" fill="{color}" '
            'fill-opacity="0.3"/>'
        )
    parts.append(f'<text x="{x - 120:.1f}" y="{y + 15:.1f}" font-size="14"{weight}>{escape(shorten(label, _LETTERS))}</text>')
    if known:
        parts.append(text(x + 34, y + 15, f"{p:.3f}" if np.isfinite(p) else "—", colors.ink, 13))
    if told:
        parts.append(text(x + 98, y + 15, short(float(walk.dlogits[k])), colors.before, 13))
    return "".join(parts)


def _strip(frame: _Frame, x: float, y: float, values: Floats, among: Floats, edge: str) -> str:
    """Draw a vector as a column of cells, with numbers where there are few. among: the numbers that share its colors."""
    colors, width, largest = frame.colors, frame.strip, reach(among)
    if len(values) > MOST_NUMBERS:
        place = (x, y + 3, width - 4, frame.body - 6)
        return image(values[:, None] / largest, *place, colors) + outline(*place, edge)
    parts = []
    for i, value in enumerate(values.tolist()):
        parts.append(cell(x, y + i * _ROW + 1, width, _ROW - 2, value / largest, colors))
        parts.append(text(x + width / 2, y + i * _ROW + 13.5, short(value), colors.ink, 11.5))
    return "".join(parts)
