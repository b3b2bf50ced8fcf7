"""The links of the documentation lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_relative_link_leads_to_a_file_or_folder() -> None:
    readmes = (ROOT / "README.md", ROOT / "README.zh-CN.md")
    for page in (*readmes, *(ROOT / "docs").glob("*.md")):
        links = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
        assert links or page not in readmes, page
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


def test_every_path_that_the_layout_names_as_new_is_there_and_every_old_one_is_gone() -> None:
    layout = (ROOT / "docs" / "layout.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| (.*) \|$", layout, re.MULTILINE)
    assert len(rows) > 150
    for old, new in rows:
        first, *others = re.findall(r"`([^`]+)`", new)
        folder = (ROOT / first).parent
        lost = [path for path in (first, *others) if not (ROOT / path).exists() and not (folder / path).exists()]
        assert lost == [], old
        assert not (ROOT / old).exists() or old in new, old


def test_every_folder_has_its_purpose_in_the_layout() -> None:
    layout = (ROOT / "docs" / "layout.md").read_text(encoding="utf-8")
    for top in ("rnn_core", "ui"):
        for folder in {path.parent.relative_to(ROOT) for path in (ROOT / top).rglob("*.py")}:
            assert f"| [`{folder.as_posix()}/`]" in layout
