"""The gradient check: backpropagation against central differences, with both rules and at two sets of weights."""

from __future__ import annotations

import streamlit as st

from rnn_core import GradientCheck, Model, gradient_check
from rnn_core.config import Gradient
from rnn_core.network.cells import CELLS, vanilla
from rnn_core.training.comparisons import comparisons
from ui.figures import check as figures
from ui.frame import charts, shell
from ui.frame.lens import Lens
from ui.frame.source import line_of, source_of
from ui.gradients import comparison, sentence
from ui.messages import check as messages
from ui.messages import comparison as comparison_messages
from ui.messages import parameters
from ui.server.comparisons import FAN
from ui.session.session import Session

ELEMENTS, FEWEST = 300, 5
"""The most and the fewest elements of each parameter to check: central differences cost two readings each."""
CHECK_SECONDS = 0.2
"""About how long one check may take: with a large network or a long sentence fewer elements are checked."""
CURRENT, LARGE = "current", "large"
PRINTED_RULE = "printed else"
"""What marks the line of the vanilla cell that chooses between the two rules."""


def part(session: Session) -> None:
    """Show results at the current weights and at weights of order one, the points of one of them, and the line at fault."""
    lens = sentence.network(session)
    if lens is None:
        return
    text, label = sentence.choose(lens)
    titles = {CURRENT: f"At {sentence.place(lens)}", LARGE: "At weights of order one"}
    with st.spinner("Reading the sentence again and again, each time with one number moved."):
        found = {where: _checks(lens, where, text, label) for where in titles}
    for column, (where, title) in zip(st.columns(2, gap="large"), titles.items(), strict=True):
        with column:
            st.markdown(f"**{title}**")
            for check in found[where]:
                _verdict(check)
            st.dataframe(
                messages.check_table(found[where]), hide_index=True, alt="Relative error and cosine of each gradient, by rule"
            )
    _points(lens, found, titles)
    _explanation(lens.experiment.model.cell)
    _cost(session, lens)


def _checks(lens: Lens, where: str, text: str, label: str) -> list[GradientCheck]:
    """Return one check for each rule."""
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
    st.header("Element by element", anchor=False)
    where = st.segmented_control(
        "Where", tuple(titles), default=LARGE, key="points-where", format_func=titles.__getitem__, required=True
    )
    checks = found[where or LARGE]
    st.markdown(messages.scatter_words(len(checks)))
    columns = st.columns(3)
    for i, name in enumerate(checks[0].parameters):
        if i and i % 3 == 0:
            columns = st.columns(3)
        with columns[i % 3]:
            small = not any(messages.judgeable(check, name) for check in checks)
            st.markdown(f"**{parameters.parameter(name)}**{messages.TOO_SMALL_TO_JUDGE if small else ''}")
            figure = figures.scatter({check.recurrent_gradient: check[name] for check in checks}, shell.colors())
            charts.show(lens.view, figure, key=f"points-{name}", alt=f"Backpropagation against central differences for {name}")


def _explanation(cell: str) -> None:
    if not CELLS[cell].printed_rule:
        st.caption("The guide prints a backward rule for the vanilla cell alone, so there is nothing to hold against this one.")
        return
    st.header("The line at fault", anchor=False)
    guide, ours = st.columns(2, gap="large")
    with guide:
        st.markdown("The guide's class RNN carries the error from word to word, in its `backprop`, with")
        st.code("d_h = self.Whh @ temp", language="python")
        st.markdown(
            "The derivative of $W_{hh}\\,h_{t-1}$ by $h_{t-1}$ is $W_{hh}$, so by the chain rule the error goes back through its "
            "transpose, $W_{hh}^\\top\\,da_t$. One word shows nothing: nothing goes back. Two words show it in $W_{xh}$ and $b_h$ alone. "
            "While the weights are tiny, so is what goes back, and the slip hides; at weights of order one it cannot."
        )
    with ours:
        line = line_of(vanilla.backward, PRINTED_RULE)
        st.markdown(f"Here it is line {line.number} of `{line.path}`, both rules side by side:")
        st.code(line.text, language="python", wrap_lines=True)
        with st.expander("The whole function"):
            st.code(source_of(vanilla.backward), language="python")


def _cost(session: Session, lens: Lens) -> None:
    """Repeat what the printed rule cost in a comparison of both rules, or offer to train it."""
    offered = next((one for one in comparisons(lens.experiment, FAN) if one.id == "recurrent_gradient"), None)
    if offered is None:
        return
    st.header("What the slip costs", anchor=False)
    made = session.runs.comparison
    if (
        made is not None
        and made.comparison.id == offered.id
        and not made.running
        and (lost := comparison_messages.forgotten(made))
    ):
        st.markdown(lost)
        st.caption(comparison_messages.legend(made.count, made.bounds))
        return
    st.markdown(messages.cost_offer())
    comparison.start_button(session, offered, "Train both rules")
