"""The table without the grid's tricks: rows are added, changed and deleted by fields and buttons."""

from __future__ import annotations

from typing import Any

import pytest

from rnn_core import Example, Limits
from tests.ui.dataset.sentences import GUIDE, found
from tests.ui.visitor import Visitor, serve
from ui.dataset.edits import MOST


def add(editor: Visitor, text: str, label: str | None, split: str = "train") -> Visitor:
    editor.app.text_input(key=f"new-text-{editor.session.workspace.revision}").set_value(text)
    editor.app.selectbox(key="new-split").set_value(split)
    editor.app.selectbox(key="new-label").set_value(None)
    return editor.press("Add", {"new-label": label} if label else {})


def test_a_line_above_the_table_adds_a_sentence_with_a_label_that_there_is_or_a_new_one(editor: Visitor) -> None:
    add(editor, " so so ", "neutral", "test")
    add(editor, "quite good", "positive")
    add(editor, "no idea", None)
    added = [Example("so so", "neutral", "test"), Example("quite good", "positive", "train"), Example("no idea", None, "train")]
    assert editor.session.workspace.dataset.examples == (*GUIDE.examples, *added)
    assert list(editor.app.data_editor[0].value["text"])[-3:] == ["so so", "quite good", "no idea"]
    assert list(editor.app.selectbox(key="new-label").options) == ["negative", "neutral", "positive"]
    add(editor, "  ", "positive")
    assert len(editor.session.workspace.dataset.examples) == len(GUIDE.examples) + 3


def test_a_sentence_that_is_refused_stays_in_the_line(editor: Visitor) -> None:
    serve(editor.session, limits=Limits(rows=len(GUIDE.examples)))
    add(editor, "quite good", "positive")
    assert editor.session.workspace.dataset == GUIDE
    assert "There are 79 sentences. This server allows 78." in editor.errors
    assert editor.app.text_input(key="new-text-0").value == "quite good"


def test_rows_are_found_by_their_words_and_their_label(editor: Visitor) -> None:
    editor.room("Find")
    assert len(found(editor)) == len(GUIDE.examples)
    editor.app.text_input(key="find-text").set_value("NOT AT all").run()
    expected = [(row, e.text) for row, e in enumerate(GUIDE.examples, start=1) if "not at all" in e.text]
    assert found(editor) == expected
    editor.choose("With the label", "negative")
    assert found(editor) == [(row, text) for row, text in expected if GUIDE.examples[row - 1].label == "negative"]
    editor.choose("With the label", "no label")
    assert "No sentence matches." in editor.infos


@pytest.mark.parametrize("act", ["Delete (2)", "Duplicate (2)", "Set label (2)", "Set split (2)"])
def test_ticked_rows_are_deleted_duplicated_labeled_and_moved(editor: Visitor, act: str) -> None:
    editor.room("Find")
    editor.app.text_input(key="find-text").set_value("very happy").run()
    (_, first), (_, second), *_ = found(editor)
    editor.app.selectbox(key="rows-split").set_value("test")
    editor.tick("found-", [0, 1]).press(act, {"rows-label": "joy"})
    examples = editor.session.workspace.dataset.examples
    of = {text: [e for e in examples if e.text == text] for text in (first, second)}
    match act.split(" (")[0]:
        case "Delete":
            assert examples == tuple(e for e in GUIDE.examples if e.text not in (first, second))
        case "Duplicate":
            assert [len(same) for same in of.values()] == [2, 2]
            assert len(examples) == len(GUIDE.examples) + 2
        case "Set label":
            assert {e.label for same in of.values() for e in same} == {"joy"}
        case _:
            assert {e.split for same in of.values() for e in same} == {"test"}
    editor.press("Undo")
    assert editor.session.workspace.dataset == GUIDE


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("very\0happy", "Row 3 (“very�happy”) contains a character that cannot be used. Write the sentence again."),
        ("a" * 10_001, f"Row 3 (“{'a' * 59}…”) has too many characters: 10,001, at most 10,000. Shorten it."),
    ],
)
def test_a_cell_that_cannot_be_is_refused_by_its_row_and_the_dataset_stays(editor: Visitor, cell: str, said: str) -> None:
    editor.edit(cells={2: {"text": cell}})
    assert editor.session.workspace.dataset == GUIDE
    assert editor.errors == [said]
    assert "Undo" not in editor.buttons


