"""Strangers' Markdown written again with nothing in it but emphasis, lists, code and formulas."""

from __future__ import annotations

from collections.abc import Iterable

from rnn_core.lessons.markdown import Block, Code, Formula, Inline, Items, parse
from ui.messages.formatting import plain


def safe(text: str) -> str:
    """The text as Markdown in which every letter that is not of the allowed part is escaped."""
    return "\n\n".join(_block(block) for block in parse(text))


def _block(block: Block) -> str:
    match block:
        case Items(numbered, items):
            return "\n".join(f"{f'{k}.' if numbered else '-'} {_line(item)}" for k, item in enumerate(items, start=1))
        case Code(text):
            return "\n".join(f"    {line}" for line in text.split("\n")) if text.strip() else ""
        case Formula(text):
            return f"$$\n{text}\n$$"
        case _:
            return _line(block.parts)


def _line(parts: Iterable[Inline]) -> str:
    return "".join(_inline(part) for part in parts)


def _inline(part: Inline) -> str:
    match part.kind:
        case "code":
            return f"`{part.text}`"
        case "formula":
            return f"${part.text}$"
        case "strong":
            return f"**{plain(part.text)}**"
        case "emphasis":
            return f"*{plain(part.text)}*"
        case _:
            return plain(part.text)
