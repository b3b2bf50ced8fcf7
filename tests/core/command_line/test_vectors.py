"""vectors cut: a large file becomes a small one, with which train and links go on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rnn_core import Dataset, Experiment, Limits, ModelConfig, TrainingConfig, links, model_file
from rnn_core.command_line import files
from rnn_core.sharing import vector_files
from rnn_core.sharing.vector_streams import Bounds
from tests.core.command_line.terminal import assert_refused, here

DATA = Dataset.from_pairs([("so good", 1), ("so bad", 0)], [("lovely", 1)])
GLOVE = "the 1 2\ngood 0.5 1\nbad -0.5 1\nlovely 0.25 1\nmalformed\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "my.csv").write_text(DATA.to_csv(), encoding="utf-8", newline="")
    (tmp_path / "glove.txt").write_text(GLOVE, encoding="utf-8")
    return tmp_path


def cut(folder: Path) -> str:
    out = str(folder / "small.npz")
    done = here("vectors", "cut", str(folder / "glove.txt"), "--data", str(folder / "my.csv"), "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:3] == [
        "3 of 4 words, 2 numbers each",
        "without a vector: so",
        "1 lines do not fit, 0 words are not UTF-8, of 5",
    ]
    return out


def test_a_cut_file_fits_a_public_server_and_has_the_words_of_the_sentences(folder: Path) -> None:
    with Path(cut(folder)).open("rb") as file:
        found = vector_files.read(file, "small.npz", (), Bounds.of(Limits.hosted()))
    assert found.vectors.words == ("bad", "good", "lovely")
    assert found.vectors.name == "glove.txt"


@pytest.mark.parametrize("kind", ["start", "frozen"])
def test_train_begins_with_the_vectors(folder: Path, kind: str) -> None:
    out, saved = cut(folder), str(folder / "model.npz")
    options = ("--vectors", out, "--set", f"vectors={kind}", "--epochs", "2", "--set", "cell=gru", "--hidden", "3")
    done = here("train", "--data", str(folder / "my.csv"), *options, "--save", saved)
    assert (done.returncode, done.stderr) == (0, "")
    model = model_file.load(Path(saved).read_bytes())
    assert (model.config.embedding_size, model.config.vectors) == (2, kind)
    row = model.parameters["E"][model.vocabulary.ids(["good"])[0]].tolist()
    assert (row == [0.5, 1.0]) == (kind == "frozen")


def test_a_link_that_names_vectors_is_trained_with_their_file_alone(folder: Path) -> None:
    out = cut(folder)
    vectors = files.vectors(out, ()).vectors
    model = ModelConfig(hidden_size=3, embedding_size=2, vectors="frozen")
    experiment = Experiment(dataset=replace(DATA, vectors=vectors), model=model, training=TrainingConfig(epochs=1))
    link = links.encode(experiment)
    assert_refused(here("train", "--link", link), 2, "word vectors are needed: glove.txt", vectors.digest[:12])
    for path in (out, str(folder / "glove.txt")):
        assert here("train", "--link", link, "--vectors", path).returncode == 0
    (folder / "other.txt").write_text("good 1 2\n", encoding="utf-8")
    assert_refused(here("train", "--link", link, "--vectors", str(folder / "other.txt")), 2, "other vectors")


def test_a_file_that_cannot_be_used_is_refused_in_one_line(folder: Path) -> None:
    (folder / "kv.model").write_bytes(b"\x80\x04\x95")
    refused = here("vectors", "cut", str(folder / "kv.model"), "--data", "guide", "--out", str(folder / "x.npz"))
    assert_refused(refused, 2, "pickle")
    missing = here("vectors", "cut", str(folder / "none"), "--data", "guide", "--out", str(folder / "x.npz"))
    assert_refused(missing, 2, "cannot be read")
