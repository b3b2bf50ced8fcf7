"""The walk through one sentence: every step forward, and every step back with its share of each gradient.

    forward     h_0 = 0,  h_1, …, h_T       y = W_hy h_T + b_y       p = softmax(y)       L = -ln p_target
    back        ∂L/∂y = p - y*              ∂L/∂W_hy = ∂L/∂y h_Tᵀ    dh_T = W_hyᵀ ∂L/∂y   y*: 1 for the right label, else 0
    step t      dq_t h_{t-1}ᵀ is its share of ∂L/∂W_hh,  dz_t x_tᵀ of ∂L/∂W_xh,  dz_t of ∂L/∂b_h

z_t is W_xh x_t and q_t is W_hh h_{t-1}: their gradients are the same but for the candidate of a GRU (see network/cells).
Nothing is computed a second way here: the network's own passes give the numbers, and the gradients are summed by the code that
trains, so that after the last step back the sum is the gradient of a training step, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats, Ints
from rnn_core.config import Gradient
from rnn_core.engine.primitives import add_outer, add_scaled, matvec, vecmat
from rnn_core.network import inputs, passes
from rnn_core.network.cells.cell import Cell, Direction
from rnn_core.network.losses import cross_entropy, cross_entropy_gradient, softmax
from rnn_core.network.model import Model
from rnn_core.network.parameters import Parameters


class Back(NamedTuple):
    """The way back through one direction by one rule. Row t - 1 belongs to step t."""

    dh: Floats
    """(T, H): ∂L/∂h_t; for an LSTM with c_t fixed"""
    dc: Floats | None
    """(T, H): ∂L/∂c_t of an LSTM; None for other cells"""
    dz: Floats
    """(T, G·H): ∂L/∂(W_xh x_t), gate by gate the da of the equations"""
    dq: Floats
    """(T, G·H): ∂L/∂(W_hh h_{t-1})"""


@dataclass(frozen=True)
class Steps:
    """One direction of the walk. Steps are counted from 1 to T in its order of reading."""

    cell: Cell
    suffix: str
    """of its parameters: "" or "_reverse\""""
    words: tuple[str, ...]
    """in the order of reading"""
    ids: Ints
    weights: Direction
    E: Floats
    """(V, D), or empty for one-hot input"""
    z: Floats
    """(T, G·H): W_xh x_t"""
    h: Floats
    """(T+1, H): row t is h_t"""
    cached: Mapping[str, Floats]
    """(T, H) each: what the cell computes beside h_t, by letter in the equations"""
    back: Mapping[Gradient, Back]
    """by rule; the printed one for a cell that has one"""

    @property
    def backwards(self) -> bool:
        """Whether the last word is read first."""
        return self.suffix != ""

    @property
    def count(self) -> int:
        """T."""
        return len(self.words)

    def place(self, t: int) -> int:
        """Return the place (from 0) in the sentence of the word of step t."""
        return self.count - t if self.backwards else t - 1

    def step(self, place: int) -> int:
        """Return the step that reads the word at this place (from 0) in the sentence."""
        return self.count - place if self.backwards else place + 1

    def x(self, t: int) -> Floats:
        """Return x_t: one-hot (V,), or the word's row of E (D,)."""
        if len(self.E):
            row: Floats = self.E[self.ids[t - 1]]
            return row
        x = np.zeros(len(self.weights.W_xh))
        x[self.ids[t - 1]] = 1.0
        return x

    def q(self, t: int) -> Floats:
        """Return W_hh h_{t-1} (G·H,)."""
        q: Floats = matvec(self.weights.W_hh, self.h[t - 1])
        return q

    def state(self, symbol: str, t: int) -> Floats:
        """Return a carried state, h or c, after t steps (H,); it is zero before the first."""
        before: Floats = np.zeros(self.h.shape[1])
        if symbol == "h":
            before = self.h[t]
        elif t:
            before = self.cached[symbol][t - 1]
        return before

    def dh_before(self, t: int, rule: Gradient) -> Floats:
        """Return dh_{t-1} (H,): what step t hands on to the step before it, or to h_0."""
        told, W_hh = self.back[rule], self.weights.W_hh
        if t > 1:
            before: Floats = told.dh[t - 2]
            return before
        dh: Floats = matvec(W_hh, told.dz[0]) if rule == "printed" else vecmat(told.dq[0], W_hh)
        if self.cell.recurrent_bias:
            dh += told.dh[0] * self.cached["u"][0]
        return dh

    def share(self, t: int, rule: Gradient, dE: Floats | None = None) -> dict[str, Floats]:
        """Return the share of step t in each gradient, by name, in the shapes of the equations. Each is a new array."""
        return self._gathered(t, t, rule, dE)

    def sums(self, t: int, rule: Gradient, dE: Floats | None = None) -> dict[str, Floats]:
        """Return the sum of the shares of the steps T … t, as training adds them up.

        dE: the gradient of E by the direction that went back before, to add to; it is copied.
        """
        return self._gathered(t, self.count, rule, dE)

    def _gathered(self, first: int, last: int, rule: Gradient, dE: Floats | None) -> dict[str, Floats]:
        told, weights = self.back[rule], self.weights
        rows = slice(first - 1, last)
        dW_xh, dW_hh, db_h = np.zeros(weights.W_xh.shape), np.zeros(weights.W_hh.shape), np.zeros(weights.b_h.shape)
        dE = np.zeros(self.E.shape) if dE is None else dE.copy()
        inputs.backward(self.E, weights.W_xh, dE, dW_xh, self.ids[rows].copy(), told.dz[rows])
        later = slice(max(first, 2) - 1, last)  # h_0 = 0 adds nothing
        if last > 1:
            add_outer(dW_hh, told.dq[later], self.h[later])
        for t in range(last, first - 1, -1):
            add_scaled(db_h, 1.0, told.dz[t - 1])
        found = {"W_xh": dW_xh if len(self.E) else dW_xh.T, "W_hh": dW_hh, "b_h": db_h}
        if len(weights.b_hn):
            db_hn = np.zeros(weights.b_hn.shape)
            for t in range(last, first - 1, -1):
                add_scaled(db_hn, 1.0, told.dq[t - 1, -len(db_hn) :])
            found["b_hn"] = db_hn
        named = {f"{name}{self.suffix}": array for name, array in found.items()}
        return named | ({"E": dE} if len(self.E) else {})


