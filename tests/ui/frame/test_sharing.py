"""An experiment handed on and taken over: by link, by files; what arrives from strangers never costs a visitor anything."""

from __future__ import annotations

import base64
import csv
import gc
import io
import json
import sys
import weakref
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import streamlit as st
from safetensors.numpy import save as as_safetensors
from streamlit.testing.v1 import AppTest

from rnn_core import Change, Dataset, Example, Experiment, Limits, Model, ModelConfig, Trainer, presets
from rnn_core.data.text import TextRules
from rnn_core.data.vocabulary import Vocabulary
from rnn_core.data.word_vectors import WordVectors
from rnn_core.network.parameters import Layout
from rnn_core.sharing import documents, links, model_file, pytorch, script
from tests.cases import some
from tests.patience import PATIENCE_SECONDS
from tests.ui.visitor import PAGES, ROOT, Visitor, started, unescaped
from ui.session import session as sessions
from ui.session.session import Session

pytestmark = pytest.mark.usefixtures("unfolded")

KEPT = "Your sentences and settings are unchanged."
HOSTILE = r"<img src=x onerror=alert(1)> [link](javascript:alert(1)) $\LaTeX$ :material/home: :red[x] **b**"


@pytest.fixture
def sent(small: Experiment) -> Experiment:
    """Somebody else's: own sentences, a steered run."""
    return small.with_training(changes=(Change(9, "learning_rate", 0.05), Change(20, "clipping", "norm")))


def arrived(token: str, page: str = "home", *, before: Callable[[Session], object] = lambda _: None) -> Visitor:
    """Somebody whose browser opens a link to a page; before: what their browser had brought back before it was read."""
    visitor = Visitor.__new__(Visitor)
    visitor.app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=PATIENCE_SECONDS)
    session = Session()
    session.inbox.restored = True
    before(session)
    visitor.app.session_state["session"] = session
    visitor.app.query_params["e"] = token
    if page != "home":
        visitor.app.switch_page(f"pages/{page}.py")
    visitor.app.run()
    return visitor


def own_work(session: Session) -> None:
    """Sentences and settings of the visitor's own."""
    session.workspace.dataset = Dataset.from_pairs([("mine", 1), ("not mine", 0)])
    session.workspace.use_settings(ModelConfig(hidden_size=5), replace(session.workspace.training, seed=77))


def set_now(session: Session) -> tuple[Any, ...]:
    return session.workspace.dataset, session.workspace.model, session.workspace.training


def token_of(document: bytes) -> str:
    """Any document under a right checksum."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(document) + packer.flush()
    return "1." + base64.urlsafe_b64encode(zlib.crc32(body).to_bytes(4, "big") + body).decode().rstrip("=")


def dialog(visitor: Visitor) -> Visitor:
    """Open what is behind the sidebar's button."""
    visitor.app.button(key="share-or-open").click()
    visitor.app.run()
    return visitor


def choose(visitor: Visitor, label: str) -> Visitor:
    """Choose what is to be shared, in both tabs."""
    for radio in visitor.app.radio:
        if str(radio.key).startswith("share-which-"):
            radio.set_value(label)
    return dialog(visitor)


def tables_on(visitor: Visitor) -> Visitor:
    visitor.app.sidebar.toggle(key="charts-as-tables").set_value(True).run()
    return visitor


def shared(visitor: Visitor) -> Experiment:
    """What the link in the dialog stands for."""
    (code,) = [code.value for code in visitor.app.code if "?e=" in code.value]
    return links.decode(code.split("?e=")[1])


def open_file(visitor: Visitor, name: str, content: bytes) -> Visitor:
    """Choose a file in the dialog."""
    dialog(visitor)
    (uploader,) = [widget for widget in visitor.app.file_uploader if str(widget.key).startswith("open-")]
    uploader.upload(name, content, "application/octet-stream")
    return dialog(visitor)


