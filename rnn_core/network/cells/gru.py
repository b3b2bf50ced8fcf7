"""Gated recurrent unit, as PyTorch has it.

    Forward, t = 1 … T

        r_t = σ(W_xr x_t + W_hr h_{t-1} + b_r)              reset gate
        u_t = σ(W_xu x_t + W_hu h_{t-1} + b_u)              update gate (PyTorch's z_t)
        m_t = W_hn h_{t-1} + b_hn
        n_t = tanh(W_xn x_t + r_t ⊙ m_t + b_n)              the new state proposed
        h_t = (1 - u_t) ⊙ n_t + u_t ⊙ h_{t-1}               h_0 = 0

    Backward, t = T … 1, where dX is dL/dX and a the argument of σ or tanh

        da_n = dh_t ⊙ (1 - u_t) ⊙ (1 - n_t²)                tanh'(a) = 1 - tanh(a)²
        da_r = da_n ⊙ m_t ⊙ r_t ⊙ (1 - r_t)                 σ'(a) = σ(a) (1 - σ(a))
        da_u = dh_t ⊙ (h_{t-1} - n_t) ⊙ u_t ⊙ (1 - u_t)
        dm_t = da_n ⊙ r_t
        dh_{t-1} = u_t ⊙ dh_t + W_hhᵀ dq_t                  dq_t = da_r, da_u, dm_t
        dW_hh = Σ_t dq_t h_{t-1}ᵀ    db_h = Σ_t dz_t    db_hn = Σ_t dm_t    dz_t = da_r, da_u, da_n

    W_hh (3H, H) holds W_hr, W_hu, W_hn one under another, b_h (3H,) b_r, b_u, b_n; z_t (3H,) stands
    for W_xh x_t, dq_t (3H,) for dL/d(W_hh h_{t-1}). The cache (T, 4H) holds r, u, n, m of every step.

Source: Cho et al., "Learning phrase representations using RNN encoder-decoder" (2014), in the form
of torch.nn.GRU.
"""

from __future__ import annotations

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.engine.kernel import compiled
from rnn_core.engine.primitives import add_outer, add_scaled, matvec, store, tanh, vecmat
from rnn_core.network.cells.cell import Cell, Direction
from rnn_core.network.losses import sigmoid


@compiled
def forward(params: Direction, z: Floats) -> tuple[Floats, Floats]:
    """Run every step: z (T, 3H) -> h (T+1, H), h[t] the state after t words, and the cache."""
    T, H = len(z), params.W_hh.shape[1]
    h, cache = np.zeros((T + 1, H)), np.empty((T, 4 * H))
    a = z + params.b_h
    for t in range(T):
        q = matvec(params.W_hh, h[t])
        gates = sigmoid(a[t, : 2 * H] + q[: 2 * H])
        m = q[2 * H :] + params.b_hn
        n = tanh(a[t, 2 * H :] + gates[:H] * m)
        u = gates[H:]
        store(h[t + 1], (1.0 - u) * n + u * h[t])
        store(cache[t, : 2 * H], gates)
        store(cache[t, 2 * H : 3 * H], n)
        store(cache[t, 3 * H :], m)
    return h, cache


@compiled
def backward(
    params: Direction, grads: Direction, h: Floats, cache: Floats, dh: Floats
) -> tuple[Floats, Floats]:
    """Carry dh (H,) = dL/dh_T back: add to grads, return dz (T, 3H) and every dh_t (T, H)."""
    T, H = len(cache), len(dh)
    dz, dq, dhs = np.empty((T, 3 * H)), np.empty((T, 3 * H)), np.empty((T, H))
    for t in range(T - 1, -1, -1):
        store(dhs[t], dh)
        r, u, n, m = cache[t, :H], cache[t, H : 2 * H], cache[t, 2 * H : 3 * H], cache[t, 3 * H :]
        da_n = dh * (1.0 - u) * (1.0 - n**2)
        dm = da_n * r
        store(dq[t, :H], dm * m * (1.0 - r))
        store(dq[t, H : 2 * H], dh * (h[t] - n) * u * (1.0 - u))
        store(dq[t, 2 * H :], dm)
        store(dz[t, : 2 * H], dq[t, : 2 * H])
        store(dz[t, 2 * H :], da_n)
        add_scaled(grads.b_h, 1.0, dz[t])
        add_scaled(grads.b_hn, 1.0, dm)
        dh = dh * u + vecmat(dq[t], params.W_hh)
    add_outer(grads.W_hh, dq[1:], h[1:-1])  # h_0 = 0 adds nothing
    return dz, dhs


CELL = Cell(
    name="gru",
    title="GRU",
    gates=("r", "u", "n"),
    cache=("r", "u", "n", "m"),
    recurrent_bias=True,
    forward=forward,
    backward=backward,
    equations=(
        r"r_t = \sigma(W_{xr}\,x_t + W_{hr}\,h_{t-1} + b_r)",
        r"u_t = \sigma(W_{xu}\,x_t + W_{hu}\,h_{t-1} + b_u)",
        r"m_t = W_{hn}\,h_{t-1} + b_{hn}",
        r"n_t = \tanh(W_{xn}\,x_t + r_t \odot m_t + b_n)",
        r"h_t = (1 - u_t) \odot n_t + u_t \odot h_{t-1}",
    ),
    backward_equations=(
        r"da_n = dh_t \odot (1 - u_t) \odot (1 - n_t^2)",
        r"da_r = da_n \odot m_t \odot r_t \odot (1 - r_t)",
        r"da_u = dh_t \odot (h_{t-1} - n_t) \odot u_t \odot (1 - u_t)",
        r"dm_t = da_n \odot r_t",
        r"dh_{t-1} = u_t \odot dh_t + W_{hr}^\top\,da_r + W_{hu}^\top\,da_u + W_{hn}^\top\,dm_t",
    ),
)
