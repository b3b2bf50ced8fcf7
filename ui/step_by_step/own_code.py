"""Check my own: download the sentence and the weights, compute with own code, upload the numbers, and see which agree."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial

import streamlit as st

from rnn_core.checking import named_arrays
from rnn_core.checking.diagnosis import Diagnosis, diagnose, unseen
from rnn_core.checking.exercise import Exercise, fits, to_json, to_npz
from rnn_core.checking.slips import computed
from rnn_core.errors import ArrayFileError
from ui.frame.folded import folded
from ui.language import gettext
from ui.messages import own_code as messages
from ui.step_by_step.subject import Subject

LARGE, NETWORK = "large", "network"
ONE, TWO = "one", "two"
MOST_TRIED = 50
"""Sentences of the data that are tried as the second of a batch."""


def part(subject: Subject) -> None:
    """Give an exercise, take an answer, and say what agrees."""
    folded(gettext("Check my own code"), "own-code-open", partial(_part, subject), icon=":material/fact_check:")


def _part(subject: Subject) -> None:
    st.markdown(
        gettext(
            "Compute the forward and backward pass with your own code, then upload your numbers. You see which arrays agree and which "
            "common mistake explains the rest. Your code itself is never uploaded or run."
        )
    )
    exercise = _choose(subject)
    if exercise is None:
        st.info(messages.too_large(), icon=":material/unfold_less:")
        return
    st.markdown(messages.task(exercise))
    shapes = {name: array.shape for name, array in computed(exercise).items()}
    _downloads(exercise, shapes)
    file = st.file_uploader(
        gettext("Your arrays (.npz or .json)"),
        type=["npz", "json"],
        key="own-code",
        max_upload_size=named_arrays.MOST_BYTES // 1_000_000,
        help=gettext(
            "Upload any of the arrays in the table, by these names. Names as the guide writes them, such as d_Whh, work too."
        ),
    )
    if file is None:
        _asked(subject, exercise, shapes)
    else:
        _judged(subject, exercise, file.getvalue())


def _choose(subject: Subject) -> Exercise | None:
    """Let weights and sentences be chosen; return the exercise, or None where it is too large."""
    walk, second = subject.walk, _second(subject)
    with st.container(horizontal=True, gap="large"):
        where = st.segmented_control(
            gettext("Weights"),
            (LARGE, NETWORK),
            default=LARGE,
            key="own-code-weights",
            required=True,
            format_func=messages.WEIGHTS.__getitem__,
            help=gettext(
                "Large random weights make every mistake visible. In a trained network the gradients can be very small."
            ),
        )
        count = ONE
        if second is not None:
            count = st.segmented_control(
                gettext("Sentences"),
                (ONE, TWO),
                default=ONE,
                key="own-code-sentences",
                required=True,
                format_func=messages.BATCHES.__getitem__,
                help=gettext("In a batch the gradients of both sentences are summed. Only there the gradient of b_y is a sum."),
            )
    sentences = [(walk.text, walk.label)]
    if count == TWO and second is not None:
        sentences.append(second)
    if not fits(walk.model, sum(len(walk.model.ids(text)) for text, _ in sentences)):
        return None

    def work() -> Exercise:
        return Exercise.of(walk.model.with_large_weights() if where == LARGE else walk.model, sentences)

    return subject.lens.work_out(("exercise", subject.session.view.step_edits, where, tuple(sentences)), work)


def _second(subject: Subject) -> tuple[str, str] | None:
    """Return a training sentence with another label, the second of a batch; None if none can be read."""
    lens, walk = subject.lens, subject.walk
    rows = lens.data.rows("train")[:MOST_TRIED]
    for text, label, _ in (lens.data.examples[row] for row in rows):
        if label in walk.model.labels and label != walk.label and text != walk.text and lens.can_read(text):
            return text, label
    return None


def _downloads(exercise: Exercise, shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Offer what is given in both kinds of file."""
    with st.container(horizontal=True, gap="small"):
        for name, kind, made in (
            ("exercise.npz", "application/octet-stream", to_npz),
            ("exercise.json", "application/json", to_json),
        ):
            st.download_button(
                gettext("Download {file}", file=name),
                partial(made, exercise, shapes),
                name,
                kind,
                key=f"own-code-{name}",
                icon=":material/download:",
                on_click="ignore",
                help=gettext("Weights, word ids, label, clip threshold, vocabulary, and the names and shapes to compute."),
            )


def _asked(subject: Subject, exercise: Exercise, shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Show what is asked for."""
    st.dataframe(
        messages.task_table(exercise, shapes),
        hide_index=True,
        height="content",
        column_config=dict(messages.COLUMNS),
        alt=gettext("Name, shape and meaning of each array to compute"),
    )
    st.code(messages.EXAMPLE, language="python")
    key = ("unseen", exercise.fingerprint)
    st.caption(messages.unseen(subject.lens.work_out(key, lambda: unseen(exercise))))


def _judged(subject: Subject, exercise: Exercise, source: bytes) -> None:
    """Say what agrees, what differs, and why."""
    key = ("own-code", exercise.fingerprint, hashlib.sha256(source).hexdigest())

    def work() -> Diagnosis:
        return diagnose(exercise, named_arrays.read(source, subject.session.limits.upload_bytes))

    try:
        found = subject.lens.work_out(key, work)
    except ArrayFileError as problem:
        st.error(messages.refused(problem), icon=":material/block:")
        return
    told = "\n\n".join(
        text for text in (messages.headline(found), messages.explanation(found), messages.begin_with(found)) if text
    )
    if found.of("differs", "wrong_shape", "not_finite"):
        st.warning(told, icon=":material/close:")
    elif len(found.of("missing")) == len(found.arrays):
        st.info(told, icon=":material/help:")
    else:
        st.success(told, icon=":material/check:")
    for note in (messages.changed(found), messages.skipped(found)):
        if note:
            st.markdown(note)
    st.dataframe(
        messages.result_table(found),
        hide_index=True,
        height="content",
        column_config=dict(messages.COLUMNS),
        alt=gettext("Result for each array: whether it agrees, the largest difference, the first wrong step, and the mistake"),
    )
