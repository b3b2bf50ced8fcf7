"""A visitor's sentences and settings, kept in their own browser, so that a reload or a server restart loses nothing.

The browser's localStorage holds one JSON text. What comes back from it is untrusted, like anything from outside. It comes as
a trigger, told once: a state would be sent again with every click, and would tell a session that begins while its tab is open,
after a restart or a long sleep, what was kept when the page was loaded.
"""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from rnn_core import Dataset, ModelConfig, RnnCoreError, TrainingConfig
from rnn_core.data.dataset import check_bounds
from ui.session import session as sessions
from ui.session.session import Session
from ui.session.workspace import Workspace

VERSION = 1
MOST_CHARACTERS = 4_500_000
"""Browsers keep about five million characters for a site."""

_JS = """
const NAME = "unrolled";
export default function ({ data, setStateValue, setTriggerValue }) {
  let found = "";
  try { found = window.localStorage.getItem(NAME) || ""; } catch (error) { setStateValue("lost", "blocked"); }
  if (data.keep === null) { setTriggerValue("found", found); return; }
  try {
    if (found !== data.keep) window.localStorage.setItem(NAME, data.keep);
    if (data.lost) setStateValue("lost", "");
  } catch (error) {
    if (!data.lost) setStateValue("lost", "full");
  }
}
"""

_MOUNTED = "browser-storage"


def recall(session: Session) -> None:
    """Take the browser's answers since the last drawing: what it had kept, once, and whether it cannot store more."""
    said = sessions.widget(_MOUNTED) or {}
    session.inbox.storage_lost = bool(said.get("lost"))
    found: Any = said.get("found")
    if not session.inbox.restored and isinstance(found, str):
        session.inbox.restored = True
        if found:
            restore(session, found)


def keep(session: Session) -> None:
    """Store what is set in the browser; until the browser has said what it had kept, only ask for that.

    Call it after the page is drawn, so that what was done on the page is stored.
    """
    text = encode(session.workspace) if session.inbox.restored else None
    session.inbox.asked += text is None  # again with every drawing: an answer can be lost when one script run replaces another
    too_large = text is not None and len(text) > MOST_CHARACTERS
    st.components.v2.component("unrolled_storage", js=_JS)(
        key=_MOUNTED,
        data={"keep": "" if too_large else text, "lost": session.inbox.storage_lost, "asked": session.inbox.asked},
        on_found_change=lambda: None,
        on_lost_change=lambda: None,
        height="content",
    )
    if too_large or session.inbox.storage_lost:
        st.warning("This browser cannot keep your work over a reload. Take the sentences with you from the Dataset page.")


def encode(workspace: Workspace) -> str:
    """Return sentences and settings as JSON."""
    value = {
        "version": VERSION,
        "dataset": workspace.dataset.to_json(),
        "model": workspace.model.to_json(),
        "training": workspace.training.to_json(),
    }
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def restore(session: Session, text: str) -> None:
    """Replace the defaults by what was kept; if it cannot be used, say so and keep the defaults."""
    try:
        if len(text) > MOST_CHARACTERS:
            raise ValueError
        value = json.loads(text)
        if not isinstance(value, dict) or value.get("version") != VERSION:
            raise ValueError
        dataset = Dataset.from_json(value.get("dataset"), session.limits)
        check_bounds(dataset.examples, dataset.rules, session.limits)
        model, training = ModelConfig.from_json(value.get("model")), TrainingConfig.from_json(value.get("training"))
    except (ValueError, RecursionError, RnnCoreError):
        session.view.notice = (
            "What this browser had kept from an earlier visit could not be read, so you begin with the guide's sentences."
        )
        return
    if dataset != session.workspace.dataset:
        session.workspace.dataset = dataset
        session.workspace.revision += 1
    session.workspace.use_settings(model, training)
