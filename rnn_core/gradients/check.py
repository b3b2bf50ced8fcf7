"""The gradient check: backpropagation compared with central differences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnn_core.arrays import Floats, Ints
from rnn_core.config import Gradient
from rnn_core.gradients.differences import central_differences
from rnn_core.network import passes
from rnn_core.network.cells import CELLS
from rnn_core.network.cells.cell import Cell
from rnn_core.network.losses import cross_entropy
from rnn_core.network.model import Model
from rnn_core.network.parameters import Parameters
from rnn_core.pauses import pause
from rnn_core.streams import stream

MOST_BETWEEN_PAUSES = 25
"""Elements that are checked between two pauses."""


@dataclass(frozen=True)
class GradientComparison:
    """One gradient computed in two ways. Both arrays have the shape in the equations, or are a sample of elements (n,)."""

    analytic: Floats
    """by backpropagation through time"""
    numeric: Floats
    """by central differences of the loss"""

    @property
    def relative_error(self) -> float:
        """‖a − n‖ / (‖a‖ + ‖n‖): 0 for equal gradients (also if both are zero), 1 for opposite ones."""
        scale = np.linalg.norm(self.analytic) + np.linalg.norm(self.numeric)
        return float(np.linalg.norm(self.analytic - self.numeric) / scale) if scale > 0 else 0.0

    @property
    def cosine(self) -> float:
        """Cosine of the angle between the two; 1 if both are zero, 0 if only one is."""
        a, n = np.linalg.norm(self.analytic), np.linalg.norm(self.numeric)
        if a == 0 or n == 0:
            return float(a == n)
        return float(np.sum((self.analytic / a) * (self.numeric / n)))

    @property
    def points(self) -> tuple[Floats, Floats]:
        """(numeric, analytic), each (n,), without elements that are zero in both. The points of a right gradient are on the diagonal."""
        analytic, numeric = self.analytic.reshape(-1), self.numeric.reshape(-1)
        some = (analytic != 0) | (numeric != 0)
        return numeric[some], analytic[some]

    @property
    def norm(self) -> float:
        """The larger of the two norms. Far below 1e-6, rounding dominates the differences of the loss, and they prove nothing."""
        return float(max(np.linalg.norm(self.analytic), np.linalg.norm(self.numeric)))


@dataclass(frozen=True)
class GradientCheck:
    """The comparison of every gradient of the loss of one sentence."""

    text: str
    label: str
    words: tuple[str, ...]
    recurrent_gradient: Gradient
    epsilon: float
    loss: float
    parameters: Mapping[str, GradientComparison]
    """by name"""
    dz: GradientComparison
    """(T, G·H): gradient of the input of the cell, z_t = W_xh x_t"""
    dz_reverse: GradientComparison | None
    """the same for the second direction, in its order of reading, last word first"""

    def __getitem__(self, name: str) -> GradientComparison:
        return self.parameters[name]

    @property
    def worst(self) -> str:
        """The parameter with the largest relative error."""
        return max(self.parameters, key=lambda name: self.parameters[name].relative_error)


def gradient_check(
    model: Model,
    text: str,
    label: str,
    *,
    recurrent_gradient: Gradient | None = None,
    epsilon: float = 1e-5,
    elements: int | None = None,
) -> GradientCheck:
    """Compare backpropagation with central differences, (L(θ+ε) − L(θ−ε)) / 2ε, for every parameter at the model's weights.

    recurrent_gradient: the rule to check, that of the model if None. Columns of W_xh for words that are not in the text
    are not computed: both gradients are exactly zero there.
    elements: maximum number of elements to compare per parameter, chosen at random; of dz the last ones, where the gradient
    has not vanished yet. Each costs two forward passes.

    Raises as Model.ids does; ValueError for a label that the model does not have.
    """
    rule = recurrent_gradient or model.config.recurrent_gradient
    if rule == "printed" and not CELLS[model.config.cell].printed_rule:
        raise ValueError("the guide prints a rule for the vanilla cell alone")
    cell, ids, target = model.cell, model.ids(text), model.labels.index(label)
    vector = model.vector.copy()
    params = model.layout.views(vector)
    analytic, numeric = np.zeros_like(vector), np.zeros_like(vector)
    told = passes.add_gradients(cell, params, model.layout.views(analytic), ids, target, rule == "printed")

    whole = model.layout.named(analytic), model.layout.named(numeric)
    comparisons = {}
    for name, a, b in zip(model.layout.names, model.layout.offsets, model.layout.offsets[1:], strict=False):
        places = np.arange(a, b)
        if name in model.layout.tables:
            places = places.reshape(len(model.vocabulary), -1)[np.unique(ids)].reshape(-1)
        sampled = elements is not None and len(places) > elements
        if sampled:
            places = np.sort(stream(0, "gradient check", name).choice(places, elements, replace=False))
        for piece in np.array_split(places, -(-len(places) // MOST_BETWEEN_PAUSES)):
            pause()
            central_differences(cell, params, vector, piece, ids, target, epsilon, numeric)
        pair = (analytic[places], numeric[places]) if sampled else (whole[0][name], whole[1][name])
        comparisons[name] = GradientComparison(*pair)

    both = _dz_comparisons(cell, params, ids, target, epsilon, (told.dz, told.dz_reverse), elements)
    return GradientCheck(
        text=text,
        label=label,
        words=model.tokens(text).read,
        recurrent_gradient=rule,
        epsilon=epsilon,
        loss=float(passes.loss(cell, params, ids, target)),
        parameters=comparisons,
        dz=both[0],
        dz_reverse=both[1] if model.config.bidirectional else None,
    )


def _dz_comparisons(
    cell: Cell, params: Parameters, ids: Ints, target: int, epsilon: float, analytic: tuple[Floats, Floats], elements: int | None
) -> list[GradientComparison]:
    """Compare dL/dz (T, G·H) of each direction with central differences on z."""
    both = passes.send(params, ids)
    comparisons = []
    for which, z in enumerate(both):
        if z.size == 0:
            continue
        places = np.arange(z.size)
        sampled = elements is not None and z.size > elements
        if sampled:
            places = places[-(elements or 0) :]
        numeric: Floats = np.zeros(z.size)
        for place in places:
            pause()
            losses = []
            for shift in (epsilon, -epsilon):
                moved = z.copy()
                moved.reshape(-1)[place] += shift
                states = passes.run(cell, params, *((moved, both[1]) if which == 0 else (both[0], moved)))
                losses.append(cross_entropy(passes.output(params, states.h[-1], states.h_reverse[-1]), target))
            numeric[place] = (losses[0] - losses[1]) / (2 * epsilon)
        if sampled:
            comparisons.append(GradientComparison(analytic[which].reshape(-1)[places], numeric[places]))
        else:
            comparisons.append(GradientComparison(analytic[which], numeric.reshape(z.shape)))
    return comparisons
