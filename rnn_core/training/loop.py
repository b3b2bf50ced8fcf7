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
from rnn_core.engine.primitives import dot, is_finite
from rnn_core.network import passes
from rnn_core.network.cells.cell import Cell
from rnn_core.network.losses import cross_entropy, cross_entropy_gradient
from rnn_core.network.parameters import Parameters
from rnn_core.training.history import Columns
from rnn_core.training.weights import Rule, Weights, finish, update


class Sentences(NamedTuple):
    """Encoded sentences: the word ids of all, one after another, where each begins, and what each is."""

    words: Ints
    starts: Ints
    """(N + 1,): sentence i is words[starts[i]:starts[i + 1]]"""
    targets: Ints
    """(N,) class ids"""
    rows: Ints
    """(N,) rows in the dataset, from 1"""


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
