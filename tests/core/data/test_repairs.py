"""Repairs: each mends all faults of its kind, breaks nothing else, and does exactly what it says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from rnn_core import Dataset, Example, Fault, TextRules
from rnn_core.data.faults import BLOCKING, INSIGHTS, WARNINGS, Kind
from rnn_core.data.repairs import REPAIRABLE, Repair, repair_for
from tests.core.data.test_faults import dataset
from tests.core.strategies import colliding, datasets


def blocking(data: Dataset, names: list[int]) -> set[tuple[str, int | None, str]]:
    """Every way in which training is blocked, rows called by their names, each unseen word on its own."""
    return {(f.kind, f.row and names[f.row - 1], word) for f in data.blocking for word in f.words or ("",)}


@pytest.mark.parametrize("kind", REPAIRABLE)
@given(data=colliding | datasets)
def test_a_repair_leaves_no_fault_of_its_kind_and_nothing_new_that_blocks(kind: Kind, data: Dataset) -> None:
    repair = repair_for(data, kind)
    if repair is None:
        return
    after = repair.apply(data)
    assert kind not in {fault.kind for fault in after.faults}
    everything = list(range(1, len(data.examples) + 1))
    left = [row for row in everything if row not in repair.removes]
    assert blocking(after, left) <= blocking(data, everything)
    assert after.labels == data.labels


@pytest.mark.parametrize("kind", REPAIRABLE)
@given(data=colliding | datasets)
def test_a_repair_changes_the_rows_that_it_names_and_nothing_else(kind: Kind, data: Dataset) -> None:
    repair = repair_for(data, kind)
    if repair is None:
        assert kind not in {f.kind for f in data.faults} or kind not in ("duplicate", "leak"), "these can always be mended"
        return
    assert repair.kind == kind
    assert not set(repair.removes) & set(repair.moves)
    assert repair.removes or repair.moves
    expected = []
    for row, example in enumerate(data.examples, start=1):
        if row in repair.moves:
            assert example.split == "test"
            expected.append(example._replace(split="train"))
        elif row not in repair.removes:
            expected.append(example)
    assert repair.apply(data) == Dataset(tuple(expected), data.rules)


@given(data=colliding)
def test_no_sentence_is_lost_from_training_by_the_removal_of_repetitions_and_leaks(data: Dataset) -> None:
    for kind in ("duplicate", "leak"):
        repair = repair_for(data, kind)
        if repair is not None:
            after = repair.apply(data)
            assert trained(after) == trained(data)


def trained(data: Dataset) -> set[tuple[tuple[str, ...], str | None]]:
    """What training says, each once; of a sentence that also has a label, the copies without one say nothing."""
    said = {(data.words[i], data.examples[i].label) for i in data.rows("train")}
    return {(words, label) for words, label in said if label or not any(w == words and of for w, of in said)}


@pytest.mark.parametrize("kind", [kind for kind in (*BLOCKING, *WARNINGS, *INSIGHTS) if kind not in REPAIRABLE])
def test_what_a_person_must_decide_has_no_repair(kind: Kind) -> None:
    data = dataset("a b|p", "b a|n", "a b|n", "a||train", "b b|mixed|test", "|p")
    assert repair_for(data, kind) is None


@pytest.mark.parametrize("kind", REPAIRABLE)
def test_where_nothing_is_wrong_nothing_is_repaired(kind: Kind, six: Dataset) -> None:
    assert repair_for(six, kind) is None


def test_of_repetitions_the_first_stays_and_other_labels_and_splits_are_left_alone() -> None:
    data = dataset("a|p", "b|n", "A!|p", "a|n", "a|n", "a|p|test", "a b|p|test", "a b|p|test", "...|p", "|p")
    assert repair_for(data, "duplicate") == Repair("duplicate", removes=(3, 5, 8))


@pytest.mark.parametrize("rows", [("a||train", "a|p"), ("a|p", "a||train")])
def test_of_two_repetitions_the_one_without_a_label_goes_whichever_comes_first(rows: tuple[str, str]) -> None:
    repair = repair_for(data := dataset("b|n", *rows), "duplicate")
    assert repair is not None
    assert repair.apply(data).examples == (Example("b", "n", "train"), Example("a", "p", "train"))


def test_of_a_leak_the_training_sentence_stays_wherever_it_stands_and_whatever_its_label() -> None:
    data = dataset("a|p|test", "a|p", "b|n", "b|p|test", "b a|n|test", "...|p|test", "?|n")
    assert repair_for(data, "leak") == Repair("leak", removes=(1, 4))


def test_empty_rows_go_but_not_the_last_of_a_class() -> None:
    assert repair_for(dataset("a|p", "|p", "b|n", " ?|n|test"), "empty_text") == Repair("empty_text", removes=(2, 4))
    assert repair_for(dataset("a|p", "|n", "b|p"), "empty_text") is None
    assert repair_for(dataset("|p", "...|n", "a|p|test"), "empty_text") is None
    assert repair_for(dataset("a|p|test", "|p|test"), "empty_text") == Repair("empty_text", removes=(2,))


@pytest.mark.parametrize(("unknown", "kind"), [("refuse", "unseen_word"), ("skip", "nothing_known")])
def test_test_sentences_of_unknown_words_are_trained_on_while_half_of_the_test_stays(unknown: str, kind: Kind) -> None:
    data = dataset("a|p", "b|n", "new|p|test", "a a|p|test", unknown=unknown)
    repair = repair_for(data, kind)
    assert repair == Repair(kind, moves=(3,))
    assert repair.apply(data).examples[2] == Example("new", "p", "train")
    assert repair.apply(data).blocking == ()
    assert repair_for(replace(data, examples=data.examples[:3]), kind) is None
    assert repair_for(replace(data, examples=(*data.examples, Example("newer", "p", "test"))), kind) is None


def test_a_repair_gives_training_no_first_sentence() -> None:
    """It would have one label or none: another reason why it cannot be trained on."""
    assert repair_for(dataset("|p|test", "a||test"), "unseen_word") is None


def test_training_gets_no_new_class_by_a_repair() -> None:
    """The sentence of a third class would have to be learned from that one sentence."""
    assert repair_for(dataset("a|p", "b|n", "new|mixed|test", "a a|p|test"), "unseen_word") is None
    assert repair_for(dataset("a|p", "b|n", "new||test", "a a|p|test"), "unseen_word") == Repair("unseen_word", moves=(3,))


def test_the_rules_stay() -> None:
    rules = TextRules(lowercase=False, unknown="skip", splitting="characters")
    data = Dataset(dataset("a|p", "b|n", "a|p").examples, rules)
    assert data.faults == (Fault("duplicate", 3, 1),)
    repair = repair_for(data, "duplicate")
    assert repair is not None
    assert repair.apply(data).rules == rules
