"""What holds the rooms apart: pages stay short, pictures know no page, and no stranger's text becomes HTML."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.ui.visitor import PAGES, ROOT

SCRIPTS = sorted((ROOT / "pages").glob("*.py"))
INTERFACE = sorted((ROOT / "ui").rglob("*.py"))
ALL = [ROOT / "streamlit_app.py", *SCRIPTS, *INTERFACE]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def packages(path: Path) -> set[str]:
    """The packages that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports say where from"
            found.add((node.module or "").split(".")[0])
    return found


def test_every_page_has_been_met_by_these_tests() -> None:
    assert {path.stem for path in SCRIPTS} == set(PAGES)


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_page_has_at_most_eighty_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 80


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_page_imports_streamlit_ui_and_the_core_alone(path: Path) -> None:
    assert packages(path) <= {"streamlit", "ui", "rnn_core"}


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_page_that_ends_early_does_so_by_the_shell(path: Path) -> None:
    """st.stop would end the router's run too, before the browser is given what it is to keep."""
    assert "st.stop" not in path.read_text()


@pytest.mark.parametrize("path", ALL, ids=name)
def test_the_session_state_is_read_in_one_place(path: Path) -> None:
    reads = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Attribute) and node.attr == "session_state")
        or (isinstance(node, ast.alias) and node.name == "session_state")
    ]
    assert bool(reads) == (name(path) == "ui/session.py")


@pytest.mark.parametrize("path", ALL, ids=name)
def test_nothing_is_handed_to_the_browser_as_html(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.keyword):
            assert node.arg != "unsafe_allow_html"
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("html", "iframe", "write_stream")


@pytest.mark.parametrize("path", sorted((ROOT / "ui" / "figures").glob("*.py")), ids=name)
def test_a_picture_knows_no_page(path: Path) -> None:
    assert "streamlit" not in packages(path)


@pytest.mark.parametrize("path", [path for path in INTERFACE if "figures" not in path.parts], ids=name)
def test_pictures_are_made_in_one_room(path: Path) -> None:
    assert "plotly" not in packages(path)


BEHIND = [ROOT / "ui" / name for name in ("jobs.py", "memo.py", "polling.py", "presence.py", "shelf.py", "slots.py", "twins.py")]


@pytest.mark.parametrize("path", [*BEHIND, *sorted((ROOT / "ui" / "messages").glob("*.py"))], ids=name)
def test_jobs_and_sentences_know_no_browser(path: Path) -> None:
    """A thread that trains must never call Streamlit, and a sentence needs no page."""
    assert "streamlit" not in packages(path)
