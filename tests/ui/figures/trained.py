"""A small trained run, and what tests read from a picture of it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from rnn_core import Dataset, Experiment, History, Model, ModelConfig, Trainer, TrainingConfig, presets
from rnn_core.arrays import Floats
from rnn_core.gradients.update import Update, one_update
from tests.ui.figures.plotted import Plotted
from ui.figures.palette import LIGHT
from ui.figures.update import Picture

check, clipping, comparison, update = (Plotted(name) for name in ("check", "clipping", "comparison", "update"))
flows = Plotted("through_time")
TEXT = "not not good"


@cache
def experiment() -> Experiment:
    """Sixty epochs that learn, with clipping that bites."""
    return Experiment(
        dataset=Dataset.from_pairs([("good", 1), ("not good", 0), ("bad", 0), ("not bad", 1)], [("not not bad", 0)]),
        model=ModelConfig(hidden_size=4, init_scale=0.4),
        training=TrainingConfig(epochs=60, learning_rate=0.3, clip_threshold=0.1),
    )


@cache
def trained() -> History:
    trainer = Trainer(experiment())
    while trainer.advance():
        pass
    return trainer.history


def model(**settings: object) -> Model:
    return Model.initial(experiment().with_model(**settings)).with_large_weights()


def traces(figure: go.Figure) -> dict[str, go.Scatter]:
    return {trace.name: trace for trace in figure.data}


def drawn(values: Floats) -> list[float | None]:
    return [float(v) if np.isfinite(v) and v > 0 else None for v in values]


def cut(name: str | None, run: History | None = None, **training: object) -> go.Figure:
    chosen = experiment().with_training(**training).training
    return clipping.cut(trained() if run is None else run, name, chosen, (), 60, LIGHT)


BOUNDS = presets.guide_dataset().bounds


def pictured(**network: Any) -> tuple[Update, dict[str, Picture]]:
    chosen = experiment().with_model(**network)
    made = one_update(Model.initial(chosen).with_large_weights(), chosen, TEXT, "negative")
    return made, {picture.name: picture for picture in update.pictures(made, chosen)}
