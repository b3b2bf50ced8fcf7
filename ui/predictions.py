"""The prediction room's parts: one sentence, and the whole test split."""

from __future__ import annotations

import streamlit as st

from rnn_core import DatasetError, Model, UnknownWordError, read
from ui import messages, shell
from ui.figures import sentences
from ui.figures.palette import CONFIG
from ui.jobs import Snapshot
from ui.session import Session

KEY = "sentence"


def ask(session: Session, run: Snapshot) -> None:
    """A sentence, its verdict, and the probability after each word."""
    if shell.preparing():
        st.info(shell.PREPARING, icon=":material/hourglass_empty:")
        return
    session.fill(KEY, session.sentence)
    text = st.text_input("A sentence", key=KEY, max_chars=2_000, placeholder="i am not at all bad")
    session.sentence = text
    try:
        reading = read(run.model, text)
    except UnknownWordError as problem:
        _unknown(session, run.model, text, problem)
        return
    except DatasetError:
        st.info("Write a sentence of words that the network knows.")
        return
    if len(reading.words) > session.limits.words:
        st.error(f"A sentence may have up to {session.limits.words} words.", icon=":material/block:")
        return
    verdict, strip = st.columns([1, 4], vertical_alignment="top")
    verdict.metric(
        "Verdict", messages.plain(reading.verdict), f"{reading.confidence:.3f}", delta_color="off", delta_arrow="off", border=True
    )
    with strip:
        st.caption("Probability of positive after each word")
        figure = sentences.reading_strip(reading, shell.colours())
        st.plotly_chart(figure, key="reading", config=CONFIG, alt="Probability of positive after each word")


def _unknown(session: Session, model: Model, text: str, problem: UnknownWordError) -> None:
    words = model.rules.words(text)
    st.error(f"{messages.error(problem)} It can only judge words that it was trained on.", icon=":material/block:")
    figure = sentences.unknown_strip(words, problem.words, shell.colours())
    st.plotly_chart(figure, key="unknown", config=CONFIG, alt="The sentence with its unknown words marked")
    for word, near in problem.near.items():
        if not near:
            continue
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"Instead of “{messages.plain(word[:24])}”:")
            for known in near:
                swapped = " ".join(known if w == word else w for w in words)
                st.button(messages.plain(known), key=f"near-{word}-{known}", on_click=session.put, args=(KEY, swapped))


def split(run: Snapshot) -> None:
    """Every test sentence with its verdict, the wrong ones marked and first."""
    data, model = run.experiment.dataset, run.model
    rows = data.rows("test")
    if not rows:
        st.info("This experiment has no test sentences. Set the split of some rows to test on the Dataset page.")
        return
    probabilities = model.predict_proba([data.examples[i].text for i in rows])
    table = messages.split_table(data, rows, probabilities, model.labels)
    wrong = sum(row["judged"] == messages.WRONG for row in table)
    st.markdown(messages.split_line(len(rows), wrong))
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            "judged": st.column_config.TextColumn(width="small"),
            "probability": st.column_config.NumberColumn("probability", format="%.3f", help="Of the verdict"),
        },
        alt="Test sentences with label, verdict and probability",
    )
