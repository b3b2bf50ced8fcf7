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

from rnn_core import Change, Dataset, Example, ModelConfig, TextRules, TrainingConfig, presets
from tests.ui.visitor import Visitor, serve
from ui.frame import browser_storage
from ui.session.session import Session


class Browser:
    """A stand-in for the component: what a browser's storage holds, and what it says."""

    def __init__(self, kept: str = "", lost: str = "") -> None:
        self.kept, self.lost = kept, lost
        self.told: list[str | None] = []

    def component(self, name: str, *, js: str) -> Callable[..., None]:
        def mount(*, key: str, data: dict[str, Any], **_: object) -> None:
            self.told.append(data["keep"])
            if data["keep"] is None:
                st.session_state[key] = {"found": self.kept, "lost": self.lost}
                st.rerun()  # as what a component says has the page drawn anew
            self.kept = data["keep"]

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
def test_what_cannot_be_used_is_told_and_the_defaults_stay(text: str) -> None:
    session = Session()
    browser_storage.restore(session, text)
    assert session.workspace.experiment() == presets.guide_corrected()
    assert session.view.notice == (
        "What this browser had kept from an earlier visit could not be read, so you begin with the guide's sentences."
    )


@pytest.mark.parametrize("part", ["dataset", "model", "training"])
def test_a_bad_part_spoils_the_whole_rather_than_half_of_it(part: str) -> None:
    value = json.loads(browser_storage.encode(unlike_the_defaults().workspace))
    value[part] = {"examples": [["x"]], "hidden_size": "many", "epochs": -1}
    session = Session()
    browser_storage.restore(session, json.dumps(value))
    assert session.workspace.experiment() == presets.guide_corrected()
    assert session.view.notice


def test_a_sentence_of_more_characters_than_this_server_takes_is_refused() -> None:
    """Its words may be costly to find, and all that else comes in is judged by its length."""
    session = Session()
    kept = Session()
    kept.workspace.dataset = Dataset((*kept.workspace.dataset.examples, Example("a." * 5_001, "positive", "train")))
    browser_storage.restore(session, browser_storage.encode(kept.workspace))
    assert session.workspace.dataset == presets.guide_dataset()
    assert session.view.notice


def test_more_sentences_than_this_server_takes_are_refused() -> None:
    session = Session()
    serve(session, limits=type(session.limits)(rows=2))
    browser_storage.restore(session, browser_storage.encode(unlike_the_defaults().workspace))
    assert session.workspace.preset == "guide_corrected"
    assert session.view.notice


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
    (component,) = visitor.app.sidebar.get("bidi_component")
    assert json.loads(json.loads(component.proto.json)["keep"])["training"]["epochs"] == 7


def test_what_could_not_be_read_is_told_on_the_first_page(come: Callable[[Browser], Visitor]) -> None:
    visitor = come(Browser("{broken"))
    assert visitor.infos == [
        "What this browser had kept from an earlier visit could not be read, so you begin with the guide's sentences."
    ]
    assert visitor.session.workspace.dataset == presets.guide_dataset()


LOSS = "This browser cannot keep your work over a reload. Take the sentences with you from the Dataset page."


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
    (component,) = visitor.app.sidebar.get("bidi_component")
    asked = json.loads(component.proto.json)
    visitor.edit(cells={0: {"text": "great"}})
    assert not visitor.session.inbox.restored
    (component,) = visitor.app.sidebar.get("bidi_component")
    again = json.loads(component.proto.json)
    assert again["keep"] is None
    assert again != asked, "it is asked again, in case its answer was lost"
