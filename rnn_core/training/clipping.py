"""Gradient clipping, and measurements of what it changed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.engine.kernel import compiled
from rnn_core.engine.primitives import dot

NONE, BY_VALUE, BY_NORM, BY_GLOBAL_NORM = 0, 1, 2, 3
"""Kinds of clipping as numbers, for compiled code. KINDS has the names that settings use."""
KINDS = {"none": NONE, "value": BY_VALUE, "norm": BY_NORM, "global_norm": BY_GLOBAL_NORM}


class Clipped(NamedTuple):
    """What clipping changed in a gradient: g before, g' after."""

    before: float
    """g · g"""
    after: float
    """g' · g'"""
    both: float
    """g · g'"""
    changed: int
    """number of elements that clipping changed"""


def plain_clip_by_value(gradient: Floats, threshold: float) -> None:
    """Cut every element to [-threshold, threshold], in place (the guide). This can change the direction of the gradient."""
    np.clip(gradient, -threshold, threshold, out=gradient)


@compiled(plain=plain_clip_by_value)
def clip_by_value(gradient: Floats, threshold: float) -> None:
    """Cut every element to [-threshold, threshold], in place (the guide). This can change the direction of the gradient."""
    for i in range(len(gradient)):
        gradient[i] = min(max(gradient[i], -threshold), threshold)


def plain_count_beyond(x: Floats, bound: float) -> int:
    """How many elements of a vector (n,) are larger than a bound, whatever their sign."""
    return int(np.count_nonzero(np.abs(x) > bound))


@compiled(plain=plain_count_beyond)
def count_beyond(x: Floats, bound: float) -> int:
    """How many elements of a vector (n,) are larger than a bound, whatever their sign."""
    count = 0
    for i in range(len(x)):
        count += abs(x[i]) > bound
    return count


@compiled
def clip_by_norm(gradient: Floats, threshold: float, norm: float) -> float:
    """Scale a gradient in place so that the norm is at most the threshold. Return the factor, 1 if nothing changes.

    norm: of this gradient, or of all gradients as one vector (Pascanu et al., "On the difficulty of training recurrent neural
    networks", 2013).
    """
    factor = 1.0
    if norm > threshold:
        factor = threshold / (norm + 1e-6)  # as torch.nn.utils.clip_grad_norm_ does
        gradient *= factor
    return factor


@compiled
def clip(kind: int, gradient: Floats, threshold: float, whole: float) -> Clipped:
    """Clip a gradient (n,) in place and return what changed. whole: the squared norm of all gradients of the update together."""
    before = dot(gradient, gradient)
    unchanged = Clipped(before, before, before, 0)
    if kind == BY_VALUE:
        if before < threshold * threshold:  # no element is larger than the norm
            return unchanged
        changed = count_beyond(gradient, threshold)
        if changed == 0:
            return unchanged
        raw = gradient.copy()
        clip_by_value(gradient, threshold)
        return Clipped(before, dot(gradient, gradient), dot(raw, gradient), changed)
    norm = np.sqrt(whole if kind == BY_GLOBAL_NORM else before)
    if kind == NONE or not norm > threshold:
        return unchanged
    changed = count_beyond(gradient, 0.0)
    factor = clip_by_norm(gradient, threshold, norm)
    if factor == 1.0:  # the norm exceeds the threshold by less than rounding shows
        return unchanged
    return Clipped(before, factor * factor * before, factor * before, changed)
