"""A visitor's work, kept in their own browser, so that neither a reload nor a restart of the server loses it.

The browser's localStorage, which all tabs share, holds sentences and settings as one JSON text, and beside it a stamp that says
who wrote it last. The tab's sessionStorage holds the key of the session, by which the visitor gets it back after a reload, and
the run with its epoch, so that it can be trained again after a restart. What comes back is untrusted, like anything from outside.

The browser answers by a trigger, told once, and to a fragment: an answer neither stops a run of the page nor carries a page
along. A state would be sent again with every click, and would tell a session that begins while its tab is open, after a
restart or a long sleep, what was kept when the page was loaded.
"""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from rnn_core import Dataset, ModelConfig, RnnCoreError, TrainingConfig
from rnn_core.data.dataset import check_bounds
from rnn_core.lessons.notebook import Notebook
from rnn_core.lessons.submission import Submission
from rnn_core.sharing import documents
from ui.frame.language_switch import COOKIE
from ui.frame.living import kindly
from ui.language import TAGS, gettext, spoken
from ui.messages import kept_work as messages
from ui.server.pace import PACES, Pace
from ui.session import session as sessions
from ui.session.assigned import Own
from ui.session.inbox import Kept, LostRun
from ui.session.runs import Runs
from ui.session.session import Session
from ui.session.workspace import Workspace

VERSION = 1
MOST_CHARACTERS = 4_500_000
"""Browsers keep about five million characters for a site."""
MOST_STAMP = 100

_JS = """
const NAME = "unrolled", STAMP = "unrolled-stamp", SESSION = "unrolled-session", RUN = "unrolled-run", EPOCH = "unrolled-epoch";
const PATIENCE = 5000;  // milliseconds that a page which was asked for may take to come
let awaited = null, answered = null;

// Between a click on a link and the page that it leads to, an answer would carry the old page along.
document.addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest("[data-testid=stSidebarNavLink], [data-testid=stPageLink-NavLink]");
  if (link && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey)
    awaited = { path: link.pathname, until: Date.now() + PATIENCE };
}, true);

const last = (path) => path.split("/").filter(Boolean).pop() || "";
const leads = (path, data) => (data.pages.includes(last(path)) ? last(path) : "") === data.page;

export default function ({ data, setStateValue, setTriggerValue }) {
  document.documentElement.lang = data.language;
  if (data.remember) document.cookie = `${data.cookie}; path=/; max-age=31536000; samesite=lax`;
  if (awaited && (leads(awaited.path, data) || Date.now() > awaited.until)) awaited = null;
  let text = "", stamp = "", kept = {};
  try {
    text = localStorage.getItem(NAME) || "";
    stamp = localStorage.getItem(STAMP) || "";
    for (const name of [SESSION, RUN, EPOCH]) kept[name] = sessionStorage.getItem(name) || "";
  } catch (error) { setStateValue("lost", "blocked"); }
  if (data.keep === null) {
    if (awaited || answered === data.asked) return;
    answered = data.asked;
    setTriggerValue("found", { text, stamp, key: kept[SESSION], run: kept[RUN], epoch: kept[EPOCH] });
    return;
  }
  document.documentElement.dataset.recalled = "";  // the page has begun to be drawn with what was kept
  try {
    if (text !== data.keep) {
      const foreign = stamp !== data.taken && !stamp.startsWith(data.owner);
      if (foreign) {
        if (stamp !== data.theirs) setTriggerValue("theirs", { text, stamp });
        return;
      }
      if (data.aside && stamp === data.taken) localStorage.setItem(`${NAME}-aside-${data.owner}`, text);
      localStorage.setItem(NAME, data.keep);
      localStorage.setItem(STAMP, data.owner + Date.now());
    }
    sessionStorage.setItem(SESSION, data.key);
    if (kept[RUN] !== data.run) sessionStorage.setItem(RUN, data.run);
    if (data.lost) setStateValue("lost", "");
  } catch (error) {
    if (!data.lost) setStateValue("lost", "full");
  }
}
"""
_EPOCH_JS = """
export default function ({ data }) {
  try { sessionStorage.setItem("unrolled-epoch", String(data.epoch)); } catch (error) { /* said elsewhere */ }
}
"""

_MOUNTED, _EPOCH = "browser-storage", "browser-epoch"


def recall(session: Session) -> bool:
    """Take the browser's answers since the last drawing. Return whether the page must be drawn anew with what came."""
    said = sessions.widget(_MOUNTED) or {}
    inbox = session.inbox
    inbox.storage_lost = bool(said.get("lost"))
    theirs = _kept(said.get("theirs"))
    if theirs is not None and inbox.restored and theirs != inbox.theirs:
        inbox.theirs = theirs
        return True
    found: Any = said.get("found")
    if inbox.restored or not isinstance(found, dict) or (kept := _kept(found)) is None:
        return False
    if sessions.come_back(found.get("key")):
        return True
    inbox.restored, inbox.taken = True, kept.stamp
    if kept.text and not restore(session, kept.text):
        inbox.unreadable = kept.text
    inbox.lost_run = _lost_run(session, found.get("run"), found.get("epoch"))
    return bool(kept.text or inbox.lost_run or inbox.offered or inbox.assignment)


def _kept(value: object) -> Kept | None:
    """What a browser says that it has kept, if it says that."""
    if not isinstance(value, dict):
        return None
    text, stamp = value.get("text"), value.get("stamp")
    if not isinstance(text, str) or not isinstance(stamp, str) or len(stamp) > MOST_STAMP:
        return None
    return Kept(text, stamp)


