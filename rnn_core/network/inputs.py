"""Word ids to what the cell takes, z_t = W_xh x_t, and back.

One-hot: x_t is all zeros but for a one in the word's place, so W_xh x_t is a column of W_xh, stored as a row: nothing here
grows with the vocabulary. Embedding: x_t is the word's row of E, learned along with the rest.
"""

from __future__ import annotations

import numpy as np

from rnn_core.arrays import Floats, Ints
from rnn_core.engine.kernel import add_outer, compiled, matvec, vecmat


@compiled
def forward(E: Floats, W_xh: Floats, ids: Ints) -> Floats:
    """Word ids (T,) -> z (T, G·H). E (V, D), or empty for one-hot input."""
    if len(E) == 0:
        return W_xh[ids]
    z = np.empty((len(ids), len(W_xh)))
    for t in range(len(ids)):
        z[t] = matvec(W_xh, E[ids[t]])
    return z


@compiled
def backward(E: Floats, W_xh: Floats, dE: Floats, dW_xh: Floats, ids: Ints, dz: Floats) -> None:
    """Add dz (T, G·H) to the gradients of the words. A word that occurs twice gets both.

    One-hot: dL/dW_xh = Σ_t dz_t x_tᵀ, one row a word. Embedding: the same, and dL/dE_w = Σ_t W_xhᵀ dz_t over the t of word w.
    """
    if len(E) == 0:
        for t in range(len(ids)):
            row = dW_xh[ids[t]]
            row += dz[t]
    else:
        add_outer(dW_xh, dz, E[ids])
        for t in range(len(ids)):
            row = dE[ids[t]]
            row += vecmat(dz[t], W_xh)
