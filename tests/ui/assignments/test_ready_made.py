"""The assignments that come with the app are offered and begun in the visitor's language, and name labels as the pages do."""

from __future__ import annotations

import re
from itertools import chain

import pytest

from rnn_core.lessons.assignment import Assignment
from tests.ui.visitor import Visitor
from ui.assignments import ready
from ui.frame import language_switch
from ui.language import LANGUAGES, gettext, speaking


def labels(assignment: Assignment) -> list[list[str]]:
    """What every step prints bold."""
    return [re.findall(r"\*\*([^*]+)\*\*", step.text) for step in assignment.steps]


def test_all_of_them_are_offered() -> None:
    assert set(ready.MINUTES) == set(ready.library()["en"])


@pytest.mark.parametrize("name", ready.MINUTES)
def test_what_is_bold_is_a_label_and_chinese_has_the_words_of_the_pages(name: str) -> None:
    english, chinese = (labels(ready.library()[language][name]) for language in LANGUAGES)
    assert any(english)
    with speaking("zh"):
        worded = [[gettext(label) for label in step] for step in english]
    assert worded == chinese
    assert not set(chain(*english)) & set(chain(*worded))  # all of them are in the catalog


@pytest.mark.parametrize(("language", "name"), [("en", "clipping"), ("zh", "slip")])
def test_one_is_begun_in_the_visitors_language_and_is_not_done_yet(visitor: Visitor, language: str, name: str) -> None:
    visitor.open("assignments")
    visitor.app.button_group(key=language_switch.KEY).set_value(language).run()
    assignment = ready.library()[language][name]
    assert [text for text in visitor.markdown if assignment.title in text]
    visitor.app.button(key=f"ready-{name}").click().run()
    assigned = visitor.session.assigned
    assert assigned is not None
    assert (assigned.assignment, assigned.at, assigned.done) == (assignment, 0, 0)
    assert visitor.session.workspace.experiment() == assignment.experiment
    visitor.open(assignment.steps[0].page)
    assert visitor.app.button(key="assigned-next").disabled
    assert not visitor.errors
    assert not visitor.app.exception
    visitor.open("assignments")
    assert not [button for button in visitor.app.button if button.key == f"ready-{name}"]  # one at a time
