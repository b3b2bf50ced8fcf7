"""What the browser keeps: all of it comes back, and nothing that comes back can break anything.

No JavaScript runs here: where a browser has to answer, a stand-in for the component does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as some

from rnn_core import Change, Dataset, Example, Experiment, ModelConfig, TextRules, TrainingConfig, presets
from rnn_core.sharing import documents
from tests.ui.visitor import Visitor, serve, started, wait_until
from ui.frame import browser_storage
from ui.server.pace import PACES, Pace
from ui.session.session import Session


def asked_to_keep(visitor: Visitor) -> dict[str, Any]:
    """What the browser's storage is told."""
    told = [json.loads(component.proto.json) for component in visitor.app.sidebar.get("bidi_component")]
    (found,) = [data for data in told if "keep" in data]
    return dict(found)


class Browser:
    """A stand-in for the component: what a browser's storage holds, and what it says."""

    def __init__(self, kept: str = "", lost: str = "") -> None:
        self.kept, self.lost, self.stamp = kept, lost, ""
        self.tab: dict[str, str] = {"key": "", "run": "", "epoch": ""}
        """What the tab keeps for itself, over a reload."""
        self.aside: list[str] = []
        self.told: list[str | None] = []

    def component(self, name: str, *, js: str) -> Callable[..., None]:
        def mount(*, key: str, data: dict[str, Any], **_: object) -> None:
            if "epoch" in data:
                self.tab["epoch"] = str(data["epoch"])
            if name != "unrolled_storage":
                return
            self.told.append(data["keep"])
            st.session_state[key] = {"lost": self.lost}
            if data["keep"] is None:
                found = {"text": self.kept, "stamp": self.stamp, **self.tab}
                st.session_state[key] = {"found": found, "lost": self.lost}
                st.rerun()  # as what a component says has its part of the page drawn anew
            if self.kept != data["keep"]:
                if self.stamp != data["taken"] and not self.stamp.startswith(data["owner"]):
                    if self.stamp != data["theirs"]:
                        st.session_state[key] = {"theirs": {"text": self.kept, "stamp": self.stamp}}
                        st.rerun()
                    return
                if data["aside"] and self.stamp == data["taken"]:
                    self.aside.append(self.kept)
                self.writes = getattr(self, "writes", 0) + 1
                self.kept, self.stamp = data["keep"], f"{data['owner']}{self.writes}"
            self.tab |= {"key": data["key"], "run": data["run"]}

        return mount


@pytest.fixture
def come(known_router: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[Browser], Visitor]:
    def visit(browser: Browser) -> Visitor:
        monkeypatch.setattr(st.components.v2, "component", browser.component)
        return Visitor()

    return visit


def unlike_the_defaults() -> Session:
    session = Session()
    session.workspace.dataset = Dataset(
        (Example('so, "good" <b>\n很好', "positive", "train"), Example("", None, "test"), Example("bad", "negative", "train")),
        TextRules(lowercase=False),
    )
    session.workspace.model = ModelConfig(hidden_size=9, init_scale=0.1 + 0.2, recurrent_gradient="printed")
    session.workspace.training = TrainingConfig(
        epochs=7, learning_rate=1e-9, seed=2**53 - 1, changes=(Change(3, "learning_rate", 0.5),)
    )
    return session


def usable(session: Session) -> None:
    """Everything in it is what it says it is, and the guide can be trained."""
    assert isinstance(session.workspace.dataset, Dataset)
    assert isinstance(session.workspace.model, ModelConfig)
    assert isinstance(session.workspace.training, TrainingConfig)
    browser_storage.encode(session.workspace).encode()
    assert session.workspace.ready()[0] or session.workspace.ready()[1]


def test_what_is_kept_comes_back() -> None:
    before, after = unlike_the_defaults(), Session()
    browser_storage.restore(after, browser_storage.encode(before.workspace))
    assert (after.workspace.dataset, after.workspace.model, after.workspace.training) == (
        before.workspace.dataset,
        before.workspace.model,
        before.workspace.training,
    )
    assert after.view.notice is None


