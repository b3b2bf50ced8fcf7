"""Sweeps that are offered: values worth trying around an experiment, and a few questions that a sweep answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from rnn_core import presets
from rnn_core.experiment import Experiment
from rnn_core.limits import Limits
from rnn_core.network.cells import CELLS
from rnn_core.sweeps.axes import FIRST_WORDS, SENTENCES, Axis
from rnn_core.sweeps.sweep import Sweep

_CLIPPING = Axis(
    ({"clipping": "none"}, {"clipping": "value", "clip_threshold": 1.0}, {"clipping": "value", "clip_threshold": 0.1})
)


LONG = 20
"""Words of a sentence from which on it is worth asking how many of them are needed."""


def offered(experiment: Experiment, limits: Limits | None = None) -> dict[str, tuple[Any, ...]]:
    """Return the settings that have an effect in an experiment, each with a few values around the present one."""
    model, training, most = experiment.model, experiment.training, (limits or Limits()).hidden_size
    sentences = len(experiment.dataset.rows("train"))
    found: dict[str, tuple[Any, ...]] = {
        "learning_rate": _around(training.learning_rate, (0.25, 0.5, 1, 2, 4, 8, 16)),
        "clipping": ("none", "value", "norm"),
        "hidden_size": tuple(size for size in (4, 8, 16, 32, 64, 128) if size <= most),
        "optimizer": ("sgd", "momentum", "adam"),
        "batch_size": tuple(size for size in (1, 4, 16, 64) if size <= sentences),
        "initialization": ("normal", "glorot", "orthogonal"),
        "bidirectional": (False, True),
        SENTENCES: tuple(sorted({min(sentences, max(2, round(share * sentences))) for share in (0.2, 0.4, 0.6, 0.8, 1)})),
    }
    if (longest := max(map(len, experiment.dataset.words), default=0)) >= LONG:
        found[FIRST_WORDS] = tuple(round(share * longest) for share in (0.25, 0.5, 0.75, 1))
    if training.clipping != "none":
        found["clip_threshold"] = _around(training.clip_threshold, (0.03, 0.1, 0.3, 1, 3))
    if model.initialization == "normal":
        found["init_scale"] = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
    if model.recurrent_gradient == "exact":
        found["cell"] = tuple(CELLS)
    if CELLS[model.cell].printed_rule:
        found["recurrent_gradient"] = ("exact", "printed")
    if model.vectors == "unused":
        found["embedding_size"] = (0, 4, 8, 16)
    if training.optimizer == "momentum":
        found["momentum"] = (0.0, 0.5, 0.9, 0.99)
    return {name: values for name, values in found.items() if len(values) > 1}


def _around(value: float, factors: tuple[float, ...]) -> tuple[float, ...]:
    """Return multiples of a number, without those that are too large or too small to be numbers."""
    found = (float(f"{value * factor:.3g}") for factor in factors)
    return tuple(dict.fromkeys(number for number in found if 0 < number < math.inf))


def clipping_and_rate() -> Sweep:
    """Up to which learning rate does each way of clipping learn?"""
    rates = Axis.of("learning_rate", (0.02, 0.05, 0.1, 0.2, 0.4))
    return Sweep(base=presets.on_the_edge().with_training(epochs=300), axes=(_CLIPPING, rates), seeds=4)


def scale_and_plateau() -> Sweep:
    """How long is the plateau for each scale of the initial weights?"""
    scales = Axis.of("init_scale", (0.001, 0.003, 0.01, 0.03, 0.1, 0.3))
    return Sweep(base=presets.guide_corrected().with_training(epochs=500), axes=(scales,), seeds=5)


def cells_and_memory() -> Sweep:
    """How long does each cell remember the first word, which decides?"""
    lengths = Axis.of(FIRST_WORDS, (20, 40, 50, 60))
    return Sweep(base=presets.long_memory(), axes=(Axis.of("cell", tuple(CELLS)), lengths), seeds=3)


def printed_and_exact() -> Sweep:
    """What does the printed gradient formula cost?"""
    return Sweep(base=presets.guide_corrected(), axes=(Axis.of("recurrent_gradient", ("printed", "exact")),), seeds=10)


def sentences_needed() -> Sweep:
    """How many sentences does the network need?"""
    sizes = Axis.of(SENTENCES, (15, 20, 30, 40, 50, 58))
    return Sweep(base=presets.better_start().with_training(epochs=300), axes=(sizes,), seeds=5)


READY_MADE: Mapping[str, Callable[[], Sweep]] = {
    made.__name__: made for made in (clipping_and_rate, scale_and_plateau, cells_and_memory, printed_and_exact, sentences_needed)
}
"""Questions with a sweep that answers each, by name."""
