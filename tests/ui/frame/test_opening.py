"""Files given out and opened: experiments, networks, records, and what other programs wrote."""

from __future__ import annotations

import csv
import io
import json
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import save as as_safetensors

from rnn_core import Experiment, Model, ModelConfig, Trainer, presets
from rnn_core.data.text import TextRules
from rnn_core.data.vocabulary import Vocabulary
from rnn_core.data.word_vectors import WordVectors
from rnn_core.network.parameters import Layout
from rnn_core.sharing import documents, links, model_file, pytorch, script
from tests.ui.frame.links import ALL_ROOMS, HOSTILE, KEPT, ROOMS, arrived, dialog, open_file, own_work, set_now, tables_on
from tests.ui.visitor import PAGES, Visitor, started

pytestmark = pytest.mark.usefixtures("unfolded")


# ---------------------------------------------------------------------- files


def test_an_experiment_goes_out_and_in_as_a_file(
    visitor: Visitor, sent: Experiment, offered_files: dict[str, Callable[[], bytes]]
) -> None:
    started(visitor, sent).until(lambda: visitor.job.ended)
    dialog(visitor)
    other = Visitor()
    other.session.inbox.restored = True
    own_work(other.session)
    mine = set_now(other.session)
    open_file(other, "EXPERIMENT.JSON", offered_files["experiment.json"]())
    assert other.session.inbox.offered == sent
    assert set_now(other.session) == mine
    other.app.button(key="offer-take").click()
    other.app.run()
    assert other.session.workspace.experiment() == sent
    assert other.session.workspace.past[-1] == mine[0]


def test_a_file_after_a_bad_link_takes_the_complaint_away(known_router: None, sent: Experiment) -> None:
    visitor = arrived("1.AAAA", before=own_work)
    open_file(visitor, "e.json", documents.save(sent))
    assert visitor.session.inbox.offered == sent
    assert not visitor.errors


@pytest.mark.slow
def test_the_network_goes_out_and_answers_elsewhere_with_the_same_probability(
    visitor: Visitor, small: Experiment, offered_files: dict[str, Callable[[], bytes]]
) -> None:
    started(visitor, small).until(lambda: visitor.job.ended)
    dialog(visitor)
    file = offered_files["network.npz"]()
    model = visitor.job.status().model
    other = Visitor()
    sentences = other.session.workspace.dataset
    open_file(other, "network.npz", file)
    assert other.session.workspace.model == small.model
    assert other.session.workspace.dataset == sentences
    other.open("predictions").ask("not so good at all")
    (probabilities,) = model.predict_proba(["not so good at all"])
    (metric,) = [metric for metric in other.app.metric if metric.label == "Prediction"]
    assert metric.value == model.labels[int(np.argmax(probabilities))]
    z = [value for row in other.charts["reading"]["data"][0]["z"] for value in row]
    assert z[-1] == probabilities[model.labels.index("positive")]
    assert not other.errors


def test_a_network_that_was_opened_is_the_one_that_goes_out_again(
    visitor: Visitor, small: Experiment, offered_files: dict[str, Callable[[], bytes]]
) -> None:
    started(visitor, small).until(lambda: visitor.job.ended)
    opened = Model.initial(small.with_training(seed=5))
    visitor.session.open_network(opened)
    dialog(visitor)
    assert model_file.load(offered_files["network.npz"]()).vector.tolist() == opened.vector.tolist()
    assert len(offered_files["records.csv"]().splitlines()) > 1, "those of the run"


def test_the_epoch_that_is_looked_at_is_the_network_that_is_saved(
    visitor: Visitor, small: Experiment, offered_files: dict[str, Callable[[], bytes]]
) -> None:
    started(visitor, small).until(lambda: visitor.job.ended)
    epoch = visitor.job.status().kept[1]
    visitor.job.look_at(epoch)
    dialog(visitor)
    trainer = Trainer(small)
    for _ in range(epoch):
        next(trainer)
    assert model_file.load(offered_files["network.npz"]()).vector.tolist() == trainer.model.vector.tolist()


@pytest.mark.slow
def test_records_and_script_are_the_cores(
    visitor: Visitor, sent: Experiment, offered_files: dict[str, Callable[[], bytes]]
) -> None:
    started(visitor, sent).until(lambda: visitor.job.ended)
    dialog(visitor)
    assert offered_files["run.py"]() == script.write(sent).encode()
    rows = list(csv.DictReader(io.StringIO(offered_files["records.csv"]().decode())))
    records = list(Trainer(sent))
    assert [row["epoch"] for row in rows] == [str(epoch) for epoch in range(1, 41)]
    assert [float(row["train_loss"]) for row in rows] == [record.train.loss for record in records]


