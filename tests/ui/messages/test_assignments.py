"""Every reason why an assignment is refused has its sentence, in every language."""

from __future__ import annotations

from typing import get_args

from rnn_core.errors import AssignmentError, AssignmentReason
from rnn_core.lessons.assignment import PAGES, lockable
from rnn_core.lessons.submission import Answer, Submission
from tests.core.lessons.handed import small
from tests.ui.messages.of_assignments import RUN
from ui.language import LANGUAGES, speaking
from ui.messages import assignments


def test_every_reason_has_a_sentence_in_every_language() -> None:
    seen: set[str] = set()
    for language in LANGUAGES:
        with speaking(language):
            told = {assignments.refused(AssignmentError(reason, "9 bytes, at most 5")) for reason in get_args(AssignmentReason)}
        assert len(told) >= len(get_args(AssignmentReason)) - 1  # damaged and truncated are worded alike
        assert not seen & told
        seen |= told


def test_every_page_and_everything_that_can_be_locked_has_a_name() -> None:
    assert tuple(assignments.PAGES) == PAGES
    assert all(assignments.setting(name) for name in lockable())


def test_a_reason_is_shown_letter_by_letter() -> None:
    assert "\\<b\\>" in assignments.locked("<b>")


def test_the_table_has_each_learner_with_answers_and_figures_as_typed() -> None:
    answers = (Answer(figures=(0.95,), met=True), Answer(text="<b>It falls</b>", met=True))
    (row,) = assignments.table([Submission(assignment=small(), name="", answers=answers, runs=(RUN,))])
    assert row == {
        "name": "–",
        "assignment": "Clipping",
        "done": "2 / 2",
        "answers": "95% | <b>It falls</b>",
        "runs": "300 epochs: train 100%, test 95%",
    }
