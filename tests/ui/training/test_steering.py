"""Steering: one epoch, a pace, and settings changed on the way; each does to the run what it says."""

from __future__ import annotations

from typing import Any

import pytest

from rnn_core import Change, Dataset, Experiment, LimitError, Limits, Trainer
from rnn_core.config import MOST_CHANGES
from tests.ui.visitor import Visitor, serve, started, wait_until
from ui.language import percent
from ui.messages import errors as error_messages
from ui.messages import runs as runs_messages
from ui.server import pace as paces
from ui.server.presence import Presence
from ui.server.slots import MOST_PLACES, Slots
from ui.training.steering import PACES

PAUSED = ["Resume", "One epoch", "Stop", "Start over"]


def prepared(visitor: Visitor, experiment: Experiment) -> Visitor:
    """What is set is this experiment; nothing has been started."""
    session = visitor.session
    session.workspace.dataset = experiment.dataset
    session.workspace.use_settings(experiment.model, experiment.training)
    return visitor.open("training")


def change(visitor: Visitor, field: str, value: Any) -> Visitor:
    """Enter a value under "Change settings"."""
    key = f"change-{field}-{visitor.job.number}"
    (widget,) = [w for w in (*visitor.app.number_input, *visitor.app.selectbox) if w.key == key]
    widget.set_value(value).run()
    return visitor


def changeable(visitor: Visitor) -> dict[str, Any]:
    """What may be changed, with the value that stands there."""
    widgets = (*visitor.app.number_input, *visitor.app.selectbox)
    keys = [(widget.key or "").split("-") for widget in widgets]
    return {key[1]: widget.value for key, widget in zip(keys, widgets, strict=True) if key[0] == "change"}


def pace(visitor: Visitor) -> Any:
    (control,) = [group for group in visitor.app.get("button_group") if group.proto.id.endswith("-pace")]
    return control


# ---------------------------------------------------------------------- one epoch


def test_one_epoch_before_anything_was_started_is_the_first(visitor: Visitor, small: Experiment) -> None:
    prepared(visitor, small)
    assert visitor.buttons == ["Start", "One epoch"]
    visitor.press("One epoch")
    assert visitor.job.state == "paused"
    assert visitor.epoch == 1
    assert visitor.buttons == PAUSED
    record = next(Trainer(small))
    assert visitor.metrics["Train loss"] == f"{record.train.loss:.3f}"
    assert visitor.metrics["Test accuracy"] == percent(record.test.accuracy or 0.0)
    assert visitor.chart("loss")["train"]["y"] == [record.train.loss]


def test_epoch_after_epoch_is_the_run_and_the_last_ends_it(visitor: Visitor, small: Experiment) -> None:
    prepared(visitor, small.with_training(epochs=4))
    for epoch in range(1, 5):
        visitor.press("One epoch")
        assert visitor.epoch == epoch
    assert visitor.job.state == "done"
    assert visitor.buttons == ["Start over"]
    assert list(visitor.job.status().history) == list(Trainer(small.with_training(epochs=4)))


@pytest.mark.slow
def test_one_epoch_after_a_pause_is_one_and_resuming_goes_on_to_the_end(visitor: Visitor, small: Experiment) -> None:
    experiment = small.with_training(epochs=300)
    visitor.session.runs.pace = 10.0
    started(visitor, experiment).press("Pause")
    epoch = visitor.job.status().epoch
    assert 0 < epoch < 300
    visitor.press("One epoch")
    assert visitor.epoch == epoch + 1
    pace(visitor).set_value("Full speed").run()
    visitor.press("Resume").until(lambda: visitor.job.ended)
    assert list(visitor.job.status().history) == list(Trainer(experiment))


def test_without_sentences_to_train_on_there_is_no_epoch_to_be_had(visitor: Visitor) -> None:
    visitor.session.workspace.dataset = Dataset(())
    visitor.open("training")
    assert [button.disabled for button in visitor.app.main.button[:2]] == [True, True]
    assert not visitor.infos, "nobody is told to press what cannot be pressed"


