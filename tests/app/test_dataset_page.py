"""Dataset: what is done in the table is what is trained on, and nothing is lost on the way."""

from __future__ import annotations

import pytest

from rnn_core import Dataset, Example, presets

from .visitor import Visitor

GUIDE = presets.guide_dataset()
CSV = b"text,label,split\nsunny day,true,train\nrainy day,0,\nday,positive,test\n"


@pytest.fixture
def editor(visitor: Visitor) -> Visitor:
    return visitor.open("dataset")


def test_an_edited_cell_is_in_the_dataset(editor: Visitor) -> None:
    editor.edit(cells={2: {"text": "very very happy"}, 5: {"label": "negative", "split": "test"}})
    examples = editor.session.dataset.examples
    assert examples[2] == Example("very very happy", "positive", "train")
    assert examples[5] == Example("i was good", "negative", "test")
    assert [e for i, e in enumerate(examples) if i not in (2, 5)] == [e for i, e in enumerate(GUIDE.examples) if i not in (2, 5)]


def test_an_added_row_without_a_split_is_a_training_sentence(editor: Visitor) -> None:
    editor.edit(added=[{"text": "quite good", "label": "positive"}])
    assert editor.session.dataset.examples == (*GUIDE.examples, Example("quite good", "positive", "train"))
    assert "quite" in editor.session.dataset.vocabulary


def test_an_added_row_is_no_sentence_before_something_is_written_in_it(editor: Visitor) -> None:
    editor.edit(added=[{}])
    assert editor.session.dataset == GUIDE
    assert not editor.errors


def test_a_deleted_row_is_gone(editor: Visitor) -> None:
    editor.edit(deleted=[0, 77])
    assert editor.session.dataset.examples == GUIDE.examples[1:-1]


def test_edits_one_after_another_all_arrive(editor: Visitor) -> None:
    cells: dict[int, dict[str, str | None]] = {}
    for row in range(4):
        cells[row] = {"text": f"good {row}"}
        editor.edit(cells=cells)
    assert [e.text for e in editor.session.dataset.examples[:4]] == ["good 0", "good 1", "good 2", "good 3"]


def test_the_headline_counts_what_is_there_now(editor: Visitor) -> None:
    editor.edit(deleted=[77], added=[{"text": "sunny", "label": "positive", "split": "train"}])
    assert editor.markdown[0] == "59 training and 19 test sentences over 19 words."


def test_every_edit_is_kept_over_a_walk_through_the_other_pages(editor: Visitor) -> None:
    editor.edit(cells={0: {"text": "great"}}, added=[{"text": "awful", "label": "negative"}], deleted=[1])
    kept = editor.session.dataset
    for page in ("hyperparameters", "training", "home", "dataset"):
        editor.open(page)
        assert editor.session.dataset == kept
    table = editor.app.data_editor[0].value
    assert list(table["text"]) == [e.text for e in kept.examples]
    editor.edit(cells={1: {"text": "great indeed"}})
    assert editor.session.dataset.examples[0].text == "great"
    assert editor.session.dataset.examples[1].text == "great indeed"


def test_the_table_is_numbered_anew_from_one_on_return(editor: Visitor) -> None:
    editor.edit(deleted=[0, 1]).open("home").open("dataset")
    assert editor.session.row_names == tuple(str(n) for n in range(1, 77))


# ---------------------------------------------------------------------- faults


def test_nothing_is_wrong_with_the_guides_sentences(editor: Visitor) -> None:
    assert [box.value for box in editor.app.success] == ["Nothing is wrong with these sentences."]
    assert not editor.errors
    assert not editor.warnings


def test_faults_that_block_stand_apart_from_those_worth_a_look(editor: Visitor) -> None:
    editor.edit(cells={3: {"label": None}, 6: {"text": "good"}})
    assert editor.errors == ["**To mend before training**\n\n- Row 4 has no label. Choose positive or negative."]
    assert editor.warnings == ["**Worth a look**\n\n- Row 7 repeats row 1. It counts twice."]
    assert not editor.app.success


