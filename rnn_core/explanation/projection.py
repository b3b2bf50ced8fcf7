"""Principal component analysis: vectors of many dimensions in two, and what a network predicts for the states on that plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.network import passes
from rnn_core.network.model import Model


@dataclass(frozen=True)
class Projection:
    """The first two principal components of some rows."""

    mean: Floats
    """(D,)"""
    axes: Floats
    """(2, D): orthonormal; zeros for a component that does not exist"""
    explained: tuple[float, float]
    """share of the variance along each axis; zeros if all rows are equal"""

    def place(self, rows: Floats) -> Floats:
        """Return the places (N, 2) of rows (N, D), which may be other rows."""
        return (rows - self.mean) @ self.axes.T


def project(rows: Floats) -> Projection:
    """Return the first two principal components of rows (N, D), N > 0, by singular value decomposition.

    The sign of a component is arbitrary; its largest element (of equal ones, the first) is made positive.
    """
    mean = np.mean(rows, axis=0)
    _, sizes, components = np.linalg.svd(rows - mean, full_matrices=False)
    variance, whole = sizes**2, float(np.sum(sizes**2))
    axes, shares = np.zeros((2, rows.shape[1])), [0.0, 0.0]
    for k in range(min(2, len(sizes))):
        if sizes[k] <= 1e-12 * max(1.0, float(np.abs(rows).max())):  # zero, except for rounding
            break
        largest = components[k, np.argmax(np.abs(components[k]) > (1 - 1e-9) * np.abs(components[k]).max())]
        axes[k] = components[k] * np.sign(largest)
        shares[k] = float(variance[k]) / whole
    return Projection(mean, axes, (shares[0], shares[1]))


def endings(model: Model, text: str) -> Floats:
    """Return the final state if the text ended after each word: (T+1, H), with both directions (T+1, 2H). Row 0 is before any word.

    Raises as Model.ids does.
    """
    ids, params = model.ids(text), model.arrays()
    if not model.config.bidirectional:
        return passes.forward(model.cell, params, ids).h
    rows = [np.zeros(2 * model.config.hidden_size)]
    for t in range(len(ids)):  # the second direction starts at the end, so each prefix needs a pass
        states = passes.forward(model.cell, params, ids[: t + 1])
        rows.append(np.concatenate([states.h[-1], states.h_reverse[-1]]))
    return np.stack(rows)


def predictions_on_plane(model: Model, plane: Projection, x: Floats, y: Floats) -> Floats:
    """Return the probabilities (len(y), len(x), C) that the output layer gives for the states at these places of a plane of states."""
    places = np.stack(np.meshgrid(x, y), axis=-1)  # (len(y), len(x), 2)
    logits = (plane.mean + places @ plane.axes) @ model.parameters["W_hy"].T + model.parameters["b_y"]
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=-1, keepdims=True))
