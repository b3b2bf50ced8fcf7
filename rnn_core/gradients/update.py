"""One update in detail: the gradient of a sentence, the gradient after clipping, the step, and the effect of the step.

The epoch loop itself takes the step, as an epoch of one sentence, so it is the step that training takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rnn_core.arrays import Floats, Ints
from rnn_core.config import Clipping
from rnn_core.engine.primitives import dot
from rnn_core.errors import DivergenceError
from rnn_core.experiment import Experiment
from rnn_core.network import passes
from rnn_core.network.model import Model
from rnn_core.network.parameters import Layout
from rnn_core.training import loop
from rnn_core.training.clipping import clip
from rnn_core.training.encoding import rule_of, weights_of
from rnn_core.training.history import Columns, GradientStatistics


@dataclass(frozen=True)
class Update:
    """One update by one sentence. Arrays by parameter, shapes as in the equations."""

    text: str
    label: str
    words: tuple[str, ...]
    """as the network reads them"""
    epoch: int
    """the epoch (from 1) whose settings apply"""
    rate: float
    clipping: Clipping
    threshold: float
    raw: Mapping[str, Floats]
    """the gradient by backpropagation, with the rule of the network"""
    clipped: Mapping[str, Floats]
    step: Mapping[str, Floats]
    """weights after minus weights before"""
    statistics: Mapping[str | None, GradientStatistics]
    """as in a history; None: of all parameters as one vector"""
    loss_before: float
    loss_after: float
    """of the same sentence"""
    slope: float
    """true gradient · step: by how much the loss would change if it went on as it begins. Below zero the step points downhill.
    With a memory of earlier gradients, or under the printed rule, it need not"""
    model: Model
    """after the update"""
    memory: Floats
    """memory of the optimizer after the update"""
    steps: int
    """number of updates done, including this one; a next update needs it and the memory"""

    def cut(self, name: str) -> npt.NDArray[np.bool_]:
        """Return where clipping changed the gradient of a parameter."""
        changed: npt.NDArray[np.bool_] = self.raw[name] != self.clipped[name]
        return changed


def one_update(
    model: Model,
    experiment: Experiment,
    text: str,
    label: str,
    *,
    epoch: int = 1,
    memory: Floats | None = None,
    steps: int = 0,
) -> Update:
    """Update a network of this experiment with one sentence and the settings of this epoch, as with a batch size of 1.

    memory, steps: what the optimizer remembers, and updates done so far; as given, or as before a run's first update.
    Raises as Model.ids does, DivergenceError where the step leads beyond all numbers, and ValueError for a label that the
    model does not have or the memory of another network.
    """
    layout, ids, target = model.layout, model.ids(text), model.labels.index(label)
    rule, rate, settings = rule_of(experiment, epoch), experiment.training.rate_at(epoch), experiment.training.at(epoch)
    weights = weights_of(model, experiment)
    if memory is not None:
        if memory.shape != weights.memory.shape:
            raise ValueError(f"a memory of {weights.memory.shape} expected, {memory.shape} given")
        weights.memory[:] = memory
    weights.steps[0] = steps
    params, grads = loop.views(weights, layout)

    raw = layout.zeros()
    columns = Columns.empty(1, len(layout.names))
    nothing = np.zeros(0, dtype=np.int64)
    empty = loop.Sentences(nothing, np.zeros(1, dtype=np.int64), nothing, nothing)
    first = np.zeros(1, dtype=np.int64)
    sentence = loop.Sentences(ids, np.array([0, len(ids)]), first + target, first + 1)
    with np.errstate(over="ignore", invalid="ignore"):
        passes.add_gradients(model.cell, params, layout.views(raw), ids, target, rule.printed)
        clipped = _clipped(layout, raw, ids, rule)
        true = layout.zeros()
        passes.add_gradients(model.cell, params, layout.views(true), ids, target, False)
        orders, rates = first.reshape(1, 1), np.array([rate])
        progress = loop.Progress.at_first(len(layout.names), len(model.vocabulary))
        progress = loop.run_slice(weights, params, grads, sentence, empty, orders, rates, rule, progress, 1, columns)
        after = model.with_vector(weights.vector)
        loss_after = after.loss(text, label)
    if progress.diverged or not np.isfinite(loss_after):
        raise DivergenceError(epoch)
    statistics = [GradientStatistics(*(float(v) for v in row)) for row in columns.gradients[0]]
    return Update(
        text=text,
        label=label,
        words=tuple(model.vocabulary.words[i] for i in ids),
        epoch=epoch,
        rate=rate,
        clipping=settings["clipping"],
        threshold=settings["clip_threshold"],
        raw=layout.named(raw),
        clipped=layout.named(clipped),
        step=layout.named(after.vector - model.vector),
        statistics=dict(zip((*layout.names, None), statistics, strict=True)),
        loss_before=float(columns.train_loss[0]),
        loss_after=loss_after,
        slope=float(true @ (after.vector - model.vector)),
        model=after,
        memory=weights.memory,
        steps=int(weights.steps[0]),
    )


def _clipped(layout: Layout, raw: Floats, ids: Ints, rule: loop.Rule) -> Floats:
    """Return the gradient vector (size,) after clipping, computed by the same code on the same parts as in the loop."""
    clipped, rows = raw.copy(), np.unique(ids)
    places = list(zip(layout.offsets, layout.offsets[1:], layout.row_widths, strict=False))
    parts = [loop.touched_part(clipped[a:b], width, rows) for a, b, width in places]
    whole = float(sum(dot(part, part) for part in parts))
    for (a, b, width), part in zip(places, parts, strict=True):
        clip(rule.clipping, part, rule.threshold, whole)
        if width:
            clipped[a:b].reshape(-1, width)[rows] = part.reshape(-1, width)
    return clipped
