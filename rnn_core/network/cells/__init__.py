"""One file a cell: its equations, forward, backward, nothing else. Here: which of them runs.

A cell takes z (T, G·H) = W_xh x_t and gives back dz, so it serves any input. What backward needs of the way forward beside
the hidden states, such as the gates, is the cell's cache.
"""

from __future__ import annotations

from rnn_core.arrays import Floats
from rnn_core.engine.kernel import compiled
from rnn_core.network.cells import gru, lstm, vanilla
from rnn_core.network.parameters import Direction

VANILLA, GRU, LSTM = 0, 1, 2
"""The cells as numbers, for compiled code; KINDS names them as the settings do."""
KINDS = {"vanilla": VANILLA, "gru": GRU, "lstm": LSTM}


@compiled
def forward(cell: int, params: Direction, z: Floats) -> tuple[Floats, Floats]:
    """Run every step: z (T, G·H) -> h (T+1, H) with h[0] = 0, and the cell's cache."""
    if cell == GRU:
        return gru.forward(params, z)
    if cell == LSTM:
        return lstm.forward(params, z)
    h = vanilla.forward(params, z)
    return h, h  # the way back needs no more than the states


@compiled
def backward(cell: int, params: Direction, grads: Direction, h: Floats, cache: Floats, dh: Floats, printed: bool) -> Floats:
    """Carry dh (H,) = dL/dh_T back through all steps: add to grads, return dz (T, G·H)."""
    if cell == GRU:
        return gru.backward(params, grads, h, cache, dh)
    if cell == LSTM:
        return lstm.backward(params, grads, h, cache, dh)
    return vanilla.backward(params, grads, h, dh, printed)
