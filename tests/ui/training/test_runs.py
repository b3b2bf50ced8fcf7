"""The runs of a visit: gone back in, gone on from, drawn beside one another, compared, named, deleted, taken along."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetState

from rnn_core import Dataset, Experiment, Limits, Trainer
from tests.cases import some
from tests.ui.visitor import Visitor, serve, started, unescaped, wait_until
from ui.language import percent
from ui.messages import runs
from ui.session.runs import MOST_NAME

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "$x$ and $$y$$",
    ":material/home: :red[x]",
    "**bold** [link](javascript:alert(1))",
    "&lt;b&gt; <b>&amp;</b>",
    "www.example.com http://x.org",
    "x" * 10_000,
    "train",
]


def trained(visitor: Visitor, *experiments: Experiment) -> Visitor:
    """These runs, one after another, to their ends; seen from the training page."""
    for experiment in experiments:
        finish(visitor, experiment)
    return visitor.open("training")


def finish(visitor: Visitor, experiment: Experiment) -> None:
    visitor.session.workspace.dataset = experiment.dataset
    visitor.session.workspace.use_settings(experiment.model, experiment.training)
    visitor.session.runs.train(experiment)
    wait_until(lambda: visitor.job.ended)


def slide(visitor: Visitor, epoch: int) -> Visitor:
    """Move the slider to a kept epoch."""
    (slider,) = visitor.app.select_slider
    slider.set_value(epoch).run()
    return visitor


def choose(visitor: Visitor, name: str) -> Visitor:
    """Choose a run by its name under "Runs"."""
    (box,) = [box for box in visitor.app.selectbox if (box.key or "").startswith("runs-")]
    box.set_value([job.name for job in visitor.session.runs.jobs].index(name)).run()
    return visitor


def rename(visitor: Visitor, name: str) -> Visitor:
    (field,) = [field for field in visitor.app.text_input if (field.key or "").startswith("rename-")]
    field.set_value(name).run()
    return visitor


def tick(visitor: Visitor, *names: str) -> Visitor:
    """Tick these runs, and no others, to draw them beside the shown one."""
    rows = [job.name for job in visitor.session.runs.jobs]
    return visitor.tick("runs-table", [rows.index(name) for name in names])


def probability(visitor: Visitor) -> str:
    (metric,) = [metric for metric in visitor.app.metric if metric.label == "Prediction"]
    return str(metric.delta)


# ---------------------------------------------------------------------- back to an epoch


def test_the_slider_has_the_kept_epochs_and_stands_at_the_latest(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small.with_training(epochs=130))
    (slider,) = visitor.app.select_slider
    assert not [said for said in captions(visitor) if "snapshots" in said]
    assert [int(option) for option in slider.options] == [*range(0, 130, 5), 130]
    assert slider.value == 130
    assert visitor.buttons == ["Start over"]


def click(visitor: Visitor, place: object) -> Visitor:
    """Click a point of the loss curve at a place on its axis, as a browser tells of it."""
    (chart,) = [chart for chart in visitor.app.get("plotly_chart") if chart.key == "loss"]
    states = visitor.app._tree.get_widget_states()
    selection = {"selection": {"points": [{"x": place}], "point_indices": [0], "box": [], "lasso": []}}
    states.widgets.append(WidgetState(id=chart.proto.id, string_value=json.dumps(selection)))
    visitor.app._run(states)
    return visitor


@pytest.mark.parametrize(("place", "epoch"), [(10, 10), (12.4, 12), (-1e300, 0), (1e300, 40), ("x", 40), (None, 40), ([10], 40)])
def test_a_click_on_the_curve_goes_back_to_the_kept_epoch_that_is_nearest(
    visitor: Visitor, small: Experiment, place: object, epoch: int
) -> None:
    click(trained(visitor, small), place)
    assert visitor.job.status().viewed == epoch
    assert visitor.epoch == epoch
    assert visitor.app.select_slider[0].value == epoch
    assert not visitor.app.exception


def test_the_kept_epochs_are_dots_on_the_curve(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small)
    kept = [epoch for epoch in visitor.job.status().kept if epoch]
    for chart in ("loss", "accuracy"):
        assert visitor.chart(chart)["checkpoint"]["x"] == kept
        assert visitor.charts[chart]["layout"]["xaxis"]["fixedrange"] is False


@pytest.mark.parametrize("epoch", [0, 5, 35])
def test_the_predictions_are_those_of_the_network_as_it_was_at_the_epoch_gone_back_to(
    visitor: Visitor, small: Experiment, epoch: int
) -> None:
    trained(visitor, small)
    trainer = Trainer(small)
    while trainer.epoch < epoch:
        trainer.advance(until=epoch)
    then, now = (
        p.max() for p in (trainer.model.predict_proba(["not bad"])[0], visitor.job.status().model.predict_proba(["not bad"])[0])
    )
    assert f"{then:.3f}" != f"{now:.3f}"

    slide(visitor, epoch)
    assert visitor.job.status().viewed == epoch
    assert visitor.epoch == epoch
    record = visitor.job.status().history[epoch - 1] if epoch else None
    assert visitor.metrics["Train accuracy"] == (percent(record.train.accuracy or 0.0) if record else "–")
    visitor.open("predictions").ask("not bad")
    assert probability(visitor) == f"{then:.3f}"
    slide(visitor.open("training"), 40)
    assert visitor.job.status().viewed == 40
    assert probability(visitor.open("predictions")) == f"{now:.3f}"


def test_the_epoch_gone_back_to_is_marked_on_both_curves_and_kept_over_a_walk(visitor: Visitor, small: Experiment) -> None:
    slide(trained(visitor, small), 10)
    for _ in range(2):
        for chart in ("loss", "accuracy"):
            lines = [shape for shape in visitor.charts[chart]["layout"]["shapes"] if shape["line"]["width"] == 2]
            assert [(line["x0"], line["x1"]) for line in lines] == [(10, 10)]
        assert visitor.app.select_slider[0].value == 10
        visitor.open("home").open("training")
    slide(visitor, 40)
    assert not [shape for shape in visitor.charts["loss"]["layout"]["shapes"] if shape["line"]["width"] == 2]


@pytest.mark.slow
def test_what_is_looked_at_is_said_where_it_is_not_the_latest(visitor: Visitor, small: Experiment) -> None:
    said = "Showing the network after epoch 10 of 40."
    slide(trained(visitor, small), 10)
    for page in ("training", "gradients", "predictions"):
        assert said in captions(visitor.open(page)), page
    slide(visitor.open("training"), 40)
    for page in ("training", "gradients", "predictions"):
        assert said not in captions(visitor.open(page)), page
    slide(visitor.open("training"), 0)
    assert "Showing the network before training. 40 epochs are done." in captions(visitor)


def captions(visitor: Visitor) -> list[str]:
    return [unescaped(caption.value) for caption in visitor.app.main.caption]


@pytest.mark.slow
def test_one_who_lets_it_go_on_looks_at_where_it_stands_again(visitor: Visitor, small: Experiment) -> None:
    visitor.session.runs.prepare(small)
    visitor.open("training")
    for _ in range(3):
        visitor.press("One epoch")
    slide(visitor, 1)
    assert visitor.job.status().viewed == 1
    visitor.press("One epoch")
    assert visitor.app.select_slider[0].value == 4
    slide(visitor, 2).press("Resume").until(lambda: visitor.job.ended)
    assert visitor.job.status().viewed == 40
    assert visitor.app.select_slider[0].value == 40


def test_while_it_runs_the_way_back_is_told(visitor: Visitor, endless: Experiment) -> None:
    started(visitor, endless)
    assert "Pause the run to look at an earlier epoch." in captions(visitor)
    assert not visitor.app.select_slider


@pytest.mark.slow
def test_on_from_an_epoch_as_a_new_run_with_another_setting(visitor: Visitor, small: Experiment) -> None:
    slide(trained(visitor, small), 20).press("Continue from here as a new run")
    assert [job.name for job in visitor.session.runs.jobs] == ["Run 1", "Run 1 from 20"]
    assert visitor.epoch == 20
    assert visitor.buttons[:2] == ["Resume", "One epoch"]
    visitor.app.number_input(key="change-clip_threshold-2").set_value(0.5).run()
    visitor.press("Resume").until(lambda: visitor.job.ended)
    changed = small.with_training(changes=((21, "clip_threshold", 0.5),))
    assert visitor.job.experiment == changed
    assert list(visitor.job.status().history) == list(Trainer(changed))
    assert list(visitor.session.runs.jobs[0].status().history) == list(Trainer(small))


def test_at_its_end_a_run_that_is_done_is_gone_on_from_nowhere(visitor: Visitor, small: Experiment) -> None:
    early = small.with_training(epochs=5_000, stopping="train", stop_accuracy=0.9, stop_epochs=3)
    for experiment in (small, early):
        trained(visitor, experiment)
        assert visitor.job.state == "done"
        assert visitor.buttons[0] == "Start over"
        assert "Continue from here as a new run" not in visitor.buttons


def test_a_run_without_a_second_snapshot_has_no_slider(visitor: Visitor, small: Experiment) -> None:
    visitor.session.runs.prepare(small)
    visitor.open("training")
    assert not visitor.app.select_slider
    visitor.job.forget_snapshots()
    visitor.app.run()
    assert not visitor.app.select_slider
    assert not visitor.errors


def test_where_snapshots_were_forgotten_the_end_is_looked_at(visitor: Visitor, small: Experiment) -> None:
    slide(trained(visitor, small), 10)
    visitor.job.forget_snapshots()
    visitor.app.run()
    assert not visitor.errors
    (slider,) = visitor.app.select_slider
    assert list(slider.options) == ["0", "40"]
    assert runs.room_taken(True) in captions(visitor)
    assert visitor.job.status().viewed == 40
    assert slider.value == 40


# ---------------------------------------------------------------------- beside one another


def test_another_runs_curves_are_its_own_history(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, small.with_training(seed=12))
    tick(visitor, "Run 1")
    history = visitor.session.runs.jobs[0].status().history.columns
    for chart in ("loss", "accuracy"):
        traces = visitor.chart(chart)
        assert set(traces) - {"forgot", "lowest test loss", "checkpoint"} == {"train", "test", "seed 11"}
        assert traces["seed 11"]["x"] == list(range(1, 41))
        assert traces["seed 11"]["y"] == getattr(history, f"train_{chart}").tolist()
        assert traces["seed 11"]["line"]["color"] != traces["train"]["line"]["color"]
        assert traces["seed 11"]["y"] != traces["train"]["y"]


@pytest.mark.slow
def test_smoothing_and_the_log_axis_hold_for_all_curves_and_over_a_walk(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, small.with_training(seed=12))
    tick(visitor, "Run 1")
    visitor.app.toggle(key="view-log").set_value(True).run()
    visitor.app.slider(key="view-smoothing").set_value(0.9).run()
    visitor.open("home").open("training")
    assert visitor.charts["loss"]["layout"]["yaxis"]["type"] == "log"
    assert visitor.charts["accuracy"]["layout"]["yaxis"].get("type") != "log"
    for name, job in (("train", visitor.session.runs.jobs[1]), ("seed 11", visitor.session.runs.jobs[0])):
        losses = job.status().history.columns.train_loss
        average, weight, means = 0.0, 0.0, []
        for loss in losses:
            average, weight = 0.9 * average + 0.1 * loss, 0.9 * weight + 0.1
            means.append(average / weight)
        assert visitor.chart("loss")[name]["y"] == pytest.approx(means)
    raw = visitor.chart("loss")["train, raw"]
    assert raw["y"] == visitor.job.status().history.columns.train_loss.tolist()


@pytest.mark.slow
def test_a_run_drawn_beside_stays_so_under_its_new_name(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, small.with_training(seed=12))
    tick(visitor, "Run 1")
    rename(choose(visitor, "Run 1"), "first")
    assert visitor.session.runs.overlaid == (1,)
    assert "first" in visitor.chart("loss")


def test_a_run_drawn_beside_is_gone_when_it_is_deleted(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, small.with_training(seed=12), small.with_training(seed=13))
    tick(visitor, "Run 1", "Run 2")
    assert {"seed 11", "seed 12"} <= set(visitor.chart("loss"))
    choose(visitor, "Run 1").press("Delete this run")
    assert visitor.session.runs.overlaid == (2,)
    assert "seed 11" not in visitor.chart("loss")
    assert "seed 12" in visitor.chart("loss")


@pytest.mark.slow
def test_the_run_that_is_shown_is_not_drawn_beside_itself(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, small.with_training(seed=12))
    tick(visitor, "Run 1")
    choose(visitor, "Run 1").press("Show this run")
    assert visitor.job.name == "Run 1"
    assert set(visitor.chart("loss")) - {"lowest test loss", "checkpoint"} == {"train", "test"}


@pytest.mark.slow
def test_a_run_that_was_drawn_beside_and_is_shown_after_a_deletion_is_drawn_once(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, small.with_training(seed=12))
    tick(visitor, "Run 1")
    choose(visitor, "Run 2").press("Delete this run")
    assert visitor.job.name == "Run 1"
    assert set(visitor.chart("loss")) - {"lowest test loss", "checkpoint"} == {"train", "test"}


def test_a_new_run_is_drawn_alone(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, small.with_training(seed=12))
    tick(visitor, "Run 1")
    visitor.press("Start over").until(lambda: visitor.job.ended)
    assert set(visitor.chart("loss")) - {"lowest test loss", "checkpoint"} == {"train", "test"}


def test_a_single_run_has_nothing_to_be_drawn_beside(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small)
    assert not [said for said in captions(visitor) if said.startswith("Select runs")]


@pytest.mark.slow
def test_the_advice_is_one_press_and_the_run_that_it_follows_is_drawn_beside(visitor: Visitor) -> None:
    visitor.settings(hidden_size=8, init_scale=0.001, epochs=30).train()
    visitor.press("Same run with weights 100 times larger").until(lambda: visitor.job.ended)
    assert visitor.job.experiment == visitor.session.runs.jobs[0].experiment.with_model(init_scale=0.1)
    assert "scale 0.001" in visitor.chart("loss")
    assert "Same run with weights 100 times larger" not in visitor.buttons


# ---------------------------------------------------------------------- the table


def table(visitor: Visitor) -> dict[str, dict[Any, str]]:
    (frame,) = visitor.tables("run")
    return {row["run"]: row for row in frame.to_dict("records")}


def test_the_table_says_in_what_the_runs_differ_and_what_became_of_them(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, small.with_training(clip_threshold=0.5, epochs=30), small.with_model(cell="gru"))
    rows = table(visitor)
    assert list(rows) == ["Run 1", "Run 2", "Run 3"]
    fixed = {"standing", "train_accuracy", "test_accuracy", "first_perfect"}
    assert list(rows["Run 1"])[:4] == ["run", "cell", "epochs", "clip_threshold"], "what differs stands first"
    assert set(list(rows["Run 1"])[4:]) == fixed
    assert [(row["clip_threshold"], row["epochs"], row["cell"]) for row in rows.values()] == [
        ("0.05", "40", "vanilla RNN"),
        ("0.5", "30", "vanilla RNN"),
        ("0.05", "40", "GRU"),
    ]
    for job, row in zip(visitor.session.runs.jobs, rows.values(), strict=True):
        records = list(Trainer(job.experiment))
        perfect = [record.epoch for record in records if record.train.accuracy == 1.0]
        assert row["standing"] == f"Done: {len(records)} epochs"
        assert row["train_accuracy"] == percent(records[-1].train.accuracy or 0.0)
        assert row["test_accuracy"] == percent(records[-1].test.accuracy or 0.0)
        assert row["first_perfect"] == (str(perfect[0]) if perfect else "–")


def test_runs_on_other_sentences_and_with_other_changes_are_told_apart(visitor: Visitor, small: Experiment) -> None:
    other = Dataset.from_pairs([("good", 1), ("bad", 0)])
    trained(
        visitor,
        small,
        Experiment(dataset=other, model=small.model, training=small.training),
        small.with_training(changes=((5, "clip_threshold", 0.5),)),
        small.with_training(changes=((5, "clip_threshold", 0.6), (7, "clipping", "none"))),
        small.with_training(epochs=3, changes=((3, "clip_threshold", 0.6),)),
    )
    rows = list(table(visitor).values())
    assert len({row["sentences"] for row in rows}) == 2
    assert rows[0]["sentences"] == small.dataset.fingerprint[:8]
    assert [row["changes"] for row in rows] == [
        "–",
        "–",
        "clip threshold 0.5 from epoch 5",
        "clip threshold 0.6 from epoch 5 · no clipping from epoch 7",
        "clip threshold 0.6 from epoch 3",
    ]


def test_of_many_changes_the_first_few_are_told_and_how_many_more(visitor: Visitor, small: Experiment) -> None:
    changes = tuple((epoch, "learning_rate", epoch / 1000) for epoch in range(2, 40))
    trained(visitor, small.with_training(changes=changes))
    assert table(visitor)["Run 1"]["changes"] == (
        "learning rate 0.002 from epoch 2 · learning rate 0.003 from epoch 3 · learning rate 0.004 from epoch 4 · "
        "learning rate 0.005 from epoch 5, and 34 more"
    )


def test_settings_and_sentences_that_are_the_same_in_all_runs_take_no_column(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, small.with_training(seed=12))
    assert list(table(visitor)["Run 1"])[:3] == ["run", "seed", "train_accuracy"]


def test_any_run_can_be_shown_again(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, small.with_training(epochs=7))
    assert visitor.epoch == 7
    assert "Show this run" not in visitor.buttons
    choose(visitor, "Run 1").press("Show this run")
    assert visitor.epoch == 40
    assert visitor.card[-1] == "Done: 40 epochs"
    assert len(visitor.session.runs.jobs) == 2


@pytest.mark.slow
def test_while_another_run_is_shown_the_one_that_runs_goes_on_and_a_new_one_ends_it(
    visitor: Visitor, small: Experiment, endless: Experiment
) -> None:
    trained(visitor, small)
    started_name = "Run 2"
    visitor.session.runs.train(endless)
    running = visitor.job
    visitor.app.run()
    choose(visitor, "Run 1").press("Show this run")
    epoch = running.status().epoch
    visitor.until(lambda: running.status().epoch > epoch)
    assert running.running
    assert table(visitor)[started_name]["standing"].startswith("Epoch ")
    visitor.press("Start over")
    assert running.state == "stopped"


@pytest.mark.parametrize(
    ("shown", "deleted", "left"), [("Run 2", "Run 2", "Run 1"), ("Run 2", "Run 1", "Run 2"), ("Run 1", "Run 1", "Run 2")]
)
def test_a_deleted_run_is_gone_and_the_page_shows_one_that_is_there(
    visitor: Visitor, small: Experiment, shown: str, deleted: str, left: str
) -> None:
    trained(visitor, small, small.with_training(epochs=7))
    if shown == "Run 1":
        choose(visitor, "Run 1").press("Show this run")
    choose(visitor, deleted).press("Delete this run")
    assert list(table(visitor)) == [left]
    assert visitor.job.name == left
    assert visitor.epoch == {"Run 1": 40, "Run 2": 7}[left]
    assert "Delete this run" not in visitor.buttons, "the last one stays"


def test_when_there_is_room_for_no_more_it_is_said(visitor: Visitor, small: Experiment) -> None:
    serve(visitor.session, limits=Limits(runs=2))
    trained(visitor, small)
    said = "The list of runs is full. A new run replaces the oldest."
    assert said not in captions(visitor)
    trained(visitor, small)
    assert said in captions(visitor)
    trained(visitor, small)
    assert list(table(visitor)) == ["Run 2", "Run 3"]


# ---------------------------------------------------------------------- names


@pytest.mark.parametrize("name", some(HOSTILE, 2), ids=range(len(HOSTILE)))
@pytest.mark.slow
def test_a_name_is_shown_as_it_was_written_and_acts_nowhere(visitor: Visitor, small: Experiment, name: str) -> None:
    trained(visitor, small, small.with_training(seed=12))
    rename(choose(visitor, "Run 1"), name)
    kept = name[:MOST_NAME]
    assert [job.name for job in visitor.session.runs.jobs] == [kept, "Run 2"]
    tick(visitor, kept)
    assert kept in table(visitor)
    (box,) = [box for box in visitor.app.selectbox if (box.key or "").startswith("runs-")]
    assert list(box.options) == [kept, "Run 2"]
    written = visitor.charts["loss"]["data"][0]["name"]
    assert (unescaped_html(written), "<" in written, "$" in written) == (kept, False, False)
    for page in ("training", "home", "gradients", "predictions"):
        for kind, text in visitor.open(page).interpreted():
            if kind != "chart":
                assert kept not in text or re.fullmatch(r"\w+", kept), (page, kind)
    assert visitor.card[0].startswith("Run 2 · ")
    visitor.open("training")
    choose(visitor, kept).press("Show this run")
    assert visitor.job.name == kept
    assert visitor.card[0] == f"{kept} · Vanilla RNN · 7 hidden units"
    assert not visitor.errors


def unescaped_html(text: str) -> str:
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&#36;", "$"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return text


@pytest.mark.parametrize("name", ["", "   ", "Run 2", " Run  1 "])
def test_a_name_that_cannot_be_is_refused_with_a_word_and_the_old_one_stays(
    visitor: Visitor, small: Experiment, name: str
) -> None:
    trained(visitor, small, small)
    rename(choose(visitor, "Run 1"), name)
    assert [job.name for job in visitor.session.runs.jobs] == ["Run 1", "Run 2"]
    assert "Another run has this name, or it is empty." in captions(visitor)
    assert not visitor.errors


@pytest.mark.slow
def test_a_name_is_kept_where_the_run_is_gone_on_from(visitor: Visitor, small: Experiment) -> None:
    rename(trained(visitor, small), "tight clipping")
    slide(visitor, 20).press("Continue from here as a new run")
    slide_back = visitor.session.runs.jobs[0]
    assert [job.name for job in visitor.session.runs.jobs] == ["tight clipping", "tight clipping from 20"]
    visitor.session.runs.choose(slide_back)
    visitor.app.run()
    visitor.press("Continue from here as a new run")
    assert visitor.job.name == "tight clipping from 20 (2)"
    assert not visitor.errors


# ---------------------------------------------------------------------- taken along


def test_the_csv_is_the_records_of_the_run_that_is_chosen_as_they_are_when_it_is_asked_for(
    visitor: Visitor, small: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(visitor, small, small.with_training(seed=12))
    offered: dict[str, Callable[[], bytes]] = {}
    whole = st.download_button

    def recorded(label: str, data: Any, **others: Any) -> bool:
        offered[label] = data
        return whole(label, data, **others)

    monkeypatch.setattr(st, "download_button", recorded)
    choose(visitor, "Run 1")
    lines = list(csv.DictReader(io.StringIO(offered["Epochs as CSV"]().decode(), newline="")))
    assert len(lines) == 40
    for record, line in zip(Trainer(small), lines, strict=True):
        assert int(line["epoch"]) == record.epoch
        assert float(line["train_loss"]) == record.train.loss
        assert float(line["test_accuracy"]) == record.test.accuracy
        assert float(line["W_hh.norm_before"]) == record.gradients["W_hh"].norm_before
        assert float(line["all.updates_clipped"]) == record.whole_gradient.updates_clipped