def test_the_table_and_the_fields_begin_anew_from_what_came_back() -> None:
    session = Session()
    browser_storage.restore(session, browser_storage.encode(unlike_the_defaults().workspace))
    assert (session.workspace.revision, session.workspace.settings_revision) == (1, 1)


def test_the_table_does_not_begin_anew_where_nothing_came_back_that_was_not_there() -> None:
    session = Session()
    browser_storage.restore(session, browser_storage.encode(Session().workspace))
    assert session.workspace.revision == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "1",
        '"x"',
        '{"version": 2}',
        '{"version": 1}',
        '{"version": 1, "dataset": null, "model": {}, "training": {}}',
        "[" * 100_000,
        "1" * 10_000,
        "x" * (browser_storage.MOST_CHARACTERS + 1),
    ],
)
def test_what_cannot_be_used_changes_nothing(text: str) -> None:
    session = Session()
    assert not browser_storage.restore(session, text)
    assert session.workspace.experiment() == presets.guide_corrected()


@pytest.mark.parametrize("part", ["dataset", "model", "training"])
def test_a_bad_part_spoils_the_whole_rather_than_half_of_it(part: str) -> None:
    value = json.loads(browser_storage.encode(unlike_the_defaults().workspace))
    value[part] = {"examples": [["x"]], "hidden_size": "many", "epochs": -1}
    session = Session()
    assert not browser_storage.restore(session, json.dumps(value))
    assert session.workspace.experiment() == presets.guide_corrected()


def test_a_sentence_of_more_characters_than_this_server_takes_is_refused() -> None:
    """Its words may be costly to find, and all that else comes in is judged by its length."""
    session = Session()
    kept = Session()
    kept.workspace.dataset = Dataset((*kept.workspace.dataset.examples, Example("a." * 5_001, "positive", "train")))
    assert not browser_storage.restore(session, browser_storage.encode(kept.workspace))
    assert session.workspace.dataset == presets.guide_dataset()


def test_more_sentences_than_this_server_takes_are_refused() -> None:
    session = Session()
    serve(session, limits=type(session.limits)(rows=2))
    assert not browser_storage.restore(session, browser_storage.encode(unlike_the_defaults().workspace))
    assert session.workspace.preset == "guide_corrected"


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
)


@some.composite
def nearly_right(draw: some.DrawFn) -> str:
    """What a browser had kept, with one of its inner values replaced by anything."""
    value = json.loads(browser_storage.encode(unlike_the_defaults().workspace))
    place, key = value, draw(some.sampled_from(sorted(value)))
    while isinstance(place[key], (dict, list)) and place[key] and draw(some.booleans()):
        place = place[key]
        key = draw(some.sampled_from(sorted(place) if isinstance(place, dict) else list(range(len(place)))))
    place[key] = draw(JSON)
    return json.dumps(value)


@given(some.text() | JSON.map(json.dumps) | nearly_right())
def test_no_text_breaks_a_session(text: str) -> None:
    session = Session()
    browser_storage.restore(session, text)
    usable(session)


# ---------------------------------------------------------------------- the browser's part


def test_nothing_is_kept_over_what_the_browser_has_not_told_yet(come: Callable[[Browser], Visitor]) -> None:
    before = unlike_the_defaults()
    browser = Browser(browser_storage.encode(before.workspace))
    visitor = come(browser)
    assert browser.told[0] is None
    assert visitor.session.inbox.restored
    assert visitor.session.workspace.dataset == before.workspace.dataset
    assert visitor.session.workspace.training == before.workspace.training
    assert json.loads(browser.kept) == json.loads(browser_storage.encode(before.workspace))


def test_every_page_shows_what_came_back(come: Callable[[Browser], Visitor]) -> None:
    visitor = come(Browser(browser_storage.encode(unlike_the_defaults().workspace))).open("dataset")
    assert list(visitor.app.data_editor[0].value["text"]) == ['so, "good" <b>\n很好', "", "bad"]
    visitor.open("hyperparameters")
    assert visitor.app.number_input(key=f"hidden_size-{visitor.session.workspace.settings_revision}").value == 9


