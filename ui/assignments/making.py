"""A teacher makes an assignment from what is set: title, locked settings, open pages, steps."""

from __future__ import annotations

from typing import Any

import streamlit as st

from rnn_core import ConfigError, Experiment
from rnn_core.errors import AssignmentError
from rnn_core.lessons import packing
from rnn_core.lessons.assignment import (
    MOST_OPTION,
    MOST_OPTIONS,
    MOST_QUESTION,
    MOST_REASON,
    MOST_STEPS,
    MOST_TEXT,
    MOST_TITLE,
    PAGES,
    Assignment,
    Step,
    lockable,
)
from rnn_core.lessons.checks import Check
from rnn_core.lessons.quantities import QUANTITIES
from ui.frame import assigned_offer, sharing, shell
from ui.language import gettext, number
from ui.messages import assignments as messages
from ui.messages import errors
from ui.messages.safe_markdown import safe
from ui.session.session import Session


def part(session: Session) -> None:
    """Let an assignment be made, and downloaded once it is complete."""
    if session.assigned is not None:
        st.info(gettext("End the assignment you are doing before you make one."), icon=":material/lock:")
        return
    experiment, refusal = session.workspace.ready()
    shell.refuse(refusal)
    if experiment is None:
        return
    draft = session.view.draft
    shell.chip(experiment)
    _text(draft, "title", gettext("Title"), MOST_TITLE)
    locks = _locks(draft)
    draft["pages"] = st.multiselect(
        gettext("Open pages"), PAGES, draft.get("pages", list(PAGES)), key="draft-pages", format_func=messages.PAGES.__getitem__
    )
    count = int(st.number_input(gettext("Steps"), 1, MOST_STEPS, draft.get("steps", 1), key="draft-steps", width=160))
    draft["steps"] = count
    steps = [_step(draft, k) for k in range(count)]
    if any(step is None for step in steps):
        return
    _finished(draft, experiment, locks, tuple(step for step in steps if step is not None))


def _locks(draft: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Let settings be locked, each with a reason."""
    names = st.multiselect(
        gettext("Locked settings"), lockable(), draft.get("locks", []), key="draft-locks", format_func=messages.setting
    )
    draft["locks"] = names
    return tuple(
        (name, _text(draft, f"reason-{name}", gettext("Reason: {setting}", setting=messages.setting(name)), MOST_REASON))
        for name in names
    )


def _step(draft: dict[str, Any], k: int) -> Step | None:
    """Let a step be written; return it, or None with what is wrong."""
    with st.expander(gettext("Step {number}", number=number(k + 1)), expanded=True):
        key = f"page-{k}"
        page = st.selectbox(
            gettext("Page it is about"),
            PAGES,
            PAGES.index(draft.get(key, "training")),
            key=f"draft-{key}",
            format_func=messages.PAGES.__getitem__,
        )
        draft[key] = page
        text = _text(draft, f"text-{k}", gettext("Text"), MOST_TEXT, tall=True)
        st.caption(gettext("Markdown with emphasis, lists, code and formulas. Everything else is shown as text."))
        if text:
            with st.container(border=True):
                st.markdown(safe(text))
        question = _text(draft, f"question-{k}", gettext("Question (may be empty)"), MOST_QUESTION)
        options = _text(
            draft,
            f"options-{k}",
            gettext("Options, one per line (none: the answer is typed)"),
            MOST_OPTION * MOST_OPTIONS,
            tall=True,
        )
        checks = _text(draft, f"checks-{k}", gettext("Checks, one per line"), 1_000, tall=True)
        st.caption(
            gettext(
                "A check is a figure, a comparison and a bound, such as `{example}`. The figures are: {figures}.",
                example="train_accuracy >= 0.95",
                figures=", ".join(f"`{name}`" for name in QUANTITIES),
            )
        )
        try:
            return Step(
                page=page,
                text=text,
                question=question,
                options=tuple(line.strip() for line in options.splitlines() if line.strip()),
                done=tuple(Check.parse(line) for line in checks.splitlines() if line.strip()),
            )
        except ConfigError as problem:
            if text:
                st.error(errors.error(problem), icon=":material/block:")
            else:
                st.info(gettext("Write the text of this step."), icon=":material/edit:")
            return None


def _text(draft: dict[str, Any], name: str, label: str, most: int, *, tall: bool = False) -> str:
    """Let a text be entered, which the draft keeps when the page is left."""
    draw = st.text_area if tall else st.text_input
    draft[name] = str(draw(label, draft.get(name, ""), key=f"draft-{name}", max_chars=most) or "")[:most]
    return str(draft[name])


def _finished(draft: dict[str, Any], experiment: Experiment, locks: tuple[tuple[str, str], ...], steps: tuple[Step, ...]) -> None:
    """Offer the assignment as a file, or say what is missing."""
    try:
        made = Assignment(
            title=draft["title"].strip(), experiment=experiment, locks=locks, pages=tuple(draft["pages"]), steps=steps
        )
        packing.save(made)
    except ConfigError as problem:
        if problem.field == "title":
            st.info(gettext("Give the assignment a title."), icon=":material/edit:")
        else:
            st.error(errors.error(problem), icon=":material/block:")
        return
    except AssignmentError as problem:
        st.error(messages.refused(problem), icon=":material/block:")
        return
    st.markdown(messages.summary(made))
    st.download_button(
        gettext("Download the assignment"),
        lambda: packing.save(made),
        "assignment.json",
        "application/json",
        icon=":material/download:",
        type="primary",
        on_click="ignore",
        help=gettext("Send this file to the learners. They open it on this page."),
    )
    try:
        address = assigned_offer.link(made, sharing.page_address())
    except AssignmentError as problem:
        st.caption(messages.refused(problem))
        return
    st.caption(gettext("Or send this link. Everybody who has it can read the assignment."))
    st.code(address, language=None, wrap_lines=True)
