"""Two sentences in the same columns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core.explanation import align

SENTENCES = st.lists(st.sampled_from(["a", "b", "c", "not"]), max_size=9)


@given(SENTENCES, SENTENCES)
def test_every_word_of_both_has_one_column_and_its_order(first: list[str], second: list[str]) -> None:
    columns = align(first, second)
    assert [i for i, _ in columns if i is not None] == list(range(len(first)))
    assert [j for _, j in columns if j is not None] == list(range(len(second)))
    assert (None, None) not in columns


@given(SENTENCES)
def test_a_sentence_and_itself_stand_word_by_word(words: list[str]) -> None:
    assert align(words, words) == [(i, i) for i in range(len(words))]


@pytest.mark.parametrize(
    ("first", "second", "columns"),
    [
        ("this is good", "this is not good", [(0, 0), (1, 1), (None, 2), (2, 3)]),
        ("i am not bad", "i am bad", [(0, 0), (1, 1), (2, None), (3, 2)]),
        ("i am good", "i was bad", [(0, 0), (1, 1), (2, 2)]),
        ("good", "i am so happy", [(0, 0), (None, 1), (None, 2), (None, 3)]),
    ],
)
def test_shared_words_stand_in_one_column(first: str, second: str, columns: list[tuple[int | None, int | None]]) -> None:
    assert align(first.split(), second.split()) == columns
