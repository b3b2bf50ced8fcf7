"""One update in detail: every gradient, what clipping cuts of it, the step, and what the step does."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import streamlit as st

from rnn_core import DivergenceError
from rnn_core.gradients.update import Update, batch_update, one_update
from rnn_core.training.most_clipped import ClippedUpdate, clipped_epochs, most_clipped
from ui.figures import update as figures
from ui.frame import charts, shell
from ui.frame.folded import folded
from ui.frame.lens import Lens
from ui.gradients import sentence
from ui.language import gettext, paragraph
from ui.messages import parameters
from ui.messages import update as messages
from ui.messages.formatting import scientific
from ui.session.session import Session

MOST, SENTENCE = "most", "sentence"
"""What is looked at: the update that clipping changed most, or one by a sentence that the visitor chooses."""


def part(session: Session) -> None:
    """Show the update of the run that clipping changed most or, on request, the one that training would make for a sentence now."""
    lens = sentence.network(session)
    if lens is None:
        return
    found = _found(lens)
    most = found if found is not None and _chosen() == MOST else None
    if most is not None:
        st.markdown(messages.clipped_most(most, lens.experiment))
    elif found is None and lens.run is not None and lens.run.epoch:
        st.markdown(messages.none_clipped(len(clipped_epochs(lens.run.run))))
    try:
        update = _by(lens, *sentence.choose(lens)) if most is None else _again(lens, most)
    except DivergenceError:
        st.error(messages.beyond())
        return
    st.markdown(messages.update_settings(update, lens.experiment, alone=most is None))
    _figures(update)
    st.markdown(messages.update_sentence(update))
    if st.button(gettext("Walk through it step by step"), icon=":material/footprint:"):
        session.view.sentence = update.sentences[0][0]
        st.switch_page(shell.STEP_BY_STEP)
    _matrices(lens, update)
    folded(gettext("More about this update"), "update-open", partial(_elements, lens, update))


def _chosen() -> str:
    """Let the visitor choose which update is shown."""
    chosen = st.segmented_control(
        gettext("Update"),
        tuple(messages.VIEWS),
        default=MOST,
        key="update-of",
        format_func=messages.VIEWS.__getitem__,
        required=True,
        label_visibility="collapsed",
    )
    return chosen or MOST


def _found(lens: Lens) -> ClippedUpdate | None:
    """Return the update that clipping changed most in the epochs that follow a checkpoint."""
    run = lens.run
    if run is None or not run.epoch:
        return None
    with st.spinner(gettext("Looking for the update that clipping changed most.")):
        return lens.work_out("most clipped", lambda: most_clipped(run.run), epoch=run.epoch)


def _again(lens: Lens, found: ClippedUpdate) -> Update:
    """Return an update of the run as it was made."""
    examples = [lens.data.examples[row - 1] for row in found.rows]
    return batch_update(
        lens.model.with_vector(found.vector),
        lens.experiment,
        [(example.text, example.label or "") for example in examples],
        epoch=found.epoch,
        memory=found.memory,
        steps=found.steps,
    )


def _by(lens: Lens, text: str, label: str) -> Update:
    """Return the update by one sentence with the next epoch's settings and the optimizer's memory."""
    experiment, run = lens.experiment, lens.run
    state = run.run.at(lens.epoch) if run else None
    return one_update(
        lens.model,
        experiment,
        text,
        label,
        epoch=min(lens.epoch + 1, experiment.training.epochs),
        memory=state.memory if state else None,
        steps=state.steps if state else 0,
    )


def _figures(update: Update) -> None:
    whole = update.statistics[None]
    angle = math.degrees(math.acos(min(1.0, max(-1.0, whole.cosine))))
    row = st.grid(5, min_column_width=150)
    row.metric(gettext("Loss before"), messages.loss(update.loss_before), border=True)
    row.metric(gettext("Loss after"), messages.loss(update.loss_after), border=True)
    row.metric(gettext("Norm before clipping"), messages.norm(whole.norm_before), border=True)
    row.metric(gettext("Norm after clipping"), messages.norm(whole.norm_after), border=True)
    row.metric(gettext("Turned by"), f"{angle:.1f}°", border=True)


def _matrices(lens: Lens, update: Update) -> None:
    """Draw every parameter: the gradient, what was cut of it, and the step."""
    drawn = figures.pictures(update, lens.experiment)
    st.markdown(paragraph([messages.picture_words(lens.experiment.training.optimizer, update.rate), messages.only_words()]))
    grid = st.grid(2, min_column_width=340)
    for picture in drawn:
        with grid.container():
            st.markdown(f"**{parameters.parameter(picture.name)}**")
            words = picture.rows.left_out + picture.columns.left_out
            if thinned := messages.thinned(picture.rows.together, picture.columns.together, words):
                st.markdown(thinned)
            figure = figures.panels(picture, shell.colors(), written=scientific)
            alt = gettext("Gradient, what clipping cut of it, and step: {name}", name=parameters.parameter(picture.name))
            charts.show(lens.view, figure, key=f"update-{picture.name}", alt=alt)


def _elements(lens: Lens, update: Update) -> None:
    threshold = update.threshold if update.clipping == "value" else None
    raw, clipped = (np.concatenate([each.ravel() for each in part.values()]) for part in (update.raw, update.clipped))
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(gettext("**All elements before and after clipping**"))
        figure = figures.histogram(raw, clipped, threshold, shell.colors())
        alt = gettext("Elements of the gradient before and after clipping")
        charts.show(lens.view, figure, key="update-elements", alt=alt)
    with right:
        st.markdown(gettext("**By parameter**"))
        alt = gettext("Norms, angle and share changed by parameter")
        st.dataframe(messages.update_table(update), hide_index=True, column_config=dict(messages.COLUMNS), alt=alt)
