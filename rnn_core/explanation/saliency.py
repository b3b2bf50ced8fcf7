"""Saliency: which words decided. There are four measures, which can disagree because they answer different questions.

They explain the log-odds of one label, f = y_label - ln Σ exp(y of the others); with two labels, the difference of the logits.
Unlike the probability, the log-odds do not saturate when the network is confident. An input x_t is a one-hot vector or a row of
E. Gradients here are always the exact ones, whatever rule the network was trained with.

    gradient × input        x_t · df/dx_t = z_t · df/dz_t       first-order effect of the word on f
    gradient norm           ‖df/dx_t‖                           how strongly f reacts to any change of the input there
    integrated gradients    ∫ x_t · df/dx_t(α x) dα, α = 0 … 1  along the line from zero vectors to this sentence
    leave-one-out           p(sentence) - p(without the word)   from reading the shorter sentence

Source of integrated gradients, whose sum is f(sentence) - f(baseline): Sundararajan et al., "Axiomatic attribution for deep
networks" (2017).
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
"""Allowed error of the sum of integrated gradients, as long as MOST_POINTS is not reached."""
MOST_POINTS = 1024
"""Maximum number of points at which the gradient is computed."""

_FIRST_PIECES = 4
_NODES, _WEIGHTS = (values / 2 for values in np.polynomial.legendre.leggauss(8))  # on -1/2 … 1/2


@dataclass(frozen=True)
class Saliency:
    """The effect of each word of a reading on one label. Arrays are (T,). Positive values support the label (the norm has no sign)."""

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
    """number of points at which the gradient was computed"""
    probability: float
    """of the label"""
    without: Floats
    """probability of the label without the word; NaN if it is the only word"""

    @property
    def leave_one_out(self) -> Floats:
        """How much probability is lost without the word."""
        return self.probability - self.without

    @property
    def completeness_error(self) -> float:
        """Absolute error of the sum of the integrated gradients."""
        return float(abs(np.sum(self.integrated_gradients) - (self.log_odds - self.baseline_log_odds)))


def explain(model: Model, reading: Reading, label: str) -> Saliency:
    """Return the effect of each word on a label. Raise ValueError for a label that the model does not have."""
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
    """Return the probability of a class without each word (T,)."""
    if len(ids) == 1:
        return np.full(1, np.nan)
    params = model.arrays()
    return np.array([softmax(passes.logits(model.cell, params, np.delete(ids, t)))[target] for t in range(len(ids))])


class _Piece(NamedTuple):
    """A part of the line from the baseline. The one with the largest error is the smallest, as heapq needs."""

    minus_error: float
    start: float
    end: float
    values: tuple[float, float]
    """f at both ends"""
    integral: Floats
    """(T,)"""


class _Explained:
    """The log-odds of one class as a function of a common factor of all inputs."""

    def __init__(self, model: Model, ids: Ints, target: int) -> None:
        self._cell, self._params, self._ids, self._target = model.cell, model.arrays(), ids, target
        self._scratch = model.layout.views(np.zeros(model.layout.size))  # collects gradients that are not used
        self._both = passes.send(self._params, ids)
        self._directions = (self._params.forward, self._params.reverse)[: 1 + model.config.bidirectional]
        self._z = self._both[: len(self._directions)]

    def at(self, share: float) -> tuple[float, list[Floats]]:
        """Return the log-odds for the inputs times share, and df/dz (T, G·H) of each direction, in its order of reading."""
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
        """Return x_t · df/dx_t (T,) = z_t · df/dz_t, summed over the directions, in the order of the sentence."""
        parts = [np.sum(z * slope, axis=1) for z, slope in zip(self._z, dz, strict=True)]
        return _in_order(parts)

    def norms(self, dz: list[Floats]) -> Floats:
        """Return ‖df/dx_t‖ (T,), where df/dx_t = W_xhᵀ df/dz_t, summed over the directions."""
        one_hot = len(self._params.E) == 0
        slopes = [part @ (way.W_xh.T if one_hot else way.W_xh) for part, way in zip(dz, self._directions, strict=True)]
        norms: Floats = np.linalg.norm(_in_order(slopes), axis=1)
        return norms

    def integrated(self) -> tuple[Floats, int]:
        """Return ∫ x_t df/dx_t(α x) dα (T,), and the number of points.

        Gauss-Legendre quadrature on pieces of the line. On each piece the integrals must sum to the difference of f; the piece
        with the largest error is halved until the total error is small enough.
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
    """Return the sum of the rows of both directions in the order of the sentence; the second direction reads backwards."""
    return parts[0] if len(parts) == 1 else parts[0] + parts[1][::-1]
