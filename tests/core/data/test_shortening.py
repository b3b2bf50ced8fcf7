"""The beginnings of sentences that are too long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import Limits, TextRules
from rnn_core.data.shortening import beginning, is_too_long
from tests.core.strategies import TEXT, rules


@pytest.mark.parametrize(
    ("text", "words", "characters", "kept"),
    [
        ("fine " * 600, 512, 10_000, ("fine " * 512).rstrip()),
        ("so fine, really!", 2, 100, "so fine,"),
        ("fine " * 2_100, 3_000, 10_000, ("fine " * 2_000).rstrip()),
        ("x" * 30, 5, 10, "x" * 10),
        ("so fine", 5, 100, "so fine"),
    ],
)
def test_the_beginning_of_a_text_keeps_as_many_whole_words_as_fit(text: str, words: int, characters: int, kept: str) -> None:
    assert beginning(text, TextRules(), Limits(words=words, characters=characters)) == kept


def test_without_spaces_it_ends_at_a_character() -> None:
    assert beginning("这部电影很好看", TextRules(splitting="characters"), Limits(words=3)) == "这部电"


def test_a_beginning_is_found_by_few_trials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them splits the text again."""
    split: list[int] = []

    def counted(rules: TextRules, text: str) -> tuple[str, ...]:
        split.append(len(text))
        return tuple(text.split())

    monkeypatch.setattr(TextRules, "words", counted)
    assert beginning("fine " * 2_000, TextRules(), Limits(words=64)) == ("fine " * 64).rstrip()
    assert split == [64 * 5 - 1, 65 * 5 - 1]
    assert not is_too_long("so fine", TextRules(), Limits(words=64)), "it has fewer characters than it may have words"
    assert len(split) == 2


@given(TEXT, rules, st.integers(1, 5), st.integers(1, 30))
def test_a_beginning_is_never_too_long_and_a_text_that_fits_stays(
    text: str, rules: TextRules, words: int, characters: int
) -> None:
    limits = Limits(words=words, characters=characters)
    kept = beginning(text, rules, limits)
    assert not is_too_long(kept, rules, limits)
    assert text.startswith(kept)
    if not is_too_long(text, rules, limits):
        assert rules.words(kept) == rules.words(text)
