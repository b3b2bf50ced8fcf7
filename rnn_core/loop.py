"""The epoch loop: one sentence, one update, as the guide trains; a call runs a slice of whole epochs.

A call is a slice and not an epoch because compiled code runs without Python's lock and has to win it back after each call,
which beside a busy Python thread costs more than an epoch takes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rnn_core import network
from rnn_core.clipping import Clipped, clip
from rnn_core.compiled import Floats, Ints, compiled
from rnn_core.history import Columns
from rnn_core.losses import cross_entropy, cross_entropy_gradient
from rnn_core.optimizers import sgd
from rnn_core.parameters import Parameters


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
    offsets: Ints
    """parameter p is vector[offsets[p]:offsets[p + 1]]; parameter 0 is the input's table"""


class Rule(NamedTuple):
    """The settings of an update."""

    printed: bool
    clipping: int
    threshold: float
    learning_rate: float


@compiled
def run_epochs(weights: Weights, train: Sentences, test: Sentences, orders: Ints, rule: Rule, columns: Columns) -> int:
    """Run len(orders) epochs, in each the sentences in the order of a row of orders (E, N), and fill a row of columns.

    Gives back how many epochs finished: fewer than asked where a loss, a gradient or a weight stopped being finite.
    """
    params = weights.params
    seen = np.zeros(len(params.W_xh), dtype=np.bool_)
    for e in range(len(orders)):
        losses, right, largest, largest_row = 0.0, 0, -1.0, 0
        totals = np.zeros((len(weights.offsets), 8))
        for i in orders[e]:
            words, target = train.words[train.starts[i] : train.starts[i + 1]], train.targets[i]
            h = network.hidden_states(params, words)
            logits = network.output(params, h[-1])
            losses += cross_entropy(logits, target)
            right += np.argmax(logits) == target
            network.backward(params, weights.grads, words, h, cross_entropy_gradient(logits, target), rule.printed)
            norm = update(weights, distinct(words, seen), rule, totals)
            if not np.isfinite(losses + norm):
                return e
            if norm > largest:
                largest, largest_row = norm, train.rows[i]
        if not np.isfinite(np.sum(weights.vector)):
            return e
        columns.train_loss[e] = losses / len(orders[e])
        columns.train_accuracy[e] = right / len(orders[e])
        test_loss, test_accuracy = evaluate(params, test)
        if len(test.targets) > 0 and not np.isfinite(test_loss):
            return e
        columns.test_loss[e], columns.test_accuracy[e] = test_loss, test_accuracy
        finish(columns.gradients[e], totals, len(orders[e]))
        columns.largest_norm[e], columns.largest_norm_row[e] = largest, largest_row
    return len(orders)


@compiled
def evaluate(params: Parameters, sentences: Sentences) -> tuple[float, float]:
    """Mean loss and accuracy, nothing learned; NaN for no sentences."""
    n = len(sentences.targets)
    if n == 0:
        return np.nan, np.nan
    losses, right = 0.0, 0
    for i in range(n):
        words, target = sentences.words[sentences.starts[i] : sentences.starts[i + 1]], sentences.targets[i]
        logits = network.output(params, network.hidden_states(params, words)[-1])
        losses += cross_entropy(logits, target)
        right += np.argmax(logits) == target
    return losses / n, right / n


@compiled
def distinct(words: Ints, seen: npt.NDArray[np.bool_]) -> Ints:
    """The word ids, each once. seen (V,): all False, before and after."""
    rows = np.empty_like(words)
    n = 0
    for word in words:
        if not seen[word]:
            seen[word] = True
            rows[n] = word
            n += 1
    rows = rows[:n]
    seen[rows] = False
    return rows


@compiled
def update(weights: Weights, rows: Ints, rule: Rule, totals: Floats) -> float:
    """Clip each gradient, take the step, set the gradient to zero again; return the whole gradient's norm before clipping.

    Of the input's table only the rows of the words that were read are clipped, measured and updated: the others' gradient
    is zero and plain gradient descent would leave them where they are, so this is the same step at a cost that does not
    grow with the vocabulary. totals (P+1, 8): see `tally`.
    """
    table, gradients = weights.params.W_xh, weights.grads.W_xh
    step = gradients[rows]
    whole = clip(rule.clipping, step.reshape(-1), rule.threshold)
    touched = step.size
    tally(totals[0], whole, touched)
    for k in range(len(rows)):
        sgd(table[rows[k]], step[k], rule.learning_rate)
        gradients[rows[k]] = 0.0

    for p in range(1, len(weights.offsets) - 1):
        a, b = weights.offsets[p], weights.offsets[p + 1]
        gradient = weights.gradient[a:b]
        clipped = clip(rule.clipping, gradient, rule.threshold)
        tally(totals[p], clipped, b - a)
        sgd(weights.vector[a:b], gradient, rule.learning_rate)
        gradient[:] = 0.0
        whole = Clipped(
            whole.before + clipped.before, whole.after + clipped.after, whole.both + clipped.both, whole.changed + clipped.changed
        )
        touched += b - a
    tally(totals[-1], whole, touched)
    return float(np.sqrt(whole.before))


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
