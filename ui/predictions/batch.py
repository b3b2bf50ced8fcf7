"""Many texts at once: a file in, a file out."""

from __future__ import annotations

import hashlib

import streamlit as st

from rnn_core import RnnCoreError
from rnn_core.explanation import Answer, answer_each, answers_to_csv, texts_of
from ui.messages import batch as messages
from ui.messages import errors, formatting
from ui.predictions.subject import Subject


def judge(subject: Subject) -> None:
    """Lines or a table, judged one by one; a text that cannot be read stops no other."""
    file = st.file_uploader(
        "A file of sentences, one a line, or a table with a column text",
        type=["txt", "csv", "tsv", "json", "jsonl"],
        key="batch",
        max_upload_size=max(1, subject.session.limits.upload_bytes // 1_000_000),
        help="A table's column named text is read, or the one that looks most like it. Labels in it are not looked at.",
    )
    if file is None:
        st.caption("Each sentence comes back with its verdict, its probability and the words that the network does not know.")
        return
    try:
        answers = _answers(subject, file.getvalue(), file.name)
    except RnnCoreError as problem:
        st.error(errors.error(problem), icon=":material/block:")
        return
    if not answers:
        st.info("There is no sentence in this file.")
        return
    st.markdown(messages.batch_line(answers))
    st.dataframe(
        messages.batch_table(answers),
        hide_index=True,
        placeholder="",
        column_config={"probability": st.column_config.NumberColumn("probability", format="%.3f")},
        alt="The texts with verdict, probability, unknown words and problems",
    )
    st.download_button(
        "Download as CSV",
        data=lambda: answers_to_csv(answers).encode(),
        file_name="predictions.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    st.caption(
        f"The probability is that of {formatting.plain(subject.label)}. Texts are written as they came in: one that begins with "
        "=, +, − or @ may be taken for a formula by a spreadsheet, so open a stranger's file as text."
    )


def _answers(subject: Subject, content: bytes, name: str) -> list[Answer]:
    """Judged once, however often the page is drawn. Raises DatasetError for a file that cannot be read."""
    limits = subject.session.limits
    question = ("batch", name, hashlib.sha256(content).digest())
    return subject.work_out(question, lambda: answer_each(subject.model, texts_of(content, name, limits), subject.label, limits))
