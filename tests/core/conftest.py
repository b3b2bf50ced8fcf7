"""Small datasets and experiments: large enough to show every behaviour, small enough to run plain."""

from __future__ import annotations

import pytest

from rnn_core import Dataset, Example, Experiment, ModelConfig, TrainingConfig


@pytest.fixture
def six() -> Dataset:
    """Six training and three test sentences, in mixed order, of one to five words; one sentence says a word twice."""
    return Dataset(
        (
            Example("so bad", "negative", "test"),
            Example("good", "positive", "train"),
            Example("bad", "negative", "train"),
            Example("not good at all", "negative", "train"),
            Example("so so good", "positive", "train"),
            Example("not bad", "positive", "test"),
            Example("not bad at all", "positive", "train"),
            Example("so very bad at all", "negative", "train"),
            Example("very good", "positive", "test"),
        )
    )


@pytest.fixture
def small(six: Dataset) -> Experiment:
    """The six sentences, a few units, weights large enough to learn from the first epoch, and clipping that bites."""
    return Experiment(
        dataset=six,
        model=ModelConfig(hidden_size=7, init_scale=0.3),
        training=TrainingConfig(epochs=40, learning_rate=0.1, clip_threshold=0.05, seed=11),
    )
