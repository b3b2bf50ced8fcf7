"""The session: what a visitor has, and how it is put back."""

from __future__ import annotations

import pytest
import streamlit as st

from rnn_core import Dataset, DatasetError, Experiment, LimitError, Limits, Model, ModelConfig, TrainingConfig, presets
from ui import session as sessions
from ui.session import MOST_UNDO, Session

from .visitor import Visitor, wait_until


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
        {"dataset": one_word("a"), "model": ModelConfig(hidden_size=3), "training": TrainingConfig(seed=1)}[change],
    )
    assert session.preset is None


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
