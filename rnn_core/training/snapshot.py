"""A run between two epochs: all that it takes to go on from there."""

from __future__ import annotations

from typing import NamedTuple

from rnn_core.arrays import Floats


class Snapshot(NamedTuple):
    """Everything the next epoch depends on, and the settings that led here. It never changes."""

    epoch: int
    vector: Floats
    memory: Floats
    """the optimizer's"""
    steps: int
    """updates done"""
    order: dict[str, object]
    """of the random stream that shuffles"""

    @property
    def nbytes(self) -> int:
        return self.vector.nbytes + self.memory.nbytes
