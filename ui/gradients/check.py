"""The gradient check: backpropagation against central differences, with both formulas and at two sets of weights."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from rnn_core import GradientCheck, Model, gradient_check
from rnn_core.config import Gradient
from rnn_core.network.cells import CELLS, vanilla
from rnn_core.sweeps.comparisons import comparisons
from ui.figures import check as figures
from ui.frame import charts, shell
from ui.frame.folded import folded
from ui.frame.lens import Lens
from ui.frame.source import line_of, source_of
from ui.gradients import comparison, sentence
from ui.language import gettext
from ui.messages import check as messages
from ui.messages import comparison as comparison_messages
from ui.messages import parameters
from ui.server.comparisons import FAN
from ui.session.session import Session

ELEMENTS, FEWEST = 300, 5
"""The most and the fewest elements of each parameter to check: central differences cost two readings each."""
CHECK_SECONDS = 0.2
"""About how long one check may take: with a large network or a long sentence fewer elements are checked."""
FIRST = "W_hh"
"""The parameter whose points are shown first: the wrong formula is about its matrix."""
CURRENT, LARGE = "current", "large"
PRINTED_RULE = "printed else"
"""What marks the line of the vanilla cell that chooses between the two rules."""


def part(session: Session) -> None:
    """Show results at the current weights and at weights of order one, the points of one of them, and the line at fault."""
    lens = sentence.network(session)
    if lens is None:
        return
    text, label = sentence.choose(lens)
    titles = {CURRENT: sentence.place(lens), LARGE: gettext("Large random weights")}
    with st.spinner(gettext("Estimating the gradients numerically.")):
        found = {where: _checks(lens, where, text, label) for where in titles}
    for column, (where, title) in zip(st.columns(2, gap="large"), titles.items(), strict=True):
        with column:
            st.markdown(f"**{title}**")
            for check in found[where]:
                _verdict(check)
            st.dataframe(
                messages.check_table(found[where]),
                hide_index=True,
                column_config=dict(messages.COLUMNS),
                alt=gettext("Relative error and cosine of each gradient, by formula"),
            )
    _points(lens, found, titles)
    _explanation(lens.experiment.model.cell)
    _cost(session, lens)


def _checks(lens: Lens, where: str, text: str, label: str) -> list[GradientCheck]:
    """Return one check for each formula."""
    rules: tuple[Gradient, ...] = ("exact", "printed") if CELLS[lens.experiment.model.cell].printed_rule else ("exact",)

    def work() -> list[GradientCheck]:
        model: Model = lens.model if where == CURRENT else lens.model.with_large_weights()
        elements = elements_of(model, len(model.ids(text)))
        return [gradient_check(model, text, label, recurrent_gradient=rule, elements=elements) for rule in rules]

    return lens.work_out(("check", where, text, label), work, epoch=lens.epoch if where == CURRENT else 0)


def elements_of(model: Model, words: int) -> int:
    """Elements of each parameter to check: a reading of T words takes about 5 µs and 0.4 ns for each of T·G·H² products."""
    products = words * sum(
        model.layout.stored[name][0] * model.config.hidden_size for name in model.layout.names if "W_hh" in name
    )
    reading = 5e-6 + 0.4e-9 * products
    checked = len(model.layout.names) + 1  # and the inputs of the cell
    return max(FEWEST, min(ELEMENTS, int(CHECK_SECONDS / (2 * reading * checked))))


def _verdict(check: GradientCheck) -> None:
    kind, text = messages.check_result(check)
    if kind == "right":
        st.success(text, icon=":material/check:")
    elif kind == "wrong":
        st.error(text, icon=":material/close:")
    else:
        st.info(text, icon=":material/help:")


def _points(lens: Lens, found: dict[str, list[GradientCheck]], titles: dict[str, str]) -> None:
    st.header(gettext("Element by element"), anchor=False)
    where = st.segmented_control(
        gettext("Weights"), tuple(titles), default=LARGE, key="points-where", format_func=titles.__getitem__, required=True
    )
    checks = found[where or LARGE]
    chart, words = st.columns([3, 2], gap="large")
    with chart:
        _point_chart(lens, checks, FIRST)
    words.markdown(messages.scatter_words(len(checks)))
    folded(gettext("The other parameters"), "other-points-open", partial(_other_points, lens, checks))


def _other_points(lens: Lens, checks: Sequence[GradientCheck]) -> None:
    others = st.grid(3, min_column_width=260)
    for name in checks[0].parameters:
        if name != FIRST:
            with others.container():
                _point_chart(lens, checks, name)


def _point_chart(lens: Lens, checks: Sequence[GradientCheck], name: str) -> None:
    """Draw one parameter's gradient by each formula against the numerical one."""
    small = not any(messages.judgeable(check, name) for check in checks)
    shown = parameters.parameter(name)
    st.markdown(gettext("**{name}** (too small to check)", name=shown) if small else f"**{shown}**")
    figure = figures.scatter(
        {check.recurrent_gradient: check[name] for check in checks}, shell.colors(), height=340 if name == FIRST else 230
    )
    alt = gettext("Backpropagation against the numerical gradient, {name}", name=shown)
    charts.show(lens.view, figure, key=f"points-{name}", alt=alt)


def _explanation(cell: str) -> None:
    if not CELLS[cell].printed_rule:
        st.markdown(
            gettext("The guide has a gradient formula for the vanilla cell only, so there is nothing to compare this cell with.")
        )
        return
    st.header(gettext("The wrong line"), anchor=False)
    guide, ours = st.columns(2, gap="large")
    with guide:
        st.markdown(gettext("In the guide, `backprop` of the class RNN passes the gradient from word to word with"))
        st.code("d_h = self.Whh @ temp", language="python")
        st.markdown(
            gettext(
                "The derivative of $W_{{hh}}\\,h_{{t-1}}$ with respect to $h_{{t-1}}$ is $W_{{hh}}$. By the chain rule the gradient goes back "
                "through its transpose, $W_{{hh}}^\\top\\,da_t$. With one word nothing goes back, so nothing is wrong. With two words only "
                "$W_{{xh}}$ and $b_h$ are wrong. Small weights hide the error, because little goes back; large weights show it."
            )
        )
    with ours:
        line = line_of(vanilla.backward, PRINTED_RULE)
        st.markdown(gettext("Here it is line {line} of `{file}`, with both formulas:", line=line.number, file=line.path))
        st.code(line.text, language="python", wrap_lines=True)
        folded(
            gettext("The whole function"), "printed-source-open", lambda: st.code(source_of(vanilla.backward), language="python")
        )


def _cost(session: Session, lens: Lens) -> None:
    """Repeat what the printed formula cost in a comparison of both, or offer to train it."""
    offered = next((one for one in comparisons(lens.experiment, FAN) if one.id == "recurrent_gradient"), None)
    if offered is None:
        return
    st.header(gettext("What the error costs"), anchor=False)
    made = session.runs.comparison
    if (
        made is not None
        and made.comparison.id == offered.id
        and not made.running
        and (lost := comparison_messages.forgotten(made))
    ):
        st.markdown(lost)
        st.markdown(comparison_messages.legend(made.count, made.bounds))
        return
    st.markdown(messages.cost_offer())
    comparison.start_button(session, offered, gettext("Train both"))