@pytest.mark.parametrize("act", ["Start", "One epoch"])
def test_where_too_many_runs_are_at_work_neither_start_nor_one_epoch_does_anything_but_say_so(
    visitor: Visitor, small: Experiment, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    full = Slots(1)
    for _ in range(MOST_PLACES):
        full.join(visitor.session.presence)
    serve(visitor.session, slots=full)
    prepared(visitor, small).press(act)
    said = error_messages.error(LimitError("places", MOST_PLACES + 1, MOST_PLACES))
    assert said in visitor.infos
    assert visitor.session.runs.job is None or visitor.job.state == "paused"
    visitor.app.run()
    assert said not in visitor.infos, "it is told once"


def test_a_wait_for_a_turn_is_told_in_seconds(visitor: Visitor, small: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    slots = Slots(1)
    slots._length = 7.0
    serve(visitor.session, slots=slots)
    with slots.join(Presence()):
        prepared(visitor, small).press("Start")
        wait_until(lambda: bool(slots._waiting))
        visitor.app.run()
        said = runs_messages.standing(visitor.job.status())
        assert "7 s" in said
        assert visitor.app.main.get("progress")[0].proto.text == said
        assert said in visitor.card
        assert (visitor.tables("run")[0]["standing"] == said).all()
    visitor.until(lambda: visitor.job.ended)
    assert visitor.epoch == 40


# ---------------------------------------------------------------------- pace


@pytest.mark.slow
def test_every_pace_can_be_chosen_while_it_runs_and_is_the_jobs_at_once(visitor: Visitor, endless: Experiment) -> None:
    started(visitor, endless)
    assert pace(visitor).value == "full"
    assert visitor.job.pace is None
    for name, epochs_a_second in reversed(PACES.items()):
        pace(visitor).set_value(name).run()
        assert visitor.job.pace == epochs_a_second
        assert pace(visitor).value == name
        assert visitor.job.running


def test_a_pace_is_kept_over_a_walk_and_for_the_next_run(visitor: Visitor, endless: Experiment, small: Experiment) -> None:
    prepared(visitor, endless).press("One epoch")
    pace(visitor).set_value("1").run()
    visitor.open("home").open("training")
    assert pace(visitor).value == "1"
    assert visitor.job.pace == 1.0
    visitor.press("Start over")
    assert visitor.job.name == "Run 2"
    assert visitor.job.pace == 1.0
    assert pace(visitor).value == "1"


# ---------------------------------------------------------------------- settings on the way


def test_what_may_be_changed_is_what_applies_and_stands_at_its_present_value(visitor: Visitor, small: Experiment) -> None:
    prepared(visitor, small).press("One epoch")
    assert changeable(visitor) == {"learning_rate": 0.1, "clipping": "value", "clip_threshold": 0.05}
    change(visitor, "clipping", "none")
    assert changeable(visitor) == {"learning_rate": 0.1, "clipping": "none"}
    change(visitor, "clipping", "norm")
    assert changeable(visitor) == {"learning_rate": 0.1, "clipping": "norm", "clip_threshold": 0.05}


@pytest.mark.slow
def test_a_threshold_changed_while_it_is_paused_is_part_of_the_experiment_and_marked(visitor: Visitor, small: Experiment) -> None:
    prepared(visitor, small).press("One epoch").press("One epoch")
    change(visitor, "clip_threshold", 0.25)
    assert visitor.job.experiment.training.changes == (Change(3, "clip_threshold", 0.25),)
    assert "clip threshold 0.25" not in texts(visitor), "nothing has been done with it yet"
    visitor.press("One epoch")
    assert "clip threshold 0.25" in texts(visitor)
    visitor.press("Resume").until(lambda: visitor.job.ended)
    replay = small.with_training(changes=((3, "clip_threshold", 0.25),))
    assert visitor.job.experiment == replay
    assert list(visitor.job.status().history) == list(Trainer(replay))
    shapes = [shape["x0"] for shape in visitor.charts["loss"]["layout"]["shapes"] if shape["line"].get("dash") == "dash"]
    assert shapes == [3]


def texts(visitor: Visitor) -> list[str]:
    return [note["text"] for note in visitor.charts["loss"]["layout"].get("annotations", [])]


@pytest.mark.slow
def test_a_threshold_changed_while_it_runs_leaves_the_weights_and_is_replayed(visitor: Visitor, endless: Experiment) -> None:
    started(visitor, endless)
    change(visitor, "clip_threshold", 0.125)
    change(visitor, "learning_rate", 0.04)
    before = visitor.job.status().epoch
    wait_until(lambda: visitor.job.status().epoch > before + 20)
    visitor.press("Pause")
    run = visitor.job.status()
    first, second = run.experiment.training.changes
    assert (first[1:], second[1:]) == (("clip_threshold", 0.125), ("learning_rate", 0.04))
    trainer = Trainer(run.experiment)
    while trainer.epoch < run.epoch:
        trainer.advance(until=run.epoch)
    assert list(trainer.history) == list(run.history)
    assert (trainer.model.vector == run.model.vector).all()
    assert {"clip threshold 0.125", "learning rate 0.04"} <= set(texts(visitor))


def test_a_change_is_told_of_the_run_and_not_of_what_is_set(visitor: Visitor, small: Experiment) -> None:
    prepared(visitor, small).press("One epoch")
    change(visitor, "learning_rate", 0.5)
    assert visitor.session.workspace.training == small.training
    visitor.press("Start over").until(lambda: visitor.job.ended)
    assert visitor.job.experiment == small


@pytest.mark.parametrize(("field", "value"), [("learning_rate", 0.0), ("learning_rate", -1.0), ("clip_threshold", 0.0)])
def test_a_value_that_cannot_be_is_refused_and_the_run_stays(
    visitor: Visitor, small: Experiment, field: str, value: float
) -> None:
    prepared(visitor, small).press("One epoch")
    change(visitor, field, value)
    name = {"learning_rate": "Learning rate", "clip_threshold": "Clip threshold"}[field]
    (said,) = visitor.infos
    assert said.startswith(f"{name} cannot be ")
    assert said.endswith("It must be more than 0.")
    assert visitor.job.experiment == small


def test_a_field_that_is_emptied_changes_nothing(visitor: Visitor, small: Experiment) -> None:
    prepared(visitor, small).press("One epoch")
    change(visitor, "learning_rate", None)
    assert visitor.job.experiment == small
    assert not visitor.infos


def test_after_so_many_changes_no_more_are_taken_and_it_is_said_why(visitor: Visitor, small: Experiment) -> None:
    changes = tuple((1 + i // 2, ("learning_rate", "clip_threshold")[i % 2], 0.1) for i in range(MOST_CHANGES))
    visitor.session.runs.prepare(small.with_training(epochs=100, changes=changes))
    visitor.open("training").press("One epoch")
    change(visitor, "clipping", "none")
    said = "A run can have at most 100 changes of settings, and this run has reached that number. Start a new run instead."
    assert said in visitor.infos
    assert len(visitor.job.experiment.training.changes) == MOST_CHANGES


def test_at_the_last_epoch_there_is_nothing_left_to_change_a_setting_for(visitor: Visitor, small: Experiment) -> None:
    """A run that was halted in its last slice is paused there."""
    prepared(visitor, small.with_training(epochs=1)).press("One epoch")
    job = visitor.session.runs.prepare(small.with_training(epochs=1))
    assert job._trainer
    job._trainer.advance()
    job._publish(job._trainer)
    visitor.app.run()
    change(visitor, "learning_rate", 0.5)
    assert visitor.infos == ["No epoch is left in which a setting could change."]
    visitor.press("Resume")
    visitor.until(lambda: visitor.job.ended)
    assert visitor.job.state == "done"


@pytest.mark.parametrize("act", ["Pause", "Stop"])
def test_a_run_that_ends_before_its_page_is_drawn_whole_leaves_no_button_of_a_running_one(
    visitor: Visitor, small: Experiment, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """Between the buttons and the panel a short run may end: the page is then drawn once more."""
    from ui.training import live

    whole = live.panel

    def slow(*args: Any) -> None:
        wait_until(lambda: visitor.job.ended)
        whole(*args)

    monkeypatch.setattr("ui.training.live.panel", slow)
    prepared(visitor, small.with_training(epochs=2_000)).press("Start")
    assert visitor.job.ended
    assert act not in visitor.buttons
    assert visitor.buttons == ["Start over"]


# ---------------------------------------------------------------------- told before the start


@pytest.mark.parametrize(
    ("seconds_per_epoch", "said"),
    [(0.1, "about 4 s"), (10.0, "stops near epoch 30")],
)
def test_how_long_it_will_take_and_whether_it_would_be_cut_is_told_before_the_start(
    visitor: Visitor, small: Experiment, monkeypatch: pytest.MonkeyPatch, seconds_per_epoch: float, said: str
) -> None:
    monkeypatch.setattr("ui.session.runs.seconds_per_epoch", lambda experiment: seconds_per_epoch)
    serve(visitor.session, limits=Limits.hosted())
    for page in ("training", "hyperparameters"):
        prepared(visitor, small).open(page)
        cut = "stops" in said
        assert any(said in line for line in (visitor.warnings if cut else visitor.captions)), page
        assert any(said in line for line in (visitor.captions if cut else visitor.warnings)) is False


def test_that_another_run_would_be_cut_is_told_when_one_is_over_and_nothing_of_one_that_would_not(
    visitor: Visitor, small: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.session.runs.seconds_per_epoch", lambda experiment: 1.0)
    serve(visitor.session, limits=Limits.hosted())
    prepared(visitor, small).press("Start").until(lambda: visitor.job.ended)
    assert not visitor.warnings
    assert not [line for line in visitor.captions if "Training takes" in line]
    prepared(visitor, small.with_training(epochs=600))
    assert [line for line in visitor.warnings if "stops near epoch 300" in line]


def test_a_pace_can_be_chosen_before_the_start_and_after_the_end(visitor: Visitor, small: Experiment) -> None:
    prepared(visitor, small.with_training(epochs=2))
    assert {*PACES.values()} == {*paces.PACES}
    pace(visitor).set_value("1").run()
    visitor.press("Start")
    assert visitor.job.pace == 1.0
    visitor.until(lambda: visitor.job.ended)
    pace(visitor).set_value("10").run()
    visitor.press("Start over")
    assert (visitor.job.name, visitor.job.pace) == ("Run 2", 10.0)


def frame(visitor: Visitor) -> Any:
    """The epoch at which the frame of the curves ends."""
    ends = {chart["layout"]["xaxis"]["range"][1] for chart in visitor.charts.values()}
    (end,) = ends
    return end


def test_the_frame_of_a_run_that_is_held_or_will_take_long_grows_with_the_curves(visitor: Visitor, endless: Experiment) -> None:
    prepared(visitor, endless.with_training(epochs=1_000))
    assert frame(visitor) == 1_000
    visitor.press("One epoch")
    assert frame(visitor) == 10
    pace(visitor).set_value("1").run()
    visitor.press("Resume")
    assert visitor.job.running
    assert frame(visitor) == 10


def test_the_frame_of_a_run_that_takes_long_at_full_speed_grows_too(
    visitor: Visitor, endless: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.training.live.LONG_SECONDS", 1.0)  # whatever the machine
    started(visitor, endless)
    assert frame(visitor) < 100_000


def test_the_frame_of_a_short_run_is_whole_all_the_while(visitor: Visitor, small: Experiment) -> None:
    visitor.session.runs.pace = 10.0
    started(visitor, small.with_training(epochs=200))
    assert visitor.job.running
    assert frame(visitor) == 200