def _lost_run(session: Session, run: object, epoch: object) -> LostRun | None:
    """The run that a server had which knows the visitor no longer; None where it had none, or it cannot be read."""
    if not isinstance(run, str) or not run or not isinstance(epoch, str) or not epoch.isdecimal() or len(epoch) > 9:
        return None
    try:
        experiment = documents.from_json(documents.parse(run.encode(), session.limits.upload_bytes), session.limits)
    except (RnnCoreError, ValueError):
        return None
    return LostRun(experiment, min(int(epoch), experiment.training.epochs)) if int(epoch) else None


def keep(session: Session, page: str, pages: list[str]) -> None:
    """Store what is set in the browser; until the browser has said what it had kept, only ask for that.

    page and pages: the addresses of the present page and of all. Call it after the page is drawn, so that what was done on
    the page is stored.
    """
    by_itself = False

    @st.fragment
    @kindly
    def part() -> None:
        nonlocal by_itself
        if by_itself and recall(session):
            st.rerun()
        by_itself = True
        _mount(session, page, pages)

    part()


def _mount(session: Session, page: str, pages: list[str]) -> None:
    inbox = session.inbox
    own = session.workspace if session.assigned is None else session.assigned.own
    text = encode(own, session.runs.pace, session.notebook, _assigned(session)) if inbox.restored else None
    inbox.asked += text is None  # again with every drawing: an answer can be lost when one script run replaces another
    too_large = text is not None and len(text) > MOST_CHARACTERS
    st.components.v2.component("unrolled_storage", js=_JS)(
        key=_MOUNTED,
        data={
            "keep": "" if too_large else text,
            "lost": inbox.storage_lost,
            "asked": f"{inbox.owner}{inbox.asked}",
            "owner": inbox.owner,
            "taken": inbox.taken,
            "theirs": inbox.theirs.stamp if inbox.theirs else "",
            "aside": inbox.unreadable is not None,
            "key": session.key,
            "run": _run(session),
            "page": page,
            "pages": pages,
            "language": TAGS[spoken()],
            "cookie": f"{COOKIE}={spoken()}",
            "remember": session.view.language_chosen,
        },
        on_found_change=lambda: None,
        on_theirs_change=lambda: None,
        on_lost_change=lambda: None,
        height="content",
    )
    if too_large or inbox.storage_lost:
        st.warning(
            gettext("This browser cannot keep your work after a reload. Export the sentences on the Dataset page to keep them.")
        )


def keep_epoch(session: Session) -> None:
    """Store in the browser how far the shown run is; call it as often as the run is drawn."""
    run = session.runs.shown
    if run is not None and session.inbox.restored:
        st.components.v2.component("unrolled_epoch", js=_EPOCH_JS)(key=_EPOCH, data={"epoch": run.epoch}, height="content")


def _run(session: Session) -> str:
    """Return the shown run's experiment as JSON; of one that has been lost and not given up, that one's."""
    lost, job = session.inbox.lost_run, session.runs.job
    experiment = lost.experiment if lost else job.experiment if job and not job.by_hand else None
    if experiment is None:
        return ""
    return session.view.memo(("kept run", experiment.fingerprint), lambda: _json(documents.to_json(experiment)))


def _assigned(session: Session) -> dict[str, Any] | None:
    """Return the assignment that the visitor does with what they have done, as JSON; None where they do none."""
    if session.assigned is None:
        return None
    submission = session.assigned.submission()
    return session.view.memo(("kept-assignment", submission), submission.to_json)


def encode(
    workspace: Workspace | Own,
    pace: Pace = Runs.FIRST_PACE,
    notebook: Notebook | None = None,
    assigned: dict[str, Any] | None = None,
) -> str:
    """Return sentences, settings, the pace of new runs, what is in the notebook and an assignment on its way as JSON."""
    value: dict[str, object] = {
        "version": VERSION,
        "dataset": workspace.dataset.to_json(),
        "model": workspace.model.to_json(),
        "training": workspace.training.to_json(),
        "pace": pace,
    }
    if notebook and notebook.entries:
        value["notebook"] = notebook.to_json()
    if assigned is not None:
        value["assigned"] = assigned
    return _json(value)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def restore(session: Session, text: str) -> bool:
    """Set what was kept; undo brings back the sentences that it replaces. If it cannot be used, change nothing: return False.

    An assignment that was on its way goes on; one that cannot be read is told, and all else is set.
    """
    try:
        if len(text) > MOST_CHARACTERS:
            raise ValueError
        value = json.loads(text)
        if not isinstance(value, dict) or value.get("version") != VERSION:
            raise ValueError
        dataset = Dataset.from_json(value.get("dataset"), session.limits)
        check_bounds(dataset.examples, dataset.rules, session.limits)
        model, training = ModelConfig.from_json(value.get("model")), TrainingConfig.from_json(value.get("training"))
        notebook = Notebook.from_json(value.get("notebook", {}))
    except (ValueError, RecursionError, RnnCoreError):
        return False
    session.end()
    workspace, session.notebook = session.workspace, notebook
    session.view.lessons.clear()  # so that a reader goes on where the notebook ends
    if dataset != workspace.dataset:
        if session.untouched:
            workspace.dataset = dataset
            workspace.revision += 1
        else:
            workspace.replace_dataset(dataset)
    workspace.use_settings(model, training)
    kept = value.get("pace")
    session.runs.pace = next((pace for pace in PACES if pace == kept and type(pace) is type(kept)), session.runs.pace)
    if "assigned" in value:
        _go_on(session, value["assigned"])
    return True


def _go_on(session: Session, value: object) -> None:
    """Go on with the assignment that was kept."""
    try:
        submission = Submission.from_json(value, session.limits)
    except RnnCoreError:
        session.view.notice = lambda: messages.NOTES["assignment_unreadable"]
        return
    session.begin(submission.assignment, submission)
