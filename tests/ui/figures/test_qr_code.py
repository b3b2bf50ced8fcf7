"""The QR code holds the link, whole."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import segno

from ui.figures import qr_code

LINK = "https://example.org/predictions?e=1." + "A" * 200 + "&at=369&s=i+am+not+bad"


def test_the_code_is_the_links_with_its_quiet_zone_and_dark_on_light() -> None:
    svg = qr_code.svg(LINK)
    root = ElementTree.fromstring(svg)
    code = segno.make(LINK, error="l", micro=False)
    width, _ = code.symbol_size(scale=4, border=4)
    assert root.get("width") == str(width)
    assert re.search('fill="#fff(fff)?"', svg)
    assert 'stroke="#000' in svg


def test_the_longest_link_that_is_drawn_fits_a_code() -> None:
    assert int(segno.make("x" * qr_code.MOST_CHARACTERS, error="l").version) <= 25
