"""The loop of training: one sentence, one update, as the guide trains, or a batch of them; a call runs a slice.

A slice is many epochs of a small network, since compiled code runs without Python's lock and has to win it back after each
call, which beside a busy Python thread costs more than such an epoch takes. It is a part of one epoch of a large network,
so that whoever stops it, or waits for the processor, never waits for the epoch.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rnn_core.arrays import Floats, Ints
from rnn_core.engine.kernel import compiled
from rnn_core.engine.primitives import dot, is_finite, rows_of
from rnn_core.network import passes
from rnn_core.network.cells.cell import Cell
from rnn_core.network.losses import cross_entropy, cross_entropy_gradient
from rnn_core.network.parameters import Layout, Parameters
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


class EpochSums(NamedTuple):
    """What has been added up in the epoch at hand."""

    trained: int
    """training sentences"""
    losses: float
    right: int
    largest: float
    """the largest norm of a whole gradient"""
    largest_row: int
    tested: int
    """test sentences"""
    test_losses: float
    test_right: int
    totals: Floats
    """(P+1, 8), see `tally`"""


class BatchSums(NamedTuple):
    """What has been gathered in the batch at hand, beside the gradient."""

    worst: float
    """the largest loss"""
    worst_row: int
    distinct: int
    """how many words"""
    rows: Ints
    """(V,): rows[:distinct] are their ids, each once, in the order of reading"""
    seen: npt.NDArray[np.bool_]
    """(V,): whether a word is one of them"""


class Progress(NamedTuple):
    """Where the loop stands between two calls."""

    epochs: int
    """finished, of those asked for"""
    work: int
    """done since the first of them began, as `epoch_work` counts"""
    diverged: bool
    """whether a loss, or the length of the gradient or of the weights, each as one vector, stopped being finite"""
    epoch: EpochSums
    batch: BatchSums

    @classmethod
    def at_first(cls, parameters: int, vocabulary: int) -> Progress:
        """Before the first sentence of the first epoch, for P parameters and V words."""
        epoch = EpochSums(0, 0.0, 0, -1.0, 0, 0, 0.0, 0, np.zeros((parameters + 1, 8)))
        batch = BatchSums(-1.0, 0, 0, np.empty(vocabulary, dtype=np.int64), np.zeros(vocabulary, dtype=np.bool_))
        return cls(0, 0, False, epoch, batch)


TRAIN_WORK, UPDATE_WORK, TEST_WORK = 3, 3, 1
"""Passes over W_hh: a word costs one on the way there and two on the way back, an update three, a test word one."""


def epoch_work(train: Sentences, test: Sentences, batch_size: int) -> int:
    """Return the work of one epoch, in passes over W_hh."""
    updates = -(-len(train.targets) // batch_size)
    return TRAIN_WORK * len(train.words) + UPDATE_WORK * updates + TEST_WORK * len(test.words)


@compiled
def run_slice(
    weights: Weights,
    params: Parameters,
    grads: Parameters,
    train: Sentences,
    test: Sentences,
    orders: Ints,
    rates: Floats,
    rule: Rule,
    progress: Progress,
    work: int,
    columns: Columns,
) -> Progress:
    """Go on from progress with len(orders) epochs until so much work is done, at the least one sentence; return the progress.

    Each epoch learns from the training sentences in the order of a row of orders (E, N), at its learning rate of rates (E,),
    then scores the test sentences and fills a row of columns. Wherever it is cut into slices, the numbers are the same.
    params and grads: the weights and their gradient by name, as `views` gives them.
    """
    cell, size = rule.cell, rule.batch_size
    epochs, done, diverged = progress.epochs, progress.work, progress.diverged
    trained, losses, right, largest, largest_row, tested, test_losses, test_right, totals = progress.epoch
    worst, worst_row, distinct, rows, seen = progress.batch
    sentences, tests, enough = orders.shape[1], len(test.targets), done + work
    while epochs < len(orders) and done < enough and not diverged:
        learning = trained < sentences
        split, i = (train, orders[epochs, trained]) if learning else (test, tested)
        words, target = split.words[split.starts[i] : split.starts[i + 1]], split.targets[i]
        z, z_reverse = passes.send(params, words)
        states = passes.run(cell, params, z, z_reverse)
        logits = passes.output(params, states.h[-1], states.h_reverse[-1])
        loss, correct = cross_entropy(logits, target), np.argmax(logits) == target
        if learning:
            losses += loss
            right += correct
            first = trained - trained % size
            last = min(first + size, sentences)
            dlogits = cross_entropy_gradient(logits, target)
            dlogits /= last - first  # the batch's gradient is the mean
            passes.backward(cell, params, grads, words, states, dlogits, rule.printed)
            if loss > worst:
                worst, worst_row = loss, train.rows[i]
            for word in words:
                if not seen[word]:
                    seen[word] = True
                    rows[distinct] = word
                    distinct += 1
            trained += 1
            done += TRAIN_WORK * len(words)
            if trained == last:  # the batch is complete
                norm = update(weights, rows[:distinct], rates[epochs], rule, totals)
                for word in rows[:distinct]:
                    seen[word] = False
                done += UPDATE_WORK
                diverged = not is_finite(losses + norm)
                if norm > largest:
                    largest, largest_row = norm, worst_row
                worst, worst_row, distinct = -1.0, 0, 0
                if trained == sentences and not is_finite(dot(weights.vector, weights.vector)):
                    diverged = True
        else:
            test_losses += loss
            test_right += correct
            done += TEST_WORK * len(words)
            tested += 1
            diverged = not is_finite(test_losses)
        if trained == sentences and tested == tests and not diverged:  # the epoch is complete
            columns.train_loss[epochs], columns.train_accuracy[epochs] = losses / sentences, right / sentences
            if tests > 0:
                columns.test_loss[epochs], columns.test_accuracy[epochs] = test_losses / tests, test_right / tests
            columns.largest_norm[epochs], columns.largest_norm_row[epochs] = largest, largest_row
            finish(columns.gradients[epochs], totals, -(-sentences // size))
            epochs += 1
            trained, losses, right, largest, largest_row, tested, test_losses, test_right = 0, 0.0, 0, -1.0, 0, 0, 0.0, 0
            totals[:] = 0.0
    epoch = EpochSums(trained, losses, right, largest, largest_row, tested, test_losses, test_right, totals)
    return Progress(epochs, done, diverged, epoch, BatchSums(worst, worst_row, distinct, rows, seen))


@compiled
def mean_loss(cell: Cell, params: Parameters, sentences: Sentences) -> float:
    """Return the mean loss of the sentences in nats; nothing is learned."""
    losses = 0.0
    for i in range(len(sentences.targets)):
        z, z_reverse = passes.send(params, sentences.words[sentences.starts[i] : sentences.starts[i + 1]])
        states = passes.run(cell, params, z, z_reverse)
        losses += cross_entropy(passes.output(params, states.h[-1], states.h_reverse[-1]), sentences.targets[i])
    return losses / len(sentences.targets)


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
