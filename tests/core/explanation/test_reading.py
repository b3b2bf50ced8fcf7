"""What the network thinks while it reads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import DatasetError, Experiment, Model, TextRules, Trainer, UnknownWordError, read
from rnn_core.data.text import Splitting
from rnn_core.explanation import joined
from tests.core.reference import NETWORKS, large_model, random_model

WORDS = ["bad", "good", "not", "so"]
TEXT = "Not so good, so bad!"


@pytest.fixture(params=[2, 3])
def model(request: pytest.FixtureRequest) -> Model:
    labels = ("negative", "neutral", "positive")[: request.param]
    return random_model(WORDS, 5, labels, seed=request.param)


def test_what_is_said_after_each_word_is_what_is_said_of_the_prefix_alone(model: Model) -> None:
    reading = read(model, TEXT)
    prefixes = ["not", "not so", "not so good", "not so good so", "not so good so bad"]
    np.testing.assert_allclose(reading.probabilities, model.predict_proba(prefixes), rtol=1e-14)
    assert np.ptp(reading.probabilities[:, 0]) > 0.01


@pytest.mark.parametrize("kind", NETWORKS)
def test_every_kind_of_network_says_of_a_prefix_what_it_says_of_that_text(kind: str) -> None:
    """Read both ways, the prefixes share nothing: the second direction begins at the last word of each."""
    model = large_model(WORDS, 3, ("a", "b", "c"), seed=6, **NETWORKS[kind])
    words = ["not", "so", "good", "so", "bad"]
    reading = read(model, " ".join(words))
    prefixes = [" ".join(words[: t + 1]) for t in range(len(words))]
    np.testing.assert_allclose(reading.probabilities, model.predict_proba(prefixes), rtol=1e-13)
    assert reading.probabilities.shape == (5, 3)
    assert np.ptp(reading.probabilities[:, 0]) > 0.001
    states = model.states(" ".join(words))
    for said, expected in zip(reading.states, states, strict=True):
        np.testing.assert_array_equal(said, expected)
    assert states.h_reverse.shape == ((6, 3) if model.config.bidirectional else (1, 0))


def test_a_reading_has_the_words_the_labels_and_the_states(model: Model) -> None:
    reading = read(model, TEXT)
    assert reading.words == ("not", "so", "good", "so", "bad")
    assert reading.labels == model.labels
    np.testing.assert_array_equal(reading.states.h, model.hidden_states(TEXT))


def test_the_verdict_is_the_likeliest_label_at_the_end_and_the_confidence_its_probability(model: Model) -> None:
    for text in ("good", "not good", "so bad", "bad not good so"):
        reading = read(model, text)
        assert reading.verdict == model.predict([text])[0]
        assert reading.confidence == pytest.approx(np.max(model.predict_proba([text])), rel=1e-14)


def test_a_text_that_cannot_be_read_is_refused_as_by_the_model(model: Model) -> None:
    with pytest.raises(UnknownWordError):
        read(model, "so zebra")
    with pytest.raises(DatasetError):
        read(model, " … ")


def test_a_trained_network_changes_its_mind_at_the_word_that_turns_the_sentence(small: Experiment) -> None:
    trainer = Trainer(small.with_training(epochs=300, clip_threshold=1.0))
    while trainer.advance():
        pass
    reading = read(trainer.model, "not bad at all")
    positive = reading.probabilities[:, reading.labels.index("positive")]
    assert reading.verdict == "positive"
    assert reading.confidence > 0.9
    assert positive[-1] - min(positive) > 0.3


@pytest.mark.parametrize("splitting", ["spaces", "tweet", "wordpunct", "characters", "chinese"])
@given(text=st.text("abcé '-!.,:)(<3@#👍🏽", max_size=20))
def test_words_joined_are_read_as_these_words(splitting: Splitting, text: str) -> None:
    rules = TextRules(splitting=splitting)
    once = rules.words(text)
    assert rules.words(joined(rules, once)) == once
