"""How much W_hh can stretch a gradient, in one step and in many.

    σ_max    largest singular value: no step through W_hhᵀ makes a gradient longer than σ_max times what it was
    ρ        spectral radius, the largest |eigenvalue|: ‖Wⁿ‖ grows as ρⁿ in the end

ρ ≤ σ_max always. In a vanilla cell, whose tanh' is at most 1, σ_max < 1 makes every gradient shrink. ρ < 1 alone does not:
a matrix far from symmetric can stretch for many steps, and tanh' differs from step to step, so that the product of the steps is
not a power of W. With W_hh = [[2, -4], [1, -1.9]] ρ is 0.45, and while the second unit is saturated and the first is not, a
gradient doubles at each step.

Both by powers of the matrix, without BLAS and LAPACK: these share larger work among threads, which beside trainings that keep
all cores busy wait for each other far longer than they work (a block of 128 units: seconds in the place of milliseconds).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.engine.primitives import add_outer, matvec, vecmat
from rnn_core.network.cells import CELLS
from rnn_core.network.model import Model
from rnn_core.pauses import pause
from rnn_core.streams import stream

SQUARINGS = 20
"""ρ is computed as (‖W²ᵐ‖ / ‖Wᵐ‖)^(1/m) at m = 2^19, from Gelfand's formula; the error is about a millionth."""
BALANCINGS = 100
"""Maximum number of rounds of scaling; ordinary weights need one or two."""
MOST_STEPS, CLOSE = 1000, 1e-12
"""The power iteration for σ_max ends after MOST_STEPS, or when a step changes the result by at most this share."""


class Spectrum(NamedTuple):
    """The largest singular value and the spectral radius of a square matrix."""

    singular: float
    """largest singular value"""
    radius: float
    """spectral radius"""


def spectra(model: Model) -> dict[str, Spectrum]:
    """Return the spectrum of each block of W_hh by name ("_reverse" for the second direction). Takes 2 ms per block at H = 64, and O(H³)."""
    H, found = model.config.hidden_size, {}
    for suffix in ("", "_reverse") if model.config.bidirectional else ("",):
        W_hh = model.parameters[f"W_hh{suffix}"]
        for gate, name in enumerate(CELLS[model.config.cell].blocks):
            block = W_hh[gate * H : (gate + 1) * H]
            found[f"{name}{suffix}"] = spectrum(block)
    return found


def with_radius(model: Model, radius: float, found: Mapping[str, Spectrum]) -> Model:
    """Return the network with every block of W_hh scaled to this spectral radius; all other parameters stay.

    found: its spectra, as `spectra` gives them. A block without a radius above zero cannot be scaled to one, and stays.
    """
    H, vector = model.config.hidden_size, model.vector.copy()
    parameters = model.layout.named(vector)
    for suffix in ("", "_reverse") if model.config.bidirectional else ("",):
        for gate, name in enumerate(CELLS[model.config.cell].blocks):
            present = found[f"{name}{suffix}"].radius
            if present > 0 and math.isfinite(present):
                parameters[f"W_hh{suffix}"][gate * H : (gate + 1) * H] *= radius / present
    return model.with_vector(vector)


def spectrum(W: Floats) -> Spectrum:
    """Return the spectrum of one square matrix (H, H)."""
    scale = float(np.max(np.abs(W)))  # scaled first: the square of a huge weight would overflow
    if scale == 0:
        return Spectrum(0.0, 0.0)
    scaled = np.ascontiguousarray(W) / scale
    return Spectrum(scale * _largest_singular(scaled), scale * max(_radius(part) for part in _irreducible(scaled)))


def _largest_singular(W: Floats) -> float:
    """Return σ_max by power iteration with WᵀW: v converges to the direction that W stretches most."""
    v = stream(0, "spectrum").standard_normal(len(W))
    before, sigma = -1.0, 0.0
    for _ in range(MOST_STEPS):
        pause()
        v /= np.linalg.norm(v)
        u = matvec(W, v)
        sigma = float(np.linalg.norm(u))
        if abs(sigma - before) <= CLOSE * sigma:
            break
        before, v = sigma, vecmat(u, W)
    return sigma


def _irreducible(W: Floats) -> list[Floats]:
    """The diagonal blocks of W once its units are ordered so that it is block triangular; their eigenvalues are those of W.

    Two units are in one block where each reaches the other along weights that are not zero. Without this, the powers of a
    triangular matrix outgrow its diagonal until nothing is left of it.
    """
    reach = (W != 0) | np.eye(len(W), dtype=np.bool_)
    steps = 1
    while steps < len(W) and not reach.all():
        reach, steps = reach @ reach, 2 * steps
    _, block = np.unique(reach & reach.T, axis=0, return_inverse=True)
    block = block.reshape(-1)
    return [np.ascontiguousarray(W[np.ix_(block == k, block == k)]) for k in range(block.max() + 1)]


def _balanced(W: Floats) -> Floats:
    """W with its units measured in other scales, powers of two, so that what goes into each is about as long as what comes out.

    That changes no eigenvalue (Osborne 1960), and makes the powers of W grow evenly.
    """
    W = W.copy()
    for _ in range(BALANCINGS):
        changed = False
        for i in range(len(W)):
            own = W[i, i]
            W[i, i] = 0.0
            out, into = float(np.max(np.abs(W[i]))), float(np.max(np.abs(W[:, i])))
            if out > 0.0 and into > 0.0:
                factor = 2.0 ** round((math.log2(into) - math.log2(out)) / 2)
                if factor != 1.0:
                    W[i] *= factor
                    W[:, i] /= factor
                    changed = True
            W[i, i] = own
        if not changed:
            break
    return W


def _radius(W: Floats) -> float:
    """Gelfand's formula by repeated squaring: (‖W²ᵐ‖ / ‖Wᵐ‖)^(1/m) at m = 2^19."""
    if len(W) == 1:
        return float(abs(W[0, 0]))
    power, taken_out = _balanced(W), 0.0  # W^(2^k) = e^taken_out power
    size = float(np.max(np.abs(power)))
    power, taken_out = power / size, math.log(size)
    logarithms = []
    for _ in range(SQUARINGS):
        pause()
        squared = np.zeros_like(power)
        add_outer(squared, np.ascontiguousarray(power.T), power)
        size = float(np.max(np.abs(squared)))
        if size == 0.0:  # the power vanishes: all eigenvalues are zero
            return 0.0
        power, taken_out = squared / size, 2 * taken_out + math.log(size)
        logarithms.append(taken_out + math.log(float(np.sqrt(np.sum(power**2)))))
    return math.exp((logarithms[-1] - logarithms[-2]) / 2 ** (SQUARINGS - 1))
