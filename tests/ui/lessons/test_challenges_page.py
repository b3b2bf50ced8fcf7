"""The Challenges page: the core judges the shown run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rnn_core.lessons import sentences
from tests.ui.visitor import Visitor, wait_until
from ui.lessons.shelf import library


def open_challenge(visitor: Visitor, name: str) -> Visitor:
    visitor.session.view.lessons["challenge"] = name
    return visitor.open("challenges")


def solved(visitor: Visitor, name: str) -> bool:
    return visitor.session.notebook[name].done


@pytest.mark.slow
def test_a_challenge_is_set_up_trained_and_judged(visitor: Visitor) -> None:
    open_challenge(visitor, "explode").press("Set up")
    workspace = visitor.session.workspace
    assert workspace.training.learning_rate == 0.12
    visitor.press("Train these settings").until(lambda: visitor.job.ended)
    assert not solved(visitor, "explode")
    workspace.training = replace(workspace.training, learning_rate=3.0, clipping="none")
    visitor.app.run()
    visitor.press("Train these settings").until(lambda: visitor.job.ended)
    visitor.app.run()
    assert solved(visitor, "explode")
    assert visitor.session.notebook["explode"].reached[0] == pytest.approx(
        visitor.job.status().history.columns.largest_norm.max()
    )
    assert visitor.app.success
    visitor.session.runs.choose(visitor.session.runs.jobs[0])
    visitor.app.run()
    assert solved(visitor, "explode"), "what is solved stays solved"
    assert not visitor.app.success


def test_the_readers_sentence_is_judged_by_the_grammar(visitor: Visitor) -> None:
    visitor.settings(epochs=1)
    visitor.session.runs.train(visitor.session.workspace.experiment())
    wait_until(lambda: visitor.job.ended)
    open_challenge(visitor, "wrong_sentence")
    for text in ("good", "bad"):
        visitor.app.text_input(key="lesson-sentence").set_value(text).run()
        reached = visitor.session.notebook["wrong_sentence"].reached[1]
        assert reached == float(visitor.job.status().model.predict([text]) == [sentences.grammar()[text]])
    visitor.app.text_input(key="lesson-sentence").set_value("zebra").run()
    assert visitor.session.notebook["wrong_sentence"].reached[1] is None


def test_set_up_brings_the_sentences_of_the_challenge_and_undo_the_former_ones(visitor: Visitor) -> None:
    before = visitor.session.workspace.dataset
    open_challenge(visitor, "label_error").press("Set up")
    assert visitor.session.workspace.dataset == sentences.planted()
    visitor.session.workspace.undo()
    assert visitor.session.workspace.dataset.examples == before.examples


def test_every_challenge_has_its_hints_behind_a_click(visitor: Visitor) -> None:
    open_challenge(visitor, "rescue")
    hints = next(lesson for lesson in library()["en"] if lesson.id == "rescue").only("hint")
    labels = [expander.label for expander in visitor.app.expander if expander.label.startswith("Hint")]
    assert labels == [f"Hint {number}" for number in range(1, len(hints) + 1)]
