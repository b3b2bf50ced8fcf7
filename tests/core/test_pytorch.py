"""PyTorch as a second opinion: the same networks, gradients, clipping and optimizers, by people who never saw this code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from rnn_core import Experiment, Model, ModelConfig, Trainer, TrainingConfig, presets
from rnn_core.network.parameters import Layout
from rnn_core.streams import stream
from rnn_core.training.clipping import KINDS as CLIPPINGS
from rnn_core.training.clipping import clip
from rnn_core.training.encoding import rule_of, weights_of
from rnn_core.training.optimizers import KINDS as OPTIMIZERS
from rnn_core.training.weights import update
from tests.core.reference import NETWORKS, Floats, gradients, large_model, sentences

torch: Any = pytest.importorskip("torch", reason="PyTorch is an oracle for developers and no requirement")
torch.set_num_threads(1)  # at these sizes, threads only wait for each other

WORDS = ["all", "at", "bad", "good", "not", "so", "very"]
TEXTS = ["good", "not at good", "so so very bad at all so so"]
LABELS = ("a", "b", "c")


class Oracle:
    """nn.RNN, nn.GRU or nn.LSTM, nn.Embedding and a linear layer in float64 with a model's weights.

    PyTorch has two biases where we have one: the second stays at zero, but for the part inside the GRU's reset gate, b_hn.
    """

    def __init__(self, model: Model) -> None:
        config, self.V = model.config, len(model.vocabulary)
        H, self.tables = config.hidden_size, model.layout.tables
        kind = {"vanilla": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[config.cell]
        self.both = config.bidirectional
        self.rnn = kind(config.embedding_size or self.V, H, bidirectional=self.both, dtype=torch.float64)
        self.linear = torch.nn.Linear(H * (1 + self.both), len(model.labels), dtype=torch.float64)
        self.of: dict[str, Any] = {}
        self.rows: dict[str, Any] = {}
        """of a parameter that is a part of PyTorch's: which rows are ours"""
        self.embedding = None
        if config.embedding_size:
            self.embedding = torch.nn.Embedding(self.V, config.embedding_size, dtype=torch.float64)
            self.of["E"] = self.embedding.weight
        for suffix in ("", "_reverse")[: 1 + self.both]:
            self.of[f"W_xh{suffix}"] = getattr(self.rnn, f"weight_ih_l0{suffix}")
            self.of[f"W_hh{suffix}"] = getattr(self.rnn, f"weight_hh_l0{suffix}")
            self.of[f"b_h{suffix}"] = getattr(self.rnn, f"bias_ih_l0{suffix}")
            second = getattr(self.rnn, f"bias_hh_l0{suffix}")
            with torch.no_grad():
                second.zero_()
            if config.cell == "gru":
                self.of[f"b_hn{suffix}"], self.rows[f"b_hn{suffix}"] = second, slice(2 * H, None)
                ours = torch.arange(3 * H) >= 2 * H
                second.register_hook(lambda gradient, ours=ours: gradient * ours)
        self.of |= {"W_hy": self.linear.weight, "b_y": self.linear.bias}
        assert tuple(self.of) == model.layout.names
        with torch.no_grad():
            for name, parameter in self.of.items():
                parameter[self.rows.get(name, slice(None))] = torch.tensor(model.parameters[name].copy())

    def run(self, ids: Sequence[int], target: int) -> tuple[Any, Any, Any]:
        """States (T, H or 2H), logits (1, C) and the loss, a graph behind it."""
        words = torch.tensor(ids)
        if self.embedding is None:
            x = torch.nn.functional.one_hot(words, self.V).to(torch.float64)
        else:
            x = self.embedding(words)
        states, last = self.rnn(x)
        h = last[0] if isinstance(last, tuple) else last
        logits = self.linear(h.reshape(1, -1))
        return states, logits, torch.nn.functional.cross_entropy(logits, torch.tensor([target]))

    def ours(self, name: str, whole: Any) -> Floats:
        array: Floats = whole.detach().numpy()[self.rows.get(name, slice(None))].copy()
        return array

    def gradients(self) -> dict[str, Floats]:
        return {name: self.ours(name, parameter.grad) for name, parameter in self.of.items()}

    def weights(self) -> dict[str, Floats]:
        return {name: self.ours(name, parameter) for name, parameter in self.of.items()}


