"""An order of the hidden units that places similar units side by side."""

from __future__ import annotations

import numpy as np

from rnn_core.arrays import Floats, Ints


def unit_order(states: Floats) -> Ints:
    """Return an order (H,) of the units for states (N, H). Start with the lowest mean, then always take the most similar unit.

    Similar units have a small Euclidean distance between their values over all N states. Ties go to the first unit.
    """
    units = states.T
    squares = np.sum(units**2, axis=1)
    distances = squares[:, None] + squares[None, :] - 2.0 * (units @ units.T)
    order = [int(np.argmin(np.mean(units, axis=1)))] if len(units) else []
    free = np.ones(len(units), dtype=bool)
    while len(order) < len(units):
        free[order[-1]] = False
        order.append(int(np.argmin(np.where(free, distances[order[-1]], np.inf))))
    return np.array(order, dtype=np.int64)
