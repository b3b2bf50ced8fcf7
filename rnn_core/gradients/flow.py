"""The gradient on its way back through time: what the loss says of the state after each word.

    dh_t = ∂L/∂h_t: how the loss changes where something is added to h_t and all that comes after it follows.

    vanilla    da_t = tanh'(a_t) ⊙ dh_t         dh_{t-1} = W_hhᵀ da_t              two factors a step: tanh' and W_hhᵀ
    GRU        dh_{t-1} = u_t ⊙ dh_t + W_hhᵀ dq_t                                  dq_t: of W_hh h_{t-1}
    LSTM       dh_{t-1} = W_hhᵀ da_t                                               of h_t alone, c_t as it was
               dc_t = f_{t+1} ⊙ dc_{t+1} + o_t ⊙ tanh'(c_t) ⊙ dh_t                 of c_t, before h_t is read from it

What the cells' files carry from step to step is worked out here once more, from the dz that they give back: to keep it there
would cost every update of a training.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.config import Cell, Gradient
from rnn_core.engine.kernel import matvec, vecmat
from rnn_core.network import passes
from rnn_core.network.losses import cross_entropy, cross_entropy_gradient
from rnn_core.network.model import Model
from rnn_core.network.parameters import Direction


@dataclass(frozen=True)
class Passage:
    """What goes back through one direction: T words in the order in which it reads them, row t - 1 for the t-th."""

    words: tuple[str, ...]
    dh: Floats
    """(T, H): ∂L/∂h_t; an LSTM's c_t stays as it is"""
    dc: Floats | None
    """(T, H): ∂L/∂c_t of an LSTM's memory; None for the cells without one"""
    by_tanh: Floats | None
    """(T-1,), vanilla cell only: ‖da‖/‖dh‖ of the step from word t + 1 back to word t at t - 1, never above 1; NaN where dh is zero"""
    by_weights: Floats | None
    """(T-1,), vanilla cell only: ‖W_hhᵀ da‖/‖da‖ of that step; the two multiplied are ‖dh_t‖/‖dh_{t+1}‖"""

    @property
    def norms(self) -> Floats:
        """‖∂L/∂h_t‖ (T,)."""
        return _norms(self.dh)

    @property
    def memory_norms(self) -> Floats | None:
        """‖∂L/∂c_t‖ (T,)."""
        return None if self.dc is None else _norms(self.dc)


@dataclass(frozen=True)
class Flow:
    """One sentence's gradient through time."""

    text: str
    label: str
    recurrent_gradient: Gradient
    """the rule by which it goes back: with the printed one dh is not the derivative that it should be"""
    loss: float
    forward: Passage
    reverse: Passage | None
    """of a bidirectional network's second direction, which reads the last word first"""


class FlowMap(NamedTuple):
    """The norms ‖∂L/∂h_t‖ of one sentence in several epochs of a run, and the factors of each step."""

    epochs: tuple[int, ...]
    """(E,)"""
    words: tuple[str, ...]
    """(T,): the word read last first"""
    norms: Floats
    """(E, T): column d is d words before the end"""
    by_weights: Floats | None = None
    """(E, T), vanilla cell only: by W_hhᵀ, as in Passage, of the step back to that word; NaN at the word read last"""
    by_tanh: Floats | None = None
    """(E, T): by tanh' of that step"""


def flow(model: Model, text: str, label: str, *, recurrent_gradient: Gradient | None = None) -> Flow:
    """Follow the gradient of one sentence's loss back through its states.

    recurrent_gradient: the rule to go back by, the model's own if None.
    Raises as Model.ids does; ValueError for a label that the model does not have.
    """
    rule = recurrent_gradient or model.config.recurrent_gradient
    if rule == "printed" and model.config.cell != "vanilla":
        raise ValueError("the guide prints a rule for the vanilla cell alone")
    cell, kind, params, ids = model.cell, model.config.cell, model.arrays(), model.ids(text)
    target, printed = model.labels.index(label), rule == "printed"
    words = tuple(model.vocabulary.words[i] for i in ids)
    with np.errstate(over="ignore", invalid="ignore"):  # weights of a run about to diverge
        states = passes.forward(cell, params, ids)
        logits = passes.output(params, states.h[-1], states.h_reverse[-1])
        dlogits = cross_entropy_gradient(logits, target)
        unused = model.layout.views(np.zeros(model.layout.size))
        dz, dz_reverse = passes.backward(cell, params, unused, ids, states, dlogits, printed)
        dlast = vecmat(dlogits, params.W_hy)
        H = model.config.hidden_size
        forward = _passage(kind, params.forward, words, states.cache, dz, dlast[:H], printed)
        reverse = None
        if model.config.bidirectional:
            reverse = _passage(kind, params.reverse, words[::-1], states.cache_reverse, dz_reverse, dlast[H:], printed)
    return Flow(text, label, rule, float(cross_entropy(logits, target)), forward, reverse)


