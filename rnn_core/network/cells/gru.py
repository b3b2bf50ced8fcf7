"""Gated recurrent unit, as PyTorch has it.

    r_t = σ(W_xr x_t + W_hr h_{t-1} + b_r)                      reset gate
    u_t = σ(W_xu x_t + W_hu h_{t-1} + b_u)                      update gate (PyTorch's z_t)
    m_t = W_hn h_{t-1} + b_hn
    n_t = tanh(W_xn x_t + r_t ⊙ m_t + b_n)                      the new state proposed
    h_t = (1 - u_t) ⊙ n_t + u_t ⊙ h_{t-1}                       h_0 = 0

    W_hh (3H, H) holds W_hr, W_hu, W_hn one under another, b_h (3H,) b_r, b_u, b_n; z_t (3H,) stands for W_xh x_t.
    The cache (T, 4H) holds r, u, n, m of every step.

Source: Cho et al., "Learning phrase representations using RNN encoder-decoder" (2014), in the form of torch.nn.GRU.
"""

from __future__ import annotations

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.engine.kernel import add_outer, compiled, matvec, vecmat
from rnn_core.network.losses import sigmoid
from rnn_core.network.parameters import Direction


@compiled
def forward(params: Direction, z: Floats) -> tuple[Floats, Floats]:
    """Run every step: z (T, 3H) -> h (T+1, H), h[t] the state after t words, and the cache (T, 4H)."""
    W_hh, b_hn = params.W_hh, params.b_hn
    H = len(b_hn)
    h, cache = np.zeros((len(z) + 1, H)), np.empty((len(z), 4 * H))
    a = z + params.b_h
    for t in range(len(z)):
        q = matvec(W_hh, h[t])
        cache[t, : 2 * H] = sigmoid(a[t, : 2 * H] + q[: 2 * H])
        r, u, m = cache[t, :H], cache[t, H : 2 * H], q[2 * H :] + b_hn
        n = np.tanh(a[t, 2 * H :] + r * m)
        h[t + 1] = (1.0 - u) * n + u * h[t]
        cache[t, 2 * H : 3 * H], cache[t, 3 * H :] = n, m
    return h, cache


@compiled
def backward(params: Direction, grads: Direction, h: Floats, cache: Floats, dh: Floats) -> Floats:
    """Carry dh (H,) = dL/dh_T back through all steps: add to grads, return dz (T, 3H)."""
    W_hh, db_h, db_hn = params.W_hh, grads.b_h, grads.b_hn
    T, H = len(cache), len(dh)
    dz, dq = np.empty((T, 3 * H)), np.empty((T, 3 * H))  # q_t = W_hh h_{t-1}
    for t in range(T - 1, -1, -1):
        r, u, n, m = cache[t, :H], cache[t, H : 2 * H], cache[t, 2 * H : 3 * H], cache[t, 3 * H :]
        da_n = dh * (1.0 - u) * (1.0 - n**2)
        dm = da_n * r
        dq[t, :H] = da_n * m * r * (1.0 - r)
        dq[t, H : 2 * H] = dh * (h[t] - n) * u * (1.0 - u)
        dq[t, 2 * H :] = dm
        dz[t] = dq[t]
        dz[t, 2 * H :] = da_n
        db_h += dz[t]
        db_hn += dm
        dh = dh * u + vecmat(dq[t], W_hh)
    add_outer(grads.W_hh, dq[1:], h[1:-1])  # h_0 = 0 adds nothing
    return dz
