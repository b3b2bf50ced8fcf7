"""Findings on the training page: those of the core, each as one sentence, with the update behind a spike once a run is at rest."""

from __future__ import annotations

from typing import Any

import pytest

from rnn_core import Dataset, ModelConfig
from rnn_core.training import replay
from rnn_core.training.findings import Finding
from tests.ui.visitor import Visitor, unescaped
from ui.messages import findings as messages


def shown(visitor: Visitor) -> list[str]:
    """The findings on the page."""
    return [said for said in visitor.infos if said.startswith("**")]


def ids(visitor: Visitor) -> list[str]:
    """The findings of the run, all of which are on the page, and nothing else is."""
    run = visitor.job.status()
    found = messages.found_in(run)
    causes = [replay.cause(run.run, one) if run.state != "running" else None for one in found]
    said = [messages.finding(one, run.experiment, cause) for one, cause in zip(found, causes, strict=True)]
    assert shown(visitor) == [unescaped(text) for text in said]
    return [one.id for one in found]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"hidden_size": 8, "init_scale": 0.001, "epochs": 30}, ["plateau"]),
        ({"hidden_size": 8, "init_scale": 0.1, "epochs": 30, "learning_rate": 1e-9}, ["plateau"]),
        ({"hidden_size": 16, "init_scale": 0.1, "epochs": 60, "learning_rate": 0.003}, ["slow"]),
    ],
)
def test_the_page_says_what_the_core_finds(visitor: Visitor, settings: dict[str, Any], expected: list[str]) -> None:
    visitor.settings(**settings).train()
    assert ids(visitor) == expected


def test_a_lost_run_is_said_to_be_lost(visitor: Visitor) -> None:
    visitor.settings(hidden_size=64, init_scale=0.1, epochs=60, learning_rate=0.5, clipping="none").train()
    assert ids(visitor)[0] == "lost"


def test_a_run_on_its_way_is_not_judged_and_when_it_is_stopped_it_is(visitor: Visitor) -> None:
    """The guide's run is right about two in three from epoch 80 to 220."""
    visitor.session.runs.prepare(visitor.session.workspace.experiment().with_training(epochs=400))
    trainer = visitor.job._trainer
    assert trainer
    while trainer.epoch < 150:
        trainer.advance(until=150)
    visitor.job._publish(trainer)
    visitor.open("training")
    assert visitor.epoch == 150
    assert ids(visitor) == []
    visitor.job.stop()
    visitor.open("training")
    assert ids(visitor) == ["stalled"]  # on its second plateau nothing has moved for 40 epochs


def curved(visitor: Visitor, data: Dataset, **columns: Any) -> Visitor:
    """A paused run on these sentences whose records say this, seen from the training page."""
    epochs = len(columns["train_loss"])
    session = visitor.session
    session.workspace.dataset = data
    session.workspace.use_settings(ModelConfig(hidden_size=2), session.workspace.training)
    job = session.runs.prepare(session.workspace.experiment().with_training(epochs=epochs + 1))
    trainer = job._trainer
    assert trainer
    while trainer.advance(until=epochs):
        pass
    for name, values in columns.items():
        getattr(trainer._columns, name)[:epochs] = values
    job._publish(trainer)
    return visitor.open("training")


def test_everything_that_is_found_is_said(visitor: Visitor, six: Dataset) -> None:
    losses = [0.69 * 0.99**epoch for epoch in range(200)]
    losses[100] = 3.0
    accuracies = [1.0] * 200
    accuracies[150] = 0.5
    tests = [0.3 + 0.01 * abs(epoch - 60) for epoch in range(200)]
    curved(visitor, six, train_loss=losses, train_accuracy=accuracies, test_loss=tests, test_accuracy=[0.5] * 200)
    assert ids(visitor) == ["overfitting", "spikes", "falls"]


def test_the_sentence_behind_a_spike_is_quoted_as_text(visitor: Visitor) -> None:
    data = Dataset.from_pairs([("<img src=x> $x$ :material/home: bad", 0), ("good", 1)])
    losses = [0.05] * 19
    losses[15] = 3.0
    curved(visitor, data, train_loss=losses, train_accuracy=[1.0] * 19)
    assert ids(visitor) == ["spikes"]
    cause = replay.cause(visitor.job.status().run, messages.found_in(visitor.job.status())[0])
    assert cause
    assert cause.epoch in (15, 16)
    for kind, text in visitor.interpreted():
        for acting in ("<img", "$x$", ":material/home: bad"):
            assert acting not in text, kind


def test_a_finding_is_advised_upon_only_by_a_rule_that_was_measured(visitor: Visitor, six: Dataset) -> None:
    curved(visitor, six, train_loss=[0.05] * 60, train_accuracy=[1.0] * 60)
    experiment = visitor.job.status().experiment
    lost = {"accuracy": 0.5, "loss": 2.0, "chance_loss": 0.693, "ceiling": 1.0, "best": 0.6, "best_epoch": 30}
    by_rule, without = (
        messages.finding(Finding("lost", lost), one) for one in (experiment, experiment.with_training(optimizer="adam"))
    )
    assert by_rule.startswith(without)
    assert by_rule != without