def test_before_anything_is_trained_there_are_no_records_to_take(
    visitor: Visitor, offered_files: dict[str, Callable[[], bytes]]
) -> None:
    dialog(visitor)
    assert set(offered_files) == {"experiment.json", "run.py"}


def network_of(labels: tuple[str, ...], words: list[str]) -> Model:
    config = ModelConfig(hidden_size=3, init_scale=0.4)
    vocabulary = Vocabulary(sorted(words))
    layout = Layout(config, len(vocabulary), len(labels))
    return Model(TextRules(), vocabulary, labels, config, np.random.default_rng(2).normal(size=layout.size))


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (tuple(sorted((HOSTILE[:40], "<b>$x$</b>"))), ["good", "bad", "<img/src=x>y", "$\\latex$b", "a:red[x]b"]),
        (("a", "b", "c"), ["good", "bad", "i", "am", "not"]),
        (tuple(f"l{i:02}" for i in range(20)), ["unit", "word", "label", "row", "curve"]),
        (("negative", "positive"), ["nothing", "known"]),
    ],
    ids=["hostile", "three-labels", "twenty-labels", "no-word-of-the-table"],
)
@pytest.mark.parametrize("tables", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["charts", "tables"])
@pytest.mark.slow
def test_a_strangers_network_breaks_no_page_and_acts_on_none(
    visitor: Visitor, labels: tuple[str, ...], words: list[str], tables: bool
) -> None:
    model = network_of(labels, words)
    if tables:
        tables_on(visitor)
    open_file(visitor, "x.npz", model_file.save(model))
    assert visitor.session.runs.opened is not None
    visitor.open("predictions").ask(" ".join(model.vocabulary))
    for rooms, names in (ROOMS | ALL_ROOMS).items():
        if rooms in ALL_ROOMS:
            visitor.open("all_sentences")
        for name in names:
            visitor.turn_to(name, rooms)
            assert not visitor.errors, name
            assert not visitor.app.exception, name
            acting = [
                (kind, text) for kind, text in visitor.interpreted() for sign in ("<img", "<b>$", "](javascript") if sign in text
            ]
            assert not acting, name
    for page in PAGES:
        visitor.open(page)
        assert not [error for error in visitor.errors if "Something broke on this page" in error], page


@pytest.mark.parametrize("name", ["x.npz", "x.json"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 50,
        b"{}",
        b"[" * 100_000,
        b"PK\x03\x04" + b"\xff" * 200,
        HOSTILE.encode(),
        b'{"format": "unrolled experiment"}',
    ],
)
def test_a_hostile_file_is_refused_with_a_sentence_and_nothing_is_lost(visitor: Visitor, name: str, content: bytes) -> None:
    own_work(visitor.session)
    mine = set_now(visitor.session)
    open_file(visitor, name, content)
    (told,) = visitor.errors
    assert told.endswith(KEPT)
    assert not [text for _, text in visitor.interpreted() if "<img" in text or "](javascript" in text]
    assert set_now(visitor.session) == mine
    assert visitor.session.inbox.offered is None
    assert visitor.session.runs.opened is None


def test_a_files_name_decides_nothing_but_how_it_is_read(visitor: Visitor, small: Experiment) -> None:
    file = documents.save(small)
    open_file(visitor, f"{HOSTILE}/../../etc/passwd.json", file)
    assert visitor.session.inbox.offered == small
    assert not [text for _, text in visitor.interpreted() if any(sign in text for sign in ("passwd", "<img"))]
    other = Visitor()
    open_file(other, "e.npz", file)
    assert other.errors == [f"This is neither a .safetensors file nor an .npz file with arrays. {KEPT}"]


# ---------------------------------------------------------------------- word vectors


