"""A first start compiles the engine: whoever comes meanwhile is told so, can do what needs no engine, and waits for nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import NoReturn

import pytest

from rnn_core import Experiment, Limits, presets
from rnn_core.prepare import Preparation
from tests.ui.visitor import PAGES, Visitor, wait_until
from ui.frame import lens, shell
from ui.gradients import check
from ui.server.jobs import Job
from ui.server.presence import Presence
from ui.server.slots import Slots
from ui.session import session as sessions

WAITING = "Preparing the engine; the run begins when it is ready."


class Engine:
    """A preparation that goes on until it is told to be over."""

    def __init__(self) -> None:
        self.over = threading.Event()
        self.preparation = Preparation()

    def finish(self) -> None:
        self.over.set()
        assert self.preparation.wait(60)


@pytest.fixture
def compiling(engine: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Engine]]:
    """From the call on, and until it is finished, the engine is being compiled."""
    begun: list[Engine] = []

    def begin() -> Engine:
        made = Engine()
        begun.append(made)
        monkeypatch.setattr("rnn_core.prepare.prepare", lambda: float(made.over.wait()))
        made.preparation.start()
        monkeypatch.setattr(sessions, "preparation", lambda: made.preparation)
        return made

    yield begin
    for made in begun:
        made.finish()


def progress(visitor: Visitor) -> str:
    return str(visitor.app.main.get("progress")[0].proto.text).replace("\u202f", "")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_and_says_that_the_engine_is_being_prepared_until_it_is(
    visitor: Visitor, compiling: Callable[[], Engine], page: str
) -> None:
    engine = compiling()
    visitor.open(page)
    assert visitor.title == {"home": "Unrolled"}.get(page, page.capitalize())
    assert visitor.card == [shell.PREPARING]
    assert not visitor.errors
    engine.finish()
    visitor.app.run()
    assert visitor.card == []
    assert shell.PREPARING not in (*visitor.infos, *visitor.markdown)


def test_what_is_said_is_that_it_is_the_engine_and_how_long_it_may_take() -> None:
    assert shell.PREPARING.startswith("Preparing the engine")
    assert "up to a minute" in shell.PREPARING


def test_gradients_are_checked_once_it_is_ready(
    visitor: Visitor, compiling: Callable[[], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = compiling()
    with monkeypatch.context() as context:
        context.setattr(check, "gradient_check", needless)
        visitor.settings(hidden_size=4).open("gradients")
    assert shell.PREPARING in visitor.infos
    assert not visitor.tables("gradient of")
    engine.finish()
    visitor.app.run()
    assert shell.PREPARING not in visitor.infos
    assert len(visitor.tables("gradient of")) == 2


def test_a_sentence_is_judged_once_it_is_ready(
    visitor: Visitor, compiling: Callable[[], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.settings(epochs=3).train()
    engine = compiling()
    with monkeypatch.context() as context:
        context.setattr(lens, "read", needless)
        visitor.open("predictions")
    assert shell.PREPARING in visitor.infos
    assert "Verdict" not in visitor.metrics
    assert not visitor.app.text_input
    engine.finish()
    visitor.app.run()
    assert shell.PREPARING not in visitor.infos
    assert "Verdict" in visitor.metrics
    assert "reading" in visitor.charts


def test_a_run_is_estimated_once_it_is_ready_and_can_be_set_before(
    visitor: Visitor, compiling: Callable[[], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = compiling()
    with monkeypatch.context() as context:
        context.setattr(sessions, "seconds_per_epoch", needless)
        visitor.open("hyperparameters").enter("cell", "lstm").enter("epochs", 20)
    assert shell.PREPARING in visitor.captions
    assert visitor.tables("parameter")
    assert visitor.session.experiment() == presets.guide_corrected().with_model(cell="lstm").with_training(epochs=20)
    monkeypatch.setattr(sessions, "seconds_per_epoch", lambda experiment: 0.25)
    engine.finish()
    visitor.app.run()
    assert shell.PREPARING not in visitor.captions
    assert "About 5 s of training, by a trial of a few sentences on this machine." in visitor.captions


def test_a_run_can_be_started_before_and_begins_when_it_is_ready(
    visitor: Visitor, compiling: Callable[[], Engine], small: Experiment
) -> None:
    engine = compiling()
    visitor.session.dataset = small.dataset
    visitor.session.use_settings(small.model, small.training)
    visitor.open("training").press("Start")
    assert visitor.job.running
    assert visitor.epoch == 0
    assert progress(visitor) == WAITING
    assert visitor.metrics["Train accuracy"] == "–"
    assert visitor.buttons == ["Pause", "One epoch", "Stop", "Start over"]
    assert visitor.card == [shell.PREPARING, "Run 1 · Vanilla RNN, 7 units", "epoch 0 of 40"]
    visitor.open("gradients").open("predictions").open("home")
    assert visitor.job.status().epoch == 0
    engine.finish()
    visitor.open("training").until(lambda: visitor.job.ended)
    assert visitor.job.state == "done"
    assert visitor.epoch == 40
    assert progress(visitor) == "Done, 40 epochs"
    assert shell.PREPARING not in visitor.card


def test_the_one_button_lands_on_training_before_it_is_ready(visitor: Visitor, compiling: Callable[[], Engine]) -> None:
    engine = compiling()
    visitor.press("Train the guide's network")
    assert visitor.title == "Training"
    assert progress(visitor) == WAITING
    engine.finish()
    visitor.until(lambda: visitor.job.ended)
    assert visitor.epoch == 1000


def test_a_pause_meanwhile_answers_at_once_and_the_run_goes_on_from_there(
    visitor: Visitor, compiling: Callable[[], Engine], small: Experiment
) -> None:
    engine = compiling()
    visitor.settings(epochs=5).open("training").press("Start")
    visitor.press("Pause")
    assert visitor.job.state == "paused"
    assert visitor.buttons == ["Resume", "One epoch", "Stop", "Start over"]
    assert progress(visitor) == "Paused at epoch 0 of 5"
    engine.finish()
    visitor.app.run()
    assert visitor.job.status().epoch == 0
    visitor.press("Resume").until(lambda: visitor.job.ended)
    assert visitor.epoch == 5


@pytest.mark.parametrize(("halt", "state"), [(Job.pause, "paused"), (Job.stop, "stopped")])
def test_a_job_that_waits_for_it_is_halted_without_it(
    compiling: Callable[[], Engine], small: Experiment, halt: Callable[[Job], None], state: str
) -> None:
    engine = compiling()
    job = Job(small, Presence(), Slots(1), Limits(), engine.preparation)
    job.start()
    halt(job)
    assert job.state == state
    assert job.status().epoch == 0


def test_to_wait_for_it_takes_no_slot_and_no_time_of_the_run(compiling: Callable[[], Engine], small: Experiment) -> None:
    engine, slots = compiling(), Slots(1)
    waiting, other = Job(small, Presence(), slots, Limits(), engine.preparation), Job(small, Presence(), slots, Limits())
    waiting.start()
    other.start()
    wait_until(lambda: other.ended)
    assert waiting.running
    assert (waiting.status().epoch, waiting.status().seconds) == (0, 0.0)
    engine.finish()
    wait_until(lambda: waiting.ended)
    assert (waiting.status().model.vector == other.status().model.vector).all()


def test_all_visitors_wait_for_the_same_one(engine: None) -> None:
    assert sessions.preparation() is sessions.preparation()
    assert sessions.preparation().done


def needless(*_: object, **__: object) -> NoReturn:
    raise AssertionError("nothing that needs the engine is called before it is ready")
