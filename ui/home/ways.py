"""The four ways on from home, each with its state."""

from __future__ import annotations

import streamlit as st

from ui.frame import shell
from ui.frame.living import living
from ui.language import gettext, paragraph
from ui.messages import experiment as experiment_messages
from ui.messages import home as messages
from ui.messages import runs as runs_messages
from ui.session.session import Session


def show(session: Session) -> None:
    """Show data, train, look inside and break it, again and again while a run goes on."""

    def draw() -> None:
        run = session.runs.shown
        data, training, inside, broken = st.columns(4, border=True)
        with data:
            shell.link(shell.DATASET, gettext("Data"), ":material/table_rows:")
            st.markdown(experiment_messages.data_card(session.workspace.dataset))
        with training:
            shell.link(shell.TRAINING, gettext("Train"), ":material/show_chart:")
            settings = experiment_messages.settings_card(session.workspace.model, session.workspace.training)
            st.markdown(runs_messages.standing(run) if run else paragraph([gettext("Not started."), settings]))
        with inside:
            shell.link(shell.PREDICTIONS, gettext("Look inside"), ":material/psychology:")
            st.markdown(experiment_messages.result_card(run))
        with broken:
            shell.link(shell.GRADIENTS, gettext("Clip gradients"), ":material/ssid_chart:")
            st.markdown(messages.broken(run))

    living(session, draw, lambda: session.runs.job is not None and session.runs.job.running, every=2)
