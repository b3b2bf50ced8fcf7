"""A recurrent network that learns to classify sentences: one experiment of Unrolled as a program of its own.

It needs only NumPy. It draws the same random numbers as the page, takes the same steps and prints the log that plain NumPy gives.
If training is at the edge of stability, a difference in the last bit between two machines can grow until it is visible.
"""

# The program with every option. script.py reduces it to one experiment: it inserts the settings and the sentences, removes the
# code that these settings never reach, and replaces each import from the package, and the cell, by the source of the functions.

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np

from rnn_core.arrays import Floats, Ints
from rnn_core.engine.primitives import add_outer, dot, matvec, vecmat
from rnn_core.network.cells import vanilla as cell
from rnn_core.network.initialization import fill_glorot, fill_orthogonal
from rnn_core.network.inputs import embedding_backward, embedding_forward, one_hot_backward
from rnn_core.network.losses import cross_entropy, cross_entropy_gradient
from rnn_core.schedule import scheduled_rate
from rnn_core.streams import stream
from rnn_core.training.clipping import clip_by_norm, clip_by_value
from rnn_core.training.optimizers import adam, momentum_sgd, sgd

# ---------------------------------------------------------------- the settings

CELL: str = "vanilla"
HIDDEN_SIZE = 2  # H, numbers in a hidden state
BIDIRECTIONAL = False
EMBEDDING_SIZE = 0
INITIALIZATION: str = "normal"
INIT_SCALE = 0.1  # initial weights are N(0, 1) times this
FORGET_BIAS = 1.0  # initial bias of the forget gate
VECTORS: str = "unused"  # or "start": the embedding starts from word vectors; "frozen": and stays as it is
RECURRENT_GRADIENT: str = "exact"  # or "printed": the guide's rule, which is wrong
EPOCHS = 1
LEARNING_RATE = 0.1
RATE_EVERY = 0  # after every so many epochs the rate is multiplied
RATE_FACTOR = 0.5  # by this factor
OPTIMIZER: str = "sgd"
MOMENTUM = 0.9  # share of the last step that is added to the next
BATCH_SIZE = 1  # sentences per update
CLIPPING: str = "value"
CLIP_THRESHOLD = 1.0
STOPPING: str = "never"
STOP_ACCURACY = 1.0  # training ends when the accuracy has been at least this
STOP_EPOCHS = 20  # for so many epochs in a row
SEED = 0
CHANGES: list[tuple[int, str, Any]] = []  # made during the run: (epoch, setting, its value from then on)
LOG_EVERY = 100

# ---------------------------------------------------------------- the sentences, as the network reads them

TRAIN = [("good", "positive"), ("not good", "negative")]
TEST = [("good", "positive")]
BETWEEN_WORDS = " "

LABELS = sorted({label for _, label in TRAIN})
VOCABULARY = sorted({word for text, _ in TRAIN for word in text.split(BETWEEN_WORDS)})


WORD_VECTORS: dict[str, list[float]] = {}
WORD_VECTORS_SCALE = 1.0  # standard deviation of their numbers


def encode(sentences: list[tuple[str, str]]) -> list[tuple[Ints, int]]:
    """Return word ids (T,) and class of each sentence."""
    ids = {word: i for i, word in enumerate(VOCABULARY)}
    return [(np.array([ids[word] for word in text.split(BETWEEN_WORDS)]), LABELS.index(label)) for text, label in sentences]


# ---------------------------------------------------------------- the parameters

# With one-hot input W_xh is stored transposed, one row for each word, so that W_xh x_t is a row.
SHAPES: dict[str, tuple[int, ...]] = {"W_xh": (2, 2), "W_hh": (2, 2), "b_h": (2,), "W_hy": (2, 2), "b_y": (2,)}
TABLES = ("E",) if EMBEDDING_SIZE else ("W_xh", "W_xh_reverse") if BIDIRECTIONAL else ("W_xh",)  # with one row for each word
LEARNED = tuple(SHAPES)[1:] if VECTORS == "frozen" else tuple(SHAPES)  # the parameters that updates change; E is the first
GATES = 1  # blocks of H rows in W_xh, W_hh and b_h
FORGET_GATE: int | None = None  # the place of the forget gate among them
PRINTED_RULE = True  # whether the guide prints a backward rule for the cell


