"""A first start compiles the engine: visitors who come meanwhile are told so, and wait for nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rnn_core import Experiment, Trainer, prepare
from rnn_core.engine import kernel
from rnn_core.engine.code_cache import COMPLETE
from rnn_core.prepare import STAGES, Preparation
from tests.ui.visitor import PAGES, Visitor
from ui.frame import preparation
from ui.messages import runs
from ui.session import session as sessions

needs_compiler = pytest.mark.skipif(not kernel.COMPILED, reason="there is only the plain path")


class Engine:
    """A preparation that goes on until it is told to be over, in the place of the server's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.over = threading.Event()
        self.preparation = Preparation()
        self._served = sessions.server().preparation
        monkeypatch.setattr("rnn_core.prepare.fill_cache", self._stages)
        monkeypatch.setattr(self._served, "ready", frozenset())
        monkeypatch.setattr(self._served, "_over", self.preparation._over)
        self.preparation.start()

    def _stages(self) -> Iterator[str]:
        self.over.wait()
        yield from STAGES

    def loaded(self, stage: str) -> None:
        """A stage is there."""
        assert self._served is not None
        self._served.ready |= {stage}

    def finish(self) -> None:
        self.over.set()
        assert self.preparation.wait(60)
        for stage in self.preparation.ready:
            self.loaded(stage)


@pytest.fixture
def compiling(engine: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Engine]]:
    """From the call on, and until it is finished, the engine is being compiled."""
    begun: list[Engine] = []

    def begin() -> Engine:
        begun.append(Engine(monkeypatch))
        return begun[-1]

    yield begin
    for made in begun:
        made.finish()


@needs_compiler
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_and_says_that_the_engine_is_being_prepared_until_it_is(
    visitor: Visitor, compiling: Callable[[], Engine], page: str
) -> None:
    engine = compiling()
    visitor.open(page)
    assert visitor.title == {"home": "Unrolled"}.get(page, page.capitalize().replace("_", " "))
    assert visitor.card == [preparation.note()]
    assert not [error for error in visitor.errors if "broke" in error]
    engine.finish()
    visitor.app.run()
    assert visitor.card == []
    assert preparation.note() not in (*visitor.infos, *visitor.markdown)


def test_what_is_said_is_that_it_is_the_engine_and_how_long_it_may_take() -> None:
    assert preparation.note().startswith("Preparing the engine")
    assert "Everything works" in preparation.note()


@pytest.mark.slow
def test_gradients_are_checked_and_a_sentence_is_predicted_meanwhile(visitor: Visitor, compiling: Callable[[], Engine]) -> None:
    compiling()
    visitor.settings(hidden_size=4, epochs=3).open("gradients")
    visitor.app.session_state["laboratory"] = "Check"
    visitor.app.run()
    assert len(visitor.tables("parameter")) == 2
    visitor.train().open("predictions")
    assert "Prediction" in visitor.metrics
    assert "reading" in visitor.charts
    assert preparation.note() not in (*visitor.infos, *visitor.markdown)


@needs_compiler
def test_what_a_page_computes_takes_the_plain_path_until_it_is_ready(
    visitor: Visitor, compiling: Callable[[], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, paths = compiling(), []

    def seconds(experiment: Experiment) -> float:
        paths.append(kernel.current_path())
        return 0.25

    monkeypatch.setattr("ui.session.runs.seconds_per_epoch", seconds)
    visitor.open("hyperparameters").enter("cell", "lstm").enter("epochs", 20)
    assert "Training takes about 5 s (estimated on this machine)." in visitor.captions
    assert set(paths) == {"plain"}
    engine.finish()
    visitor.app.run()
    assert paths[-1] == "compiled"


@pytest.mark.slow
@needs_compiler
def test_a_run_begins_at_once_and_stays_on_the_plain_path_to_its_end(
    visitor: Visitor, compiling: Callable[[], Engine], small: Experiment
) -> None:
    engine = compiling()
    visitor.session.workspace.dataset = small.dataset
    visitor.session.workspace.use_settings(small.model, small.training)
    visitor.open("training").press("Start").until(lambda: visitor.job.status().epoch > 0)
    engine.finish()
    visitor.until(lambda: visitor.job.ended)
    assert visitor.job.status().run.path == "plain"
    assert runs.plain_path(visitor.job.status()) in visitor.captions
    plain = Trainer(small, "plain")
    while plain.advance():
        pass
    assert visitor.job.status().model.vector.tobytes() == plain.model.vector.tobytes()


@pytest.mark.slow
@needs_compiler
def test_a_cell_that_is_ready_trains_compiled_while_the_others_are_being_compiled(
    visitor: Visitor, compiling: Callable[[], Engine], small: Experiment
) -> None:
    engine = compiling()
    engine.loaded("vanilla")
    server = sessions.server()
    assert (server.path("vanilla"), server.path("gru"), server.path()) == ("compiled", "plain", "plain")
    visitor.session.workspace.dataset = small.dataset
    for cell, path, button in (("vanilla", "compiled", "Start"), ("gru", "plain", "Start over")):
        visitor.session.workspace.use_settings(small.with_model(cell=cell).model, small.training)
        visitor.open("training").press(button).until(lambda: visitor.job.ended)
        assert visitor.job.status().run.path == path


@pytest.mark.slow
@needs_compiler
def test_a_long_plain_run_can_be_started_again_compiled_once_it_is_ready(
    visitor: Visitor, compiling: Callable[[], Engine], endless: Experiment
) -> None:
    engine = compiling()
    visitor.session.workspace.use_settings(endless.model, endless.training)
    visitor.open("training").press("Start").until(lambda: (visitor.job.status().seconds_left or 0) > 10)
    assert "Restart with compiled code" not in visitor.buttons
    engine.finish()
    visitor.app.run()
    first = visitor.job
    visitor.press("Restart with compiled code")
    assert visitor.job is not first
    assert visitor.job.status().run.path == "compiled"
    assert visitor.job.experiment == first.experiment
    assert runs.plain_path(visitor.job.status()) is None
    assert runs.plain_path(first.status()) not in visitor.captions


def test_the_one_button_lands_on_training_and_trains(visitor: Visitor, compiling: Callable[[], Engine]) -> None:
    compiling()
    visitor.press("Train the guide's network")
    assert visitor.title == "Training"
    visitor.until(lambda: visitor.job.status().epoch > 0)


def test_all_visitors_wait_for_the_same_one(engine: None) -> None:
    assert sessions.server().preparation is sessions.server().preparation
    assert not sessions.server().preparing


def test_what_a_copy_of_the_sources_elsewhere_has_compiled_is_not_taken_for_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "CACHE", tmp_path)
    assert not prepare.complete()
    (tmp_path / COMPLETE).write_text("/elsewhere/rnn_core")
    assert not prepare.complete()
    monkeypatch.setattr(prepare, "STAGES", ())
    prepare.prepare()
    assert prepare.complete()
