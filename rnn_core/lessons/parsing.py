"""A lesson's file to a Lesson, strictly: whatever is not understood is an error that names the line.

    ---
    chapter: 8
    experiment: guide_corrected
    figure: loss
    act: train
    ask: plateau_epochs
    guess: 0 to 1000 by 1
    done: prediction of "i am not bad" = positive
    ---
    # Title

    Markdown, with [figure] and [source NAME] on lines of their own.

    [question]
    ...
    [answer]
    ...

Instead of a guess there may be options, one a line. A challenge has "challenge: 3" in the place of "chapter: 8", and [hint]s in
the place of question and answer. "settings" lists settings that differ from the experiment, "sentences" names the sentences, and
"sentence: yours" lets the reader choose one. "done: answered" says that the answered question is all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar, get_args

from rnn_core import presets
from rnn_core.config import ModelConfig, TrainingConfig
from rnn_core.errors import ConfigError, LessonError
from rnn_core.lessons.checks import Check
from rnn_core.lessons.lesson import Act, Figure, Lesson, LessonKind, Mark, Number, Part, Plan, Question, Source
from rnn_core.lessons.sentences import SENTENCES

ANSWERED = "answered"
YOURS = "yours"
_REPEATED = {"done", "option"}
_KEYS = {"experiment", "settings", "sentences", "figure", "act", "ask", "guess", "sentence", *_REPEATED, *get_args(LessonKind)}
_NEEDED = ("experiment", "figure", "act", "done")
_LINE = re.compile(r"([a-z]+): (\S.*)")
_GUESS = re.compile(r"(\S+) to (\S+) by (\S+)")
_ASK = re.compile(r'(\w+)(?: of "([^"]*)")?')
_MARK = re.compile(r"\[([a-z]+)(?: ([a-z_]+))?\]")

Keys = dict[str, list[tuple[int, str]]]
"""Key -> the lines (from 1) that have it, and their values."""
_Name = TypeVar("_Name", bound=str)


def parse(text: str, file: str) -> Lesson:
    """Return the lesson in a text. file: its name, of which the lesson's id is the stem. Raises LessonError."""
    lines = text.splitlines()
    if not lines or lines[0] != "---" or "---" not in lines[1:]:
        raise LessonError("no_front_matter", file, 1)
    end = lines.index("---", 1)
    plan = _plan(_keys(lines[1:end], file), file)
    title, parts = _body(lines[end + 1 :], end + 2, file)
    _complete(plan, parts, file)
    return Lesson(file.removesuffix(".md"), plan, title, parts)


# ---------------------------------------------------------------------- front matter


def _keys(lines: list[str], file: str) -> Keys:
    found: Keys = {}
    for number, line in enumerate(lines, start=2):
        if (pair := _LINE.fullmatch(line)) is None:
            raise LessonError("bad_line", file, number, line)
        key, value = pair.groups()
        if key not in _KEYS:
            raise LessonError("unknown_key", file, number, key)
        if key in found and key not in _REPEATED:
            raise LessonError("repeated_key", file, number, key)
        found.setdefault(key, []).append((number, value))
    return found


def _plan(keys: Keys, file: str) -> Plan:
    for key in _NEEDED:
        if key not in keys:
            raise LessonError("missing_key", file, 0, key)
    kinds = [kind for kind in get_args(LessonKind) if kind in keys]
    if len(kinds) != 1:
        raise LessonError("missing_key", file, 0, "either chapter or challenge")
    (line, number), *_ = keys[kinds[0]]
    if not number.isdecimal() or int(number) < 1:
        raise LessonError("bad_value", file, line, number)
    plan = Plan(
        kind=kinds[0],
        number=int(number),
        experiment=_one(keys, "experiment", tuple(presets.EXPERIMENTS), file),
        settings=_settings(keys, file),
        sentences=_one(keys, "sentences", tuple(SENTENCES), file) if "sentences" in keys else "own",
        figure=_one(keys, "figure", get_args(Figure), file),
        act=_one(keys, "act", get_args(Act), file),
        question=_question(keys, file),
        asks_sentence="sentence" in keys and bool(_one(keys, "sentence", (YOURS,), file)),
        done=_done(keys, file),
    )
    try:  # settings that contradict each other
        plan.experiment_on(presets.guide_dataset())
    except ConfigError as problem:
        raise LessonError("bad_value", file, keys.get("settings", keys["experiment"])[0][0], str(problem)) from None
    return plan


def _one(keys: Keys, key: str, names: tuple[_Name, ...], file: str) -> _Name:
    (line, value), *_ = keys[key]
    for name in names:
        if name == value:
            return name
    raise LessonError("bad_value", file, line, value)


