"""Sentences made to measure: their labels judged anew word by word, their numbers, and what can and cannot learn them."""

from __future__ import annotations

import contextlib
import hashlib
from collections import Counter, defaultdict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_core import Baseline, ConfigError, Dataset, EpochRecord, Experiment, ModelConfig, Trainer, TrainingConfig, presets
from rnn_core.data.templates import ByOrder, LongMemory, Making, Templates
from tests.core.children import python
from tests.work import calls

PRAISE = {"good", "happy", "great", "glad", "fine", "calm", "nice", "kind"}
BLAME = {"bad", "sad", "awful", "angry", "poor", "tense", "nasty", "cruel"}
GUIDE = set(presets.guide_dataset().vocabulary)
SPLITS = ("train", "test")


def meaning(text: str) -> str:
    """What a sentence says, judged as it is read: "not" turns what follows, up to the adjective, and after it what "or" joins."""
    sense, turned, after = set(), False, False
    for word in text.split():
        if word in PRAISE | BLAME:
            sense.add((word in PRAISE) != turned)
            after = True
        elif word == "not":
            turned = True if after else not turned
            after = False
        elif word in ("and", "but"):
            turned, after = False, False
        elif word == "or":
            after = False
    assert len(sense) == 1, f"{text!r} praises and blames, or does neither"
    return "positive" if sense.pop() else "negative"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("very good", "positive"),
        ("not at all good now", "negative"),
        ("not not bad", "negative"),
        ("good not bad", "positive"),
        ("bad and not at all good", "negative"),
        ("not bad or sad", "positive"),
        ("not at all not bad or sad", "negative"),
        ("not good and not happy", "negative"),
        ("not good but bad", "negative"),
    ],
)
def test_the_judge_of_these_tests_reads_as_people_do(text: str, label: str) -> None:
    assert meaning(text) == label


def test_the_judge_agrees_with_every_label_of_the_guides_sentences() -> None:
    assert [meaning(e.text) for e in presets.guide_dataset().examples] == [e.label for e in presets.guide_dataset().examples]


templates: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    count=st.integers(50, 400),
    test_share=st.floats(0.0, 0.5),
    seed=st.integers(0, 99),
    negation_depth=st.integers(0, 2),
    subjects=st.booleans(),
    times=st.booleans(),
    pairs=st.booleans(),
    intensifiers=st.integers(0, 4),
    adjectives=st.integers(0, 8),
)
by_order = st.builds(
    ByOrder, count=st.integers(25, 200).map(lambda n: 2 * n), test_share=st.floats(0.0, 0.5), seed=st.integers(0, 99)
)
long_memory = st.builds(
    LongMemory,
    count=st.integers(50, 200),
    test_share=st.floats(0.0, 0.5),
    seed=st.integers(0, 99),
    shortest=st.integers(10, 20),
    longest=st.integers(20, 30),
)


def possible(asked: dict[str, Any]) -> Templates:
    """These settings, with a count that they can give; where they give no fifty sentences, with more to make them from."""
    with contextlib.suppress(ConfigError):
        return Templates(**asked)
    return Templates(**asked | {"times": True, "subjects": True, "intensifiers": 4, "adjectives": 0, "count": 50})


anything = templates.map(possible) | by_order | long_memory


# ---------------------------------------------------------------------- of everything that is made


@given(templates.map(possible) | by_order)
def test_every_label_is_what_the_sentence_means(making: Making) -> None:
    for text, label, _ in making.dataset().examples:
        assert meaning(text) == label, text


@given(anything)
def test_as_many_sentences_as_asked_all_different_half_of_each_label_in_either_split(making: Making) -> None:
    data = making.dataset()
    assert len(set(data.words)) == len(data.examples) == making.count
    counts = Counter((e.split, e.label) for e in data.examples)
    assert counts["test", "positive"] == counts["test", "negative"]
    assert counts["train", "positive"] - counts["train", "negative"] == making.count % 2
    assert abs(len(data.rows("test")) - making.test_share * making.count) <= 1
    assert [e.split for e in data.examples] == sorted((e.split for e in data.examples), reverse=True)


@given(anything)
def test_nothing_is_wrong_with_what_is_made(making: Making) -> None:
    """No word is in the test alone, no sentence in both splits, and all can be read as the guide reads."""
    data = making.dataset()
    assert data.faults == ()
    assert all(e.text.split() == list(words) for e, words in zip(data.examples, data.words, strict=True))


