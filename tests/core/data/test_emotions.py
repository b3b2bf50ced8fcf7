"""Generated sentences with five labels say what their labels say."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import ConfigError, Dataset
from rnn_core.data.baseline import Baseline
from rnn_core.data.emotions import WORDS, Emotions

EMOTION_OF = {word: label for label, words in WORDS.items() for word in words}
makings = st.builds(
    Emotions,
    count=st.integers(50, 1_000),
    test_share=st.floats(0.0, 0.5),
    seed=st.integers(0, 50),
    synonyms=st.integers(1, 4),
)


def meant(words: tuple[str, ...]) -> str:
    """The emotion that a sentence is about, read as a person would: not the one after "not" or "no longer"."""
    counting, found = True, []
    for word in words:
        if word in ("not", "longer"):
            counting = False
        elif word == "but":
            counting = True
        elif word in EMOTION_OF and counting:
            found.append(EMOTION_OF[word])
    (emotion,) = found
    return emotion


@given(makings)
def test_every_sentence_is_different_means_its_label_and_has_words_that_training_has(making: Emotions) -> None:
    data = making.dataset()
    assert len(set(data.words)) == len(data.examples) == making.count
    assert all(meant(words) == label for words, (_, label, _) in zip(data.words, data.examples, strict=True))
    counts = Counter(label for _, label, _ in data.examples)
    assert max(counts.values()) - min(counts.values()) <= 1
    assert not data.blocking
    assert data == making.dataset()


def test_more_sentences_than_there_are_is_refused() -> None:
    with pytest.raises(ConfigError) as raised:
        Emotions(count=2_000, synonyms=1)
    assert raised.value.field == "count"
    assert len(Emotions(count=Emotions(synonyms=1).capacity, synonyms=1).dataset().examples) == 1_020


def test_a_bag_of_words_with_five_labels_gives_each_its_probability() -> None:
    data = Emotions(count=200).dataset()
    baseline = Baseline.fit(data)
    assert baseline.labels == tuple(sorted(WORDS))
    assert baseline.probabilities.shape == (200, 5)
    assert baseline.probabilities.sum(axis=1) == pytest.approx(1.0)


def test_exported_and_imported_the_labels_are_the_same() -> None:
    data = Emotions(count=100).dataset()
    assert Dataset.from_csv(data.to_csv()) == data
