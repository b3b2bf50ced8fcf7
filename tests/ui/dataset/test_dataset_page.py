"""Dataset: what is done in the table is what is trained on, and nothing is lost on the way."""

from __future__ import annotations

import pytest

from rnn_core import Dataset, Example, Limits
from rnn_core.data.baseline import Baseline
from rnn_core.data.dataset import Split
from tests.ui.dataset.sentences import FAULTY, GUIDE, data, have
from tests.ui.visitor import Visitor, serve
from ui.messages import baseline
from ui.session.workspace import MOST_FITTED_UNASKED

ROOMS = ("Import", "Generate", "Find", "Split", "Words", "Charts", "Export")


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
