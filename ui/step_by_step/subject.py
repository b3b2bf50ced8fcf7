"""Which network, which sentence and which label the page walks through."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import streamlit as st

from rnn_core import DivergenceError, Experiment, Model, RnnCoreError
from rnn_core.arrays import Floats
from rnn_core.training.trainer import Trainer
from rnn_core.walk.edits import Edit, edited
from rnn_core.walk.places import Place, places
from rnn_core.walk.small import train_small
from rnn_core.walk.steps import Walk, walk
from ui.frame import network, shell
from ui.frame.lens import Lens
from ui.language import gettext
from ui.messages import ask, errors
from ui.messages import step_by_step as messages
from ui.session import session as sessions
from ui.session.session import Session

FIRST = "i am not bad"
"""The sentence to begin with if the network can read it."""
MOST_TRIED = 50
"""Sentences of the data that are tried one after another."""
RUN, SMALL = "run", "small"


@dataclass(frozen=True, eq=False)
class Subject:
    """One walk: a network, a sentence with its label, and all places."""

    lens: Lens
    settings: Experiment | None
    """whose settings the update takes; None where nothing valid is set"""
    walk: Walk
    """through the network with the visitor's changes"""
    untouched: Walk | None
    """through the network without them; None where there are none"""
    places: tuple[Place, ...]

    @property
    def session(self) -> Session:
        return self.lens.session


def choose(session: Session) -> Subject | None:
    """Let network, sentence and label be chosen; return the walk, or None with a message where there is none."""
    found = _network(session)
    if found is None:
        return None
    lens, settings = found
    text_at, label_at, epoch_at = st.columns([4, 2, 3], gap="medium", vertical_alignment="bottom")
    with epoch_at:
        if lens.run is not None:
            network.epoch(lens)
    with text_at:
        first = sessions.fill("step-sentence", _opening(lens))
        text = str(st.text_input(gettext("Sentence"), first, key="step-sentence", max_chars=2_000))
    session.view.sentence = text
    try:
        reading = lens.reading(text)
    except RnnCoreError as problem:
        st.info(errors.error(problem))
        return None
    known = ask.example_of(lens.data, text)
    labels = lens.model.labels
    key = f"step-label-{hash((text, labels))}"
    chosen = sessions.fill(key, known if known in labels else reading.verdict)
    with label_at:
        label = st.selectbox(
            gettext("Right label"),
            labels,
            labels.index(chosen) if chosen in labels else 0,
            key=key,
            help=gettext("The label the loss is computed for."),
        )
    untouched = lens.work_out(("walk", text, label), lambda: walk(lens.model, text, label))
    view = session.view
    network_of = (lens.opened, lens.trained and lens.trained.fingerprint, lens.epoch)
    if view.step_edited != network_of:
        view.step_edited, view.step_edits = network_of, ()
    if not view.step_edits:
        return Subject(lens, settings, untouched, None, places(untouched))
    model, _ = lens.work_out(("edited", view.step_edits), lambda: _edited(lens, view.step_edits))
    walked = lens.work_out(("walk", view.step_edits, text, label), lambda: walk(model, text, label))
    return Subject(lens, settings, walked, untouched, places(walked))


def _edited(lens: Lens, edits: tuple[Edit, ...]) -> tuple[Model, Floats]:
    """Return the network with changes, and its numbers: of a network alone, which a run holds anyway, the memo counts no bytes."""
    model = edited(lens.model, edits)
    return model, model.vector


def _network(session: Session) -> tuple[Lens, Experiment | None] | None:
    """Let the visitor's network or the small one be chosen; return it with the settings of its update."""
    run = session.runs.shown
    own = session.runs.opened is not None or (run is not None and run.epoch > 0)
    set_up, refusal = session.workspace.ready()
    kind = SMALL
    if own:
        chosen = st.segmented_control(
            gettext("Network"),
            (RUN, SMALL) if set_up else (RUN,),
            default=RUN,
            key="step-network",
            format_func=messages.NETWORKS.__getitem__,
            required=True,
            label_visibility="collapsed",
        )
        kind = chosen or RUN
    if kind == RUN:
        lens = network.choose(session)
        return None if lens is None else (lens, lens.trained or set_up)
    shell.refuse(refusal)
    if set_up is None:
        return None
    return _small(session, set_up)


def _small(session: Session, experiment: Experiment) -> tuple[Lens, Experiment] | None:
    """Train the small network of what is set, once, and say what it has learned."""
    view = session.view

    def work() -> tuple[Trainer, Model]:
        trainer = train_small(experiment)
        return trainer, trainer.model

    try:
        with st.spinner(gettext("Training a network of 4 units.")):
            trainer, model = view.memo(("small", experiment.fingerprint), work)
    except DivergenceError as problem:
        st.warning(errors.error(problem))
        return None
    st.markdown(messages.small(trainer))
    own = trainer.experiment
    return Lens(session, experiment.dataset, None, opened=model), Experiment(
        dataset=own.dataset, model=own.model, training=experiment.training
    )


def _opening(lens: Lens) -> str:
    """Return the sentence to begin with: the visitor's own, or else a well-known one, or one of the data."""
    known = (lens.data.examples[row].text for row in (*lens.data.rows("test"), *lens.data.rows("train")))
    candidates = (lens.view.sentence or FIRST, FIRST, *islice(known, MOST_TRIED))
    return next((text for text in candidates if lens.can_read(text)), lens.view.sentence or "")
