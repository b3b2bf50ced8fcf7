"""The bag of words beside the network: NLTK's naive Bayes against the same worked by hand, and against order."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given

from rnn_core import Baseline, Dataset, DatasetError, Example, TextRules, UnknownWordError, presets
from rnn_core.data.baseline import majority
from rnn_core.data.dataset import SPLITS
from rnn_core.streams import stream
from tests.core.children import python
from tests.core.strategies import colliding
from tests.work import calls

TINY = Dataset.from_pairs(
    train=[("good good film", True), ("good", True), ("not bad film", True), ("bad film", False), ("not good", False)],
    test=[("good film", True), ("bad", True), ("film", False)],
)


def by_hand(data: Dataset, text: str) -> list[Fraction]:
    """Naive Bayes in whole numbers: every count plus a half, over the words that the sentence has."""
    training = [(set(data.words[i]), data.examples[i].label) for i in data.rows("train")]
    N, C = len(training), len(data.labels)
    scores = []
    for label in data.labels:
        bags = [bag for bag, of in training if of == label]
        score = (len(bags) + Fraction(1, 2)) / (N + Fraction(C, 2))
        for word in set(data.rules.words(text)) & set(data.vocabulary):
            if not all(word in bag for bag, _ in training):
                score *= (sum(word in bag for bag in bags) + Fraction(1, 2)) / (len(bags) + 1)
        scores.append(score)
    return [score / sum(scores) for score in scores]


def test_a_tiny_set_is_judged_as_worked_on_paper() -> None:
    """ "good film": two of three positive sentences have "good", two have "film"; of the negative ones one of two each.

    positive: 3½/6 · 2½/4 · 2½/4 = 0.22786; negative: 2½/6 · 1½/3 · 1½/3 = 0.10417.
    """
    (negative, positive), *_ = Baseline.fit(TINY).predict_proba(["good film"])
    assert positive == pytest.approx(0.2278646 / (0.2278646 + 0.1041667), abs=1e-6)
    assert negative == pytest.approx(1 - positive)


@pytest.mark.parametrize("text", ["good", "bad", "not", "film", "not good", "good not", "bad bad film", "Not?"])
def test_every_sentence_is_judged_as_by_hand(text: str) -> None:
    judged = Baseline.fit(TINY).predict_proba([text])
    np.testing.assert_allclose(judged[0], [float(p) for p in by_hand(TINY, text)], rtol=1e-12)


@given(colliding)
def test_any_dataset_that_can_be_trained_on_is_judged_as_by_hand(data: Dataset) -> None:
    """Three labels, words that every sentence has, skipped words; `<unk>`, which is a word like others, is tried below."""
    if data.rules.unknown == "replace":
        data = Dataset(data.examples, TextRules(unknown="skip"))
    if data.blocking:
        with pytest.raises(DatasetError):
            Baseline.fit(data)
        return
    baseline = Baseline.fit(data)
    expected = [[float(p) for p in by_hand(data, e.text)] for e in data.examples]
    np.testing.assert_allclose(baseline.probabilities, expected, rtol=1e-9)
    for split in SPLITS:
        rows = data.rows(split)
        accuracy = baseline.accuracy(split)
        assert (accuracy is None) == (not rows)
        surely = [likeliest(data, data.examples[i]) == {data.examples[i].label} for i in rows]
        perhaps = [data.examples[i].label in likeliest(data, data.examples[i]) for i in rows]
        assert not rows or sum(surely) <= round((accuracy or 0.0) * len(rows)) <= sum(perhaps)


def likeliest(data: Dataset, example: Example) -> set[str]:
    """The labels that no other beats: of a tie, all."""
    judged = by_hand(data, example.text)
    return {label for label, p in zip(data.labels, judged, strict=True) if p == max(judged)}


def test_accuracy_counts_the_sentences_whose_likeliest_label_is_theirs() -> None:
    """In training it is wrong about every negation and about "bad film", where 3½/6 · 1½/4 · 2½/4 beats 2½/6 · 1½/3 · 1½/3."""
    baseline = Baseline.fit(TINY)
    assert [likeliest(TINY, e) == {e.label} for e in TINY.examples] == [True, True, False, False, False, True, True, False]
    assert baseline.accuracy("train") == 2 / 5
    assert baseline.accuracy("test") == 2 / 3
    assert Baseline.fit(Dataset(TINY.examples[:5])).accuracy("test") is None


def test_the_order_and_the_number_of_words_are_nothing_to_it() -> None:
    a, b, c = Baseline.fit(TINY).predict_proba(["not bad film", "film bad not", "film film not bad not"])
    np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(a, c)


def test_a_word_that_every_training_sentence_has_says_nothing() -> None:
    data = Dataset.from_pairs([("it good", True), ("it fine", True), ("it bad", False)])
    baseline = Baseline.fit(data)
    without = Dataset.from_pairs([("good", True), ("fine", True), ("bad", False)])
    np.testing.assert_allclose(baseline.predict_proba(["it", "it good"])[1], Baseline.fit(without).predict_proba(["good"])[0])
    np.testing.assert_allclose(baseline.predict_proba(["it"])[0], [1.5 / 4, 2.5 / 4])


def test_unknown_words_are_met_as_the_network_meets_them() -> None:
    with pytest.raises(UnknownWordError):
        Baseline.fit(TINY).predict_proba(["good zebra"])
    with pytest.raises(DatasetError, match="empty text"):
        Baseline.fit(TINY).predict_proba(["good", "..."])
    skipping = Baseline.fit(Dataset(TINY.examples, TextRules(unknown="skip")))
    np.testing.assert_array_equal(*skipping.predict_proba(["good zebra", "good"]))
    with pytest.raises(DatasetError, match="nothing known"):
        skipping.predict_proba(["zebra"])


def test_where_unknown_words_are_replaced_the_stand_in_is_a_word_like_others() -> None:
    """ "odd" and "strange" stand once each, so both are read as <unk>, which then stands in two of two negative sentences."""
    data = Dataset.from_pairs(
        [("good it", True), ("good", True), ("odd it", False), ("strange", False)], rules=TextRules(unknown="replace")
    )
    np.testing.assert_allclose(Baseline.fit(data).predict_proba(["zebra"])[0], [2.5 / 3, 0.5 / 3])


def test_what_cannot_be_trained_on_is_refused() -> None:
    with pytest.raises(DatasetError, match="one class"):
        Baseline.fit(Dataset.from_pairs([("good", True)]))
    with pytest.raises(ValueError, match="list of texts"):
        Baseline.fit(TINY).predict_proba("good")


def test_what_was_judged_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        Baseline.fit(TINY).probabilities[0, 0] = 1.0


def test_on_the_guides_sentences_a_bag_of_words_falls_short() -> None:
    """Where the network gets all right: here is what order is worth."""
    baseline = Baseline.fit(presets.guide_dataset())
    assert baseline.accuracy("train") == 35 / 58
    assert baseline.accuracy("test") == 12 / 20


def test_the_work_of_fitting_and_judging_grows_as_the_number_of_sentences() -> None:
    """Not as the number of sentences times the number of words."""
    draw = stream(0, "grows")
    words = [f"w{i}" for i in range(5_000)]
    places = np.minimum(draw.zipf(1.3, size=(1_200, 8)), 5_000) - 1
    rows = [(" ".join(words[i] for i in row), bool(row.sum() % 2)) for row in places]

    def judged(count: int) -> Callable[[], bool]:
        data = Dataset.from_pairs(rows[: count * 8 // 10], rows[count * 8 // 10 : count], TextRules(unknown="skip"))
        assert len(data.vocabulary) > count / 6

        def judge() -> bool:
            baseline = Baseline.fit(data)
            return all((baseline.accuracy(split) or 0.0) > 0.4 for split in ("train", "test"))

        return judge

    assert judged(1_200)()
    assert calls(judged(1_200)) < 5 * calls(judged(300))


@pytest.mark.slow
def test_nltk_is_loaded_with_the_first_baseline_and_asks_for_no_data() -> None:
    program = (
        "import sys; from rnn_core import Baseline, presets\n"
        "before = 'nltk' in sys.modules\n"
        "import socket; socket.socket.connect = socket.getaddrinfo = None\n"
        "print(before, Baseline.fit(presets.guide_dataset()).accuracy('test'))"
    )
    assert python(program, RNN_CORE_COMPILED="0") == "False 0.6\n"


# ---------------------------------------------------------------------- guessing


def test_guessing_is_the_commonest_training_label_and_the_loss_of_a_coin() -> None:
    assert majority(TINY) == ("positive", 3 / 5, 2 / 3, math.log(2))
    assert majority(presets.guide_dataset()) == ("negative", 0.5, 0.5, math.log(2))
    assert majority(TINY).loss == pytest.approx(0.693, abs=2e-4)


def test_of_three_labels_the_loss_is_that_of_a_fair_die_with_three_sides() -> None:
    data = Dataset(tuple(Example(text, label, "train") for text, label in ("aa", "bb", "cc", ("a b", "b"))))
    assert majority(data) == ("b", 0.5, None, math.log(3))


@given(colliding)
def test_no_other_label_said_always_would_be_right_more_often_in_training(data: Dataset) -> None:
    if data.blocking:
        with pytest.raises(DatasetError):
            majority(data)
        return
    counts = Counter(data.examples[i].label for i in data.rows("train"))
    assert majority(data).train == max(counts.values()) / counts.total()
