"""Word ids to what the cell takes, z_t = W_xh x_t, and back.

x_t is the one-hot vector of a word, so W_xh x_t is a column of W_xh, stored as a row: nothing here grows with the vocabulary.
"""

from __future__ import annotations

from rnn_core.compiled import Floats, Ints, compiled
from rnn_core.parameters import Parameters


@compiled
def forward(params: Parameters, words: Ints) -> Floats:
    """Word ids (T,) -> z (T, H)."""
    return params.W_xh[words]


@compiled
def backward(grads: Parameters, words: Ints, dz: Floats) -> None:
    """Add dz (T, H) to the rows of the words: dL/dW_xh = Σ_t dz_t x_tᵀ. A word that occurs twice gets both."""
    dW_xh = grads.W_xh
    for t in range(len(words)):
        row = dW_xh[words[t]]
        row += dz[t]
