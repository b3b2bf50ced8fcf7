"""Dataset: what is done in the table is what is trained on, what is wrong is told and mended, and nothing is lost on the way."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from rnn_core import Dataset, Example, Limits, TextRules, presets
from rnn_core.data.baseline import Baseline
from rnn_core.data.dataset import Split
from tests.ui.visitor import Visitor, serve
from ui.dataset.edits import MOST
from ui.messages import baseline, faults
from ui.session.workspace import MOST_FITTED_UNASKED

GUIDE = presets.guide_dataset()
ROOMS = ("Import", "Generate", "Find", "Split", "Words", "Charts", "Export")


@pytest.fixture
def editor(visitor: Visitor) -> Visitor:
    return visitor.open("dataset")


def have(visitor: Visitor, dataset: Dataset) -> Visitor:
    """The dataset page with other sentences than the guide's."""
    visitor.session.workspace.replace_dataset(dataset)
    return visitor.open("dataset")


def data(*rows: str, **rules: Any) -> Dataset:
    """From "text|label|split", where p and n are the two labels and the split is train if it is left out."""
    made = []
    for row in rows:
        text, label, split = (*row.split("|"), "", "")[:3]
        made.append(Example(text, {"p": "positive", "n": "negative"}.get(label), "test" if split == "test" else "train"))
    return Dataset(tuple(made), TextRules(**rules))


# ---------------------------------------------------------------------- the table


def test_an_edited_cell_is_in_the_dataset(editor: Visitor) -> None:
    editor.edit(cells={2: {"text": "very very happy"}, 5: {"label": "negative", "split": "test"}})
    examples = editor.session.workspace.dataset.examples
    assert examples[2] == Example("very very happy", "positive", "train")
    assert examples[5] == Example("i was good", "negative", "test")
    assert [e for i, e in enumerate(examples) if i not in (2, 5)] == [e for i, e in enumerate(GUIDE.examples) if i not in (2, 5)]


def test_an_added_row_without_a_split_is_a_training_sentence(editor: Visitor) -> None:
    editor.edit(added=[{"text": "quite good", "label": "positive"}])
    assert editor.session.workspace.dataset.examples == (*GUIDE.examples, Example("quite good", "positive", "train"))
    assert "quite" in editor.session.workspace.dataset.vocabulary


def test_an_added_row_is_no_sentence_before_something_is_written_in_it(editor: Visitor) -> None:
    editor.edit(added=[{}])
    assert editor.session.workspace.dataset == GUIDE
    assert not editor.errors


def test_a_deleted_row_is_gone(editor: Visitor) -> None:
    editor.edit(deleted=[0, 77])
    assert editor.session.workspace.dataset.examples == GUIDE.examples[1:-1]


def test_edits_one_after_another_all_arrive(editor: Visitor) -> None:
    cells: dict[int, dict[str, str | None]] = {}
    for row in range(4):
        cells[row] = {"text": f"good {row}"}
        editor.edit(cells=cells)
    assert [e.text for e in editor.session.workspace.dataset.examples[:4]] == ["good 0", "good 1", "good 2", "good 3"]


def test_the_headline_counts_what_is_there_now(editor: Visitor) -> None:
    editor.edit(deleted=[77], added=[{"text": "sunny", "label": "positive", "split": "train"}])
    assert editor.markdown[0] == "59 training and 19 test sentences, vocabulary of 19 words."


def test_every_edit_is_kept_over_a_walk_through_the_other_pages(editor: Visitor) -> None:
    editor.edit(cells={0: {"text": "great"}}, added=[{"text": "awful", "label": "negative"}], deleted=[1])
    kept = editor.session.workspace.dataset
    for page in ("hyperparameters", "training", "home", "dataset"):
        editor.open(page)
        assert editor.session.workspace.dataset == kept
    table = editor.app.data_editor[0].value
    assert list(table["text"]) == [e.text for e in kept.examples]
    editor.edit(cells={1: {"text": "great indeed"}})
    assert editor.session.workspace.dataset.examples[0].text == "great"
    assert editor.session.workspace.dataset.examples[1].text == "great indeed"


