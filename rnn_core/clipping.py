"""Gradient clipping, and the measure of what it did."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnn_core.compiled import Floats, compiled, dot

NONE, BY_VALUE = 0, 1
"""The kinds of clipping as numbers, for compiled code; KINDS names them as the settings do."""
KINDS = {"none": NONE, "value": BY_VALUE}


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
def clip(kind: int, gradient: Floats, threshold: float) -> Clipped:
    """Clip a gradient (n,) in place and say what that did.

    By value (the guide): every element is cut to [-threshold, threshold]. This can turn the gradient, not only shorten it.
    """
    before = dot(gradient, gradient)
    if kind == NONE or before < threshold * threshold:  # no element is larger than the norm
        return Clipped(before, before, before, 0)
    changed = int(np.sum(np.abs(gradient) > threshold))
    if changed == 0:
        return Clipped(before, before, before, 0)
    clipped = np.clip(gradient, -threshold, threshold)
    after, both = dot(clipped, clipped), dot(gradient, clipped)
    gradient[:] = clipped
    return Clipped(before, after, both, changed)
