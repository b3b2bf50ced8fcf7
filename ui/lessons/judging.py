"""What the core says of a run by a lesson: the answer, and each check with the figure that was reached."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from rnn_core import LimitError
from rnn_core.lessons.checks import Result
from rnn_core.lessons.evidence import Evidence
from rnn_core.lessons.lesson import Lesson
from rnn_core.lessons.quantities import Value
from ui.language import gettext
from ui.messages import errors
from ui.messages import lessons as messages
from ui.session.session import Session


class Judgment(NamedTuple):
    """What was measured at one moment of a run."""

    answer: Value
    figures: dict[str, Value]
    """of every option, where one was to be chosen"""
    results: tuple[Result, ...]
    """of every check"""

    @property
    def done(self) -> bool:
        """Whether all checks are met."""
        return all(result.met for result in self.results)


def judge(session: Session, lesson: Lesson, evidence: Evidence) -> Judgment | None:
    """Measure once for each moment of a run; None, and why, for a sentence that is too long."""
    try:
        session.limits.check(characters=len(evidence.sentence))
        session.limits.check(words=len(evidence.experiment.dataset.rules.words(evidence.sentence)))
    except LimitError as problem:
        st.error(errors.error(problem), icon=":material/block:")
        return None
    key = ("lesson", lesson.id, evidence.experiment.fingerprint, evidence.run.epoch, evidence.sentence)
    return session.view.memo(key, lambda: _measured(lesson, evidence))


def _measured(lesson: Lesson, evidence: Evidence) -> Judgment:
    question = lesson.plan.question
    answer = question.measure(evidence) if question else None
    return Judgment(answer, question.figures(evidence) if question else {}, lesson.plan.judge(evidence))


def checks(lesson: Lesson, results: tuple[Result, ...]) -> None:
    """Show what counts as done, and how far it was reached."""
    if lesson.plan.done:
        st.dataframe(
            messages.check_table(lesson.plan.done, results),
            hide_index=True,
            column_config=dict(messages.CHECK_COLUMNS),
            alt=gettext("What counts as done, and what was reached"),
        )
