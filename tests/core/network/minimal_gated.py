"""A fourth cell, which the package does not have: the minimal gated unit.

    Forward, t = 1 … T

        f_t = σ(W_xf x_t + W_hf h_{t-1} + b_f)
        p_t = f_t ⊙ h_{t-1}
        n_t = tanh(W_xn x_t + W_hn p_t + b_n)
        h_t = (1 - f_t) ⊙ h_{t-1} + f_t ⊙ n_t

    Backward, t = T … 1

        da_n = dh_t ⊙ f_t ⊙ (1 - n_t²)
        dp_t = W_hnᵀ da_n
        da_f = (dh_t ⊙ (n_t - h_{t-1}) + dp_t ⊙ h_{t-1}) ⊙ f_t ⊙ (1 - f_t)
        dh_{t-1} = (1 - f_t) ⊙ dh_t + f_t ⊙ dp_t + W_hfᵀ da_f

Source: Zhou et al., "Minimal gated unit for recurrent neural networks" (2016).
"""

from __future__ import annotations

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.engine.kernel import compiled
from rnn_core.engine.primitives import add_outer, matvec, tanh, vecmat
from rnn_core.network.cells.cell import Cell, Direction
from rnn_core.network.losses import sigmoid


@compiled
def forward(params: Direction, z: Floats) -> tuple[Floats, Floats]:
    """Run every step: z (T, 2H) -> h (T+1, H) and the cache (T, 2H)."""
    T, H = len(z), params.W_hh.shape[1]
    h, cache = np.zeros((T + 1, H)), np.empty((T, 2 * H))
    a = z + params.b_h
    for t in range(T):
        f = sigmoid(a[t, :H] + matvec(params.W_hh[:H], h[t]))
        n = tanh(a[t, H:] + matvec(params.W_hh[H:], f * h[t]))
        h[t + 1] = (1.0 - f) * h[t] + f * n
        cache[t, :H], cache[t, H:] = f, n
    return h, cache


@compiled
def backward(params: Direction, grads: Direction, h: Floats, cache: Floats, dh: Floats) -> tuple[Floats, Floats]:
    """Carry dh (H,) = dL/dh_T back: add to grads, return dz (T, 2H) and every dh_t (T, H)."""
    T, H = len(cache), len(dh)
    dz, dhs = np.empty((T, 2 * H)), np.empty((T, H))
    db_h, before = grads.b_h, np.empty((T, H))
    for t in range(T - 1, -1, -1):
        dhs[t] = dh
        f, n = cache[t, :H], cache[t, H:]
        before[t] = f * h[t]
        dz[t, H:] = dh * f * (1.0 - n**2)
        dp = vecmat(dz[t, H:], params.W_hh[H:])
        dz[t, :H] = (dh * (n - h[t]) + dp * h[t]) * f * (1.0 - f)
        db_h += dz[t]
        dh = (1.0 - f) * dh + f * dp + vecmat(dz[t, :H], params.W_hh[:H])
    add_outer(grads.W_hh[:H], dz[:, :H].copy(), h[:-1])
    add_outer(grads.W_hh[H:], dz[:, H:].copy(), before)
    return dz, dhs


CELL = Cell(
    name="mgu",
    title="Minimal gated unit",
    gates=("f", "n"),
    cache=("f", "n"),
    forget_gate="f",
    forward=forward,
    backward=backward,
    equations=(
        r"f_t = \sigma(W_{xf}\,x_t + W_{hf}\,h_{t-1} + b_f)",
        r"n_t = \tanh(W_{xn}\,x_t + W_{hn}\,(f_t \odot h_{t-1}) + b_n)",
        r"h_t = (1 - f_t) \odot h_{t-1} + f_t \odot n_t",
    ),
    backward_equations=(
        r"da_n = dh_t \odot f_t \odot (1 - n_t^2)",
        r"da_f = (dh_t \odot (n_t - h_{t-1}) + W_{hn}^\top\,da_n \odot h_{t-1}) \odot f_t \odot (1 - f_t)",
    ),
)