def clip_as_pytorch(kind: str, parameters: Sequence[Any], threshold: float) -> None:
    """Each parameter's norm for itself is clip_grad_norm_ of it alone."""
    if kind == "value":
        torch.nn.utils.clip_grad_value_(parameters, threshold)
    elif kind == "norm":
        for parameter in parameters:
            torch.nn.utils.clip_grad_norm_(parameter, threshold)
    elif kind == "global_norm":
        torch.nn.utils.clip_grad_norm_(parameters, threshold)


def optimizer_as_pytorch(kind: str, parameters: Sequence[Any], rate: float, momentum: float) -> Any:
    if kind == "adam":
        return torch.optim.Adam(parameters, lr=rate)
    return torch.optim.SGD(parameters, lr=rate, momentum=momentum if kind == "momentum" else 0.0)


# ---------------------------------------------------------------------- one sentence


@pytest.mark.parametrize("hidden_size", [1, 5, 16])
@pytest.mark.parametrize("kind", NETWORKS)
def test_forward_loss_and_gradients_are_pytorchs(kind: str, hidden_size: int) -> None:
    for classes, text in [(2, TEXTS[0]), (3, TEXTS[1]), (2, TEXTS[2]), (3, TEXTS[2])]:
        model = large_model(WORDS, hidden_size, LABELS[:classes], seed=hidden_size, **NETWORKS[kind])
        oracle = Oracle(model)
        states, logits, loss = oracle.run([WORDS.index(word) for word in text.split()], 1)
        loss.backward()

        ours = model.states(text)
        h = np.concatenate((ours.h[1:], ours.h_reverse[:0:-1]), axis=1) if oracle.both else ours.h[1:]
        np.testing.assert_allclose(h, states.detach().numpy(), rtol=1e-9, atol=1e-9)
        p = torch.softmax(logits, dim=1).detach().numpy()
        np.testing.assert_allclose(model.predict_proba([text]), p, rtol=1e-9, atol=1e-9)
        assert model.loss(text, "b") == pytest.approx(loss.item(), rel=1e-9, abs=1e-9)
        found = gradients(model, text, "b").of
        for name, gradient in oracle.gradients().items():
            np.testing.assert_allclose(found[name], gradient, rtol=1e-9, atol=1e-9, err_msg=name)


# ---------------------------------------------------------------------- one update


@pytest.mark.parametrize("threshold", [0.01, 1.0, 3.0, 50.0])
def test_clipping_is_pytorchs(threshold: float) -> None:
    draw = np.random.default_rng(1).standard_normal
    before = [draw(n) * scale for n, scale in ((1, 2.0), (7, 1.0), (30, 0.3), (12, 0.0))]
    for kind, number in CLIPPINGS.items():
        theirs = [torch.zeros(len(g), dtype=torch.float64, requires_grad=True) for g in before]
        for parameter, g in zip(theirs, before, strict=True):
            parameter.grad = torch.tensor(g.copy())
        clip_as_pytorch(kind, theirs, threshold)
        whole = sum(float(g @ g) for g in before)
        for parameter, g in zip(theirs, before, strict=True):
            clipped = g.copy()
            clip(number, clipped, threshold, whole)
            np.testing.assert_allclose(clipped, parameter.grad.numpy(), rtol=1e-9, atol=1e-12, err_msg=kind)


def stored(experiment: Experiment) -> tuple[Any, dict[str, Floats], dict[str, Floats]]:
    """A run's weights and the gradient to come, each also by name as they are stored, a table with a row a word."""
    weights = weights_of(Model.initial(experiment), experiment)
    views = Layout.of(experiment).stored_views
    return weights, views(weights.vector), views(weights.gradient)


