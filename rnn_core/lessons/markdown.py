"""The part of Markdown that strangers' texts may use: emphasis, lists, code and formulas.

Everything else stays text, letter by letter: HTML, images, headings, tables, colors and icons. A link stays text too, with the
address that it leads to beside it. The tree says what is drawn; whoever draws it escapes every text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

MOST_FORMULA = 500
"""Characters of a formula; a longer one stays code."""

InlineKind = Literal["text", "emphasis", "strong", "code", "formula"]


@dataclass(frozen=True)
class Inline:
    """A piece of a line. Emphasized pieces hold plain text only."""

    kind: InlineKind
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Lines of text."""

    parts: tuple[Inline, ...]


@dataclass(frozen=True)
class Items:
    """A list, numbered or not."""

    numbered: bool
    items: tuple[tuple[Inline, ...], ...]


@dataclass(frozen=True)
class Code:
    """Lines of code."""

    text: str


@dataclass(frozen=True)
class Formula:
    """A formula on a line of its own."""

    text: str


Block = Paragraph | Items | Code | Formula

_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_BULLET, _NUMBER = re.compile(r"\s{0,3}[-*+]\s+(.*)"), re.compile(r"\s{0,3}\d{1,9}[.)]\s+(.*)")
_ALONE = re.compile(r"\s*\$\$(.+)\$\$\s*")
_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|\$(?P<formula>[^$\n\s](?:[^$\n]*[^$\n\s])?)\$"
    r"|\*\*(?P<strong>[^*\n\s](?:[^*\n]*[^*\n\s])?)\*\*"
    r"|\*(?P<emphasis>[^*\n\s](?:[^*\n]*[^*\n\s])?)\*"
    r"|(?P<image>!)?\[(?P<label>[^\[\]\n]*)\]\((?P<address>[^()\s]*)\)"
)
_COMMANDS = re.compile(
    r"\\(?:href|url|include|html|[a-z]*def\b|(?:re)?newcommand|providecommand|let\b|futurelet|global|long|csname|expandafter|catcode"
    r"|char\b|unicode|verb|require|style|class|cssId)",
    re.IGNORECASE,
)
"""Commands that lead elsewhere, draw pictures, define others, or run programs of a formula's language."""


def parse(text: str) -> tuple[Block, ...]:
    """Return the blocks of a text. Any text has some reading: what is not allowed is text."""
    return tuple(_blocks(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))


def _blocks(lines: list[str]) -> Iterator[Block]:
    at = 0
    paragraph: list[str] = []

    def ended() -> Iterator[Block]:
        if paragraph:
            yield Paragraph(inlines("\n".join(paragraph)))
            paragraph.clear()

    while at < len(lines):
        line = lines[at]
        if (fence := _FENCE.match(line)) is not None:
            yield from ended()
            end = next((k for k in range(at + 1, len(lines)) if lines[k].strip().startswith(fence[1])), len(lines))
            yield Code("\n".join(lines[at + 1 : end]))
            at = end + 1
        elif (alone := _ALONE.fullmatch(line)) is not None:
            yield from ended()
            formula = alone[1].strip()
            yield Formula(formula) if is_formula(formula) else Code(formula)
            at += 1
        elif _item(line) is not None:
            yield from ended()
            numbered, items = _item(line)[0], []  # type: ignore[index]
            while at < len(lines) and (found := _item(lines[at])) is not None and found[0] == numbered:
                items.append(inlines(found[1]))
                at += 1
            yield Items(numbered, tuple(items))
        elif line.strip():
            paragraph.append(line.strip())
            at += 1
        else:
            yield from ended()
            at += 1
    yield from ended()


def _item(line: str) -> tuple[bool, str] | None:
    """Return whether an item is numbered, and its text; None for another line."""
    for numbered, pattern in ((False, _BULLET), (True, _NUMBER)):
        if (found := pattern.fullmatch(line)) is not None:
            return numbered, found[1]
    return None


def inlines(text: str) -> tuple[Inline, ...]:
    """Return the pieces of a text without blocks."""
    found: list[Inline] = []

    def add(kind: InlineKind, piece: str) -> None:
        if kind == "text" and found and found[-1].kind == "text":
            piece = found.pop().text + piece
        if piece:
            found.append(Inline(kind, piece))

    at = 0
    for match in _INLINE.finditer(text):
        add("text", text[at : match.start()])
        at = match.end()
        kind = match.lastgroup
        if kind == "address":
            add("text", _link(match))
        elif kind == "formula":
            add("formula" if is_formula(match[kind]) else "code", match[kind])
        else:
            add(kind, match[kind])  # type: ignore[index, arg-type]  # the names of the groups are those of the kinds
    add("text", text[at:])
    return tuple(found)


def is_formula(text: str) -> bool:
    """Return whether a formula can be drawn: short, and without commands that do more than set symbols."""
    return 0 < len(text) <= MOST_FORMULA and "`" not in text and "$" not in text and _COMMANDS.search(text) is None


def _link(match: re.Match[str]) -> str:
    """Return a link as text, with where it leads; an image keeps its letters."""
    label, address = match["label"], match["address"]
    if match["image"] or not label.strip():
        return match[0]
    return label if label == address else f"{label} ({address})"