@pytest.mark.parametrize("seed", range(20))
def test_however_many_words_a_few_sentences_have_training_has_them_all(seed: int) -> None:
    data = Templates(count=50, test_share=0.5, adjectives=8, intensifiers=4, seed=seed).dataset()
    assert len(data.rows("test")) == 24
    assert data.faults == ()


@given(anything)
def test_the_same_settings_make_the_same_sentences_and_another_seed_others(making: Making) -> None:
    kind = type(making)
    assert kind.from_json(making.to_json()) == making
    assert kind.from_json(making.to_json()).dataset() == making.dataset()
    other = kind.from_json(making.to_json() | {"seed": making.seed + 1})
    assert other.dataset() != making.dataset()


@pytest.mark.slow
def test_the_same_sentences_are_made_in_every_process() -> None:
    program = (
        "from rnn_core.data.templates import *\n"
        "print(*(kind(count=60).dataset().fingerprint for kind in (Templates, ByOrder, LongMemory)))"
    )
    assert len({python(program, PYTHONHASHSEED=seed, RNN_CORE_COMPILED="0") for seed in ("1", "2")}) == 1


@pytest.mark.parametrize("kind", [Templates, ByOrder, LongMemory])
@pytest.mark.parametrize(
    "setting", [{"count": 49}, {"count": 5_001}, {"test_share": 0.51}, {"test_share": -0.1}, {"seed": -1}, {"count": "50"}]
)
def test_a_setting_out_of_its_domain_is_refused(kind: type[Making], setting: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as caught:
        kind(**setting)
    assert caught.value.field == next(iter(setting))


@pytest.mark.parametrize("kind", [Templates, ByOrder, LongMemory])
@pytest.mark.parametrize("count", [50, 5_000])
def test_so_many_sentences_are_made_and_all_are_different(kind: type[Making], count: int) -> None:
    data = kind(count=count).dataset()
    assert len(set(data.words)) == count
    assert data.faults == ()


@pytest.mark.parametrize("kind", [Templates, ByOrder, LongMemory])
def test_the_work_of_making_sentences_grows_as_their_number(kind: type[Making]) -> None:
    few, many = kind(count=500), kind(count=2_000)
    assert calls(many.dataset) < 8 * calls(few.dataset)


# ---------------------------------------------------------------------- templates


def test_up_to_fifteen_hundred_sentences_are_made_of_exactly_the_guides_words() -> None:
    assert set(Templates(count=1_500).dataset().vocabulary) == GUIDE
    more = set(Templates(count=1_600).dataset().vocabulary)
    assert more - GUIDE == {"great", "awful"}


@pytest.mark.parametrize(("depth", "nots"), [(0, {0}), (1, {0, 1}), (2, {0, 1, 2})])
def test_an_adjective_is_negated_as_deeply_as_asked(depth: int, nots: set[int]) -> None:
    data = Templates(count=60, negation_depth=depth, pairs=False).dataset()
    assert {words.count("not") for words in data.words} == nots
    counts = Counter(words.count("not") for words in data.words)
    assert max(counts.values()) - min(counts.values()) <= 2, "the depths take turns"


@pytest.mark.parametrize(
    ("setting", "gone"),
    [
        ({"subjects": False}, {"i", "am", "was", "this", "is"}),
        ({"times": False}, {"now", "right", "earlier"}),
        ({"pairs": False}, {"and", "or"}),
        ({"intensifiers": 0}, {"very"}),
        ({"negation_depth": 0}, {"not", "at", "all", "or"}),
        ({"adjectives": 1}, {"happy", "sad"}),
    ],
)
def test_each_part_of_a_sentence_can_be_left_out(setting: dict[str, Any], gone: set[str]) -> None:
    words = set(Templates(count=200, **setting).dataset().vocabulary)
    assert not words & gone
    assert words == GUIDE - gone - ({"or"} if setting == {"adjectives": 1} else set())


def test_more_intensifiers_and_adjectives_bring_more_words() -> None:
    words = set(Templates(count=2_000, intensifiers=4, adjectives=8).dataset().vocabulary)
    assert words == GUIDE | PRAISE | BLAME | {"really", "so", "truly"}


def test_times_agree_with_the_subjects_tense() -> None:
    for words in Templates(count=1_500).dataset().words:
        assert not ("was" in words and "now" in words)
        assert not ({"am", "is"} & set(words) and "earlier" in words)


@pytest.mark.slow
@settings(max_examples=20)
@given(asked=templates.filter(lambda asked: asked["adjectives"] <= 2 and asked["intensifiers"] <= 1))
def test_the_capacity_is_how_many_there_are_and_one_more_is_refused_by_name(asked: dict[str, Any]) -> None:
    capacity = possible(asked).capacity
    most = min(capacity, 5_000)
    fit = type(possible(asked)).from_json(possible(asked).to_json() | {"count": most})
    assert len(set(fit.dataset().words)) == most
    if capacity < 5_000:
        with pytest.raises(ConfigError, match=f"at most {capacity:,}") as caught:
            Templates.from_json(fit.to_json() | {"count": capacity + 1})
        assert caught.value.field == "count"


def test_settings_too_narrow_for_fifty_sentences_say_how_many_they_give() -> None:
    with pytest.raises(ConfigError, match="at most 12"):
        Templates(count=50, subjects=False, times=False, pairs=False, intensifiers=0, negation_depth=1, adjectives=2)


def test_no_other_sentence_is_possible_than_those_counted() -> None:
    """Two adjectives, no context: 4 plain clauses and 8 of two; with "not": 4, and 4 "or", 8 "A not B", 16 "A and not B", 4 twice."""
    bare: dict[str, Any] = {"subjects": False, "times": False, "adjectives": 2}
    assert Templates(**bare, count=96, negation_depth=1).capacity == 2 * (4 + 8 + 4 + 4 + 8 + 16 + 4)
    assert Templates(**bare, count=96, negation_depth=2).capacity == 2 * (4 + 8 + 4 + 4 + 8 + 16 + 4 + 4 + 4)
    assert Templates(adjectives=2).capacity == 14 * 2 * 56


# ---------------------------------------------------------------------- long memory


def test_the_presets_sentences_are_those_they_always_were() -> None:
    written = presets.long_memory_dataset().to_csv()
    assert hashlib.sha256(written.encode()).hexdigest() == "5b79342fa3f073b94b230e3f63c97a68c8922aad2a512a95459cea9d20970014"


@given(long_memory)
def test_the_first_word_decides_and_the_others_say_nothing(making: LongMemory) -> None:
    data = making.dataset()
    for words, (_, label, _) in zip(data.words, data.examples, strict=True):
        assert words[0] == {"positive": "good", "negative": "bad"}[str(label)]
        assert not {"good", "bad"} & set(words[1:])
        assert making.shortest <= len(words) - 1 <= making.longest
    assert len({words[1:] for words in data.words}) == making.count
    assert making.shortest == making.longest or len({len(words) for words in data.words}) > 1


def test_the_shortest_is_no_longer_than_the_longest() -> None:
    assert {len(words) for words in LongMemory(count=50, shortest=12, longest=12).dataset().words} == {13}
    with pytest.raises(ConfigError) as caught:
        LongMemory(shortest=41, longest=40)
    assert caught.value.field == "shortest"


# ---------------------------------------------------------------------- order alone


@given(by_order)
def test_in_either_split_every_bag_of_words_has_both_labels_equally_often(making: ByOrder) -> None:
    data = making.dataset()
    for split in SPLITS:
        bags: dict[tuple[str, ...], Counter[str | None]] = defaultdict(Counter)
        for i in data.rows(split):  # type: ignore[arg-type]
            bags[tuple(sorted(data.words[i]))][data.examples[i].label] += 1
        assert all(bag["positive"] == bag["negative"] > 0 for bag in bags.values())
    assert len(data.insights) == making.count / 2


def test_pairs_have_no_half() -> None:
    with pytest.raises(ConfigError, match="even"):
        ByOrder(count=51)


@pytest.mark.slow
def test_a_network_learns_what_a_bag_of_words_can_only_guess() -> None:
    for seed in range(2):
        data = ByOrder(count=120, seed=seed).dataset()
        bag = Baseline.fit(data)
        assert bag.accuracy("train") == bag.accuracy("test") == 0.5
        last = trained(data, epochs=70)
        assert min(last.train.accuracy or 0.0, last.test.accuracy or 0.0) >= 0.95


@pytest.mark.slow
def test_a_network_learns_the_templates_where_a_bag_of_words_falls_short() -> None:
    data = Templates(count=300).dataset()
    assert (Baseline.fit(data).accuracy("test") or 0.0) < 0.85
    assert (trained(data, epochs=40).test.accuracy or 0.0) >= 0.95


def trained(data: Dataset, epochs: int) -> EpochRecord:
    training = TrainingConfig(epochs=epochs, learning_rate=0.03)
    trainer = Trainer(Experiment(dataset=data, model=ModelConfig(hidden_size=32, init_scale=0.1), training=training))
    while trainer.advance():
        pass
    return trainer.history[-1]
