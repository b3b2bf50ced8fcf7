"""How a gradient becomes a step."""

from __future__ import annotations

from rnn_core.compiled import Floats, compiled


@compiled
def sgd(parameter: Floats, gradient: Floats, learning_rate: float) -> None:
    """Stochastic gradient descent, in place: θ -= η g."""
    parameter -= learning_rate * gradient
