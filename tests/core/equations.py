"""The cells' equations once more, gate by gate on any input vectors, from a model's matrices and sharing no code with the core."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rnn_core import Model

Floats = npt.NDArray[np.float64]


class Way(NamedTuple):
    """One direction through the inputs."""

    states: list[Floats]
    """h_0 … h_T"""
    gates: list[dict[str, Floats]]
    """of each step"""
    from_input: list[Floats]
    """W_xh x_t"""
    from_state: list[Floats]
    """W_hh h_{t-1}"""


def vectors(model: Model, words: Sequence[str]) -> Floats:
    """The input vectors (T, V or D) of words."""
    known = list(model.vocabulary)
    if model.config.embedding_size:
        return np.array([model.parameters["E"][known.index(word)] for word in words])
    return np.array([[float(word == other) for other in known] for word in words])


def sigmoid(a: Floats) -> Floats:
    return 1 / (1 + np.exp(-a))


def go(model: Model, xs: Floats, suffix: str = "") -> Way:
    """Read input vectors in this order with one direction's matrices."""
    W_xh, W_hh, b_h = (model.parameters[name + suffix] for name in ("W_xh", "W_hh", "b_h"))
    H, cell = model.config.hidden_size, model.config.cell
    h, c = np.zeros(H), np.zeros(H)
    way = Way([h], [], [], [])
    for x in xs:
        z, q = W_xh @ x, W_hh @ h
        if cell == "vanilla":
            gates = {}
            h = np.tanh(z + q + b_h)
        elif cell == "gru":
            (z_r, z_u, z_n), (q_r, q_u, q_n), (b_r, b_u, b_n) = (np.split(v, 3) for v in (z, q, b_h))
            r, u = sigmoid(z_r + q_r + b_r), sigmoid(z_u + q_u + b_u)
            m = q_n + model.parameters[f"b_hn{suffix}"]
            n = np.tanh(z_n + r * m + b_n)
            gates = {"r": r, "u": u, "n": n, "m": m}
            h = (1 - u) * n + u * h
        else:
            a_i, a_f, a_g, a_o = np.split(z + q + b_h, 4)
            i, f, g, o = sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)
            c = f * c + i * g
            gates = {"i": i, "f": f, "g": g, "o": o, "c": c}
            h = o * np.tanh(c)
        way.states.append(h)
        way.gates.append(gates)
        way.from_input.append(z)
        way.from_state.append(q)
    return way


def probabilities(model: Model, xs: Floats) -> Floats:
    """What the network says of input vectors (T, V or D)."""
    last = go(model, xs).states[-1]
    if model.config.bidirectional:
        last = np.concatenate([last, go(model, xs[::-1], "_reverse").states[-1]])
    y = model.parameters["W_hy"] @ last + model.parameters["b_y"]
    e = np.exp(y - y.max())
    p: Floats = e / e.sum()
    return p


def log_odds(model: Model, xs: Floats, label: str) -> float:
    """ln p/(1 - p) of a label."""
    p = probabilities(model, xs)
    k = model.labels.index(label)
    return math.log(p[k]) - math.log(np.delete(p, k).sum())