def test_rows_are_numbered_without_gaps_once_some_are_deleted_or_emptied(editor: Visitor) -> None:
    for edits in ({"deleted": [0, 1]}, {"cells": {5: {"text": None, "label": None, "split": None}}}):
        before, revision = editor.session.workspace.dataset, editor.session.workspace.revision
        editor.edit(**edits)
        data = editor.session.workspace.dataset
        assert len(data.examples) < len(before.examples)
        assert editor.session.workspace.revision == revision + 1
        table = editor.app.data_editor[0].value
        assert list(table.index) == list(range(1, len(data.examples) + 1))
        assert list(table["text"]) == [example.text for example in data.examples]
        editor.edit(cells={0: {"text": f"so {revision}"}})
        assert editor.session.workspace.dataset.examples[0].text == f"so {revision}"


def test_the_table_goes_on_where_it_is_while_rows_are_added_and_cells_edited(editor: Visitor) -> None:
    editor.edit(added=[{}])
    editor.edit(added=[{"text": "so so"}], cells={0: {"text": "fine"}})
    assert editor.session.workspace.revision == 0


# ---------------------------------------------------------------------- without the grid's tricks


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


def found(editor: Visitor) -> list[tuple[int, str]]:
    (table,) = [frame.value for frame in editor.app.dataframe if frame.editing_mode == "read_only" and "text" in frame.value]
    return list(zip(table.index.tolist(), table["text"], strict=True))


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


# ---------------------------------------------------------------------- faults and repairs


def test_nothing_is_wrong_with_the_guides_sentences_and_what_is_worth_knowing_is_told(editor: Visitor) -> None:
    assert [box.value for box in editor.app.success] == ["Ready to train."]
    assert not editor.errors
    assert not editor.warnings
    (insight,) = [box for box in editor.app.expander if box.label.startswith(faults.FAULTS["same_words"])]
    assert insight.label == f"{faults.FAULTS['same_words']}: {len(GUIDE.insights)}"
    assert insight.markdown[0].value.splitlines()[-1] == f"- … and {len(GUIDE.insights) - 3} more."


def test_sentences_without_any_remark_are_said_to_have_none(visitor: Visitor) -> None:
    have(visitor, data("good|p", "bad|n"))
    assert [box.value for box in visitor.app.success] == ["Ready to train."]


def test_faults_that_block_stand_apart_from_those_worth_a_look(editor: Visitor) -> None:
    editor.edit(cells={3: {"label": None}, 6: {"text": "good"}})
    assert editor.errors == ["**No label**\n\nRow 4 (“not at all bad”) has no label. Add one."]
    assert editor.warnings == ["**Repeated**\n\nRow 7 (“good”) repeats row 1. It counts twice."]
    assert not editor.app.success


def test_a_fault_names_its_row_as_the_table_does_when_others_are_deleted(editor: Visitor) -> None:
    editor.edit(cells={4: {"label": None}}, deleted=[0, 1])
    assert editor.session.workspace.dataset.examples[2].label is None
    assert editor.errors == ["**No label**\n\nRow 3 (“i was good and very happy”) has no label. Add one."]
    assert editor.app.data_editor[0].value.loc[3, "text"] == "i was good and very happy"


def test_a_fault_of_a_new_row_has_its_number(editor: Visitor) -> None:
    editor.edit(added=[{"text": "dreadful"}])
    assert editor.errors == ["**No label**\n\nRow 79 (“dreadful”) has no label. Add one."]


def test_a_word_that_only_a_test_sentence_has_is_named(editor: Visitor) -> None:
    editor.edit(cells={70: {"text": "this is :red[x] bad"}})
    heading = "**Words never seen in training**\n\n"
    assert editor.errors == [
        f"{heading}Row 71 (“this is :red[x] bad”) is a test sentence with a word that training never has: “red[x”. "
        "Use it in training sentences too."
    ]


def test_of_many_words_that_only_a_test_sentence_has_those_left_out_are_counted(editor: Visitor) -> None:
    editor.edit(cells={70: {"text": "a b c d e f g"}})
    (error,) = editor.errors
    assert error.endswith("never has: “a”, “b”, “c”, “d”, “e” and 2 more. Use them in training sentences too.")


def test_of_many_faults_of_a_kind_the_first_three_are_listed_and_all_counted(editor: Visitor) -> None:
    editor.edit(cells={row: {"label": None} for row in range(20)})
    (error,) = editor.errors
    assert error.startswith("**No label: 20**\n\n- Row 1 (“good”) has no label.")
    assert error.count("has no label") == 3
    assert error.endswith("- … and 17 more.")


