"""How long an epoch takes on this machine, by trying a part of one."""

from __future__ import annotations

import time

import numpy as np

from rnn_core.experiment import Experiment
from rnn_core.network.model import Model
from rnn_core.training import loop
from rnn_core.training.encoding import encode, rule_of, weights_of
from rnn_core.training.history import Columns
from rnn_core.training.weights import views

SENTENCES, MOST_WORDS = 64, 500
"""What is tried at the most."""


def seconds_per_epoch(experiment: Experiment, sentences: int = SENTENCES) -> float:
    """Train on the first few sentences, timed, and carry that over to the work of a whole epoch.

    Costs a few milliseconds where the code is compiled. A busy machine makes the estimate long, an idle one makes it right.
    """
    model, batch_size = Model.initial(experiment), experiment.training.batch_size
    train, test = encode(experiment.dataset, "train", model), encode(experiment.dataset, "test", model)
    part = min(sentences, max(1, int(np.searchsorted(train.starts, MOST_WORDS, side="right")) - 1), len(train.targets))
    words = int(train.starts[part])
    tried = loop.Sentences(train.words[:words], train.starts[: part + 1], train.targets[:part], train.rows[:part])
    nothing = loop.Sentences(train.words[:0], train.starts[:1], train.targets[:0], train.rows[:0])
    work = loop.epoch_work(tried, nothing, batch_size)
    weights, rule = weights_of(model, experiment), rule_of(experiment, 1)
    params, grads = views(weights, model.layout)
    orders, rates = np.arange(part).reshape(1, -1), np.array([experiment.training.learning_rate])
    best = np.inf
    for _ in range(2):  # the first touches memory that is not yet in the processor's cache
        progress = loop.Progress.at_first(len(model.layout.names), len(model.vocabulary))
        columns = Columns.empty(1, len(model.layout.names))
        began = time.perf_counter()
        with np.errstate(over="ignore", invalid="ignore"):  # a rate that would make it diverge
            loop.run_slice(weights, params, grads, tried, nothing, orders, rates, rule, progress, work, columns)
        best = min(best, time.perf_counter() - began)
        if best > 0.1:
            break
    return best * loop.epoch_work(train, test, batch_size) / work
