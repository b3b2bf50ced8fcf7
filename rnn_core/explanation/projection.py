"""Principal component analysis: vectors of many dimensions in two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnn_core.arrays import Floats


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