def test_of_many_faults_of_a_kind_every_row_can_be_looked_at_with_what_it_is_about(editor: Visitor) -> None:
    texts = [f"good {word}" for word in ("joy", "fun", "bliss", "ease")]
    cells: dict[int, dict[str, str | None]] = {70 + i: {"text": text} for i, text in enumerate(texts)}
    editor.edit(cells=cells | {i: {"text": "sad"} for i in range(4)}, added=[{"text": "sad", "label": "positive"}])
    words, repeated = editor.tables("row")[:2]
    assert list(words.columns) == ["row", "words", "sentence"]
    assert list(words["row"]) == ["71", "72", "73", "74"]
    assert list(words["words"]) == ["joy", "fun", "bliss", "ease"]
    assert list(words["sentence"]) == texts
    assert list(repeated.columns) == ["row", "other", "sentence"]
    assert [(row, other) for row, other, _ in repeated.itertuples(index=False)][:3] == [("2", "1"), ("3", "1"), ("4", "1")]
    assert repeated["row"].iloc[-1] == "79"


def test_few_faults_need_no_list_beside_them(editor: Visitor) -> None:
    editor.edit(cells={row: {"label": None} for row in range(3)})
    assert not [box for box in editor.app.expander if box.label == "All of these rows"]


def test_words_that_only_the_test_has_can_all_be_read_as_unknown_with_one_click(visitor: Visitor) -> None:
    """Where they are in most of the test, as in tweets, to train on it would leave none."""
    rows = data("good|p", "good rare|p", "bad|n", "new|p|test", "odd good|n|test", "fine|p|test")
    have(visitor, rows)
    assert not [label for label in visitor.buttons if label.startswith("Train on")]
    button = r"Read unknown words as \<unk\>"
    visitor.press(button)
    assert visitor.session.workspace.dataset == Dataset(rows.examples, replace(rows.rules, unknown="replace"))
    assert visitor.session.workspace.ready()[1] is None
    assert button not in visitor.buttons
    visitor.press("Undo")
    assert visitor.session.workspace.dataset == rows


def test_sentences_without_any_label_are_not_said_to_have_the_same(visitor: Visitor) -> None:
    have(visitor, data("good", "bad"))
    said = "The training sentences have fewer than two labels. The network learns to choose between labels: add sentences with another one."
    assert visitor.errors[0] == f"**Only one label**\n\n{said}"


FAULTY = data(
    *("good|p", "good|n", "good|p", "so good|p", "so good|p|test", "|p", "mystery|p|test", "bad|", "bad good|p", "good bad|n"),
    *("good so|p|test", "one two three four five six seven|p", "very good|p"),
)
"""Nearly every kind of fault at once, where sentences may have six words."""


def test_every_kind_of_fault_is_told_once_with_its_rows_what_blocks_first(visitor: Visitor) -> None:
    serve(visitor.session, limits=Limits(words=6))
    have(visitor, FAULTY)
    found = {fault.kind for fault in (*FAULTY.faults, *FAULTY.over(Limits(words=6)))}
    headings = [re.match(r"\*\*([^:*]*)", box)[1] for box in (*visitor.errors, *visitor.warnings)]  # type: ignore[index]
    assert sorted(headings) == sorted(faults.FAULTS[kind] for kind in found)
    assert {"empty_text", "no_label", "unseen_word", "too_long", "contradiction", "duplicate", "leak", "imbalance"} == found
    assert (
        "**Too long**\n\nRow 12 (“one two three four five six seven”) has 7 words. This server allows 6. Shorten it or delete the row."
        in visitor.errors
    )
    boxes = [box.type for box in visitor.app.main if str(box.type) in ("error", "warning", "success")]
    assert boxes == sorted(boxes), "errors before warnings"
    assert not visitor.app.success


