"""The gradient through time: vanishing and exploding, word by word and epoch by epoch."""

from __future__ import annotations

import math
from functools import partial

import streamlit as st

from rnn_core.gradients.flow import Flow, FlowMap, Passage, by_epoch, flow, together
from rnn_core.gradients.spectrum import Spectrum, spectra, with_radius
from rnn_core.network.cells import CELLS
from ui.figures import through_time as figures
from ui.frame import charts, shell
from ui.frame.folded import folded
from ui.frame.lens import Lens
from ui.frame.living import living
from ui.gradients import sentence
from ui.language import gettext
from ui.messages import through_time as messages
from ui.session.session import Session

SHOWN: tuple[figures.Shown, ...] = ("length", "weights", "tanh")
"""What the map may show."""
MOST_SECONDS = 1.0
"""About how long computing what is shown over the run may take; of many epochs of a large network some are left out."""


def part(session: Session) -> None:
    """Show ‖∂L/∂h‖ at every word of a sentence, the factors of each step, and both over the kept epochs."""
    job = session.runs.job

    def draw() -> None:
        lens = sentence.network(session)
        if lens is not None:
            _draw(lens)

    living(session, draw, lambda: job is not None and job.running, every=4)


def _draw(lens: Lens) -> None:
    text, label = sentence.choose(lens)
    backwards = lens.experiment.model.bidirectional and _backwards()
    whole = lens.work_out(("flow", text, label), lambda: flow(lens.model, text, label))
    passage = whole.reverse if backwards and whole.reverse else whole.forward
    chart, steps = st.columns([3, 2]) if passage.by_weights is not None and len(passage.words) > 1 else (st.container(), None)
    with chart:
        st.markdown(gettext("**After each word** · {weights}", weights=sentence.place(lens)))
        st.markdown(messages.flow_words(backwards))
        radius, scaled = _scaled(lens, text, label, backwards) if len(passage.words) > 1 else (1.0, None)
        beside = None if scaled is None else (messages.scaled_name(radius), scaled)
        figure = figures.by_word(passage, shell.colors(), backwards=backwards, scaled=beside)
        charts.show(lens.view, figure, key="flow", alt=gettext("Norm of the gradient with respect to the state after each word"))
        if scaled is not None:
            st.markdown(messages.scaled_words(passage, scaled, radius))
    if steps is not None:
        with steps:
            st.markdown(gettext("**The two factors of each step back**"))
            st.markdown(messages.factor_words())
            figure = figures.factors(passage, shell.colors(), backwards=backwards)
            charts.show(
                lens.view, figure, key="factors", alt=gettext("Factors by which each step back changes the gradient norm")
            )
    st.markdown(messages.flow_sentence(passage))
    _rule(whole)
    _over_epochs(lens, passage, text, label, backwards)
    folded(gettext("Limits from W_hh"), "spectra-open", partial(_spectra, lens, "_reverse" if backwards else ""))


def _scaled(lens: Lens, text: str, label: str, backwards: bool) -> tuple[float, Passage | None]:
    """Let the visitor scale W_hh; return the spectral radius, and the gradient of the scaled network unless W_hh cannot be scaled."""
    found = lens.work_out("spectra", partial(_spectra_at, lens, lens.epoch))
    if not all(0 < each.radius < math.inf for each in found.values()):
        return 1.0, None
    radius = st.slider(
        gettext("Spectral radius of W_hh, if scaled"),
        0.5,
        2.0,
        1.0,
        0.05,
        key="flow-radius",
        width=420,
        help=gettext(
            "Each block of W_hh is scaled so that its largest |eigenvalue| has this value. Everything else stays. Under 1 gradients tend to "
            "vanish, over 1 they may explode."
        ),
    )

    def work() -> Flow:
        return flow(with_radius(lens.model, radius, found), text, label)

    whole = lens.work_out(("scaled flow", text, label, radius), work)
    return radius, whole.reverse if backwards and whole.reverse else whole.forward


def _backwards() -> bool:
    """Let the visitor choose the direction."""
    chosen = st.segmented_control(
        gettext("Direction"),
        tuple(messages.DIRECTIONS),
        default="forward",
        key="flow-direction",
        format_func=messages.DIRECTIONS.__getitem__,
        required=True,
        label_visibility="collapsed",
    )
    return chosen == "reverse"


def _rule(whole: Flow) -> None:
    if whole.recurrent_gradient == "printed":
        st.markdown(
            gettext(
                "This network uses the gradient formula printed in the guide, W_hh da instead of W_hhᵀ da. What it passes back is not the "
                "derivative, but training uses it."
            )
        )


