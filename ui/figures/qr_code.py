"""A link as a QR code."""

from __future__ import annotations

import segno

MOST_CHARACTERS = 1_000
"""The longest link that is drawn: the code of a longer one is too fine for the camera of a phone."""


def svg(link: str) -> str:
    """Return the code as SVG, dark on light in every theme, as cameras expect it, with the quiet zone around it."""
    return str(segno.make(link, error="l", micro=False).svg_inline(scale=4, dark="#000000", light="#ffffff", border=4))
