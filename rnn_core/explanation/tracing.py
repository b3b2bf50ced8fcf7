"""Every number of every step, under the names in the equations of the cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rnn_core.arrays import Floats, Ints
from rnn_core.explanation.reading import Reading
from rnn_core.network import inputs
from rnn_core.network.cells import CELLS
from rnn_core.network.cells.cell import Direction
from rnn_core.network.model import Model
from rnn_core.network.parameters import Parameters


@dataclass(frozen=True)
class Trace:
    """One direction reading a text. Row t of every array is step t, in the order of reading."""

    words: tuple[str, ...]
    """in the order of reading"""
    backwards: bool
    x: Floats
    """(T, V) one-hot vectors, or (T, D) embeddings of the words"""
    z: Floats
    """(T, G·H): W_xh x_t"""
    recurrent: Floats
    """(T, G·H): W_hh h_{t-1}"""
    bias: Floats
    """(G·H,): b_h"""
    bias_new: Floats
    """(H,): b_hn of a GRU, else empty"""
    gates: Mapping[str, Floats]
    """(T, H) each, by symbol in the equations; empty for a vanilla cell"""
    h: Floats
    """(T+1, H): row t is the state after t steps"""

    def step(self, place: int) -> int:
        """Return the step (from 0) at which the word at this place (from 0) is read."""
        return len(self.words) - 1 - place if self.backwards else place

    @property
    def by_place(self) -> Floats:
        """(T, H): the state after each word, in the order of the sentence."""
        return self.h[:0:-1] if self.backwards else self.h[1:]


def trace(model: Model, reading: Reading) -> tuple[Trace, ...]:
    """Return the trace of each direction of a reading."""
    params, ids, states = model.arrays(), reading.tokens.ids, reading.states
    forward = _trace(model, params, params.forward, ids, states.h, states.cache, backwards=False)
    if not model.config.bidirectional:
        return (forward,)
    backwards = ids[::-1].copy()
    return forward, _trace(model, params, params.reverse, backwards, states.h_reverse, states.cache_reverse, backwards=True)


def _trace(
    model: Model, params: Parameters, direction: Direction, ids: Ints, h: Floats, cache: Floats, *, backwards: bool
) -> Trace:
    symbols = CELLS[model.config.cell].cache
    return Trace(
        words=tuple(model.vocabulary.words[i] for i in ids),
        backwards=backwards,
        x=params.E[ids] if len(params.E) else model.vocabulary.one_hot(ids),
        z=inputs.forward(params.E, direction.W_xh, ids),
        recurrent=h[:-1] @ direction.W_hh.T,
        bias=direction.b_h,
        bias_new=direction.b_hn,
        gates=dict(zip(symbols, np.split(cache, len(symbols), axis=1), strict=True)) if symbols else {},
        h=h,
    )
