"""JSON as other tools write it."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import DatasetError
from rnn_core.data import formats

PAIRS = (("a fine day", "1"), ("a dull day", "0"))
CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


def rows(source: object) -> tuple[tuple[str, ...], ...]:
    text = source if isinstance(source, str) else json.dumps(source)
    return formats.read_table(text, "a.json").rows


def test_doccano_writes_labels_as_lists() -> None:
    source = '{"text": "Slow desk.", "labels": ["negative"]}\n{"text": "A fine shop.", "labels": ["positive"]}\n{"text": "So", "labels": []}\n'
    assert rows(source) == (("Slow desk.", "negative"), ("A fine shop.", "positive"), ("So", ""))
    assert rows('{"text": "Both", "labels": ["a", "b"]}') == (("Both", "a, b"),)


def task(text: str, *annotations: Any) -> dict[str, Any]:
    return {"id": 7, "data": {"text": text}, "annotations": list(annotations), "meta": {}}


def choice(said: str, **more: Any) -> dict[str, Any]:
    return {"result": [{"from_name": "mood", "to_name": "text", "type": "choices", "value": {"choices": [said]}}], **more}


def test_label_studio_tasks_are_their_data_and_what_was_chosen() -> None:
    tasks = [
        task("a fine day", choice("joy")),
        task("a dull day", choice("fear", was_cancelled=True), choice("sadness")),
        task("so"),
    ]
    table = formats.read_table(json.dumps(tasks), "project.json")
    assert table.columns == ("text", "mood")
    assert table.rows == (("a fine day", "joy"), ("a dull day", "sadness"), ("so", ""))
    older = {"data": {"text": "good"}, "completions": [choice("joy")]}
    assert rows([older]) == (("good", "joy"),)
    short = [{"text": "good", "mood": "joy", "id": 1}, {"text": "both", "mood": {"choices": ["joy", "fear"]}, "id": 2}]
    assert rows(short) == (("good", "joy", "1"), ("both", "joy, fear", "2"))


def test_stars_of_label_studio_are_a_cell_too() -> None:
    stars = {"result": [{"from_name": "stars", "value": {"rating": 4}}]}
    assert rows([task("fine", stars)]) == (("fine", "4"),)


@pytest.mark.parametrize("orient", ["columns", "index", "records", "split", "values", "table"])
def test_pandas_to_json_is_read_in_every_orientation(orient: Any) -> None:
    frame = pd.DataFrame([("a fine day", 1), ("a dull day", 0)], columns=["text", "label"])
    found = formats.read_table(frame.to_json(orient=orient), "df.json")
    assert [row[-2:] for row in found.rows] == list(PAIRS)
    if orient != "values":
        assert found.columns[-2:] == ("text", "label")
    indented = formats.read_table(frame.to_json(orient=orient, indent=2), "df.json")
    assert indented.rows == found.rows


def test_a_list_for_each_split_gives_each_row_its_split() -> None:
    whole = {"train": [{"text": "a", "label": "x"}], "validation": [{"text": "b", "label": "y"}]}
    assert rows(whole) == (("a", "x", "train"), ("b", "y", "validation"))
    assert rows({"version": "1", "data": [{"text": "a", "label": "x"}]}) == (("a", "x"),)


@given(
    st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6), st.sampled_from(["columns", "index", "split", "records", "values"])
)
def test_whatever_a_frame_holds_its_cells_come_back(cells: list[tuple[str, str]], orient: Any) -> None:
    frame = pd.DataFrame(cells, columns=["text", "label"])
    for source in (frame.to_json(orient=orient), frame.to_json(orient=orient, force_ascii=False)):
        assert [tuple(row) for row in formats.read_table(source, "df.json").rows] == cells


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | CELL, lambda inner: st.lists(inner) | st.dictionaries(CELL, inner))
)
def test_any_json_is_a_table_or_refused(value: Any) -> None:
    with contextlib.suppress(DatasetError):
        table = formats.read_table(json.dumps(value), "a.json")
        assert all(len(row) == len(table.columns) for row in table.rows)
