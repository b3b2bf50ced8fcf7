"""What stands around every page: the router, the run's card, a kind word when something of ours breaks."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.testing.v1 import AppTest

from rnn_core import Example, Experiment
from tests.patience import PATIENCE_SECONDS
from tests.ui.visitor import ROOT, Visitor
from ui.figures import curves, drawing, sentences
from ui.figures.palette import DARK
from ui.frame import language_switch, shell
from ui.gradients import check
from ui.messages import experiment as experiment_messages
from ui.messages import parameters, runs
from ui.session.session import Session

APOLOGY = re.compile(
    r"Something broke on this page, and it is our fault \(error ([0-9a-f]{8})\)\. Your sentences and settings are safe\. "
    r"Reload the page, or go on with another page\."
)


def broken(*_: object, **__: object) -> Any:
    raise RuntimeError("the secret of line 40")


@pytest.mark.parametrize(
    ("page", "owner", "name"),
    [
        ("home", drawing, "reading"),
        ("dataset", sentences, "balance"),
        ("hyperparameters", parameters, "parameter_table"),
        ("training", experiment_messages, "describe"),
        ("gradients", check, "gradient_check"),
        ("predictions", shell, "link"),
    ],
)
def test_what_breaks_on_a_page_gets_an_apology_with_an_id_that_the_log_has(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, page: str, owner: object, name: str
) -> None:
    edited = visitor.open("dataset").edit(cells={0: {"text": "great"}}).session.workspace.dataset
    with monkeypatch.context() as context, caplog.at_level(logging.ERROR):
        context.setattr(owner, name, broken)
        visitor.app.session_state["laboratory"] = "Check"
        visitor.open(page)
    (error,) = visitor.errors
    told = APOLOGY.fullmatch(error)
    assert told
    (record,) = [record for record in caplog.records if record.name == "unrolled.pages"]
    assert record.getMessage() == f"page error {told[1]}"
    assert record.exc_info
    assert "the secret of line 40" in str(record.exc_info[1])
    assert not visitor.app.exception
    assert not [text for _, text in visitor.interpreted() if "secret" in text or "Traceback" in text]

    visitor.open("dataset")
    assert visitor.session.workspace.dataset == edited
    assert visitor.session.workspace.dataset.examples[0] == Example("great", "positive", "train")
    assert not visitor.errors


def test_what_breaks_in_the_living_part_of_training_gets_the_apology_and_nothing_else(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fragment that raises is shown by Streamlit in words of its own, and a page around it never hears of a timer's run."""
    visitor.settings(epochs=3).train()
    with monkeypatch.context() as context:
        context.setattr(curves, "loss", broken)
        visitor.app.run()
    assert not visitor.app.exception
    (error,) = visitor.errors
    assert APOLOGY.fullmatch(error)
    visitor.app.run()
    assert visitor.epoch == 3


def test_the_card_of_a_run_that_ends_while_the_page_is_drawn_says_so(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor.settings(epochs=100_000).open("training").press("Start")
    assert visitor.job.running
    describe = experiment_messages.describe

    def slowly(experiment: Experiment) -> list[str]:
        visitor.job.stop()
        return describe(experiment)

    monkeypatch.setattr(experiment_messages, "describe", slowly)
    visitor.app.run()
    assert "card-pause" not in [button.key for button in visitor.app.button]


def test_what_breaks_in_the_runs_card_leaves_the_page_standing(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor.settings(epochs=3).train()
    with monkeypatch.context() as context:
        context.setattr(runs, "standing", broken)
        visitor.open("hyperparameters")
    assert not visitor.app.exception
    assert len([error for error in visitor.errors if APOLOGY.fullmatch(error)]) == 1


def test_a_run_goes_on_though_the_page_broke(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor.settings(epochs=100_000, hidden_size=64).open("training").press("Start")
    epoch = visitor.job.status().epoch
    with monkeypatch.context() as context:
        context.setattr(sentences, "balance", broken)
        visitor.open("dataset")
    visitor.until(lambda: visitor.job.status().epoch > epoch)
    assert visitor.job.running


@pytest.mark.parametrize("page", ["dataset", "training", "predictions"])
def test_a_fresh_process_whose_first_visitor_opens_a_page_directly_still_runs_its_router(engine: None, page: str) -> None:
    """Streamlit itself would run the file in pages/ alone, in a process that has not met st.navigation yet."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=PATIENCE_SECONDS)
    app.switch_page(f"pages/{page}.py").run()
    assert [title.value for title in app.title] == [page.replace("_", " ").capitalize()]
    assert app.get("bidi_component"), "the sidebar that the router draws"
    assert not app.exception


def test_a_notice_is_told_once(visitor: Visitor) -> None:
    visitor.session.view.notice = lambda: "Something to tell."
    visitor.open("training")
    assert "Something to tell." in visitor.infos
    visitor.open("home")
    assert not visitor.infos


def test_there_is_no_card_before_there_is_a_run(visitor: Visitor) -> None:
    assert visitor.card == []


def test_a_dark_theme_gets_the_colors_of_the_dark(known_router: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "palette", lambda theme: DARK)
    visitor = Visitor().open("dataset")
    assert {trace["marker"]["color"] for trace in visitor.charts["balance"]["data"]} == {DARK.positive, DARK.negative}


@pytest.mark.parametrize("wish", ["intended", "current", "both"])
def test_a_page_that_was_clicked_is_drawn_though_a_run_that_it_replaces_writes_down_another(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, wish: str
) -> None:
    """The two run for a moment side by side, and Streamlit writes the page that each wants in one place for both."""
    settle = language_switch.settle
    visitor.open("dataset")

    def overruled(session: Session) -> None:
        monkeypatch.setattr(language_switch, "settle", settle)  # once
        context = get_script_run_ctx()
        assert context is not None
        manager = context.pages_manager
        dataset = st.Page(shell.DATASET)._script_hash
        if wish != "current":
            manager.set_script_intent(dataset, "")
        if wish != "intended":
            manager.set_current_page_script_hash(dataset)
        settle(session)

    monkeypatch.setattr(language_switch, "settle", overruled)
    visitor.open("training")
    assert visitor.title == "Training"
