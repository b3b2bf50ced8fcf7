"""A network small enough to see every number of it, trained in a moment on an experiment's own sentences."""

from __future__ import annotations

from dataclasses import replace

from rnn_core.data.sampling import stratified
from rnn_core.experiment import Experiment
from rnn_core.pauses import pause
from rnn_core.training import loop
from rnn_core.training.trainer import Trainer

UNITS = 4
EPOCHS = 60
"""Enough for the guide's sentences with Adam; training ends sooner once it has learned them."""
MOST_SENTENCES = 100
MOST_WORK = 100_000
"""Bound of the work of all epochs, in passes over W_hh as loop.epoch_work counts it: 100 epochs of the guide's sentences."""


def small_experiment(experiment: Experiment) -> Experiment:
    """Return the experiment with 4 units, a start that learns at once, Adam, and at most 100 of its training sentences.

    It keeps the cell, the directions, the input and the seed.
    """
    data = experiment.dataset
    rows = stratified(data, data.rows("train"), MOST_SENTENCES)
    work = sum(loop.TRAIN_WORK * len(data.words[row]) + loop.UPDATE_WORK for row in rows)
    model = replace(
        experiment.model,
        hidden_size=UNITS,
        embedding_size=min(UNITS, experiment.model.embedding_size),
        initialization="normal",
        init_scale=0.5,
    )
    training = replace(
        experiment.training,
        epochs=min(EPOCHS, max(1, MOST_WORK // work)),
        learning_rate=0.02,
        rate_every=0,
        optimizer="adam",
        batch_size=1,
        clipping="none",
        stopping="train",
        stop_accuracy=1.0,
        stop_epochs=3,
        changes=(),
    )
    return Experiment(dataset=data.with_examples(data.examples[row] for row in rows), model=model, training=training)


def train_small(experiment: Experiment) -> Trainer:
    """Train the small network of an experiment to its end. Raises DivergenceError as a Trainer does."""
    trainer = Trainer(small_experiment(experiment))
    while not trainer.done:
        pause()
        trainer.run_slice()
    return trainer
