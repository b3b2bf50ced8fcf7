"""The table of all that is said about a run: each claim with a run of which it is true, and the nearest of which it is not said.

A claim is a sentence, or a part of one, in a module of CLAIMING. While a case is worded, each text that is put together is
recorded by its place in the source. So the table needs no wording, and is known to be complete: a text that no case reaches
fails a test.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from types import CodeType, FrameType, ModuleType
from typing import Any, NamedTuple

import numpy as np
import pytest

from rnn_core import Experiment, History, Model, presets
from rnn_core.explanation import Flip, Flips
from rnn_core.gradients.flow import Passage
from rnn_core.gradients.update import Update, one_update
from rnn_core.network.parameters import Layout
from rnn_core.training.advice import advice
from rnn_core.training.findings import FINDINGS, Finding
from rnn_core.training.findings import findings as find
from rnn_core.training.history import Columns
from rnn_core.training.replay import Cause
from tests.core.training.test_findings import NEAR, TRUE
from tests.ui.messages.test_messages import status
from ui.messages import clipping, findings, flips, through_time, update
from ui.server.jobs import JobStatus

CLAIMING: tuple[ModuleType, ...] = (findings, clipping, update, through_time, flips)
"""The modules whose sentences depend on what a run, an update or a search came to."""
READING_AIDS = (
    "update_settings",
    "matrix_words",
    "_clipping",
    "block",
    "flow_words",
    "factor_words",
    "map_words",
    "threshold_note",
)
NO_CLAIMS = (*READING_AIDS, "never_clips", "update_table", "added", "flip", "_near")
"""Functions that say how to read a picture, which settings there are, or what somebody did: nothing that a run could belie."""


class Claim(NamedTuple):
    """Something that can be said."""

    true: Callable[[], object]
    """words a case of which it is true"""
    near: Callable[[], object]
    """words the nearest case of which it must not be said"""


# ---------------------------------------------------------------------- the cases

GUIDE = presets.guide_corrected()
ADAM = GUIDE.with_training(optimizer="adam")


def worded(case: Callable[[], tuple[Any, ...]], experiment: Experiment = ADAM) -> Callable[[], list[str]]:
    """All that is said of a history."""
    return lambda: [findings.finding(found, experiment) for found in find(*case())]


def of(name: str, experiment: Experiment = ADAM, cause: Cause | None = None, **figures: float) -> Callable[[], str]:
    """A finding of its true case, with some figures replaced."""
    (found,) = [found for found in find(*TRUE[name]()) if found.id == name]  # type: ignore[index]
    return lambda: findings.finding(Finding(found.id, {**found.figures, **figures}), experiment, cause)


CAUSE = Cause(7, 3, (5,), 0.1, 0.9, 2.0, True, 0.5, 0.0)
MANY = CAUSE._replace(rows=(1, 2, 3, 4, 5))


def clipped(updates: float, elements: float = 0.1, kind: str = "value", name: str | None = None) -> Callable[[], str]:
    """What is said of a run in which this share of updates was clipped, of one parameter's gradient or of all."""

    def words() -> str:
        run = status("done", 2)
        experiment = run.experiment.with_training(clipping=kind)
        names = Layout.of(experiment).names
        columns = Columns.empty(2, len(names))
        columns.gradients[:, :, 4], columns.gradients[:, :, 5] = updates, elements
        made: JobStatus = replace(run, run=replace(run.run, experiment=experiment, history=History(names, columns)))
        return clipping.clipped(made, name)

    return words


@cache
def step() -> Update:
    """One update by a sentence, under the threshold, that lowers its loss."""
    text, label, _ = GUIDE.dataset.examples[8]
    return one_update(Model.initial(GUIDE).with_large_weights(), GUIDE, text, label or "")


def stepped(clipped: float = 0.0, kind: str = "value", **changes: Any) -> Callable[[], str]:
    def words() -> str:
        whole = step().statistics[None]._replace(elements_clipped=clipped, norm_before=2.0, norm_after=1.0)
        values = {"loss_before": 0.7, "loss_after": 0.6, "slope": -1.0, "clipping": kind, **changes}
        return update.update_sentence(replace(step(), statistics={**step().statistics, None: whole}, **values))

    return words


def flow(*norms: float, memory: list[float] | None = None) -> Callable[[], str]:
    """What is said of a gradient of these lengths, the word read first in front."""

    def words() -> str:
        dh, dc = np.array(norms)[:, None], None if memory is None else np.array(memory)[:, None]
        return through_time.flow_sentence(Passage(("w",) * len(norms), dh, dc, None, None))

    return words


