"""The Sweeps page: counted before it starts, trained in the background, shown, taken along, and one run loaded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from rnn_core import Experiment, LimitError, presets
from rnn_core.sweeps import table
from rnn_core.sweeps.axes import SENTENCES, Axis
from rnn_core.sweeps.execution import Serial, run_sweep
from rnn_core.sweeps.sweep import Sweep
from rnn_core.sweeps.table import Results
from tests.ui.visitor import Visitor, wait_until
from ui.figures import sweeps as figures
from ui.session.session import Session


@pytest.fixture
def at_sweeps(visitor: Visitor) -> Iterator[Visitor]:
    """A visitor with a small network of few epochs, on the page; their sweeps end with the test."""
    workspace = visitor.session.workspace
    base = presets.better_start().with_model(hidden_size=3).with_training(epochs=2)
    workspace.use_settings(base.model, base.training)
    visitor.open("sweeps")
    yield visitor
    sweeps = visitor.session.sweeps
    sweeps.stop()
    wait_until(lambda: sweeps.latest is None or not sweeps.latest.going)


def own(visitor: Visitor, names: list[str], seeds: int = 2) -> Visitor:
    """Choose axes of one's own."""
    visitor.app.multiselect(key="sweep-settings").set_value(names).run()
    visitor.app.number_input(key="sweep-seeds").set_value(seeds).run()
    return visitor


def train(visitor: Visitor) -> Session:
    visitor.app.button(key="sweep-start").click().run()
    made = visitor.session.sweeps.latest
    assert made is not None
    wait_until(lambda: not made.going)
    visitor.app.run()
    assert not visitor.app.exception
    return visitor.session


def traces(visitor: Visitor) -> list[dict[str, object]]:
    (chart,) = visitor.app.get("plotly_chart")
    found: list[dict[str, object]] = json.loads(chart.proto.spec)["data"]
    return found


def test_the_runs_are_counted_before_any_is_trained(at_sweeps: Visitor) -> None:
    own(at_sweeps, ["learning_rate", "clipping"], 4)
    assert any("84" in caption.value for caption in at_sweeps.app.caption), "7 rates × 3 kinds of clipping × 4 seeds"
    assert at_sweeps.session.sweeps.latest is None


@pytest.mark.slow
def test_one_axis_is_trained_and_every_run_is_a_point_that_loads_its_experiment(at_sweeps: Visitor) -> None:
    own(at_sweeps, ["learning_rate"])
    at_sweeps.app.text_input(key="sweep-learning_rate").set_value("0.02, 0.1").run()
    session = train(at_sweeps)
    made = session.sweeps.latest
    assert made is not None
    assert made.state == "done"
    numbers = [number for trace in traces(at_sweeps) for number in trace.get("customdata") or []]  # type: ignore[attr-defined]
    assert sorted(numbers) == [0, 1, 2, 3]
    at_sweeps.app.session_state["sweep-runs"] = {"selection": {"rows": [3], "columns": []}}
    at_sweeps.app.run()
    at_sweeps.app.button(key="sweep-load").click().run()
    experiment, _ = session.workspace.ready()
    assert experiment is not None
    assert (experiment.training.learning_rate, experiment.training.seed) == (0.1, 1)
    assert at_sweeps.job.experiment == experiment


@pytest.mark.slow
def test_two_axes_are_a_map_with_the_count_in_each_cell(at_sweeps: Visitor) -> None:
    own(at_sweeps, ["learning_rate", "bidirectional"], 1)
    at_sweeps.app.text_input(key="sweep-learning_rate").set_value("0.02，0.1").run()
    train(at_sweeps)
    trace, clicked = traces(at_sweeps)
    assert trace["type"] == "heatmap"
    assert {text for row in trace["text"] for text in row} <= {"0/1", "1/1"}  # type: ignore[attr-defined]
    assert sorted(clicked["customdata"]) == [0, 1, 2, 3]  # type: ignore[call-overload]


@pytest.mark.slow
def test_more_rows_than_a_map_has_room_for_are_parallel_coordinates(at_sweeps: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "MOST_ROWS", 1)
    own(at_sweeps, ["learning_rate", "bidirectional"], 1)
    at_sweeps.app.text_input(key="sweep-learning_rate").set_value("0.02, 0.1").run()
    train(at_sweeps)
    (trace,) = traces(at_sweeps)
    assert trace["type"] == "parcoords"
    assert len(trace["dimensions"]) == 3  # type: ignore[arg-type]


