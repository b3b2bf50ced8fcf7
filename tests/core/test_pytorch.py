"""PyTorch as a second opinion: the same network, gradients, clipping and descent, by people who never saw this code."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnn_core import Experiment, Model, Trainer, gradient_check, presets
from rnn_core.streams import stream

from .reference import NAMES, Floats, random_model, sentences

torch: Any = pytest.importorskip("torch", reason="PyTorch is an oracle for developers and no requirement")
torch.set_num_threads(1)  # at these sizes, threads only wait for each other

WORDS = ["all", "at", "bad", "good", "not", "so", "very"]
TEXTS = ["good", "not at good", "so so very bad at all so so"]


class Oracle:
    """nn.RNN and a linear layer in float64 with a model's weights. PyTorch's second bias of the cell stays at zero."""

    def __init__(self, model: Model) -> None:
        V, H, C = len(model.vocabulary), model.config.hidden_size, len(model.labels)
        self.rnn = torch.nn.RNN(V, H, dtype=torch.float64)
        self.linear = torch.nn.Linear(H, C, dtype=torch.float64)
        self.of = dict(
            zip(
                NAMES,
                (self.rnn.weight_ih_l0, self.rnn.weight_hh_l0, self.rnn.bias_ih_l0, self.linear.weight, self.linear.bias),
                strict=True,
            )
        )
        with torch.no_grad():
            self.rnn.bias_hh_l0.zero_()
            for name, parameter in self.of.items():
                parameter.copy_(torch.tensor(model.parameters[name].copy()))
        self.V = V

    def run(self, ids: list[int], target: int) -> tuple[Any, Any, Any]:
        """States (T, H), logits (1, C) and the loss, a graph behind it."""
        x = torch.nn.functional.one_hot(torch.tensor(ids), self.V).to(torch.float64)
        states, last = self.rnn(x)
        logits = self.linear(last)
        return states, logits, torch.nn.functional.cross_entropy(logits, torch.tensor([target]))

    def gradients(self) -> dict[str, Floats]:
        return {name: parameter.grad.numpy().copy() for name, parameter in self.of.items()}

    def weights(self) -> dict[str, Floats]:
        return {name: parameter.detach().numpy().copy() for name, parameter in self.of.items()}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("hidden_size", [1, 5, 16])
def test_forward_loss_and_gradients_are_pytorchs(hidden_size: int, classes: int, text: str) -> None:
    model = random_model(WORDS, hidden_size, ("a", "b", "c")[:classes], seed=hidden_size)
    oracle = Oracle(model)
    ids = [WORDS.index(word) for word in text.split()]
    states, logits, loss = oracle.run(ids, 1)
    loss.backward()

    np.testing.assert_allclose(model.hidden_states(text)[1:], states.detach().numpy(), rtol=1e-9, atol=1e-9)
    p = torch.softmax(logits, dim=1).detach().numpy()
    np.testing.assert_allclose(model.predict_proba([text]), p, rtol=1e-9, atol=1e-9)
    assert model.loss(text, "b") == pytest.approx(loss.item(), rel=1e-9, abs=1e-9)
    check = gradient_check(model, text, "b")
    for name, gradient in oracle.gradients().items():
        np.testing.assert_allclose(check[name].analytic, gradient, rtol=1e-9, atol=1e-9, err_msg=name)


@pytest.mark.parametrize(
    ("threshold", "rate", "epochs"), [(0.01, 0.05, 4), (0.3, 0.02, 4), (None, 0.02, 4)], ids=["tight", "loose", "none"]
)
def test_a_whole_training_is_pytorchs(threshold: float | None, rate: float, epochs: int) -> None:
    """cross_entropy, backward, clip_grad_value_ and SGD, one sentence at a time in the same order: the same weights."""
    experiment: Experiment = (
        presets.better_start(7)
        .with_model(hidden_size=12)
        .with_training(
            epochs=epochs,
            learning_rate=rate,
            clipping="none" if threshold is None else "value",
            clip_threshold=threshold or 1.0,
        )
    )
    oracle = Oracle(Model.initial(experiment))
    optimizer = torch.optim.SGD(oracle.of.values(), lr=rate)
    data = sentences(experiment.dataset, "train")
    order = stream(experiment.training.seed, "order")

    trainer = Trainer(experiment)
    for record in trainer:
        losses = []
        for i in order.permutation(len(data)).tolist():
            optimizer.zero_grad()
            _, _, loss = oracle.run(data[i].ids, data[i].target)
            loss.backward()
            losses.append(loss.item())
            if threshold is not None:
                torch.nn.utils.clip_grad_value_(oracle.of.values(), threshold)
            optimizer.step()
        assert record.train.loss == pytest.approx(np.mean(losses), rel=1e-9)
        for name, weights in oracle.weights().items():
            np.testing.assert_allclose(trainer.model.parameters[name], weights, rtol=1e-9, atol=1e-9, err_msg=name)
    if threshold == 0.01:
        assert trainer.history[-1].whole_gradient.updates_clipped > 0.5
