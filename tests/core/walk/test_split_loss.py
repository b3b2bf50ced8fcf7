"""The mean loss of the training sentences is the one that the loop of training counts."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import Experiment, Model
from rnn_core.network import passes
from rnn_core.training.encoding import encode
from rnn_core.training.loop import mean_loss as loop_mean_loss
from rnn_core.walk import split_loss


def test_it_is_the_loops(small: Experiment) -> None:
    model = Model.initial(small)
    rows = split_loss.sentences_for(small.dataset)
    assert list(rows) == list(small.dataset.rows("train"))
    expected = loop_mean_loss(model.cell, model.arrays(), encode(small.dataset, "train", model))
    assert split_loss.mean_loss(model, small.dataset, rows) == pytest.approx(float(expected), abs=1e-14)


def test_of_many_sentences_a_sample_stands_for_all(small: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(split_loss, "MOST_SENTENCES", 4)
    rows = split_loss.sentences_for(small.dataset)
    assert len(rows) == 4
    assert {small.dataset.examples[row].label for row in rows} == {"negative", "positive"}
    losses = [
        passes.loss(
            m.cell, m.arrays(), m.ids(small.dataset.examples[r].text), m.labels.index(str(small.dataset.examples[r].label))
        )
        for m in [Model.initial(small)]
        for r in rows
    ]
    assert split_loss.mean_loss(Model.initial(small), small.dataset, rows) == pytest.approx(np.mean(losses))
