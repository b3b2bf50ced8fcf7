"""Of strangers' Markdown only emphasis, lists, code and formulas are read; everything else stays text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core.lessons.markdown import MOST_FORMULA, Code, Formula, Inline, Items, Paragraph, inlines, is_formula, parse


def test_what_is_allowed_is_read() -> None:
    text = "Read *this* and **that**: `x = 1`, $W_{hh}$.\n\n- one\n- **two**\n\n1. first\n2. second\n\n```python\n<b>\n```\n$$L = -\\ln p$$"
    paragraph, items, numbered, code, formula = parse(text)
    assert paragraph == Paragraph(
        (
            Inline("text", "Read "),
            Inline("emphasis", "this"),
            Inline("text", " and "),
            Inline("strong", "that"),
            Inline("text", ": "),
            Inline("code", "x = 1"),
            Inline("text", ", "),
            Inline("formula", "W_{hh}"),
            Inline("text", "."),
        )
    )
    assert items == Items(False, ((Inline("text", "one"),), (Inline("strong", "two"),)))
    assert numbered == Items(True, ((Inline("text", "first"),), (Inline("text", "second"),)))
    assert code == Code("<b>")
    assert formula == Formula("L = -\\ln p")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://example.com/x.png)",
        "# Heading",
        "> quote",
        "| a | b |",
        ":red[color] :material/home:",
        "https://example.com",
        "<https://example.com>",
        "[^1] [a]: https://example.com",
        "~~gone~~ __under__ _low_",
    ],
)
def test_everything_else_stays_text_letter_by_letter(text: str) -> None:
    assert parse(text) == (Paragraph((Inline("text", text),)),)


def test_a_link_shows_where_it_leads() -> None:
    assert inlines("See [the bank](javascript:alert`1`) now") == (Inline("text", "See the bank (javascript:alert`1`) now"),)
    assert inlines("[https://a.example](https://a.example)") == (Inline("text", "https://a.example"),)


@pytest.mark.parametrize(
    "formula",
    [
        "\\href{javascript:alert(1)}{x}",
        "\\includegraphics{x}",
        "\\htmlStyle{color: red}{x}",
        "\\def\\a{\\a\\a}\\a",
        "\\gdef\\a{x}",
        "\\newcommand{\\a}{x}",
        "\\url{https://example.com}",
        "x" * (MOST_FORMULA + 1),
    ],
)
def test_a_formula_that_leads_elsewhere_or_defines_commands_is_code(formula: str) -> None:
    assert inlines(f"${formula}$") == (Inline("code", formula),)
    assert parse(f"$${formula}$$") == (Code(formula),)


def test_usual_formulas_are_drawn() -> None:
    for formula in ("\\delta_t", "W_{hh}^\\top", "\\left(\\frac{a}{b}\\right)", "\\underline{x}", "\\text{loss}"):
        assert is_formula(formula)


@given(st.text(st.sampled_from("ab *$`-1.\n[]()!<\\~#"), max_size=40) | st.text(max_size=30))
def test_any_text_is_read_and_no_letter_is_made_up(text: str) -> None:
    for block in parse(text):
        pieces = (
            [piece for item in block.items for piece in item]
            if isinstance(block, Items)
            else list(block.parts)
            if isinstance(block, Paragraph)
            else [Inline("code", block.text)]
        )
        for piece in pieces:
            assert piece.kind == "text" or "`" not in piece.text or isinstance(block, Code)
            assert not set(piece.text) - set(text) - {"(", ")", " ", "\n"}


@pytest.mark.parametrize("mark", ["*", "$", "`", "[", "**a", "- ", "[a](", "$a ", "$$ "])
def test_long_rows_of_marks_are_read_too(mark: str) -> None:
    (block,) = parse(mark * 2000)
    assert block
