"""A whole split: every sentence's prediction, the metrics, and a bag of words beside the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import streamlit as st

from rnn_core.data.dataset import Split
from rnn_core.explanation import Evaluation, Judged
from ui.figures import saliency
from ui.frame import charts, shell
from ui.frame.lens import Lens
from ui.language import gettext, percent
from ui.messages import evaluation as messages
from ui.session import session as sessions

TABLE = "judged"


def judge(lens: Lens) -> None:
    """Show a table, worst first, with filters and rows that open, and the metrics beside it."""
    data = lens.data
    choice = st.segmented_control(
        gettext("Split"),
        ["test", "train"],
        default="test" if data.rows("test") else "train",
        required=True,
        key="split",
        format_func={"test": gettext("Test set"), "train": gettext("Training set")}.__getitem__,
    )
    split: Split = "train" if choice == "train" else "test"
    if not data.rows(split):
        st.info(gettext("This experiment has no test sentences. On the Dataset page, set the split of some rows to “test”."))
        return
    found = lens.work_out(("evaluation", split, data.fingerprint), lambda: Evaluation.of(lens.model, data, split))
    st.markdown(messages.split_line(found))
    if not found.judged:
        return
    _measures(lens, found)
    bag = _bag(lens, found)
    if bag is not None:
        st.markdown(messages.against_bag(found.judged, bag))
    _table(lens, found.judged, bag)


def _table(lens: Lens, judged: Sequence[Judged], bag: Mapping[int, str] | None) -> None:
    choices = [messages.ALL, messages.WRONG_ONES, messages.RIGHT_ONES]
    if bag is not None:
        choices += [messages.ONLY_NETWORK, messages.ONLY_BAG]
    choice = st.segmented_control(
        gettext("Show"),
        choices,
        default=messages.ALL,
        required=True,
        key="filter",
        format_func=messages.FILTERS.__getitem__,
        label_visibility="collapsed",
    )
    shown = messages.chosen(judged, bag, choice or messages.ALL)
    if not shown:
        st.caption(gettext("There is no such sentence."))
        return
    key = f"{TABLE}-{choice}-{len(shown)}"
    st.caption(gettext("Click a row to open its sentence on the Predictions page."))
    st.dataframe(
        messages.split_table(shown, bag),
        hide_index=True,
        height=420,
        key=key,
        on_select="rerun",
        selection_mode="single-cell",  # a click anywhere in the row
        column_config={
            "judged": st.column_config.TextColumn(gettext("result"), width="small"),
            "sentence": st.column_config.TextColumn(gettext("sentence"), width="medium"),
            "label": gettext("label"),
            "verdict": gettext("prediction"),
            "confidence": st.column_config.NumberColumn(
                gettext("confidence"), format="%.3f", help=gettext("The probability of the prediction")
            ),
            "loss": st.column_config.NumberColumn(
                gettext("loss"), format="%.3f", help=gettext("Cross-entropy in nats: −ln of the label's probability")
            ),
            "bag of words": gettext("bag of words"),
        },
        alt=gettext("Sentences with label, prediction, confidence and loss, the largest loss first"),
    )
    if (text := _chosen(key, shown)) is not None:
        lens.session.view.sentence = text
        st.switch_page(shell.PREDICTIONS)


def _chosen(key: str, shown: Sequence[Judged]) -> str | None:
    """Return the sentence of the row selected in the table by any of its cells."""
    cells = (sessions.widget(key) or {}).get("selection", {}).get("cells", [])
    return shown[cells[0][0]].text if cells and 0 <= cells[0][0] < len(shown) else None


def _measures(lens: Lens, found: Evaluation) -> None:
    accuracy, square, scores = st.columns([2, 3, 5] if len(found.labels) <= 3 else [2, 5, 5], gap="medium")
    accuracy.metric(gettext("Accuracy"), percent(found.accuracy), border=True)
    with square:
        figure = saliency.confusion(found.confusion, found.labels, shell.colors())
        charts.show(lens.view, figure, key="confusion", alt=gettext("Sentences by label and prediction"))
    with scores:
        heads = {"precision": gettext("precision"), "recall": gettext("recall"), "F1": gettext("F1")}
        shares = {name: st.column_config.TextColumn(head, alignment="right") for name, head in heads.items()}
        st.dataframe(
            messages.scores_table(found),
            hide_index=True,
            column_config={"label": gettext("label"), **shares, "sentences": gettext("sentences")},
            alt=gettext("Precision, recall and F1 of each label, and their averages"),
        )
        st.caption(
            gettext(
                "Precision: of the sentences predicted as this label, the share that have it. Recall: of the sentences with this label, the "
                "share predicted as it. F1: the harmonic mean of both. The macro average counts each label once, the weighted average each "
                "sentence once."
            )
        )


def _bag(lens: Lens, found: Evaluation) -> Mapping[int, str] | None:
    """Return what naive Bayes on word counts predicts for each row; None if there is no baseline."""
    session, data = lens.session, lens.data
    baseline = session.workspace.baseline(data)
    if (
        baseline is None
        and not data.blocking
        and st.button(gettext("Compare with a bag of words"), icon=":material/shopping_bag:")
    ):
        baseline = session.workspace.baseline(data, patient=True)
    if baseline is None or not set(baseline.labels) <= set(found.labels):
        return None
    said = np.argmax(baseline.probabilities, axis=1)
    return {one.row: baseline.labels[int(said[one.row])] for one in found.judged}