@pytest.mark.parametrize("written", ["fast", "-1", "0.1, 0.1, nan", ""])
def test_values_that_cannot_be_are_refused_and_nothing_can_be_started(at_sweeps: Visitor, written: str) -> None:
    own(at_sweeps, ["learning_rate"])
    at_sweeps.app.text_input(key="sweep-learning_rate").set_value(written).run()
    assert at_sweeps.app.error or at_sweeps.app.info
    assert "sweep-start" not in [button.key for button in at_sweeps.app.button]


def test_a_ready_made_question_is_trained_without_a_setting_of_ones_own(at_sweeps: Visitor) -> None:
    at_sweeps.app.selectbox(key="sweep-question").set_value("sentences_needed").run()
    at_sweeps.app.button(key="sweep-start").click().run()
    made = at_sweeps.session.sweeps.latest
    assert made is not None
    assert made.sweep.settings == (SENTENCES,)
    assert made.going
    at_sweeps.app.button(key="sweep-cancel").click().run()
    wait_until(lambda: not made.going)
    at_sweeps.app.run()
    assert not at_sweeps.app.exception


def test_a_table_of_the_command_line_is_opened_and_what_is_none_is_refused(at_sweeps: Visitor, small: Experiment) -> None:
    sweep = Sweep(base=small.with_training(epochs=2), axes=(Axis.of("learning_rate", (0.1, 0.2)),), seeds=2)
    results = Results(sweep.settings, tuple(run_sweep(sweep, Serial())))
    sweeps = at_sweeps.session.sweeps
    for source in (table.to_csv(results), table.to_parquet(results)):
        sweeps.open(source)
        assert sweeps.shown is not None
        assert len(sweeps.shown.rows) == 4
    sweeps.opened_digest = None  # as if there were no field for files, which a test cannot fill
    at_sweeps.app.run()
    assert len(traces(at_sweeps)) == 4
    assert not at_sweeps.app.exception
    sweeps.open(b"text,label\nso,good\n")
    assert sweeps.problem is not None
    assert sweeps.opened is None


def test_a_sweep_from_a_file_or_a_link_is_offered_and_a_broken_link_is_said_at_the_top(
    at_sweeps: Visitor, small: Experiment
) -> None:
    first, second = (
        Sweep(base=small.with_training(epochs=2), axes=(Axis.of(name, (0.1, 0.2)),)) for name in ("learning_rate", "init_scale")
    )
    assert at_sweeps.session.sweeps.open(first.save())
    at_sweeps.session.sweeps.opened_digest = None
    question = at_sweeps.app.run().selectbox(key="sweep-question")
    assert (question.value, at_sweeps.session.sweeps.given) == ("given", first)
    question.set_value("own").run()
    at_sweeps.app.query_params["sweep"] = second.link()
    assert at_sweeps.app.run().selectbox(key="sweep-question").value == "given"
    at_sweeps.app.button(key="sweep-start").click().run()
    made = at_sweeps.session.sweeps.latest
    assert made is not None
    assert made.sweep == second
    at_sweeps.app.query_params["sweep"] = second.link()[:-4]
    at_sweeps.app.run()
    assert len(at_sweeps.app.error) == 1
    assert at_sweeps.session.sweeps.given == second
    assert not at_sweeps.app.exception


def test_a_sweep_whose_link_names_word_vectors_is_offered_once_they_are_there(at_sweeps: Visitor) -> None:
    preset = presets.word_vectors()
    assert preset.dataset.vectors is not None
    mine = replace(preset.dataset.vectors, name="mine", array=2 * preset.dataset.vectors.array)
    data = replace(preset.dataset, vectors=mine)
    sweep = Sweep(base=replace(preset, dataset=data), axes=(Axis.of("learning_rate", (0.1, 0.2)),))
    at_sweeps.app.query_params["sweep"] = sweep.link()
    at_sweeps.app.run()
    (warned,) = at_sweeps.app.warning
    assert "mine" in warned.value
    assert mine.digest[:12] in warned.value
    assert "given" not in at_sweeps.app.selectbox(key="sweep-question").options
    at_sweeps.session.workspace.dataset = data
    at_sweeps.app.run()
    assert at_sweeps.session.sweeps.given == sweep
    assert not [warning for warning in at_sweeps.app.warning if "mine" in warning.value]
    assert not at_sweeps.app.exception


def test_what_the_server_does_not_allow_is_refused_before_it_starts(at_sweeps: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(sweep: Sweep) -> None:
        raise LimitError("sweep_runs", 900, 500)

    monkeypatch.setattr(at_sweeps.session.sweeps, "check", refuse)
    at_sweeps.app.run()
    assert any("900" in error.value and "500" in error.value for error in at_sweeps.app.error)
    assert "sweep-start" not in [button.key for button in at_sweeps.app.button]
