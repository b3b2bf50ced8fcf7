"""What is wrong with sentences is told and mended."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from rnn_core import Dataset, Limits
from tests.ui.dataset.sentences import FAULTY, GUIDE, data, have
from tests.ui.visitor import Visitor, serve
from ui.messages import faults


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
