"""A few sentences that stand for many."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import Dataset, Example, TextRules, presets
from rnn_core.data.sampling import beginnings, fewer, part, stratified
from rnn_core.data.text import Splitting


def sorted_by_label(*sizes: int) -> Dataset:
    """So many sentences of each label, one label after the other, as many files have them."""
    return Dataset(tuple(Example(f"s{i}", f"label {k}", "train") for k, size in enumerate(sizes) for i in range(size)))


def test_a_file_that_is_sorted_by_label_is_sampled_from_all_of_its_labels_by_their_shares() -> None:
    data = sorted_by_label(700, 700, 2)
    chosen = stratified(data, range(1_402), 100)
    counts = Counter(data.examples[row].label for row in chosen)
    assert len(chosen) == 100
    assert abs(counts["label 0"] - counts["label 1"]) <= 2
    assert counts["label 2"] >= 1


@given(st.lists(st.integers(0, 30), max_size=5), st.integers(1, 40), st.integers(0, 3))
def test_a_sample_is_in_order_without_repetition_and_the_same_for_a_seed(sizes: list[int], most: int, seed: int) -> None:
    data = sorted_by_label(*sizes)
    rows = range(len(data.examples))
    chosen = stratified(data, rows, most, seed)
    assert chosen == stratified(data, rows, most, seed)
    assert list(chosen) == sorted(set(chosen))
    assert len(chosen) == min(most, len(rows))
    labels = {data.examples[row].label for row in rows}
    assert len({data.examples[row].label for row in chosen}) == min(most, len(labels))


@given(st.integers(0, 30), st.integers(0, 30))
def test_a_part_of_the_rows_is_the_first_ones_or_random_ones_in_their_order(count: int, most: int) -> None:
    rows = range(count)
    assert part(rows, most, "first") == list(rows[:most])
    drawn = part(rows, most, "random")
    assert drawn == part(rows, most, "random")
    assert drawn == sorted(set(drawn))
    assert len(drawn) == min(count, most)


def test_a_random_part_is_not_the_first_one() -> None:
    assert max(part(range(100), 10, "random")) > 50


def test_other_seeds_draw_other_sentences() -> None:
    data = sorted_by_label(50, 50)
    assert len({stratified(data, range(100), 10, seed) for seed in range(4)}) == 4


@given(st.integers(20, 57), st.integers(0, 5))
def test_fewer_training_sentences_leave_the_test_and_all_of_its_words_and_the_same_ones_for_a_seed(most: int, seed: int) -> None:
    data = presets.guide_dataset()
    made = fewer(data, most, seed)
    assert len(made.rows("train")) == most
    assert set(made.examples) <= set(data.examples)
    assert [e for e in made.examples if e.split == "test"] == [e for e in data.examples if e.split == "test"]
    assert made.blocking == ()
    assert made == fewer(data, most, seed)


def test_another_seed_draws_other_sentences_and_all_of_them_are_the_dataset_itself() -> None:
    data = presets.guide_dataset()
    assert fewer(data, 30, 0) != fewer(data, 30, 1)
    assert fewer(data, 58, 0) is data


def test_every_label_stays_with_its_share_and_where_unknown_words_are_skipped_none_comes_first_for_its_words() -> None:
    data = sorted_by_label(60, 30, 1)
    skipping = Dataset((*data.examples, Example("s5 s6 s7", "label 0", "test")), TextRules(unknown="skip"))
    counts = Counter(e.label for e in fewer(skipping, 31, 0).examples if e.split == "train")
    assert counts["label 2"] == 1
    assert abs(counts["label 0"] - 20) <= 2
    assert {"s5", "s6", "s7"} <= {e.text for e in fewer(Dataset(skipping.examples), 31, 0).examples}


@pytest.mark.parametrize("splitting", ["spaces", "wordpunct", "characters"])
def test_beginnings_have_the_first_words_of_every_sentence_and_shorter_ones_stay(splitting: Splitting) -> None:
    texts = ("So  good, not bad", "bad", "don't be so sad now")
    data = Dataset(tuple(Example(text, "a", "train") for text in texts), TextRules(splitting=splitting))
    for most in (1, 3, 50):
        cut = beginnings(data, most)
        assert cut.words == tuple(words[:most] for words in data.words)
        assert cut.with_examples(cut.examples).words == Dataset(cut.examples, data.rules).words
        assert all(
            now == before
            for now, before, words in zip(cut.examples, data.examples, data.words, strict=True)
            if len(words) <= most
        )
