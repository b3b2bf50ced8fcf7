"""Forward and backward pass of the whole network: input, cell and output layer.

    z_t = W_xh x_t        h_t = cell(z_t, h_{t-1})        y = W_hy h_T + b_y        p = softmax(y)

Many words in, one prediction out: only the last hidden state reaches the output layer. A bidirectional network reads the
sentence a second time, backwards, with its own parameters; the output layer then takes both last states, concatenated.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats, Ints
from rnn_core.engine.kernel import compiled
from rnn_core.engine.primitives import add_outer, add_scaled, affine, joined, vecmat
from rnn_core.network import inputs
from rnn_core.network.cells.cell import Cell
from rnn_core.network.losses import cross_entropy, cross_entropy_gradient
from rnn_core.network.parameters import Parameters


class States(NamedTuple):
    """The states of a network while it reads T words."""

    h: Floats
    """(T+1, H): row t is the state after t words"""
    cache: Floats
    """gates and other intermediate values, as described in the file of the cell"""
    h_reverse: Floats
    """(T+1, H): row t is the state after the last t words, read backwards; (1, 0) if the network is not bidirectional"""
    cache_reverse: Floats


class StateGradients(NamedTuple):
    """What the way back leaves at every step, beside the gradients of the parameters. A second direction has its last word first."""

    dz: Floats
    """(T, G·H): dL/d(W_xh x_t)"""
    dcarried: Floats
    """(T, H): dL/dh_t; (T, 2H) for an LSTM: dL/dh_t, dL/dc_t"""
    dz_reverse: Floats
    """empty for a network that reads one way, as is"""
    dcarried_reverse: Floats


@compiled
def send(params: Parameters, ids: Ints) -> tuple[Floats, Floats]:
    """Word ids (T,) -> what the words send into the cell, z (T, G·H) of both directions.

    The second is in the order in which that direction reads, last word first; empty for a network that reads one way.
    """
    z = inputs.forward(params.E, params.forward.W_xh, ids)
    if len(params.reverse.W_hh) == 0:
        return z, params.reverse.W_hh
    return z, inputs.forward(params.E, params.reverse.W_xh, ids[::-1].copy())


@compiled
def run(cell: Cell, params: Parameters, z: Floats, z_reverse: Floats) -> States:
    """Run the network from z of both directions (see send) -> all states."""
    h, cache = cell.forward(params.forward, z)
    if len(params.reverse.W_hh) == 0:
        return States(h, cache, np.empty((1, 0)), params.reverse.W_hh)
    h_reverse, cache_reverse = cell.forward(params.reverse, z_reverse)
    return States(h, cache, h_reverse, cache_reverse)


@compiled
def output(params: Parameters, h: Floats, h_reverse: Floats) -> Floats:
    """The last states (H,) of both directions (the second (0,) without one) -> logits (C,)."""
    if len(h_reverse) == 0:
        return affine(params.W_hy, h, params.b_y)
    return affine(params.W_hy, joined(h, h_reverse), params.b_y)


@compiled
def backward(
    cell: Cell, params: Parameters, grads: Parameters, ids: Ints, states: States, dlogits: Floats, printed: bool
) -> StateGradients:
    """Carry dlogits (C,) back through output layer, cell and input: add to grads, return what each step was told."""
    H = states.h.shape[1]
    add_scaled(grads.b_y, 1.0, dlogits)
    dlast = vecmat(dlogits, params.W_hy)
    one_way = len(params.reverse.W_hh) == 0
    last = states.h[-1] if one_way else joined(states.h[-1], states.h_reverse[-1])
    add_outer(grads.W_hy, dlogits.reshape(1, -1), last.reshape(1, -1))  # dL/dW_hy = dy h_Tᵀ

    dz, dcarried = cell.back(params.forward, grads.forward, states.h, states.cache, dlast[:H], printed)
    inputs.backward(params.E, params.forward.W_xh, grads.E, grads.forward.W_xh, ids, dz)
    if one_way:
        return StateGradients(dz, dcarried, params.reverse.W_hh, params.reverse.W_hh)
    backwards = ids[::-1].copy()
    dz_reverse, dcarried_reverse = cell.back(
        params.reverse, grads.reverse, states.h_reverse, states.cache_reverse, dlast[H:], printed
    )
    inputs.backward(params.E, params.reverse.W_xh, grads.E, grads.reverse.W_xh, backwards, dz_reverse)
    return StateGradients(dz, dcarried, dz_reverse, dcarried_reverse)


@compiled
def logits(cell: Cell, params: Parameters, ids: Ints) -> Floats:
    """Word ids (T,) -> logits (C,)."""
    z, z_reverse = send(params, ids)
    states = run(cell, params, z, z_reverse)
    return output(params, states.h[-1], states.h_reverse[-1])


# These functions call compiled code from Python. If they were compiled too, everything they call would be compiled again.


def forward(cell: Cell, params: Parameters, ids: Ints) -> States:
    """Word ids (T,) -> all states."""
    z, z_reverse = send(params, ids)
    return run(cell, params, z, z_reverse)


def loss(cell: Cell, params: Parameters, ids: Ints, target: int) -> float:
    """Cross-entropy in nats of one sentence, word ids (T,) and class id."""
    return cross_entropy(logits(cell, params, ids), target)


def add_gradients(cell: Cell, params: Parameters, grads: Parameters, ids: Ints, target: int, printed: bool) -> StateGradients:
    """Forward and back for one sentence: add every gradient of its loss to grads, return what each step was told."""
    states = forward(cell, params, ids)
    dlogits = cross_entropy_gradient(output(params, states.h[-1], states.h_reverse[-1]), target)
    return backward(cell, params, grads, ids, states, dlogits, printed)
