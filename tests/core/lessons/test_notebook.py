"""The notebook: guesses and results, kept and exported."""

from __future__ import annotations

import csv
import io
import json

import pytest

from rnn_core import ConfigError
from rnn_core.lessons.notebook import MOST_ENTRIES, Entry, Notebook

FULL = (
    Notebook()
    .noted("why", guess="a / b", measured="a / b", done=True)
    .noted("train", guess=100, measured=83.0, reached=(1.0, None))
)


def test_a_notebook_survives_its_json() -> None:
    assert Notebook.from_json(json.loads(json.dumps(FULL.to_json()))) == FULL
    assert Notebook.from_json({}) == Notebook()


def test_what_is_done_stays_done_and_a_new_guess_leaves_the_rest() -> None:
    later = FULL.noted("why", guess="c", done=False)
    assert later["why"] == Entry(guess="c", measured="a / b", done=True)
    assert later["train"] == FULL["train"]
    assert FULL["why"].guess == "a / b", "a notebook is never changed"


def test_a_lesson_that_was_never_opened_has_an_empty_entry_and_a_deleted_one_too() -> None:
    assert Notebook()["why"] == Entry() == FULL.without("why")["why"]


def test_the_csv_has_a_line_for_each_lesson() -> None:
    rows = list(csv.reader(io.StringIO(FULL.to_csv())))
    assert rows == [
        ["lesson", "guess", "measured", "reached", "done"],
        ["train", "100", "83", "1; ", "no"],
        ["why", "a / b", "a / b", "", "yes"],
    ]


@pytest.mark.parametrize("value", [
    None, [], {"a": None}, {"a": {}}, {"a": {"guess": 1}},
    {"a": {"guess": float("nan"), "measured": None, "reached": [], "done": False}},
    {"a": {"guess": "x" * 201, "measured": None, "reached": [], "done": False}},
    {"a": {"guess": None, "measured": True, "reached": [], "done": False}},
    {"a": {"guess": None, "measured": None, "reached": [[]], "done": False}},
    {"a": {"guess": None, "measured": None, "reached": [0] * 21, "done": False}},
    {"a": {"guess": None, "measured": None, "reached": "no", "done": False}},
    {"a": {"guess": None, "measured": None, "reached": [], "done": 1}},
    {"x" * 201: {"guess": None, "measured": None, "reached": [], "done": False}},
    {str(i): {"guess": None, "measured": None, "reached": [], "done": False} for i in range(MOST_ENTRIES + 1)},
])  # fmt: skip
def test_what_no_notebook_holds_is_refused(value: object) -> None:
    with pytest.raises(ConfigError):
        Notebook.from_json(value)
