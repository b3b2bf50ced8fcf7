"""One update in detail: the gradient of its sentences, the gradient after clipping, the step, and the effect of the step.

The epoch loop itself takes the step, as an epoch of these sentences, so it is the step that training takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from rnn_core.training.weights import Rule, touched_part, views


@dataclass(frozen=True)
class Update:
    """One update by one sentence or by a batch. Arrays by parameter, shapes as in the equations."""

    sentences: tuple[tuple[str, str], ...]
    """text and label of each"""
    words: tuple[str, ...]
    """of the vocabulary, each once, as the network reads them"""
    epoch: int
    """the epoch (from 1) whose settings apply"""
    rate: float
    clipping: Clipping
    threshold: float
    raw: Mapping[str, Floats]
    """the gradient by backpropagation, with the rule of the network; zero for a frozen embedding"""
    clipped: Mapping[str, Floats]
    step: Mapping[str, Floats]
    """weights after minus weights before"""
    statistics: Mapping[str | None, GradientStatistics]
    """as in a history; None: of all parameters as one vector"""
    loss_before: float
    loss_after: float
    """mean of the same sentences"""
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
    """Update a network of this experiment with one sentence, as with a batch size of 1. See batch_update."""
    return batch_update(model, experiment, [(text, label)], epoch=epoch, memory=memory, steps=steps)


def batch_update(
    model: Model,
    experiment: Experiment,
    sentences: Sequence[tuple[str, str]],
    *,
    epoch: int = 1,
    memory: Floats | None = None,
    steps: int = 0,
) -> Update:
    """Update a network of this experiment with the mean gradient of sentences, given as (text, label), and the settings of this epoch.

    memory, steps: what the optimizer remembers, and updates done so far; as given, or as before a run's first update.
    Raises as Model.ids does, DivergenceError where the step leads beyond all numbers, and ValueError for a label that the
    model does not have or the memory of another network.
    """
    layout, n = model.layout, len(sentences)
    ids = [model.ids(text) for text, _ in sentences]
    targets = np.array([model.labels.index(label) for _, label in sentences])
    rule, rate, settings = rule_of(experiment, epoch), experiment.training.rate_at(epoch), experiment.training.at(epoch)
    rule = rule._replace(batch_size=n)
    weights = weights_of(model, experiment)
    if memory is not None:
        if memory.shape != weights.memory.shape:
            raise ValueError(f"a memory of {weights.memory.shape} expected, {memory.shape} given")
        weights.memory[:] = memory
    weights.steps[0] = steps
    params, grads = views(weights, layout)

    columns = Columns.empty(1, len(layout.names))
    nothing = np.zeros(0, dtype=np.int64)
    empty = loop.Sentences(nothing, np.zeros(1, dtype=np.int64), nothing, nothing)
    words = np.concatenate(ids)
    starts = np.cumsum([0, *(len(each) for each in ids)])
    batch = loop.Sentences(words, starts, targets, np.arange(1, n + 1))
    with np.errstate(over="ignore", invalid="ignore"):
        raw, true = layout.zeros(), layout.zeros()
        for sentence, target in zip(ids, targets, strict=True):
            passes.add_gradients(model.cell, params, layout.views(raw), sentence, target, rule.printed)
            passes.add_gradients(model.cell, params, layout.views(true), sentence, target, False)
        raw /= n
        true /= n
        stays = layout.offsets[rule.frozen]
        raw[:stays] = true[:stays] = 0.0
        clipped = _clipped(layout, raw, words, rule)
        progress = loop.Progress.at_first(len(layout.names), len(model.vocabulary))
        orders, work = np.arange(n).reshape(1, n), loop.epoch_work(batch, empty, n)
        progress = loop.run_slice(weights, params, grads, batch, empty, orders, np.array([rate]), rule, progress, work, columns)
        after = model.with_vector(weights.vector)
        loss_after = float(np.mean([after.loss(text, label) for text, label in sentences]))
    if progress.diverged or not np.isfinite(loss_after):
        raise DivergenceError(epoch)
    statistics = [GradientStatistics(*(float(v) for v in row)) for row in columns.gradients[0]]
    return Update(
        sentences=tuple(sentences),
        words=tuple(dict.fromkeys(model.vocabulary.words[i] for i in words)),
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


def _clipped(layout: Layout, raw: Floats, ids: Ints, rule: Rule) -> Floats:
    """Return the gradient vector (size,) after clipping, computed by the same code on the same parts as in the loop."""
    clipped, rows = raw.copy(), np.unique(ids)
    places = list(zip(layout.offsets, layout.offsets[1:], layout.row_widths, strict=False))
    parts = [touched_part(clipped[a:b], width, rows) for a, b, width in places]
    whole = float(sum(dot(part, part) for part in parts))
    for (a, b, width), part in zip(places, parts, strict=True):
        clip(rule.clipping, part, rule.threshold, whole)
        if width:
            clipped[a:b].reshape(-1, width)[rows] = part.reshape(-1, width)
    return clipped


def breaks_at_once(experiment: Experiment) -> bool:
    """Return whether the very first update, by the first training sentence, leads to no network or to no finite loss."""
    text, label, _ = experiment.dataset.examples[experiment.dataset.rows("train")[0]]
    try:
        return not np.isfinite(one_update(Model.initial(experiment), experiment, text, str(label)).loss_after)
    except DivergenceError:
        return True
