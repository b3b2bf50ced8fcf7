"""How W_hh stretches: what it can do to a gradient in one step, and what in many.

    σ_max    largest singular value: no step through W_hhᵀ makes a gradient longer than σ_max times what it was
    ρ        spectral radius, the largest |eigenvalue|: what n steps do grows as ρⁿ, tanh' left aside

ρ ≤ σ_max always; a matrix far from symmetric can stretch once and shrink in the end.

Both by powers of the matrix, without BLAS and LAPACK: these share larger work among threads, which beside trainings that keep
all cores busy wait for each other far longer than they work (a block of 128 units: seconds in the place of milliseconds).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.engine.kernel import add_outer, matvec, vecmat
from rnn_core.network.cells import CELLS
from rnn_core.network.model import Model
from rnn_core.streams import stream

SQUARINGS = 20
"""ρ is found as (‖W²ᵐ‖ / ‖Wᵐ‖)^(1/m) at m = 2^19, after Gelfand's ‖Wᵐ‖^(1/m): off by a millionth or so."""
MOST_STEPS, CLOSE = 1000, 1e-12
"""Of the power iteration for σ_max: it ends when a step changes the figure by no more than this share."""


class Spectrum(NamedTuple):
    """Two figures of one square matrix."""

    singular: float
    """largest singular value"""
    radius: float
    """spectral radius"""


def spectra(model: Model) -> dict[str, Spectrum]:
    """By block (as the cell names them, the second direction's with "_reverse" behind). Costs about 2 ms a block at H = 64, and grows as H³."""
    H, found = model.config.hidden_size, {}
    for suffix in ("", "_reverse") if model.config.bidirectional else ("",):
        W_hh = model.parameters[f"W_hh{suffix}"]
        for gate, name in enumerate(CELLS[model.config.cell].blocks):
            block = W_hh[gate * H : (gate + 1) * H]
            found[f"{name}{suffix}"] = spectrum(block)
    return found


def spectrum(W: Floats) -> Spectrum:
    """Of one square matrix (H, H)."""
    scale = float(np.max(np.abs(W)))  # taken out first: the square of a huge weight is beyond all numbers
    if scale == 0:
        return Spectrum(0.0, 0.0)
    scaled = np.ascontiguousarray(W) / scale
    return Spectrum(scale * _largest_singular(scaled), scale * _radius(scaled))


def _largest_singular(W: Floats) -> float:
    """By power iteration with WᵀW: v turns towards the direction that W stretches most."""
    v = stream(0, "spectrum").standard_normal(len(W))
    before, sigma = -1.0, 0.0
    for _ in range(MOST_STEPS):
        v /= np.linalg.norm(v)
        u = matvec(W, v)
        sigma = float(np.linalg.norm(u))
        if abs(sigma - before) <= CLOSE * sigma:
            break
        before, v = sigma, vecmat(u, W)
    return sigma


def _radius(W: Floats) -> float:
    """By squaring again and again: what the last squaring adds to the logarithm of the norm, a step of so many powers at once."""
    power, taken_out = W, 0.0  # W^(2^k) = e^taken_out power
    logarithms = []
    for _ in range(SQUARINGS):
        squared = np.zeros_like(power)
        add_outer(squared, np.ascontiguousarray(power.T), power)
        size = float(np.max(np.abs(squared)))
        if size == 0.0:  # nothing is left: all eigenvalues are zero
            return 0.0
        power, taken_out = squared / size, 2 * taken_out + math.log(size)
        logarithms.append(taken_out + math.log(float(np.sqrt(np.sum(power**2)))))
    return math.exp((logarithms[-1] - logarithms[-2]) / 2 ** (SQUARINGS - 1))