@pytest.mark.parametrize(
    ("button", "gone"),
    [("Remove repeated sentences (1)", 3), ("Remove them from the test set (1)", 5), ("Remove the empty rows (1)", 6)],
)
def test_a_repair_removes_exactly_the_rows_told_and_can_be_undone(visitor: Visitor, button: str, gone: int) -> None:
    left = [row for row in range(1, 14) if row != gone]
    have(visitor, FAULTY).press(button)
    assert visitor.session.workspace.dataset.examples == tuple(FAULTY.examples[row - 1] for row in left)
    assert button not in visitor.buttons
    assert list(visitor.app.data_editor[0].value["text"]) == [FAULTY.examples[row - 1].text for row in left]
    visitor.press("Undo")
    assert visitor.session.workspace.dataset == FAULTY


def test_a_repair_may_train_on_a_sentence_instead(visitor: Visitor) -> None:
    have(visitor, FAULTY).press("Move them to the training set (1)")
    changed = {6: FAULTY.examples[6]._replace(split="train")}
    assert visitor.session.workspace.dataset.examples == tuple(changed.get(i, e) for i, e in enumerate(FAULTY.examples))


def test_a_fault_without_a_safe_repair_offers_none(visitor: Visitor) -> None:
    have(visitor, data("good|p", "good|n", "bad|p", "sad|p"))
    assert not [label for label in visitor.buttons if re.search(r"\(\d", label)]


def test_all_repairs_one_after_another_leave_sentences_that_can_be_trained(visitor: Visitor) -> None:
    have(visitor, data("good|p", "bad|n", "good|p", "bad|n|test", "|p", "new|p|test", "good good|p|test", "not bad|p"))
    while repairs := [label for label in visitor.buttons if re.search(r"\(\d", label)]:
        visitor.press(repairs[0])
    assert visitor.session.workspace.dataset == data("good|p", "bad|n", "new|p", "good good|p|test", "not bad|p")
    assert visitor.session.workspace.ready()[1] is None


def test_sentences_without_spaces_are_told_and_read_by_characters_with_one_click(visitor: Visitor) -> None:
    have(visitor, data("这部电影很好|p", "太难看了|n"))
    (told,) = visitor.warnings
    assert told.startswith("**No spaces between words**\n\n")
    visitor.press("Split into single characters")
    assert list(visitor.session.workspace.dataset.words[1]) == ["太", "难", "看", "了"]
    assert not visitor.warnings
    visitor.press("Undo")
    assert list(visitor.session.workspace.dataset.words[1]) == ["太难看了"]


# ---------------------------------------------------------------------- undo and reset


def test_a_reset_brings_the_guides_sentences_and_can_be_taken_back(editor: Visitor) -> None:
    assert "Undo" not in editor.buttons
    edited = editor.edit(cells={0: {"text": "great"}}).session.workspace.dataset
    editor.press("Reset to the guide's sentences")
    assert editor.session.workspace.dataset == GUIDE
    assert list(editor.app.data_editor[0].value["text"]) == [e.text for e in GUIDE.examples]
    editor.press("Undo")
    assert editor.session.workspace.dataset == edited
    assert editor.app.data_editor[0].value["text"].iloc[0] == "great"
    editor.press("Undo")
    assert editor.session.workspace.dataset == GUIDE
    assert "Undo" not in editor.buttons


def test_what_is_edited_after_a_reset_arrives(editor: Visitor) -> None:
    editor.edit(cells={0: {"text": "great"}}).press("Reset to the guide's sentences").edit(cells={1: {"text": "fine"}})
    assert [e.text for e in editor.session.workspace.dataset.examples[:3]] == ["good", "fine", "very happy"]


@pytest.mark.slow
def test_every_step_is_taken_back_in_its_turn(editor: Visitor) -> None:
    """An edit, another, a repair, other rules, another split."""
    steps = [editor.session.workspace.dataset]
    steps.append(editor.edit(cells={0: {"text": "now"}}).session.workspace.dataset)
    steps.append(editor.edit(cells={0: {"text": "now"}, 1: {"text": "now"}}).session.workspace.dataset)
    steps.append(editor.press("Remove repeated sentences (1)").session.workspace.dataset)
    steps.append(editor.room("Words").choose("Lowercase", False).session.workspace.dataset)
    steps.append(editor.room("Split").press("Draw the split").session.workspace.dataset)
    assert len({step.fingerprint for step in steps}) == 6
    for step in reversed(steps[:-1]):
        editor.press("Undo")
        assert editor.session.workspace.dataset == step
        assert list(editor.app.data_editor[0].value["text"]) == [e.text for e in step.examples]
    assert "Undo" not in editor.buttons


