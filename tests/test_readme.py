"""The links of the documentation lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_relative_link_leads_to_a_file_or_folder() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
        assert links, page
        broken = [link for link in links if "://" not in link and not (page.parent / link).exists()]
        assert not broken, f"{page.name}: {broken}"


def test_the_code_beside_the_equations_is_in_the_file_that_is_named() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \$.*\$ \| (`.*`) \| \[.*\]\((.*)\) \|$", readme, re.MULTILINE)
    assert len(rows) == 2
    for code, path in rows:
        source = (ROOT / path).read_text(encoding="utf-8")
        for line in re.findall(r"`([^`]+)`", code):
            assert line.rstrip(")") in source, f"{path}: {line}"
