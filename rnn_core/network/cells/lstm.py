"""Long short-term memory, as PyTorch has it.

    i_t = σ(W_xi x_t + W_hi h_{t-1} + b_i)                      input gate
    f_t = σ(W_xf x_t + W_hf h_{t-1} + b_f)                      forget gate
    g_t = tanh(W_xg x_t + W_hg h_{t-1} + b_g)                   what might be written
    o_t = σ(W_xo x_t + W_ho h_{t-1} + b_o)                      output gate
    c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t                             c_0 = 0
    h_t = o_t ⊙ tanh(c_t)                                       h_0 = 0

    W_hh (4H, H) holds W_hi, W_hf, W_hg, W_ho one under another, b_h (4H,) likewise; z_t (4H,) stands for W_xh x_t.
    The cache (T, 5H) holds i, f, g, o, c of every step.

Source: Hochreiter and Schmidhuber (1997), with the forget gate of Gers et al. (2000), in the form of torch.nn.LSTM.
"""

from __future__ import annotations

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.engine.kernel import add_outer, compiled, matvec, vecmat
from rnn_core.network.losses import sigmoid
from rnn_core.network.parameters import Direction


@compiled
def forward(params: Direction, z: Floats) -> tuple[Floats, Floats]:
    """Run every step: z (T, 4H) -> h (T+1, H), h[t] the state after t words, and the cache (T, 5H)."""
    W_hh = params.W_hh
    H = W_hh.shape[1]
    h, cache = np.zeros((len(z) + 1, H)), np.empty((len(z), 5 * H))
    c = np.zeros(H)
    a = z + params.b_h
    for t in range(len(z)):
        s = a[t] + matvec(W_hh, h[t]) if t > 0 else a[t]
        cache[t, : 4 * H] = sigmoid(s)
        cache[t, 2 * H : 3 * H] = np.tanh(s[2 * H : 3 * H])
        i, f, g, o = cache[t, :H], cache[t, H : 2 * H], cache[t, 2 * H : 3 * H], cache[t, 3 * H : 4 * H]
        c = f * c + i * g
        h[t + 1] = o * np.tanh(c)
        cache[t, 4 * H :] = c
    return h, cache


@compiled
def backward(params: Direction, grads: Direction, h: Floats, cache: Floats, dh: Floats) -> Floats:
    """Carry dh (H,) = dL/dh_T back through all steps: add to grads, return dz (T, 4H), which is da too."""
    W_hh, db_h = params.W_hh, grads.b_h
    T, H = len(cache), len(dh)
    dz = np.empty((T, 4 * H))
    dc = np.zeros(H)
    for t in range(T - 1, -1, -1):
        i, f, g, o, c = cache[t, :H], cache[t, H : 2 * H], cache[t, 2 * H : 3 * H], cache[t, 3 * H : 4 * H], cache[t, 4 * H :]
        tanh_c = np.tanh(c)
        dc = dc + dh * o * (1.0 - tanh_c**2)
        dz[t, :H] = dc * g * i * (1.0 - i)
        dz[t, H : 2 * H] = dc * cache[t - 1, 4 * H :] * f * (1.0 - f) if t > 0 else np.zeros(H)  # c_0 = 0
        dz[t, 2 * H : 3 * H] = dc * i * (1.0 - g**2)
        dz[t, 3 * H :] = dh * tanh_c * o * (1.0 - o)
        db_h += dz[t]
        dc = dc * f
        dh = vecmat(dz[t], W_hh)
    add_outer(grads.W_hh, dz[1:], h[1:-1])  # h_0 = 0 adds nothing
    return dz
