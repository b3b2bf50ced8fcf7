"""One race: the same updates of the same network by this package, by the guide's loop and by PyTorch."""

from __future__ import annotations

import time

from rnn_core import Experiment, Model, Trainer, presets
from rnn_core.streams import stream
from rnn_core.training.encoding import encode

Numbers = dict[str, float]

EPOCHS = 300
"""As many for everybody, from the same weights and in the same order, to the same loss."""
SECONDS = 1.5
"""How long a rate is measured."""


def race() -> Experiment:
    """The guide's sentences and settings, started where learning begins at once."""
    return presets.better_start().with_training(epochs=EPOCHS)


def ours() -> Numbers:
    """This package, with every statistic and the test split, compiled or plain as the environment says."""
    from rnn_core.engine import kernel

    experiment = race()
    train_all(experiment.with_training(epochs=2))
    laps, spent = 0, 0.0
    while spent < SECONDS:
        began = time.perf_counter()
        trainer = train_all(experiment)
        spent += time.perf_counter() - began
        laps += 1
    loss = trainer.history[-1].train.loss or 0.0
    return {"microseconds": _per_sentence(spent / laps), "loss": loss, "compiled": float(kernel.COMPILED)}


def guide_loop() -> Numbers:
    """The guide's loop: no test split, no statistics."""
    from benchmarks.guide_loop import GuideRNN, train_epoch

    start, sentences, orders = _start_of_race()
    W = start.parameters
    rnn = GuideRNN(W["W_xh"], W["W_hh"], W["W_hy"])
    began = time.perf_counter()
    for order in orders:
        loss, _ = train_epoch(rnn, sentences, len(start.vocabulary), 0.02, order)
    return {"microseconds": _per_sentence(time.perf_counter() - began), "loss": loss}


def pytorch() -> Numbers:
    """Eager PyTorch: no test split, no statistics. Nothing where PyTorch is missing."""
    try:
        import torch
    except ImportError:
        return {}
    from benchmarks.pytorch_loop import PyTorchRNN

    start, sentences, orders = _start_of_race()
    W = start.parameters
    warm, rnn = (PyTorchRNN(W["W_xh"], W["W_hh"], W["W_hy"], 0.02) for _ in range(2))
    xs = [torch.tensor(start.vocabulary.one_hot(words)) for words, _ in sentences]
    targets = [torch.tensor(target) for _, target in sentences]
    warm.train_epoch(xs, targets, orders[0])
    began = time.perf_counter()
    for order in orders:
        loss = rnn.train_epoch(xs, targets, order)
    return {"microseconds": _per_sentence(time.perf_counter() - began), "loss": loss}


def train_all(experiment: Experiment) -> Trainer:
    trainer = Trainer(experiment)
    while trainer.advance():
        pass
    return trainer


def _per_sentence(seconds: float) -> float:
    return seconds / EPOCHS / len(race().dataset.rows("train")) * 1e6


def _start_of_race() -> tuple[Model, list[tuple[list[int], int]], list[list[int]]]:
    """The first weights, the training sentences as word ids and class, and the order of every epoch."""
    experiment = race()
    start = Model.initial(experiment)
    train = encode(experiment.dataset, "train", start)
    ends = zip(train.starts, train.starts[1:], train.targets, strict=False)
    sentences = [(train.words[a:b].tolist(), int(target)) for a, b, target in ends]
    order = stream(experiment.training.seed, "order")
    return start, sentences, [order.permutation(len(sentences)).tolist() for _ in range(EPOCHS)]
