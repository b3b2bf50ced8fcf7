"""Many dimensions on a sheet of paper: principal component analysis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnn_core.arrays import Floats


@dataclass(frozen=True)
class Projection:
    """The two directions along which rows differ most."""

    mean: Floats
    """(D,)"""
    axes: Floats
    """(2, D): of length one and at right angles; zeros for an axis that the rows do not have"""
    explained: tuple[float, float]
    """share of the variance along each axis; zeros where all rows are the same"""

    def place(self, rows: Floats) -> Floats:
        """Rows (N, D), these or others -> their places (N, 2)."""
        return (rows - self.mean) @ self.axes.T


def project(rows: Floats) -> Projection:
    """The first two principal components of rows (N, D), N > 0, by singular value decomposition.

    A component has no sign of its own: its largest element, the first of equals, is made positive.
    """
    mean = np.mean(rows, axis=0)
    _, sizes, components = np.linalg.svd(rows - mean, full_matrices=False)
    variance, whole = sizes**2, float(np.sum(sizes**2))
    axes, shares = np.zeros((2, rows.shape[1])), [0.0, 0.0]
    for k in range(min(2, len(sizes))):
        if sizes[k] <= 1e-12 * max(1.0, float(np.abs(rows).max())):  # what rounding has left of nothing
            break
        largest = components[k, np.argmax(np.abs(components[k]) > (1 - 1e-9) * np.abs(components[k]).max())]
        axes[k] = components[k] * np.sign(largest)
        shares[k] = float(variance[k]) / whole
    return Projection(mean, axes, (shares[0], shares[1]))
