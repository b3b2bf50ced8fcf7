"""How a gradient becomes a step."""

from __future__ import annotations

from rnn_core.compiled import Floats, compiled


@compiled
def sgd(parameter: Floats, gradient: Floats, learning_rate: float) -> None:
    """Stochastic gradient descent, in place: θ -= η g. Uses the gradient up: it is left as the step, η g."""
    gradient *= learning_rate
    parameter -= gradient
