"""Gradient clipping, and the measure of what it did."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.engine.kernel import compiled, dot

NONE, BY_VALUE, BY_NORM, BY_GLOBAL_NORM = 0, 1, 2, 3
"""The kinds of clipping as numbers, for compiled code; KINDS names them as the settings do."""
KINDS = {"none": NONE, "value": BY_VALUE, "norm": BY_NORM, "global_norm": BY_GLOBAL_NORM}


class Clipped(NamedTuple):
    """What clipping did to one gradient g, turned into g': three sums over its elements, and a count."""

    before: float
    """g · g"""
    after: float
    """g' · g'"""
    both: float
    """g · g'"""
    changed: int
    """elements that clipping changed"""


@compiled
def clip(kind: int, gradient: Floats, threshold: float, whole: float) -> Clipped:
    """Clip a gradient (n,) in place and say what that did. whole: the squared norm of all gradients of the update together.

    By value (the guide): every element is cut to [-threshold, threshold]. This can turn the gradient, not only shorten it.
    By norm: a gradient longer than the threshold is scaled to that length, each parameter's for itself.
    By global norm: the same for all gradients as one vector, all by one factor (Pascanu et al., "On the difficulty of
    training recurrent neural networks", 2013).
    """
    before = dot(gradient, gradient)
    if kind == BY_VALUE:
        return _clip_by_value(gradient, threshold, before)
    norm = np.sqrt(whole if kind == BY_GLOBAL_NORM else before)
    if kind == NONE or norm <= threshold:
        return Clipped(before, before, before, 0)
    factor = threshold / (norm + 1e-6)  # as torch.nn.utils.clip_grad_norm_ has it
    if not factor < 1.0:
        return Clipped(before, before, before, 0)
    changed = int(np.sum(gradient != 0.0))
    gradient *= factor
    return Clipped(before, factor * factor * before, factor * before, changed)


@compiled
def _clip_by_value(gradient: Floats, threshold: float, before: float) -> Clipped:
    if before < threshold * threshold:  # no element is larger than the norm
        return Clipped(before, before, before, 0)
    changed = int(np.sum(np.abs(gradient) > threshold))
    if changed == 0:
        return Clipped(before, before, before, 0)
    clipped = np.clip(gradient, -threshold, threshold)
    after, both = dot(clipped, clipped), dot(gradient, clipped)
    gradient[:] = clipped
    return Clipped(before, after, both, changed)
