"""The lessons as they are shipped."""

from __future__ import annotations

import re
from functools import cache

from rnn_core.lessons.lesson import Lesson
from rnn_core.lessons.library import Library, read_library
from tests.sources import ROOT

LANGUAGES = ("en", "zh")


@cache
def shipped() -> Library:
    return read_library(ROOT / "lessons", LANGUAGES)


def lesson(name: str, language: str = "en") -> Lesson:
    (found,) = [one for one in shipped()[language] if one.id == name]
    return found


def prose(one: Lesson) -> str:
    """All that is read of a lesson, without formulas and code."""
    return re.sub(
        r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`", " ", "\n".join([one.title, *(part.text for part in one.parts)]), flags=re.DOTALL
    )


def numbers(one: Lesson) -> set[str]:
    """Every number in the prose, without separators of thousands and the numbers of a list."""
    text = re.sub(r"^\d+\. ", "", prose(one), flags=re.MULTILINE)
    return {found.replace(",", "") for found in re.findall(r"\d[\d,]*(?:\.\d+)?", text.replace(", ", " ; "))}
