"""Comparisons that differ in one setting, over seeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from rnn_core import Experiment, History, Limits, Trainer, presets
from rnn_core.network.parameters import Layout
from rnn_core.sweeps.comparisons import comparisons
from rnn_core.training.history import Columns
from tests.ui.gradients.laboratory import COMPARE, PARTS, apologies, set_up, trained
from tests.ui.visitor import Visitor, serve, wait_until
from ui.server.comparisons import SweepRun, SweepRuns
from ui.server.presence import Presence
from ui.server.server import Server

pytestmark = pytest.mark.usefixtures("unfolded")


@pytest.fixture
def ends_its_comparison(visitor: Visitor) -> Iterator[None]:
    yield
    if visitor.session.runs.comparison is not None:
        visitor.session.runs.comparison.stop()
        wait_until(lambda: visitor.session.runs.comparison is None or not visitor.session.runs.comparison.running)


def compare(visitor: Visitor, field: str, count: int) -> Visitor:
    """Choose what to compare from how many seeds, and press."""
    visitor.app.selectbox(key="comparison-field").set_value(field).run()
    visitor.app.segmented_control(key="comparison-count").set_value(count).run()
    return visitor.press("Train them")


def over(visitor: Visitor) -> Visitor:
    made = visitor.session.runs.comparison
    assert made is not None
    return visitor.until(lambda: not made.running)


@pytest.mark.usefixtures("ends_its_comparison")
def test_the_offer_trains_the_edge_and_turns_to_the_comparison(visitor: Visitor, small: Experiment) -> None:
    set_up(visitor, small).open("gradients").press("See what clipping guards against")
    made = visitor.session.runs.comparison
    assert made is not None
    assert (made.comparison.id, made.trainings) == ("edge", 15)
    assert set(visitor.metrics) == {"no clipping", "±1", "±0.1"}


def test_before_any_comparison_small_pictures_show_what_each_looks_like(visitor: Visitor) -> None:
    visitor.open("gradients").part(COMPARE)
    expected = ["edge", "clipping", "clip_threshold", "recurrent_gradient", "cell", "init_scale"]
    assert [key for key in visitor.charts if key.startswith("sketch-")] == [f"sketch-{name}" for name in expected]
    assert list(visitor.chart("sketch-edge")) == ["no clipping", "±1", "±0.1"]


@pytest.mark.slow
@pytest.mark.usefixtures("ends_its_comparison")
def test_one_press_trains_the_sides_and_counts_seeds(visitor: Visitor) -> None:
    edge = presets.on_the_edge()
    over(compare(set_up(visitor, edge).open("gradients").part(COMPARE), "clip_threshold", 5))
    assert visitor.metrics == {"±1": "0 of 5 learned", "±0.1": "5 of 5 learned"}
    (outcome,) = [text for text in visitor.markdown if text.startswith("**Runs that learned: ")]
    assert outcome.startswith("**Runs that learned: 0 of 5 (±1), 5 of 5 (±0.1).**")
    assert not visitor.app.get("progress")
    for i, one in enumerate(next(pair for pair in comparisons(edge, 5) if pair.id == "clip_threshold").experiments):
        runs = []
        for experiment in (one.with_training(seed=k) for k in range(5)):
            trainer = Trainer(experiment)
            while trainer.advance():
                pass
            runs.append(trainer.history.columns.train_accuracy)
        traces, name = visitor.chart("compared-accuracy"), ("±1", "±0.1")[i]
        assert traces[name]["y"] == np.median(runs, axis=0).tolist()
        assert traces[f"{name}, seed 3 of 5"]["y"] == runs[2].tolist()


@pytest.mark.slow
@pytest.mark.usefixtures("ends_its_comparison")
def test_three_kinds_of_clipping_stand_in_one_picture(visitor: Visitor, small: Experiment) -> None:
    over(compare(set_up(visitor, small).open("gradients").part(COMPARE), "clipping", 1))
    assert list(visitor.metrics) == ["no clipping", "by value", "by norm"]
    assert set(visitor.metrics.values()) <= {"learned", "not learned"}
    for key in ("compared-accuracy", "compared-loss"):
        assert {"no clipping", "by value", "by norm"} <= set(visitor.chart(key))
    assert any("from this seed: " in text for text in visitor.markdown)


@pytest.mark.usefixtures("ends_its_comparison")
def test_what_it_takes_is_told_before_and_what_cannot_be_is_refused(
    visitor: Visitor, small: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(visitor, small).open("gradients").part(COMPARE)
    visitor.app.selectbox(key="comparison-field").set_value("cell").run()
    told = visitor.app.main.caption[0].value
    assert told.startswith("10 runs of 40 epochs, 2 at a time. ")
    most = Layout.of(small).size
    serve(visitor.session, limits=Limits(parameters=most))
    visitor.app.run()
    assert visitor.errors[0].startswith("This comparison cannot be trained. The network would have ")
    (button,) = [button for button in visitor.app.button if button.label == "Train them"]
    assert button.disabled
    assert visitor.session.runs.comparison is None


@pytest.mark.slow
@pytest.mark.usefixtures("ends_its_comparison")
def test_comparisons_go_on_while_their_owner_reads_elsewhere_and_can_be_canceled(visitor: Visitor, endless: Experiment) -> None:
    compare(set_up(visitor, endless).open("gradients").part(COMPARE), "init_scale", 5)
    made = visitor.session.runs.comparison
    assert made is not None
    visitor.open("predictions")
    wait_until(lambda: any(len(run.history) for run in made.runs(0)))
    visitor.open("gradients").part(COMPARE)
    assert visitor.app.main.get("progress")[0].proto.text == "0 of 10 runs finished"
    assert visitor.metrics == {"0.001": "–", "0.1": "–"}
    visitor.press("Cancel")
    over(visitor)
    assert "No run finished, so there is nothing to count." in visitor.markdown
    assert "Cancel" not in visitor.buttons


@pytest.mark.slow
@pytest.mark.usefixtures("ends_its_comparison")
def test_another_comparison_takes_the_place_of_those_in_training(visitor: Visitor, endless: Experiment) -> None:
    compare(set_up(visitor, endless).open("gradients").part(COMPARE), "init_scale", 1)
    first = visitor.session.runs.comparison
    assert first is not None
    visitor.app.selectbox(key="comparison-field").set_value("clipping").run()
    visitor.press("Train these instead")
    wait_until(lambda: not first.running)
    assert visitor.session.runs.comparison is not first
    assert "no clipping" in visitor.metrics


def test_comparisons_are_made_of_what_is_set_and_not_of_the_run(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, COMPARE)
    assert not [text for text in visitor.markdown if text.startswith("Comparisons use the experiment")]
    visitor.settings(hidden_size=3).part(COMPARE)
    assert any(text.startswith("Comparisons use the experiment as it is set now:") for text in visitor.markdown)
    assert visitor.session.runs.shown is not None
    assert visitor.session.runs.shown.experiment == small


def test_a_run_that_diverged_is_marked_where_it_ended_and_goes_on_at_its_last_value(visitor: Visitor, small: Experiment) -> None:
    pair = next(pair for pair in comparisons(small, 2) if pair.id == "clip_threshold")
    made = SweepRuns(pair, Presence(), Server(limits=visitor.session.limits))
    for k, (state, accuracies) in enumerate((("diverged", [0.5, 0.25]), ("done", [0.5, 0.75, 1.0]))):
        columns = Columns.empty(len(accuracies), 1)
        columns.train_accuracy[:] = columns.train_loss[:] = accuracies
        made._runs[0, k] = SweepRun(pair.experiments[0], state, History(("W",), columns))  # type: ignore[arg-type]
    visitor.session.runs.comparison = made
    set_up(visitor, small).open("gradients").part(COMPARE)
    traces = visitor.chart("compared-accuracy")
    assert (traces["±1, ended early"]["x"], traces["±1, ended early"]["y"]) == ([2], [0.25])
    assert traces["±1"]["y"] == [0.5, 0.5, 0.625]


@pytest.mark.slow
def test_no_word_of_a_stranger_acts_on_any_part(visitor: Visitor, six: Any) -> None:
    hostile = "<b>x</b> [a](javascript:b) $h$ :red[i] `k`"
    rules = type(six.rules)(strip_punctuation=False)
    data = type(six)((*six.examples, type(six.examples[0])(hostile, "positive", "train")), rules)
    set_up(
        visitor, presets.guide_corrected().with_model(hidden_size=3, init_scale=0.3).with_training(epochs=2)
    ).session.workspace.dataset = data
    visitor.open("gradients")
    for part in PARTS:
        visitor.part(part)
        assert not apologies(visitor)
        for kind, text in visitor.interpreted():
            assert "<b>" not in text, (part, kind)
            assert "javascript:b" not in text or kind == "chart", (part, kind)
