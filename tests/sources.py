"""Our own sources, read as Python reads them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def packages(path: Path) -> Iterator[str]:
    """The packages that a file imports, anywhere in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


def found(paths: list[Path], breaks: Callable[[ast.AST], bool]) -> list[str]:
    """Every place "file:line" whose node breaks a rule."""
    return [
        f"{path.relative_to(ROOT).as_posix()}:{getattr(node, 'lineno', 1)}"
        for path in paths
        for node in ast.walk(tree(path))
        if breaks(node)
    ]
