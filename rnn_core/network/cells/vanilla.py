"""Vanilla (Elman) cell.

    Forward, t = 1 … T

        a_t = W_xh x_t + W_hh h_{t-1} + b_h
        h_t = tanh(a_t)                                     h_0 = 0

    Backward, t = T … 1, where dX is dL/dX

        da_t = (1 - h_t²) ⊙ dh_t                            tanh'(a) = 1 - tanh(a)²
        dh_{t-1} = W_hhᵀ da_t                               the guide prints W_hh da_t, which is wrong
        dW_hh = Σ_t da_t h_{t-1}ᵀ        db_h = Σ_t da_t        dz_t = da_t

    T steps, H hidden units. z_t (H,) stands for W_xh x_t, whatever the input is (see inputs.py).

Source: Elman, "Finding structure in time" (1990); the guide's sections 6 and 7.
"""

from __future__ import annotations

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.engine.kernel import compiled
from rnn_core.engine.primitives import add_outer, add_scaled, affine, matvec, store, tanh, vecmat
from rnn_core.network.cells.cell import Cell, Direction


@compiled
def forward(params: Direction, z: Floats) -> tuple[Floats, Floats]:
    """Run every step: z (T, H) -> h (T+1, H); h[0] is h_0 = 0, h[t] the state after t words. The cache is h itself."""
    h = np.zeros((len(z) + 1, params.W_hh.shape[1]))
    for t in range(len(z)):
        a = affine(params.W_hh, h[t], z[t]) if t > 0 else z[t]  # h_0 = 0 adds nothing
        store(h[t + 1], tanh(a + params.b_h))
    return h, h


@compiled
def backward(
    params: Direction, grads: Direction, h: Floats, cache: Floats, dh: Floats, printed: bool
) -> tuple[Floats, Floats]:
    """Carry dh (H,) = dL/dh_T back through all steps: add to grads, return dz (T, H) and every dh_t (T, H).

    printed: go back by the guide's printed rule in place of the true one.
    """
    T, H = len(h) - 1, len(dh)
    dz, dhs = np.empty((T, H)), np.empty((T, H))
    for t in range(T - 1, -1, -1):
        da = (1.0 - h[t + 1] ** 2) * dh
        store(dhs[t], dh)
        store(dz[t], da)
        add_scaled(grads.b_h, 1.0, da)
        if t > 0:
            dh = (
                matvec(params.W_hh, da) if printed else vecmat(da, params.W_hh)
            )  # the one line the guide has wrong
    add_outer(grads.W_hh, dz[1:], h[1:-1])  # h_0 = 0 adds nothing
    return dz, dhs


CELL = Cell(
    name="vanilla",
    title="Vanilla RNN",
    gates=("h",),
    printed_rule=True,
    forward=forward,
    backward=backward,
    equations=(r"h_t = \tanh(W_{xh}\,x_t + W_{hh}\,h_{t-1} + b_h)",),
    backward_equations=(
        r"da_t = (1 - h_t^2) \odot dh_t",
        r"dh_{t-1} = W_{hh}^\top\,da_t",
    ),
)