def test_a_fault_names_its_row_as_the_table_does_when_others_are_deleted(editor: Visitor) -> None:
    editor.edit(cells={4: {"label": None}}, deleted=[0, 1])
    assert editor.session.dataset.examples[2].label is None
    assert editor.errors == ["**To mend before training**\n\n- Row 5 has no label. Choose positive or negative."]


def test_a_fault_of_a_new_row_says_that_it_is_new(editor: Visitor) -> None:
    editor.edit(added=[{"text": "dreadful"}])
    assert editor.errors == ["**To mend before training**\n\n- Row 79 (new) has no label. Choose positive or negative."]


def test_a_word_that_only_a_test_sentence_has_is_named(editor: Visitor) -> None:
    editor.edit(cells={70: {"text": "this is :red[x] bad"}})
    assert editor.errors == [
        "**To mend before training**\n\n- Row 71 tests a word that training never has: “red[x”. Use it in a training sentence too."
    ]


def test_of_many_faults_the_first_eight_are_listed_and_the_others_counted(editor: Visitor) -> None:
    editor.edit(cells={row: {"label": None} for row in range(20)})
    (error,) = editor.errors
    assert error.count("has no label") == 8
    assert error.endswith("- … and 12 more.")


def test_a_cell_that_holds_no_text_is_refused_by_its_row_and_the_dataset_stays(editor: Visitor) -> None:
    editor.edit(cells={2: {"text": "very\0happy"}})
    assert editor.session.dataset == GUIDE
    (error,) = editor.errors
    assert error.startswith("Row 3 ")
    assert "file" not in error


# ---------------------------------------------------------------------- reset and bring back


def test_a_reset_brings_the_guides_sentences_and_can_be_taken_back(editor: Visitor) -> None:
    assert "Bring back the former sentences" not in editor.buttons
    edited = editor.edit(cells={0: {"text": "great"}}).session.dataset
    editor.press("Reset to the guide's sentences")
    assert editor.session.dataset == GUIDE
    assert list(editor.app.data_editor[0].value["text"]) == [e.text for e in GUIDE.examples]
    editor.press("Bring back the former sentences")
    assert editor.session.dataset == edited
    assert editor.app.data_editor[0].value["text"].iloc[0] == "great"
    assert "Bring back the former sentences" not in editor.buttons


def test_what_is_edited_after_a_reset_arrives(editor: Visitor) -> None:
    editor.edit(cells={0: {"text": "great"}}).press("Reset to the guide's sentences").edit(cells={1: {"text": "fine"}})
    assert [e.text for e in editor.session.dataset.examples[:3]] == ["good", "fine", "very happy"]


# ---------------------------------------------------------------------- pictures


def test_the_balance_counts_labels_by_split(editor: Visitor) -> None:
    editor.edit(cells={0: {"label": "negative"}})
    bars = editor.chart("balance")
    assert {name: dict(zip(bar["y"], bar["x"], strict=True)) for name, bar in bars.items()} == {
        "positive": {"test": 10, "train": 28},
        "negative": {"test": 10, "train": 30},
    }


def test_the_one_hot_matrix_is_of_the_chosen_sentence(editor: Visitor) -> None:
    editor.app.selectbox[0].set_value(1).run()  # row 2: "good now"
    axes = editor.charts["one-hot"]["layout"]
    assert axes["yaxis"]["ticktext"] == ["1  good", "2  now"]
    assert axes["xaxis"]["ticktext"] == list(GUIDE.vocabulary)


def test_the_words_are_counted_in_training_alone(editor: Visitor) -> None:
    (bars,) = editor.charts["words"]["data"]
    counted = dict(zip(editor.charts["words"]["layout"]["xaxis"]["ticktext"], bars["y"], strict=True))
    texts = [GUIDE.examples[i].text.split() for i in GUIDE.rows("train")]
    assert counted == {word: sum(text.count(word) for text in texts) for word in GUIDE.vocabulary}
    assert bars["y"] == sorted(bars["y"], reverse=True)


# ---------------------------------------------------------------------- files


