"""States and gates of every unit while the network reads, and the numbers of one step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import cast

import streamlit as st

from rnn_core.explanation import Trace
from rnn_core.network.cells import CELLS
from ui.figures import states as figures
from ui.frame import charts, shell
from ui.frame.folded import folded
from ui.frame.lens import Lens
from ui.language import gettext, number, paragraph
from ui.messages import states as messages


def look(lens: Lens, text: str) -> None:
    """Show heat maps of one quantity of the cell and the numbers of one step."""
    cell = lens.model.config.cell
    quantities = messages.QUANTITIES[cell]
    symbol = "h"
    if len(quantities) > 1:
        chosen = st.segmented_control(
            gettext("Quantity"),
            list(quantities),
            default="h",
            format_func=lambda s: quantities[s].name,
            required=True,
            key="quantity",
        )
        symbol = chosen or "h"
    quantity = quantities[symbol]
    st.caption(paragraph([quantity.meaning, gettext("Each row is one hidden unit. Similar units are placed side by side.")]))
    traces, orders = lens.traces(text), lens.orders()
    reach = max(figures.reach_of(found.h[1:] if symbol == "h" else found.gates[symbol]) for found in traces)
    for way, (found, order) in enumerate(zip(traces, orders, strict=True)):
        if len(traces) > 1:
            st.markdown(_direction(found))
        values = found.h[1:] if symbol == "h" else found.gates[symbol]
        if found.backwards:  # in the sentence's order too, so that both have the same columns
            values = values[::-1]
        sentence = found.words[::-1] if found.backwards else found.words
        scale = cast(figures.Scale, quantity.scale)
        figure = figures.heat(values, sentence, order, scale, shell.colors(), reach=reach)
        charts.show(
            lens.view,
            figure,
            key=f"states-{way}",
            alt=gettext("Heat map of the {quantity} by unit and word", quantity=quantity.name),
        )
    folded(gettext("All numbers of one step"), "step-numbers-open", partial(_step, lens, text))


def _direction(found: Trace) -> str:
    return gettext("**Reading from the last word**") if found.backwards else gettext("**Reading from the first word**")


def _step(lens: Lens, text: str) -> None:
    traces = lens.traces(text)
    sentence, cell = traces[0].words, lens.model.config.cell
    place = st.selectbox(
        gettext("At the word"),
        range(len(sentence)),
        len(sentence) - 1,
        format_func=lambda t: f"{t + 1}  {sentence[t][:40]}" if t < len(sentence) else "",
        key=f"step-{len(sentence)}",
        width=260,
    )
    st.markdown("  \n".join(f"${equation}$" for equation in CELLS[cell].equations))
    for way, (found, order) in enumerate(zip(traces, lens.orders(), strict=True)):
        step = found.step(place)
        if len(traces) > 1:
            st.markdown(" · ".join([_direction(found), gettext("step {step}", step=number(step + 1))]))
        st.markdown(messages.input_line(found, step, lens.model.vocabulary.words))
        if len(CELLS[cell].gates) > 1:
            _unit(lens, found, step, order.tolist(), way)
            continue
        table = messages.step_table(found, step, cell, order.tolist())
        st.dataframe(
            table,
            hide_index=True,
            height=280,
            key=f"numbers-{way}",
            column_config={
                "unit": gettext("unit"),
                **{name: st.column_config.NumberColumn(name, format="%.4f") for name in table if name != "unit"},
            },
            alt=gettext("All numbers of this step, one row for each hidden unit"),
        )


def _unit(lens: Lens, found: Trace, step: int, order: Sequence[int], way: int) -> None:
    """Show the gates of one unit; all units of a gated cell side by side would have some twenty columns."""
    unit = st.select_slider(
        gettext("Hidden unit, in the order of the chart"),
        order,
        order[0],
        key=f"unit-{way}-{len(order)}",
        format_func=str,
        width=420,
    )
    rows = messages.unit_table(found, step, lens.model.config.cell, int(unit))
    heads = {
        "from x_t": gettext("from x_t"),
        "from h_t−1": gettext("from h_t−1"),
        "bias": gettext("bias"),
        "value": gettext("value"),
    }
    numbers = {name: st.column_config.NumberColumn(head, format="%.4f") for name, head in heads.items()}
    st.dataframe(
        rows,
        hide_index=True,
        key=f"numbers-{way}",
        placeholder="",
        column_config={"gate": gettext("quantity"), **numbers},
        alt=gettext("All numbers of this step for one hidden unit"),
    )