def _settings(keys: Keys, file: str) -> tuple[tuple[str, float | str | bool], ...]:
    if "settings" not in keys:
        return ()
    (line, text), *_ = keys["settings"]
    domains = {**ModelConfig.domains(), **TrainingConfig.domains()}
    settings = []
    for pair in text.split():
        name, equals, value = pair.partition("=")
        if not equals or name not in domains:
            raise LessonError("bad_value", file, line, pair)
        coerced = domains[name].coerce(_literal(value))
        if coerced is None:
            raise LessonError("bad_value", file, line, pair)
        settings.append((name, coerced))
    return tuple(settings)


def _literal(text: str) -> float | str | bool:
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _question(keys: Keys, file: str) -> Question | None:
    if "ask" not in keys:
        for key in ("guess", "option"):
            if key in keys:
                raise LessonError("missing_key", file, keys[key][0][0], "ask")
        return None
    (line, asked), *_ = keys["ask"]
    if (found := _ASK.fullmatch(asked)) is None:
        raise LessonError("bad_value", file, line, asked)
    if ("guess" in keys) == ("option" in keys):
        raise LessonError("missing_key", file, line, "either guess or option")
    guess: Number | tuple[str, ...] = tuple(option for _, option in keys.get("option", ()))
    if "guess" in keys:
        guess = _number(*keys["guess"][0], file)
    question = Question(quantity=found.group(1), of=found.group(2) or "", guess=guess)
    try:
        question.check()
    except ConfigError as problem:
        raise LessonError("bad_value", file, line, str(problem)) from None
    return question


def _number(line: int, text: str, file: str) -> Number:
    found = _GUESS.fullmatch(text)
    try:
        low, high, step = (float(part) for part in found.groups()) if found else (0.0, 0.0, 0.0)
    except ValueError:
        low = high = step = 0.0
    if not (low < high and 0 < step <= high - low):
        raise LessonError("bad_value", file, line, text)
    return Number(low=low, high=high, step=step)


def _done(keys: Keys, file: str) -> tuple[Check, ...]:
    if [value for _, value in keys["done"]] == [ANSWERED]:
        if "ask" not in keys:
            raise LessonError("missing_key", file, keys["done"][0][0], "ask")
        return ()
    checks = []
    for line, value in keys["done"]:
        try:
            checks.append(Check.parse(value))
        except ConfigError as problem:
            raise LessonError("bad_value", file, line, str(problem)) from None
    return tuple(checks)


# ---------------------------------------------------------------------- the text


def _body(lines: list[str], first: int, file: str) -> tuple[str, tuple[Part, ...]]:
    """Return title and parts. first: the number of the first line."""
    parts: list[Part] = []
    mark: Mark = "text"
    piece: list[str] = []
    numbered = list(enumerate(lines, start=first))
    while numbered and not numbered[0][1].strip():
        del numbered[0]
    if not numbered or not numbered[0][1].startswith("# "):
        raise LessonError("no_title", file, first)
    title = numbered.pop(0)[1].removeprefix("# ").strip()

    def close() -> None:
        if text := "\n".join(piece).strip():
            parts.append(Part(mark, text))
        piece.clear()

    def named(name: str) -> Mark | None:
        return next((known for known in get_args(Mark) if known == name and known != "text"), None)

    for number, line in numbered:
        found = _MARK.fullmatch(line)
        if found is None:
            piece.append(line)
            continue
        new, argument = named(found.group(1)), found.group(2)
        wanted = (argument in get_args(Source)) if new == "source" else argument is None
        if new is None or not wanted:
            raise LessonError("unknown_mark", file, number, line)
        if new in ("figure", "source") and mark != "text":
            raise LessonError("misplaced_mark", file, number, line)
        close()
        if new in ("figure", "source"):
            parts.append(Part(new, argument or ""))
        else:
            mark = new
    close()
    return title, tuple(parts)


_SECTIONS: Mapping[LessonKind, tuple[Mark, ...]] = {"chapter": ("figure", "question", "answer"), "challenge": ("figure",)}


def _complete(plan: Plan, parts: tuple[Part, ...], file: str) -> None:
    """Raise LessonError unless a chapter asks and answers once, a challenge has a hint, and each shows its figure once."""
    marks = [part.mark for part in parts]
    for mark in _SECTIONS[plan.kind]:
        if marks.count(mark) != 1:
            raise LessonError("missing_mark", file, 0, f"[{mark}], once")
    if plan.kind == "challenge" and "hint" not in marks:
        raise LessonError("missing_mark", file, 0, "[hint]")
    if plan.kind == "chapter" and plan.question is None:
        raise LessonError("missing_key", file, 0, "ask")
    if plan.kind == "challenge" and (plan.question is not None or {"question", "answer"} & set(marks)):
        raise LessonError("misplaced_mark", file, 0, "a challenge asks nothing")