def test_an_undone_edit_does_not_come_back_with_the_next_one(editor: Visitor) -> None:
    editor.edit(cells={0: {"text": "great"}}).press("Undo").edit(cells={1: {"text": "fine"}})
    assert [e.text for e in editor.session.workspace.dataset.examples[:2]] == ["good", "fine"]


# ---------------------------------------------------------------------- beside the table


def test_the_balance_counts_labels_by_split(editor: Visitor) -> None:
    editor.edit(cells={0: {"label": "negative"}})
    bars = editor.chart("balance")
    assert {name: dict(zip(bar["y"], bar["x"], strict=True)) for name, bar in bars.items()} == {
        "positive": {"test": 10, "train": 28},
        "negative": {"test": 10, "train": 30},
    }


def test_the_bag_of_words_is_told_with_its_accuracies(editor: Visitor) -> None:
    editor.edit(cells={0: {"label": "negative"}, 60: {"text": "i am not happy now"}})
    fitted = Baseline.fit(editor.session.workspace.dataset)
    assert editor.captions[0] == baseline.baseline_line(fitted)


def test_the_bag_of_words_tells_no_test_where_there_is_none(visitor: Visitor) -> None:
    have(visitor, data("good|p", "bad|n"))
    assert visitor.captions[0] == baseline.baseline_line(Baseline.fit(visitor.session.workspace.dataset))


def test_sentences_that_cannot_be_trained_have_no_baseline(visitor: Visitor) -> None:
    have(visitor, data("good|p", "|n"))
    assert not [text for text in visitor.captions if "bag of words" in text]
    assert "Fit a bag of words" not in visitor.buttons


def test_for_many_sentences_a_bag_of_words_waits_to_be_asked_for(visitor: Visitor) -> None:
    splits: tuple[Split, ...] = ("train", "train", "test")
    rows = [Example(f"good {i % 7}", "positive", splits[i % 3]) for i in range(MOST_FITTED_UNASKED)]
    many = Dataset((*rows, Example("bad", "negative", "train")))
    have(visitor, many)
    assert not [text for text in visitor.captions if "bag of words" in text]
    visitor.press("Fit a bag of words")
    assert visitor.captions[0] == baseline.baseline_line(Baseline.fit(many))
    assert "Fit a bag of words" not in visitor.buttons
    visitor.app.run()
    assert visitor.captions[0] == baseline.baseline_line(Baseline.fit(many))


# ---------------------------------------------------------------------- the tabs


def test_only_the_tab_that_is_open_is_drawn(editor: Visitor) -> None:
    assert [tab.label for tab in editor.app.tabs] == list(ROOMS)
    drawn = {}
    for room in ROOMS:
        editor.room(room)
        drawn[room] = [tab.label for tab in editor.app.tabs if len(list(tab)) > 1]
    assert drawn == {room: [room] for room in ROOMS}


ODD = {
    "none": Dataset(()),
    "tests alone": data("good|p|test", "bad|n|test"),
    "no words": data("...|p", "|n", "!|p|test"),
    "no label": data("good", "bad||test"),
    "other labels": Dataset((Example("good", "joy", "train"), Example("bad", "anger", "train"), Example("so", None, "test"))),
    "skipping": data("good|p", "bad|n", "mystery|p|test", "mystery good|p|test", unknown="skip"),
    "replacing": data("good good|p", "bad bad|n", "rare|n", "mystery|p|test", unknown="replace"),
    "characters": data("好好|p", "坏|n", "好，坏|n|test", splitting="characters"),
    "all faults": FAULTY,
}


@pytest.mark.parametrize("odd", ODD)
def test_every_tab_can_be_drawn_whatever_the_sentences_are(visitor: Visitor, odd: str) -> None:
    have(visitor, ODD[odd])
    for room in ROOMS:
        visitor.room(room)
        assert not [error for error in visitor.errors if "broke" in error], room
        assert not visitor.app.exception, room
    assert visitor.session.workspace.dataset == ODD[odd]


# ---------------------------------------------------------------------- charts


def test_the_one_hot_matrix_is_of_the_chosen_sentence(editor: Visitor) -> None:
    editor.room("Charts").choose("Sentence", 1)  # row 2: "good now"
    axes = editor.charts["one-hot"]["layout"]
    assert axes["yaxis"]["ticktext"] == ["1  good", "2  now"]
    assert axes["xaxis"]["ticktext"] == list(GUIDE.vocabulary)