@pytest.fixture
def offered_files(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    """What the download buttons drawn would give, by file name."""
    found: dict[str, Callable[[], bytes]] = {}
    whole = st.download_button

    def recorded(label: str, data: Callable[[], bytes], **others: Any) -> bool:
        found[others["file_name"]] = data
        return whole(label, data=data, **others)

    monkeypatch.setattr(st, "download_button", recorded)
    return found


# ---------------------------------------------------------------------- the link given


def test_the_link_is_the_experiment_that_is_set(visitor: Visitor) -> None:
    visitor.settings(hidden_size=9, seed=3)
    assert shared(dialog(visitor)) == visitor.session.workspace.experiment()
    assert len(visitor.app.code[0].value) < 60
    assert not visitor.warnings, "a preset's sentences are only named"


@pytest.mark.slow
def test_the_link_of_a_steered_run_carries_its_changes(visitor: Visitor, sent: Experiment) -> None:
    started(visitor, sent).until(lambda: visitor.job.ended)
    visitor.session.workspace.use_settings(sent.model, replace(sent.training, changes=()))
    assert shared(dialog(visitor)) == sent, "the run that the pages show is offered first"
    choose(visitor, "settings")
    assert shared(visitor) == visitor.session.workspace.experiment() != sent


def test_a_link_with_the_visitors_own_sentences_says_that_it_can_be_read(visitor: Visitor, six: Dataset) -> None:
    visitor.session.workspace.replace_dataset(six)
    assert "The link contains your sentences. Everyone who has the link can read them." in dialog(visitor).warnings
    visitor.session.workspace.replace_dataset(presets.guide_dataset())
    assert not dialog(visitor).warnings


def test_what_is_too_long_for_a_link_is_offered_as_a_file(
    visitor: Visitor, offered_files: dict[str, Callable[[], bytes]]
) -> None:
    words = np.random.default_rng(5).integers(0, 10**9, (400, 3))
    rows = [Example(" ".join(f"w{n:x}" for n in row), ("positive", "negative")[i % 2], "train") for i, row in enumerate(words)]
    visitor.session.workspace.replace_dataset(Dataset(tuple(rows)))
    dialog(visitor)
    assert not visitor.app.code
    said = [text for text in visitor.infos if "which has up to 6,000 characters" in text]
    assert len(said) == 1
    assert documents.load(offered_files["experiment.json"]()) == visitor.session.workspace.experiment()


def test_what_cannot_be_trained_is_not_shared_and_says_why(visitor: Visitor) -> None:
    visitor.open("dataset").edit(cells={3: {"label": None}})
    dialog(visitor)
    assert not visitor.app.code
    assert "There is nothing to share yet. Row 4 has no label. Add one." in visitor.infos


def test_the_dialog_stays_with_its_page_and_closes_with_another(visitor: Visitor) -> None:
    """A page that is clicked at the moment at which the dialog is closed tells of both, or of the page alone."""

    def there() -> bool:
        return any(tab.label == "Files" for tab in visitor.app.tabs)

    dialog(visitor)
    assert there()
    visitor.app.run()
    assert there()
    visitor.open("dataset")
    assert not there()
    visitor.open("home")
    assert not there()


def test_a_runs_name_is_never_interpreted_in_the_dialog(visitor: Visitor, small: Experiment) -> None:
    started(visitor, small).until(lambda: visitor.job.ended)
    visitor.session.runs.rename(visitor.job, "**b** [l](x) $y$ :red[x]")
    visitor.settings(seed=5)
    dialog(visitor)
    (radio, _) = [radio for radio in visitor.app.radio if str(radio.key).startswith("share-which-")]
    assert unescaped(radio.options[0]) == "**b** [l](x) $y$ :red[x], as trained"
    options = [text for kind, text in visitor.interpreted() if kind == "radio"]
    assert any("as trained" in text for text in options)
    assert not [text for text in options for sign in ("**b", "](", "$y", ":red[") if sign in text]


# ---------------------------------------------------------------------- a link that arrives


@pytest.mark.parametrize("page", PAGES)
def test_a_link_to_any_page_is_offered_and_what_the_visitor_has_stays_until_they_decide(
    known_router: None, sent: Experiment, page: str
) -> None:
    visitor = arrived(links.encode(sent), page, before=own_work)
    mine = set_now(visitor.session)
    assert mine[0].examples[0].text == "mine"
    assert visitor.session.inbox.offered == sent
    assert {"Use it", "Keep mine"} <= set(visitor.buttons)
    (line,) = [text for text in visitor.markdown if "A shared experiment" in text]
    assert "9 sentences." in line
    assert "7 hidden units" in line
    assert "2 settings change during training" in line
    for other in PAGES:
        visitor.open(other)
        assert "Use it" in visitor.buttons
    assert set_now(visitor.session) == mine


def test_to_accept_gives_the_whole_experiment_and_undo_the_former_sentences(known_router: None, sent: Experiment) -> None:
    visitor = arrived(links.encode(sent), before=own_work)
    former = visitor.session.workspace.dataset
    visitor.press("Use it")
    assert visitor.session.workspace.experiment() == sent
    assert "Use it" not in visitor.buttons
    fields = visitor.open("hyperparameters").fields
    assert (fields["hidden_size"].value, fields["seed"].value, fields["epochs"].value) == (7, 11, 40)
    assert visitor.session.workspace.experiment() == sent, "the page's widgets change nothing of it"
    visitor.open("dataset")
    assert visitor.session.workspace.experiment() == sent, "nor does the table"
    visitor.press("Undo")
    assert visitor.session.workspace.dataset == former


def test_what_was_accepted_trains_to_the_senders_numbers(known_router: None, sent: Experiment) -> None:
    visitor = arrived(links.encode(sent), before=own_work).press("Use it").train()
    assert visitor.job.experiment == sent
    records = list(Trainer(sent))
    assert visitor.job.status().history.columns.train_loss.tolist() == [record.train.loss for record in records]


def test_to_keep_ones_own_keeps_it_and_asks_no_more(known_router: None, sent: Experiment) -> None:
    visitor = arrived(links.encode(sent), before=own_work)
    mine = set_now(visitor.session)
    visitor.press("Keep mine")
    for page in PAGES:
        visitor.open(page)
        assert "Use it" not in visitor.buttons
    assert set_now(visitor.session) == mine
    assert not visitor.session.workspace.past


def test_on_an_untouched_desk_it_is_laid_down_at_once_and_said(known_router: None, sent: Experiment) -> None:
    visitor = arrived(links.encode(sent), "training")
    assert visitor.session.workspace.experiment() == sent
    assert "Use it" not in visitor.buttons
    assert "This experiment came with the link. Train it to see the same run." in visitor.infos


@pytest.mark.parametrize("sign", ["run", "past", "seed"])
def test_a_desk_with_anything_on_it_is_not_untouched(known_router: None, sent: Experiment, sign: str) -> None:
    def touch(session: Session) -> None:
        match sign:
            case "run":
                session.runs.prepare(session.workspace.experiment())
            case "past":
                session.workspace.replace_dataset(session.workspace.dataset)
            case _:
                session.workspace.use_settings(session.workspace.model, replace(session.workspace.training, seed=1))

    visitor = arrived(links.encode(sent), before=touch)
    assert visitor.session.inbox.offered == sent
    assert visitor.session.workspace.dataset == presets.guide_dataset()


def test_a_link_to_what_is_set_already_asks_nothing(known_router: None, sent: Experiment) -> None:
    """As after a reload of a page whose link has been accepted."""

    def same(session: Session) -> None:
        session.accept(sent)

    visitor = arrived(links.encode(sent), before=same)
    assert visitor.session.workspace.experiment() == sent
    assert "Use it" not in visitor.buttons
    assert len(visitor.session.workspace.past) == 1


def test_an_offer_waits_until_the_browser_has_said_what_it_kept(known_router: None) -> None:
    """Until then the desk only looks untouched, or as if it held the same."""
    guide = presets.guide_corrected()
    visitor = arrived(links.encode(guide), before=lambda session: setattr(session.inbox, "restored", False))
    assert visitor.session.inbox.offered == guide
    assert "Use it" not in visitor.buttons
    assert visitor.session.workspace.dataset == presets.guide_dataset()
    own_work(visitor.session)
    visitor.session.inbox.restored = True
    visitor.app.run()
    assert "Use it" in visitor.buttons


BOMB = token_of(json.dumps(presets.guide_corrected().to_json()).encode() + b" " * 1_000_000)
FAR = token_of(json.dumps(presets.guide_corrected().to_json()).encode().replace(b'"seed": 0', b'"seed": -3'))


@pytest.mark.parametrize("page", some(["home", "gradients"], 1))
@pytest.mark.parametrize(
    ("token", "said"),
    [
        (lambda t: t[:9] + ("A" if t[9] != "A" else "B") + t[10:], "This link is damaged: some of its letters have changed"),
        (lambda t: t[: len(t) * 2 // 3], "This link is incomplete: its end is missing."),
        (lambda t: BOMB, "It is too large: the limit is 300,000 bytes."),
        (lambda t: t + "A" * 6_000, "It is too large:"),
        (lambda t: "2" + t[1:], "This link was made by a newer version of Unrolled."),
        (lambda t: FAR, "It does not contain an experiment: "),
        (
            lambda t: token_of(b'{"dataset":{"preset":"guide","check":"00000000","rules":{}},"model":{},"training":{}}'),
            "This link uses built-in sentences",
        ),
        (lambda t: "", "This link is damaged"),
        (lambda t: HOSTILE, "This link is damaged"),
        (lambda t: token_of(json.dumps({HOSTILE: 1, "dataset": HOSTILE}).encode()), "It does not contain an experiment"),
    ],
    ids=["damaged", "truncated", "bomb", "long", "newer", "invalid", "other-sentences", "empty", "hostile", "hostile-inside"],
)
def test_a_bad_link_is_refused_with_a_sentence_and_nothing_is_lost(
    known_router: None, sent: Experiment, page: str, token: Callable[[str], str], said: str
) -> None:
    visitor = arrived(token(links.encode(sent)), page, before=own_work)
    (told,) = [error for error in visitor.errors if KEPT in error]
    assert told.startswith(said)
    assert not [error for error in visitor.errors if "Something broke on this page" in error]
    assert not [text for _, text in visitor.interpreted() if "<img" in text or "](javascript" in text]
    session = visitor.session
    assert session.workspace.dataset.examples[0].text == "mine"
    assert (session.workspace.model.hidden_size, session.workspace.training.seed) == (5, 77)
    assert session.inbox.offered is None
    visitor.press("Close")
    assert not [error for error in visitor.errors if KEPT in error]
    visitor.open("dataset")
    assert not [error for error in visitor.errors if KEPT in error], "it was told once"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda e: e.with_training(epochs=5_001), "The run would have 5,001 epochs. This server allows 5,000."),
        (lambda e: e.with_model(hidden_size=129), "The network would have 129 hidden units. This server allows 128."),
        (lambda e: replace(e, dataset=Dataset.from_pairs([("good " * 65, 1), ("bad", 0)])), "has 65 words"),
    ],
    ids=["epochs", "units", "words"],
)
def test_a_link_over_the_hosts_limits_is_refused_with_both_numbers(
    known_router: None, monkeypatch: pytest.MonkeyPatch, change: Callable[[Experiment], Experiment], said: str
) -> None:
    monkeypatch.setenv("UNROLLED_PROFILE", "hosted")
    visitor = arrived(links.encode(change(presets.guide_corrected())), before=own_work)
    (told,) = visitor.errors
    assert said in told
    assert told.endswith(KEPT)
    assert visitor.session.workspace.dataset.examples[0].text == "mine"
    monkeypatch.delenv("UNROLLED_PROFILE")
    assert not arrived(links.encode(change(presets.guide_corrected())), before=own_work).errors


