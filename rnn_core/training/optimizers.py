"""How a gradient becomes a step. Each works in place.

Of the input's table (see parameters.py) only the rows of the words that an update read are stepped. Plain gradient descent
would leave the others where they are anyway. Momentum and Adam would move them on by what they remember; here, as in
PyTorch's SparseAdam, a row's memory rests until its word is read again, so that a step costs the same for any vocabulary.
"""

from __future__ import annotations

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.engine.kernel import compiled
from rnn_core.engine.primitives import add_scaled

SGD, MOMENTUM, ADAM = 0, 1, 2
"""The optimizers as numbers, for compiled code; KINDS names them as the settings do."""
KINDS = {"sgd": SGD, "momentum": MOMENTUM, "adam": ADAM}
MEMORIES = {"sgd": 0, "momentum": 1, "adam": 2}
"""Numbers that each remembers of a parameter's element."""

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


@compiled
def sgd(parameter: Floats, gradient: Floats, learning_rate: float) -> None:
    """Stochastic gradient descent: θ -= η g."""
    add_scaled(parameter, -learning_rate, gradient)


def plain_momentum_sgd(parameter: Floats, gradient: Floats, m: Floats, learning_rate: float, momentum: float) -> None:
    """Momentum (Polyak 1964, as torch.optim.SGD has it): m = μ m + g, θ -= η m."""
    m *= momentum
    m += gradient
    parameter -= learning_rate * m


@compiled(plain=plain_momentum_sgd)
def momentum_sgd(parameter: Floats, gradient: Floats, m: Floats, learning_rate: float, momentum: float) -> None:
    """Momentum (Polyak 1964, as torch.optim.SGD has it): m = μ m + g, θ -= η m."""
    for i in range(len(m)):
        m[i] = momentum * m[i] + gradient[i]
        parameter[i] -= learning_rate * m[i]


def plain_adam(parameter: Floats, gradient: Floats, m: Floats, v: Floats, step: float, learning_rate: float) -> None:
    """Adam (Kingma and Ba 2015) at its update number `step`, from 1: θ -= η m̂ / (√v̂ + ε), with running means m of g, v of g²."""
    m *= BETA1
    m += (1.0 - BETA1) * gradient
    v *= BETA2
    v += (1.0 - BETA2) * gradient**2
    scale = learning_rate / (1.0 - BETA1**step)
    parameter -= scale * m / (np.sqrt(v / (1.0 - BETA2**step)) + EPSILON)


@compiled(plain=plain_adam)
def adam(parameter: Floats, gradient: Floats, m: Floats, v: Floats, step: float, learning_rate: float) -> None:
    """Adam (Kingma and Ba 2015) at its update number `step`, from 1: θ -= η m̂ / (√v̂ + ε), with running means m of g, v of g²."""
    scale, share = learning_rate / (1.0 - BETA1**step), 1.0 - BETA2**step
    for i in range(len(m)):
        m[i] = BETA1 * m[i] + (1.0 - BETA1) * gradient[i]
        v[i] = BETA2 * v[i] + (1.0 - BETA2) * gradient[i] * gradient[i]
        parameter[i] -= scale * m[i] / (np.sqrt(v[i] / share) + EPSILON)
