"""Training: started, held, resumed, ended; what is shown is what the core recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rnn_core import DivergenceError, Experiment, Limits, ModelConfig, Trainer, TrainingConfig
from tests.ui.visitor import Visitor, serve, started
from ui.language import number, percent
from ui.messages import formatting, runs
from ui.server.presence import Presence


def controls(visitor: Visitor) -> list[str]:
    """Labels of the buttons but those of advice, which is given where the curves show something by now."""
    return [label for label in visitor.buttons if not label.startswith("Same run ")]


def test_a_run_to_the_end_shows_the_last_record(visitor: Visitor, small: Experiment) -> None:
    started(visitor, small).until(lambda: visitor.job.ended)
    record = list(Trainer(small))[-1]
    assert visitor.epoch == 40
    assert {name: value for name, value in visitor.metrics.items() if name != "Epoch"} == {
        "Train accuracy": percent(record.train.accuracy or 0.0),
        "Test accuracy": percent(record.test.accuracy or 0.0),
        "Train loss": f"{record.train.loss:.3f}",
        "Test loss": f"{record.test.loss:.3f}",
        "Training time": f"{seconds:.1f} s" if (seconds := visitor.job.status().seconds) < 1 else formatting.duration(seconds),
    }
    assert "Done: 40 epochs" in visitor.captions
    assert not visitor.app.main.get("progress"), "a bar is for what goes on"


def test_the_curves_are_the_columns_of_the_history(visitor: Visitor, small: Experiment) -> None:
    started(visitor, small).until(lambda: visitor.job.ended)
    columns = visitor.job.status().history.columns
    for key in ("loss", "accuracy"):
        for split in ("train", "test"):
            trace = visitor.chart(key)[split]
            assert trace["x"] == list(range(1, 41))
            assert trace["y"] == getattr(columns, f"{split}_{key}").tolist()


def test_the_log_says_what_the_core_computed(visitor: Visitor, small: Experiment) -> None:
    experiment = small.with_training(epochs=250)
    started(visitor, experiment).until(lambda: visitor.job.ended)
    records = list(Trainer(experiment))
    expected = "\n".join(
        f"--- Epoch {record.epoch}\n"
        f"Train:\tLoss {record.train.loss:.3f} | Accuracy: {record.train.accuracy:.3f}\n"
        f"Test:\tLoss {record.test.loss:.3f} | Accuracy: {record.test.accuracy:.3f}"
        for record in (records[99], records[199], records[249])
    )
    assert visitor.tab("training", "log").app.code[0].value == expected


@pytest.mark.slow
def test_the_settings_of_the_run_are_told_though_others_are_set(visitor: Visitor, small: Experiment) -> None:
    started(visitor, small).until(lambda: visitor.job.ended)
    visitor.open("hyperparameters").enter("seed", 3).open("training").tab("training", "settings")
    (table,) = visitor.tables("setting")
    told = dict(zip(table["setting"], table["value"], strict=True))
    assert told["Seed"] == "11"
    assert told["Hidden units"] == "7"
    assert told["Clip threshold"] == "0.05"
    assert len(told) == len(ModelConfig.domains()) + len(TrainingConfig.domains())
    usual = dict(zip(table["setting"], table["guide"], strict=True))
    assert (usual["Hidden units"], usual["Clip threshold"], usual["Cell"]) == ("64", "1", "same")
    differs = [value != "same" for value in table["guide"]]
    assert differs == sorted(differs, reverse=True), "what differs stands first"


def test_the_settings_of_a_run_that_was_steered_are_told_with_their_epochs(visitor: Visitor, small: Experiment) -> None:
    started(visitor, small.with_training(changes=((3, "clip_threshold", 0.5), (30, "clipping", "none"))))
    (table,) = visitor.until(lambda: visitor.job.ended).tab("training", "settings").tables("setting")
    assert [row for row in table.to_numpy().tolist() if "from epoch" in row[0]] == [
        ["Clip threshold from epoch 3", "0.5", "1"],
        ["Clipping from epoch 30", "no clipping", "by value"],
    ]


def test_a_run_without_test_sentences_shows_no_test_figures(visitor: Visitor, small: Experiment) -> None:
    dataset = type(small.dataset)(tuple(e for e in small.dataset.examples if e.split == "train"))
    started(visitor, Experiment(dataset=dataset, model=small.model, training=small.training)).until(lambda: visitor.job.ended)
    assert visitor.metrics["Test accuracy"] == "–"
    assert set(visitor.chart("loss")) - {"checkpoint"} == {"train"}
    assert set(visitor.chart("accuracy")) - {"checkpoint"} == {"train"}
    assert "Test:" not in visitor.tab("training", "log").app.code[0].value


@pytest.mark.slow
def test_a_run_that_stops_early_says_so_and_claims_no_epoch_that_it_has_not_done(visitor: Visitor, small: Experiment) -> None:
    experiment = small.with_training(epochs=5_000, stopping="train", stop_accuracy=0.9, stop_epochs=3)
    started(visitor, experiment).until(lambda: visitor.job.ended)
    records = list(Trainer(experiment))
    epoch = len(records)
    assert epoch < 5_000
    assert all((record.train.accuracy or 0.0) >= 0.9 for record in records[-3:])
    assert visitor.job.state == "done"
    assert visitor.epoch == epoch
    assert visitor.metrics["Train loss"] == f"{records[-1].train.loss:.3f}"
    said = runs.standing(visitor.job.status())
    assert said in visitor.captions
    assert visitor.card[-1] == said
    assert visitor.buttons == ["Start over"], "from scratch the same experiment ends here too: there is nowhere to go on to"
    assert not visitor.errors
    assert not visitor.warnings
    assert said in visitor.open("home").markdown


# ---------------------------------------------------------------------- held, resumed, ended


def test_a_running_page_offers_pause_stop_and_start_over(visitor: Visitor, endless: Experiment) -> None:
    assert started(visitor, endless).buttons == ["Pause", "One epoch", "Stop", "Start over"]
    assert visitor.app.main.button[1].disabled, "it keeps its place"
    assert "Epochs/s" in visitor.metrics


@pytest.mark.slow
def test_a_pause_keeps_the_epoch(visitor: Visitor, endless: Experiment) -> None:
    started(visitor, endless).press("Pause")
    epoch = visitor.job.status().epoch
    assert epoch > 0
    assert controls(visitor) == ["Resume", "One epoch", "Stop", "Start over"]
    for page in ("home", "training"):
        visitor.open(page)
        assert visitor.job.status().epoch == epoch
    assert visitor.epoch == epoch
    assert visitor.app.main.get("progress")[0].proto.text == f"Paused at epoch {number(epoch)} of 100,000"


@pytest.mark.slow
def test_resuming_goes_on_from_the_epoch_of_the_pause(visitor: Visitor, endless: Experiment) -> None:
    started(visitor, endless).press("Pause")
    before = visitor.job.status()
    job = visitor.job
    visitor.press("Resume").until(lambda: job.status().epoch > before.epoch)
    assert visitor.job is job
    visitor.press("Pause")
    after = job.status()
    assert (after.history.columns.train_loss[: before.epoch] == before.history.columns.train_loss).all()


def test_a_stopped_run_keeps_what_was_learned_and_can_only_be_started_over(visitor: Visitor, endless: Experiment) -> None:
    started(visitor, endless).press("Stop")
    run = visitor.job.status()
    assert run.state == "stopped"
    assert controls(visitor) == ["Start over", "Continue from here as a new run"]
    assert visitor.epoch == run.epoch
    assert visitor.chart("loss")["train"]["x"][-1] == run.epoch


@pytest.mark.slow
def test_starting_over_ends_the_old_run_and_begins_another_with_what_is_set_now(visitor: Visitor, endless: Experiment) -> None:
    started(visitor, endless)
    old = visitor.job
    visitor.open("hyperparameters").enter("epochs", 2).open("training").press("Start over")
    assert old.state == "stopped"
    assert visitor.job is not old
    visitor.until(lambda: visitor.job.ended)
    assert visitor.job.status().state == "done"
    assert visitor.epoch == 2


@pytest.mark.slow
def test_the_card_follows_the_run_to_other_pages_and_pauses_it_there(visitor: Visitor, endless: Experiment) -> None:
    started(visitor, endless).open("dataset")
    assert visitor.card[0] == "Run 1 · Vanilla RNN · 64 hidden units"
    visitor.app.button(key="card-pause").click().run()
    assert visitor.job.state == "paused"
    run = visitor.job.status()
    last = run.history[-1]
    assert visitor.card[1] == f"Accuracy: train {percent(last.train.accuracy or 0)}, test {percent(last.test.accuracy or 0)}"
    assert visitor.card[2] == runs.standing(run)
    visitor.app.button(key="card-resume").click().run()
    assert visitor.job.running


@pytest.mark.slow
def test_a_run_goes_on_while_other_pages_are_read(visitor: Visitor, endless: Experiment) -> None:
    started(visitor, endless)
    epoch = visitor.job.status().epoch
    visitor.open("predictions").open("home").until(lambda: visitor.job.status().epoch > epoch)
    assert visitor.job.running


# ---------------------------------------------------------------------- refusals and bad ends


def test_a_fault_that_blocks_refuses_with_a_sentence_and_a_link(visitor: Visitor) -> None:
    visitor.open("dataset").edit(cells={3: {"label": None}}).open("training")
    assert visitor.errors == ["This cannot be trained yet. Row 4 has no label. Add one."]
    assert visitor.links == {"Fix the sentences": "dataset"}
    assert visitor.app.button[0].disabled
    assert visitor.session.runs.job is None


def test_a_finished_run_stays_to_be_seen_while_the_sentences_cannot_be_trained_on(visitor: Visitor, small: Experiment) -> None:
    started(visitor, small).until(lambda: visitor.job.ended)
    visitor.open("dataset").edit(cells={1: {"label": None}}).open("training")
    assert visitor.errors == ["This cannot be trained yet. Row 2 has no label. Add one."]
    assert visitor.epoch == 40
    (again,) = [button for button in visitor.app.button if button.label == "Start over"]
    assert again.disabled


def test_more_sentences_than_the_server_takes_are_refused_with_both_numbers(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(visitor.session, limits=Limits(rows=77))
    visitor.open("training")
    assert visitor.errors == ["This cannot be trained yet. There are 78 sentences. This server allows 77."]
    assert visitor.links == {"Fix the sentences": "dataset"}


def test_numbers_that_grow_beyond_all_bounds_are_told_with_the_epoch(visitor: Visitor) -> None:
    visitor.settings(learning_rate=1e308, clipping="none").train()
    experiment = visitor.job.experiment
    with pytest.raises(DivergenceError) as raised:
        list(Trainer(experiment))
    assert visitor.job.state == "diverged"
    (error,) = visitor.errors
    assert f"in epoch {raised.value.epoch}:" in error
    assert f"Diverged in epoch {raised.value.epoch}" in visitor.captions
    assert visitor.buttons == ["Start over"]


@pytest.mark.parametrize("page", ["home", "training", "gradients", "predictions"])
def test_after_a_run_that_broke_in_its_first_epoch_every_page_still_opens(visitor: Visitor, page: str) -> None:
    visitor.settings(learning_rate=1e308, clipping="none").train().open(page)
    assert visitor.job.status().epoch == 0
    assert not [error for error in visitor.errors if "Something broke on this page" in error]


@pytest.mark.slow
def test_a_run_out_of_time_is_told_and_kept(visitor: Visitor, endless: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    started(visitor, endless)
    visitor.job._server = replace(visitor.job._server, limits=Limits(seconds=0))
    visitor.until(lambda: visitor.job.ended)
    epoch = visitor.job.status().epoch
    assert epoch > 0
    said = runs.ending(visitor.job.status())
    assert said is not None
    assert f"epoch {epoch}" in said[1]
    assert visitor.warnings == [said[1]]
    visitor.press("Continue from here as a new run")
    assert (visitor.job.state, visitor.epoch) == ("paused", epoch)
    assert visitor.chart("loss")["train"]["x"][-1] == epoch


def test_a_fault_of_ours_in_a_run_is_told_kindly(visitor: Visitor, small: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(trainer: Trainer, until: int | None = None) -> int:
        raise RuntimeError("secret")

    monkeypatch.setattr(Trainer, "run_slice", broken)
    started(visitor, small).until(lambda: visitor.job.ended)
    assert visitor.errors == [
        "Training stopped because of a bug in this app. What the network had learned is kept. Start over to try again."
    ]


def test_a_visitor_who_left_loses_nothing_but_the_running(
    visitor: Visitor, endless: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(visitor, endless)
    monkeypatch.setattr(Presence, "GRACE_SECONDS", 0.01)
    visitor.session.presence.leave()
    visitor.until(lambda: visitor.job.ended)
    assert visitor.job.state == "stopped"
    assert visitor.job.status().epoch > 0
    assert controls(visitor) == ["Start over", "Continue from here as a new run"]


# ---------------------------------------------------------------------- what was trained, and what is set


CHANGED_SINCE: list[tuple[str, Any, str]] = [
    ("hidden_size", 9, "hidden units 7 → 9"),
    ("cell", "gru", "cell vanilla RNN → GRU"),
    ("bidirectional", True, "bidirectional no → yes"),
    ("embedding_size", 3, "embedding size 0 → 3"),
    ("optimizer", "adam", "optimizer gradient descent → Adam"),
    ("batch_size", 2, "batch size 1 → 2"),
    ("stopping", "test", "stop early never → by test accuracy"),
    ("recurrent_gradient", "printed", "gradient formula exact, W_hhᵀ da → as printed in the guide, W_hh da"),
    ("learning_rate", 0.25, "learning rate 0.1 → 0.25"),
    ("clipping", "none", "clipping by value → no clipping"),
    ("seed", 12, "seed 11 → 12"),
]


@pytest.mark.slow
def test_a_setting_changed_since_is_told_until_it_is_as_before(visitor: Visitor, small: Experiment) -> None:
    started(visitor, small).until(lambda: visitor.job.ended)
    workspace = visitor.session.workspace
    for field, value, phrase in CHANGED_SINCE:
        changed = (small.with_model if field in ModelConfig.domains() else small.with_training)(**{field: value})
        workspace.use_settings(changed.model, changed.training)
        visitor.app.run()
        assert visitor.infos == [f"This run used older settings. Changed since then: {phrase}."]
    for page in ("gradients", "predictions"):
        assert visitor.open(page).infos == visitor.open("training").infos != []
    workspace.use_settings(small.model, small.training)
    assert not visitor.open("training").infos


@pytest.mark.slow
def test_sentences_changed_since_are_told_until_they_are_as_before(visitor: Visitor) -> None:
    visitor.settings(epochs=2).train()
    assert not visitor.infos
    visitor.open("dataset").edit(cells={0: {"text": "great"}}).open("training")
    assert visitor.infos == ["This run used older settings. Changed since then: the sentences."]
    visitor.open("dataset").press("Reset to the guide's sentences").open("training")
    assert not visitor.infos


def test_the_run_is_described_as_it_was_started(visitor: Visitor, small: Experiment) -> None:
    started(visitor, small).until(lambda: visitor.job.ended)
    visitor.open("hyperparameters").enter("hidden_size", 9).open("training")
    said = ("6 training sentences", "Vanilla RNN", "7 hidden units", "clip ±0.05", "rate 0.1", "seed 11")
    assert visitor.markdown[0] == " ".join(f":gray-badge[{phrase}]" for phrase in said)
