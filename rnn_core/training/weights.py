"""What a run changes, and how an update changes it: clip each gradient, take the optimizer's step, set the gradient to zero."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats, Ints
from rnn_core.engine.kernel import compiled
from rnn_core.engine.primitives import dot, rows_of
from rnn_core.network.cells.cell import Cell
from rnn_core.network.parameters import Layout, Parameters
from rnn_core.training.clipping import BY_GLOBAL_NORM, Clipped, clip
from rnn_core.training.optimizers import MOMENTUM, SGD, adam, momentum_sgd, sgd


class Weights(NamedTuple):
    """What a run changes: the vector of all parameters, the gradient to come, and what the optimizer remembers."""

    vector: Floats
    gradient: Floats
    """zero between updates"""
    memory: Floats
    """what the optimizer remembers (its number of MEMORIES, size): none, a running mean m, or m and v"""
    steps: Ints
    """(1,): updates done"""
    offsets: Ints
    """parameter p is vector[offsets[p]:offsets[p + 1]]"""
    row_widths: Ints
    """(P,): of a table with a row a word, how wide a row is; 0 for every other parameter"""


def views(weights: Weights, layout: Layout) -> tuple[Parameters, Parameters]:
    """Return the weights and their gradient as named views."""
    return layout.views(weights.vector), layout.views(weights.gradient)


class Rule(NamedTuple):
    """The settings of an update."""

    cell: Cell
    printed: bool
    batch_size: int
    clipping: int
    threshold: float
    optimizer: int
    momentum: float
    frozen: int
    """0, or 1 if no update touches the first parameter, an embedding"""


@compiled
def update(weights: Weights, rows: Ints, learning_rate: float, rule: Rule, totals: Floats) -> float:
    """Clip each gradient, take the step, set the gradient to zero again; return the whole gradient's norm before clipping.

    Of a table only the rows of the words that were read are clipped, measured and stepped: the others' gradient is zero (what
    an optimizer with a memory would do to them, see optimizers.py), so the cost does not grow with the vocabulary.
    totals (P+1, 8): see `tally`.
    """
    vector, gradients, memory, steps, offsets, row_widths = weights
    whole, touched = Clipped(0.0, 0.0, 0.0, 0), 0
    squares = 0.0
    if rule.clipping == BY_GLOBAL_NORM:
        for p in range(rule.frozen, len(row_widths)):
            gradient = touched_part(gradients[offsets[p] : offsets[p + 1]], row_widths[p], rows)
            squares += dot(gradient, gradient)
    steps[0] += 1
    count = steps[0]
    for p in range(len(row_widths)):
        a, b, width = offsets[p], offsets[p + 1], row_widths[p]
        if p < rule.frozen:  # a table: its gradient is dropped, and counts as zero
            for row in rows:
                gradients[a + row * width : a + (row + 1) * width] = 0.0
            tally(totals[p], Clipped(0.0, 0.0, 0.0, 0), len(rows) * width)
            continue
        gradient = touched_part(gradients[a:b], width, rows)
        clipped = clip(rule.clipping, gradient, rule.threshold, squares)
        tally(totals[p], clipped, len(gradient))
        whole = Clipped(
            whole.before + clipped.before, whole.after + clipped.after, whole.both + clipped.both, whole.changed + clipped.changed
        )
        touched += len(gradient)
        pieces, n = (1, b - a) if width == 0 else (len(rows), width)
        for k in range(pieces):
            start = a if width == 0 else a + rows[k] * width
            end = start + n
            step(vector[start:end], gradient[k * n : (k + 1) * n], memory[:, start:end], count, learning_rate, rule)
            gradients[start:end] = 0.0
    tally(totals[-1], whole, touched)
    return float(np.sqrt(whole.before))


@compiled
def touched_part(gradient: Floats, width: int, rows: Ints) -> Floats:
    """Of a parameter's gradient what the update touches (n,): all of it, or of a table (width of a row) a copy of the rows read."""
    if width == 0:
        return gradient
    return rows_of(gradient.reshape(-1, width), rows).reshape(-1)


@compiled
def step(parameter: Floats, gradient: Floats, memory: Floats, count: int, learning_rate: float, rule: Rule) -> None:
    """Move a parameter (n,) by the optimizer's step for its gradient; count: updates done, this one with them."""
    if rule.optimizer == SGD:
        sgd(parameter, gradient, learning_rate)
    elif rule.optimizer == MOMENTUM:
        momentum_sgd(parameter, gradient, memory[0], learning_rate, rule.momentum)
    else:
        adam(parameter, gradient, memory[0], memory[1], count, learning_rate)


@compiled
def tally(total: Floats, clipped: Clipped, touched: int) -> None:
    """Add one update to the totals (8,): the seven of GradientStatistics as sums (the two maxima as maxima), elements touched."""
    before, after = np.sqrt(clipped.before), np.sqrt(clipped.after)
    total[0] += before
    total[1] += after
    total[2] = max(total[2], before)
    total[3] = max(total[3], after)
    total[4] += clipped.changed > 0
    total[5] += clipped.changed
    # Untouched is 1 exactly, and so is zero; a threshold near the smallest numbers leaves a norm of nothing.
    total[6] += clipped.both / (before * after) if clipped.changed > 0 and before * after > 0.0 else 1.0
    total[7] += touched


@compiled
def finish(statistics: Floats, totals: Floats, updates: int) -> None:
    """Totals (P+1, 8) of an epoch to statistics (P+1, 7)."""
    for p in range(len(totals)):
        for k in range(7):
            statistics[p, k] = totals[p, k] / updates
        for k in (2, 3):  # maxima
            statistics[p, k] = totals[p, k]
        statistics[p, 5] = totals[p, 5] / totals[p, 7]
