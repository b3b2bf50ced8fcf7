"""The network: input, cell and output layer in a row, and the way back.

    z_t = W_xh x_t        h_t = cell(z_t, h_{t-1})        y = W_hy h_T + b_y        p = softmax(y)

Many words in, one verdict out: only the last hidden state reaches the output layer.
"""

from __future__ import annotations

from rnn_core import inputs
from rnn_core.cells import vanilla
from rnn_core.compiled import Floats, Ints, add_outer, compiled, matvec, vecmat
from rnn_core.losses import cross_entropy, cross_entropy_gradient
from rnn_core.parameters import Parameters


@compiled
def hidden_states(params: Parameters, words: Ints) -> Floats:
    """Word ids (T,) -> h (T+1, H), h[t] the state after t words."""
    return vanilla.forward(params, inputs.forward(params, words))


@compiled
def output(params: Parameters, h: Floats) -> Floats:
    """A hidden state (H,) -> logits (C,)."""
    return matvec(params.W_hy, h) + params.b_y


@compiled
def loss(params: Parameters, words: Ints, target: int) -> float:
    """Cross-entropy in nats of one sentence, word ids (T,) and class id."""
    return cross_entropy(output(params, hidden_states(params, words)[-1]), target)


@compiled
def backward(params: Parameters, grads: Parameters, words: Ints, h: Floats, dlogits: Floats, printed: bool) -> Floats:
    """Carry dlogits (C,) back through output layer, cell and input: add to grads, return dz (T, H)."""
    add_outer(grads.W_hy, dlogits.reshape(1, -1), h[-1:])  # dL/dW_hy = dy h_Tᵀ
    grads.b_y[:] += dlogits
    dz = vanilla.backward(params, grads, h, vecmat(dlogits, params.W_hy), printed)
    inputs.backward(grads, words, dz)
    return dz


@compiled
def add_gradients(params: Parameters, grads: Parameters, words: Ints, target: int, printed: bool) -> Floats:
    """Forward and back for one sentence: add every gradient of its loss to grads, return dz (T, H)."""
    h = hidden_states(params, words)
    dlogits = cross_entropy_gradient(output(params, h[-1]), target)
    return backward(params, grads, words, h, dlogits, printed)
