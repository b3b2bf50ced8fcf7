"""Words and their ids."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import UnknownWordError, Vocabulary
from rnn_core.data.text import UnknownWords


@given(st.lists(st.text(min_size=1, max_size=4)))
def test_words_are_distinct_sorted_and_an_id_is_the_place(words: list[str]) -> None:
    vocabulary = Vocabulary(words)
    assert list(vocabulary) == sorted(set(words))
    assert vocabulary.ids(vocabulary.words).tolist() == list(range(len(vocabulary)))
    assert vocabulary == Vocabulary(reversed(words))
    assert hash(vocabulary) == hash(Vocabulary(reversed(words)))


def test_ids_keep_the_order_and_the_repetitions_of_the_sentence() -> None:
    assert Vocabulary(["so", "good", "bad"]).ids(["so", "so", "bad"]).tolist() == [2, 2, 0]


def test_membership_and_inequality() -> None:
    vocabulary = Vocabulary(["good"])
    assert "good" in vocabulary
    assert "Good" not in vocabulary
    assert 0 not in vocabulary
    assert vocabulary != Vocabulary(["good", "bad"])
    assert vocabulary != ("good",)
    assert repr(vocabulary) == "Vocabulary(1 words)"


def test_unknown_words_are_named_each_once_in_the_order_of_the_sentence() -> None:
    """Not a KeyError, as in the guide, but all that the sentence has and the network never saw, with known words near them."""
    vocabulary = Vocabulary(["good", "happy", "sad", "now"])
    with pytest.raises(UnknownWordError) as caught:
        vocabulary.ids(["zebra", "happi", "good", "zebra", "goood"])
    assert caught.value.words == ("zebra", "happi", "goood")
    assert caught.value.near == {"zebra": (), "happi": ("happy",), "goood": ("good",)}
    assert not isinstance(caught.value, KeyError)
    assert str(caught.value) == "unknown words: zebra, happi (near: happy), goood (near: good)"


def test_a_message_names_five_unknown_words_and_counts_the_rest() -> None:
    with pytest.raises(UnknownWordError, match=r"^unknown words: u0, u1, u2, u3, u4 and 3 more$") as caught:
        Vocabulary(["xyz"]).ids([f"u{i}" for i in range(8)])
    assert caught.value.words == tuple(f"u{i}" for i in range(8))


def test_near_words_come_best_first_and_no_more_than_asked() -> None:
    vocabulary = Vocabulary(["hat", "hats", "heat", "sky"])
    assert vocabulary.near("hats") == ("hats", "hat", "heat")
    assert vocabulary.near("hats", count=1) == ("hats",)
    assert vocabulary.near("q" * 10_000) == ()


def test_a_word_that_only_shares_a_few_letters_is_not_near() -> None:
    """It may mean the opposite."""
    assert Vocabulary(["sad", "bad", "and", "good", "not", "at"]).near("glad") == ()
    assert Vocabulary(["good", "bad"]).near("godd") == ("good",)


def test_one_hot_rows_are_what_the_guide_feeds_its_network() -> None:
    one_hot = Vocabulary(["bad", "good", "not"]).one_hot([2, 0, 2])
    np.testing.assert_array_equal(one_hot, [[0, 0, 1], [1, 0, 0], [0, 0, 1]])


def test_unknown_words_are_refused_skipped_or_replaced() -> None:
    vocabulary = Vocabulary(["good", "not", "<unk>"])
    written = ("not", "so", "good", "so")
    with pytest.raises(UnknownWordError):
        vocabulary.tokens(written, "refuse")
    skipped = vocabulary.tokens(written, "skip")
    assert (skipped.written, skipped.read, skipped.unknown) == (written, ("not", "good"), ("so",))
    replaced = vocabulary.tokens(written, "replace")
    assert (replaced.written, replaced.read, replaced.unknown) == (written, ("not", "<unk>", "good", "<unk>"), ("so",))
    for tokens in (skipped, replaced):
        assert tokens.ids.tolist() == vocabulary.ids(tokens.read).tolist()


@pytest.mark.parametrize("unknown", ["refuse", "skip", "replace"])
def test_known_words_are_read_as_they_are(unknown: Any) -> None:
    tokens = Vocabulary(["good", "not"]).tokens(("not", "good"), unknown)
    assert (tokens.read, tokens.ids.tolist(), tokens.unknown) == (("not", "good"), [1, 0], ())


@pytest.mark.parametrize(
    ("unknown", "read", "places"),
    [("skip", ("good", "bad"), (1, 3)), ("replace", ("<unk>", "good", "<unk>", "bad"), (0, 1, 2, 3))],
)
def test_each_word_read_has_its_place_among_those_written(
    unknown: UnknownWords, read: tuple[str, ...], places: tuple[int, ...]
) -> None:
    tokens = Vocabulary(["bad", "good", "<unk>"]).tokens(["a", "good", "gnu", "bad"], unknown)
    assert (tokens.read, tokens.places) == (read, places)
