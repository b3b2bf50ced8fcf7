"""How W_hh stretches: what it can do to a gradient in one step, and what in many.

    σ_max    largest singular value: no step through W_hhᵀ makes a gradient longer than σ_max times what it was
    ρ        spectral radius, the largest |eigenvalue|: what n steps do grows as ρⁿ, tanh' left aside

ρ ≤ σ_max always; a matrix far from symmetric can stretch once and shrink in the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnn_core.config import Cell
from rnn_core.model import Model

BLOCKS: Mapping[Cell, tuple[str, ...]] = {
    "vanilla": ("W_hh",),
    "gru": ("W_hr", "W_hu", "W_hn"),
    "lstm": ("W_hi", "W_hf", "W_hg", "W_ho"),
}
"""The square blocks of W_hh (G·H, H) from top to bottom, as the cells' equations name them."""


class Spectrum(NamedTuple):
    """Two figures of one square matrix."""

    singular: float
    """largest singular value"""
    radius: float
    """spectral radius"""


def spectra(model: Model) -> dict[str, Spectrum]:
    """By block (BLOCKS, the second direction's with "_reverse" behind). Costs about 1 ms a block at H = 64, and grows as H³."""
    H, found = model.config.hidden_size, {}
    for suffix in ("", "_reverse") if model.config.bidirectional else ("",):
        W_hh = model.parameters[f"W_hh{suffix}"]
        for gate, name in enumerate(BLOCKS[model.config.cell]):
            block = W_hh[gate * H : (gate + 1) * H]
            scale = float(np.max(np.abs(block)))  # taken out first: the square of a huge weight is beyond all numbers
            if scale > 0:
                singular = float(np.linalg.norm(block / scale, 2))
                radius = float(np.max(np.abs(np.linalg.eigvals(block / scale))))
                found[f"{name}{suffix}"] = Spectrum(scale * singular, scale * radius)
            else:
                found[f"{name}{suffix}"] = Spectrum(0.0, 0.0)
    return found
