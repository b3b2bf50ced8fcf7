"""Where an experiment comes from, and settings on top of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rnn_core import Change, Dataset, Experiment, ModelConfig, TextRules, TrainingConfig, documents, links, model_file, presets
from rnn_core.command_line import settings
from rnn_core.errors import ConfigError
from tests.core.command_line.terminal import assert_refused, here
from tests.core.runs import finished

QUICK = ("--epochs", "3", "--hidden", "4")


@pytest.mark.parametrize("config", [ModelConfig, TrainingConfig, TextRules])
def test_every_setting_can_be_set_and_is_in_the_help(config: type[ModelConfig]) -> None:
    text = here("train", "--help").stdout
    for name in config.domains():
        default = getattr(config(), name)
        shown = str(default).lower() if isinstance(default, bool) else str(default)
        assert settings.assigned([f"{name}={shown}"]) == {name: default}
        assert f"  {name}={shown}" in text


def test_settings_reach_network_training_and_rules(small: Experiment) -> None:
    wanted = settings.assigned(
        [
            "cell=gru",
            "bidirectional=yes",
            "optimizer=adam",
            "lowercase=false",
            "unknown=skip",
            'changes=[[2, "clipping", "none"]]',
        ]
    )
    made = settings.applied(small, wanted)
    assert (made.model.cell, made.model.bidirectional, made.training.optimizer) == ("gru", True, "adam")
    assert (made.dataset.rules, made.dataset.examples) == (TextRules(lowercase=False, unknown="skip"), small.dataset.examples)
    assert made.training.changes == (Change(2, "clipping", "none"),)
    assert settings.applied(small, {}) == small


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("epochs", "--set must be field=value, not 'epochs'"),
        ("speed=3", "--set must be one of the settings cell, hidden_size"),
        ("", "field=value"),
    ],
)
def test_an_assignment_that_is_none_is_refused(assignment: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings.assigned([assignment])
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        ("cell=transformer", "cell must be one of vanilla, gru, lstm, not 'transformer'"),
        ("hidden_size=many", "hidden_size must be a whole number from 1 to 4,096, not 'many'"),
        ("bidirectional=perhaps", "bidirectional must be true or false, not 'perhaps'"),
        ("momentum=-1", "momentum must be a number of 0 or more, not -1.0"),
        ("changes=[", "changes must be a list"),
        ("changes=" + "[" * 100_000, "changes must be a list"),
        ("splitting=nowhere", "splitting must be one of spaces"),
    ],
)
def test_a_value_outside_its_domain_is_refused_in_one_line(assignment: str, said: str) -> None:
    assert_refused(here("train", "--data", "guide", "--set", assignment), 2, said)


def test_an_experiment_from_a_file_a_link_or_a_token_trains_as_in_the_dashboard(tmp_path: Path, small: Experiment) -> None:
    short = small.with_training(epochs=3)
    path, token = tmp_path / "experiment.json", links.encode(short)
    path.write_bytes(documents.save(short))
    network = tmp_path / "model.npz"
    for start in (("--experiment", str(path)), ("--link", f"https://x.org/training?x={token}&page=1"), ("--link", token)):
        done = here("train", *start, "--save", str(network))
        assert (done.returncode, done.stderr) == (0, "")
        assert model_file.load(network.read_bytes()).vector.tobytes() == finished(short).model.vector.tobytes()


def test_settings_on_top_of_an_experiment_replace_its_own(tmp_path: Path, small: Experiment) -> None:
    path, network = tmp_path / "experiment.json", tmp_path / "model.npz"
    path.write_bytes(documents.save(small))
    here("train", "--experiment", str(path), "--set", "cell=lstm", "--epochs", "2", "--save", str(network))
    expected = finished(small.with_model(cell="lstm").with_training(epochs=2)).model
    assert model_file.load(network.read_bytes()).vector.tobytes() == expected.vector.tobytes()


def test_rules_hold_before_the_sentences_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,label,split\nso good,1,train\nbad,0,train\nzebra,0,test\n", encoding="utf-8")
    assert_refused(here("train", "--data", str(path), *QUICK), 2, "unseen word: zebra")
    done = here("train", "--data", str(path), *QUICK, "--set", "unknown=replace")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (("--experiment", "no such.json"), "no such.json: cannot be read: No such file"),
        (("--link", "https://x.org/?x=2.abc"), "link: newer version"),
        (("--link", ""), "link: damaged"),
        (("--link", "1.abc", "--data", "guide"), "not allowed with"),
    ],
)
def test_a_start_that_cannot_be_is_refused(start: tuple[str, ...], said: str) -> None:
    assert_refused(here("train", *start), 2, said)


def test_a_file_that_is_no_experiment_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[]", encoding="utf-8")
    assert_refused(here("train", "--experiment", str(path)), 2, "a.json: experiment file: not an experiment")


# ---------------------------------------------------------------------- what is kept of a training


def test_the_network_and_the_records_are_those_of_the_run(tmp_path: Path, six: Dataset) -> None:
    data, network, records = tmp_path / "six.csv", tmp_path / "model.npz", tmp_path / "log.csv"
    data.write_text(six.to_csv(), encoding="utf-8", newline="")
    done = here("train", "--data", str(data), *QUICK, "--save", str(network), "--history", str(records))
    assert (done.returncode, done.stderr) == (0, "")
    trainer = finished(Experiment(dataset=six, model=ModelConfig(hidden_size=4), training=TrainingConfig(epochs=3)))
    assert model_file.load(network.read_bytes()).vector.tobytes() == trainer.model.vector.tobytes()
    lines = records.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("epoch,learning_rate,train_loss")
    assert [line.split(",")[2] for line in lines[1:]] == [repr(record.train.loss) for record in trainer.history]


def test_a_run_that_diverges_keeps_the_epochs_before(tmp_path: Path) -> None:
    records, network = tmp_path / "log.csv", tmp_path / "model.npz"
    change = 'changes=[[3, "learning_rate", 1e307], [3, "clipping", "none"]]'
    done = here("train", "--data", "guide", "--hidden", "4", "--set", change, "--save", str(network), "--history", str(records))
    assert_refused(done, 1, "diverged in epoch 3")
    assert len(records.read_text(encoding="utf-8").splitlines()) == 3
    expected = finished(presets.guide_corrected().with_model(hidden_size=4).with_training(epochs=2)).model
    assert model_file.load(network.read_bytes()).vector.tobytes() == expected.vector.tobytes()


def test_a_place_that_cannot_be_written_is_told_before_the_training(tmp_path: Path) -> None:
    for option, path in (("--save", tmp_path / "nowhere" / "model.npz"), ("--history", tmp_path)):
        assert_refused(here("train", "--data", "guide", option, str(path)), 2, "cannot be written")


def test_a_run_that_stops_early_logs_its_last_epoch(small: Experiment, tmp_path: Path) -> None:
    early = small.with_training(epochs=300, stopping="train", stop_accuracy=1.0, stop_epochs=7)
    path = tmp_path / "experiment.json"
    path.write_bytes(documents.save(early))
    last = finished(early).epoch
    assert last % 100
    assert f"--- Epoch {last}\n" in here("train", "--experiment", str(path)).stdout


def test_check_shows_the_exact_rule_alone_for_a_cell_without_a_printed_one() -> None:
    done = here("check", "--data", "guide", "--epochs", "2", "--set", "cell=gru", "--hidden", "3", "--set", "bidirectional=true")
    assert (done.returncode, done.stderr) == (0, "")
    assert "b_hn_reverse" in done.stdout
    assert "printed" not in done.stdout


@pytest.mark.parametrize("command", ["train", "check", "predict", "explain", "export", "import", "prepare"])
def test_the_help_of_each_command_has_examples(command: str) -> None:
    done = here(command, "--help")
    assert done.returncode == 0
    assert f"  python -m rnn_core {command}" in done.stdout.partition("examples:")[2]
    assert json.dumps(done.stdout)
