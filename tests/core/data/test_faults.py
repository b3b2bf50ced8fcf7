"""What can be wrong with sentences: found, graded, group_faults. What a table meets every day is in test_dataset.py."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given

from rnn_core import Dataset, Example, Fault, Limits, TextRules, presets
from rnn_core.data.faults import BLOCKING, INSIGHTS, WARNINGS, Kind, group_faults
from tests.core.strategies import colliding, datasets
from tests.work import calls

GOOD = Example("good", "positive", "train")
BAD = Example("bad", "negative", "train")


def dataset(*rows: str, **rules: object) -> Dataset:
    """Rows "text|label|split"; without a label: "text||split"; without a split: train."""
    cells = [(*row.split("|"), "train")[:3] for row in rows]
    return Dataset(tuple(Example(t, label or None, s) for t, label, s in cells), TextRules(**rules))  # type: ignore[arg-type]


def kinds(data: Dataset) -> list[Kind]:
    return [fault.kind for fault in data.faults]


# ---------------------------------------------------------------------- over-long


def test_a_sentence_is_too_long_from_one_word_above_the_limit_and_then_blocks() -> None:
    data = dataset("a b c|p", "a b c d|n", "a b||test", "a, b! c ... d e|p|test")
    assert data.over(Limits(words=3)) == (
        Fault("too_long", 2, amount=4, allowed=3),
        Fault("too_long", 4, amount=5, allowed=3),
    )
    assert all(fault.blocks for fault in data.over(Limits(words=3)))
    assert data.over(Limits(words=5)) == ()


def test_limits_are_a_machines_and_no_fault_of_the_dataset() -> None:
    assert "too_long" not in kinds(Dataset((GOOD, BAD, Example("good " * 10_000, "positive", "train"))))


# ---------------------------------------------------------------------- imbalance


@pytest.mark.parametrize(
    ("positive", "negative", "told"), [(3, 1, False), (4, 1, True), (1, 4, True), (30, 10, False), (31, 10, True)]
)
def test_more_than_three_quarters_of_training_in_one_class_is_worth_a_look(positive: int, negative: int, told: bool) -> None:
    rows = [f"a{' a' * i}|positive" for i in range(positive)] + [f"b{' b' * i}|negative" for i in range(negative)]
    data = dataset(*rows, "a b||train", *(f"b a{' b' * i}|negative|test" for i in range(99)))
    label, share = ("positive", positive) if positive > negative else ("negative", negative)
    fault = Fault("imbalance", label=label, amount=share / (positive + negative), allowed=0.75)
    assert (fault in data.faults) == told
    assert ("imbalance" in kinds(data)) == told
    assert not fault.blocks


def test_one_class_alone_is_not_called_an_imbalance_too() -> None:
    assert kinds(dataset("a|p", "b|p", "c|p")) == ["one_class"]


# ---------------------------------------------------------------------- words that training does not have


@pytest.mark.parametrize(
    ("unknown", "told"),
    [
        ("refuse", [Fault("unseen_word", 4, words=("new", "word")), Fault("unseen_word", 5, words=("new",))]),
        ("skip", [Fault("skipped_word", 4, words=("new", "word")), Fault("nothing_known", 5, words=("new",))]),
        ("replace", [Fault("replaced_word", 4, words=("new", "word")), Fault("replaced_word", 5, words=("new",))]),
    ],
)
def test_what_a_word_only_in_the_test_means_is_the_rules_to_say(unknown: str, told: list[Fault]) -> None:
    data = dataset("a b|p", "b a a|n", "rare b a|p", "new a word new|p|test", "new new|n|test", "b|n|test", unknown=unknown)
    assert list(data.faults) == told
    assert [fault.blocks for fault in told] == [fault.kind in ("unseen_word", "nothing_known") for fault in told]


def test_a_training_word_too_rare_to_be_known_is_told_where_the_test_has_it() -> None:
    data = dataset("a b|p", "b a a|n", "rare b a|p", "a rare|p|test", unknown="replace")
    assert data.faults == (Fault("replaced_word", 4, words=("rare",)),)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["a b|p", "b a a|n"], True),
        (["a b|p", "b a a|n", "c a|p|test"], True),
        (["a b|p", "b a a c|n"], False),
        (["a b|p", "b a a <unk> <unk>|n"], False),
    ],
)
def test_a_stand_in_for_unknown_words_that_is_never_trained_is_told(rows: list[str], told: bool) -> None:
    assert (Fault("nothing_replaced") in dataset(*rows, unknown="replace").faults) == told
    assert "nothing_replaced" not in kinds(dataset(*rows, unknown="skip"))


@given(colliding)
def test_nothing_blocks_on_account_of_a_word_exactly_where_every_row_can_be_read(data: Dataset) -> None:
    def readable(words: tuple[str, ...]) -> bool:
        known = [word in data.vocabulary for word in words]
        return {"refuse": all(known), "skip": any(known), "replace": True}[data.rules.unknown] or not words

    told = {fault.row for fault in data.faults if fault.kind in ("unseen_word", "nothing_known")}
    assert told == {row for row, words in enumerate(data.words, start=1) if not readable(words)}


# ---------------------------------------------------------------------- the same words, another order


def test_the_same_words_in_another_order_with_another_label_are_an_insight_that_names_both_rows() -> None:
    data = dataset("good not bad|p", "bad|n", "bad not good|n", "not good bad|n|test", "good bad not|p", "bad bad not good|p")
    assert data.insights == (Fault("same_words", 3, 1), Fault("same_words", 4, 1), Fault("same_words", 5, 3))
    assert not any(fault.blocks for fault in data.insights)
    assert "same_words" not in kinds(data)


@pytest.mark.parametrize(
    "rows",
    [
        ("good not bad|p", "bad not good|p"),
        ("good not bad|p", "good not bad|n"),
        ("good not bad|p", "bad not good|"),
        ("good not bad|p", "bad bad not good|n"),
        ("|p", "...|n"),
    ],
)
def test_the_same_label_the_same_order_no_label_another_bag_or_no_word_make_no_such_pair(rows: tuple[str, ...]) -> None:
    assert dataset(*rows).insights == ()


def test_the_guides_pairs_are_found_in_either_split() -> None:
    guide = presets.guide_dataset()
    pairs = [(guide.examples[f.other - 1], guide.examples[f.row - 1]) for f in guide.insights if f.row and f.other]
    assert [(a.text, b.text, a.split, b.split) for a, b in pairs] == [
        ("i am good not bad", "i am bad not good", "train", "train"),
        ("i was bad and not good", "i was good and not bad", "train", "test"),
        ("this is good and not bad", "this is bad and not good", "train", "test"),
        ("this is happy not sad", "this is sad not happy", "train", "test"),
    ]


@given(colliding)
def test_such_pairs_are_found_exactly_where_comparing_every_row_with_every_other_finds_them(data: Dataset) -> None:
    """Of the rows with the very same words the first with a label stands for all: the others are repetitions or contradictions."""
    first: dict[tuple[str, ...], int] = {}
    for row, (words, example) in enumerate(zip(data.words, data.examples, strict=True), start=1):
        if example.label is not None and words:
            first.setdefault(words, row)
    found = {
        later
        for earlier, later in combinations(sorted(first.values()), 2)
        if sorted(data.words[earlier - 1]) == sorted(data.words[later - 1])
        and data.examples[earlier - 1].label != data.examples[later - 1].label
    }
    assert {fault.row for fault in data.insights} == found
    for fault in data.insights:
        assert fault.row
        assert fault.other
        assert fault.other < fault.row
        assert sorted(data.words[fault.other - 1]) == sorted(data.words[fault.row - 1])
        assert data.words[fault.other - 1] != data.words[fault.row - 1]
        assert data.examples[fault.other - 1].label != data.examples[fault.row - 1].label


# ---------------------------------------------------------------------- repetitions, once more by brute force


@given(colliding)
def test_leaks_and_contradictions_are_told_exactly_where_two_rows_say_the_same(data: Dataset) -> None:
    rows = [(words, e) for words, e in zip(data.words, data.examples, strict=True) if words]
    pairs = [(a, b) for (v, a), (w, b) in combinations(rows, 2) if v == w]
    told = set(kinds(data))
    assert ("leak" in told) == any(a.split != b.split for a, b in pairs)
    if all(e.label for e in data.examples):
        assert ("contradiction" in told) == any(a.label != b.label for a, b in pairs)
    assert bool(pairs) == bool(told & {"leak", "contradiction", "duplicate"})


@pytest.mark.parametrize(
    ("texts", "splitting", "told"),
    [
        (("这部电影很好", "不好", "太难看了"), "spaces", True),
        (("这部电影很好", "不好", "太难看了"), "tweet", True),
        (("この映画はよい", "つまらない"), "wordpunct", True),
        (("หนังดีมาก", "แย่มาก"), "spaces", True),
        (("这部电影很好", "不好", "太难看了"), "characters", False),
        (("这 部 电影 很 好", "太 难看 了"), "spaces", False),
        (("这部电影很好", "bad"), "spaces", False),
        (("очень хорошо", "очень плохо", "très bien", "아주 좋았습니다"), "spaces", False),
    ],
)
def test_writing_without_spaces_is_told_where_it_is_read_by_spaces(texts: tuple[str, ...], splitting: Any, told: bool) -> None:
    rows = tuple(Example(text, ("p", "n")[i % 2], "train") for i, text in enumerate(texts))
    assert ("no_spaces" in kinds(Dataset(rows, TextRules(splitting=splitting)))) == told


# ---------------------------------------------------------------------- grades and groups


def test_every_kind_is_of_one_grade() -> None:
    everything = (*BLOCKING, *WARNINGS, *INSIGHTS)
    assert len(set(everything)) == len(everything)
    assert [kind for kind in everything if Fault(kind).blocks] == list(BLOCKING)


@given(datasets | colliding)
def test_groups_hold_every_fault_once_those_that_block_first(data: Dataset) -> None:
    faults = (*data.faults, *data.over(Limits(words=1)), *data.insights)
    groups = group_faults(faults)
    assert sorted(map(repr, faults)) == sorted(repr(fault) for group in groups for fault in group.faults)
    assert len({group.kind for group in groups}) == len(groups)
    assert all({fault.kind for fault in group.faults} == {group.kind} for group in groups)
    assert [group.blocks for group in groups] == sorted((group.blocks for group in groups), reverse=True)
    grade = [(*BLOCKING, *WARNINGS, *INSIGHTS).index(group.kind) for group in groups]
    assert grade == sorted(grade)
    for group in groups:
        rows = [fault.row or 0 for fault in group.faults]
        assert rows == sorted(rows)


def alike(count: int) -> Dataset:
    """So many rows of one bag of words, every row another label or order."""
    words = [f"w{i}" for i in range(20)]
    turned = [" ".join(words[i % 20 :] + words[: i % 20]) for i in range(count)]
    data = Dataset(tuple(Example(t, f"{i}", "test" if i % 5 == 0 else "train") for i, t in enumerate(turned)))
    assert len(data.words) == count
    return data


def test_the_work_of_searching_rows_grows_as_their_number_however_alike_they_are() -> None:
    """Nothing compares each row with each other."""
    few, many = alike(1_000), alike(4_000)
    assert calls(lambda: (many.faults, many.insights)) < 5 * calls(lambda: (few.faults, few.insights))
    groups = group_faults((*many.faults, *many.insights))
    assert [(group.kind, len(group.faults)) for group in groups] == [
        ("unseen_label", 800),
        ("contradiction", 3_980),
        ("same_words", 19),
    ]
