"""Markup that was left in a text by the page or the file that it comes from: HTML tags, comments and character references."""

from __future__ import annotations

import html
import re

_BLOCKS = "address article aside blockquote body br caption dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hr html"
_BLOCKS += (
    " iframe img input li link main meta nav ol option p pre section select table tbody td tfoot th thead title tr ul video"
)
_INLINE = "a abbr b bdi bdo big center cite code del dfn em font i ins kbd label mark q s samp small span strike strong sub sup time tt u var"
_NAMES = "|".join((*_BLOCKS.split(), *_INLINE.split(), "script", "style"))

_HIDDEN = re.compile(r"<!--.*?-->|<(script|style)\b[^<>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
"""What a reader of the page never saw."""
_TAG = re.compile(rf"</?({_NAMES})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BLOCK = frozenset(_BLOCKS.split())


def has_markup(text: str) -> bool:
    """Return whether a text has tags, comments or character references of HTML. "<3" and "a < b" are no markup."""
    if "<" in text and (_TAG.search(text) or _HIDDEN.search(text)):
        return True
    return "&" in text and any(_is_reference(found[0]) for found in _REFERENCE.finditer(text))


def without_markup(text: str) -> str:
    """Return the text as a reader of the page saw it: no tags, and the characters that references such as &amp; stand for.

    A tag that begins a new line on a page becomes a space. Markup that comes out of references is removed as well.
    """
    while has_markup(text):  # every round makes the text shorter
        text = _TAG.sub(lambda tag: " " if tag[1].lower() in _BLOCK else "", _HIDDEN.sub(" ", text))
        text = _REFERENCE.sub(lambda found: html.unescape(found[0]), text)
        text = re.sub(r"[ \t\xa0]{2,}", " ", text).strip()
    return text


def _is_reference(found: str) -> bool:
    return html.unescape(found) != found
