"""Softmax and cross-entropy, in one because together they are stable and their gradient is short; and the sigmoid."""

from __future__ import annotations

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.engine.kernel import compiled, tanh


@compiled
def sigmoid(a: Floats) -> Floats:
    """σ(a) = 1 / (1 + e^-a) of a vector (n,), as (1 + tanh(a/2)) / 2, in which nothing can overflow."""
    return 0.5 + 0.5 * tanh(0.5 * a)


@compiled
def softmax(logits: Floats) -> Floats:
    """Probabilities (C,) of logits (C,). The largest logit is taken off first, so that exp cannot overflow."""
    e = np.exp(logits - np.max(logits))
    return e / np.sum(e)  # type: ignore[no-any-return]


@compiled
def cross_entropy(logits: Floats, target: int) -> float:
    """L = -ln p_target in nats, computed from the logits (C,), so that a tiny probability is not rounded to ln 0."""
    largest = np.max(logits)
    return np.log(np.sum(np.exp(logits - largest))) + largest - logits[target]  # type: ignore[no-any-return]


@compiled
def cross_entropy_gradient(logits: Floats, target: int) -> Floats:
    """dL/dlogits (C,) = p - y, with y the one-hot target."""
    dlogits = softmax(logits)
    dlogits[target] -= 1.0
    return dlogits