def _over_epochs(lens: Lens, passage: Passage, text: str, label: str, backwards: bool) -> None:
    st.header(gettext("During training"), anchor=False)
    if len(passage.words) < 2:
        st.markdown(gettext("A sentence of one word has no step back."))
        return
    if len(lens.kept) < 2:
        st.markdown(gettext("After training, this chart compares all checkpoints."))
        return
    epochs = _affordable(lens.kept, _flow_seconds(lens, len(passage.words)))
    with st.spinner(gettext("Computing the gradient at every checkpoint.")):
        columns = [
            lens.work_out(
                ("flow map", text, label, backwards), partial(_column, lens, epoch, text, label, backwards), epoch=epoch
            )
            for epoch in epochs
        ]
    shown = _shown() if passage.by_weights is not None else "length"
    st.markdown(messages.map_words(len(epochs), len(lens.kept), factor=shown != "length"))
    chart = together(columns)
    charts.show(lens.view, figures.heat(chart, shell.colors(), shown=shown), key="flow-map", alt=messages.ALTS[shown])


def _shown() -> figures.Shown:
    """Let the visitor choose what the map shows."""
    chosen: figures.Shown | None = st.segmented_control(
        gettext("Show"),
        SHOWN,
        default="length",
        key="flow-map-of",
        format_func=messages.MAPS.__getitem__,
        required=True,
    )
    return chosen or "length"


def _column(lens: Lens, epoch: int, text: str, label: str, backwards: bool) -> FlowMap:
    """Return one column of the map."""
    return by_epoch([(epoch, lens.model_at(epoch))], text, label, reverse=backwards)


def _spectra(lens: Lens, suffix: str) -> None:
    """Draw a small picture for each gate's block."""
    epochs = _affordable(lens.kept, _spectra_seconds(lens))
    with st.spinner(gettext("Computing singular values and eigenvalues.")):
        found = [lens.work_out("spectra", partial(_spectra_at, lens, epoch), epoch=epoch) for epoch in epochs]
    blocks = [f"{name}{suffix}" for name in CELLS[lens.experiment.model.cell].blocks]
    words = messages.spectrum_words(lens.experiment.model.cell)
    if len(blocks) > 1:
        st.markdown(words)
    columns = [*st.columns(2, gap="large"), *st.columns(2, gap="large")]
    if len(blocks) == 1:
        columns[1].markdown(words)
    for column, block in zip(columns, blocks, strict=False):
        with column:
            st.markdown(f"**{messages.block(block)}**")
            if len(epochs) == 1:
                _figures(found[0][block])
                continue
            alt = gettext("Largest singular value and spectral radius of {block}", block=block)
            figure = figures.spectrum(epochs, found, block, shell.colors())
            charts.show(lens.view, figure, key=f"spectrum-{block}", alt=alt)


def _figures(spectrum: Spectrum) -> None:
    """Show both figures of one block when there is only one epoch."""
    with st.container(horizontal=True):
        st.metric(gettext("Largest singular value"), f"{spectrum.singular:.3g}", border=True)
        st.metric(gettext("Spectral radius"), f"{spectrum.radius:.3g}", border=True)


def _spectra_at(lens: Lens, epoch: int) -> dict[str, Spectrum]:
    return spectra(lens.model_at(epoch))


def _affordable(kept: tuple[int, ...], seconds: float) -> tuple[int, ...]:
    """Return the kept epochs, or as many of them, evenly spread, as the time allows at so many seconds each."""
    most = max(2, int(MOST_SECONDS / seconds))
    if len(kept) <= most:
        return kept
    stride = -(-(len(kept) - 1) // (most - 1))
    return (*kept[:-1:stride], kept[-1])  # from the start, so that a running run keeps the epochs that were computed


def _spectra_seconds(lens: Lens) -> float:
    """Return about how many seconds one network's spectra take: 1.5 (H/64)³ milliseconds for a block of H units."""
    model = lens.experiment.model
    blocks = len(CELLS[model.cell].gates) * (2 if model.bidirectional else 1)
    return 1.5e-3 * blocks * max(1.0, model.hidden_size / 64) ** 3


def _flow_seconds(lens: Lens, words: int) -> float:
    """Return about how many seconds one sentence's flow takes: 1.5 ns for each word and recurrent weight."""
    model = lens.model
    weights = sum(model.parameters[name].size for name in model.layout.names if "W_hh" in name)
    return 1e-4 + 1.5e-9 * words * weights
