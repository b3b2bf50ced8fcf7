"""Dataset: the sentences, what is wrong with them, where they come from and go."""

import streamlit as st

from rnn_core import presets
from ui.dataset import charts_tab, editor, export, faults, generate, import_tab, rows, text_rules
from ui.figures import sentences
from ui.frame import charts, shell
from ui.messages import experiment

session = shell.enter("Dataset")
headline = st.empty()

table, aside = st.columns([5, 3], gap="medium")
with table:
    rows.add(session.workspace)
    editor.edit(session.workspace)
    with st.container(horizontal=True):
        if session.workspace.past and st.button(
            "Undo", icon=":material/undo:", help="Bring back the sentences as they were before."
        ):
            session.workspace.undo()
            st.rerun()
        if st.button("Reset to the guide's sentences", icon=":material/restart_alt:"):
            session.workspace.replace_dataset(presets.guide_dataset())
            st.rerun()

data = session.workspace.dataset
headline.markdown(experiment.data_line(data))

with aside:
    faults.show(session.workspace, session.view.memo)
    charts.show(session.view, sentences.balance(data, shell.colors()), key="balance", alt="Sentences of each label in each split")
    shell.baseline(session.workspace)
    shell.link(shell.TRAINING, "Train on these sentences", ":material/arrow_forward:")

rooms = {
    "Import": import_tab.bring,
    "Generate": generate.make,
    "Find": rows.find,
    "Split": generate.split,
    "Words": text_rules.rules,
    "Charts": charts_tab.pictures,
    "Export": export.take,
}
for tab, draw in zip(st.tabs(list(rooms), key="data-rooms", on_change="rerun"), rooms.values(), strict=True):
    if tab.open:
        with tab:
            draw(session)
