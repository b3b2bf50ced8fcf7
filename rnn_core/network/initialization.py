"""Initial values of the parameters. Biases start at zero, except the bias of a forget gate.

    normal       N(0, 1)·scale in every matrix (the guide's section 6, with scale 1/1000)
    glorot       uniform in ±√(6 / (columns + rows)), for the block of each gate (Glorot and Bengio 2010)
    orthogonal   as glorot, but the block of each gate in W_hh is a random orthogonal matrix, which keeps lengths
                 (Saxe et al. 2014)

With glorot and orthogonal, an embedding starts as N(0, 1), as in PyTorch.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.config import ModelConfig
from rnn_core.data.word_vectors import WordVectors
from rnn_core.network.cells import CELLS
from rnn_core.network.parameters import Layout
from rnn_core.streams import stream


def initial_parameters(config: ModelConfig, layout: Layout, seed: int) -> Floats:
    """Return the vector (size,) of a new network.

    Each matrix has its own random stream, so another vocabulary does not change the initial W_hh and W_hy.
    """
    vector = np.zeros(layout.size)
    H, cell = config.hidden_size, CELLS[config.cell]
    named = layout.named(vector)
    for name, array in layout.stored_views(vector).items():
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
            for block in np.split(named[name], 1 if name == "W_hy" else len(cell.gates)):
                if name.startswith("W_hh") and config.initialization == "orthogonal":
                    fill_orthogonal(block, draw)
                else:
                    fill_glorot(block, draw)
    return vector


def start_from_vectors(E: Floats, vectors: WordVectors, vocabulary: Iterable[str], seed: int) -> None:
    """Fill E (V, D) with the vectors of the words. A word without one gets N(0, 1) times the standard deviation of all vectors."""
    E[:] = stream(seed, "weights", "E").standard_normal(E.shape) * vectors.scale
    for place, word in enumerate(vocabulary):
        if word in vectors:
            E[place] = vectors.row(word)


def fill_glorot(block: Floats, draw: np.random.Generator) -> None:
    """Fill a matrix (m, n) with uniform random numbers in ±√(6 / (m + n))."""
    bound = np.sqrt(6.0 / sum(block.shape))
    block[...] = draw.uniform(-bound, bound, block.shape)


def fill_orthogonal(block: Floats, draw: np.random.Generator) -> None:
    """Fill a square matrix with a random orthogonal matrix."""
    Q, R = np.linalg.qr(draw.standard_normal(block.shape))
    block[...] = Q * np.sign(np.diag(R))  # the signs make all orthogonal matrices equally likely