@dataclass(frozen=True)
class Walk:
    """One sentence with its label, forward and back through one network."""

    model: Model
    text: str
    label: str
    words: tuple[str, ...]
    """as the network reads them"""
    rule: Gradient
    """by which the network trains"""
    steps: tuple[Steps, ...]
    """of each direction"""
    last: Floats
    """(H,): h_T; of two directions (2H,) both last states"""
    logits: Floats
    """(C,): y"""
    probabilities: Floats
    """(C,)"""
    loss: float
    dlogits: Floats
    """(C,): ∂L/∂y = p - y*"""
    dlast: Floats
    """as last: W_hyᵀ ∂L/∂y"""
    gradient: Mapping[str, Floats]
    """∂L/∂ every parameter by the rule that trains, by name, in the shapes of the equations"""

    @property
    def target(self) -> Floats:
        """y* (C,): 1 for the label, else 0."""
        y = np.zeros(len(self.logits))
        y[self.model.labels.index(self.label)] = 1.0
        return y

    @property
    def verdict(self) -> str:
        """The predicted label."""
        return self.model.labels[int(np.argmax(self.probabilities))]

    @cached_property
    def finite(self) -> bool:
        """Whether every number on the way is finite."""
        numbers = [self.logits, np.array([self.loss]), *self.gradient.values(), *(each.h for each in self.steps)]
        return all(bool(np.isfinite(array).all()) for array in numbers)

    def sums(self, direction: int, t: int) -> dict[str, Floats]:
        """Return what has been gathered of each gradient of one direction when its step t has been walked back.

        The forward direction goes back first; both add to the gradient of E.
        """
        before = self.steps[0].sums(1, self.rule).get("E") if direction else None
        return self.steps[direction].sums(t, self.rule, before)


def walk(model: Model, text: str, label: str) -> Walk:
    """Walk one sentence through a network, there and back.

    Raises as Model.ids does; ValueError for a label that the model does not have.
    """
    cell, params, ids = model.cell, model.arrays(), model.ids(text)
    target = model.labels.index(label)
    rule = model.config.recurrent_gradient
    with np.errstate(over="ignore", invalid="ignore"):  # weights that somebody set too large
        states = passes.forward(cell, params, ids)
        logits = passes.output(params, states.h[-1], states.h_reverse[-1])
        dlogits = cross_entropy_gradient(logits, target)
        rules: tuple[Gradient, ...] = ("exact", "printed") if cell.printed_rule else ("exact",)
        told, gradient = {}, model.layout.zeros()
        for each in rules:
            grads = model.layout.zeros()
            told[each] = passes.backward(cell, params, model.layout.views(grads), ids, states, dlogits, each == "printed")
            if each == rule:
                gradient = grads
        steps = [_steps(model, params, params.forward, "", ids, states.h, states.cache, {r: told[r][:2] for r in rules})]
        if model.config.bidirectional:
            backwards = {r: told[r][2:] for r in rules}
            reverse = ids[::-1].copy()
            steps.append(
                _steps(model, params, params.reverse, "_reverse", reverse, states.h_reverse, states.cache_reverse, backwards)
            )
        return Walk(
            model=model,
            text=text,
            label=label,
            words=tuple(model.vocabulary.words[i] for i in ids),
            rule=rule,
            steps=tuple(steps),
            last=np.concatenate([each.h[-1] for each in steps]),
            logits=logits,
            probabilities=softmax(logits),
            loss=float(cross_entropy(logits, target)),
            dlogits=dlogits,
            dlast=vecmat(dlogits, params.W_hy),
            gradient=model.layout.named(gradient),
        )


def _steps(
    model: Model,
    params: Parameters,
    weights: Direction,
    suffix: str,
    ids: Ints,
    h: Floats,
    cache: Floats,
    told: Mapping[Gradient, tuple[Floats, ...]],
) -> Steps:
    cell, H = model.cell, h.shape[1]
    cached = dict(zip(cell.cache, np.split(cache, len(cell.cache), axis=1), strict=True)) if cell.cache else {}
    back: dict[Gradient, Back] = {}
    for rule, (dz, dcarried) in told.items():
        dq = dz
        if cell.recurrent_bias:  # the reset gate stands between W_hn h_{t-1} and the candidate
            dq = dz.copy()
            dq[:, -H:] = dz[:, -H:] * cached["r"]
        back[rule] = Back(dcarried[:, :H].copy(), dcarried[:, H:].copy() if "c" in cell.carried else None, dz, dq)
    return Steps(
        cell=cell,
        suffix=suffix,
        words=tuple(model.vocabulary.words[i] for i in ids),
        ids=ids,
        weights=weights,
        E=params.E,
        z=inputs.forward(params.E, weights.W_xh, ids),
        h=h,
        cached=cached,
        back=back,
    )