def test_a_file_of_what_is_set_already_says_so(visitor: Visitor) -> None:
    open_file(visitor, "e.json", documents.save(visitor.session.workspace.experiment()))
    assert "These are already the current settings and sentences." in visitor.infos
    assert visitor.session.inbox.offered is None


def test_a_bad_link_after_a_good_one_takes_the_offer_away(known_router: None, sent: Experiment) -> None:
    visitor = arrived(links.encode(sent), before=own_work)
    visitor.app.query_params["e"] = "1.AAAA"
    visitor.app.run()
    assert "Use it" not in visitor.buttons
    assert len(visitor.errors) == 1


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


ROOMS = {
    "sentence-rooms": (
        "states",
        "words",
        "flips",
        "pair",
        "epochs",
    ),
}
ALL_ROOMS = {"all-rooms": ("list", "map", "file")}


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


# ---------------------------------------------------------------------- changes that an experiment brought


def test_planned_changes_are_shown_and_can_be_dropped(known_router: None, sent: Experiment) -> None:
    visitor = arrived(links.encode(sent), "hyperparameters")
    (line,) = [text for text in visitor.markdown if text.startswith("Planned changes: ")]
    assert line == "Planned changes: learning rate 0.05 from epoch 9 · clipping by norm, per parameter from epoch 20."
    visitor.press("Remove these changes")
    assert visitor.session.workspace.experiment() == sent.with_training(changes=())
    assert not [text for text in visitor.markdown if text.startswith("Planned changes: ")]
    assert "Remove these changes" not in visitor.buttons