def test_an_upload_is_previewed_and_replaces_nothing_before_it_is_confirmed(editor: Visitor) -> None:
    editor.upload(CSV)
    assert editor.session.dataset == GUIDE
    assert "**In the file:** 2 training and 1 test sentences over 3 words." in editor.markdown
    (preview,) = [table for table in editor.tables("text") if len(table) == 3]
    assert list(preview["text"]) == ["sunny day", "rainy day", "day"]
    editor.press("Replace the sentences with these")
    assert editor.session.dataset == Dataset(
        (
            Example("sunny day", "positive", "train"),
            Example("rainy day", "negative", "train"),
            Example("day", "positive", "test"),
        )
    )
    assert list(editor.app.data_editor[0].value["text"]) == ["sunny day", "rainy day", "day"]
    assert "Replace the sentences with these" not in editor.buttons


def test_what_an_upload_replaced_can_be_brought_back(editor: Visitor) -> None:
    edited = editor.edit(cells={0: {"text": "great"}}).session.dataset
    editor.upload(CSV).press("Replace the sentences with these").press("Bring back the former sentences")
    assert editor.session.dataset == edited


def test_a_discarded_upload_leaves_nothing(editor: Visitor) -> None:
    edited = editor.edit(cells={0: {"text": "great"}}).session.dataset
    editor.upload(CSV).press("Discard")
    assert editor.session.dataset == edited
    assert "Discard" not in editor.buttons
    editor.edit(cells={1: {"text": "fine"}})
    assert [e.text for e in editor.session.dataset.examples[:2]] == ["great", "fine"]


def test_the_faults_of_an_upload_are_told_before_it_is_taken(editor: Visitor) -> None:
    editor.upload(b"text,label,split\nsunny day,,train\nrainy day,0,test\n")
    (warning,) = editor.warnings
    assert warning.startswith("**What is wrong with it**\n\n- ")
    assert "- Row 1 has no label. Choose positive or negative." in warning
    assert "- Row 2 tests a word that training never has: “rainy”." in warning


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xffgood", "The file cannot be read as text: byte 0 is not UTF-8. Save it as CSV UTF-8 and try again."),
        (b"a,b\n1,2\n", "The first line must name the columns text,label,split. It reads: a,b."),
        (b"", "There is nothing to read."),
        (
            b"text,label,split\ngood, really,true,train\n",
            "Row 1 has 4 instead of 3 cells. A sentence that holds a comma must stand in double quotes.",
        ),
        (
            b"text,label,split\ngood,maybe,train\n",
            "Row 1 has the label “maybe”. Use positive or negative (true, false, 1 and 0 are read too).",
        ),
        (b"text,label,split\ngood,true,dev\n", "Row 1 has the split “dev”. Use train or test."),
    ],
)
def test_a_bad_upload_is_refused_with_a_sentence_and_changes_nothing(editor: Visitor, content: bytes, sentence: str) -> None:
    edited = editor.edit(cells={0: {"text": "great"}}).session.dataset
    editor.upload(content)
    assert editor.errors == [f"{sentence} Your sentences are as they were."]
    assert editor.session.dataset == edited
    assert "Replace the sentences with these" not in editor.buttons


def test_a_file_that_quotes_badly_is_refused_by_its_row(editor: Visitor) -> None:
    editor.upload(b'text,label,split\ngood,true,train\n"bad" day,false,train\n')
    (error,) = editor.errors
    assert error.startswith("Row 2 cannot be read as CSV: ")
    assert editor.session.dataset == GUIDE


def test_a_file_with_more_rows_than_this_server_takes_is_refused(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor.session, "limits", type(visitor.session.limits)(rows=2))
    visitor.open("dataset").upload(CSV)
    assert visitor.errors == ["There are too many sentences: at most 2. Your sentences are as they were."]
    assert visitor.session.dataset == GUIDE


def test_the_sentences_can_be_taken_along(editor: Visitor) -> None:
    (button,) = editor.app.download_button
    assert button.label == "Download as CSV"
    again = editor.edit(cells={0: {"text": 'so, "good"'}}).session.dataset
    editor.press("Reset to the guide's sentences").upload(again.to_csv().encode()).press("Replace the sentences with these")
    assert editor.session.dataset == again
