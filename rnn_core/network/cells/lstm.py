"""Long short-term memory, as PyTorch has it.

    Forward, t = 1 … T

        i_t = σ(W_xi x_t + W_hi h_{t-1} + b_i)              input gate
        f_t = σ(W_xf x_t + W_hf h_{t-1} + b_f)              forget gate
        g_t = tanh(W_xg x_t + W_hg h_{t-1} + b_g)           what might be written
        o_t = σ(W_xo x_t + W_ho h_{t-1} + b_o)              output gate
        c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t                     c_0 = 0
        h_t = o_t ⊙ tanh(c_t)                               h_0 = 0

    Backward, t = T … 1, where dX is dL/dX and a the argument of σ or tanh

        dc_t = f_{t+1} ⊙ dc_{t+1} + dh_t ⊙ o_t ⊙ (1 - tanh(c_t)²)       tanh'(a) = 1 - tanh(a)²
        da_i = dc_t ⊙ g_t ⊙ i_t ⊙ (1 - i_t)                             σ'(a) = σ(a) (1 - σ(a))
        da_f = dc_t ⊙ c_{t-1} ⊙ f_t ⊙ (1 - f_t)
        da_g = dc_t ⊙ i_t ⊙ (1 - g_t²)
        da_o = dh_t ⊙ tanh(c_t) ⊙ o_t ⊙ (1 - o_t)
        dh_{t-1} = W_hhᵀ da_t                                           da_t = da_i, da_f, da_g, da_o
        dW_hh = Σ_t da_t h_{t-1}ᵀ        db_h = Σ_t da_t        dz_t = da_t

    W_hh (4H, H) holds W_hi, W_hf, W_hg, W_ho one under another, b_h (4H,) likewise; z_t (4H,) stands
    for W_xh x_t. The cache (T, 5H) holds i, f, g, o, c of every step.

Source: Hochreiter and Schmidhuber (1997), with the forget gate of Gers et al. (2000), in the form
of torch.nn.LSTM.
"""

from __future__ import annotations

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.engine.kernel import compiled
from rnn_core.engine.primitives import add_outer, add_scaled, affine, store, tanh, vecmat
from rnn_core.network.cells.cell import Cell, Direction
from rnn_core.network.losses import sigmoid


@compiled
def forward(params: Direction, z: Floats) -> tuple[Floats, Floats]:
    """Run every step: z (T, 4H) -> h (T+1, H), h[t] the state after t words, and the cache."""
    T, H = len(z), params.W_hh.shape[1]
    h, cache = np.zeros((T + 1, H)), np.empty((T, 5 * H))
    c = np.zeros(H)
    a = z + params.b_h
    for t in range(T):
        s = affine(params.W_hh, h[t], a[t]) if t > 0 else a[t]
        gates, g = sigmoid(s), tanh(s[2 * H : 3 * H])
        i, f, o = gates[:H], gates[H : 2 * H], gates[3 * H :]
        c = f * c + i * g
        store(h[t + 1], o * tanh(c))
        store(cache[t, : 4 * H], gates)
        store(cache[t, 2 * H : 3 * H], g)
        store(cache[t, 4 * H :], c)
    return h, cache


@compiled
def backward(
    params: Direction, grads: Direction, h: Floats, cache: Floats, dh: Floats
) -> tuple[Floats, Floats]:
    """Carry dh (H,) = dL/dh_T back: add to grads, return dz (T, 4H) and every dh_t, dc_t (T, 2H)."""
    T, H = len(cache), len(dh)
    dz, carried = np.empty((T, 4 * H)), np.empty((T, 2 * H))
    dc, c_0 = np.zeros(H), np.zeros(H)
    for t in range(T - 1, -1, -1):
        i, f, g, o = (
            cache[t, :H],
            cache[t, H : 2 * H],
            cache[t, 2 * H : 3 * H],
            cache[t, 3 * H : 4 * H],
        )
        c_before = cache[t - 1, 4 * H :] if t > 0 else c_0
        tanh_c = tanh(cache[t, 4 * H :])
        dc = dc + dh * o * (1.0 - tanh_c**2)
        store(carried[t, :H], dh)
        store(carried[t, H:], dc)
        store(dz[t, :H], dc * g * i * (1.0 - i))
        store(dz[t, H : 2 * H], dc * c_before * f * (1.0 - f))
        store(dz[t, 2 * H : 3 * H], dc * i * (1.0 - g**2))
        store(dz[t, 3 * H :], dh * tanh_c * o * (1.0 - o))
        add_scaled(grads.b_h, 1.0, dz[t])
        dc = dc * f
        dh = vecmat(dz[t], params.W_hh)
    add_outer(grads.W_hh, dz[1:], h[1:-1])  # h_0 = 0 adds nothing
    return dz, carried


CELL = Cell(
    name="lstm",
    title="LSTM",
    gates=("i", "f", "g", "o"),
    cache=("i", "f", "g", "o", "c"),
    carried=("h", "c"),
    forget_gate="f",
    forward=forward,
    backward=backward,
    equations=(
        r"i_t = \sigma(W_{xi}\,x_t + W_{hi}\,h_{t-1} + b_i)",
        r"f_t = \sigma(W_{xf}\,x_t + W_{hf}\,h_{t-1} + b_f)",
        r"g_t = \tanh(W_{xg}\,x_t + W_{hg}\,h_{t-1} + b_g)",
        r"o_t = \sigma(W_{xo}\,x_t + W_{ho}\,h_{t-1} + b_o)",
        r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
        r"h_t = o_t \odot \tanh(c_t)",
    ),
    backward_equations=(
        r"dc_t = f_{t+1} \odot dc_{t+1} + dh_t \odot o_t \odot (1 - \tanh(c_t)^2)",
        r"da_i = dc_t \odot g_t \odot i_t \odot (1 - i_t)",
        r"da_f = dc_t \odot c_{t-1} \odot f_t \odot (1 - f_t)",
        r"da_g = dc_t \odot i_t \odot (1 - g_t^2)",
        r"da_o = dh_t \odot \tanh(c_t) \odot o_t \odot (1 - o_t)",
        r"dh_{t-1} = W_{hi}^\top\,da_i + W_{hf}^\top\,da_f + W_{hg}^\top\,da_g + W_{ho}^\top\,da_o",
    ),
)
