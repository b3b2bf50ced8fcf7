"""How text becomes words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import ConfigError, TextRules
from rnn_core.data.text import UNKNOWN, _splitter, folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("i am good", ("i", "am", "good")),
        ("  i  am\tgood\n", ("i", "am", "good")),
        ("I AM Good", ("i", "am", "good")),
        ("i\u00a0am\u3000good", ("i", "am", "good")),
        ("Good!", ("good",)),
        ("(not) «bad», 'sad'…", ("not", "bad", "sad")),
        ("don't mother-in-law", ("don't", "mother-in-law")),
        ("good … good", ("good", "good")),
        ("¿qué? 很好！", ("qué", "很好")),
        ("", ()),
        (" \t\n", ()),
        ("?!… — ...", ()),
    ],
)
def test_text_is_lower_cased_split_at_white_space_and_bared_of_outer_punctuation(text: str, words: tuple[str, ...]) -> None:
    assert TextRules().words(text) == words


def test_equal_letters_are_equal_words_however_they_are_encoded() -> None:
    """An é typed as one character and an e with a combining accent look alike and read alike."""
    assert TextRules().words("caf\u00e9") == TextRules().words("cafe\u0301") == ("caf\u00e9",)


@pytest.mark.parametrize("splitting", ["spaces", "tweet", "wordpunct", "characters", "chinese"])
def test_a_typographic_apostrophe_is_an_apostrophe(splitting: Any) -> None:
    rules = TextRules(splitting=splitting)
    assert rules.words("i don\u2019t") == rules.words("i don\u02bct") == rules.words("i don't")


@pytest.mark.parametrize("unseen", ["\u200b", "\u00ad", "\ufeff", "\u2060", "\u200e", "\u202e", "\x07", "\x9d"])
@pytest.mark.parametrize("splitting", ["spaces", "tweet", "wordpunct", "characters", "chinese"])
def test_characters_that_nobody_sees_make_no_words_and_no_differences(splitting: Any, unseen: str) -> None:
    rules = TextRules(splitting=splitting, strip_punctuation=False)
    assert rules.words(f"go{unseen}od{unseen} {unseen} d\u00e4y") == rules.words("good d\u00e4y")
    assert rules.words(f"go{unseen}od{unseen} {unseen} day") == rules.words("good day")
    assert rules.words(unseen) == ()


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("i don't", (0, 0, 0)),
        ("i don\u2019t, \u2018so\u2019", (3, 0, 0)),
        ("\uff27\uff2f\uff2f\uff24 day \uff11", (0, 5, 0)),
        ("so\u200b fine\ufeff", (0, 0, 2)),
        ("\uff27\u2019\u00ad", (1, 1, 1)),
        ("caf\u00e9 \U0001f44d\U0001f3fd", (0, 0, 0)),
    ],
)
def test_what_is_read_otherwise_than_it_is_written_is_counted(text: str, counts: tuple[int, int, int]) -> None:
    assert folded(text) == counts


@pytest.mark.parametrize("joiner", ["\u200d", "\u200c", "\ufe0f"])
def test_a_joiner_that_joins_nothing_is_no_word(joiner: str) -> None:
    assert TextRules().words(f"so {joiner} fine{joiner if joiner != chr(0xFE0F) else ''}") == ("so", "fine")


def test_on_a_busy_machine_nltk_is_given_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own limit is of time by the clock, and what it raises then is no error of ours."""
    redos = pytest.importorskip("nltk.redos", reason="this NLTK has no limit of its own")
    monkeypatch.setattr(redos, "DEFAULT_TIMEOUT", 1e-9)
    _splitter.cache_clear()
    assert "".join(TextRules(splitting="tweet").words("1" * 9_999)) == "1" * 9_999


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("这家餐厅的菜非常好吃，服务也很好。", ("这家", "餐厅", "的", "菜", "非常", "好吃", "服务", "也", "很", "好")),
        ("这部电影不好看", ("这部", "电影", "不", "好看")),
        ("Good day 不好吃！", ("good", "day", "不", "好吃")),
        ("", ()),
        ("！ 。", ()),
    ],
)
def test_chinese_words_are_found_without_spaces(text: str, words: tuple[str, ...]) -> None:
    assert TextRules(splitting="chinese").words(text) == words


ORDINARY = "i really don't think that this phone is any good, and it's not cheap :( http://t.co/abc #fail @sam"


@pytest.mark.parametrize("slow", [".a", "<a", "(1) ", "1-", "a/"])
def test_texts_made_to_take_long_are_estimated_to_take_longer_than_others(slow: str) -> None:
    """Measured: 17 to 60 microseconds a character, ordinary ones 3."""
    rules = TextRules(splitting="tweet")
    made = (slow * 2_000)[:2_000]
    ordinary = rules.seconds([ORDINARY]) / len(ORDINARY)
    assert 3e-6 < ordinary < 9e-6
    assert rules.seconds([made]) / len(made) > 2 * ordinary
    assert rules.seconds([made] * 3) == pytest.approx(3 * rules.seconds([made]))
    assert TextRules().seconds([made]) < rules.seconds([made]) / 20


