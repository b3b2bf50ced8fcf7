"""Where weights start."""

from __future__ import annotations

import numpy as np

from rnn_core.compiled import Floats
from rnn_core.config import ModelConfig
from rnn_core.parameters import Layout
from rnn_core.streams import stream


def initial_parameters(config: ModelConfig, layout: Layout, seed: int) -> Floats:
    """The vector (size,) of a new network: weights N(0, 1)·init_scale, biases zero (the guide's section 6).

    Each matrix has a random stream of its own, so another vocabulary leaves the first W_hh and W_hy as they were.
    """
    vector = np.zeros(layout.size)
    for name, array in zip(layout.names, layout.views(vector), strict=True):
        if name.startswith("W_"):
            array[:] = stream(seed, "weights", name).standard_normal(array.shape) * config.init_scale
    return vector
