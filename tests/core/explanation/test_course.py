"""One sentence at other times."""

from __future__ import annotations

import pytest

from rnn_core import Experiment, Trainer, UnknownWordError
from rnn_core.explanation import over_training


def test_at_each_epoch_it_is_what_that_network_says(small: Experiment) -> None:
    trainer = Trainer(small.with_training(clip_threshold=1.0))
    models = [(0, trainer.model), *((trainer.epoch, trainer.model) for _ in trainer if trainer.epoch % 10 == 0)]
    found = over_training(models, "not bad at all")
    assert found.epochs.tolist() == [0, 10, 20, 30, 40]
    for (_, model), p in zip(models, found.probabilities, strict=True):
        assert found.labels == model.labels
        assert p.tolist() == pytest.approx(model.predict_proba(["not bad at all"])[0].tolist(), rel=1e-14)
    assert found.probabilities.max() - found.probabilities.min() > 0.05


def test_what_cannot_be_read_is_refused_as_by_the_model(small: Experiment) -> None:
    models = [(0, Trainer(small).model)]
    with pytest.raises(UnknownWordError):
        over_training(models, "zebra")
    with pytest.raises(ValueError):
        over_training([], "bad")