def initial(name: str, shape: tuple[int, ...]) -> Floats:
    """Return the initial value of a parameter. Biases start at zero; each matrix has a random stream of its own."""
    array = np.zeros(shape)
    if name.startswith("b_"):
        if FORGET_GATE is not None and name.removesuffix("_reverse") == "b_h":
            array[FORGET_GATE * HIDDEN_SIZE : (FORGET_GATE + 1) * HIDDEN_SIZE] = FORGET_BIAS
        return array
    draw = stream(SEED, "weights", name)
    if VECTORS != "unused" and name == "E":
        array[:] = draw.standard_normal(shape) * WORD_VECTORS_SCALE  # for words without a vector
        for place, word in enumerate(VOCABULARY):
            array[place] = WORD_VECTORS.get(word, array[place])
        return array
    if INITIALIZATION == "normal":
        return draw.standard_normal(shape) * INIT_SCALE
    if EMBEDDING_SIZE and name == "E":
        return draw.standard_normal(shape)
    matrix = array.T if not EMBEDDING_SIZE and name in TABLES else array  # as in the equations
    for block in np.split(matrix, 1 if name == "W_hy" else GATES):  # gate by gate
        if INITIALIZATION == "orthogonal" and name.startswith("W_hh"):
            fill_orthogonal(block, draw)
        else:
            fill_glorot(block, draw)
    return array


params: Any = SimpleNamespace(**{name: initial(name, shape) for name, shape in SHAPES.items()})
grads = SimpleNamespace(**{name: np.zeros(shape) for name, shape in SHAPES.items()})  # zero between updates
if OPTIMIZER == "momentum":
    memory = {name: np.zeros((1, *shape)) for name, shape in SHAPES.items()}  # a running mean of each gradient
if OPTIMIZER == "adam":
    memory = {name: np.zeros((2, *shape)) for name, shape in SHAPES.items()}  # running means of each gradient and its square
    updates = np.zeros(1, dtype=np.int64)

# ---------------------------------------------------------------- the network


def input_forward(W_xh: Floats, words: Ints) -> Floats:
    """Word ids (T,) -> z (T, G·H) = W_xh x_t."""
    if EMBEDDING_SIZE:
        return embedding_forward(params.E, W_xh, words)
    return W_xh[words]  # x_t is zero except for a one in the place of the word


def input_backward(W_xh: Floats, dW_xh: Floats, words: Ints, dz: Floats) -> None:
    """Add dz (T, G·H) to the gradients of the words."""
    if EMBEDDING_SIZE:
        embedding_backward(params.E, W_xh, grads.E, dW_xh, words, dz)
    else:
        one_hot_backward(dW_xh, words, dz)


def backward_through_cell(params: Any, grads: Any, h: Floats, cache: Floats, dh: Floats) -> Floats:
    """Carry dh (H,) = dL/dh_T back through all steps: add to grads, return dz (T, G·H)."""
    if PRINTED_RULE:
        return cell.backward(params, grads, h, cache, dh, RECURRENT_GRADIENT == "printed")[0]
    return cell.backward(params, grads, h, cache, dh)[0]  # type: ignore[call-arg]  # other cells take no more


def reverse(arrays: Any) -> Any:
    """Return the arrays of the second direction, which reads the sentence backwards, under the names that a cell uses."""
    return SimpleNamespace(
        **{name.removesuffix("_reverse"): array for name, array in vars(arrays).items() if name.endswith("_reverse")}
    )


def read(words: Ints) -> tuple[Floats, Floats, tuple[Floats, ...]]:
    """Word ids (T,) -> logits (C,), the last state, and all states."""
    states: tuple[Floats, ...] = cell.forward(params, input_forward(params.W_xh, words))
    last = states[0][-1]
    if BIDIRECTIONAL:
        states += cell.forward(reverse(params), input_forward(params.W_xh_reverse, words[::-1]))
        last = np.concatenate((last, states[2][-1]))
    return matvec(params.W_hy, last) + params.b_y, last, states


def backward(words: Ints, last: Floats, states: tuple[Floats, ...], dlogits: Floats) -> None:
    """Carry dlogits (C,) back through output layer, cell and input: add to every gradient."""
    grads.b_y += dlogits
    add_outer(grads.W_hy, dlogits.reshape(1, -1), last.reshape(1, -1))  # dL/dW_hy = dy h_Tᵀ
    dh = vecmat(dlogits, params.W_hy)
    if BIDIRECTIONAL:
        dh, dh_reverse = dh[:HIDDEN_SIZE], dh[HIDDEN_SIZE:]
    dz = backward_through_cell(params, grads, states[0], states[1], dh)
    input_backward(params.W_xh, grads.W_xh, words, dz)
    if BIDIRECTIONAL:
        dz = backward_through_cell(reverse(params), reverse(grads), states[2], states[3], dh_reverse)
        input_backward(params.W_xh_reverse, grads.W_xh_reverse, words[::-1], dz)


# ---------------------------------------------------------------- learning


