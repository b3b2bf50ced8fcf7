"""The source of our own functions, shown on a page beside what they compute."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import rnn_core


class Line(NamedTuple):
    """One line of a function."""

    path: str
    """of its file, from the folder of the repository"""
    number: int
    """in that file, from 1"""
    text: str
    """without its indentation, and without a comment to the type checker"""


def source_of(function: Callable[..., Any]) -> str:
    """Return the source of a function as a person wrote it, be it compiled or not."""
    return inspect.getsource(_written(function))


def line_of(function: Callable[..., Any], mark: str) -> Line:
    """Return the one line of a function that contains the mark. Raises LookupError for no such line, or several."""
    written = _written(function)
    lines, first = inspect.getsourcelines(written)
    found = [Line(_path(written), first + i, _bare(line)) for i, line in enumerate(lines) if mark in line]
    if len(found) != 1:
        raise LookupError(f"{len(found)} lines of {written.__module__}.{written.__name__} contain {mark!r}, one was expected")
    return found[0]


def _written(function: Callable[..., Any]) -> Callable[..., Any]:
    """The Python function inside a compiled one."""
    written: Callable[..., Any] = inspect.unwrap(function)
    return written


def _bare(line: str) -> str:
    return re.sub(r"\s*# type: ignore.*", "", line.strip())


def _path(function: Callable[..., Any]) -> str:
    root = Path(rnn_core.__file__).resolve().parents[1]
    return Path(inspect.getfile(function)).resolve().relative_to(root).as_posix()
