"""A learning curve as a small picture for a document: SVG that needs no script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats
from ui.figures.curves import thin
from ui.figures.palette import Palette
from ui.language import gettext, number

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 720, 260, 56, 14, 64, 34


class Line(NamedTuple):
    """One curve with the name at its end."""

    name: str
    color: str
    values: Floats
    """(N,), one for each epoch; NaN for none"""


def curve(lines: Sequence[Line], alt: str, colors: Palette, tick: Callable[[float], str] = "{:.3g}".format) -> str:
    """Draw curves over the epochs from zero to the largest value, or to one.

    alt: the picture in words. tick: how a value is written on the axis.
    """
    shown = [line for line in lines if np.isfinite(line.values).any()]
    epochs = max((len(line.values) for line in shown), default=1)
    top = max([1.0, *(float(np.nanmax(line.values[np.isfinite(line.values)])) for line in shown)])
    across, up = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def place(epoch: float, value: float) -> tuple[float, float]:
        return _LEFT + across * (epoch - 1) / max(1, epochs - 1), _TOP + up * (1 - value / top)

    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(alt)}" '
        f'font-family="sans-serif" font-size="12" fill="{colors.ink}">'
    ]
    for share in (0.0, 0.5, 1.0):
        y = place(1, share * top)[1]
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{colors.rule}"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{escape(tick(share * top))}</text>')
    for epoch, anchor in ((1, "start"), (epochs, "end")):
        named = gettext("epoch {epoch}", epoch=number(epoch))
        parts.append(f'<text x="{place(epoch, 0)[0]:.1f}" y="{_HEIGHT - 14}" text-anchor="{anchor}">{escape(named)}</text>')
    for k, line in enumerate(shown):
        chosen = [i for i in thin(line.values).tolist() if np.isfinite(line.values[i])]
        points = [place(i + 1, float(line.values[i])) for i in chosen]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{line.color}" stroke-width="1.6"/>')
        parts.append(f'<text x="{_WIDTH - _RIGHT + 8}" y="{_TOP + 12 + 18 * k}" fill="{line.color}">{escape(line.name)}</text>')
    return "".join([*parts, "</svg>"])
