"""export and import: a network goes out and comes back."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rnn_core import Experiment, TextRules, documents, links, model_file, script
from rnn_core.sharing import pytorch
from tests.core.command_line.terminal import assert_refused, here
from tests.core.reference import large_model

WORDS = ["all", "at", "bad", "good", "not", "so", "very"]
MODEL = large_model(WORDS, 4, cell="lstm", embedding_size=3)


@pytest.fixture
def path(tmp_path: Path) -> str:
    (tmp_path / "model.npz").write_bytes(model_file.save(MODEL))
    return str(tmp_path / "model.npz")


def test_a_network_goes_to_pytorch_and_comes_back_bit_for_bit(path: str, tmp_path: Path) -> None:
    out = tmp_path / "mine.safetensors"
    done = here("export", path, "--to", "pytorch", "--out", str(out))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [str(out), str(tmp_path / "mine.py")]
    assert out.read_bytes() == pytorch.save(MODEL)
    assert (tmp_path / "mine.py").read_text(encoding="utf-8") == pytorch.program(MODEL, name="mine.safetensors")

    back = tmp_path / "back.npz"
    done = here("import", str(out), "--out", str(back))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1:] == ["labels: negative, positive", str(back)]
    assert back.read_bytes() == (tmp_path / "model.npz").read_bytes()


def test_the_program_has_the_settings_of_the_experiment(path: str, tmp_path: Path, small: Experiment) -> None:
    (tmp_path / "experiment.json").write_bytes(documents.save(small))
    options = ("--experiment", str(tmp_path / "experiment.json"), "--out", str(tmp_path / "a.py"))
    assert here("export", path, "--to", "pytorch", *options).returncode == 0
    assert (tmp_path / "a.py").read_text(encoding="utf-8") == pytorch.program(MODEL, small.training, "a.safetensors")


def test_an_experiment_becomes_a_script(tmp_path: Path, small: Experiment) -> None:
    out = tmp_path / "run.py"
    done = here("export", "--to", "script", "--link", links.encode(small), "--out", str(out))
    assert (done.returncode, done.stdout) == (0, f"{out}\n")
    assert out.read_text(encoding="utf-8") == script.write(small)


def test_a_network_from_outside_is_asked_after_the_import(tmp_path: Path) -> None:
    """With a vocabulary in an order of its own, labels in an order of their own, and a rule set."""
    tensors, order = dict(pytorch.tensors(MODEL)), [3, 0, 6, 2, 1, 5, 4]
    tensors["embedding.weight"] = tensors["embedding.weight"][order]
    tensors["head.weight"], tensors["head.bias"] = tensors["head.weight"][::-1], tensors["head.bias"][::-1]
    np.savez(tmp_path / "theirs.npz", **tensors)  # type: ignore[arg-type]
    (tmp_path / "words.json").write_text(json.dumps({WORDS[k]: i for i, k in enumerate(order)}), encoding="utf-8")
    files = ("--vocabulary", str(tmp_path / "words.json"), "--out", str(tmp_path / "model.npz"))
    done = here("import", str(tmp_path / "theirs.npz"), *files, "--labels", "positive", "negative", "--set", "unknown=skip")
    assert (done.returncode, done.stderr) == (0, "")
    model = model_file.load((tmp_path / "model.npz").read_bytes())
    np.testing.assert_array_equal(model.predict_proba(["not so bad"]), MODEL.predict_proba(["not so bad"]))
    assert model.rules == TextRules(unknown="skip")
    assert here("predict", str(tmp_path / "model.npz"), "not so bad").returncode == 0


def test_what_does_not_fit_is_told_with_file_tensor_and_shape(path: str, tmp_path: Path) -> None:
    (tmp_path / "theirs.safetensors").write_bytes(pytorch.save(MODEL))
    (tmp_path / "words.txt").write_text("good\nbad\n", encoding="utf-8")
    files = (str(tmp_path / "theirs.safetensors"), "--vocabulary", str(tmp_path / "words.txt"), "--out", str(tmp_path / "a.npz"))
    said = "theirs.safetensors: network from outside: wrong shape: embedding.weight is (7, 3), not (2, 3)"
    assert_refused(here("import", *files), 2, said)
    (tmp_path / "words.txt").write_text("good\ngood\n", encoding="utf-8")
    assert_refused(here("import", *files), 2, "words.txt: network from outside: bad vocabulary: a word occurs twice: good")
    assert_refused(here("import", path, "--out", str(tmp_path / "a.npz")), 2, "own file")
    assert not (tmp_path / "a.npz").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--to", "script"), "--to must be used with --experiment or --link"),
        (("--to", "pytorch"), "MODEL must be given"),
        (("--to", "word"), "word"),
        (("no such.npz", "--to", "pytorch"), "no such.npz: cannot be read"),
    ],
)
def test_an_export_that_cannot_be_is_refused(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    assert_refused(here("export", *arguments, "--out", str(tmp_path / "out")), 2, said)
    assert_refused(here("export", "x", "--to", "pytorch", "--out", str(tmp_path / "no" / "out")), 2, "there is no such folder")


def test_a_setting_that_is_no_rule_is_refused_by_import(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(pytorch.save(MODEL))
    files = (str(tmp_path / "a.safetensors"), "--out", str(tmp_path / "a.npz"))
    assert_refused(here("import", *files, "--set", "epochs=3"), 2, "--set must be one of the text rules lowercase")
    assert_refused(here("import", *files, "--set", "splitting=x"), 2, "splitting must be one of spaces")
