"""A split drawn by share: right in size, fair to every class, without a leak, and the same for the same seed."""

from __future__ import annotations

import contextlib
from collections import Counter, defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import ConfigError, Dataset, DatasetError, Example, TextRules, presets
from rnn_core.data.splits import SHARE, draw
from tests.core.children import python
from tests.core.strategies import colliding, datasets

SHARES = st.floats(0.0, 0.9)


def plain(**classes: int) -> Dataset:
    """So many different sentences of each class, all in training."""
    return Dataset(tuple(Example(f"{label} {i}", label, "train") for label, n in classes.items() for i in range(n)))


def in_test(data: Dataset) -> Counter[str | None]:
    return Counter(data.examples[i].label for i in data.rows("test"))


def drawn(data: Dataset, share: float, seed: int, stratified: bool = True) -> Dataset | None:
    """The split drawn, or None where there are too few sentences for it."""
    with contextlib.suppress(DatasetError):
        return draw(data, share, seed, stratified)
    return None


@given(colliding | datasets, SHARES, st.integers(0, 99), st.booleans())
def test_only_splits_change_and_none_leaks(data: Dataset, share: float, seed: int, stratified: bool) -> None:
    after = drawn(data, share, seed, stratified)
    if after is None:
        return
    assert [(e.text, e.label) for e in after.examples] == [(e.text, e.label) for e in data.examples]
    assert after.rules == data.rules
    assert "leak" not in {fault.kind for fault in after.faults}
    assert bool(after.rows("test")) == (share > 0)
    assert len(after.rows("test")) <= round(share * len(data.examples))


@given(colliding | datasets, SHARES, st.integers(0, 99), st.booleans())
def test_every_class_is_trained_on(data: Dataset, share: float, seed: int, stratified: bool) -> None:
    after = drawn(data, share, seed, stratified)
    if after is not None:
        assert set(after.labels) == {e.label for e in data.examples} - {None}


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), SHARES, st.integers(0, 9))
def test_of_each_class_the_share_is_kept_to_within_one_sentence(a: int, b: int, c: int, share: float, seed: int) -> None:
    data = plain(a=a, b=b, c=c)
    after = drawn(data, share, seed)
    if after is None:
        assert round(share * (a + b + c)) == 0 or {a, b, c} <= {1, 2}
        return
    for label, n in (("a", a), ("b", b), ("c", c)):
        assert abs(in_test(after)[label] - share * n) < 1 + 1e-9
    capped = sum(in_test(after)[label] == n - 1 for label, n in (("a", a), ("b", b), ("c", c)))
    assert round(share * (a + b + c)) - capped <= sum(in_test(after).values()) <= round(share * (a + b + c))


def test_a_share_of_a_large_class_and_of_a_small_one() -> None:
    assert in_test(draw(plain(a=100, b=20), 0.25, seed=1)) == {"a": 25, "b": 5}
    assert in_test(draw(plain(a=100, b=1), 0.25, seed=1)) == {"a": 25}
    assert in_test(draw(plain(a=3, b=3, c=3), 1 / 3, seed=1)) == {"a": 1, "b": 1, "c": 1}
    assert in_test(draw(plain(a=10, b=11), 0.25, seed=1)) == {"a": 2, "b": 3}, (
        "2.5 and 2.75: of five, the larger rest has one more"
    )
    assert in_test(draw(plain(b=11, a=10), 0.25, seed=1)) == {"a": 2, "b": 3}
    assert in_test(draw(plain(a=100, b=20), 0.0, seed=1)) == {}
    assert draw(plain(a=100, b=20), 0.9, seed=1).labels == ("a", "b")


def test_unstratified_the_share_is_of_all_and_classes_vary() -> None:
    counts = [in_test(draw(plain(a=40, b=40), 0.25, seed, stratified=False)) for seed in range(30)]
    assert {sum(count.values()) for count in counts} == {20}
    assert len({count["a"] for count in counts}) > 3
    assert 8 < sum(count["a"] for count in counts) / 30 < 12


def test_each_sentence_is_as_likely_as_another_to_be_tested() -> None:
    data = plain(a=12, b=12)
    times = Counter(i for seed in range(600) for i in draw(data, 0.25, seed).rows("test"))
    assert len(times) == 24
    assert all(110 < n < 190 for n in times.values()), times  # 150 expected, four deviations of 10.6 either way


def test_sentences_with_the_same_words_stay_on_one_side() -> None:
    rows = [Example(text, label, "train") for i in range(30) for text, label in ((f"w{i}", "p"), (f"W{i}!", "p"), (f"v{i}", "n"))]
    data = Dataset(tuple(rows))
    for seed in range(5):
        after = draw(data, 0.3, seed)
        sides: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for words, example in zip(after.words, after.examples, strict=True):
            sides[words].add(example.split)
        assert all(len(side) == 1 for side in sides.values())
        assert in_test(after) == {"p": 18, "n": 9}
    distinct = Dataset(data.examples, TextRules(lowercase=False, strip_punctuation=False))
    assert any(
        len({draw(distinct, 0.3, 0).examples[i].split, draw(distinct, 0.3, 0).examples[i + 1].split}) == 2
        for i in range(0, 90, 3)
    ), "where the rules read them apart they are apart"


def test_sentences_without_a_word_are_no_sentences_with_the_same_words() -> None:
    data = Dataset(tuple(Example("?" * i, "p", "train") for i in range(20)))
    assert in_test(draw(data, 0.25, 0)) == {"p": 5}


def test_the_seed_decides_and_the_split_that_was_does_not() -> None:
    guide = presets.guide_dataset()
    assert draw(guide, 0.25, seed=3) == draw(guide, 0.25, seed=3)
    assert draw(guide, 0.25, seed=3) != draw(guide, 0.25, seed=4)
    assert draw(draw(guide, 0.5, seed=9), 0.25, seed=3) == draw(guide, 0.25, seed=3)


@pytest.mark.slow
def test_the_same_seed_draws_the_same_in_every_process() -> None:
    program = (
        "from rnn_core import presets; from rnn_core.data.splits import draw\n"
        "print(*(draw(presets.guide_dataset(), 0.3, 5, stratified).fingerprint for stratified in (True, False)))"
    )
    assert len({python(program, PYTHONHASHSEED=seed, RNN_CORE_COMPILED="0") for seed in ("1", "2")}) == 1


@pytest.mark.parametrize("share", [-0.1, 0.91, float("nan"), float("inf"), "0.5", None, True])
def test_a_share_out_of_bounds_is_refused(share: Any) -> None:
    with pytest.raises(ConfigError) as caught:
        draw(presets.guide_dataset(), share, 0)
    assert (caught.value.field, caught.value.expected) == ("share", SHARE)


@pytest.mark.parametrize("seed", [-1, 2**53, 0.5, None])
def test_a_seed_out_of_bounds_is_refused(seed: Any) -> None:
    with pytest.raises(ConfigError) as caught:
        draw(presets.guide_dataset(), 0.5, seed)
    assert caught.value.field == "seed"


@pytest.mark.parametrize("data", [Dataset(()), plain(a=1), plain(a=1, b=1), plain(a=2, b=2)])
def test_too_few_sentences_for_a_share_are_told_and_not_left_without_a_test(data: Dataset) -> None:
    with pytest.raises(DatasetError) as caught:
        draw(data, 0.1, 0)
    assert (caught.value.reason, caught.value.detail) == ("too_few_to_split", str(len(data.examples)))
    assert draw(data, 0.0, 0) == data
