"""An experiment in the form that the epoch loop needs: arrays and numbers instead of sentences and words."""

from __future__ import annotations

import numpy as np

from rnn_core.data.dataset import Dataset, Split
from rnn_core.experiment import Experiment
from rnn_core.network.cells import CELLS
from rnn_core.network.model import Model
from rnn_core.training import clipping, loop, optimizers
from rnn_core.training.weights import Rule, Weights


def encode(dataset: Dataset, split: Split, model: Model) -> loop.Sentences:
    """Return one split as word ids and class ids of the model."""
    rows = dataset.rows(split)
    ids = [model.vocabulary.tokens(dataset.words[i], model.rules.unknown).ids for i in rows]
    label_of = {label: k for k, label in enumerate(model.labels)}
    return loop.Sentences(
        words=np.concatenate(ids) if ids else np.zeros(0, dtype=np.int64),
        starts=np.cumsum([0, *(len(words) for words in ids)], dtype=np.int64),
        targets=np.array([label_of[dataset.examples[i].label or ""] for i in rows], dtype=np.int64),
        rows=np.array([i + 1 for i in rows], dtype=np.int64),
    )


def weights_of(model: Model, experiment: Experiment) -> Weights:
    """Return the arrays that training changes, as before the first update."""
    layout = model.layout
    vector, gradient = layout.zeros(), layout.zeros()
    vector[:] = model.vector
    memory = np.zeros((optimizers.MEMORIES[experiment.training.optimizer], layout.size))
    steps = np.zeros(1, dtype=np.int64)
    return Weights(vector, gradient, memory, steps, layout.offsets, layout.row_widths)


def rule_of(experiment: Experiment, epoch: int) -> Rule:
    """Return the settings of the updates in this epoch (from 1)."""
    model, training = experiment.model, experiment.training
    settings = training.at(epoch)
    return Rule(
        cell=CELLS[model.cell],
        printed=model.recurrent_gradient == "printed",
        batch_size=training.batch_size,
        clipping=clipping.KINDS[settings["clipping"]],
        threshold=settings["clip_threshold"],
        optimizer=optimizers.KINDS[training.optimizer],
        momentum=training.momentum,
        frozen=int(model.vectors == "frozen"),  # E is the first parameter
    )
