"""The parameters of a network: their names, their shapes, and where they lie in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from rnn_core.compiled import Floats, Ints
from rnn_core.config import ModelConfig


class Parameters(NamedTuple):
    """Every parameter, or, in the same type, the gradient of each. V words, H hidden units, C classes."""

    W_xh: Floats
    """(V, H): stored a row a word, the transpose of the equations' W_xh (H, V), so that W_xh x_t is a row."""
    W_hh: Floats
    """(H, H)"""
    b_h: Floats
    """(H,)"""
    W_hy: Floats
    """(C, H)"""
    b_y: Floats
    """(C,)"""


TABLES = frozenset({"W_xh"})
"""Parameters with a row a word: an update touches only the rows of the words it read. They come first in Parameters."""


class Layout:
    """Where each parameter lies: all in one vector, in the order of Parameters, so that to copy a network is one copy."""

    def __init__(self, config: ModelConfig, vocabulary_size: int, classes: int) -> None:
        V, H, C = vocabulary_size, config.hidden_size, classes
        self.stored = Parameters(W_xh=(V, H), W_hh=(H, H), b_h=(H,), W_hy=(C, H), b_y=(C,))  # type: ignore[arg-type]
        self.offsets: Ints = np.cumsum([0, *(int(np.prod(shape)) for shape in self.stored)], dtype=np.int64)

    @property
    def names(self) -> tuple[str, ...]:
        return Parameters._fields

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes as in the equations: W_xh is (H, V)."""
        stored: Iterator[tuple[str, tuple[int, ...]]] = zip(self.names, self.stored, strict=True)  # type: ignore[arg-type]
        return {name: shape[::-1] if name in TABLES else shape for name, shape in stored}

    @property
    def size(self) -> int:
        """Numbers in all the parameters together."""
        return int(self.offsets[-1])

    def zeros(self) -> Floats:
        """A vector of zeros (size,) that begins at a cache line, 64 bytes: where memory happens to lie costs up to a third."""
        longer = np.zeros(self.size + 7)
        start = -longer.ctypes.data // 8 % 8
        return longer[start : start + self.size]

    def views(self, vector: Floats) -> Parameters:
        """The parameters as stored, each a view into the vector (size,)."""
        pieces = (vector[a:b] for a, b in zip(self.offsets, self.offsets[1:], strict=False))
        return Parameters(*(piece.reshape(shape) for piece, shape in zip(pieces, self.stored, strict=True)))

    def named(self, vector: Floats) -> Mapping[str, Floats]:
        """Name -> array in the equations' shape, each a view into the vector."""
        views = zip(self.names, self.views(vector), strict=True)
        return {name: array.T if name in TABLES else array for name, array in views}
