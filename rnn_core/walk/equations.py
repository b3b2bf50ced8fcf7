"""The equations of a cell at one step, each with the numbers of its terms and of its value, in the order of the cell's file.

Symbols are written as in the docstrings of the cells: "W_hh h_{t-1}", "1 - h_t²".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.config import Gradient
from rnn_core.engine.primitives import matvec, tanh, vecmat
from rnn_core.walk.steps import Steps


class Term(NamedTuple):
    """A symbol and its numbers (H,)."""

    symbol: str
    values: Floats


class Equation(NamedTuple):
    """One equation of a cell at one step."""

    latex: str
    terms: tuple[Term, ...]
    joined: str
    """what stands between the terms: + or ⊙"""
    argument: Term | None
    """what goes into σ or tanh, where one is applied"""
    function: str
    """σ, tanh, or empty"""
    value: Term
    gate: int | None = None
    """the block of rows of W_xh, W_hh and b_h that it uses"""


def at_step(symbol: str, t: int) -> str:
    """Return a symbol with the step's number in the place of t: "W_hh h_{t-1}" at step 3 is "W_hh h_2"."""
    symbol = re.sub(r"_\{t([-+]1)?\}", lambda found: f"_{t + int(found.group(1) or 0)}", symbol)
    return re.sub(r"_t(?![A-Za-z0-9])", f"_{t}", symbol)


def forward_equations(steps: Steps, t: int) -> tuple[Equation, ...]:
    """Return the equations of step t on the way there."""
    return _FORWARD[steps.cell.name](steps, t)


def backward_equations(steps: Steps, t: int, rule: Gradient) -> tuple[Equation, ...]:
    """Return the equations of step t on the way back."""
    return _BACKWARD[steps.cell.name](steps, t, rule)


def relative_error(found: Floats, right: Floats) -> float:
    """Return ‖a - b‖ / (‖a‖ + ‖b‖): 0 where both are equal, at most 1."""
    scale = float(np.linalg.norm(found) + np.linalg.norm(right))
    return float(np.linalg.norm(found - right)) / scale if scale > 0 else 0.0


# ---------------------------------------------------------------------- the way there


def _gate(steps: Steps, t: int, k: int, *, value: Floats, symbol: str = "", function: str = "σ") -> Equation:
    """Return gate k: the function of what the word, the state before and the bias send into it."""
    H, name = steps.h.shape[1], steps.cell.gates[k]
    block = slice(k * H, (k + 1) * H)
    suffix = "h" if steps.cell.name == "vanilla" else name
    terms = (
        Term(f"W_x{suffix} x_t", steps.z[t - 1, block]),
        Term(f"W_h{suffix} h_{{t-1}}", steps.q(t)[block]),
        Term(f"b_{suffix}", steps.weights.b_h[block]),
    )
    a = Term("a_t" if suffix == "h" else f"a_{name}", terms[0].values + terms[1].values + terms[2].values)
    return Equation(_latex(steps, symbol or name), terms, "+", a, function, Term(f"{symbol or name}_t", value), k)


def _vanilla(steps: Steps, t: int) -> tuple[Equation, ...]:
    return (_gate(steps, t, 0, value=steps.h[t], symbol="h", function="tanh"),)


def _gru(steps: Steps, t: int) -> tuple[Equation, ...]:
    H, weights, h = steps.h.shape[1], steps.weights, steps.h
    r, u, n, m = (steps.cached[name][t - 1] for name in "runm")
    last = slice(2 * H, None)
    proposed = (
        Term("W_xn x_t", steps.z[t - 1, last]),
        Term("r_t ⊙ m_t", r * m),
        Term("b_n", weights.b_h[last]),
    )
    a_n = Term("a_n", proposed[0].values + proposed[1].values + proposed[2].values)
    through = (Term("W_hn h_{t-1}", steps.q(t)[last]), Term("b_hn", weights.b_hn))
    mixed = (Term("(1 - u_t) ⊙ n_t", (1.0 - u) * n), Term("u_t ⊙ h_{t-1}", u * h[t - 1]))
    return (
        _gate(steps, t, 0, value=r),
        _gate(steps, t, 1, value=u),
        Equation(_latex(steps, "m"), through, "+", None, "", Term("m_t", m), 2),
        Equation(_latex(steps, "n"), proposed, "+", a_n, "tanh", Term("n_t", n), 2),
        Equation(_latex(steps, "h"), mixed, "+", None, "", Term("h_t", h[t])),
    )


def _lstm(steps: Steps, t: int) -> tuple[Equation, ...]:
    i, f, g, o, c = (steps.cached[name][t - 1] for name in "ifgoc")
    kept = (Term("f_t ⊙ c_{t-1}", f * steps.state("c", t - 1)), Term("i_t ⊙ g_t", i * g))
    shown = (Term("o_t", o), Term("tanh(c_t)", tanh(c)))
    return (
        _gate(steps, t, 0, value=i),
        _gate(steps, t, 1, value=f),
        _gate(steps, t, 2, value=g, function="tanh"),
        _gate(steps, t, 3, value=o),
        Equation(_latex(steps, "c"), kept, "+", None, "", Term("c_t", c)),
        Equation(_latex(steps, "h"), shown, "⊙", None, "", Term("h_t", steps.h[t])),
    )


# ---------------------------------------------------------------------- the way back


def _product(steps: Steps, symbol: str, factors: tuple[Term, ...], value: Floats, gate: int | None = None) -> Equation:
    return Equation(_latex(steps, symbol, back=True), factors, "⊙", None, "", Term(symbol, value), gate)


