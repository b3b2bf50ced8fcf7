"""Many texts at once, from a file to a file."""

from __future__ import annotations

import streamlit as st

from rnn_core import RnnCoreError
from rnn_core.data.columns import roles
from rnn_core.explanation import Answer, answer_each, answers_to_csv, probability_columns, texts_of
from ui.frame import reading
from ui.frame.lens import Lens
from ui.language import gettext
from ui.messages import batch as messages
from ui.messages import errors
from ui.session.incoming import Incoming


def judge(lens: Lens) -> None:
    """Predict each line or row of a file; a text that cannot be read does not stop the others."""
    file = st.file_uploader(
        gettext("A file with one sentence per line, or a table with a column “text”"),
        type=list(reading.TYPES),
        key="batch",
        max_upload_size=max(1, lens.session.limits.upload_bytes // 1_000_000),
        help=gettext("The file is read like an import on the Dataset page. Its labels are ignored."),
    )
    if file is None:
        st.caption(
            gettext(
                "For each sentence you get the prediction, the probability of each label and the words the network does not know."
            )
        )
        return
    try:
        answers = _answers(lens, lens.session.inbox.take(file.getvalue(), file.name))
    except RnnCoreError as problem:
        st.error(errors.error(problem), icon=":material/block:")
        return
    if not answers:
        st.info(gettext("There is no sentence in this file."))
        return
    st.markdown(messages.batch_line(answers))
    st.dataframe(
        messages.batch_table(answers, lens.model.labels),
        hide_index=True,
        placeholder="",
        column_config={
            "text": gettext("sentence"),
            "verdict": gettext("prediction"),
            **{name: st.column_config.NumberColumn(name, format="%.3f") for name in probability_columns(lens.model.labels)},
            "unknown words": gettext("unknown words"),
            "problem": gettext("problem"),
        },
        alt=gettext("The sentences with prediction, the probability of each label, unknown words and problems"),
    )
    st.download_button(
        gettext("Download as CSV"),
        data=lambda: answers_to_csv(answers, lens.model.labels).encode(),
        file_name="predictions.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    st.caption(
        gettext(
            "p(…) is the probability of a label. The CSV file has the sentences unchanged. A spreadsheet may read a sentence that begins "
            "with =, +, − or @ as a formula, so open a stranger's file as text."
        )
    )


def _answers(lens: Lens, incoming: Incoming) -> list[Answer]:
    """What the network says of each text, worked out once. Raises DatasetError for a file that cannot be read."""
    limits = lens.session.limits
    table = reading.read(incoming, limits, "batch")
    column = st.selectbox(
        gettext("Column of the sentences"),
        range(len(table.columns)),
        roles(table).text if table.columns else 0,
        key=f"batch-text-{incoming.digest}-{len(table.columns)}",
        format_func=lambda place: table.columns[place] if place < len(table.columns) else "",
        width=260,
    )
    texts = texts_of(table, column)
    question = ("batch", incoming.digest, hash(tuple(texts)))
    return lens.work_out(question, lambda: answer_each(lens.model, texts, limits))
