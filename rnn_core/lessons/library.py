"""All lessons of a folder: one file a lesson in the folder of each language, and the assignments that are ready-made."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from rnn_core.errors import LessonError
from rnn_core.lessons.assignment import Assignment
from rnn_core.lessons.lesson import Lesson
from rnn_core.lessons.packing import MOST_BYTES
from rnn_core.lessons.parsing import parse
from rnn_core.limits import Limits
from rnn_core.sharing import documents

Library = Mapping[str, tuple[Lesson, ...]]
"""Language -> its lessons, chapters first, each kind in the order of its numbers."""
Assignments = Mapping[str, Mapping[str, Assignment]]
"""Language -> its ready-made assignments, each by the name of its file without the ending."""


def read_library(folder: Path, languages: Collection[str]) -> Library:
    """Return the lessons in folder/LANGUAGE/*.md.

    Raises LessonError for a file that cannot be used, one that a language lacks, front matter that differs between languages, and
    numbers that are not 1, 2, 3 ….
    """
    library = {language: _read(folder / language) for language in languages}
    first = next(iter(languages))
    plans = {lesson.id: lesson.plan for lesson in library[first]}
    for language, lessons in library.items():
        ids = {lesson.id for lesson in lessons}
        if missing := sorted(set(plans) ^ ids):
            raise LessonError("missing_language", f"{missing[0]}.md", detail=language if missing[0] in plans else first)
        for lesson in lessons:
            if lesson.plan != plans[lesson.id]:
                raise LessonError("other_front_matter", f"{language}/{lesson.id}.md")
    for kind in ("chapter", "challenge"):
        numbered = [lesson for lesson in library[first] if lesson.plan.kind == kind]
        for place, lesson in enumerate(numbered, start=1):
            if lesson.plan.number != place:
                raise LessonError("bad_value", f"{lesson.id}.md", detail=f"{kind}: {lesson.plan.number}")
    return library


def read_assignments(folder: Path, languages: Collection[str], limits: Limits | None = None) -> Assignments:
    """Return the assignments in folder/LANGUAGE/assignments/*.json, each the object that Assignment.to_json returns.

    Raises LessonError for an assignment that a language lacks, and for one of which more than the words differs between languages;
    and as documents.parse and Assignment.from_json do for a file that cannot be used.
    """
    found = {
        language: {
            path.stem: Assignment.from_json(documents.parse(path.read_bytes(), MOST_BYTES), limits or Limits())
            for path in sorted((folder / language / "assignments").glob("*.json"))
        }
        for language in languages
    }
    first = next(iter(languages))
    for language, assignments in found.items():
        if missing := sorted(set(found[first]) ^ set(assignments)):
            detail = language if missing[0] in found[first] else first
            raise LessonError("missing_language", f"{missing[0]}.json", detail=detail)
        for name, assignment in assignments.items():
            if _bare(assignment) != _bare(found[first][name]):
                raise LessonError("other_front_matter", f"{language}/{name}.json")
    return found


def _bare(assignment: Assignment) -> object:
    """Return all of an assignment but its words."""
    steps = [(step.page, bool(step.question), len(step.options), step.done) for step in assignment.steps]
    return assignment.experiment, [name for name, _ in assignment.locks], assignment.pages, steps


def _read(folder: Path) -> tuple[Lesson, ...]:
    lessons = []
    for path in folder.glob("*.md"):
        if not path.stem.replace("_", "").isalpha() or not path.stem.isascii():
            raise LessonError("file_name", path.name)
        lessons.append(parse(path.read_text(encoding="utf-8"), path.name))
    return tuple(sorted(lessons, key=lambda lesson: (lesson.plan.kind != "chapter", lesson.plan.number, lesson.id)))
