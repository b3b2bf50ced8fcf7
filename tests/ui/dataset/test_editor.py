"""The table: a dataset becomes a table and comes back the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import Dataset, DatasetError, Example, LimitError, Limits, TextRules, presets
from ui.dataset.editor import COLUMNS, LONG, dataset_of, frame_of, has_gaps, sentence_width

datasets = st.builds(
    Dataset,
    st.lists(
        st.builds(
            Example,
            st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
            st.sampled_from(["positive", "negative", None]),
            st.sampled_from(["train", "test"]),
        ),
        max_size=6,
    ).map(tuple),
    st.builds(TextRules, lowercase=st.booleans(), strip_punctuation=st.booleans()),
)


@given(datasets)
def test_a_dataset_comes_back_from_its_table(dataset: Dataset) -> None:
    assert dataset_of(frame_of(dataset), dataset, Limits()) == dataset


def test_the_table_is_numbered_from_one() -> None:
    frame = frame_of(presets.guide_dataset())
    assert list(frame.columns) == COLUMNS
    assert list(frame.index) == list(range(1, 79))
    assert list(frame.iloc[0]) == ["good", "positive", "train"]


def test_an_empty_dataset_is_an_empty_table() -> None:
    frame = frame_of(Dataset(()))
    assert list(frame.columns) == COLUMNS
    assert len(frame) == 0
    assert dataset_of(frame, Dataset(()), Limits()) == Dataset(())


def table(*rows: tuple[object, object, object]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=COLUMNS, dtype=object)


@pytest.mark.parametrize("nothing", [None, np.nan, pd.NA])
def test_a_row_that_is_empty_throughout_is_no_sentence(nothing: object) -> None:
    frame = table(("good", "positive", "train"), (nothing, nothing, nothing))
    assert dataset_of(frame, Dataset(()), Limits()).examples == (Example("good", "positive", "train"),)


@pytest.mark.parametrize("nothing", [None, np.nan, pd.NA])
def test_a_missing_cell_is_an_empty_text_no_label_and_the_training_split(nothing: object) -> None:
    frame = table((nothing, "positive", "test"), ("good", nothing, nothing))
    assert dataset_of(frame, Dataset(()), Limits()).examples == (Example("", "positive", "test"), Example("good", None, "train"))


def test_a_split_that_cannot_be_is_refused_with_its_row() -> None:
    with pytest.raises(DatasetError) as raised:
        dataset_of(table(("good", "positive", "train"), ("bad", "negative", "later")), Dataset(()), Limits())
    assert (raised.value.reason, raised.value.row) == ("unknown_split", 2)


PASTED = [
    ("a fine day", "positive", "train"),
    ("a dull day", "Negative", "train"),
    ("a lovely day", "1", "Train"),
    ("so sad", "neg", "dev"),
]


def test_rows_pasted_over_others_are_understood_as_an_import_would() -> None:
    """No sentence stands under the label of the row that it replaced."""
    before = Dataset.from_pairs([("good", 1), ("very good", 1), ("fine", 1), ("so good", 1), ("bad", 0)])
    assert dataset_of(table(*PASTED), before, Limits()).examples == (
        Example("a fine day", "positive", "train"),
        Example("a dull day", "negative", "train"),
        Example("a lovely day", "positive", "train"),
        Example("so sad", "negative", "test"),
    )


def test_a_label_that_is_not_there_yet_is_a_new_one() -> None:
    before = Dataset.from_pairs([("so glad", "joy"), ("so cross", "anger")])
    found = dataset_of(
        table(("so glad", "Joy", "train"), ("so low", " sadness ", "train"), ("1", "1", "train")), before, Limits()
    )
    assert [example.label for example in found.examples] == ["joy", "sadness", "1"]


def test_a_text_that_is_too_long_and_too_many_rows_are_refused_before_they_are_split_into_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(TextRules, "words", lambda rules, text: pytest.fail("words were sought"))
    limits = Limits(rows=2, characters=10)
    assert dataset_of(table(("a" * 10, None, "train"), ("b", None, "train")), Dataset(()), limits).examples[0].text == "a" * 10
    with pytest.raises(DatasetError) as raised:
        dataset_of(table(("good", None, "train"), ("a" * 11, None, "train")), Dataset(()), limits)
    assert (raised.value.reason, raised.value.row, raised.value.detail) == ("too_many_characters", 2, "11, at most 10")
    with pytest.raises(LimitError) as refused:
        dataset_of(table(*[("a" * 11, None, "train")] * 3), Dataset(()), limits)
    assert (refused.value.what, refused.value.value, refused.value.allowed) == ("rows", 3, 2)


@pytest.mark.parametrize(("longest", "width"), [(0, None), (LONG, None), (LONG + 1, 340)])
def test_a_column_of_long_sentences_leaves_room_for_labels_and_splits(longest: int, width: int | None) -> None:
    texts = ["good", "x" * longest][: 2 if longest else 0]
    assert sentence_width(frame_of(Dataset.from_pairs([(text, 1) for text in texts]))) == width


def test_the_rules_of_the_text_stay() -> None:
    rules = TextRules(lowercase=False)
    assert dataset_of(table(("Good", "positive", "train")), Dataset((), rules), Limits()).words == (("Good",),)


def test_rows_have_gaps_where_some_are_deleted_or_empty_before_others() -> None:
    base = frame_of(presets.guide_dataset())
    added = base.copy()
    added.loc[79] = ["new", "positive", "train"]
    assert not has_gaps(base, added)
    assert not has_gaps(base, base)
    assert has_gaps(base, added.drop([3]))
    added.loc[80] = [None, None, None]
    assert not has_gaps(base, added), "an empty row at the end is being written"
    added.loc[81] = ["newer", None, None]
    assert has_gaps(base, added)
    assert has_gaps(base, base.drop([78]))


def test_some_rows_of_a_table_keep_their_numbers() -> None:
    frame = frame_of(presets.guide_dataset(), [4, 7])
    assert list(frame.index) == [5, 8]
    assert list(frame["text"]) == [presets.guide_dataset().examples[i].text for i in (4, 7)]
