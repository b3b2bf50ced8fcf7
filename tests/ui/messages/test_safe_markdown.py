"""Strangers' Markdown reaches the page with its emphasis, lists, code and formulas, and with nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.messages.safe_markdown import safe


def test_what_is_allowed_is_written_as_it_was() -> None:
    text = "Read *this* and **that** `x_1` $W_{hh}$\n\n- one\n- two\n\n1. first\n2. second\n\n$$\\frac{a}{b}$$"
    assert safe(text) == text.replace("$$\\frac{a}{b}$$", "$$\n\\frac{a}{b}\n$$")
    assert safe("```\n<b> ``` *x*\n# y\n```") == "    <b> ``` *x*\n    # y"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "![x](https://example.com/x.png)",
        "[click](javascript:alert)",
        "# Heading",
        ":red[x] :material/home: :rainbow[x]",
        "https://example.com www.example.com",
        "a | b\n--|--\n1 | 2",
        "**<img src=x>** *:red[x]*",
    ],
)
def test_everything_else_is_escaped(text: str) -> None:
    written = re.sub(r"\\[!-/:-@\[-`{-~]", "", safe(text))
    assert not set(written) & set("<>[]!#|:_~")
    assert not re.search(r"(?<!⁠)//|www\.", written)


@given(st.text(st.sampled_from("ab *$`-1.\n[]()!<\\~#:_"), max_size=40))
def test_outside_code_and_formulas_no_mark_is_left_unescaped(text: str) -> None:
    for line in safe(text).split("\n"):
        if line.startswith(("    ", "$$")) or "$" in line or "`" in line:
            continue
        written = re.sub(r"\\[!-/:-@\[-`{-~]", "", line)
        assert not set(written.replace("⁠", "")) & set("<[]!#:_~\\")