def update(words: list[int], rate: float) -> float:
    """Clip each gradient, take the step, and set the gradient to zero. Return the norm of all gradients before clipping.

    In a table with one row for each word, only the rows of the words just read have a gradient and take a step.
    """
    rows = {name: words if name in TABLES else slice(None) for name in LEARNED}
    squares = 0.0
    for name, place in rows.items():
        part = vars(grads)[name][place].reshape(-1)
        squares += dot(part, part)
    if OPTIMIZER == "adam":
        updates[0] += 1
    for name, place in rows.items():
        parameter, gradient = vars(params)[name][place], vars(grads)[name][place]
        if CLIPPING == "value":
            clip_by_value(gradient, CLIP_THRESHOLD)
        elif CLIPPING == "norm":
            clip_by_norm(gradient, CLIP_THRESHOLD, np.sqrt(dot(gradient.reshape(-1), gradient.reshape(-1))))
        elif CLIPPING == "global_norm":
            clip_by_norm(gradient, CLIP_THRESHOLD, np.sqrt(squares))
        if OPTIMIZER == "sgd":
            sgd(parameter, gradient, rate)
        else:
            means = memory[name][:, place]
            if OPTIMIZER == "momentum":
                momentum_sgd(parameter, gradient, means[0], rate, MOMENTUM)
            else:
                adam(parameter, gradient, means[0], means[1], updates[0], rate)
            memory[name][:, place] = means
        vars(params)[name][place] = parameter
        vars(grads)[name][place] = 0.0
    return float(np.sqrt(squares))


def train_epoch(sentences: list[tuple[Ints, int]], order: list[int], rate: float) -> tuple[float, float]:
    """Learn from every sentence once. Return mean loss and accuracy; each sentence is scored before the network learns from it."""
    losses, right = 0.0, 0
    for first in range(0, len(order), BATCH_SIZE):
        batch = [sentences[i] for i in order[first : first + BATCH_SIZE]]
        for words, target in batch:
            logits, last, states = read(words)
            losses += cross_entropy(logits, target)
            right += np.argmax(logits) == target
            backward(words, last, states, cross_entropy_gradient(logits, target) / len(batch))
        norm = update(list(dict.fromkeys(word for words, _ in batch for word in words)), rate)
        if not np.isfinite(losses + norm):
            raise FloatingPointError
    if not np.isfinite(sum(dot(parameter.reshape(-1), parameter.reshape(-1)) for parameter in vars(params).values())):
        raise FloatingPointError
    return losses / len(order), right / len(order)


def evaluate(sentences: list[tuple[Ints, int]]) -> tuple[float, float]:
    """Return mean loss and accuracy, without learning."""
    losses, right = 0.0, 0
    for words, target in sentences:
        logits = read(words)[0]
        losses += cross_entropy(logits, target)
        right += np.argmax(logits) == target
    if not np.isfinite(losses):
        raise FloatingPointError
    return losses / len(sentences), right / len(sentences)


# ---------------------------------------------------------------- the run


def epochs() -> Iterator[tuple[int, tuple[float, float], tuple[float, float] | None]]:
    """Train. Yield the number of each epoch (from 1) and its scores on both splits.

    Raises FloatingPointError if a loss or a weight is no longer a finite number.
    """
    train, test = encode(TRAIN), encode(TEST)
    shuffle = stream(SEED, "order").shuffle
    if STOPPING != "never":
        held = 0  # epochs in a row with that accuracy
    for epoch in range(1, EPOCHS + 1):
        if CHANGES:
            for when, setting, value in CHANGES:
                if when == epoch:
                    globals()[setting] = value
        order = list(range(len(train)))
        shuffle(order)
        rate = scheduled_rate(LEARNING_RATE, RATE_FACTOR, RATE_EVERY, epoch) if RATE_EVERY else LEARNING_RATE
        trained = train_epoch(train, order, rate)
        tested = evaluate(test) if TEST else None
        yield epoch, trained, tested
        if STOPPING != "never":
            watched = trained if STOPPING == "train" else tested
            held = held + 1 if watched and watched[1] >= STOP_ACCURACY else 0
            if held == STOP_EPOCHS:
                return


def log(epoch: int, train: tuple[float, float], test: tuple[float, float] | None) -> None:
    """Print the scores of an epoch as the guide does."""
    print(f"--- Epoch {epoch}")
    print(f"Train:\tLoss {train[0]:.3f} | Accuracy: {train[1]:.3f}")
    if test:
        print(f"Test:\tLoss {test[0]:.3f} | Accuracy: {test[1]:.3f}")


def run() -> None:
    """Train and print the log of every 100th epoch and of the last."""
    epoch, lost = 0, ""
    try:
        for epoch, train, test in epochs():
            if epoch % LOG_EVERY == 0:
                log(epoch, train, test)
    except FloatingPointError:
        lost = f"In epoch {epoch + 1} the numbers grew beyond all bounds."
    if epoch % LOG_EVERY:
        log(epoch, train, test)
    if lost:
        sys.exit(lost)


if __name__ == "__main__":
    with np.errstate(over="ignore", invalid="ignore"):
        run()
