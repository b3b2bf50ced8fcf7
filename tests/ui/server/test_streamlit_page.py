"""What we rely on in Streamlit's own page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ui.server.streamlit_page import PAGE, inline_scripts


def test_streamlits_page_has_the_inline_scripts_that_the_policy_names() -> None:
    """If this fails, Streamlit was upgraded and its page has changed: look at the file and adapt ui/server/streamlit_page.py."""
    scripts = inline_scripts()
    assert any(b"prerenderReady" in script for script in scripts)
    tags: list[bytes] = re.findall(rb"<script([^>]*)>", PAGE.read_bytes())
    assert [tag for tag in tags if b" src=" not in tag] == [b""] * len(scripts)


@pytest.mark.parametrize("content", [None, b"<html><script src='a.js'></script></html>"])
def test_a_page_that_is_gone_or_has_no_script_is_named_in_the_error(tmp_path: Path, content: bytes | None) -> None:
    page = tmp_path / "index.html"
    if content is not None:
        page.write_bytes(content)
    with pytest.raises(LookupError, match=r"Streamlit .* has no .*index\.html"):
        inline_scripts(page)
