"""The parameters of a network: their names, their shapes, and where they lie in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Self

import numpy as np

from rnn_core.arrays import Floats, Ints
from rnn_core.config import ModelConfig
from rnn_core.experiment import Experiment
from rnn_core.network.cells import CELLS
from rnn_core.network.cells.cell import Direction


class Parameters(NamedTuple):
    """Every parameter, or, in the same type, the gradient of each; what a network does without is empty."""

    E: Floats
    """(V, D): a row a word, with an embedding only"""
    forward: Direction
    reverse: Direction
    """of a bidirectional network, which reads the sentence backwards too"""
    W_hy: Floats
    """(C, H), bidirectional (C, 2H)"""
    b_y: Floats
    """(C,)"""


class Layout:
    """Where each parameter lies: all in one vector, so that to copy a network is one copy."""

    def __init__(self, config: ModelConfig, vocabulary_size: int, classes: int) -> None:
        V, H, D, C = vocabulary_size, config.hidden_size, config.embedding_size, classes
        cell = CELLS[config.cell]
        GH = len(cell.gates) * H
        directions = ("", "_reverse") if config.bidirectional else ("",)
        stored: dict[str, tuple[int, ...]] = {"E": (V, D)} if D else {}
        for suffix in directions:
            stored[f"W_xh{suffix}"] = (GH, D) if D else (V, GH)
            stored[f"W_hh{suffix}"] = (GH, H)
            stored[f"b_h{suffix}"] = (GH,)
            if cell.recurrent_bias:
                stored[f"b_hn{suffix}"] = (H,)
        stored["W_hy"] = (C, len(directions) * H)
        stored["b_y"] = (C,)
        self.stored: Mapping[str, tuple[int, ...]] = stored
        self.offsets: Ints = np.cumsum([0, *(int(np.prod(shape)) for shape in stored.values())], dtype=np.int64)
        self._transposed = () if D else tuple(f"W_xh{suffix}" for suffix in directions)
        self.tables: frozenset[str] = frozenset(("E",) if D else self._transposed)
        """Parameters stored with a row a word: an update touches only the rows of the words it read."""
        self.row_widths: Ints = np.array(
            [shape[-1] if name in self.tables else 0 for name, shape in stored.items()], dtype=np.int64
        )
        """Of each parameter: how wide a row of the table is, 0 for what is no table."""

    @classmethod
    def of(cls, experiment: Experiment) -> Self:
        """Return the layout of an experiment's network."""
        return cls(experiment.model, len(experiment.dataset.vocabulary), len(experiment.dataset.labels))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.stored)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes as in the equations: one-hot W_xh is (G·H, V)."""
        return {name: shape[::-1] if name in self._transposed else shape for name, shape in self.stored.items()}

    @property
    def size(self) -> int:
        """Numbers in all the parameters together."""
        return int(self.offsets[-1])

    def zeros(self) -> Floats:
        """A vector of zeros (size,) that begins at a cache line, 64 bytes: where memory happens to lie costs up to a third."""
        longer = np.zeros(self.size + 7)
        start = -longer.ctypes.data // 8 % 8
        return longer[start : start + self.size]

    def stored_views(self, vector: Floats) -> dict[str, Floats]:
        """Name -> array as stored, each a view into the vector (size,)."""
        pieces = (vector[a:b] for a, b in zip(self.offsets, self.offsets[1:], strict=False))
        return {name: piece.reshape(shape) for (name, shape), piece in zip(self.stored.items(), pieces, strict=True)}

    def views(self, vector: Floats) -> Parameters:
        """The parameters as compiled code takes them, each a view into the vector (size,)."""
        have = self.stored_views(vector)
        matrix, bias = np.empty((0, 0)), np.empty(0)
        for nothing in (matrix, bias):  # else each combination of what is there and what is not would be compiled anew
            nothing.setflags(write=vector.flags.writeable)

        def direction(suffix: str) -> Direction:
            empty: tuple[Any, ...] = (matrix, matrix, bias, bias)
            return Direction(
                *(have.get(f"{name}{suffix}", nothing) for name, nothing in zip(Direction._fields, empty, strict=True))
            )

        return Parameters(have.get("E", matrix), direction(""), direction("_reverse"), have["W_hy"], have["b_y"])

    def named(self, vector: Floats) -> Mapping[str, Floats]:
        """Name -> array in the equations' shape, each a view into the vector."""
        return {name: array.T if name in self._transposed else array for name, array in self.stored_views(vector).items()}