def by_epoch(models: Iterable[tuple[int, Model]], text: str, label: str, *, reverse: bool = False) -> FlowMap:
    """The flow of one sentence through the networks of several epochs. Raises as flow does; ValueError for a direction not there."""
    epochs: list[int] = []
    rows: list[Floats] = []
    factors: list[tuple[Floats, Floats]] = []
    words: tuple[str, ...] = ()
    for epoch, model in models:
        whole = flow(model, text, label)
        passage = whole.reverse if reverse else whole.forward
        if passage is None:
            raise ValueError("the network reads one way")
        epochs.append(epoch)
        rows.append(passage.norms[::-1])
        if passage.by_weights is not None and passage.by_tanh is not None:
            factors.append((np.append(passage.by_weights, np.nan)[::-1], np.append(passage.by_tanh, np.nan)[::-1]))
        words = passage.words[::-1]
    norms = np.array(rows) if rows else np.zeros((0, 0))
    if not factors:
        return FlowMap(tuple(epochs), words, norms)
    return FlowMap(tuple(epochs), words, norms, *(np.array(each) for each in zip(*factors, strict=True)))


def together(charts: Sequence[FlowMap]) -> FlowMap:
    """Maps of one sentence, each of other epochs, as one."""
    factors = [
        (chart.by_weights, chart.by_tanh) for chart in charts if chart.by_weights is not None and chart.by_tanh is not None
    ]
    return FlowMap(
        tuple(epoch for chart in charts for epoch in chart.epochs),
        charts[0].words,
        np.concatenate([chart.norms for chart in charts]),
        *(np.concatenate(each) for each in zip(*factors, strict=True)),
    )


def _passage(
    kind: Cell, params: Direction, words: tuple[str, ...], cache: Floats, dz: Floats, dlast: Floats, printed: bool
) -> Passage:
    """From dz (T, G·H), in the order in which the direction reads, and dlast (H,) = ∂L/∂h_T."""
    W_hh, H = params.W_hh, len(dlast)
    dh = np.empty((len(dz), H))
    dh[-1] = dlast
    if kind == "vanilla":
        for t in range(len(dz) - 1, 0, -1):
            dh[t - 1] = matvec(W_hh, dz[t]) if printed else vecmat(dz[t], W_hh)
        inner, da = _norms(dh), _norms(dz)
        return Passage(words, dh, None, _ratio(da[1:], inner[1:]), _ratio(inner[:-1], da[1:]))
    if kind == "lstm":
        for t in range(len(dz) - 1, 0, -1):
            dh[t - 1] = vecmat(dz[t], W_hh)
        return Passage(words, dh, _memory(cache, dh), None, None)
    r, u = cache[:, :H], cache[:, H : 2 * H]
    dq = dz.copy()
    dq[:, 2 * H :] *= r  # W_hn h_{t-1} stands inside r ⊙ (…)
    for t in range(len(dz) - 1, 0, -1):
        dh[t - 1] = u[t] * dh[t] + vecmat(dq[t], W_hh)
    return Passage(words, dh, None, None, None)


def _memory(cache: Floats, dh: Floats) -> Floats:
    """The gradient dc (T, H) of an LSTM's memory, from its cache (T, 5H) and dh (T, H)."""
    H = dh.shape[1]
    f, o, c = cache[:, H : 2 * H], cache[:, 3 * H : 4 * H], cache[:, 4 * H :]
    dc: Floats = dh * o * (1.0 - np.tanh(c) ** 2)
    for t in range(len(dc) - 2, -1, -1):
        dc[t] += f[t + 1] * dc[t + 1]
    return dc


def _norms(rows: Floats) -> Floats:
    """Euclidean norm of each row (n, m) -> (n,); the largest element is taken out first, so that no square underflows."""
    largest = np.max(np.abs(rows), axis=1, keepdims=True)
    scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
    with np.errstate(over="ignore", under="ignore"):
        norms: Floats = scale[:, 0] * np.linalg.norm(rows / scale, axis=1)
    return norms


def _ratio(part: Floats, whole: Floats) -> Floats:
    """The quotient part / whole, NaN where both are zero."""
    with np.errstate(over="ignore", invalid="ignore"):
        quotient: Floats = part / whole
    return quotient
