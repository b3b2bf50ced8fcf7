"""The epoch loop: one sentence, one update, as the guide trains, or a batch of them; a call runs a slice of whole epochs.

A call is a slice and not an epoch because compiled code runs without Python's lock and has to win it back after each call,
which beside a busy Python thread costs more than an epoch takes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rnn_core.arrays import Floats, Ints
from rnn_core.engine.kernel import compiled, dot, is_finite
from rnn_core.network import passes
from rnn_core.network.losses import cross_entropy, cross_entropy_gradient
from rnn_core.network.parameters import Parameters
from rnn_core.training.clipping import BY_GLOBAL_NORM, Clipped, clip
from rnn_core.training.history import Columns
from rnn_core.training.optimizers import MOMENTUM, SGD, adam, momentum_sgd, sgd


class Sentences(NamedTuple):
    """Encoded sentences: the word ids of all, one after another, where each begins, and what each is."""

    words: Ints
    starts: Ints
    """(N + 1,): sentence i is words[starts[i]:starts[i + 1]]"""
    targets: Ints
    """(N,) class ids"""
    rows: Ints
    """(N,) rows in the dataset, from 1"""


class Weights(NamedTuple):
    """What a run changes: the vector of all parameters, the gradient to come, and both as named views."""

    vector: Floats
    gradient: Floats
    """zero between updates"""
    params: Parameters
    grads: Parameters
    memory: Floats
    """what the optimizer remembers (its number of MEMORIES, size): none, a running mean m, or m and v"""
    steps: Ints
    """(1,): updates done"""
    offsets: Ints
    """parameter p is vector[offsets[p]:offsets[p + 1]]"""
    row_widths: Ints
    """(P,): of a table with a row a word, how wide a row is; 0 for every other parameter"""


class Rule(NamedTuple):
    """The settings of an update."""

    cell: int
    printed: bool
    batch_size: int
    clipping: int
    threshold: float
    optimizer: int
    momentum: float


@compiled
def run_epochs(
    weights: Weights,
    train: Sentences,
    test: Sentences,
    orders: Ints,
    rates: Floats,
    rule: Rule,
    vocabulary: int,
    columns: Columns,
) -> int:
    """Run len(orders) epochs, in each the sentences in the order of a row of orders (E, N), and fill a row of columns.

    rates (E,): the learning rate of each epoch. vocabulary: V. Return how many epochs finished: fewer than asked where a loss
    or the length of the gradient or of the weights, each as one vector, stopped being finite.
    """
    params, cell = weights.params, rule.cell
    seen = np.zeros(vocabulary, dtype=np.bool_)
    for e in range(len(orders)):
        losses, right, updates, largest, largest_row = 0.0, 0, 0, -1.0, 0
        totals = np.zeros((len(weights.offsets), 8))
        for first in range(0, len(orders[e]), rule.batch_size):
            batch = orders[e, first : first + rule.batch_size]
            worst, worst_row = -1.0, 0
            for i in batch:
                words, target = train.words[train.starts[i] : train.starts[i + 1]], train.targets[i]
                states = passes.forward(cell, params, words)
                logits = passes.output(params, states.h[-1], states.h_reverse[-1])
                loss = cross_entropy(logits, target)
                losses += loss
                right += np.argmax(logits) == target
                dlogits = cross_entropy_gradient(logits, target)
                dlogits /= len(batch)  # the batch's gradient is the mean
                passes.backward(cell, params, weights.grads, words, states, dlogits, rule.printed)
                if loss > worst:
                    worst, worst_row = loss, train.rows[i]
            norm = update(weights, distinct(batch, train, seen), rates[e], rule, totals)
            updates += 1
            if not is_finite(losses + norm):
                return e
            if norm > largest:
                largest, largest_row = norm, worst_row
        if not is_finite(dot(weights.vector, weights.vector)):
            return e
        test_loss, test_accuracy = evaluate(cell, params, test)
        if len(test.targets) > 0 and not is_finite(test_loss):
            return e
        columns.train_loss[e] = losses / len(orders[e])
        columns.train_accuracy[e] = right / len(orders[e])
        columns.test_loss[e], columns.test_accuracy[e] = test_loss, test_accuracy
        finish(columns.gradients[e], totals, updates)
        columns.largest_norm[e], columns.largest_norm_row[e] = largest, largest_row
    return len(orders)


@compiled
def evaluate(cell: int, params: Parameters, sentences: Sentences) -> tuple[float, float]:
    """Mean loss and accuracy, nothing learned; NaN for no sentences."""
    n = len(sentences.targets)
    if n == 0:
        return np.nan, np.nan
    losses, right = 0.0, 0
    for i in range(n):
        words, target = sentences.words[sentences.starts[i] : sentences.starts[i + 1]], sentences.targets[i]
        states = passes.forward(cell, params, words)
        logits = passes.output(params, states.h[-1], states.h_reverse[-1])
        losses += cross_entropy(logits, target)
        right += np.argmax(logits) == target
    return losses / n, right / n


@compiled
def distinct(batch: Ints, sentences: Sentences, seen: npt.NDArray[np.bool_]) -> Ints:
    """The word ids of the sentences of a batch, each once. seen (V,): all False, before and after."""
    size = 0
    for i in batch:
        size += sentences.starts[i + 1] - sentences.starts[i]
    rows = np.empty(size, dtype=np.int64)
    n = 0
    for i in batch:
        for word in sentences.words[sentences.starts[i] : sentences.starts[i + 1]]:
            if not seen[word]:
                seen[word] = True
                rows[n] = word
                n += 1
    rows = rows[:n]
    seen[rows] = False
    return rows


@compiled
def update(weights: Weights, rows: Ints, learning_rate: float, rule: Rule, totals: Floats) -> float:
    """Clip each gradient, take the step, set the gradient to zero again; return the whole gradient's norm before clipping.

    Of a table only the rows of the words that were read are clipped, measured and stepped: the others' gradient is zero (what
    an optimizer with a memory would do to them, see optimizers.py), so the cost does not grow with the vocabulary.
    totals (P+1, 8): see `tally`.
    """
    # Only what is needed is handed on: to pass all of weights costs a count of references for each of its arrays.
    vector, gradients, memory, offsets, row_widths = (
        weights.vector,
        weights.gradient,
        weights.memory,
        weights.offsets,
        weights.row_widths,
    )
    whole, touched = Clipped(0.0, 0.0, 0.0, 0), 0
    squares = 0.0
    if rule.clipping == BY_GLOBAL_NORM:
        for p in range(len(row_widths)):
            gradient = touched_part(gradients[offsets[p] : offsets[p + 1]], row_widths[p], rows)
            squares += dot(gradient, gradient)
    weights.steps[0] += 1
    count = weights.steps[0]
    for p in range(len(row_widths)):
        a, b, width = offsets[p], offsets[p + 1], row_widths[p]
        gradient = touched_part(gradients[a:b], width, rows)
        clipped = clip(rule.clipping, gradient, rule.threshold, squares)
        tally(totals[p], clipped, len(gradient))
        whole = Clipped(
            whole.before + clipped.before, whole.after + clipped.after, whole.both + clipped.both, whole.changed + clipped.changed
        )
        touched += len(gradient)
        if width == 0:
            step(vector[a:b], gradient, memory[:, a:b], count, learning_rate, rule)
            gradient[:] = 0.0
        else:
            for k in range(len(rows)):
                start = a + rows[k] * width
                end = start + width
                step(vector[start:end], gradient[k * width : (k + 1) * width], memory[:, start:end], count, learning_rate, rule)
                gradients[start:end] = 0.0
    tally(totals[-1], whole, touched)
    return float(np.sqrt(whole.before))


@compiled
def touched_part(gradient: Floats, width: int, rows: Ints) -> Floats:
    """Of a parameter's gradient what the update touches (n,): all of it, or of a table (width of a row) a copy of the rows read."""
    if width == 0:
        return gradient
    return gradient.reshape(-1, width)[rows].reshape(-1)


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
