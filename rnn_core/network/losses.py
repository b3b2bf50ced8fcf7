"""Softmax and cross-entropy, combined because that is numerically stable and has a simple gradient; and the sigmoid."""

from __future__ import annotations

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.engine.kernel import compiled
from rnn_core.engine.primitives import tanh, total


@compiled
def sigmoid(a: Floats) -> Floats:
    """σ(a) = 1 / (1 + e^-a) of a vector (n,), as (1 + tanh(a/2)) / 2, which cannot overflow."""
    return 0.5 + 0.5 * tanh(0.5 * a)


@compiled
def softmax(logits: Floats) -> Floats:
    """Return probabilities (C,) of logits (C,). The largest logit is subtracted first, so that exp cannot overflow."""
    e = np.exp(logits - logits[np.argmax(logits)])
    return e / total(e)  # type: ignore[no-any-return]


@compiled
def cross_entropy(logits: Floats, target: int) -> float:
    """Return L = -ln p_target in nats. It is computed from the logits (C,), so that a tiny probability does not become ln 0."""
    largest = logits[np.argmax(logits)]
    return np.log(total(np.exp(logits - largest))) + largest - logits[target]  # type: ignore[no-any-return]


@compiled
def cross_entropy_gradient(logits: Floats, target: int) -> Floats:
    """Return dL/dlogits (C,) = p - y, where y is the one-hot target."""
    dlogits = softmax(logits)
    dlogits[target] -= 1.0
    return dlogits
