"""predict and explain: a trained network asked at a terminal and in pipes."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rnn_core import Model, TextRules, model_file
from rnn_core.command_line import tables
from rnn_core.explanation import explain, read
from rnn_core.sharing import pytorch
from tests.core.children import environment
from tests.core.command_line.terminal import assert_refused, here
from tests.core.reference import large_model
from tests.patience import PATIENCE_SECONDS

WORDS = ["all", "at", "bad", "good", "not", "so", "very"]
MODEL = large_model(WORDS, 4, ("no", "perhaps", "yes"), seed=2, cell="gru")


def with_rules(**rules: str) -> Model:
    return Model(TextRules(**rules), MODEL.vocabulary, MODEL.labels, MODEL.config, MODEL.vector)  # type: ignore[arg-type]


@pytest.fixture
def path(tmp_path: Path) -> str:
    (tmp_path / "model.npz").write_bytes(model_file.save(MODEL))
    return str(tmp_path / "model.npz")


def test_a_text_is_answered_with_the_probability_of_every_label(path: str) -> None:
    done = here("predict", path, "not so bad")
    p = MODEL.predict_proba(["not so bad"])[0]
    assert (done.returncode, done.stderr) == (0, "")
    header, answer = done.stdout.splitlines()
    assert header.split() == ["verdict", "p(no)", "p(perhaps)", "p(yes)", "text"]
    assert answer.split() == [MODEL.predict(["not so bad"])[0], *(f"{x:.4f}" for x in p), "not", "so", "bad"]


def test_a_safetensors_file_from_here_is_asked_the_same(path: str, tmp_path: Path) -> None:
    (tmp_path / "network.safetensors").write_bytes(pytorch.save(MODEL))
    assert here("predict", str(tmp_path / "network.safetensors"), "so bad").stdout == here("predict", path, "so bad").stdout


def test_lines_of_standard_input_keep_their_order_and_number(path: str) -> None:
    done = here("predict", path, "-", "--format", "jsonl", stdin=b"so good\n\nnot zebra\r\nbad\n")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["text"] for answer in answers] == ["so good", "", "not zebra", "bad"]
    assert [answer["problem"] for answer in answers] == [None, "empty text", "unknown word: zebra", None]
    assert answers[2]["unknown_words"] == ["zebra"]
    p = MODEL.predict_proba(["bad"])[0]
    assert answers[3]["probabilities"] == dict(zip(MODEL.labels, p.tolist(), strict=True))
    assert (done.returncode, done.stderr) == (0, "rnn_core: 2 of 4 texts have no prediction; the problem is beside each\n")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'id,text\n1,so good\n2,"not, so bad"\n'),
        ("a.jsonl", '{"text": "so good"}\n{"text": "not, so bad"}\n'),
        ("a.txt", "so good\nnot, so bad\n"),
    ],
)
def test_a_file_of_any_format_is_answered_as_csv(path: str, tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    done = here("predict", path, "--file", str(tmp_path / name), "--format", "csv")
    assert (done.returncode, done.stderr) == (0, "")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["text"] for row in rows] == ["so good", "not, so bad"]
    p = MODEL.predict_proba(["so good"])[0]
    np.testing.assert_array_equal([float(rows[0][f"p({label})"]) for label in MODEL.labels], p)
    assert done.stdout == here("predict", path, "--file", "-", "--format", "csv", stdin=content.encode()).stdout


def test_words_that_are_skipped_are_told_beside_the_text(tmp_path: Path) -> None:
    (tmp_path / "model.npz").write_bytes(model_file.save(with_rules(unknown="skip")))
    done = here("predict", str(tmp_path / "model.npz"), "so good zebra")
    assert done.stdout.splitlines()[1].endswith("so good zebra  (unknown: zebra)")
    assert done.returncode == 0


def test_where_nothing_can_be_answered_the_status_is_two(path: str) -> None:
    assert_refused(here("predict", path, "so godo"), 2, "unknown word: godo (near: good)")
    done = here("predict", path, "-", stdin=b"zebra\nlion\n")
    assert (done.returncode, len(done.stdout.splitlines())) == (2, 3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "TEXT --file"),
        (("so", "--file", "x"), "not allowed with"),
        (("--file", "no such.csv"), "no such.csv: cannot be read: No such file"),
        (("so", "--format", "xml"), "xml"),
        (("x " * 6_000,), "characters: 12,000 is over the limit"),
    ],
)
def test_a_question_that_cannot_be_is_refused(path: str, arguments: tuple[str, ...], said: str) -> None:
    assert_refused(here("predict", path, *arguments), 2, said)


def test_a_file_that_is_no_network_is_refused_with_its_name(tmp_path: Path) -> None:
    for content, said in ((b"", "model file: not a model"), (b"PK", "model file: not a model"), (b"so good", "other kind")):
        (tmp_path / "a.npz").write_bytes(content)
        assert_refused(here("predict", str(tmp_path / "a.npz"), "so good"), 2, "a.npz: ", said)


def test_what_could_steer_a_terminal_is_not_printed(path: str) -> None:
    done = here("predict", path, "-", stdin=b"so\x1b[2J good\n")
    assert "\x1b" not in done.stdout
    assert tables.printable("a\x1bb\tc\u202e") == "a\ufffdb c\ufffd"


def test_columns_are_aligned_for_wide_characters() -> None:
    assert tables.aligned([("很好", "1", "x"), ("so", "10", "y")]) == "很好   1  x\nso    10  y"


@pytest.mark.slow
def test_a_pipe_is_read_and_written_as_utf8() -> None:
    """With a process of its own, and a text that is not ASCII."""
    command = [sys.executable, "-m", "rnn_core", "predict", "no such.npz", "很好"]
    done = subprocess.run(
        command, env=environment(), capture_output=True, encoding="utf-8", timeout=PATIENCE_SECONDS, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "rnn_core: no such.npz: cannot be read: No such file or directory\n"


# ---------------------------------------------------------------------- explain


def test_an_explanation_has_the_figures_of_the_predictions_page(path: str) -> None:
    done = here("explain", path, "not so very bad", "--label", "perhaps", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    reading = read(MODEL, "not so very bad")
    saliency = explain(MODEL, reading, "perhaps")
    assert (told["verdict"], told["confidence"], told["label"]) == (reading.verdict, reading.confidence, "perhaps")
    assert [word["word"] for word in told["words"]] == ["not", "so", "very", "bad"]
    for i, word in enumerate(told["words"]):
        assert list(word["probabilities"].values()) == reading.probabilities[i].tolist()
        assert word["integrated_gradients"] == saliency.integrated_gradients[i]
        assert word["leave_one_out"] == saliency.leave_one_out[i]
    for flip in told["flips"]:
        assert MODEL.predict([flip["text"]]) == [flip["verdict"]] != [reading.verdict]
    assert told["flips"]


def test_a_report_names_every_word_and_the_changes_that_flip(path: str) -> None:
    done = here("explain", path, "not so bad")
    assert (done.returncode, done.stderr) == (0, "")
    reading = read(MODEL, "not so bad")
    assert done.stdout.splitlines()[1] == f"{reading.verdict}, {reading.confidence:.4f}"
    assert [line.split()[0] for line in done.stdout.splitlines() if line[:3] in ("not", "so ", "bad")].count("so") == 2


def test_one_word_has_no_effect_of_being_left_out(path: str) -> None:
    assert json.loads(here("explain", path, "good", "--json").stdout)["words"][0]["leave_one_out"] is None


def test_an_explanation_that_cannot_be_is_refused(path: str) -> None:
    assert_refused(here("explain", path, "good", "--label", "x"), 2, "--label must be one of no, perhaps, yes, not 'x'")
    assert_refused(here("explain", path, "zebra"), 2, "unknown word: zebra")
    assert_refused(here("explain", path, "so " * 600), 2, "words: 600 is over the limit")
