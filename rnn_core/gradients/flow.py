"""The gradient on its way back through time: what the loss says of the state after each word.

    dh_t = ∂L/∂h_t: how the loss changes where something is added to h_t and all that comes after it follows.

    vanilla    da_t = tanh'(a_t) ⊙ dh_t         dh_{t-1} = W_hhᵀ da_t              two factors a step: tanh' and W_hhᵀ
    GRU        dh_{t-1} = u_t ⊙ dh_t + W_hhᵀ dq_t                                  dq_t: of W_hh h_{t-1}
    LSTM       dh_{t-1} = W_hhᵀ da_t                                               of h_t alone, c_t as it was
               dc_t = f_{t+1} ⊙ dc_{t+1} + o_t ⊙ tanh'(c_t) ⊙ dh_t                 of c_t, before h_t is read from it

The cells' own backward passes return all of it (see network/cells).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.config import Gradient
from rnn_core.network import passes
from rnn_core.network.cells import CELLS
from rnn_core.network.losses import cross_entropy, cross_entropy_gradient
from rnn_core.network.model import Model


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
    if rule == "printed" and not CELLS[model.config.cell].printed_rule:
        raise ValueError("the guide prints a rule for the vanilla cell alone")
    cell, params, ids = model.cell, model.arrays(), model.ids(text)
    target, printed = model.labels.index(label), rule == "printed"
    words = tuple(model.vocabulary.words[i] for i in ids)
    with np.errstate(over="ignore", invalid="ignore"):  # weights of a run about to diverge
        states = passes.forward(cell, params, ids)
        logits = passes.output(params, states.h[-1], states.h_reverse[-1])
        dlogits = cross_entropy_gradient(logits, target)
        unused = model.layout.views(np.zeros(model.layout.size))
        told = passes.backward(cell, params, unused, ids, states, dlogits, printed)
        forward = _passage(model, words, told.dz, told.dcarried)
        reverse = None
        if model.config.bidirectional:
            reverse = _passage(model, words[::-1], told.dz_reverse, told.dcarried_reverse)
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


def _passage(model: Model, words: tuple[str, ...], dz: Floats, dcarried: Floats) -> Passage:
    """From what backward returns of one direction, in the order in which it reads."""
    cell, H = CELLS[model.config.cell], model.config.hidden_size
    carried = {symbol: dcarried[:, k * H : (k + 1) * H] for k, symbol in enumerate(cell.carried)}
    dh, dc = carried["h"], carried.get("c")
    if cell.gated:
        return Passage(words, dh, dc, None, None)
    inner, da = _norms(dh), _norms(dz)
    return Passage(words, dh, dc, _ratio(da[1:], inner[1:]), _ratio(inner[:-1], da[1:]))


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
