"""What a visitor has set and done, kept apart from everybody else's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit import config
from streamlit.runtime.secrets import Secrets

from rnn_core import Change, Dataset, DatasetError, Example, Experiment, LimitError, Limits, ModelConfig, TrainingConfig, presets
from tests.ui.session.sentences import one_word
from tests.ui.visitor import Visitor, serve
from ui.session import session as sessions
from ui.session.session import Session
from ui.session.workspace import MOST_UNDO

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[Experiment]:
    """A stand-in for the trial that an estimate needs, 0.25 s an epoch: the experiments it was made with."""
    trials: list[Experiment] = []

    def trial(experiment: Experiment) -> float:
        trials.append(experiment)
        return 0.25

    monkeypatch.setattr("ui.session.runs.seconds_per_epoch", trial)
    return trials


def test_a_visitor_begins_with_the_corrected_guide() -> None:
    session = Session()
    assert session.workspace.experiment() == presets.guide_corrected()
    assert session.workspace.preset == "guide_corrected"
    assert session.runs.shown is None


@pytest.mark.parametrize(
    ("change", "value", "preset"),
    [
        ("dataset", one_word("a"), "guide_corrected"),
        ("dataset", presets.long_memory_dataset(), None),
        ("model", ModelConfig(hidden_size=3), None),
        ("training", TrainingConfig(epochs=3), None),
    ],
)
def test_only_beside_sentences_of_the_visitors_own_a_preset_stays_chosen_after_a_change(
    change: str, value: object, preset: str | None
) -> None:
    session = Session()
    setattr(session.workspace, change, value)
    assert session.workspace.preset == preset


@pytest.mark.parametrize("name", presets.EXPERIMENTS)
def test_a_preset_is_known_again_whatever_the_seed(name: str) -> None:
    session = Session()
    for seed in (0, 7):
        session.workspace.training = replace(session.workspace.training, seed=seed)
        session.workspace.use_preset(name)
        assert session.workspace.preset == name
        assert session.workspace.experiment() == presets.EXPERIMENTS[name](seed)


def test_a_preset_keeps_sentences_of_the_visitors_own_and_replaces_those_of_another_preset() -> None:
    session = Session()
    session.workspace.use_preset("long_memory")
    assert session.workspace.dataset == presets.long_memory_dataset()
    session.workspace.use_preset("gru")
    assert session.workspace.dataset == presets.guide_dataset()
    session.workspace.undo()
    assert session.workspace.dataset == presets.long_memory_dataset()

    session.workspace.replace_dataset(one_word("a"))
    for name in presets.EXPERIMENTS:
        session.workspace.use_preset(name)
        assert session.workspace.dataset == one_word("a")
        assert session.workspace.preset == name, "its settings are set; the sentences are the visitor's"
    session.workspace.use_preset("long_memory", sentences=True)
    assert session.workspace.dataset == presets.long_memory_dataset()
    session.workspace.undo()
    assert session.workspace.dataset == one_word("a")


def test_only_a_preset_about_its_sentences_asks_before_it_replaces_the_visitors_own() -> None:
    workspace = Session().workspace
    assert not [name for name in presets.EXPERIMENTS if workspace.asks(name)]
    workspace.replace_dataset(one_word("a"))
    assert [name for name in presets.EXPERIMENTS if workspace.asks(name)] == ["long_memory", "emotions", "word_vectors"]


def test_after_a_preset_the_cell_alone_can_be_changed_and_all_else_is_as_it_was() -> None:
    workspace = Session().workspace
    model, training = ModelConfig(hidden_size=9, recurrent_gradient="printed"), TrainingConfig(epochs=7)
    workspace.use_settings(model, training)
    workspace.use_preset("gru")
    assert workspace.only_cell == (replace(model, cell="gru", recurrent_gradient="exact"), training)
    workspace.use_preset("gru")
    assert workspace.only_cell == (replace(model, cell="gru", recurrent_gradient="exact"), training), "pressed twice"
    alone = workspace.only_cell
    assert alone is not None
    workspace.use_settings(*alone)
    assert workspace.only_cell is None, "no preset is set any more"


def test_a_preset_of_the_same_cell_offers_no_change_of_the_cell_alone() -> None:
    workspace = Session().workspace
    workspace.use_preset("better_start")
    assert workspace.only_cell is None


def test_a_preset_on_the_sentences_that_are_there_leaves_nothing_to_bring_back() -> None:
    session = Session()
    session.workspace.use_preset("gru")
    session.workspace.use_preset("long_memory")
    session.workspace.use_preset("long_memory")
    assert (len(session.workspace.past), session.workspace.revision) == (1, 1)


def test_an_estimate_is_the_seconds_of_an_epoch_times_the_epochs(tried: list[Experiment], small: Experiment) -> None:
    session = Session()
    assert session.runs.estimate(small) == 10.0
    assert session.runs.estimate(small.with_training(epochs=100_000)) == 25_000.0
    assert tried == [small]


@pytest.mark.parametrize("setting", [{"epochs": 7}, {"seed": 12}, {"changes": (Change(3, "learning_rate", 0.5),)}])
def test_what_does_not_change_an_epochs_length_is_not_tried_anew(
    tried: list[Experiment], small: Experiment, setting: dict[str, Any]
) -> None:
    session = Session()
    session.runs.estimate(small)
    session.runs.estimate(small.with_training(**setting))
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
        session.runs.estimate(other)
    assert tried == list(others)


def test_replaced_sentences_come_back_in_reverse_order() -> None:
    session = Session()
    session.workspace.replace_dataset(one_word("a"))
    session.workspace.replace_dataset(one_word("b"))
    assert session.workspace.dataset == one_word("b")
    session.workspace.undo()
    assert session.workspace.dataset == one_word("a")
    session.workspace.undo()
    assert session.workspace.dataset == presets.guide_dataset()
    assert session.workspace.past == []


def test_each_replacement_makes_the_table_begin_anew() -> None:
    session = Session()
    session.workspace.replace_dataset(one_word("a"))
    session.workspace.undo()
    assert session.workspace.revision == 2


def test_what_can_be_brought_back_is_bounded() -> None:
    session = Session()
    for n in range(MOST_UNDO + 5):
        session.workspace.replace_dataset(one_word(f"w{n}"))
    assert len(session.workspace.past) == MOST_UNDO
    assert session.workspace.past[0] == one_word("w4")
    assert session.workspace.past[-1] == one_word(f"w{MOST_UNDO + 3}")


def test_what_can_be_brought_back_is_bounded_in_sentences_too_but_the_last_always_can(six: Dataset) -> None:
    session = Session()
    serve(session, limits=Limits(rows=10))
    for _ in range(4):
        session.workspace.replace_dataset(six)
    assert [len(data.examples) for data in session.workspace.past] == [9, 9]
    session.workspace.dataset = presets.guide_dataset()
    session.workspace.edited(six)
    assert session.workspace.past == [presets.guide_dataset()]


def test_what_can_be_brought_back_is_bounded_in_letters_as_well() -> None:
    session = Session()
    serve(session, limits=Limits(upload_bytes=1_000))
    for word in "abcde":
        session.workspace.edited(Dataset((Example(500 * word, "positive", "train"),)))
    assert [data.examples[0].text[0] for data in session.workspace.past] == list("abcd")
    session.workspace.edited(one_word("f"))
    assert [data.examples[0].text[0] for data in session.workspace.past] == list("bcde")


def test_edits_come_back_one_by_one_and_then_what_was_replaced_before() -> None:
    session = Session()
    session.workspace.replace_dataset(one_word("a"))
    for word in "bc":
        session.workspace.edited(one_word(word))
    assert session.workspace.revision == 1, "the table goes on with its edits"
    for word in "ba":
        session.workspace.undo()
        assert session.workspace.dataset == one_word(word)
    assert session.workspace.revision == 3, "the table begins anew"
    session.workspace.undo()
    assert session.workspace.dataset == presets.guide_dataset()


def test_what_can_be_brought_back_holds_nothing_that_it_has_worked_out() -> None:
    session = Session()
    assert session.workspace.dataset.words
    assert session.workspace.dataset.faults is not None
    session.workspace.edited(one_word("a"))
    assert set(vars(session.workspace.past[0])) == {"examples", "rules", "vectors"}


def test_settings_that_are_taken_over_make_the_fields_begin_anew() -> None:
    session = Session()
    session.workspace.use_settings(ModelConfig(hidden_size=3), TrainingConfig(epochs=2))
    assert session.workspace.settings_revision == 1
    assert session.workspace.experiment() == presets.guide_corrected().with_model(hidden_size=3).with_training(epochs=2)


def test_what_cannot_be_trained_is_told_and_not_raised() -> None:
    session = Session()
    session.workspace.dataset = Dataset.from_pairs([("good", 1)])
    experiment, problem = session.workspace.ready()
    assert experiment is None
    assert isinstance(problem, DatasetError)
    assert problem.reason == "one_class"

    session = Session()
    serve(session, limits=Limits(epochs=10))
    assert isinstance(session.workspace.ready()[1], LimitError)


def test_a_new_run_stops_the_one_before(endless: Experiment, small: Experiment) -> None:
    session = Session()
    session.runs.train(endless)
    first = session.runs.job
    assert first
    session.runs.train(small)
    assert first.state == "stopped"
    assert session.runs.job is not first


@pytest.mark.parametrize(
    ("environment", "limits"),
    [
        ({}, Limits.local()),
        ({"UNROLLED_PROFILE": "local"}, Limits.local()),
        ({"UNROLLED_PROFILE": "hosted"}, Limits.hosted()),
        ({"UNROLLED_PROFILE": ""}, Limits.local()),
        ({"UNROLLED_PROFILE": "Hosted"}, Limits.hosted()),
        ({"UNROLLED_PROFILE": "public"}, Limits.hosted()),
    ],
)
def test_the_profile_of_the_process_sets_the_limits(environment: dict[str, str], limits: Limits) -> None:
    assert sessions.profile_limits(environment) == limits


@pytest.mark.parametrize(
    ("secrets", "environment", "limits"),
    [
        ('UNROLLED_PROFILE = "hosted"', {}, Limits.hosted()),
        ('UNROLLED_PROFILE = "local"', {"UNROLLED_PROFILE": "hosted"}, Limits.hosted()),
        ('UNROLLED_PROFILE = "Hosted"', {}, Limits.hosted()),
        ("[UNROLLED_PROFILE]", {}, Limits.hosted()),
        ('PASSWORD = "x"', {}, Limits.local()),
        ("no toml", {}, Limits.local()),
        (None, {}, Limits.local()),
    ],
)
def test_the_secrets_file_may_say_hosted_too(
    secrets: str | None, environment: dict[str, str], limits: Limits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNROLLED_PROFILE", "to be restored, as Streamlit copies secrets into the environment")
    file = tmp_path / "secrets.toml"
    if secrets is not None:
        file.write_text(secrets)
    monkeypatch.setattr(st, "secrets", Secrets())
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(file)])
    try:
        assert sessions.profile_limits(environment) == limits
    finally:
        config.set_option("secrets.files", before)


def test_two_visitors_share_nothing_but_the_slots(known_router: None) -> None:
    first, second = Visitor(), Visitor()
    first.open("dataset").edit(cells={0: {"text": "great"}})
    first.settings(epochs=2).train()
    assert second.open("home").session.workspace.experiment() == presets.guide_corrected()
    assert second.session.runs.job is None
    assert first.session.server.slots is second.session.server.slots


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
