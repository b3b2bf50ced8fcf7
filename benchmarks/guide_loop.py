"""The guide's training loop in our own words, the yardstick: what a reader who types the article in would run.

One-hot column vectors, a list of states, NumPy as it comes. Its slip is mended (W_hhᵀ da), and nothing is recorded but loss
and accuracy: no test split, no norms.
"""

from __future__ import annotations

import numpy as np

from rnn_core.arrays import Floats

Sentence = tuple[list[Floats], int]
"""One-hot column vectors (V, 1), and the class."""


class GuideRNN:
    """Many words in, one verdict out. Weights are given, so that a race starts everybody at the same place."""

    def __init__(self, W_xh: Floats, W_hh: Floats, W_hy: Floats) -> None:
        self.W_xh, self.W_hh, self.W_hy = W_xh.copy(), W_hh.copy(), W_hy.copy()
        self.b_h, self.b_y = np.zeros((len(W_hh), 1)), np.zeros((len(W_hy), 1))

    def forward(self, xs: list[Floats]) -> tuple[Floats, list[Floats]]:
        """One-hot words -> logits (C, 1), states after 0, 1 … T words, each (H, 1)."""
        states = [np.zeros((len(self.W_hh), 1))]
        for x in xs:
            states.append(np.tanh(self.W_xh @ x + self.W_hh @ states[-1] + self.b_h))
        return self.W_hy @ states[-1] + self.b_y, states

    def backward(self, xs: list[Floats], states: list[Floats], dy: Floats, learning_rate: float) -> None:
        """Back through the sentence, clip every gradient to ±1, take the step."""
        dW_hy, db_y = dy @ states[-1].T, dy
        dW_xh, dW_hh, db_h = np.zeros_like(self.W_xh), np.zeros_like(self.W_hh), np.zeros_like(self.b_h)
        dh = self.W_hy.T @ dy
        for t in reversed(range(len(xs))):
            da = (1 - states[t + 1] ** 2) * dh
            db_h += da
            dW_hh += da @ states[t].T
            dW_xh += da @ xs[t].T
            dh = self.W_hh.T @ da
        for gradient in (dW_xh, dW_hh, dW_hy, db_h, db_y):
            np.clip(gradient, -1, 1, out=gradient)
        self.W_hh -= learning_rate * dW_hh
        self.W_xh -= learning_rate * dW_xh
        self.W_hy -= learning_rate * dW_hy
        self.b_h -= learning_rate * db_h
        self.b_y -= learning_rate * db_y


def softmax(y: Floats) -> Floats:
    """Logits (C, 1) -> probabilities (C, 1)."""
    return np.exp(y) / sum(np.exp(y))


def one_hot(words: list[int], vocabulary_size: int) -> list[Floats]:
    """Word ids -> column vectors."""
    xs = []
    for word in words:
        x = np.zeros((vocabulary_size, 1))
        x[word] = 1
        xs.append(x)
    return xs


def train_epoch(
    rnn: GuideRNN, sentences: list[tuple[list[int], int]], vocabulary_size: int, learning_rate: float, order: list[int]
) -> tuple[float, float]:
    """One epoch, one update a sentence; mean loss and accuracy on the way."""
    loss, right = 0.0, 0
    for i in order:
        words, target = sentences[i]
        xs = one_hot(words, vocabulary_size)
        y, states = rnn.forward(xs)
        p = softmax(y)
        loss -= float(np.log(p[target, 0]))
        right += int(np.argmax(p)) == target
        dy = p
        dy[target] -= 1
        rnn.backward(xs, states, dy, learning_rate)
    return loss / len(order), right / len(order)
