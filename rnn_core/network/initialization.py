"""Where weights start. Biases start at zero, except for a forget gate's.

    normal       N(0, 1)·scale in every matrix (the guide's section 6, with scale 1/1000)
    glorot       uniform in ±√(6 / (columns + rows)), each gate's block for itself (Glorot and Bengio 2010)
    orthogonal   as glorot, but each gate's block of W_hh a random orthogonal matrix, which neither stretches nor shrinks
                 (Saxe et al. 2014)

With glorot and orthogonal an embedding starts as N(0, 1), as PyTorch's does.
"""

from __future__ import annotations

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.config import ModelConfig
from rnn_core.network.cells import CELLS
from rnn_core.network.parameters import Layout
from rnn_core.streams import stream


def initial_parameters(config: ModelConfig, layout: Layout, seed: int) -> Floats:
    """The vector (size,) of a new network.

    Each matrix has a random stream of its own, so another vocabulary leaves the first W_hh and W_hy as they were.
    """
    vector = np.zeros(layout.size)
    H, cell = config.hidden_size, CELLS[config.cell]
    stored = layout.stored_views(vector)
    for name, array in stored.items():
        draw = stream(seed, "weights", name)
        if name.startswith("b_"):
            if cell.forget_gate is not None and name.removesuffix("_reverse") == "b_h":
                gate = cell.gates.index(cell.forget_gate)
                array[gate * H : (gate + 1) * H] = config.forget_bias
        elif config.initialization == "normal":
            array[:] = draw.standard_normal(array.shape) * config.init_scale
        elif name == "E":
            array[:] = draw.standard_normal(array.shape)
        else:
            _draw_blocks(layout.named(vector)[name], config, name, draw)
    return vector


def _draw_blocks(matrix: Floats, config: ModelConfig, name: str, draw: np.random.Generator) -> None:
    """Fill a matrix in the equations' shape, gate by gate."""
    gates = 1 if name == "W_hy" else len(CELLS[config.cell].gates)
    rows = len(matrix) // gates
    for gate in range(gates):
        block = matrix[gate * rows : (gate + 1) * rows]
        if name.startswith("W_hh") and config.initialization == "orthogonal":
            Q, R = np.linalg.qr(draw.standard_normal(block.shape))
            block[...] = Q * np.sign(np.diag(R))  # the signs make the draw uniform over all orthogonal matrices
        else:
            bound = np.sqrt(6.0 / sum(block.shape))
            block[...] = draw.uniform(-bound, bound, block.shape)
