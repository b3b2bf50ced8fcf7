"""The guide's network once more, for comparison: one-hot column vectors, a list of states, a loop over sentences.

Written from the guide's sections 6 to 8 and sharing no code with the core, so that an error would have to be made twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rnn_core import Dataset, GradientStatistics, Model, ModelConfig, TextRules, Vocabulary
from rnn_core.network import passes
from rnn_core.network.parameters import Layout

Floats = npt.NDArray[np.float64]

NAMES = ("W_xh", "W_hh", "b_h", "W_hy", "b_y")


class Sentence(NamedTuple):
    """Word ids, class id, and the row of the dataset (from 1)."""

    ids: list[int]
    target: int
    row: int


def sentences(dataset: Dataset, split: str) -> list[Sentence]:
    """The sentences of one split as the guide encodes them; words and classes are numbered in sorted order."""
    train = [(text, label) for text, label, part in dataset.examples if part == "train"]
    words = sorted({word for text, _ in train for word in text.split(" ")})
    labels = sorted({label or "" for _, label in train})
    return [
        Sentence([words.index(word) for word in text.split(" ")], labels.index(label or ""), row)
        for row, (text, label, part) in enumerate(dataset.examples, start=1)
        if part == split
    ]


class Guide:
    """The guide's class RNN: Wxh (H, V), Whh (H, H), Why (C, H), and biases as columns."""

    def __init__(self, parameters: Mapping[str, Floats], *, printed: bool = False) -> None:
        self.theta = {name: np.array(parameters[name], dtype=np.float64) for name in NAMES}
        for name in ("b_h", "b_y"):
            self.theta[name] = self.theta[name].reshape(-1, 1)
        self.printed = printed

    def parameters(self) -> dict[str, Floats]:
        """Name -> array, biases as plain vectors."""
        return {name: value.reshape(-1) if name.startswith("b_") else value for name, value in self.theta.items()}

    def forward(self, ids: Sequence[int]) -> tuple[list[Floats], list[Floats], Floats]:
        """One-hot inputs, states (the first is zero) and probabilities, all columns."""
        W_xh, W_hh, b_h, W_hy, b_y = (self.theta[name] for name in NAMES)
        xs: list[Floats] = []
        for word in ids:
            x = np.zeros((W_xh.shape[1], 1))
            x[word] = 1
            xs.append(x)
        hs: list[Floats] = [np.zeros((W_hh.shape[0], 1))]
        for x in xs:
            hs.append(np.tanh(W_xh @ x + W_hh @ hs[-1] + b_h))
        y = W_hy @ hs[-1] + b_y
        return xs, hs, np.exp(y) / np.exp(y).sum()

    def gradients(self, ids: Sequence[int], target: int) -> tuple[dict[str, Floats], float, bool]:
        """The gradient of one sentence's loss by parameter, the loss, and whether the verdict was right."""
        xs, hs, p = self.forward(ids)
        d_y = p.copy()
        d_y[target] -= 1
        g = {name: np.zeros_like(value) for name, value in self.theta.items()}
        g["W_hy"], g["b_y"] = d_y @ hs[-1].T, d_y
        d_h = self.theta["W_hy"].T @ d_y
        for t in reversed(range(len(ids))):
            temp = (1 - hs[t + 1] ** 2) * d_h
            g["b_h"] += temp
            g["W_hh"] += temp @ hs[t].T
            g["W_xh"] += temp @ xs[t].T
            d_h = (self.theta["W_hh"] if self.printed else self.theta["W_hh"].T) @ temp
        return g, float(-np.log(p[target, 0])), bool(np.argmax(p) == target)

    def score(self, data: Sequence[Sentence]) -> tuple[float, float]:
        """Mean loss and accuracy, nothing learned."""
        losses = [float(-np.log(self.forward(s.ids)[2][s.target, 0])) for s in data]
        right = [int(np.argmax(self.forward(s.ids)[2])) == s.target for s in data]
        return float(np.mean(losses)), float(np.mean(right))

    def train(self, data: Sequence[Sentence], order: Sequence[int], rate: float, threshold: float) -> Epoch:
        """One epoch, one sentence an update; threshold infinity: no clipping."""
        losses: list[float] = []
        right: list[bool] = []
        logs: dict[str, list[_Update]] = {name: [] for name in (*NAMES, "whole")}
        for i in order:
            ids, target, _ = data[i]
            g, loss, hit = self.gradients(ids, target)
            losses.append(loss)
            right.append(hit)
            clipped = {name: np.clip(value, -threshold, threshold) for name, value in g.items()}
            # Of W_xh an update touches the columns of the sentence's words, once each.
            columns = sorted(set(ids))
            pairs = {name: (g[name].ravel(), clipped[name].ravel()) for name in NAMES}
            pairs["W_xh"] = (g["W_xh"][:, columns].ravel(), clipped["W_xh"][:, columns].ravel())
            pairs["whole"] = tuple(np.concatenate([pairs[name][k] for name in NAMES]) for k in (0, 1))  # type: ignore[assignment]
            for name, (before, after) in pairs.items():
                logs[name].append(_measure(before, after))
            for name in NAMES:
                self.theta[name] = self.theta[name] - rate * clipped[name]
        norms = [update.before for update in logs["whole"]]
        largest = int(np.argmax(norms))
        return Epoch(
            loss=float(np.mean(losses)),
            accuracy=float(np.mean(right)),
            gradients={name: _statistics(updates) for name, updates in logs.items()},
            largest_norm=norms[largest],
            largest_norm_row=data[order[largest]].row,
        )