def searched(deleted: int = 0, tried: int = 9, cut: bool = False, replaced: int = 0) -> Callable[[], list[str]]:
    """What is said of a search; deleted: words of the smallest set that changes the prediction, 0 for none."""
    one = Flip("a", ("a",), tuple(range(max(1, deleted))), ("b",), None, "negative", 0.9)
    found = Flips((one,) * (deleted > 0), tried, cut, (one,) * replaced, 99, cut)
    return lambda: [flips.deletions_line(found), flips.replacements_line(found)]


TABLE: Mapping[str, Claim] = {
    **{f"finding: {name}": Claim(worded(TRUE[name]), worded(NEAR[name])) for name in FINDINGS},
    "the ceiling of a lost run": Claim(of("lost", ceiling=0.8), of("lost", ceiling=1.0)),
    "once": Claim(of("spikes", count=1.0), of("spikes", count=2.0)),
    "several times": Claim(of("spikes", count=2.0), of("spikes", count=1.0)),
    "a later spike": Claim(of("spikes", latest_epoch=50.0), of("spikes")),
    "an update is of one sentence": Claim(of("falls"), of("falls", ADAM.with_training(batch_size=20))),
    "an update is of several": Claim(of("falls", ADAM.with_training(batch_size=20)), of("falls")),
    "an update is of all": Claim(of("falls", ADAM.with_training(batch_size=58)), of("falls", ADAM.with_training(batch_size=57))),
    "the update behind a spike": Claim(of("spikes", cause=CAUSE), of("spikes")),
    "of a batch, more rows": Claim(of("spikes", cause=MANY), of("spikes", cause=CAUSE)),
    "half the threshold helps": Claim(of("spikes", cause=CAUSE), of("spikes", cause=CAUSE._replace(halved=0.9))),
    "half the threshold does not": Claim(of("spikes", cause=CAUSE._replace(halved=0.9)), of("spikes", cause=CAUSE)),
    "memory moved it": Claim(
        of("spikes", cause=CAUSE._replace(clipped=False, memory=0.6)),
        of("spikes", cause=CAUSE._replace(clipped=False, memory=0.4)),
    ),
    "its own gradient, not clipped": Claim(of("spikes", cause=CAUSE._replace(clipped=False)), of("spikes", cause=CAUSE)),
    "a larger scale": Claim(of("plateau", GUIDE), of("plateau", GUIDE.with_model(init_scale=0.02))),
    "another rate": Claim(of("slow", GUIDE), of("slow", GUIDE.with_training(learning_rate=0.03))),
    "clipping is off": Claim(clipped(0.0, kind="none"), clipped(0.0)),
    "nothing was clipped": Claim(clipped(0.0), clipped(0.1)),
    "nothing of a parameter": Claim(clipped(0.0, name="W_hh"), clipped(0.1, name="W_hh")),
    "clipped, of all": Claim(clipped(0.1), clipped(0.0)),
    "clipped, of a parameter": Claim(clipped(0.1, name="W_hh"), clipped(0.0, name="W_hh")),
    "next to nothing clipped": Claim(clipped(0.1, 1e-6), clipped(0.1, 1e-4)),
    "not turned, off": Claim(lambda: clipping.turned(0.0, "none"), lambda: clipping.turned(0.0, "value")),
    "not turned by value": Claim(lambda: clipping.turned(0.0, "value"), lambda: clipping.turned(0.02, "value")),
    "not turned by norm": Claim(lambda: clipping.turned(0.0, "norm"), lambda: clipping.turned(0.0, "value")),
    "turned by each norm": Claim(lambda: clipping.turned(3.0, "norm"), lambda: clipping.turned(3.0, "value")),
    "turned by value": Claim(lambda: clipping.turned(3.0, "value"), lambda: clipping.turned(3.0, "norm")),
    "an update, not clipped": Claim(stepped(0.0), stepped(0.1)),
    "an update, elements cut": Claim(stepped(0.1), stepped(0.1, "norm")),
    "an update, shortened": Claim(stepped(0.1, "norm"), stepped(0.1)),
    "an update too far": Claim(stepped(loss_after=0.8), stepped(loss_after=0.8, slope=1.0)),
    "an update not downhill": Claim(stepped(loss_after=0.8, slope=1.0), stepped(loss_after=0.8)),
    "an update without effect": Claim(stepped(loss_after=0.7001), stepped(loss_after=0.71)),
    "an update downhill": Claim(stepped(), stepped(loss_after=0.8)),
    "a matrix left whole": Claim(lambda: update.left_whole("W_hh", None), lambda: update.left_whole("W_hh", 3)),
    "a matrix cut in another epoch": Claim(lambda: update.left_whole("W_hh", 3), lambda: update.left_whole("W_hh", None)),
    "one word": Claim(flow(1.0), flow(1.0, 1.0)),
    "no number": Claim(flow(np.inf, 1.0), flow(1e300, 1.0)),
    "zero from the start": Claim(flow(0.0, 0.0), flow(0.0, 1.0)),
    "zero on the way": Claim(flow(0.0, 1.0), flow(1e-300, 1.0)),
    "shrinks": Claim(flow(0.79, 1.0), flow(0.81, 1.0)),
    "shrinks, a small part": Claim(flow(0.01, 1.0), flow(0.2, 1.0)),
    "shrinks, a tiny part": Claim(flow(1e-9, 1.0), flow(1e-3, 1.0)),
    "grows": Claim(flow(1.26, 1.0), flow(1.24, 1.0)),
    "keeps": Claim(flow(1.0, 1.0), flow(1.3, 1.0)),
    "several steps": Claim(flow(1.0, 1.0, 1.0), flow(1.0, 1.0)),
    "one step": Claim(flow(1.0, 1.0), flow(1.0, 1.0, 1.0)),
    "along the memory": Claim(flow(1.0, 1.0, memory=[1.0, 2.0]), flow(1.0, 1.0, memory=[0.0, 2.0])),
    "one matrix": Claim(lambda: through_time.spectrum_words("vanilla"), lambda: through_time.spectrum_words("gru")),
    "a block a gate": Claim(lambda: through_time.spectrum_words("gru"), lambda: through_time.spectrum_words("vanilla")),
    "found in time": Claim(searched(1, cut=True, replaced=1), searched(1, replaced=1)),
    "not found in time": Claim(searched(0, cut=True), searched(0)),
    "one word alone": Claim(searched(0, tried=0), searched(0, tried=2)),
    "two words": Claim(searched(0, tried=2), searched(0, tried=6)),
    "no deletion": Claim(searched(0, tried=6), searched(0, tried=2)),
    "one deletion": Claim(searched(1), searched(2)),
    "two deletions": Claim(searched(2), searched(1)),
    "no replacement": Claim(searched(), searched(replaced=1)),
    "a replacement": Claim(searched(replaced=1), searched()),
}


