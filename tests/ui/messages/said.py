"""Which texts of ui/messages are put together while something is worded, by their places in the source.

Every function of every module there makes claims about a run or a network, unless it is listed here. So a sentence that is
added is a claim until somebody says that it is none.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from types import CodeType, FrameType, ModuleType
from typing import Any, NamedTuple

import ui.messages

OTHER_MODULES: Mapping[str, str] = {
    "dataset": "names of splits and of kinds of sentences",
    "details": "what was refused or cannot be read, in the core's terms",
    "errors": "what was refused or cannot be read, and why",
    "faults": "what is wrong with sentences, before there is a run",
    "formatting": "how numbers and texts are written",
    "import_tab": "what a file holds",
    "names": "names of settings, choices and presets; what a preset shows is measured in tests/core/test_preset_claims.py",
    "safe_markdown": "a stranger's text, written again",
    "outside": "which tensor of a file does not fit",
    "reading": "how a file was read",
    "text_rules": "words, one by one",
    "vectors": "a file of word vectors",
}
"""Modules that say nothing of a run or a network."""

LABELS = (
    *("assignments.refused", "assignments.setting", "assignments.table", "assignments._answer", "assignments._share"),
    *("ask.answer", "ask.example_of", "ask.opened", "ask.quoted", "ask.unfinished", "batch.batch_table", "batch.plain_text"),
    *(
        "check.check_table",
        "check.cost_offer",
        "check.scatter_words",
        "comparison.edge_offer",
        "clipping.longest_epoch",
        "clipping.never_clips",
    ),
    *(
        "comparison.title",
        "comparison.side_name",
        "comparison.intent",
    ),
    *(
        "evaluation.split_table",
        "lessons.check_table",
        "lessons.figure",
        "lessons.notes_table",
        "lessons.option",
        "lessons.option_columns",
        "lessons.option_table",
        "lessons.set_up",
        "lessons.title",
        "lessons.value",
        "lessons._written",
        "evaluation.chosen",
        "evaluation.scores_table",
        "experiment.settings_table",
        "experiment.clip",
        "experiment.heads",
        "experiment.set_to",
        "experiment.units",
        "runs.heads",
        "runs.run_name",
    ),
    *("flips.flip", "flips._near", "home.guide", "parameters.heads", "parameters.parameter", "parameters.parameter_table"),
    *(
        "own_code.refused",
        "own_code.shape",
        "own_code.task_table",
        "own_code._meaning",
        "own_code._names",
        "runs.runs_table",
        "runs.names_beside",
        "runs._phrase",
        "runs._differing",
        "slips.short",
        "states.step_table",
        "states.unit_table",
        "step_by_step.described",
        "step_by_step.explained",
        "step_by_step.numbers",
        "step_by_step.said",
        "step_by_step.transposed",
        "step_by_step._symbol",
        "sweeps.cell",
        "sweeps.clicking",
        "sweeps.clicking_cells",
        "sweeps.head",
        "sweeps.intent",
        "sweeps.reading",
        "sweeps.settings",
        "through_time.block",
        "through_time.factor_words",
        "through_time.scaled_name",
        "update.update_table",
        "update.only_words",
    ),
)
"""Functions of the others that name things, head tables, or say how to read a picture."""

CONSTANTS = (
    *(
        "assignments.AGREEMENTS",
        "assignments.COLUMNS",
        "assignments.PAGES",
        "check.COLUMNS",
        "check.PLACES",
        "comparison.NAMES",
        "comparison.TITLES",
        "equations.MEANING",
        "runs._UNNAMED",
    ),
    *(
        "evaluation.ALL",
        "evaluation.FILTERS",
        "evaluation.ONLY_BAG",
        "evaluation.ONLY_NETWORK",
        "evaluation.RIGHT_ONES",
        "evaluation.WRONG_ONES",
    ),
    *(
        "findings.OUTCOMES",
        "lessons.CHECK_COLUMNS",
        "lessons.FIGURES",
        "lessons.NOTE_COLUMNS",
        "lessons.OUTCOMES",
        "kept_work.NOTES",
        "own_code.BATCHES",
        "own_code.COLUMNS",
        "own_code.EXAMPLE",
        "own_code.MEANINGS",
        "own_code.RESULTS",
        "own_code.WEIGHTS",
        "saliency.MEANINGS",
        "saliency.METHODS",
        "states.MEANINGS",
        "states.NAMES",
        "slips.SHORT",
        "slips.SLIPS",
        "states.QUANTITIES",
        "step_by_step.NETWORKS",
        "step_by_step.PARTS",
        "sweeps.COLUMNS",
        "sweeps.FIGURES",
        "sweeps.QUESTIONS",
        "sweeps.SHARES",
        "sweeps.STATUSES",
        "through_time.ALTS",
        "through_time.BLOCKS",
        "through_time.DIRECTIONS",
        "through_time.MAPS",
        "update.COLUMNS",
        "update.VIEWS",
    ),
)
"""Constants with words in them: names, and definitions that hold for every network."""


class Claim(NamedTuple):
    """Something that can be said."""

    true: Callable[[], object]
    """words a case of which it is true"""
    near: Callable[[], object]
    """words the nearest case of which it must not be said"""
    figures: tuple[str, ...] = ()
    """for a sentence that is said of both: its figures in the true case, which are not all those of the near one"""


def claiming() -> list[ModuleType]:
    names = [module.name for module in pkgutil.iter_modules(ui.messages.__path__) if module.name not in OTHER_MODULES]
    return [importlib.import_module(f"ui.messages.{name}") for name in names]


def _has_words(source: str) -> bool:
    return re.search(r"[^\W\d_]{2,}", re.sub(r"\{.*?\}", "", source)) is not None


def constants() -> set[str]:
    """The constants of the claiming modules that have a text in them."""
    found = set()
    for module in claiming():
        source = inspect.getsource(module)
        for statement in ast.parse(source).body:
            if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
                continue
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(_has_words(ast.get_source_segment(source, node) or "") for node in _strings(statement.value)):
                names = [node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]
                found |= {f"{_short(module)}.{name}" for name in names}
    return found


def functions() -> set[str]:
    """All functions of the claiming modules."""
    trees = ((module, ast.parse(inspect.getsource(module))) for module in claiming())
    return {f"{_short(module)}.{node.name}" for module, tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)}


def _short(module: ModuleType) -> str:
    return module.__name__.removeprefix("ui.messages.")


Place = tuple[str, int, int, int, int]
"""File, first line, its column, last line, its column."""


@cache
def texts() -> dict[Place, str]:
    """Every text with a word in it in a function that makes claims."""
    found: dict[Place, str] = {}
    for module in claiming():
        source = inspect.getsource(module)
        for function in ast.parse(source).body:
            if isinstance(function, ast.FunctionDef) and f"{_short(module)}.{function.name}" not in LABELS:
                for statement in function.body[ast.get_docstring(function) is not None :]:
                    for node in _strings(statement):
                        said = ast.get_source_segment(source, node) or ""
                        if _has_words(said):
                            end = node.end_lineno or 0, node.end_col_offset or 0
                            place = (module.__file__ or "", node.lineno, node.col_offset, *end)
                            found[place] = f"{_short(module)}.{function.name}: {said}"
    return found


def _strings(node: ast.AST) -> list[ast.expr]:
    """The texts in a piece of source. A tuple of constants is one instruction, so it is one text."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return [node]
    if isinstance(node, ast.Tuple) and node.elts and all(isinstance(part, ast.Constant) for part in node.elts):
        return [node]
    if isinstance(node, ast.Dict):  # its keys are looked up, not said
        return [found for value in node.values for found in _strings(value)]
    return [found for child in ast.iter_child_nodes(node) for found in _strings(child)]


def said(words: Callable[[], object]) -> set[Place]:
    """The texts that are put together while this runs: those in whose place in the source an instruction was carried out."""
    files = {module.__file__ for module in claiming()}
    steps: set[tuple[CodeType, int]] = set()

    def watch(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename not in files:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            steps.add((frame.f_code, frame.f_lasti))
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        words()
    finally:
        sys.settrace(before)
    done: dict[str, set[tuple[tuple[int, int], tuple[int, int]]]] = {}
    for code, at in steps:
        line, last_line, column, last_column = _positions(code)[at // 2]
        if line and last_line and column is not None and last_column is not None:
            done.setdefault(code.co_filename, set()).add(((line, column), (last_line, last_column)))
    return {place for place in texts() if any(place[1:3] <= start and end <= place[3:5] for start, end in done.get(place[0], ()))}


@cache
def _positions(code: CodeType) -> list[tuple[int | None, int | None, int | None, int | None]]:
    return list(code.co_positions())
