"""Small runs to judge by."""

from __future__ import annotations

from functools import cache

import numpy as np

from rnn_core import Dataset, DivergenceError, Experiment, ModelConfig, Run, TrainingConfig, presets
from rnn_core.lessons.evidence import Evidence
from rnn_core.network.model import Model
from rnn_core.training.trainer import Trainer

TINY = Dataset.from_pairs(
    [("good", True), ("bad", False), ("not good", False), ("not bad", True)], [("good", True), ("bad", False)]
)


def experiment(**training: object) -> Experiment:
    """A network of four units that learns the tiny sentences within 60 epochs."""
    settings = {"epochs": 60, "learning_rate": 0.1, **training}
    model = ModelConfig(hidden_size=4, init_scale=0.5)
    return Experiment(dataset=TINY, model=model, training=TrainingConfig(**settings))  # type: ignore[arg-type]


def trained(plan: Experiment, sentence: str = "", *, processor: int = 0) -> Evidence:
    """The evidence at the end of a run, even of one that diverged.

    processor: other than 0, the initial weights differ in their last digit, as sums do on another processor.
    """
    trainer = Trainer(plan)
    if processor:
        start = trainer.snapshot()
        noise = np.random.default_rng(processor).standard_normal(start.vector.shape)
        trainer.restore(start._replace(vector=start.vector * (1 + 1e-15 * noise)))
    try:
        while trainer.advance():
            pass
    except DivergenceError:
        pass
    start = Trainer(plan).snapshot()
    return Evidence(
        Run(trainer.experiment, Model.initial(plan), trainer.history, (start, trainer.snapshot()), trainer.path), sentence
    )


@cache
def learned() -> Evidence:
    return trained(experiment())


@cache
def begun() -> Evidence:
    """Before the first epoch."""
    return Evidence.untrained(experiment())


@cache
def guide() -> Evidence:
    """The guide's network before the first epoch."""
    return Evidence.untrained(presets.guide_corrected())
