"""The Guide page: a guess before the answer, the button that does the thing, and what is kept."""

from __future__ import annotations

import json
import re
from typing import get_args

import pytest

from rnn_core.lessons import lesson as lessons
from rnn_core.lessons.notebook import Notebook
from tests.ui.visitor import Visitor
from ui.frame import browser_storage
from ui.frame.source import line_of
from ui.language import LANGUAGES, speaking
from ui.lessons import figures, shelf, text
from ui.lessons.shelf import library
from ui.messages import lessons as messages
from ui.messages import names


def open_chapter(visitor: Visitor, name: str) -> Visitor:
    visitor.session.view.lessons["chapter"] = name
    return visitor.open("guide")


def guess(visitor: Visitor, value: float | str) -> Visitor:
    """Fill in the form and press its button at once, as a browser does."""
    if isinstance(value, str):
        visitor.app.radio[0].set_value(value)
    else:
        visitor.app.number_input[0].set_value(value)
    return visitor.press("Commit this guess")


def test_every_figure_and_every_line_of_source_that_a_lesson_can_name_is_there() -> None:
    assert set(figures.FIGURES) == set(get_args(lessons.Figure))
    assert set(text.SOURCES) == set(get_args(lessons.Source))
    assert all(line_of(*mark).text for mark in text.SOURCES.values())


def test_there_are_lessons_in_every_language_of_the_pages() -> None:
    assert set(library()) == set(LANGUAGES)
    with speaking("zh"):
        assert [lesson.id for lesson in shelf.lessons("chapter")] == [lesson.id for lesson in library()["en"][:9]]
        assert not shelf.lessons("chapter")[0].title.isascii()


@pytest.mark.parametrize("language", LANGUAGES)
def test_presets_and_challenges_are_called_what_the_pages_call_them(language: str) -> None:
    whole = "\n".join(part.text for lesson in library()[language] for part in lesson.parts)
    with speaking(language):
        presets = set(names.PRESETS.values())
        named = set(re.findall("(?:preset|预设) ?“([^”]+)”", whole))
        challenges = set(re.findall("(?:challenge|挑战) ?“([^”]+)”", whole))
    assert named
    assert named <= presets
    assert challenges
    assert challenges <= {lesson.title for lesson in library()[language]}


def test_the_answer_is_shown_only_after_a_guess_and_beside_it(visitor: Visitor) -> None:
    open_chapter(visitor, "how")
    answer = library()["en"][1].only("answer")[0]
    assert answer not in visitor.markdown
    assert "Measure" not in visitor.buttons
    guess(visitor, 1000)
    assert "Your guess: 1,000." in visitor.markdown
    assert answer not in visitor.markdown
    visitor.press("Measure")
    assert visitor.infos == ["Your guess: 1,000. Measured: **5,442**."]
    assert answer in visitor.markdown
    assert [bar.proto.text for bar in visitor.app.get("progress")] == [messages.progress("chapter", 1, 9)]
    entry = visitor.session.notebook["how"]
    assert (entry.guess, entry.measured, entry.done) == (1000, 5442, True)
    visitor.open("home").open("guide")
    assert visitor.infos == ["Your guess: 1,000. Measured: **5,442**."], "what was measured stays"
    visitor.press("Guess again")
    assert visitor.session.notebook.entries == {}
    assert answer not in visitor.markdown


def test_of_options_one_is_chosen_and_the_figure_of_each_is_shown(visitor: Visitor) -> None:
    open_chapter(visitor, "why")
    (choice,) = visitor.app.radio
    assert choice.value is None
    visitor.press("Commit this guess")
    assert visitor.session.notebook.entries == {}, "nothing is committed where nothing was chosen"
    guess(visitor, "not bad / not at all bad").press("Measure")
    assert visitor.session.notebook["why"].measured == "good not bad / bad not good"
    assert len(visitor.infos) == 1
    assert len(visitor.app.dataframe) >= 1


