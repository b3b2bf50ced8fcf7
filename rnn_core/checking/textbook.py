"""The way back through one direction once more, step by step as it is written in a textbook, right or with a slip in it.

It takes the states of a walk and gives dh, dz and dq as the walk has them. Without a slip the numbers are those of the walk.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.walk.steps import Steps


class WayBack(NamedTuple):
    """What every step is told. Row t - 1 belongs to step t."""

    dh: Floats
    """(T, H)"""
    dc: Floats
    """(T, H) of an LSTM; zero for other cells"""
    dz: Floats
    """(T, G·H)"""
    dq: Floats
    """(T, G·H)"""


class _Told(NamedTuple):
    """What one step makes of dh_t and dc_t."""

    dz: Floats
    dq: Floats
    kept: Floats
    """(H,): the part of dh_{t-1} that goes through no matrix"""
    dc: Floats
    dc_before: Floats
    """(H,): f_t ⊙ dc_t of an LSTM"""


def way_back(steps: Steps, dlast: Floats, *, transpose: bool = True, without: Collection[str] = ()) -> WayBack:
    """Walk back from dlast (H,) = ∂L/∂h_T.

    transpose: whether dh_{t-1} takes each block of W_hh transposed. without: letters of the equations whose tanh′ is left out.
    """
    T, H = steps.count, steps.h.shape[1]
    rows = len(steps.cell.gates) * H
    dhs, dcs, dzs, dqs = np.zeros((T, H)), np.zeros((T, H)), np.zeros((T, rows)), np.zeros((T, rows))
    dh, dc = dlast, np.zeros(H)
    blocks = np.split(steps.weights.W_hh, len(steps.cell.gates))
    for t in range(T, 0, -1):
        told = _STEPS[steps.cell.name](steps, t, dh, dc, without)
        dhs[t - 1], dcs[t - 1], dzs[t - 1], dqs[t - 1] = dh, told.dc, told.dz, told.dq
        parts = np.split(told.dq, len(blocks))
        through = sum(((W.T if transpose else W) @ part for W, part in zip(blocks, parts, strict=True)), np.zeros(H))
        dh, dc = told.kept + through, told.dc_before
    return WayBack(dhs, dcs, dzs, dqs)


def shares(steps: Steps, back: WayBack, t: int, *, previous: bool = True) -> dict[str, Floats]:
    """Return the share of step t in each gradient, in the shapes of the equations.

    previous: whether the share of W_hh takes h_{t-1}; else h_t.
    """
    H, dz, dq = steps.h.shape[1], back.dz[t - 1], back.dq[t - 1]
    found = {
        f"W_xh{steps.suffix}": np.outer(dz, steps.x(t)),
        f"W_hh{steps.suffix}": np.outer(dq, steps.h[t - 1 if previous else t]),
        f"b_h{steps.suffix}": dz,
    }
    if steps.cell.recurrent_bias:
        found[f"b_hn{steps.suffix}"] = dq[-H:]
    if len(steps.E):
        dE = np.zeros(steps.E.shape)
        dE[steps.ids[t - 1]] = dz @ steps.weights.W_xh
        found["E"] = dE
    return found


def _slope(letter: str, value: Floats, without: Collection[str]) -> Floats:
    """Return tanh′ where tanh is value: 1 - value², or 1 where it is left out."""
    return np.ones_like(value) if letter in without else 1.0 - value**2


def _vanilla(steps: Steps, t: int, dh: Floats, dc: Floats, without: Collection[str]) -> _Told:
    da = dh * _slope("h", steps.h[t], without)
    return _Told(da, da, np.zeros_like(dh), dc, dc)


def _gru(steps: Steps, t: int, dh: Floats, dc: Floats, without: Collection[str]) -> _Told:
    r, u, n, m = (steps.cached[name][t - 1] for name in "runm")
    da_n = dh * (1.0 - u) * _slope("n", n, without)
    da_r = da_n * m * r * (1.0 - r)
    da_u = dh * (steps.h[t - 1] - n) * u * (1.0 - u)
    return _Told(np.concatenate([da_r, da_u, da_n]), np.concatenate([da_r, da_u, da_n * r]), u * dh, dc, dc)


def _lstm(steps: Steps, t: int, dh: Floats, dc: Floats, without: Collection[str]) -> _Told:
    i, f, g, o, c = (steps.cached[name][t - 1] for name in "ifgoc")
    shown = np.tanh(c)
    dc = dc + dh * o * _slope("c", shown, without)
    da = np.concatenate(
        [
            dc * g * i * (1.0 - i),
            dc * steps.state("c", t - 1) * f * (1.0 - f),
            dc * i * _slope("g", g, without),
            dh * shown * o * (1.0 - o),
        ]
    )
    return _Told(da, da, np.zeros_like(dh), dc, f * dc)


_STEPS: Mapping[str, Callable[[Steps, int, Floats, Floats, Collection[str]], _Told]] = {
    "vanilla": _vanilla,
    "gru": _gru,
    "lstm": _lstm,
}
SLOPES: Mapping[str, tuple[tuple[str, ...], ...]] = {"vanilla": (("h",),), "gru": (("n",),), "lstm": (("g", "c"), ("g",), ("c",))}
"""Cell -> the letters whose tanh′ can be left out, together or alone."""
