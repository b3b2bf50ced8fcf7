"""Pictures of equations on the page, and the hidden unit that they light."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from rnn_core.arrays import Floats
from rnn_core.walk.equations import Equation
from rnn_core.walk.steps import Steps
from ui.figures import matrices
from ui.figures.matrices import Heat, Item, Strip
from ui.figures.symbols import latex_at
from ui.frame import picture, shell
from ui.frame import source_lines as lines
from ui.language import gettext, number
from ui.messages import step_by_step as messages
from ui.messages import update as update_messages
from ui.session import session as sessions
from ui.session.page_view import PageView

MOST_COLUMNS = 24
"""Words of the vocabulary up to which all columns of W_xh are drawn; of more, those of the sentence."""


def unit(view: PageView, size: int) -> int:
    """Let the hidden unit be chosen that is lit in every picture; return it, from 0."""
    view.step_unit = min(view.step_unit, size)
    first = int(sessions.fill("step-unit", view.step_unit) or 1)
    if first > size:
        sessions.put("step-unit", size)
    chosen = st.number_input(
        gettext("Hidden unit"),
        1,
        size,
        min(first, size),
        key="step-unit",
        width=160,
        help=gettext("From 1 to {count}. Its row is marked in every picture.", count=number(size)),
    )
    view.step_unit = int(chosen)
    return view.step_unit - 1


def draw(key: str, items: Sequence[Item], t: int, chosen: int | None, alt: str) -> None:
    """Draw the items of an equation side by side; wider than the page, they scroll in themselves."""
    drawn = matrices.draw(items, shell.colors(), t=t, unit=chosen, alt=alt)
    picture.show(drawn.svg, gettext("Picture of an equation"), key=key)


def equation(key: str, found: Equation, t: int, chosen: int, cell: str) -> None:
    """Show an equation of the cell at a step, its numbers, and the line that computes it."""
    st.markdown(f"${latex_at(found.latex, t)}$")
    terms: list[Item] = []
    for term in found.terms:
        terms += [found.joined, Strip(term.symbol, term.values)] if terms else [Strip(term.symbol, term.values)]
    value = Strip(found.value.symbol, found.value.values)
    if found.argument is not None:
        items: list[Item] = [*terms, "=", Strip(found.argument.symbol, found.argument.values), f"→ {found.function} →", value]
    elif len(found.terms) == 1 and found.terms[0].values is found.value.values:
        items = [value]
    else:
        items = [*terms, "=", value]
    draw(key, items, t, chosen, messages.said(found, t))
    lines.show(lines.CELLS[cell][found.value.symbol])


def columns(steps: Steps, W_xh: Floats) -> tuple[Floats, list[int]]:
    """Return the columns of a W_xh on one-hot input that are drawn, and their places in the vocabulary."""
    places = list(range(W_xh.shape[1]))
    if len(places) > MOST_COLUMNS:
        places = list(dict.fromkeys(steps.ids.tolist()))[:MOST_COLUMNS]
    return W_xh[:, places], places


def of_word(symbol: str, W_xh: Floats, steps: Steps, t: int) -> Heat:
    """Return the picture of a matrix (n, V) whose columns belong to words, with the column of step t's word in use."""
    shown, places = columns(steps, W_xh)
    at = int(steps.ids[t - 1])
    return Heat(
        symbol,
        shown,
        column=places.index(at) if at in places else None,
        named=steps.words[t - 1],
        shape=(W_xh.shape[0], W_xh.shape[1]),
    )


def thinned(rows: int, columns: int) -> None:
    """Say that a cell of the pictures of so many rows and columns stands for several elements, where it does."""
    if text := update_messages.thinned(matrices.tile(rows), matrices.tile(columns), 0):
        st.markdown(text)