@pytest.mark.slow
def test_a_chapter_that_trains_is_answered_at_the_end_of_its_run(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    open_chapter(visitor, "beyond")
    guess(visitor, 12).press("Train and see")
    job = visitor.job
    assert job.experiment.model.cell == "gru"
    job.pause()
    visitor.app.run()
    assert visitor.session.notebook["beyond"].measured is None
    job.start()
    visitor.until(lambda: job.ended)
    entry = visitor.session.notebook["beyond"]
    assert entry.measured == job.status().history.first_perfect_epoch()
    assert entry.done
    assert entry.reached[1] == "positive"


def test_a_run_that_was_stopped_is_no_answer_and_one_that_a_former_visit_measured_is_shown(visitor: Visitor) -> None:
    open_chapter(visitor, "beyond")
    guess(visitor, 12).press("Train and see")
    visitor.job.stop()
    visitor.until(lambda: visitor.job.ended)
    assert visitor.session.notebook["beyond"].measured is None
    assert "Train and see" in visitor.buttons
    visitor.session.notebook = Notebook().noted("beyond", guess=12, measured=47)
    visitor.app.run()
    assert visitor.infos == ["Your guess: 12. Measured: **47**."]
    assert library()["en"][8].only("answer")[0] in visitor.markdown
    assert "Train and see" in visitor.buttons


@pytest.mark.slow
def test_without_a_sentence_every_chapter_and_challenge_still_opens(visitor: Visitor) -> None:
    rows = list(range(len(visitor.session.workspace.dataset.examples)))
    visitor.open("dataset").edit(deleted=rows)
    for kind, page in (("chapter", "guide"), ("challenge", "challenges")):
        for lesson in library()["en"]:
            if lesson.plan.kind == kind and lesson.plan.figure in ("words", "balance", "one_hot", "gradient_check"):
                visitor.session.view.lessons[kind] = lesson.id
                visitor.open("home").open(page)
                assert not visitor.app.exception, lesson.id
                assert not [error for error in visitor.errors if "Something broke" in error], lesson.id


def test_the_next_chapter_is_a_button_away_and_the_last_has_none(visitor: Visitor) -> None:
    open_chapter(visitor, "why")
    titles = [lesson.title for lesson in library()["en"][:9]]
    visitor.press(f"Next: {titles[1]}")
    assert visitor.session.view.lessons["chapter"] == "how"
    open_chapter(visitor.open("home"), "beyond")
    assert not [label for label in visitor.buttons if label.startswith("Next")]


def test_sentences_that_cannot_be_trained_on_are_said_and_nothing_is_measured(visitor: Visitor) -> None:
    visitor.open("dataset").edit(cells={0: {"label": None}})
    visitor.session.notebook = Notebook().noted("how", guess=1)
    open_chapter(visitor, "how")
    assert visitor.errors
    assert visitor.session.notebook["how"].measured is None


def test_the_notebook_comes_back_from_the_browser_and_the_guide_opens_where_it_ends(visitor: Visitor) -> None:
    session = visitor.open("guide").session
    assert session.view.lessons == {"chapter": "why"}
    session.notebook = Notebook().noted("why", guess="a", done=True).noted("how", guess=1, measured=5442, done=True)
    kept = browser_storage.encode(session.workspace, session.runs.pace, session.notebook)
    session.notebook = Notebook()
    assert browser_storage.restore(session, kept)
    assert session.notebook["how"].measured == 5442
    visitor.app.run()
    assert session.view.lessons == {"chapter": "problem"}
    assert "notebook" not in json.loads(browser_storage.encode(session.workspace))
    damaged = json.loads(kept) | {"notebook": {"how": {"guess": []}}}
    assert not browser_storage.restore(session, json.dumps(damaged))
    assert session.notebook["how"].measured == 5442


@pytest.mark.slow
def test_the_buttons_alone_lead_from_the_first_chapter_to_a_network_that_reads_not_bad_as_positive(visitor: Visitor) -> None:
    visitor.open("guide")
    for lesson in library()["en"][:9]:
        question = lesson.plan.question
        assert question is not None
        assert visitor.session.view.lessons["chapter"] == lesson.id
        guess(visitor, 1 if isinstance(question.guess, lessons.Number) else question.guess[0])
        if lesson.plan.act == "train":
            visitor.press("Train and see").until(lambda: visitor.job.ended)
        else:
            visitor.press("Measure")
        assert visitor.session.notebook[lesson.id].done, lesson.id
        for label in visitor.buttons:
            if label.startswith("Next"):
                visitor.press(label)
    assert visitor.job.status().model.predict(["i am not bad"]) == ["positive"]
    assert len(visitor.session.notebook.entries) == 9
