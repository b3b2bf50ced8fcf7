"""Dataset: the sentences, what is wrong with them, where they come from and go."""

from functools import partial

import streamlit as st

from rnn_core import presets
from ui.dataset import charts_tab, editor, export, faults, generate, import_tab, rows, text_rules
from ui.figures import sentences
from ui.frame import charts, shell
from ui.frame.tabs import tabs
from ui.language import gettext, pgettext
from ui.messages import experiment

session = shell.enter(gettext("Dataset"))
headline = st.empty()

table, aside = st.columns([5, 3], gap="medium")
with table:
    rows.add(session.workspace)
    editor.edit(session.workspace)
    with st.container(horizontal=True):
        if session.workspace.past and st.button(
            gettext("Undo"), icon=":material/undo:", help=gettext("Undo the last change of the sentences.")
        ):
            session.workspace.undo()
            st.rerun()
        if st.button(gettext("Reset to the guide's sentences"), icon=":material/restart_alt:"):
            session.workspace.replace_dataset(presets.guide_dataset())
            st.rerun()

data = session.workspace.dataset
headline.markdown(experiment.data_line(data))

with aside:
    faults.show(session.workspace, session.view.memo)
    charts.show(
        session.view,
        sentences.balance(data, shell.colors()),
        key="balance",
        alt=gettext("Number of sentences with each label in the training and test set"),
    )
    shell.baseline(session.workspace)
    shell.link(shell.TRAINING, gettext("Train on these sentences"), ":material/arrow_forward:")

tabs(
    session.view,
    "data-rooms",
    {
        "import": (gettext("Import"), partial(import_tab.bring, session)),
        "generate": (gettext("Generate"), partial(generate.make, session)),
        "find": (gettext("Find"), partial(rows.find, session)),
        "split": (pgettext("tab", "Split"), partial(generate.split, session)),
        "words": (pgettext("tab", "Words"), partial(text_rules.rules, session)),
        "charts": (gettext("Charts"), partial(charts_tab.pictures, session)),
        "export": (gettext("Export"), partial(export.take, session)),
    },
)
