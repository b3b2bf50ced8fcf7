"""What every test shares: small datasets and experiments, and Hypothesis's examples, which are the same on every machine."""

from __future__ import annotations

import pytest
from hypothesis import settings

from rnn_core import Dataset, Experiment, ModelConfig, TrainingConfig
from tests.examples import SIX

settings.register_profile("quick", deadline=None, derandomize=True, database=None, max_examples=30)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=100)
settings.load_profile("quick")  # make test-slow asks for the other


@pytest.fixture
def six() -> Dataset:
    return Dataset(SIX)


@pytest.fixture
def small(six: Dataset) -> Experiment:
    """The six sentences, a few units, weights large enough to learn from the first epoch, and clipping that bites."""
    return Experiment(
        dataset=six,
        model=ModelConfig(hidden_size=7, init_scale=0.3),
        training=TrainingConfig(epochs=40, learning_rate=0.1, clip_threshold=0.05, seed=11),
    )
