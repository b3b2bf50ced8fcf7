"""How long an epoch takes on this machine, by trying a part of one."""

from __future__ import annotations

import time

import numpy as np

from rnn_core.experiment import Experiment
from rnn_core.network.model import Model
from rnn_core.training import loop
from rnn_core.training.encoding import encode, rule_of, weights_of
from rnn_core.training.history import Columns

SENTENCES, MOST_WORDS = 64, 500
"""What is tried at the most."""


def seconds_per_epoch(experiment: Experiment, sentences: int = SENTENCES) -> float:
    """Train on the first few sentences, timed, and carry that over to all by their number of words.

    Costs a few milliseconds where the code is compiled. A busy machine makes the estimate long, an idle one makes it right.
    """
    model = Model.initial(experiment)
    train, test = encode(experiment.dataset, "train", model), encode(experiment.dataset, "test", model)
    part = min(sentences, max(1, int(np.searchsorted(train.starts, MOST_WORDS, side="right")) - 1), len(train.targets))
    tried = int(train.starts[part])
    nothing = loop.Sentences(train.words[:0], train.starts[:1], train.targets[:0], train.rows[:0])
    weights, rule = weights_of(model, experiment), rule_of(experiment, 1)
    orders, rates = np.arange(part).reshape(1, -1), np.array([experiment.training.learning_rate])
    best = np.inf
    for _ in range(2):  # the first touches memory that is not yet in the processor's cache
        columns = Columns.empty(1, len(model.layout.names))
        began = time.perf_counter()
        loop.run_epochs(weights, train, nothing, orders, rates, rule, len(model.vocabulary), columns)
        best = min(best, time.perf_counter() - began)
        if best > 0.1:
            break
    began = time.perf_counter()
    shown = min(part, len(test.targets))
    loop.evaluate(
        rule.cell, weights.params, loop.Sentences(test.words, test.starts[: shown + 1], test.targets[:shown], test.rows[:shown])
    )
    tested = time.perf_counter() - began
    return float(best * len(train.words) / tried + (tested * len(test.words) / test.starts[shown] if shown else 0.0))
