"""The small network learns the guide's sentences in a bounded amount of work, always the same way."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rnn_core import Experiment, presets
from rnn_core.walk import small as small_network
from rnn_core.walk.small import small_experiment, train_small


def test_it_learns_the_guides_sentences() -> None:
    trainer = train_small(presets.guide_corrected())
    assert trainer.history[-1].train.accuracy == 1.0
    assert trainer.epoch < small_network.EPOCHS
    assert trainer.model.config.hidden_size == small_network.UNITS


def test_it_is_the_same_each_time(small: Experiment) -> None:
    assert np.array_equal(train_small(small).model.vector, train_small(small).model.vector)


@pytest.mark.parametrize("preset", [presets.long_memory, presets.emotions])
def test_its_work_is_bounded(preset: Callable[[], Experiment]) -> None:
    experiment = small_experiment(preset())
    data = experiment.dataset
    work = sum(3 * len(words) + 3 for words in data.words)
    assert len(data.examples) <= small_network.MOST_SENTENCES
    assert experiment.training.epochs * work <= small_network.MOST_WORK
