"""Central differences: numerical derivatives of the loss."""

from __future__ import annotations

from rnn_core.arrays import Floats, Ints
from rnn_core.engine.kernel import compiled
from rnn_core.network import passes
from rnn_core.network.cells.cell import Cell
from rnn_core.network.losses import cross_entropy
from rnn_core.network.parameters import Parameters


@compiled
def central_differences(
    cell: Cell, params: Parameters, vector: Floats, places: Ints, ids: Ints, target: int, epsilon: float, numeric: Floats
) -> None:
    """Compute dL/dvector at these places into numeric. params are views of the vector, which is unchanged afterwards."""
    for i in places:
        value = vector[i]
        losses = [0.0, 0.0]
        for k in range(2):
            vector[i] = value - epsilon if k else value + epsilon
            states = passes.run(cell, params, *passes.send(params, ids))
            losses[k] = cross_entropy(passes.output(params, states.h[-1], states.h_reverse[-1]), target)
        vector[i] = value
        numeric[i] = (losses[0] - losses[1]) / (2 * epsilon)
