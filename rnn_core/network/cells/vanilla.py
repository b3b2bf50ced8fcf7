"""Vanilla (Elman) cell.

    a_t = W_xh x_t + W_hh h_{t-1} + b_h        h_t = tanh(a_t)        h_0 = 0

    T steps, H hidden units; z_t (H,) stands for W_xh x_t, whatever the input is (see inputs.py).

Source: Elman, "Finding structure in time" (1990); the guide's sections 6 and 7.
"""

from __future__ import annotations

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.engine.kernel import add_outer, compiled, matvec, vecmat
from rnn_core.network.parameters import Direction


@compiled
def forward(params: Direction, z: Floats) -> Floats:
    """Run every step: z (T, H) -> h (T+1, H); h[0] is h_0 = 0, h[t] the state after t words."""
    W_hh, b_h = params.W_hh, params.b_h
    h = np.zeros((len(z) + 1, len(b_h)))
    a = z + b_h
    for t in range(len(z)):
        h[t + 1] = np.tanh(a[t] + matvec(W_hh, h[t]) if t > 0 else a[t])  # h_0 = 0 adds nothing
    return h


@compiled
def backward(params: Direction, grads: Direction, h: Floats, dh: Floats, printed: bool) -> Floats:
    """Carry dh (H,) = dL/dh_T back through the steps of h (T+1, H): add to grads, return dz (T, H) = dL/d(W_xh x_t).

    printed: use the guide's printed rule, W_hh da, in place of the true one, W_hhᵀ da.
    """
    W_hh, db_h = params.W_hh, grads.b_h
    dz = 1.0 - h[1:] ** 2  # tanh'(a_t) = 1 - h_t²
    for t in range(len(dz) - 1, -1, -1):
        da = dz[t]  # in its place: z_t is added into a_t, so dL/dz_t = dL/da_t
        da *= dh
        db_h += da
        if t > 0:
            dh = matvec(W_hh, da) if printed else vecmat(da, W_hh)  # the one line the guide has wrong
    add_outer(grads.W_hh, dz[1:], h[1:-1])  # dL/dW_hh = Σ_t da_t h_{t-1}ᵀ
    return dz