def test_what_is_edited_or_entered_last_is_kept_at_once_and_survives_a_reload(come: Callable[[Browser], Visitor]) -> None:
    browser = Browser()
    visitor = come(browser)
    assert visitor.session.workspace.experiment() == presets.guide_corrected()
    assert not visitor.infos
    visitor.open("dataset").edit(cells={0: {"text": "great"}})
    again = come(browser)
    assert again.session is not visitor.session
    assert again.session.workspace.dataset.examples[0].text == "great"
    again.open("hyperparameters").enter("hidden_size", 5)
    third = come(browser)
    assert third.session.workspace.model.hidden_size == 5
    assert third.session.workspace.dataset.examples[0].text == "great"


@pytest.mark.parametrize("page", ["training", "predictions"])
def test_a_page_that_ends_early_has_the_browser_keep_what_is_set_too(visitor: Visitor, page: str) -> None:
    """As these do where nothing has been trained."""
    visitor.session.inbox.restored = True
    visitor.session.workspace.training = unlike_the_defaults().workspace.training
    visitor.open(page)
    assert json.loads(asked_to_keep(visitor)["keep"])["training"]["epochs"] == 7


@pytest.mark.parametrize("text", ["{broken", '{"version": 99, "of": "a later version"}'])
def test_what_could_not_be_read_is_set_aside_told_and_offered_as_a_file(
    come: Callable[[Browser], Visitor], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[bytes] = []
    monkeypatch.setattr(st, "download_button", lambda *_, data, **__: offered.append(data()))
    browser = Browser(text)
    visitor = come(browser)
    assert visitor.session.workspace.dataset == presets.guide_dataset()
    assert browser.aside == [text]
    assert json.loads(browser.kept)["version"] == 1
    assert offered[-1] == text.encode()
    visitor.open("dataset").press("Close")
    assert "Close" not in visitor.buttons
    visitor.edit(cells={0: {"text": "great"}})
    assert browser.aside == [text], "once"


# ---------------------------------------------------------------------- two tabs


@pytest.fixture
def tabs(come: Callable[[Browser], Visitor]) -> tuple[Browser, Visitor, Visitor]:
    """Two tabs of one browser; the second was opened later and has changed a sentence since."""
    browser = Browser()
    first = come(browser).open("dataset").edit(cells={0: {"text": "mine"}})
    second = come(browser).open("dataset").edit(cells={1: {"text": "theirs"}})
    return browser, first, second


def texts(visitor: Visitor) -> list[str]:
    return [example.text for example in visitor.session.workspace.dataset.examples[:2]]


def test_what_another_tab_has_kept_is_not_written_over_without_asking(tabs: tuple[Browser, Visitor, Visitor]) -> None:
    browser, first, second = tabs
    assert "theirs" in browser.kept
    first.edit(cells={0: {"text": "mine again"}})
    assert "theirs" in browser.kept
    assert {"Use the other tab's work", "Keep this tab's work"} <= set(first.buttons)
    assert "Use the other tab's work" not in second.open("home").buttons


def test_mine_is_kept_if_the_visitor_says_so_and_then_the_other_tab_asks(tabs: tuple[Browser, Visitor, Visitor]) -> None:
    browser, first, second = tabs
    first.edit(cells={0: {"text": "mine again"}}).press("Keep this tab's work")
    assert "mine again" in browser.kept
    assert "Keep this tab's work" not in first.open("home").buttons
    second.open("home").open("dataset")
    assert "Keep this tab's work" in second.buttons
    assert "mine again" in browser.kept


def test_theirs_is_taken_if_the_visitor_says_so_and_undo_brings_mine_back(tabs: tuple[Browser, Visitor, Visitor]) -> None:
    browser, first, _ = tabs
    first.edit(cells={0: {"text": "mine again"}}).press("Use the other tab's work")
    assert texts(first) == ["mine", "theirs"]
    assert "Use the other tab's work" not in first.buttons
    first.press("Undo")
    assert texts(first)[0] == "mine again"
    assert "mine again" in browser.kept, "it is this tab's turn to write"


def test_tabs_that_hold_the_same_ask_nothing(come: Callable[[Browser], Visitor]) -> None:
    browser = Browser()
    first = come(browser).open("dataset").edit(cells={0: {"text": "mine"}})
    second = come(browser)
    for visitor in (second, first):
        assert "Keep this tab's work" not in visitor.open("hyperparameters").buttons


# ---------------------------------------------------------------------- the run


@pytest.mark.slow
def test_a_run_that_the_server_has_lost_is_trained_again_to_where_it_was(
    come: Callable[[Browser], Visitor], small: Experiment
) -> None:
    """As after a restart: the key of the session is known to nobody."""
    browser = Browser()
    before = started(come(browser), small)
    before.until(lambda: before.job.ended)
    lost = before.job.status()
    browser.tab["epoch"] = "25"
    after = come(browser)
    assert after.session.runs.job is None
    after.open("training").press("Train it again")
    wait_until(lambda: not after.job.running)
    run = after.job.status()
    assert (run.state, run.epoch, run.experiment) == ("paused", 25, small)
    assert list(run.history) == list(lost.history)[:25]
    after.app.run()
    assert "Train it again" not in after.buttons
    after.press("Resume").until(lambda: after.job.ended)
    assert list(after.job.status().history) == list(lost.history)


def test_a_lost_run_is_remembered_until_the_visitor_decides(come: Callable[[Browser], Visitor], small: Experiment) -> None:
    browser = Browser()
    started(come(browser), small)
    for _ in range(2):
        visitor = come(browser)
        assert "Train it again" in visitor.buttons
    visitor.press("Discard it")
    assert "Discard it" not in visitor.buttons
    assert "Discard it" not in come(browser).buttons


@pytest.mark.parametrize(
    ("run", "epoch"), [("{", "3"), ("[]", "3"), ("x" * 10, "3"), ("ok", "-1"), ("ok", "0"), ("ok", "9" * 5_000), ("ok", "")]
)
def test_nonsense_about_a_run_is_no_run(come: Callable[[Browser], Visitor], small: Experiment, run: str, epoch: str) -> None:
    browser = Browser()
    said = json.dumps(documents.to_json(small)) if run == "ok" else run
    browser.tab |= {"run": said, "epoch": epoch}
    visitor = come(browser)
    assert not visitor.errors
    assert visitor.session.inbox.lost_run is None


LOSS = "This browser cannot keep your work after a reload. Export the sentences on the Dataset page to keep them."


@pytest.mark.parametrize("lost", ["blocked", "full"])
def test_a_browser_that_keeps_nothing_is_told_beside_every_page(come: Callable[[Browser], Visitor], lost: str) -> None:
    visitor = come(Browser(lost=lost)).open("dataset")
    assert [box.value for box in visitor.app.sidebar.warning] == [LOSS]


def test_more_than_a_browser_keeps_is_told_and_not_sent(
    come: Callable[[Browser], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_storage, "MOST_CHARACTERS", 100)
    browser = Browser()
    visitor = come(browser)
    assert [box.value for box in visitor.app.sidebar.warning] == [LOSS]
    assert browser.kept == ""


def test_a_browser_that_has_not_answered_is_given_nothing_to_keep(visitor: Visitor) -> None:
    """As here, where no JavaScript runs: what it holds must not be overwritten by the defaults."""
    visitor.open("dataset")
    asked = asked_to_keep(visitor)
    visitor.edit(cells={0: {"text": "great"}})
    assert not visitor.session.inbox.restored
    again = asked_to_keep(visitor)
    assert again["keep"] is None
    assert again != asked, "it is asked again, in case its answer was lost"


@pytest.mark.parametrize("pace", PACES)
def test_the_pace_is_kept(pace: Pace) -> None:
    session = Session()
    assert browser_storage.restore(session, browser_storage.encode(Session().workspace, pace))
    assert session.runs.pace == pace


@pytest.mark.parametrize("pace", [7.0, -1, "fast", [], {"a": 1}, True])
def test_a_pace_that_cannot_be_chosen_is_left_as_it_is(pace: object) -> None:
    session = Session()
    value = json.loads(browser_storage.encode(Session().workspace)) | {"pace": pace}
    assert browser_storage.restore(session, json.dumps(value))
    assert session.runs.pace is Session().runs.pace
