"""Figures of lessons in words and in tables."""

from __future__ import annotations

import pytest

from rnn_core.lessons.checks import Check, Result
from rnn_core.lessons.notebook import Notebook
from rnn_core.lessons.quantities import OUTCOMES, QUANTITIES, Kind, Value
from ui.lessons.shelf import library
from ui.messages import lessons


def test_every_figure_has_a_name_of_its_own() -> None:
    assert set(lessons.FIGURES) == set(QUANTITIES)
    assert len(set(lessons.FIGURES.values())) == len(QUANTITIES)


def test_every_outcome_has_words_of_its_own_and_what_is_none_stays_as_it_is() -> None:
    assert set(lessons.OUTCOMES) == set(OUTCOMES)
    assert len(set(lessons.OUTCOMES.values())) == len(OUTCOMES)
    assert lessons.value("outcome", "lost") == lessons.OUTCOMES["lost"]
    assert lessons.value("outcome", "zebra") == "zebra"


@pytest.mark.parametrize(("kind", "found", "written"), [
    ("share", 0.95, "95%"), ("count", 5442.0, "5,442"), ("loss", 0.69314, "0.693"), ("truth", 1.0, "yes"), ("truth", 0.0, "no"),
    ("label", "positive", "positive"), ("number", 0.12, "0.120"), ("count", None, "–"),
])  # fmt: skip
def test_a_figure_is_written_for_its_kind(kind: Kind, found: Value, written: str) -> None:
    assert lessons.value(kind, found) == written


def test_a_row_of_the_checks_says_what_is_needed_reached_and_met() -> None:
    checks = [Check.parse("train_accuracy >= 1"), Check.parse('prediction of "not bad" = positive')]
    rows = lessons.check_table(checks, [Result(0.5, False), Result("positive", True)])
    assert [list(row.values()) for row in rows] == [
        ["Training accuracy, last epoch", "≥ 100%", "50%", "no"],
        ["Prediction: not bad", "= positive", "positive", "yes"],
    ]
    assert [row["reached"] + row["met"] for row in lessons.check_table(checks, [])] == ["––", "––"]


def test_the_notebook_lists_lessons_in_their_order_and_skips_those_that_are_gone() -> None:
    notebook = Notebook().noted("gone", guess=1).noted("explode", reached=(300.0, 20.0), done=True).noted("problem", guess=0.5)
    rows = lessons.notes_table(library()["en"], notebook)
    assert [list(row.values()) for row in rows] == [
        ["3 · The problem", "50%", "–", "–", "no"],
        ["1 · Make it explode", "–", "–", "300, 20.000", "yes"],
    ]
