"""A moment handed on by a link: the same sentence, epoch and probability elsewhere, after one yes; and nothing a stranger could bend."""

from __future__ import annotations

import threading
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from rnn_core import Experiment, Trainer, read
from rnn_core.sharing import links
from tests.patience import PATIENCE_SECONDS
from tests.ui.frame.links import dialog, own_work, set_now
from tests.ui.visitor import ROOT, Visitor, unescaped
from ui.frame import moments
from ui.messages import moments as messages
from ui.server.jobs import Job
from ui.session.inbox import Moment
from ui.session.session import Session

SENTENCE = "so very good at all"


def come(experiment: Experiment, *, busy: bool = False, **parameters: str) -> Visitor:
    """Somebody whose browser opens a link to Predictions. busy: they have work of their own."""
    visitor = Visitor.__new__(Visitor)
    visitor.app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=PATIENCE_SECONDS)
    session = Session()
    session.inbox.restored = True
    if busy:
        own_work(session)
    visitor.app.session_state["session"] = session
    for name, value in ({"e": links.encode(experiment)} | parameters).items():
        visitor.app.query_params[name] = value
    visitor.app.switch_page("pages/predictions.py")
    visitor.app.run()
    return visitor


def shows(visitor: Visitor, experiment: Experiment, epoch: int) -> None:
    """The page shows the sentence, read by the network of this epoch."""
    trainer = Trainer(experiment, path=visitor.job.status().run.path)
    for record in trainer:
        if record.epoch == epoch:
            break
    reading = read(trainer.model, SENTENCE)
    assert visitor.app.text_input(key="sentence").value == SENTENCE
    (metric,) = [metric for metric in visitor.app.metric if metric.label == "Prediction"]
    assert (metric.value, metric.delta) == (reading.verdict, f"{reading.confidence:.3f}")


def test_it_opens_at_once_for_a_visitor_without_work_and_trains_to_its_epoch(
    known_router: None, small: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn, train = threading.Event(), Job._train
    monkeypatch.setattr(Job, "_train", lambda job, *args: train(job, *args) if drawn.wait(PATIENCE_SECONDS) else "failed")
    visitor = come(small, at="12", s=SENTENCE)
    assert any(messages.on_the_way(12) in info for info in visitor.infos)
    drawn.set()
    visitor.until(lambda: not visitor.job.running)
    assert (visitor.job.state, visitor.job.status().epoch) == ("paused", 12)
    shows(visitor, small, 12)


def test_it_waits_for_a_yes_where_there_is_work(known_router: None, small: Experiment) -> None:
    visitor = come(small, busy=True, at="12", s=SENTENCE)
    before = set_now(visitor.session)
    assert visitor.session.runs.job is None
    assert any(unescaped(text) == unescaped(messages.moment(12, SENTENCE)) for text in visitor.markdown)
    visitor.press("Keep mine")
    assert (set_now(visitor.session), visitor.session.runs.job) == (before, None)
    visitor = come(small, busy=True, at="12", s=SENTENCE).press("Use it")
    visitor.until(lambda: not visitor.job.running)
    shows(visitor, small, 12)


@pytest.mark.parametrize("epoch", ["", "0", "-3", "1e3", "²", "٣", "9" * 4_000, "12; drop"])
def test_an_epoch_that_is_none_leaves_a_link_to_the_experiment(epoch: str) -> None:
    assert moments.read({"at": epoch, "s": SENTENCE}) is None


def test_what_a_link_brings_is_bounded(known_router: None, small: Experiment) -> None:
    assert moments.read({"at": "5", "s": "x" * (moments.MOST_LETTERS + 1)}) == Moment(5, None)
    visitor = come(small, at="999999999", s="<img src=x> $x$")
    visitor.until(lambda: not visitor.job.running)
    assert visitor.job.status().epoch == small.training.epochs
    assert not [text for _, text in visitor.interpreted() if "<img" in text]


def test_the_dialog_gives_the_moment_that_is_looked_at(visitor: Visitor, small: Experiment) -> None:
    visitor.session.accept(small)
    visitor.train().open("predictions").ask(SENTENCE)
    visitor.job.look_at(visitor.job.status().kept[1])
    visitor.app.session_state["share-moment"] = "moment"
    dialog(visitor)
    (address,) = [code.value for code in visitor.app.code if "?e=" in code.value]
    found = parse_qs(urlsplit(address).query)
    assert links.decode(found["e"][0]) == small
    assert moments.read({name: values[0] for name, values in found.items()}) == Moment(visitor.job.status().viewed, SENTENCE)
