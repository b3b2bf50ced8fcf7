"""The prediction room's sentences: every case said, and a visitor's text escaped in each."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import Dataset, Experiment, Model, Reading
from rnn_core.data.vocabulary import Tokens
from rnn_core.explanation import Evaluation, Flip, Flips, Judged, Saliency
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


def test_the_words_of_a_stranger_are_escaped_in_every_sentence() -> None:
    tokens = Tokens((HOSTILE, "x"), (HOSTILE,), np.array([0]), (HOSTILE,))
    flip = Flip(HOSTILE, (HOSTILE,), (0,), (HOSTILE,), HOSTILE, HOSTILE, 0.9)
    zeros = np.zeros(1)
    saliency = Saliency((HOSTILE,), HOSTILE, 1.0, 0.0, zeros, zeros, zeros, 32, 0.7, zeros)
    said = [
        ask.turns(reading_of([HOSTILE, HOSTILE], [0.1, 0.9])),
        *(ask.read_instead(tokens, policy) for policy in ("skip", "replace")),
        flips_messages.flip(flip, tokens, HOSTILE),
        flips_messages.question(HOSTILE, HOSTILE),
        *(flips_messages.added(HOSTILE, HOSTILE, already) for already in (None, HOSTILE, HOSTILE + "y")),
        saliency_messages.explained(saliency),
    ]
    for sentence in said:
        assert r"\<b\>\:" in sentence
        assert "<b>" not in sentence.replace(r"\<b\>", "")


def flips(deletions: int = 0, size: int = 1, tried: int = 9, replacements: int = 0, *, cut: bool = False) -> Flips:
    one = Flip("a", ("a",), tuple(range(size)), ("b",) * size, None, "negative", 0.9)
    return Flips((one,) * deletions, tried, cut, (one,) * replacements, 1234, cut)


def test_a_flip_shows_what_goes_and_what_comes_in_the_sentence_as_it_was_written() -> None:
    tokens = Tokens(("i", "gnu", "not", "bad"), ("i", "not", "bad"), np.arange(3), ("gnu",))
    gone = Flip("i gnu bad", ("i", "bad"), (1,), ("not",), None, "negative", 0.75)
    other = Flip("i gnu so bad", ("i", "so", "bad"), (1,), ("not",), "so", "negative", 0.75)
    assert unescaped(flips_messages.flip(gone, tokens, "joy")) == "i gnu ~~not~~ bad: joy → negative (0.750)"
    assert unescaped(flips_messages.flip(other, tokens, "joy")) == "i gnu ~~not~~ **so** bad: joy → negative (0.750)"


def test_of_a_long_sentence_a_flip_shows_the_words_around_it() -> None:
    written = tuple(f"w{t}" for t in range(100))
    gone = Flip("", (), (50,), ("w50",), None, "negative", 0.75)
    said = unescaped(flips_messages.flip(gone, Tokens(written, written, np.arange(100), ()), "joy"))
    assert said.startswith("… w44 ")
    assert "~~w50~~" in said
    assert " w55 …: joy →" in said


def judged(*pairs: tuple[str, str]) -> Evaluation:
    found = tuple(Judged(row, f"t{row}", label, verdict, 0.6, 0.5) for row, (label, verdict) in enumerate(pairs))
    return Evaluation(("negative", "positive"), found, np.zeros((2, 2), dtype=np.int64))


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


def test_a_filter_lets_through_what_it_names() -> None:
    found = judged(("positive", "positive"), ("positive", "negative"), ("negative", "negative"), ("negative", "positive"))
    bag = {0: "negative", 1: "positive", 2: "negative", 3: "positive"}
    rows = {
        choice: [one.row for one in evaluation.chosen(found.judged, bag, choice)]
        for choice in (evaluation.ALL, evaluation.RIGHT_ONES, evaluation.WRONG_ONES, evaluation.ONLY_NETWORK, evaluation.ONLY_BAG)
    }
    assert list(rows.values()) == [[0, 1, 2, 3], [0, 2], [1, 3], [0], [1]]
