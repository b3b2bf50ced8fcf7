"""What is said of a sweep: each claim with a case of which it is true, and the nearest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast

from rnn_core import Limits, presets
from rnn_core.errors import AbsentVectorsError
from rnn_core.sweeps.axes import Axis
from rnn_core.sweeps.result import Result
from rnn_core.sweeps.summary import Figure, conclusions, summaries
from rnn_core.sweeps.sweep import Sweep
from rnn_core.sweeps.table import Results
from tests.ui.messages.said import Claim
from ui.messages import sweep_progress, sweeps
from ui.server.sweeps import BackgroundSweep, State

RATES = (0.1, 0.2, 0.3)
SWEEP = Sweep(base=presets.guide_corrected(), axes=(Axis.of("learning_rate", RATES),), seeds=2)


def run(number: int, learned: bool | None, first: int | None = None, **settings: Any) -> Result:
    """One run; learned None: it failed."""
    return Result(
        number=number,
        fingerprint=f"{number:064x}",
        settings=settings,
        seed=number,
        status="failed" if learned is None else "done",
        learned=bool(learned),
        first_perfect=first,
    )


def results(*marks: str) -> Results:
    """Runs at the rates 0.1, 0.2 …: one for each letter, + learned, - not, x failed."""
    known = {"+": True, "-": False, "x": None}
    rows = [run(10 * i + k, known[mark], learning_rate=rate) for i, rate in enumerate(RATES) for k, mark in enumerate(marks[i])]
    return Results(("learning_rate",), tuple(rows))


def concluded(*marks: str) -> Callable[[], str]:
    """What is said of rows of runs by rate."""
    return lambda: sweeps.conclusion(conclusions(results(*marks))[0])


def of_cells(*learned: bool) -> Callable[[], str]:
    """What is said of the runs of a GRU beside those of an LSTM."""
    rows = [run(i, good, cell="gru") for i, good in enumerate(learned)] + [run(99, True, cell="lstm")]
    return lambda: sweeps.conclusion(conclusions(Results(("cell",), tuple(rows)))[0])


def found(figure: Figure, *rows: tuple[Mapping[str, Any], str]) -> Callable[[], str]:
    """What is found of rows of runs at the rates: + learned, - not, one run each."""
    runs = [
        run(10 * i + k, mark == "+", 100 * (i + k + 1), learning_rate=rate, **settings)
        for i, (settings, marks) in enumerate(rows)
        for k, (rate, mark) in enumerate(zip(RATES, marks, strict=True))
    ]
    table = Results((*dict(rows[0][0]), "learning_rate"), tuple(runs))
    return lambda: sweeps.finding(conclusions(table), summaries(table), figure)


def of_two(first: str, second: str) -> Callable[[], str]:
    """What is found of a GRU and an LSTM."""
    return found("late_accuracy", ({"cell": "gru"}, first), ({"cell": "lstm"}, second))


def of_choices(*learned: bool) -> Callable[[], str]:
    """What is found of two runs of a GRU and two of an LSTM."""
    table = Results(("cell",), tuple(run(i, good, cell=("gru", "lstm")[i // 2]) for i, good in enumerate(learned)))
    return lambda: sweeps.finding(conclusions(table), summaries(table), "late_accuracy")


def medians(*values: float | None, figure: Figure = "first_perfect") -> Callable[[], str]:
    """What is found of a figure of one run at each rate."""
    rows = []
    for i, (rate, value) in enumerate(zip(RATES, values, strict=True)):
        changed: dict[str, Any] = {figure: value}
        rows.append(replace(run(i, True, learning_rate=rate), **changed))
    table = Results(("learning_rate",), tuple(rows))
    return lambda: sweeps.finding(conclusions(table), summaries(table), figure)


def left_out(first: tuple[int | None, ...], failed: int) -> Callable[[], object]:
    rows = [run(i, True, epoch, cell="gru") for i, epoch in enumerate(first)]
    rows += [run(50 + i, None, cell="gru") for i in range(failed)]
    points = summaries(Results(("cell",), tuple(rows)))
    figure: Figure = "first_perfect"
    return lambda: sweeps.left_out(points, figure)


class Standing:
    """A sweep that stands in some way."""

    def __init__(self, state: State, ended: int, connecting: bool, unanswered: bool) -> None:
        self.state, self.ended, self.sweep = state, ended, SWEEP
        self.connecting, self.unanswered = connecting, unanswered


def stands(state: State, ended: int = 4, connecting: bool = False, unanswered: bool = False) -> BackgroundSweep:
    return cast("BackgroundSweep", Standing(state, ended, connecting, unanswered))


def progress(state: State, ended: int = 4, left: float | None = None, connecting: bool = False) -> Callable[[], str]:
    return lambda: sweep_progress.progress(stands(state, ended, connecting), left)


def plan(seconds: float | None = 100.0, stretch: float = 1.0, seeds: int = 2, abreast: int | None = 2) -> Callable[[], str]:
    sweep = Sweep(base=SWEEP.base, axes=SWEEP.axes, seeds=seeds)
    return lambda: sweep_progress.plan(sweep, seconds, abreast, stretch)


OF_SWEEPS: Mapping[str, Claim] = {
    "every run of a sweep learned": Claim(concluded("++", "++", "+x"), concluded("++", "++", "+-")),
    "no run of a sweep learned": Claim(concluded("--", "--", "--"), concluded("--", "--", "-+")),
    "every run up to a rate": Claim(concluded("++", "++", "+-"), concluded("++", "-+", "++"), figures=("up to 0.2",)),
    "every run from a rate on": Claim(concluded("+-", "++", "++"), concluded("+-", "+-", "++"), figures=("at least 0.2",)),
    "no run above a rate": Claim(concluded("++", "+-", "--"), concluded("++", "+-", "-+")),
    "no run below a rate": Claim(concluded("--", "+-", "++"), concluded("+-", "+-", "++")),
    "one row up to a rate": Claim(
        of_two("++-", "+--"), of_two("++-", "+-+"), figures=("LSTM, no run learned above learning rate 0.1",)
    ),
    "the other row up to a rate": Claim(
        of_two("++-", "+--"), of_two("+--", "++-"), figures=("GRU, every run learned up to learning rate 0.2",)
    ),
    "one row everywhere": Claim(of_two("+++", "---"), of_two("++-", "---")),
    "one row nowhere": Claim(of_two("+++", "---"), of_two("+++", "+--")),
    "one row from a rate on": Claim(of_two("-++", "---"), of_two("+++", "---"), figures=("from learning rate 0.2",)),
    "one row below a rate": Claim(of_two("-++", "--+"), of_two("-++", "---"), figures=("below learning rate 0.3",)),
    "no row better than the other": Claim(of_two("+-+", "-+-"), of_two("+++", "---"), figures=("In all, 3 of 6 runs",)),
    "one choice more often": Claim(
        of_choices(True, True, False, True), of_choices(True, False, False, True), figures=("GRU, 2 of 2",)
    ),
    "the lowest and the highest median": Claim(
        medians(20, 10, 30), medians(10, 20, 30), figures=("10 with learning rate 0.2", "30 with learning rate 0.3")
    ),
    "the same median everywhere": Claim(medians(10, 10, 10), medians(10, 10, 20)),
    "a median in percent": Claim(
        medians(0.5, 0.9, 1.0, figure="test_accuracy"), medians(0.5, 0.9, 0.95, figure="test_accuracy"), figures=("100%",)
    ),
    "a median of a loss": Claim(
        medians(0.5, 0.6, 0.7, figure="train_loss"), medians(0.4, 0.6, 0.7, figure="train_loss"), figures=("0.500",)
    ),
    "a result that no run has": Claim(medians(None, None, None), medians(None, None, 10)),
    "counts beside a reach": Claim(concluded("++", "+-", "+-"), concluded("++", "++", "++"), figures=("4 of 6",)),
    "counts alone": Claim(concluded("+-", "++", "+-"), concluded("++", "++", "++"), figures=("4 of 6",)),
    "counts of a choice": Claim(of_cells(True, False, True), of_cells(True, True, True), figures=("2 of 3",)),
    "a sweep is counted": Claim(plan(), plan(seeds=3), figures=("3 combinations", "2 seeds", "6 runs", "1,000 epochs")),
    "a sweep waits to be timed": Claim(plan(None), plan(100.0)),
    "a sweep takes a time": Claim(plan(100.0), plan(60.0), figures=("50 s",)),
    "a sweep beside others": Claim(plan(stretch=2.0), plan()),
    "a sweep on a cluster": Claim(plan(abreast=None), plan()),
    "a sweep waits for a cluster": Claim(progress("waiting", connecting=True), progress("waiting")),
    "a cluster that does not answer": Claim(
        lambda: sweep_progress.unanswered(stands("running", unanswered=True)),
        lambda: sweep_progress.unanswered(stands("running")),
    ),
    "a link without its word vectors": Claim(
        lambda: sweep_progress.absent(AbsentVectorsError("glove", "0123456789abcdef", {"so"})),
        lambda: sweep_progress.absent(AbsentVectorsError("fasttext", "fedcba9876543210", {"so"})),
        figures=("glove", "0123456789ab"),
    ),
    "a sweep over its time": Claim(lambda: sweep_progress.too_long(1000.0, 900.0), lambda: sweep_progress.too_long(900.0, 900.0)),
    "what is left for sweeps": Claim(
        lambda: sweep_progress.budget(100, 60.0, Limits(sweep_runs=500, sweep_seconds=120)),
        lambda: sweep_progress.budget(101, 0.0, Limits(sweep_runs=500, sweep_seconds=120)),
        figures=("400 runs", "60 s"),
    ),
    "how far a sweep is": Claim(progress("running"), progress("running", 3), figures=("4 of 6",)),
    "how long a sweep still takes": Claim(progress("running", left=60.0), progress("running"), figures=("60 s",)),
    "a sweep waits": Claim(progress("waiting"), progress("running")),
    "a sweep is paused": Claim(progress("paused"), progress("running")),
    "a sweep was cancelled": Claim(
        lambda: sweep_progress.ending(stands("cancelled")), lambda: sweep_progress.ending(stands("done", 6))
    ),
    "a sweep used its time up": Claim(
        lambda: sweep_progress.ending(stands("spent")), lambda: sweep_progress.ending(stands("cancelled"))
    ),
    "a sweep broke": Claim(lambda: sweep_progress.ending(stands("broken")), lambda: sweep_progress.ending(stands("cancelled"))),
    "runs without a point": Claim(left_out((10, None), 0), left_out((10, 20), 0)),
    "runs that failed": Claim(left_out((10, 20), 2), left_out((10, 20), 0), figures=("2 runs failed",)),
    "the run that was chosen": Claim(
        lambda: sweeps.chosen(run(3, True, cell="gru")), lambda: sweeps.chosen(run(4, True, cell="gru")), figures=("seed 3",)
    ),
    "a run that was taken over": Claim(
        lambda: sweeps.loaded({"cell": "gru"}, 3), lambda: sweeps.loaded({"cell": "gru"}, 4), figures=("seed 3",)
    ),
}
