"""The gradient room's parts: norms by parameter, and the check of both rules."""

from __future__ import annotations

import inspect

import streamlit as st

from rnn_core import GradientCheck, Model, RnnCoreError, gradient_check
from rnn_core.cells import vanilla
from rnn_core.config import Gradient
from ui import messages, shell
from ui.figures import curves
from ui.figures.palette import CONFIG
from ui.jobs import Snapshot
from ui.session import Session

ELEMENTS = 500
"""Of each parameter, the most elements that are checked: central differences cost two readings of the sentence each."""


def norms(run: Snapshot) -> None:
    """One small picture a parameter, all on one scale."""
    training = run.experiment.training
    threshold = training.clip_threshold if training.clipping == "value" else None
    limits = curves.norm_limits(run.history, threshold)
    st.markdown(
        "The length of each gradient, a mean over the updates of an epoch: :orange[**▬** before clipping] and :blue[**▬** after]."
    )
    for i, name in enumerate((*run.history.names, None)):
        if i % 3 == 0:  # a row of columns at a time: one under another on a narrow screen, they keep their order
            columns = st.columns(3)
        with columns[i % 3]:
            st.markdown(f"**{messages.parameter(name)}**")
            figure = curves.norms(run.history, name, threshold, limits, shell.colours())
            st.plotly_chart(
                figure, key=f"norms-{name}", config=CONFIG, alt=f"Gradient norm by epoch of {name or 'all parameters together'}"
            )
    if threshold is not None:
        st.caption(
            "The dotted line is the clip threshold. It bounds each element, not the norm: where a norm lies under it nothing can have been "
            "clipped, and far above it much may have been."
        )


def check(session: Session) -> None:
    """Backpropagation against central differences on a chosen sentence: both rules, at two places."""
    model = session.network
    if shell.preparing():
        st.info(shell.PREPARING, icon=":material/hourglass_empty:")
        return
    if model is None:
        st.info("The sentences must be mended before a network can be built to check.")
        shell.link(shell.DATASET, "Mend the sentences", ":material/table_rows:")
        return
    data = session.job.experiment.dataset if session.job else session.dataset
    rows = sorted(data.rows("train"), key=lambda i: -len(data.words[i]))
    row = st.selectbox(
        "Sentence to check", rows, format_func=lambda i: data.examples[i].text[:80] if i < len(data.examples) else "", width=420
    )
    text, label = data.examples[row].text, data.examples[row].label or ""
    run = session.run
    epoch = run.epoch if run else 0
    places = (
        (f"At the current weights, epoch {messages.number(epoch)}" if epoch else "At the initial weights", model),
        ("At weights of order one", model.with_large_weights()),
    )
    for column, (title, place) in zip(st.columns(2, gap="large"), places, strict=True):
        with column:
            st.markdown(f"**{title}**")
            _both_rules(place, text, label)
    _explanation(model)


def _both_rules(model: Model, text: str, label: str) -> None:
    rules: tuple[Gradient, ...] = ("exact", "printed") if model.config.cell == "vanilla" else ("exact",)
    try:
        checks = [gradient_check(model, text, label, recurrent_gradient=rule, elements=ELEMENTS) for rule in rules]
    except RnnCoreError as problem:
        st.error(messages.error(problem))
        return
    st.dataframe(messages.check_table(checks), hide_index=True, alt="Relative error and cosine of each gradient, by rule")
    for check in checks:
        _verdict(check)


def _verdict(check: GradientCheck) -> None:
    kind, text = messages.check_verdict(check)
    if kind == "right":
        st.success(text, icon=":material/check:")
    elif kind == "wrong":
        st.error(text, icon=":material/close:")
    else:
        st.info(text, icon=":material/help:")


def _explanation(model: Model) -> None:
    if model.config.cell != "vanilla":
        st.caption("The guide prints a backward rule for the vanilla cell alone, so there is nothing to hold against this one.")
        return
    with st.expander("Which line is it, and why does it hide?"):
        st.markdown(
            "The guide carries the error from word to word with `d_h = self.Whh @ temp`. The derivative of $W_{hh}\\,h_{t-1}$ by $h_{t-1}$ is "
            "$W_{hh}$, so by the chain rule the error goes back through its transpose, $W_{hh}^\\top\\,da_t$. For one word nothing goes "
            "back; for two, only the gradient of $W_{xh}$ and $b_h$ shows it; while the weights are tiny, what goes back is tiny too. "
            "At weights of order one it cannot hide. This is the code that runs here:"
        )
        st.code(inspect.getsource(getattr(vanilla.backward, "py_func", vanilla.backward)), language="python")