# ---------------------------------------------------------------------- which texts are put together

Place = tuple[str, int, int, int, int]
"""File, first line, its column, last line, its column."""


@cache
def texts() -> dict[Place, str]:
    """Every text with a word in it in a function that makes claims."""
    found: dict[Place, str] = {}
    for module in CLAIMING:
        source = inspect.getsource(module)
        for function in ast.parse(source).body:
            if isinstance(function, ast.FunctionDef) and function.name not in NO_CLAIMS:
                for statement in function.body[ast.get_docstring(function) is not None :]:
                    for node in _strings(statement):
                        said = ast.get_source_segment(source, node) or ""
                        if len(re.findall(r"[^\W\d_]{2,}", re.sub(r"\{.*?\}", "", said))) >= 1:
                            end = node.end_lineno or 0, node.end_col_offset or 0
                            place = (module.__file__ or "", node.lineno, node.col_offset, *end)
                            found[place] = f"{module.__name__}.{function.name}: {said}"
    return found


def _strings(node: ast.AST) -> list[ast.JoinedStr | ast.Constant]:
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return [node]
    return [found for child in ast.iter_child_nodes(node) for found in _strings(child)]


def said(words: Callable[[], object]) -> set[Place]:
    """The texts that are put together while this runs: those in whose place in the source an instruction was carried out."""
    files = {module.__file__ for module in CLAIMING}
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
    done = set()
    for code, at in steps:
        line, last_line, column, last_column = list(code.co_positions())[at // 2]
        if line and last_line and column is not None and last_column is not None:
            done.add((code.co_filename, (line, column), (last_line, last_column)))
    return {
        place
        for place in texts()
        if any(file == place[0] and place[1:3] <= start and end <= place[3:5] for file, start, end in done)
    }


# ---------------------------------------------------------------------- the tests


@pytest.mark.parametrize("name", TABLE)
def test_what_is_said_of_the_true_case_is_not_said_of_the_near_one(name: str) -> None:
    claim = TABLE[name]
    assert said(claim.true) - said(claim.near)


def test_everything_that_can_be_said_is_in_the_table() -> None:
    reached = set().union(*(said(claim.true) for claim in TABLE.values()))
    assert [text for place, text in texts().items() if place not in reached] == []


def test_every_finding_of_the_core_is_in_the_table() -> None:
    assert {name.removeprefix("finding: ") for name in TABLE if name.startswith("finding: ")} == set(FINDINGS)
    assert set(TRUE) == set(NEAR) == set(FINDINGS)


def test_advice_is_given_by_rule_alone() -> None:
    (plateau,) = find(*TRUE["plateau"]())
    assert advice(plateau, GUIDE)
    assert advice(plateau, ADAM) is None
