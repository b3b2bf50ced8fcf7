"""What a cell is: the parameters of one direction of reading, and the description that everything else reads."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from rnn_core.arrays import Floats
from rnn_core.engine.kernel import compiled


class Direction(NamedTuple):
    """The parameters of one direction of reading. G gates, H hidden units; what a network does without is empty."""

    W_xh: Floats
    """One-hot: (V, G·H), stored a row a word, the transpose of the equations' W_xh, so that W_xh x_t is a row.
    With an embedding: (G·H, D)"""
    W_hh: Floats
    """(G·H, H)"""
    b_h: Floats
    """(G·H,)"""
    b_hn: Floats
    """(H,): the recurrent bias of the GRU alone"""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Everything that the rest of the package and a page need to know about a cell."""

    name: str
    """As the settings have it."""
    title: str
    gates: tuple[str, ...]
    """The blocks of H rows in W_xh, W_hh and b_h, from top to bottom: the letter each has in the equations."""
    cache: tuple[str, ...] = ()
    """The columns of the cache, H numbers each: their letters in the equations."""
    carried: tuple[str, ...] = ("h",)
    """What passes from step to step, H numbers each: the columns of what backward returns as dcarried."""
    recurrent_bias: bool = False
    """Whether W_hn h has a bias b_hn of its own."""
    forget_gate: str | None = None
    """The gate whose bias starts at the setting forget_bias."""
    printed_rule: bool = False
    """Whether the guide prints a backward rule for it."""
    forward: Callable[[Direction, Floats], tuple[Floats, Floats]]
    """(parameters, z (T, G·H)) -> h (T+1, H) with h[0] = 0, and the cache (T, …): what backward needs beside the states."""
    backward: Callable[..., tuple[Floats, Floats]]
    """(parameters, gradients, h, cache, dh (H,) = dL/dh_T) -> dz (T, G·H) and dcarried (T, …); adds to the gradients.
    With a printed rule it takes one more: whether to go back by that."""
    equations: tuple[str, ...]
    """Of the way forward, in LaTeX."""
    backward_equations: tuple[str, ...]
    """Of the way back, in LaTeX, in the order in which they are computed at a step."""

    @functools.cached_property
    def back(self) -> Callable[..., tuple[Floats, Floats]]:
        """The backward pass with one more argument: whether to go back by the printed rule. A cell without one ignores it."""
        if self.printed_rule:
            return self.backward
        backward = self.backward
        return compiled(
            lambda params, grads, h, cache, dh, printed: backward(params, grads, h, cache, dh)
        )

    @property
    def gated(self) -> bool:
        """Whether there are several gates; without, tanh' and W_hh are the only factors of a step back."""
        return len(self.gates) > 1

    @property
    def blocks(self) -> tuple[str, ...]:
        """The square blocks of W_hh from top to bottom, as the equations name them."""
        return tuple(f"W_h{gate}" for gate in self.gates)