def test_letters_and_digits_of_full_width_are_plain_ones() -> None:
    assert TextRules().words("ＧＯＯＤ day ２０") == ("good", "day", "20")
    assert TextRules(lowercase=False).words("Ｇood") == ("Good",)


@pytest.mark.parametrize("cluster", ["👍🏽", "🇫🇷", "👩\u200d👩\u200d👧", "❤️", "ñ", "🏴\U000e0067\U000e0062\U000e007f"])
def test_by_character_splits_where_a_reader_would(cluster: str) -> None:
    assert TextRules(splitting="characters").words(f"a{cluster}b{cluster}") == ("a", cluster, "b", cluster)
    assert TextRules(splitting="characters").words("🇫🇷🇩🇪") == ("🇫🇷", "🇩🇪")


@pytest.mark.parametrize(
    ("splitting", "text", "words"),
    [
        ("tweet", "@Sam so GOOD :-D ... #happy!!", ("sam", "so", "good", ":-D", "happy")),
        ("tweet", "not bad at http://a.b/c?d=e", ("not", "bad", "at", "http://a.b/c?d=e")),
        ("tweet", "so good ❤️ day", ("so", "good", "❤️", "day")),
        ("wordpunct", "don't, or do", ("don", "t", "or", "do")),
        ("characters", "这部电影，很好！", tuple("这部电影很好")),
        ("characters", "a b", ("a", "b")),
        ("characters", "n\u0303o\u0332 👩\u200d💻!", ("ñ", "o\u0332", "👩\u200d💻")),
    ],
)
def test_text_is_split_as_asked(splitting: Any, text: str, words: tuple[str, ...]) -> None:
    assert TextRules(splitting=splitting).words(text) == words


@pytest.mark.parametrize("splitting", ["spaces", "tweet", "wordpunct", "characters", "chinese"])
def test_the_word_that_stands_for_unknown_ones_can_be_written_where_words_are_split_at_spaces(splitting: Any) -> None:
    """Elsewhere it falls apart into pieces, so nobody gets it by accident."""
    assert (UNKNOWN in TextRules(splitting=splitting).words("so <unk>")) == (splitting in ("spaces", "tweet"))


@pytest.mark.parametrize("splitting", ["tweet", "wordpunct", "characters"])
def test_splitting_as_nltk_does_keeps_its_very_words(splitting: Any) -> None:
    nltk = pytest.importorskip("nltk")
    text = "Well, THIS isn't :( what I'd call 100% good… right @home?"
    rules = TextRules(splitting=splitting, lowercase=False, strip_punctuation=False)
    direct = {
        "tweet": nltk.TweetTokenizer().tokenize,
        "wordpunct": nltk.wordpunct_tokenize,
        "characters": lambda t: "".join(t.split()),
    }
    assert list(rules.words(text)) == list(direct[splitting](text))


@pytest.mark.parametrize("splitting", ["spaces", "tweet", "wordpunct", "characters", "chinese"])
@given(text=st.text())
def test_words_of_every_splitting_are_never_empty_and_hold_no_white_space(splitting: Any, text: str) -> None:
    for word in TextRules(splitting=splitting).words(text):
        assert word
        assert word.split() == [word]


def test_each_rule_can_be_switched_off() -> None:
    assert TextRules(lowercase=False).words("Good, Good") == ("Good", "Good")
    assert TextRules(strip_punctuation=False).words("Good, !") == ("good,", "!")


@given(st.text())
def test_words_are_never_empty_and_hold_no_white_space(text: str) -> None:
    for word in TextRules().words(text):
        assert word
        assert word.split() == [word]


@pytest.mark.parametrize("value", [None, 1, 0, "true", [True]])
def test_a_rule_is_true_or_false_and_nothing_else(value: Any) -> None:
    with pytest.raises(ConfigError) as caught:
        TextRules(lowercase=value)
    assert (caught.value.field, caught.value.value) == ("lowercase", value)


@pytest.mark.parametrize("lowercase", [True, False])
@pytest.mark.parametrize("strip", [True, False])
def test_rules_survive_json(lowercase: bool, strip: bool) -> None:
    rules = TextRules(lowercase=lowercase, strip_punctuation=strip)
    assert TextRules.from_json(rules.to_json()) == rules


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"stem": True}, "stem"),
        ({"lowercase": "no"}, "lowercase"),
        ({"min_count": 1}, "min_count"),
        ([], "TextRules"),
        (None, "TextRules"),
    ],
)
def test_rules_from_json_refuse_what_they_do_not_know(value: object, field: str) -> None:
    with pytest.raises(ConfigError) as caught:
        TextRules.from_json(value)
    assert caught.value.field == field