def test_rows_over_the_limit_are_refused_and_the_dataset_stays(editor: Visitor) -> None:
    serve(editor.session, limits=Limits(rows=79))
    editor.edit(added=[{"text": "good"}])
    assert len(editor.session.workspace.dataset.examples) == 79
    editor.edit(added=[{"text": "good"}, {"text": "bad"}])
    assert len(editor.session.workspace.dataset.examples) == 79
    assert "There are 80 sentences. This server allows 79." in editor.errors


MANY: list[dict[str, str | None]] = [{"text": f"fine {i}", "label": "positive", "split": "train"} for i in range(MOST + 1)]


def test_many_edits_are_taken_over_at_once_and_the_table_begins_anew(editor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit would apply them again at each drawing, row by row."""
    editor.edit(cells={0: {"text": "great"}}, added=MANY, deleted=[1])
    session = editor.session
    assert len(session.workspace.dataset.examples) == len(GUIDE.examples) - 1 + len(MANY)
    assert session.workspace.dataset.examples[0].text == "great"
    assert session.workspace.dataset.examples[-1].text == MANY[-1]["text"]
    assert session.workspace.revision == 1
    state = editor.app.session_state["editor-1"]
    assert not state["added_rows"]
    assert list(editor.app.data_editor[0].value["text"])[-1] == MANY[-1]["text"]
    editor.press("Undo")
    assert session.workspace.dataset == GUIDE


LONG_LABEL = "x" * 61


def test_of_many_edits_those_that_cannot_be_are_named_and_the_others_taken_over(editor: Visitor) -> None:
    cells: dict[int, dict[str, str | None]] = {0: {"text": "now bad"}, 3: {"label": LONG_LABEL}}
    added: list[dict[str, str | None]] = [*MANY[:70], {}, {"text": "no", "label": LONG_LABEL}, *MANY[70:]]
    editor.edit(cells=cells, added=added, deleted=[1])
    (said,) = editor.errors
    assert f"Row 3 (“{GUIDE.examples[3].text}”)" in said
    assert "Row 148 (“no”)" in said
    assert said.endswith("Edits that cannot be used were undone. Your other edits were kept.")
    first, _, *others = GUIDE.examples
    assert editor.session.workspace.dataset.examples == (
        first._replace(text="now bad"),
        *others,
        *(Example(str(row["text"]), "positive", "train") for row in MANY),
    )


def test_where_most_of_many_edits_cannot_be_none_is_taken_over(editor: Visitor) -> None:
    editor.edit(added=[{"text": "no", "label": LONG_LABEL} for _ in MANY])
    (said,) = editor.errors
    assert said.endswith(f"Your last {len(MANY)} edits were discarded.")
    assert editor.session.workspace.dataset == GUIDE


def test_a_label_that_is_too_long_is_refused_and_its_sentence_not_added(editor: Visitor) -> None:
    add(editor, "quite good", LONG_LABEL)
    assert editor.session.workspace.dataset == GUIDE
    assert any("at most 60 characters. Yours has 61 " in said for said in editor.warnings)
    editor.room("Find").tick("found-", [0, 1]).press("Set label (2)", {"rows-label": LONG_LABEL})
    assert editor.session.workspace.dataset == GUIDE
    assert any("Yours has 61 " in said for said in editor.warnings)


def test_many_rows_over_the_limit_are_refused_and_cost_nothing_later(editor: Visitor) -> None:
    serve(editor.session, limits=Limits(rows=100))
    editor.edit(added=MANY)
    assert editor.session.workspace.dataset == GUIDE
    assert editor.errors == [f"There are {78 + len(MANY)} sentences. This server allows 100."]
    editor.app.run()
    assert not editor.errors


@pytest.mark.parametrize(
    "state",
    [
        {"edited_rows": {10**6: {"text": "x"}}, "added_rows": [], "deleted_rows": []},
        {"edited_rows": {}, "added_rows": [], "deleted_rows": [-5]},
        {"edited_rows": {}, "added_rows": [{"nothing": "x"}], "deleted_rows": []},
        {"edited_rows": {}, "added_rows": [{"text": ["x"]}], "deleted_rows": []},
        {"edited_rows": [], "added_rows": {}, "deleted_rows": 3},
    ],
)
def test_edits_that_no_table_can_say_change_nothing(editor: Visitor, state: dict[str, Any]) -> None:
    editor.app.session_state["editor-0"] = state
    editor.app.run()
    assert editor.session.workspace.dataset == GUIDE
    assert not editor.errors
    editor.edit(cells={0: {"text": "great"}})
    assert editor.session.workspace.dataset.examples[0].text == "great"