def test_a_link_that_names_vectors_asks_for_their_file_and_never_opens_without(known_router: None, small: Experiment) -> None:
    rows = {word: np.array([i, 0.5], dtype=np.float32) for i, word in enumerate(("bad", "good", "so"))}
    data = replace(small.dataset, vectors=WordVectors.of("mine.txt", rows))
    sent = replace(small, dataset=data).with_model(embedding_size=2, vectors="frozen")
    visitor = arrived(links.encode(sent), before=own_work)
    mine = set_now(visitor.session)
    assert "Use it" not in visitor.buttons
    (asked,) = [text for text in visitor.markdown if "uses the word vectors" in text]
    assert sent.dataset.vectors is not None
    assert sent.dataset.vectors.digest[:12] in asked
    assert "mine" in asked
    (uploader,) = [widget for widget in visitor.app.file_uploader if str(widget.key).startswith("absent-")]
    uploader.upload("other.txt", b"good 1 2\nso 3 4\n", "text/plain").run()
    assert [text for text in visitor.errors if text.startswith("These are other vectors")]
    assert set_now(visitor.session) == mine
    assert "Use it" not in visitor.buttons
    (uploader,) = [widget for widget in visitor.app.file_uploader if str(widget.key).startswith("absent-")]
    uploader.upload("mine.txt", b"bad 0 0.5\ngood 1 0.5\nthe 9 9\nso 2 0.5\n", "text/plain").run()
    assert visitor.session.inbox.offered == sent
    visitor.press("Use it")
    assert visitor.session.workspace.experiment() == sent
    dialog(visitor)
    assert [text for text in visitor.warnings if "names the word vectors" in text]


# ---------------------------------------------------------------------- to and from other programs


@pytest.mark.slow
def test_the_trained_network_is_taken_to_each_program_with_what_it_needs(
    visitor: Visitor, small: Experiment, offered_files: dict[str, Callable[[], bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    started(visitor, small).until(lambda: visitor.job.ended)
    model = visitor.job.status().model
    dialog(visitor)
    with zipfile.ZipFile(io.BytesIO(offered_files["network-pytorch.zip"]())) as taken:
        assert taken.namelist() == ["network.safetensors", "network.py"]
        assert taken.read("network.safetensors") == pytorch.save(model)
        assert taken.read("network.py").decode() == pytorch.program(model, small.training)
    visitor.app.segmented_control(key="handover-target").set_value("keras")
    dialog(visitor)
    with zipfile.ZipFile(io.BytesIO(offered_files["network-keras.zip"]())) as taken:
        assert taken.read("network.npz") == model_file.save(model)
    monkeypatch.setitem(sys.modules, "onnx", None)
    visitor.app.segmented_control(key="handover-target").set_value("onnx")
    dialog(visitor)
    assert "network-onnx.onnx" not in offered_files
    (said,) = [text for text in visitor.infos if "onnx" in text]
    assert "requirements-export.txt" in said


def test_a_network_from_pytorch_is_opened_once_its_words_and_labels_are_there(visitor: Visitor, small: Experiment) -> None:
    model = Model.initial(small)
    own_work(visitor.session)
    open_file(visitor, "theirs.safetensors", as_safetensors(pytorch.tensors(model)))
    assert visitor.session.workspace.model.hidden_size == 5, "it is not open yet"
    (vocabulary,) = [field for field in visitor.app.file_uploader if field.key == "outside-vocabulary"]
    vocabulary.upload("words.json", json.dumps(list(model.vocabulary)).encode(), "application/json")
    visitor.app.text_input(key="outside-labels").set_value("negative")
    dialog(visitor)
    assert visitor.errors == [f"Enter at least two labels, each once. {KEPT}"]
    visitor.app.text_input(key="outside-labels").set_value("negative, positive")
    dialog(visitor)
    opened = visitor.session.runs.opened
    assert opened is not None
    assert opened.vector.tolist() == model.vector.tolist()
    assert (opened.vocabulary, opened.labels) == (model.vocabulary, model.labels)


def test_a_pickle_is_refused_with_how_to_convert_it(visitor: Visitor) -> None:
    open_file(visitor, "network.pt", b"\x80\x02}q\x00.")
    (told,) = visitor.errors
    assert "save_file(torch.load('network.pt', weights_only=True)" in told
    assert visitor.session.runs.opened is None


@pytest.mark.parametrize("kind", ["json", "npz"])
def test_a_file_over_the_hosts_limits_is_refused(known_router: None, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    experiment = presets.guide_corrected().with_model(hidden_size=200)
    content = documents.save(experiment) if kind == "json" else model_file.save(Model.initial(experiment))
    monkeypatch.setenv("UNROLLED_PROFILE", "hosted")
    visitor = Visitor()
    open_file(visitor, f"x.{kind}", content)
    (told,) = visitor.errors
    assert "this server allows" in told
    assert "200 hidden units" in told
    assert visitor.session.workspace.model.hidden_size == 64
