"""The parameters of a network: names, shapes, and their places in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from rnn_core.arrays import Floats, Ints
from rnn_core.config import ModelConfig
from rnn_core.network.cells import CELLS
from rnn_core.network.cells.cell import Direction

if TYPE_CHECKING:  # compiled code does not depend on it
    from rnn_core.experiment import Experiment


class Parameters(NamedTuple):
    """All parameters, or the gradients of all of them. Parameters that a network does not have are empty arrays."""

    E: Floats
    """(V, D): one row for each word, with an embedding only"""
    forward: Direction
    reverse: Direction
    """of a bidirectional network, which also reads the sentence backwards"""
    W_hy: Floats
    """(C, H), bidirectional (C, 2H)"""
    b_y: Floats
    """(C,)"""


class Layout:
    """Where each parameter is stored. All are in one vector, so a network is copied in one step."""

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
        """Parameters stored with one row for each word. An update changes only the rows of the words that were read."""
        self.row_widths: Ints = np.array(
            [shape[-1] if name in self.tables else 0 for name, shape in stored.items()], dtype=np.int64
        )
        """For each parameter, the width of a row if it is a table, else 0."""

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
        """Number of elements in all parameters."""
        return int(self.offsets[-1])

    def zeros(self) -> Floats:
        """Return a vector of zeros (size,), aligned to a cache line (64 bytes): other alignments cost up to a third of the speed."""
        longer = np.zeros(self.size + 7)
        start = -longer.ctypes.data // 8 % 8
        return longer[start : start + self.size]

    def stored_views(self, vector: Floats) -> dict[str, Floats]:
        """Return name -> array as stored. The arrays are views of the vector (size,)."""
        pieces = (vector[a:b] for a, b in zip(self.offsets, self.offsets[1:], strict=False))
        return {name: piece.reshape(shape) for (name, shape), piece in zip(self.stored.items(), pieces, strict=True)}

    def views(self, vector: Floats) -> Parameters:
        """Return the parameters as stored, in the type that cells and passes use. The arrays are views of the vector (size,)."""
        have = self.stored_views(vector)
        matrix, bias = np.empty((0, 0)), np.empty(0)
        for nothing in (matrix, bias):  # else every combination of present and absent parameters would be compiled
            nothing.setflags(write=vector.flags.writeable)

        def direction(suffix: str) -> Direction:
            empty: tuple[Any, ...] = (matrix, matrix, bias, bias)
            return Direction(
                *(have.get(f"{name}{suffix}", nothing) for name, nothing in zip(Direction._fields, empty, strict=True))
            )

        return Parameters(have.get("E", matrix), direction(""), direction("_reverse"), have["W_hy"], have["b_y"])

    def named(self, vector: Floats) -> Mapping[str, Floats]:
        """Return name -> array in the shape of the equations. The arrays are views of the vector (size,)."""
        return {name: array.T if name in self._transposed else array for name, array in self.stored_views(vector).items()}