def test_the_one_hot_matrix_is_of_the_words_that_the_network_reads(visitor: Visitor) -> None:
    """Where unknown words are replaced or skipped, that is what is fed to it."""
    have(visitor, ODD["replacing"]).room("Charts").choose("Sentence", 3)
    axes = visitor.charts["one-hot"]["layout"]
    assert axes["xaxis"]["ticktext"] == ["&lt;unk&gt;", "bad", "good"]
    assert axes["yaxis"]["ticktext"] == ["1  &lt;unk&gt;"]
    have(visitor, ODD["skipping"]).room("Charts").choose("Sentence", 3)
    assert visitor.charts["one-hot"]["layout"]["yaxis"]["ticktext"] == ["1  good"]
    visitor.choose("Sentence", 2)
    assert "one-hot" not in visitor.charts
    assert "No word is known, and unknown words are skipped. Nothing is left to read." in visitor.infos


def test_of_too_large_a_vocabulary_the_sentences_own_columns_are_drawn(visitor: Visitor) -> None:
    have(visitor, data(" ".join(f"w{i}" for i in range(401)) + "|p", "bad so bad|n")).room("Charts").choose("Sentence", 1)
    axes = visitor.charts["one-hot"]["layout"]
    assert axes["xaxis"]["ticktext"] == ["bad", "so"]
    assert axes["xaxis"]["title"]["text"] == "2 of the 403 words in the vocabulary; all other columns are 0"
    assert visitor.charts["one-hot"]["data"][0]["z"] == [[1, 0], [0, 1], [1, 0]]


def test_of_very_many_sentences_any_can_be_chosen_by_its_row(visitor: Visitor) -> None:
    have(visitor, data(*(f"good {'so ' * (i % 3)}n{i}|p" for i in range(501)), "bad|n", "...|n")).room("Charts")
    assert visitor.charts["one-hot"]["layout"]["yaxis"]["ticktext"] == ["1  good", "2  so", "3  so", "4  n2"]
    visitor.choose("Row of the sentence", 2)
    assert visitor.charts["one-hot"]["layout"]["yaxis"]["ticktext"] == ["1  good", "2  so", "3  n1"]
    assert "good so n1" in visitor.markdown
    visitor.choose("Row of the sentence", 503)
    assert "one-hot" not in visitor.charts
    assert "There are no words to read." in visitor.infos


def test_the_words_are_counted_in_training_alone(editor: Visitor) -> None:
    editor.room("Charts")
    bars = editor.chart("words")
    words = editor.charts["words"]["layout"]["xaxis"]["ticktext"]
    for label in ("positive", "negative"):
        texts = [GUIDE.examples[i].text.split() for i in GUIDE.rows("train") if GUIDE.examples[i].label == label]
        counted = dict(zip(words, bars[label]["y"], strict=True))
        assert counted == {word: sum(text.count(word) for text in texts) for word in GUIDE.vocabulary}
    totals = [a + b for a, b in zip(bars["positive"]["y"], bars["negative"]["y"], strict=True)]
    assert totals == sorted(totals, reverse=True)


def test_the_lengths_are_counted_by_split(editor: Visitor) -> None:
    bars = editor.room("Charts").chart("lengths")
    for split in ("train", "test"):
        lengths = [len(GUIDE.words[i]) for i in GUIDE.rows(split)]
        counted = dict(zip(bars[split]["x"], bars[split]["y"], strict=True))
        assert counted == {length: lengths.count(length) for length in sorted(set(lengths))}


def test_sentences_over_the_limit_of_words_keep_their_beginnings_or_go(visitor: Visitor) -> None:
    session = visitor.session
    serve(session, limits=Limits(words=4))
    session.workspace.replace_dataset(Dataset.from_pairs([("one two three four five", 1), ("one two", 0), ("two four", 1)]))
    visitor.open("dataset").press("Keep the first 4 words (1)")
    assert [e.text for e in session.workspace.dataset.examples] == ["one two three four", "one two", "two four"]
    visitor.press("Undo").press("Remove the sentences that are too long (1)")
    assert [e.text for e in session.workspace.dataset.examples] == ["one two", "two four"]