def _handed_on(steps: Steps, t: int, rule: Gradient, kept: tuple[Term, ...] = ()) -> Equation:
    """Return dh_{t-1}: what each gate sends back through the transpose of its block of W_hh, and what is kept beside."""
    H, cell, dq = steps.h.shape[1], steps.cell, steps.back[rule].dq[t - 1]
    terms = []
    for k, gate in enumerate(cell.gates):
        block = slice(k * H, (k + 1) * H)
        W = steps.weights.W_hh[block]
        if not cell.gated:
            printed = rule == "printed"
            values = matvec(W, dq) if printed else vecmat(dq, W)
            terms.append(Term("W_hh da_t" if printed else "W_hhᵀ da_t", values))
        else:
            told = "dm_t" if cell.recurrent_bias and gate == "n" else f"da_{gate}"
            terms.append(Term(f"W_h{gate}ᵀ {told}", vecmat(dq[block], W)))
    latex = r"dh_{t-1} = W_{hh}\,da_t" if rule == "printed" else _latex(steps, "dh", back=True)
    return Equation(latex, (*kept, *terms), "+", None, "", Term("dh_{t-1}", steps.dh_before(t, rule)))


def _vanilla_back(steps: Steps, t: int, rule: Gradient) -> tuple[Equation, ...]:
    told = steps.back[rule]
    factors = (Term("dh_t", told.dh[t - 1]), Term("1 - h_t²", 1.0 - steps.h[t] ** 2))
    return (_product(steps, "da_t", factors, told.dz[t - 1], 0), _handed_on(steps, t, rule))


def _gru_back(steps: Steps, t: int, rule: Gradient) -> tuple[Equation, ...]:
    H, told = steps.h.shape[1], steps.back[rule]
    dh, h = told.dh[t - 1], steps.h[t - 1]
    da_r, da_u, da_n = np.split(told.dz[t - 1], 3)
    r, u, n, m = (steps.cached[name][t - 1] for name in "runm")
    proposed = (Term("dh_t", dh), Term("1 - u_t", 1.0 - u), Term("1 - n_t²", 1.0 - n**2))
    reset = (Term("da_n", da_n), Term("m_t", m), Term("r_t ⊙ (1 - r_t)", r * (1.0 - r)))
    update = (Term("dh_t", dh), Term("h_{t-1} - n_t", h - n), Term("u_t ⊙ (1 - u_t)", u * (1.0 - u)))
    return (
        _product(steps, "da_n", proposed, da_n, 2),
        _product(steps, "da_r", reset, da_r, 0),
        _product(steps, "da_u", update, da_u, 1),
        _product(steps, "dm_t", (Term("da_n", da_n), Term("r_t", r)), told.dq[t - 1, 2 * H :], 2),
        _handed_on(steps, t, rule, (Term("u_t ⊙ dh_t", u * dh),)),
    )


def _lstm_back(steps: Steps, t: int, rule: Gradient) -> tuple[Equation, ...]:
    told = steps.back[rule]
    assert told.dc is not None, "an LSTM has a gradient of its cell state"
    dh, dc = told.dh[t - 1], told.dc[t - 1]
    da = np.split(told.dz[t - 1], 4)
    i, f, g, o, c = (steps.cached[name][t - 1] for name in "ifgoc")
    later = steps.cached["f"][t] * told.dc[t] if t < steps.count else np.zeros_like(dh)
    shown = tanh(c)
    memory = (Term("f_{t+1} ⊙ dc_{t+1}", later), Term("dh_t ⊙ o_t ⊙ (1 - tanh(c_t)²)", dh * o * (1.0 - shown**2)))
    return (
        Equation(_latex(steps, "dc", back=True), memory, "+", None, "", Term("dc_t", dc)),
        _product(steps, "da_i", (Term("dc_t", dc), Term("g_t", g), Term("i_t ⊙ (1 - i_t)", i * (1.0 - i))), da[0], 0),
        _product(
            steps,
            "da_f",
            (Term("dc_t", dc), Term("c_{t-1}", steps.state("c", t - 1)), Term("f_t ⊙ (1 - f_t)", f * (1.0 - f))),
            da[1],
            1,
        ),
        _product(steps, "da_g", (Term("dc_t", dc), Term("i_t", i), Term("1 - g_t²", 1.0 - g**2)), da[2], 2),
        _product(steps, "da_o", (Term("dh_t", dh), Term("tanh(c_t)", shown), Term("o_t ⊙ (1 - o_t)", o * (1.0 - o))), da[3], 3),
        _handed_on(steps, t, rule),
    )


def _latex(steps: Steps, symbol: str, *, back: bool = False) -> str:
    """Return the cell's equation for a symbol; "dh" is that of dh_{t-1}."""
    equations = steps.cell.backward_equations if back else steps.cell.equations
    (found,) = [
        each
        for each in equations
        if each.partition("=")[0].strip().startswith(f"{symbol.removesuffix('_t')}_") or each.partition("=")[0].strip() == symbol
    ]
    return found


_FORWARD: Mapping[str, Callable[[Steps, int], tuple[Equation, ...]]] = {"vanilla": _vanilla, "gru": _gru, "lstm": _lstm}
_BACKWARD: Mapping[str, Callable[[Steps, int, Gradient], tuple[Equation, ...]]] = {
    "vanilla": _vanilla_back,
    "gru": _gru_back,
    "lstm": _lstm_back,
}
