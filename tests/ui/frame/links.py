"""What tests of sharing do: open a link or a file, and look at what is given out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from streamlit.testing.v1 import AppTest

from rnn_core import Dataset, ModelConfig
from tests.patience import PATIENCE_SECONDS
from tests.ui.visitor import ROOT, Visitor
from ui.session.session import Session

KEPT = "Your sentences and settings are unchanged."
HOSTILE = r"<img src=x onerror=alert(1)> [link](javascript:alert(1)) $\LaTeX$ :material/home: :red[x] **b**"
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


def dialog(visitor: Visitor) -> Visitor:
    """Open what is behind the sidebar's button."""
    visitor.app.button(key="share-or-open").click()
    visitor.app.run()
    return visitor


def open_file(visitor: Visitor, name: str, content: bytes) -> Visitor:
    """Choose a file in the dialog."""
    dialog(visitor)
    (uploader,) = [widget for widget in visitor.app.file_uploader if str(widget.key).startswith("open-")]
    uploader.upload(name, content, "application/octet-stream")
    return dialog(visitor)


def tables_on(visitor: Visitor) -> Visitor:
    visitor.app.sidebar.toggle(key="charts-as-tables").set_value(True).run()
    return visitor
