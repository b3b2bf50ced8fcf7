"""The gradient as it goes back through time: how the loss depends on the state after each word.

    dh_t = ∂L/∂h_t: the change of the loss when h_t changes and all later states follow.

    vanilla    da_t = tanh'(a_t) ⊙ dh_t         dh_{t-1} = W_hhᵀ da_t              two factors per step: tanh' and W_hhᵀ
    GRU        dh_{t-1} = u_t ⊙ dh_t + W_hhᵀ dq_t                                  dq_t: of W_hh h_{t-1}
    LSTM       dh_{t-1} = W_hhᵀ da_t                                               of h_t alone, with c_t fixed
               dc_t = f_{t+1} ⊙ dc_{t+1} + o_t ⊙ tanh'(c_t) ⊙ dh_t                 of c_t, before h_t is read from it

The backward passes of the cells return all of these (see network/cells).
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
from rnn_core.pauses import pause


@dataclass(frozen=True)
class Passage:
    """The gradient through one direction. Its T words are in their order of reading; row t - 1 belongs to the t-th."""

    words: tuple[str, ...]
    dh: Floats
    """(T, H): ∂L/∂h_t, for an LSTM with c_t fixed"""
    dc: Floats | None
    """(T, H): ∂L/∂c_t of the memory of an LSTM; None for other cells"""
    by_tanh: Floats | None
    """(T-1,), vanilla cell only: ‖da‖/‖dh‖ of the step from word t + 1 back to word t in row t - 1, at most 1; NaN if dh is zero"""
    by_weights: Floats | None
    """(T-1,), vanilla cell only: ‖W_hhᵀ da‖/‖da‖ of that step. The product of both factors is ‖dh_t‖/‖dh_{t+1}‖"""

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
    """The gradient of the loss of one sentence, through time."""

    text: str
    label: str
    recurrent_gradient: Gradient
    """the backward rule; with the printed one, dh is not the true derivative"""
    loss: float
    forward: Passage
    reverse: Passage | None
    """the second direction of a bidirectional network, which reads the last word first"""


class FlowMap(NamedTuple):
    """The norms ‖∂L/∂h_t‖ of one sentence at several epochs of a run, and the factors of each step."""

    epochs: tuple[int, ...]
    """(E,)"""
    words: tuple[str, ...]
    """(T,): last word first"""
    norms: Floats
    """(E, T): column d belongs to the word d places before the end"""
    by_weights: Floats | None = None
    """(E, T), vanilla cell only: factor of W_hhᵀ in the step back to that word, as in Passage; NaN at the last word"""
    by_tanh: Floats | None = None
    """(E, T): factor of tanh' in that step"""


def flow(model: Model, text: str, label: str, *, recurrent_gradient: Gradient | None = None) -> Flow:
    """Follow the gradient of one sentence's loss back through its states.

    recurrent_gradient: the backward rule, that of the model if None.
    Raises as Model.ids does; ValueError for a label that the model does not have.
    """
    rule = recurrent_gradient or model.config.recurrent_gradient
    if rule == "printed" and not CELLS[model.config.cell].printed_rule:
        raise ValueError("the guide prints a rule for the vanilla cell alone")
    cell, params, ids = model.cell, model.arrays(), model.ids(text)
    target, printed = model.labels.index(label), rule == "printed"
    words = tuple(model.vocabulary.words[i] for i in ids)
    with np.errstate(over="ignore", invalid="ignore"):  # weights of a run that is about to diverge
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
    """Return the flow of one sentence at several (epoch, model). Raises as flow does; ValueError for a missing direction."""
    epochs: list[int] = []
    rows: list[Floats] = []
    factors: list[tuple[Floats, Floats]] = []
    words: tuple[str, ...] = ()
    for epoch, model in models:
        pause()
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
    """Join maps of one sentence at different epochs into one. Raises ValueError without any."""
    if not charts:
        raise ValueError("no map to join")
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
    """Return the Euclidean norm of each row, (n, m) -> (n,). Rows are scaled by their largest element, so no square underflows."""
    largest = np.max(np.abs(rows), axis=1, keepdims=True)
    scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
    with np.errstate(over="ignore", under="ignore"):
        norms: Floats = scale[:, 0] * np.linalg.norm(rows / scale, axis=1)
    return norms


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Return part / whole, NaN where both are zero."""
    with np.errstate(over="ignore", invalid="ignore"):
        quotient: Floats = part / whole
    return quotient
