"""The prediction room's sentences: every case said, and a visitor's text escaped in each."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import Dataset, Experiment, Model, Reading
from rnn_core.data.vocabulary import Tokens
from rnn_core.explanation import Answer, Evaluation, Flip, Flips, Judged, Saliency
from rnn_core.network import passes
from tests.ui.visitor import unescaped
from ui.messages import ask, batch, evaluation
from ui.messages import flips as flips_messages
from ui.messages import saliency as saliency_messages
from ui.messages import states as states_messages

HOSTILE = "<b>:red[x]"


def reading_of(read: list[str], positive: list[float]) -> Reading:
    """A reading with these probabilities; the states are of no matter."""
    p = np.array(positive)
    tokens = Tokens(tuple(read), tuple(read), np.arange(len(read)), ())
    states = passes.States(*(np.zeros((1, 1)) for _ in range(4)))
    return Reading(tokens, ("negative", "positive"), states, np.column_stack([1 - p, p]))


@pytest.mark.parametrize(
    ("read", "positive", "said"),
    [
        (["bad"], [0.1], "One word, and nothing before it to be turned."),
        (["so", "bad"], [0.4, 0.1], "It never turns: negative from the first word to the last."),
        (
            ["i", "not", "bad"],
            [0.9, 0.2, 0.96],
            "It begins positive (0.90) and turns at “not” to negative (0.20), at “bad” to positive (0.96).",
        ),
    ],
)
def test_turns_are_told_where_the_verdict_changes(read: list[str], positive: list[float], said: str) -> None:
    assert unescaped(ask.turns(reading_of(read, positive), "positive")) == said


def test_of_very_many_turns_the_first_are_told() -> None:
    said = ask.turns(reading_of(["w"] * 20, [0.9, 0.1] * 10), "positive")
    assert said.count("“w”") == ask.MOST_TURNS
    assert f", and {19 - ask.MOST_TURNS} times more." in unescaped(said)


def test_the_words_of_a_stranger_are_escaped_in_every_sentence() -> None:
    tokens = Tokens((HOSTILE, "x"), (HOSTILE,), np.array([0]), (HOSTILE,))
    flip = Flip(HOSTILE, (HOSTILE,), (0,), (HOSTILE,), HOSTILE, HOSTILE, 0.9)
    zeros = np.zeros(1)
    saliency = Saliency((HOSTILE,), HOSTILE, 1.0, 0.0, zeros, zeros, zeros, 32, 0.7, zeros)
    said = [
        ask.turns(reading_of([HOSTILE, HOSTILE], [0.1, 0.9]), "positive"),
        *(ask.read_instead(tokens, policy) for policy in ("skip", "replace")),
        flips_messages.flip(flip, tokens),
        *(flips_messages.added(HOSTILE, HOSTILE, already) for already in (None, HOSTILE, HOSTILE + "y")),
        saliency_messages.explained(saliency),
    ]
    for sentence in said:
        assert r"\<b\>\:" in sentence
        assert "<b>" not in sentence.replace(r"\<b\>", "")


def flips(deletions: int = 0, size: int = 1, tried: int = 9, replacements: int = 0, *, cut: bool = False) -> Flips:
    one = Flip("a", ("a",), tuple(range(size)), ("b",) * size, None, "negative", 0.9)
    return Flips((one,) * deletions, tried, cut, (one,) * replacements, 1234, cut)


@pytest.mark.parametrize(
    ("found", "deleted", "replaced"),
    [
        (flips(), "None among 9 tried", "None among 1\u202f234 tried"),
        (flips(tried=0), "A sentence of one word has nothing to spare.", "None among 1\u202f234 tried"),
        (flips(2, 1, replacements=1), "One word is enough. 9 were tried", "One other word is enough. 1\u202f234 replacements"),
        (flips(1, 2), "No single word is enough, two are. 9 sets were tried", "None among"),
        (flips(cut=True), "None among the first 9 sets of words; there was no time", "None among the first 1\u202f234"),
        (
            flips(1, replacements=1, cut=True),
            "Among the first 9 sets of words these",
            "Among the first 1\u202f234 replacements these",
        ),
    ],
)
def test_a_search_says_how_much_was_tried_and_whether_that_was_all(found: Flips, deleted: str, replaced: str) -> None:
    assert flips_messages.deletions_line(found).startswith(deleted)
    assert flips_messages.replacements_line(found).startswith(replaced)


def test_a_flip_shows_what_goes_and_what_comes_in_the_sentence_as_it_was_written() -> None:
    tokens = Tokens(("i", "gnu", "not", "bad"), ("i", "not", "bad"), np.arange(3), ("gnu",))
    gone = Flip("i gnu bad", ("i", "bad"), (1,), ("not",), None, "negative", 0.75)
    other = Flip("i gnu so bad", ("i", "so", "bad"), (1,), ("not",), "so", "negative", 0.75)
    assert unescaped(flips_messages.flip(gone, tokens)) == "i gnu ~~not~~ bad → negative (0.75)"
    assert unescaped(flips_messages.flip(other, tokens)) == "i gnu ~~not~~ **so** bad → negative (0.75)"


def test_of_a_long_sentence_a_flip_shows_the_words_around_it() -> None:
    written = tuple(f"w{t}" for t in range(100))
    gone = Flip("", (), (50,), ("w50",), None, "negative", 0.75)
    said = unescaped(flips_messages.flip(gone, Tokens(written, written, np.arange(100), ())))
    assert said.startswith("… w44 ")
    assert "~~w50~~" in said
    assert " w55 … →" in said


def test_integrated_gradients_that_do_not_add_up_say_so() -> None:
    zeros = np.zeros(1)
    fine = Saliency(("a",), "positive", 1.0, 0.0, zeros, zeros, np.array([1.0]), 32, 0.7, zeros)
    rough = Saliency(("a",), "positive", 1.5, 0.0, zeros, zeros, np.array([1.0]), 1024, 0.7, zeros)
    assert (
        saliency_messages.completeness(fine)
        == "They add up to +1.000; from +0.00 with no words it is +1.000. Off by 0e+00, with 32 points."
    )
    falls = Saliency(("a",), "positive", 0.0, 1.0, zeros, zeros, np.array([-1.0]), 32, 0.7, zeros)
    assert saliency_messages.completeness(falls).startswith(
        "They add up to \u22121.000; from +1.00 with no words it is \u22121.000."
    )
    assert saliency_messages.completeness(rough).endswith("Off by 0.5: this way is too rough for 1\u202f024 points.")


def judged(*pairs: tuple[str, str]) -> Evaluation:
    found = tuple(Judged(row, f"t{row}", label, verdict, 0.6, 0.5) for row, (label, verdict) in enumerate(pairs))
    return Evaluation(("negative", "positive"), found, np.zeros((2, 2), dtype=np.int64))


def test_who_is_right_where_the_other_is_wrong_is_counted() -> None:
    found = judged(("positive", "positive"), ("positive", "negative"), ("negative", "negative"), ("negative", "positive"))
    bag = {0: "negative", 1: "positive", 2: "negative", 3: "positive"}
    assert evaluation.against_bag(found.judged, bag) == (
        "A bag of words, which knows no order, is right on 2 of 4. Only the network is right on 1, only the bag of words on 1."
    )
    rows = {
        choice: [one.row for one in evaluation.chosen(found.judged, bag, choice)]
        for choice in (evaluation.ALL, evaluation.RIGHT_ONES, evaluation.WRONG_ONES, evaluation.ONLY_NETWORK, evaluation.ONLY_BAG)
    }
    assert list(rows.values()) == [[0, 1, 2, 3], [0, 2], [1, 3], [0], [1]]


def test_what_cannot_be_judged_is_said() -> None:
    found = judged(("positive", "negative"))
    assert evaluation.split_line(found) == "1 of 1 are judged differently from their label. The largest loss comes first."
    some = Evaluation(found.labels, found.judged, found.confusion, (3, 4))
    assert evaluation.split_line(some).endswith("first. 2 cannot be judged by this network.")
    none = Evaluation(found.labels, (), found.confusion, (3,))
    assert evaluation.split_line(none) == "There is no sentence to judge. 1 cannot be judged by this network."


def test_a_batch_counts_what_was_judged() -> None:
    good, bad = Answer("a", "positive", 0.7, (), None), Answer("b", None, None, ("b",), None)
    assert batch.batch_line([good, good]) == "2 texts, all judged."
    assert batch.batch_line([good, bad]) == "1 of 2 texts were judged. The others say what is in the way."


def test_a_sentence_is_found_among_those_trained_on_by_its_words(six: Dataset) -> None:
    assert ask.example_of(six, "NOT good, at all!") == "negative"
    assert ask.example_of(six, "not bad") is None, "it is a test sentence"
    assert ask.example_of(six, "a gnu") is None


@pytest.mark.parametrize("text", [r"a\*b", "a*b", r"\\", "www.x.y", "\\"])
def test_an_escaped_sentence_can_be_had_without_its_escapes(text: str) -> None:
    from ui.messages.formatting import plain

    assert batch.plain_text(plain(text)) == text


def test_every_gate_of_every_cell_has_a_name_and_a_meaning(six: Dataset) -> None:
    for cell, symbols in states_messages.QUANTITIES.items():
        assert next(iter(symbols)) == "h"
        model = Model.initial(Experiment(dataset=six).with_model(cell=cell, hidden_size=2))
        from rnn_core import read
        from rnn_core.explanation import trace

        (way,) = trace(model, read(model, "so bad"))
        assert set(symbols) == {"h", *way.gates}


@pytest.mark.parametrize(
    ("text", "unknown", "unfinished"),
    [
        ("i am hap", ["hap"], True),
        ("hap", ["hap"], True),
        ("i am hap ", ["hap"], False),
        ("i am hapx", ["hapx"], False),
        ("i aam hap", ["aam", "hap"], False),
        ("hap i am", ["hap"], False),
    ],
)
def test_half_a_word_is_unfinished_at_the_end_alone(text: str, unknown: list[str], unfinished: bool) -> None:
    assert ask.unfinished(text, text.split(), unknown, ["am", "happy", "i"]) is unfinished
