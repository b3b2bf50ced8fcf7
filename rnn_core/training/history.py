"""The records of a run: one row for each epoch, stored in columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, overload

import numpy as np

from rnn_core.arrays import Floats, Ints


class GradientStatistics(NamedTuple):
    """Statistics of the gradient of one parameter over the updates of an epoch. Norms are Euclidean."""

    norm_before: float
    """mean over the updates, before clipping"""
    norm_after: float
    """mean, after clipping"""
    norm_before_max: float
    norm_after_max: float
    updates_clipped: float
    """share of updates in which clipping changed at least one element"""
    elements_clipped: float
    """share of elements that clipping changed, among those that the updates touched (in a table, the rows of the words read)"""
    cosine: float
    """mean cosine of the angle between the gradient before and after clipping; 1 where both are zero"""


class Score(NamedTuple):
    """Mean cross-entropy in nats, and share of right predictions; None for no sentences."""

    loss: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """One epoch."""

    epoch: int
    """counted from 1"""
    train: Score
    """running score, as in the guide: each sentence is scored just before the network learns from it"""
    test: Score
    """after the epoch"""
    gradients: dict[str, GradientStatistics]
    """by parameter"""
    whole_gradient: GradientStatistics
    """of all parameters as one vector"""
    largest_norm: float
    """largest norm of the whole gradient before clipping, over the updates of the epoch"""
    largest_norm_row: int
    """row of the dataset, from 1, that caused it"""


class Columns(NamedTuple):
    """The arrays of N epochs. There are P parameters; the last of the P+1 gradients is the whole gradient."""

    train_loss: Floats
    train_accuracy: Floats
    test_loss: Floats
    """all NaN without a test split"""
    test_accuracy: Floats
    gradients: Floats
    """(N, P+1, 7), last axis in the order of GradientStatistics"""
    largest_norm: Floats
    largest_norm_row: Ints

    @classmethod
    def empty(cls, epochs: int, parameters: int) -> Columns:
        """Return columns of this length, to be filled."""
        curves = [np.full(epochs, np.nan) for _ in range(4)]
        gradients = np.zeros((epochs, parameters + 1, len(GradientStatistics._fields)))
        return cls._make([*curves, gradients, np.zeros(epochs), np.zeros(epochs, dtype=np.int64)])

    def grown(self, epochs: int) -> Columns:
        """Return longer columns, to be filled behind the rows of these."""
        longer = Columns.empty(epochs, self.gradients.shape[1] - 1)
        for new, old in zip(longer, self, strict=True):
            new[: len(old)] = old
        return longer

    def rows(self, start: int, end: int) -> Columns:
        """Return views of some rows."""
        return Columns._make(column[start:end] for column in self)

    @property
    def nbytes(self) -> int:
        return sum(column.nbytes for column in self)


class History:
    """The records of a run. `history[i]` is the record of epoch i + 1. Immutable."""

    def __init__(self, names: tuple[str, ...], columns: Columns) -> None:
        self.names = names
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns.train_loss)

    def __iter__(self) -> Iterator[EpochRecord]:
        return (self._record(i) for i in range(len(self)))

    @overload
    def __getitem__(self, index: int) -> EpochRecord: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[EpochRecord, ...]: ...

    def __getitem__(self, index: int | slice) -> EpochRecord | tuple[EpochRecord, ...]:
        """Return one record, or those of a slice. Raises IndexError as a sequence does."""
        if isinstance(index, slice):
            return tuple(self._record(i) for i in range(len(self))[index])
        return self._record(range(len(self))[index])

    def _record(self, i: int) -> EpochRecord:
        c = self.columns
        statistics = [GradientStatistics(*(float(v) for v in row)) for row in c.gradients[i]]
        tested = not np.isnan(c.test_loss[i])
        return EpochRecord(
            epoch=i + 1,
            train=Score(float(c.train_loss[i]), float(c.train_accuracy[i])),
            test=Score(float(c.test_loss[i]), float(c.test_accuracy[i])) if tested else Score(None, None),
            gradients=dict(zip(self.names, statistics, strict=False)),
            whole_gradient=statistics[-1],
            largest_norm=float(c.largest_norm[i]),
            largest_norm_row=int(c.largest_norm_row[i]),
        )

    def gradient(self, name: str | None, statistic: str) -> Floats:
        """Return one statistic of the gradient of a parameter (None: the whole gradient) over all epochs (N,)."""
        which = len(self.names) if name is None else self.names.index(name)
        return self.columns.gradients[:, which, GradientStatistics._fields.index(statistic)]

    def first_perfect_epoch(self) -> int | None:
        """Return the first epoch (from 1) in which every training sentence was right, or None."""
        perfect = np.flatnonzero(self.columns.train_accuracy == 1.0)
        return int(perfect[0]) + 1 if len(perfect) else None

    def up_to(self, epoch: int) -> History:
        """Return the records up to this epoch. The arrays are shared."""
        columns = self.columns.rows(0, epoch)
        for column in columns:
            column.setflags(write=False)
        return History(self.names, columns)

    @property
    def nbytes(self) -> int:
        return self.columns.nbytes
