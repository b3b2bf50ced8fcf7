"""The session: what a visitor has, and how it is put back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import streamlit as st

from rnn_core import Change, Dataset, DatasetError, Experiment, LimitError, Limits, Model, ModelConfig, TrainingConfig, presets
from ui import session as sessions
from ui.session import MOST_UNDO, Session

from .visitor import Visitor, wait_until

pytestmark = pytest.mark.usefixtures("engine")


def one_word(word: str) -> Dataset:
    return Dataset.from_pairs([(word, 1), (f"not {word}", 0)])


def test_a_visitor_begins_with_the_corrected_guide() -> None:
    session = Session()
    assert session.experiment() == presets.guide_corrected()
    assert session.preset == "guide_corrected"
    assert session.run is None


@pytest.mark.parametrize("change", ["dataset", "model", "training"])
def test_any_change_makes_it_another_experiment(change: str) -> None:
    session = Session()
    setattr(
        session,
        change,
        {"dataset": one_word("a"), "model": ModelConfig(hidden_size=3), "training": TrainingConfig(epochs=3)}[change],
    )
    assert session.preset is None


@pytest.mark.parametrize("name", presets.EXPERIMENTS)
def test_a_preset_is_known_again_whatever_the_seed(name: str) -> None:
    session = Session()
    for seed in (0, 7):
        session.training = replace(session.training, seed=seed)
        session.use_preset(name)
        assert session.preset == name
        assert session.experiment() == presets.EXPERIMENTS[name](seed)


def test_a_preset_keeps_sentences_of_the_visitors_own_and_replaces_those_of_another_preset() -> None:
    session = Session()
    session.use_preset("long_memory")
    assert session.dataset == presets.long_memory_dataset()
    session.use_preset("gru")
    assert session.dataset == presets.guide_dataset()
    session.undo()
    assert session.dataset == presets.long_memory_dataset()

    session.replace_dataset(one_word("a"))
    session.use_preset("gru")
    assert session.dataset == one_word("a")
    session.use_preset("long_memory")
    session.undo()
    assert session.dataset == one_word("a")


def test_a_preset_on_the_sentences_that_are_there_leaves_nothing_to_bring_back() -> None:
    session = Session()
    session.use_preset("gru")
    session.use_preset("long_memory")
    session.use_preset("long_memory")
    assert (len(session.past), session.revision) == (1, 1)


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[Experiment]:
    """A stand-in for the trial that an estimate needs, 0.25 s an epoch: the experiments it was made with."""
    trials: list[Experiment] = []

    def trial(experiment: Experiment) -> float:
        trials.append(experiment)
        return 0.25

    monkeypatch.setattr(sessions, "seconds_per_epoch", trial)
    return trials


def test_an_estimate_is_the_seconds_of_an_epoch_times_the_epochs(tried: list[Experiment], small: Experiment) -> None:
    session = Session()
    assert session.estimate(small) == 10.0
    assert session.estimate(small.with_training(epochs=100_000)) == 25_000.0
    assert tried == [small]


@pytest.mark.parametrize("setting", [{"epochs": 7}, {"seed": 12}, {"changes": (Change(3, "learning_rate", 0.5),)}])
def test_what_does_not_change_an_epochs_length_is_not_tried_anew(
    tried: list[Experiment], small: Experiment, setting: dict[str, Any]
) -> None:
    session = Session()
    session.estimate(small)
    session.estimate(small.with_training(**setting))
    assert len(tried) == 1


def test_what_may_change_an_epochs_length_is_tried_anew(tried: list[Experiment], small: Experiment) -> None:
    session = Session()
    others = (
        small,
        small.with_model(hidden_size=8),
        small.with_model(cell="gru"),
        small.with_training(optimizer="adam"),
        small.with_training(batch_size=2),
        replace(small, dataset=one_word("a")),
    )
    for other in others:
        session.estimate(other)
    assert tried == list(others)


def test_replaced_sentences_come_back_in_reverse_order() -> None:
    session = Session()
    session.replace_dataset(one_word("a"))
    session.replace_dataset(one_word("b"))
    assert session.dataset == one_word("b")
    session.undo()
    assert session.dataset == one_word("a")
    session.undo()
    assert session.dataset == presets.guide_dataset()
    assert session.past == []


def test_each_replacement_makes_the_table_begin_anew() -> None:
    session = Session()
    session.replace_dataset(one_word("a"))
    session.undo()
    assert session.revision == 2


def test_what_can_be_brought_back_is_bounded() -> None:
    session = Session()
    for n in range(MOST_UNDO + 5):
        session.replace_dataset(one_word(f"w{n}"))
    assert len(session.past) == MOST_UNDO
    assert session.past[0] == one_word("w4")
    assert session.past[-1] == one_word("w13")


def test_settings_that_are_taken_over_make_the_fields_begin_anew() -> None:
    session = Session()
    session.use_settings(ModelConfig(hidden_size=3), TrainingConfig(epochs=2))
    assert session.settings_revision == 1
    assert session.experiment() == presets.guide_corrected().with_model(hidden_size=3).with_training(epochs=2)


def test_what_cannot_be_trained_is_told_and_not_raised() -> None:
    session = Session()
    session.dataset = Dataset.from_pairs([("good", 1)])
    experiment, problem = session.ready()
    assert experiment is None
    assert isinstance(problem, DatasetError)
    assert problem.reason == "one_class"
    assert session.network is None

    session = Session()
    session.limits = Limits(epochs=10)
    assert isinstance(session.ready()[1], LimitError)


def test_before_a_run_the_network_is_the_initial_one_and_then_the_runs(small: Experiment) -> None:
    session = Session()
    session.dataset, session.model, session.training = small.dataset, small.model, small.training
    network = session.network
    assert network
    assert (network.vector == Model.initial(small).vector).all()
    session.train(small)
    job = session.job
    assert job
    wait_until(lambda: job.ended)
    trained = session.network
    assert trained
    assert (trained.vector == job.snapshot().model.vector).all()
    assert (trained.vector != network.vector).any()


def test_a_new_run_stops_the_one_before(endless: Experiment, small: Experiment) -> None:
    session = Session()
    session.train(endless)
    first = session.job
    assert first
    session.train(small)
    assert first.state == "stopped"
    assert session.job is not first


@pytest.mark.parametrize(
    ("environment", "limits"),
    [
        ({}, Limits.local()),
        ({"UNROLLED_PROFILE": "local"}, Limits.local()),
        ({"UNROLLED_PROFILE": "hosted"}, Limits.hosted()),
    ],
)
def test_the_profile_of_the_process_sets_the_limits(environment: dict[str, str], limits: Limits) -> None:
    assert sessions.profile_limits(environment) == limits


def test_two_visitors_share_nothing_but_the_slots(known_router: None) -> None:
    first, second = Visitor(), Visitor()
    first.open("dataset").edit(cells={0: {"text": "great"}})
    first.settings(epochs=2).train()
    assert second.open("home").session.experiment() == presets.guide_corrected()
    assert second.session.job is None
    assert sessions.slots() is sessions.slots()


def test_a_connection_that_closes_starts_the_grace_and_one_that_comes_back_ends_it(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    presence = visitor.session.presence
    monkeypatch.setattr(type(presence), "GRACE_SECONDS", -1.0)
    gone = []
    for happening in (st.cache_resource.clear, visitor.app.run, st.cache_resource.clear, visitor.app.run):
        happening()
        gone.append(presence.gone)
    assert gone[1:] == [False, True, False]