@dataclass(frozen=True)
class Epoch:
    """What one epoch of the reference did; gradients by parameter, and "whole" for all of them as one vector."""

    loss: float
    accuracy: float
    gradients: dict[str, GradientStatistics]
    largest_norm: float
    largest_norm_row: int


class _Update(NamedTuple):
    before: float
    after: float
    changed: int
    touched: int
    cosine: float


def _measure(before: Floats, after: Floats) -> _Update:
    b, a = float(np.linalg.norm(before)), float(np.linalg.norm(after))
    cosine = float(before @ after / (b * a)) if b > 0 and a > 0 else 1.0
    return _Update(b, a, int(np.sum(before != after)), before.size, cosine)


def _statistics(updates: list[_Update]) -> GradientStatistics:
    return GradientStatistics(
        norm_before=float(np.mean([u.before for u in updates])),
        norm_after=float(np.mean([u.after for u in updates])),
        norm_before_max=max(u.before for u in updates),
        norm_after_max=max(u.after for u in updates),
        updates_clipped=float(np.mean([u.changed > 0 for u in updates])),
        elements_clipped=sum(u.changed for u in updates) / sum(u.touched for u in updates),
        cosine=float(np.mean([u.cosine for u in updates])),
    )


def model_with(
    parameters: Mapping[str, object], words: Sequence[str], labels: tuple[str, ...] = ("negative", "positive"), **config: object
) -> Model:
    """A model with these parameters, shapes as in the equations."""
    arrays = {name: np.array(value, dtype=np.float64) for name, value in parameters.items()}
    settings = ModelConfig(hidden_size=len(arrays["b_h"]), **config)  # type: ignore[arg-type]
    V, H, C = len(words), len(arrays["b_h"]), len(labels)
    blank = Model(TextRules(), Vocabulary(words), labels, settings, np.zeros(V * H + H * H + H + C * H + C))
    vector = blank.vector.copy()
    for name, view in blank.layout.named(vector).items():
        view[...] = arrays[name]
    return blank.with_vector(vector)


def random_model(words: Sequence[str], hidden_size: int, labels: tuple[str, ...], seed: int = 0, **config: object) -> Model:
    """A model with weights of order one and none of them symmetric, biases included."""
    draw = np.random.default_rng(seed).standard_normal
    V, H, C = len(words), hidden_size, len(labels)
    return model_with(
        {
            "W_xh": draw((H, V)),
            "W_hh": draw((H, H)) / np.sqrt(H),
            "b_h": draw(H) / 2,
            "W_hy": draw((C, H)) / np.sqrt(H),
            "b_y": draw(C) / 2,
        },
        words,
        labels,
        **config,
    )


NETWORKS: dict[str, dict[str, Any]] = {
    f"{cell}-{'both ways' if both else 'one way'}-{'embedding' if size else 'one-hot'}": {
        "cell": cell,
        "bidirectional": both,
        "embedding_size": size,
    }
    for cell in ("vanilla", "gru", "lstm")
    for both in (False, True)
    for size in (0, 5)
}
"""Every kind of network: three cells, two directions, two inputs; D = 5."""


def large_model(
    words: Sequence[str], hidden_size: int, labels: tuple[str, ...] = ("negative", "positive"), seed: int = 0, **config: object
) -> Model:
    """Any kind of network, its weights of order one."""
    settings = ModelConfig(hidden_size=hidden_size, **config)  # type: ignore[arg-type]
    size = Layout(settings, len(words), len(labels)).size
    return Model(TextRules(), Vocabulary(words), labels, settings, np.zeros(size)).with_large_weights(seed)


class Gradients(NamedTuple):
    """What backpropagation says of one sentence."""

    of: Mapping[str, Floats]
    """by parameter, shapes as in the equations"""
    dz: Floats
    dz_reverse: Floats


def gradients(model: Model, text: str, label: str) -> Gradients:
    """The core's own gradients of the loss of one text, without the differences that a gradient check needs time for."""
    vector, gradient, views = model.vector.copy(), np.zeros(model.layout.size), model.layout.views
    target = model.labels.index(label)
    told = passes.add_gradients(model.cell, views(vector), views(gradient), model.ids(text), target, False)
    return Gradients(model.layout.named(gradient), told.dz, told.dz_reverse)


def slope(loss: Callable[[float], float], epsilon: float = 1e-5) -> float:
    """The derivative at zero by central differences."""
    return (loss(epsilon) - loss(-epsilon)) / (2 * epsilon)
