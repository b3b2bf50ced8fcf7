"""Word ids to the input of the cell, z_t = W_xh x_t, and back.

One-hot: x_t is zero except for a one in the place of the word, so W_xh x_t is a column of W_xh, stored as a row. Its cost does
not depend on the size of the vocabulary. Embedding: x_t is the row of the word in E, which is learned with the other parameters.
"""

from __future__ import annotations

import numpy as np

from rnn_core.arrays import Floats, Ints
from rnn_core.engine.kernel import compiled
from rnn_core.engine.primitives import add_outer, add_scaled, matvec, rows_of, store, vecmat


@compiled
def forward(E: Floats, W_xh: Floats, ids: Ints) -> Floats:
    """Word ids (T,) -> z (T, G·H). E (V, D), or empty for one-hot input."""
    if len(E) == 0:
        return rows_of(W_xh, ids)
    return embedding_forward(E, W_xh, ids)


@compiled
def backward(E: Floats, W_xh: Floats, dE: Floats, dW_xh: Floats, ids: Ints, dz: Floats) -> None:
    """Add the gradients of E and W_xh, given dz (T, G·H). A word that occurs twice gets both contributions."""
    if len(E) == 0:
        one_hot_backward(dW_xh, ids, dz)
    else:
        embedding_backward(E, W_xh, dE, dW_xh, ids, dz)


@compiled
def one_hot_backward(dW_xh: Floats, ids: Ints, dz: Floats) -> None:
    """Add dL/dW_xh = Σ_t dz_t x_tᵀ: dz_t (G·H,) to the row of the word."""
    for t in range(len(ids)):
        add_scaled(dW_xh[ids[t]], 1.0, dz[t])


@compiled
def embedding_forward(E: Floats, W_xh: Floats, ids: Ints) -> Floats:
    """Word ids (T,) -> z (T, G·H), where x_t is the row of the word in E."""
    z = np.empty((len(ids), len(W_xh)))
    for t in range(len(ids)):
        store(z[t], matvec(W_xh, E[ids[t]]))
    return z


@compiled
def embedding_backward(E: Floats, W_xh: Floats, dE: Floats, dW_xh: Floats, ids: Ints, dz: Floats) -> None:
    """Add dL/dW_xh = Σ_t dz_t x_tᵀ, and to the row of each word in dE the sum of W_xhᵀ dz_t over its places t."""
    add_outer(dW_xh, dz, rows_of(E, ids))
    for t in range(len(ids)):
        add_scaled(dE[ids[t]], 1.0, vecmat(dz[t], W_xh))
