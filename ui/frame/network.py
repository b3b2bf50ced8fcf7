"""Which network Predictions and All sentences ask: that of a run at the epoch looked at, or one that was opened from a file."""

from __future__ import annotations

import streamlit as st

from rnn_core import LimitError, Model
from rnn_core.training.run import can_begin_with
from ui.frame import shell
from ui.frame.lens import Lens
from ui.language import gettext
from ui.messages import ask, errors, experiment
from ui.session.session import Session


def choose(session: Session) -> Lens | None:
    """Say which network is asked and return it; None while there is none."""
    run = session.runs.shown
    if session.runs.opened is not None:
        _opened(session)
    if session.runs.opened is not None:
        lens = Lens.on_file(session, session.runs.opened)
        try:
            lens.check_sentences()
        except LimitError as problem:
            st.error(errors.error(problem), icon=":material/block:")
            shell.stop()
        return lens
    if run is None or not run.epoch:
        return None
    shell.belongs(session.workspace, run)
    return Lens.on_run(session, run)


def epoch(lens: Lens) -> None:
    """Let the epoch be chosen whose network is asked, of those that were kept; the same as on the training page."""
    session, run = lens.session, lens.run
    if run is None or session.runs.job is None:
        return
    if said := ask.as_of(run):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(said)
            st.button(gettext("Refresh"), icon=":material/refresh:")
        return
    lens.choose_epoch("asked-epoch")


def _opened(session: Session) -> None:
    """Show the opened network as a chip with its name and a cross, which closes it."""
    model = session.runs.opened
    assert model is not None
    label = ask.opened(session.runs.opened_name, experiment.network(model.config))
    helped = gettext("You opened this network from a file. Close it to use your own run again.")
    with st.container(horizontal=True):
        if st.button(label, icon=":material/close:", icon_position="right", key="close-opened", help=helped):
            session.runs.opened = None
            st.rerun()
        _train_on(session, model)


def _train_on(session: Session, model: Model) -> None:
    """Offer a run that begins with the opened network, where it fits the sentences and settings; say what is missing elsewhere."""
    experiment, _ = session.workspace.ready()
    fits = experiment is not None and can_begin_with(experiment, model)
    helped = (
        gettext("Starts a new run with the current sentences, from these weights.")
        if fits
        else gettext("The current sentences need the words and labels of this network, and the settings its cell and size.")
    )
    if st.button(
        gettext("Train on from here"), icon=":material/play_arrow:", key="train-on-opened", disabled=not fits, help=helped
    ):
        assert experiment is not None
        try:
            session.runs.go_on_by_hand(experiment, model)
        except LimitError as problem:
            st.warning(errors.error(problem), icon=":material/hourglass_top:")
            return
        session.view.notice = ask.trains_on
        if session.runs.job is not None:
            shell.resume(session.view, session.runs.job)
        st.rerun()
