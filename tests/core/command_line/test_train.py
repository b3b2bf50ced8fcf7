"""train and check, as a person at a terminal meets them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rnn_core import Dataset, Experiment, Trainer, TrainingConfig, presets
from rnn_core.engine.kernel import COMPILED
from tests.core.children import command_line, environment
from tests.core.command_line.terminal import assert_refused, here
from tests.patience import PATIENCE_SECONDS

NUMBER = r"\d+\.\d{3}"
LOG = re.compile(rf"(--- Epoch \d+\nTrain:\tLoss {NUMBER} \| Accuracy: {NUMBER}\nTest:\tLoss {NUMBER} \| Accuracy: {NUMBER}\n)+")

SHORT = ("--epochs", "120", "--init-scale", "0.1", "--hidden", "16")


@pytest.fixture
def csv(tmp_path: Path, six: Dataset) -> Path:
    path = tmp_path / "my sentences.csv"
    path.write_text(six.to_csv(), encoding="utf-8", newline="")
    return path


def epochs_of(log: str) -> list[int]:
    return [int(epoch) for epoch in re.findall(r"^--- Epoch (\d+)$", log, flags=re.MULTILINE)]


def expected_log(experiment: Experiment, every: int = 100) -> str:
    lines = []
    for r in Trainer(experiment):
        if r.epoch % every == 0 or r.epoch == experiment.training.epochs:
            lines.append(f"--- Epoch {r.epoch}\nTrain:\tLoss {r.train.loss:.3f} | Accuracy: {r.train.accuracy:.3f}\n")
            lines.append(f"Test:\tLoss {r.test.loss:.3f} | Accuracy: {r.test.accuracy:.3f}\n")
    return "".join(lines)


# ---------------------------------------------------------------------- train


@pytest.mark.slow
@pytest.mark.skipif(not COMPILED, reason="a thousand epochs twice over; the shorter run below is the same code")
def test_the_guides_training_prints_the_guides_log_and_learns_every_sentence() -> None:
    done = here("train", "--data", "guide", "--seed", "0")
    assert (done.returncode, done.stderr) == (0, "")
    assert LOG.fullmatch(done.stdout)
    assert epochs_of(done.stdout) == list(range(100, 1001, 100))
    last = done.stdout.splitlines()[-2]
    assert last.startswith("Train:\tLoss 0.00")
    assert last.endswith(" | Accuracy: 1.000")
    assert done.stdout == expected_log(presets.guide_corrected(0))


@pytest.mark.parametrize("rule", ["exact", "printed"])
def test_every_hundredth_epoch_and_the_last_are_logged(rule: str) -> None:
    done = here("train", "--data", "guide", "--gradient", rule, "--seed", "3", *SHORT)
    assert (done.returncode, done.stderr) == (0, "")
    assert LOG.fullmatch(done.stdout)
    assert epochs_of(done.stdout) == [100, 120]
    experiment = presets.guide_corrected(3).with_training(epochs=120)
    assert done.stdout == expected_log(experiment.with_model(recurrent_gradient=rule, init_scale=0.1, hidden_size=16))


def test_rate_and_clipping_are_those_that_were_asked_for() -> None:
    base = presets.guide_corrected(0).with_model(hidden_size=8, init_scale=0.1)
    options = ("train", "--data", "guide", "--epochs", "4", "--hidden", "8", "--init-scale", "0.1", "--rate", "0.3")
    clips: dict[str, dict[str, Any]] = {"0.01": {"clip_threshold": 0.01}, "none": {"clipping": "none"}}
    for clip, settings in clips.items():
        done = here(*options, "--clip", clip)
        assert done.stdout == expected_log(base.with_training(epochs=4, learning_rate=0.3, **settings))


@pytest.mark.slow
def test_equal_commands_print_equal_output_whatever_the_hash_seed() -> None:
    """To the last digit, which only JSON shows."""
    outputs = {
        command_line("train", "--data", "guide", "--json", "--epochs", "5", "--seed", "1", PYTHONHASHSEED=seed).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert outputs != {""}


def test_json_is_one_object_a_line_and_epoch() -> None:
    done = here("train", "--data", "guide", "--json", "--epochs", "7", "--hidden", "8", "--seed", "2")
    assert (done.returncode, done.stderr) == (0, "")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    expected = Trainer(presets.guide_corrected(2).with_training(epochs=7).with_model(hidden_size=8))
    assert records == [
        {
            "epoch": r.epoch,
            "train_loss": r.train.loss,
            "train_accuracy": r.train.accuracy,
            "test_loss": r.test.loss,
            "test_accuracy": r.test.accuracy,
        }
        for r in expected
    ]
    assert len(records) == 7


def test_a_csv_file_trains(csv: Path, six: Dataset) -> None:
    done = here("train", "--data", str(csv), "--epochs", "30", "--hidden", "4")
    assert (done.returncode, done.stderr) == (0, "")
    experiment = Experiment(dataset=six, training=TrainingConfig(epochs=30)).with_model(hidden_size=4)
    assert done.stdout == expected_log(experiment)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("data.py", "train_data = {'good': True, 'bad': False}\n"),
        ("train.txt", "__label__joy so glad\n__label__anger so cross\n__label__sadness so low\n"),
        ("a.jsonl", '{"text": "good", "labels": ["x"]}\n{"text": "bad", "labels": ["y"]}\n'),
    ],
)
def test_every_format_that_can_be_imported_trains(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    done = here("train", "--data", str(path), "--epochs", "2", "--hidden", "2", "--json")
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 2)


def test_a_guess_at_the_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("text,label\ncafé good,1\ncafé bad,0\n".encode("cp1252"))
    done = here("train", "--data", str(path), "--epochs", "1", "--hidden", "2")
    assert (done.returncode, "cp1252, which is a guess" in done.stderr) == (0, True)


def test_without_a_test_split_there_is_no_test_line(tmp_path: Path) -> None:
    path = tmp_path / "train only.csv"
    path.write_text("text,label,split\ngood,1,train\nbad,0,\n", encoding="utf-8")
    done = here("train", "--data", str(path), "--epochs", "2", "--hidden", "2")
    assert done.returncode == 0
    assert re.fullmatch(rf"--- Epoch 2\nTrain:\tLoss {NUMBER} \| Accuracy: {NUMBER}\n", done.stdout)
    as_json = here("train", "--data", str(path), "--epochs", "1", "--hidden", "2", "--json")
    record = json.loads(as_json.stdout)
    assert (record["test_loss"], record["test_accuracy"]) == (None, None)


@pytest.mark.slow
def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    """As with head: the pipe is closed after the first line, and nothing is said about it."""
    with subprocess.Popen(
        [sys.executable, "-m", "rnn_core", "train", "--data", "guide", "--json", "--hidden", "2", "--epochs", "3000"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["epoch"] == 1
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=PATIENCE_SECONDS) == 0


# ---------------------------------------------------------------------- check


def test_check_shows_both_rules_at_three_places() -> None:
    done = here("check", "--data", "guide", "--epochs", "60", "--hidden", "12", "--init-scale", "0.001")
    assert (done.returncode, done.stderr) == (0, "")
    out = done.stdout
    assert '"i am not at all bad or sad right now" (positive)' in out
    places = ["at the initial weights", "after 60 epochs", "at weights of order one"]
    assert [line for line in out.splitlines() if line in places] == places
    errors: dict[tuple[str, str], tuple[float, float]] = {}
    place = ""
    for line in out.splitlines():
        place = line if line in places else place
        found = re.fullmatch(r"  (W_xh|W_hh|b_h|W_hy|b_y) +(\S+) +(-?\d\.\d{3}) +(\S+) +(-?\d\.\d{3})", line)
        if found:
            errors[place, found[1]] = float(found[2]), float(found[4])
    assert len(errors) == 15
    for name in ("W_xh", "W_hh", "b_h"):
        exact, printed = errors["at weights of order one", name]
        assert exact < 1e-7
        assert printed > 1e-2
        assert errors["at the initial weights", name][1] < 1e-2
    for name in ("W_hy", "b_y"):
        assert max(errors["at weights of order one", name]) < 1e-7
    assert "exact" in out
    assert "printed" in out


# ---------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "command"),
        (("train", "--data", "no such file.csv"), "no such file.csv, cannot be read: No such file"),
        (("train", "--data", "guide", "--hidden", "0"), "hidden_size must be a whole number from 1 to 4,096, not 0"),
        (("train", "--data", "guide", "--epochs", "2.5"), "2.5"),
    ],
)
def test_a_process_that_cannot_do_what_was_asked_ends_with_status_two_and_one_line(arguments: tuple[str, ...], said: str) -> None:
    assert_refused(here(*arguments), 2, said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("dance",), "dance"),
        (("train",), "--data"),
        (("train", "--data", "guide", "--dance"), "--dance"),
        (("train", "--data", "guide", "two\nlines"), "unrecognized arguments"),
        (("train", "--data", "no such\nfile.csv"), "No such file"),
        (("train", "--data", "."), "directory"),
        (("train", "--data", ""), "directory"),
        (("train", "--data", "guide", "--hidden", "4000"), "hidden size: 4,000 is over the limit of 512"),
        (("train", "--data", "guide", "--hidden", "many"), "many"),
        (("train", "--data", "guide", "--epochs", "-3"), "epochs"),
        (("train", "--data", "guide", "--epochs", "1000000"), "epochs: 1,000,000 is over the limit of 100,000"),
        (("train", "--data", "guide", "--rate", "fast"), "fast"),
        (("train", "--data", "guide", "--rate", "nan"), "learning_rate"),
        (("train", "--data", "guide", "--rate", "inf"), "learning_rate"),
        (("train", "--data", "guide", "--rate", "1e999"), "learning_rate"),
        (("train", "--data", "guide", "--clip", "tight"), "clip_threshold must be a number above 0, not 'tight'"),
        (("train", "--data", "guide", "--clip", "0"), "clip_threshold"),
        (("train", "--data", "guide", "--clip", "nan"), "clip_threshold"),
        (("train", "--data", "guide", "--seed", "-1"), "seed"),
        (("train", "--data", "guide", "--seed", "9" * 5000), "seed"),
        (("train", "--data", "guide", "--init-scale", "-1"), "init_scale"),
        (("check", "--data", "guide", "--gradient", "approximate"), "approximate"),
        (("check", "--data", "guide", "--json"), "--json"),
    ],
)
def test_a_command_that_cannot_be_is_refused_in_one_line(arguments: tuple[str, ...], said: str) -> None:
    assert_refused(here(*arguments), 2, said)


@pytest.mark.parametrize(("content", "said"), [(b"sentence,sentiment\ngood,1\n", "one class")])
def test_a_process_given_a_bad_file_ends_with_status_two_and_one_line(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "sentences.csv"
    path.write_bytes(content)
    assert_refused(here("train", "--data", str(path)), 2, "sentences.csv, ", said)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"text,label,split\ngood,1,train\nbad,0,later\n", "row 2 (line 3): unknown split: later"),
        (b"text,label,split\ngood,1,train\nbad,,train\nbad bad,0,train\n", "row 2: no label"),
        (b"text,label,split\ngood,1,train\n?!,0,train\n", "row 2: empty text"),
        (b"text,label,split\ngood,1,train\n", "one class"),
        (b"text,label,split\n", "no training rows"),
        (b"text,label,split\ngood,1,train\nbad,0,train\nso good,1,test\n", "row 3: unseen word: so"),
        (b"", "empty file"),
        (b"\x89PNG\r\n\x1a\n\x00", "not text"),
    ],
)
def test_a_file_that_cannot_be_trained_on_is_refused_with_its_name_and_row(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "sentences.csv"
    path.write_bytes(content)
    assert_refused(here("train", "--data", str(path)), 2, "sentences.csv, ", said)


def test_a_file_of_fifty_megabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert_refused(here("train", "--data", str(path)), 2, "large.csv, too large")


def test_divergence_is_an_exit_status_of_its_own_and_one_line() -> None:
    done = here("train", "--data", "guide", "--rate", "1e308", "--clip", "none", "--epochs", "5")
    assert_refused(done, 1, "diverged in epoch 1")