def test_of_many_planned_changes_it_is_said_how_many_more_there_are(known_router: None, small: Experiment) -> None:
    changes = tuple(Change(epoch, "learning_rate", 0.01 * epoch) for epoch in range(1, 13))
    visitor = arrived(links.encode(small.with_training(changes=changes)), "hyperparameters")
    (line,) = [text for text in visitor.markdown if text.startswith("Planned changes: ")]
    assert line.count("from epoch") == 8
    assert line.endswith(", and 4 more.")


def test_fewer_epochs_than_a_planned_change_needs_are_refused_for_that_reason(known_router: None, sent: Experiment) -> None:
    visitor = arrived(links.encode(sent), "hyperparameters").enter("epochs", 15)
    assert visitor.errors == ["Epochs cannot be 15: a setting changes in epoch 20. The value stays 40."]
    assert visitor.session.workspace.experiment() == sent
    visitor.enter("epochs", 25)
    assert visitor.session.workspace.experiment() == sent.with_training(epochs=25)


# ---------------------------------------------------------------------- how many there may be


@pytest.mark.slow
def test_one_visitor_too_many_is_told_and_served_once_another_has_gone(
    known_router: None, monkeypatch: pytest.MonkeyPatch, small: Experiment
) -> None:
    gc.collect()
    first = Visitor()
    most = len(sessions.server().visitors)
    monkeypatch.setattr(sessions, "profile_limits", lambda: Limits(visitors=most))
    turned_away = Visitor()
    assert turned_away.warnings == [f"This server is full. It serves up to {most} people at a time. Try again in a few minutes."]
    assert not turned_away.app.title
    assert not turned_away.app.exception
    assert "session" not in turned_away.app.session_state
    for page in PAGES[1:]:
        turned_away.open(page)
        assert not turned_away.app.exception
        assert len(turned_away.warnings) == 1
    job = started(first, small).job
    first.until(lambda: job.ended)
    assert first.epoch == 40, "who is inside stays inside"
    gone = weakref.ref(first.session)
    del first
    gc.collect()
    assert gone() is None, "something holds a session that is over"
    assert turned_away.open("home").title == "Unrolled"
    assert not turned_away.warnings


def test_the_dialog_stays_open_when_the_page_is_drawn_again(visitor: Visitor) -> None:
    dialog(visitor)
    before = [tab.label for tab in visitor.app.tabs]
    visitor.app.run()
    assert "Link" in before
    assert [tab.label for tab in visitor.app.tabs] == before


def test_what_breaks_in_the_dialog_gets_an_apology_and_leaves_the_page_standing(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError("the secret of line 40")

    monkeypatch.setattr(links, "encode", broken)
    dialog(visitor)
    assert not visitor.app.exception
    (said,) = [error for error in visitor.errors if "(error " in error]
    assert "secret" not in said
