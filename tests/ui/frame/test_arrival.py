"""A link that arrives from a stranger never costs a visitor anything."""

from __future__ import annotations

import base64
import gc
import json
import weakref
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from rnn_core import Change, Dataset, Experiment, Limits, Trainer, presets
from rnn_core.sharing import documents, links
from tests.cases import some
from tests.ui.frame.links import HOSTILE, KEPT, arrived, dialog, open_file, own_work, set_now
from tests.ui.visitor import PAGES, Visitor, started
from ui.session import session as sessions
from ui.session.session import Session

pytestmark = pytest.mark.usefixtures("unfolded")


def token_of(document: bytes) -> str:
    """Any document under a right checksum."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(document) + packer.flush()
    return "1." + base64.urlsafe_b64encode(zlib.crc32(body).to_bytes(4, "big") + body).decode().rstrip("=")


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
