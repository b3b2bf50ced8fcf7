"""Which words decided: four answers, which can disagree because they ask different things.

What is explained is the log-odds of one label, f = y_label - ln Σ exp(y of the others): with two labels the difference of the
logits. Unlike the probability it goes on telling more from less where the network is sure. An input x_t is a one-hot vector or
a row of E, whatever the training rule was: gradients here are always the true ones.

    gradient × input        x_t · df/dx_t = z_t · df/dz_t       the first-order effect of the word on f
    gradient norm           ‖df/dx_t‖                           how much f would follow any other input at that place
    integrated gradients    ∫ x_t · df/dx_t(α x) dα, α = 0 … 1  from a sentence of zero vectors, no word anywhere, to this one
    leave-one-out           p(sentence) - p(without the word)   by reading the shorter sentence

Source: Sundararajan et al., "Axiomatic attribution for deep networks" (2017), for integrated gradients, whose sum is
f(sentence) - f(baseline).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats, Ints
from rnn_core.explanation.reading import Reading
from rnn_core.network import passes
from rnn_core.network.losses import softmax
from rnn_core.network.model import Model

TOLERANCE = 1e-5
"""Of integrated gradients: by how much their sum may miss the difference that it should be, where enough points are allowed."""
MOST_POINTS = 1024
"""Places on the way from the baseline at which the gradient is asked for, at most."""

_FIRST_PIECES = 4
_NODES, _WEIGHTS = (values / 2 for values in np.polynomial.legendre.leggauss(8))  # on -1/2 … 1/2


@dataclass(frozen=True)
class Saliency:
    """What each word of a reading did for one label. Arrays are (T,); above zero is for the label, but for the norm."""

    words: tuple[str, ...]
    label: str
    log_odds: float
    """f of the sentence"""
    baseline_log_odds: float
    """f of as many zero vectors"""
    gradient_times_input: Floats
    gradient_norm: Floats
    integrated_gradients: Floats
    points: int
    """places on the way at which the gradient was asked for"""
    probability: float
    """of the label"""
    without: Floats
    """the label's probability once the word is deleted; not a number for a sentence's only word"""

    @property
    def leave_one_out(self) -> Floats:
        """What the probability would lose without the word."""
        return self.probability - self.without

    @property
    def completeness_error(self) -> float:
        """By how much the integrated gradients miss what they must add up to."""
        return float(abs(np.sum(self.integrated_gradients) - (self.log_odds - self.baseline_log_odds)))


def explain(model: Model, reading: Reading, label: str) -> Saliency:
    """What each word did for a label. Raises ValueError for a label that the model does not have."""
    ids, target = reading.tokens.ids, model.labels.index(label)
    explained = _Explained(model, ids, target)
    log_odds, dz = explained.at(1.0)
    integrated, points = explained.integrated()
    return Saliency(
        words=reading.words,
        label=label,
        log_odds=log_odds,
        baseline_log_odds=explained.at(0.0)[0],
        gradient_times_input=explained.by_word(dz),
        gradient_norm=explained.norms(dz),
        integrated_gradients=integrated,
        points=points,
        probability=float(reading.probabilities[-1, target]),
        without=_without(model, ids, target),
    )


def _without(model: Model, ids: Ints, target: int) -> Floats:
    """The probability of a class once each word is deleted (T,)."""
    if len(ids) == 1:
        return np.full(1, np.nan)
    params = model.arrays()
    return np.array([softmax(passes.logits(model.cell, params, np.delete(ids, t)))[target] for t in range(len(ids))])


class _Piece(NamedTuple):
    """Part of the way from the baseline; the worst is the smallest, as heapq has it."""

    minus_error: float
    start: float
    end: float
    values: tuple[float, float]
    """f at both ends"""
    integral: Floats
    """(T,)"""


class _Explained:
    """The log-odds of one class as a function of the inputs, all scaled by one share of what they are."""

    def __init__(self, model: Model, ids: Ints, target: int) -> None:
        self._cell, self._params, self._ids, self._target = model.cell, model.arrays(), ids, target
        self._scratch = model.layout.views(np.zeros(model.layout.size))  # the way back adds up gradients that nobody asks for
        self._both = passes.send(self._params, ids)
        self._directions = (self._params.forward, self._params.reverse)[: 1 + model.config.bidirectional]
        self._z = self._both[: len(self._directions)]

    def at(self, share: float) -> tuple[float, list[Floats]]:
        """The log-odds for the inputs times share, and df/dz (T, G·H) of each direction, in its order of reading."""
        params = self._params
        z, z_reverse = self._both
        states = passes.run(self._cell, params, share * z, share * z_reverse)
        logits = passes.output(params, states.h[-1], states.h_reverse[-1])
        others = logits.copy()
        others[self._target] = -np.inf
        largest = np.max(others)
        value = float(logits[self._target] - largest - np.log(np.sum(np.exp(others - largest))))
        dlogits = -softmax(others)
        dlogits[self._target] = 1.0
        told = passes.backward(self._cell, params, self._scratch, self._ids, states, dlogits, False)
        return value, [told.dz, told.dz_reverse][: len(self._directions)]

    def by_word(self, dz: list[Floats]) -> Floats:
        """Σ z_t df/dz_t (T,) over the directions, in the order of the sentence: x_t · df/dx_t."""
        parts = [np.sum(z * slope, axis=1) for z, slope in zip(self._z, dz, strict=True)]
        return _in_order(parts)

    def norms(self, dz: list[Floats]) -> Floats:
        """‖df/dx_t‖ (T,): df/dx_t = W_xhᵀ df/dz_t, added up over the directions."""
        one_hot = len(self._params.E) == 0
        slopes = [part @ (way.W_xh.T if one_hot else way.W_xh) for part, way in zip(dz, self._directions, strict=True)]
        norms: Floats = np.linalg.norm(_in_order(slopes), axis=1)
        return norms

    def integrated(self) -> tuple[Floats, int]:
        """∫ x_t df/dx_t(α x) dα (T,), and at how many places it was asked for.

        Gauss and Legendre's rule, piece by piece; over each piece the integrals must add up to the difference of f, so the
        piece that misses it most is halved until all together are near enough.
        """
        edges = np.linspace(0.0, 1.0, _FIRST_PIECES + 1)
        values = [self.at(edge)[0] for edge in edges]
        pieces = [self._piece(edges[k], edges[k + 1], (values[k], values[k + 1])) for k in range(_FIRST_PIECES)]
        heapq.heapify(pieces)
        points = len(_NODES) * _FIRST_PIECES
        while -sum(piece.minus_error for piece in pieces) > TOLERANCE and points + 2 * len(_NODES) <= MOST_POINTS:
            _, start, end, (first, last), _ = heapq.heappop(pieces)
            middle = (start + end) / 2
            value = self.at(middle)[0]
            heapq.heappush(pieces, self._piece(start, middle, (first, value)))
            heapq.heappush(pieces, self._piece(middle, end, (value, last)))
            points += 2 * len(_NODES)
        whole: Floats = np.sum([piece.integral for piece in sorted(pieces, key=lambda piece: piece.start)], axis=0)
        return whole, points

    def _piece(self, start: float, end: float, values: tuple[float, float]) -> _Piece:
        middle, length = (start + end) / 2, end - start
        integral = np.zeros(len(self._ids))
        for node, weight in zip(_NODES, _WEIGHTS, strict=True):
            integral += weight * length * self.by_word(self.at(middle + length * node)[1])
        return _Piece(-abs(float(np.sum(integral)) - (values[1] - values[0])), start, end, values, integral)


def _in_order(parts: list[Floats]) -> Floats:
    """Both directions' rows, a word each, added up in the order of the sentence: the second reads it backwards."""
    return parts[0] if len(parts) == 1 else parts[0] + parts[1][::-1]
