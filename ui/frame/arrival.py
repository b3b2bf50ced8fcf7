"""An experiment that arrives by link or file: it waits until the visitor decides, unless they have no work of their own."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from rnn_core import Experiment, Limits, RnnCoreError
from rnn_core.errors import AbsentVectorsError
from rnn_core.sharing import links, vector_files, vector_streams
from ui.frame import assigned_offer, moments
from ui.language import gettext
from ui.messages import errors, experiment, vectors
from ui.messages import moments as messages
from ui.session.inbox import Inbox
from ui.session.session import Session

PARAMETER = "e"
"""The address's parameter with the experiment's token."""


def receive(inbox: Inbox, limits: Limits) -> None:
    """Read the address's token once; the experiment waits until the visitor decides."""
    token = st.query_params.get(PARAMETER)
    if token is None:
        return
    moment = moments.read(st.query_params)
    whole = token if moment is None else f"{token}&{moments.written(moment)}"
    if whole == inbox.token:
        return
    inbox.token, inbox.moment, inbox.absent = whole, moment, None
    try:
        inbox.offered, inbox.offer_problem = links.decode(token, limits), None
    except AbsentVectorsError as problem:
        inbox.offered, inbox.offer_problem, inbox.absent = None, None, (token, problem)
    except RnnCoreError as problem:
        inbox.offered, inbox.offer_problem, inbox.moment = None, problem, None


def offer(session: Session) -> None:
    """Offer an experiment that arrived at the top of every page. A visitor without work of their own gets it at once."""
    assigned_offer.offer(session)
    inbox = session.inbox
    if inbox.offer_problem is not None:
        st.error(errors.unusable(inbox.offer_problem), icon=":material/link_off:")
        if st.button(gettext("Close"), icon=":material/close:", key="offer-close"):
            inbox.offer_problem = None
            st.rerun()
    if inbox.absent is not None:
        _ask_for_vectors(session, *inbox.absent)
    if inbox.offered is None or not inbox.restored:  # what the visitor has is unknown until the browser has answered
        return
    if session.workspace.holds(inbox.offered) and inbox.moment is None:  # as after reloading a page whose link was accepted
        inbox.offered = None
        return
    if session.untouched:
        _take(session, inbox.offered)
    with st.container(border=True):
        came = gettext("**A shared experiment**") if inbox.moment is None else gettext("**A shared moment of an experiment**")
        st.markdown(f"{came}  \n{experiment.offered(inbox.offered)}")
        if inbox.moment is not None:
            st.markdown(messages.moment(*inbox.moment))
        with st.container(horizontal=True):
            if st.button(gettext("Use it"), type="primary", icon=":material/check:", key="offer-take"):
                _take(session, inbox.offered, said=False)
            if st.button(gettext("Keep mine"), icon=":material/close:", key="offer-leave"):
                inbox.offered = inbox.moment = None
                st.rerun()
        st.caption(
            gettext("Your sentences and settings stay until you decide. You can still undo the change of sentences after that.")
        )


def _ask_for_vectors(session: Session, token: str, problem: AbsentVectorsError) -> None:
    """Ask for the word vectors that a link names. Without them the experiment does not open."""
    inbox = session.inbox
    with st.container(border=True):
        st.markdown(vectors.wanted(problem))
        file = st.file_uploader(
            gettext("File of the word vectors"),
            type=list(vector_streams.ENDINGS),
            key=f"absent-{problem.digest[:8]}",
            max_upload_size=max(1, session.limits.upload_bytes // 1_000_000),
            help=vectors.how_to_cut(),
        )
        if st.button(gettext("Close"), icon=":material/close:", key="absent-close"):
            inbox.absent = inbox.moment = None
            st.rerun()
        if file is None:
            return
        try:
            found = vector_files.read(file, file.name, problem.words, vector_streams.Bounds.of(session.limits))
            inbox.offered, inbox.absent = links.decode(token, session.limits, found.vectors), None
        except RnnCoreError as refusal:
            st.error(errors.unusable(refusal), icon=":material/block:")
            return
    st.rerun()


def _take(session: Session, offered: Experiment, *, said: bool = True) -> NoReturn:
    """Accept what came, open its moment if it has one, and draw the page again. said: whether a notice says that it came."""
    moment, session.inbox.moment = session.inbox.moment, None
    if moment is not None:
        moments.open_it(session, offered, moment)
    else:
        session.accept(offered)
        if said:
            session.view.notice = lambda: gettext("This experiment came with the link. Train it to see the same run.")
    st.rerun()