@pytest.mark.parametrize("kind", ["vanilla-one way-one-hot", "gru-both ways-embedding", "lstm-one way-embedding"])
@pytest.mark.parametrize("clipping", CLIPPINGS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_updates_are_pytorchs_while_every_word_is_read(optimizer: str, clipping: str, kind: str, small: Experiment) -> None:
    """Ten updates with gradients of all sizes, of every parameter; then no row of a table has ever rested."""
    settings = {"optimizer": optimizer, "clipping": clipping, "clip_threshold": 0.7, "momentum": 0.8}
    experiment = small.with_model(**NETWORKS[kind]).with_training(**settings)
    weights, params, grads = stored(experiment)
    theirs = {name: torch.tensor(array.copy(), requires_grad=True) for name, array in params.items()}
    steps = optimizer_as_pytorch(optimizer, list(theirs.values()), 0.03, 0.8)
    rule, draw = rule_of(experiment, 1), np.random.default_rng(5)
    words = np.arange(len(experiment.dataset.vocabulary))
    for _ in range(10):
        for name, array in grads.items():
            array[...] = draw.standard_normal(array.shape) * draw.choice([1e-2, 0.3, 3.0])
            theirs[name].grad = torch.tensor(array.copy())
        clip_as_pytorch(clipping, list(theirs.values()), 0.7)
        steps.step()
        update(weights, draw.permutation(words), 0.03, rule, np.zeros((len(params) + 1, 8)))
        for name, array in params.items():
            np.testing.assert_allclose(array, theirs[name].detach().numpy(), rtol=1e-9, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("kind", ["gru-one way-embedding", "vanilla-both ways-one-hot"])
def test_under_adam_a_table_is_stepped_as_sparse_adam_steps_it(kind: str, small: Experiment) -> None:
    """Rows rest in some updates. The gradients are large: SparseAdam adds its ε before the correction of v, not after."""
    experiment = small.with_model(**NETWORKS[kind]).with_training(optimizer="adam", clipping="none")
    weights, params, grads = stored(experiment)
    tables = sorted(Layout.of(experiment).tables)
    theirs = {name: torch.tensor(params[name].copy(), requires_grad=True) for name in tables}
    steps = torch.optim.SparseAdam(list(theirs.values()), lr=0.03)
    rule, draw = rule_of(experiment, 1), np.random.default_rng(6)
    V = len(experiment.dataset.vocabulary)
    for words in ([1, 4], [0, 1, 2, 3, 4, 5, 6], [6], [2, 6, 0], [5], [4, 1], [0, 3, 5, 6], [1]):
        for name in tables:
            rows = draw.uniform(1e4, 3e4, (len(words), params[name].shape[1])) * draw.choice([-1.0, 1.0], (len(words), 1))
            grads[name][words] = rows
            theirs[name].grad = torch.sparse_coo_tensor(
                torch.tensor([words]), torch.tensor(rows), (V, rows.shape[1]), check_invariants=True
            )
        steps.step()
        update(weights, np.array(words), 0.03, rule, np.zeros((len(params) + 1, 8)))
        for name in tables:
            np.testing.assert_allclose(params[name], theirs[name].detach().numpy(), rtol=1e-9, atol=1e-9, err_msg=name)


# ---------------------------------------------------------------------- whole trainings


class Loop:
    """A training loop as one writes it with PyTorch, in the order of the run's own stream.

    A table's rows, and what the optimizer remembers of them, are put back where their words were not read.
    """

    def __init__(self, experiment: Experiment) -> None:
        self.training = experiment.training
        self.oracle = Oracle(Model.initial(experiment))
        self.parameters = list(self.oracle.of.values())
        self.optimizer = optimizer_as_pytorch(
            self.training.optimizer, self.parameters, self.training.learning_rate, self.training.momentum
        )
        self.data = sentences(experiment.dataset, "train")
        self.order = stream(self.training.seed, "order")

    def epoch(self) -> float:
        """One epoch; the mean loss."""
        losses = []
        order = self.order.permutation(len(self.data)).tolist()
        for first in range(0, len(order), self.training.batch_size):
            batch = [self.data[i] for i in order[first : first + self.training.batch_size]]
            self.optimizer.zero_grad()
            each = [self.oracle.run(sentence.ids, sentence.target)[2] for sentence in batch]
            torch.stack(each).mean().backward()
            losses += [loss.item() for loss in each]
            clip_as_pytorch(self.training.clipping, self.parameters, self.training.clip_threshold)
            self._step(sorted({word for sentence in batch for word in sentence.ids}))
        return float(np.mean(losses))

    def _step(self, read: list[int]) -> None:
        rest = torch.tensor([word not in read for word in range(self.oracle.V)])
        before = [[array.clone() for array in self._of(name)] for name in sorted(self.oracle.tables)]
        self.optimizer.step()
        with torch.no_grad():
            for name, arrays in zip(sorted(self.oracle.tables), before, strict=True):
                where = (rest,) if name == "E" else (slice(None), rest)
                now = self._of(name)
                arrays += [torch.zeros_like(array) for array in now[len(arrays) :]]  # what was not yet remembered
                for array, old in zip(now, arrays, strict=True):
                    array[where] = old[where]

    def _of(self, name: str) -> list[Any]:
        """A table and what the optimizer remembers of each of its elements."""
        parameter = self.oracle.of[name]
        state = self.optimizer.state.get(parameter, {})
        return [parameter.data, *(value for _, value in sorted(state.items()) if getattr(value, "shape", ()) == parameter.shape)]


TRAININGS = [
    (clipping, optimizer, batch_size, list(NETWORKS)[(3 * i + j + 4 * k) % len(NETWORKS)])
    for i, clipping in enumerate(CLIPPINGS)
    for j, optimizer in enumerate(OPTIMIZERS)
    for k, batch_size in enumerate((1, 3, 50))
]
"""Every clipping with every optimizer and size of a batch, one, some and more than there are; each kind of network three times."""


@pytest.mark.parametrize(("clipping", "optimizer", "batch_size", "kind"), TRAININGS)
@pytest.mark.slow
def test_a_whole_training_is_pytorchs(clipping: str, optimizer: str, batch_size: int, kind: str, small: Experiment) -> None:
    """cross_entropy, backward, clip_grad and the optimizer, in the same order: the same losses and weights."""
    experiment = small.with_model(**NETWORKS[kind], initialization="glorot").with_training(
        epochs=4,
        learning_rate=0.02 if optimizer == "adam" else 0.1,
        clipping=clipping,
        clip_threshold=0.03,
        optimizer=optimizer,
        momentum=0.7,
        batch_size=batch_size,
    )
    trainer, loop = Trainer(experiment), Loop(experiment)
    for record in trainer:
        assert record.train.loss == pytest.approx(loop.epoch(), rel=1e-9)
        for name, weights in loop.oracle.weights().items():
            np.testing.assert_allclose(trainer.model.parameters[name], weights, rtol=1e-9, atol=1e-9, err_msg=name)
        assert (record.whole_gradient.updates_clipped > 0.5) == (clipping != "none")


@pytest.mark.parametrize(
    ("threshold", "rate", "epochs"), [(0.01, 0.05, 4), (0.3, 0.02, 4), (None, 0.02, 4)], ids=["tight", "loose", "none"]
)
def test_a_training_on_the_guides_sentences_is_pytorchs(threshold: float | None, rate: float, epochs: int) -> None:
    """clip_grad_value_ and SGD, one sentence at a time."""
    experiment = Experiment(
        dataset=presets.guide_dataset(),
        model=ModelConfig(hidden_size=12, init_scale=0.1),
        training=TrainingConfig(
            epochs=epochs,
            learning_rate=rate,
            clipping="none" if threshold is None else "value",
            clip_threshold=threshold or 1.0,
            seed=7,
        ),
    )
    trainer, loop = Trainer(experiment), Loop(experiment)
    for record in trainer:
        assert record.train.loss == pytest.approx(loop.epoch(), rel=1e-9)
        for name, weights in loop.oracle.weights().items():
            np.testing.assert_allclose(trainer.model.parameters[name], weights, rtol=1e-9, atol=1e-9, err_msg=name)
    if threshold == 0.01:
        assert trainer.history[-1].whole_gradient.updates_clipped > 0.5
