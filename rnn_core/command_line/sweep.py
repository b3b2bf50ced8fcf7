"""sweep: settings times seeds, a table that grows run by run, and what came out."""

from __future__ import annotations

import argparse
import os
import sys
import time
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

from rnn_core.command_line import files, settings, workers
from rnn_core.command_line.tables import aligned
from rnn_core.domains import Whole
from rnn_core.errors import ConfigError, RnnCoreError
from rnn_core.sweeps import table
from rnn_core.sweeps.axes import OF_SENTENCES, SETTINGS, Axis
from rnn_core.sweeps.cluster import Workers
from rnn_core.sweeps.execution import run_sweep
from rnn_core.sweeps.journal import Journal
from rnn_core.sweeps.summary import Band, Conclusion, PointSummary, conclusions, summaries
from rnn_core.sweeps.sweep import Sweep
from rnn_core.sweeps.table import Results

SWEEP, RUNS, PARQUET = "sweep.json", "runs.csv", "runs.parquet"
"""Files in the folder of results."""
MOST_LINES = 60
"""Points in the summary; all of them are in the table of runs."""
RANGES = {"log": Axis.logarithmic, "linear": Axis.linear}


def sweep(options: argparse.Namespace) -> int:
    """Train every run that is not in the folder yet, print the summary; the exit status, 1 where a run failed."""
    made = _described(options)
    count = _whole("--workers", options.workers, os.cpu_count() or 1)
    folder = Path(options.out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise files.FileError(str(folder), f"cannot be made: {error.strerror}") from error
    with _workers(options, made, count) as who:
        if who.machines:
            several = "; ".join(who.machines)
            print(f"rnn_core: the workers differ, so results may differ in the last bit: {several}", file=sys.stderr)
        try:
            journal = Journal(folder / RUNS, made, who.path, options.curves)
        except OSError as error:
            raise files.FileError(str(folder / RUNS), f"cannot be written: {error.strerror}") from error
        files.write_bytes(folder / SWEEP, made.save())
        with journal:
            try:
                _train(made, who, journal)
            finally:
                if options.parquet and journal.results.rows:
                    files.write_bytes(folder / PARQUET, table.to_parquet(journal.results))
            results = journal.results
    print(summary(results))
    print(f"\n{folder / (PARQUET if options.parquet else RUNS)}")
    return int(any(not row.over for row in results.rows))


def _workers(options: argparse.Namespace, made: Sweep, count: int) -> AbstractContextManager[Workers]:
    if options.dask is None and options.dask_local is None:
        return workers.here(made, count)
    return workers.elsewhere(made, options.dask, _whole("--dask-local", options.dask_local, 1))


def _train(made: Sweep, who: Workers, journal: Journal) -> None:
    """Train what is left, and say how far it is."""
    before = len(journal.results.finished)
    progress = Progress(len(made), before)
    runs = run_sweep(
        made,
        who.executor,
        path=who.path,
        finished=journal.results.finished,
        cancellation=who.cancellation,
        renew=who.renew,
        abreast=2 * who.size if who.size > 1 else 1,
        with_curves=journal.with_curves,
    )
    with closing(runs):
        for result in runs:
            journal.add(result)
            progress.add(failed=not result.over)
    progress.end()


class Progress:
    """How far a sweep is, on standard error: one line that is written over at a terminal, else a line for each tenth."""

    def __init__(self, runs: int, before: int) -> None:
        self._runs, self._before, self._done, self._failed = runs, before, before, 0
        self._began, self._tenth = time.monotonic(), 10 * before // max(runs, 1)
        self._live = sys.stderr.isatty()
        if before:
            print(f"rnn_core: {before:,} of {runs:,} runs are in the table already", file=sys.stderr)

    def add(self, *, failed: bool) -> None:
        """Count a run that has ended."""
        self._done += 1
        self._failed += failed
        tenth = 10 * self._done // self._runs
        if self._live:
            print(f"\r{self.line():<70}", end="", file=sys.stderr, flush=True)
        elif tenth > self._tenth:
            print(self.line(), file=sys.stderr, flush=True)
        self._tenth = tenth

    def line(self) -> str:
        """Return runs done and failed, and the time left if the others take as long as those so far."""
        failed = f", {self._failed:,} failed" if self._failed else ""
        each = (time.monotonic() - self._began) / max(1, self._done - self._before)
        left = self._runs - self._done
        return f"{self._done:,} of {self._runs:,} runs{failed}" + (f", about {_duration(each * left)} left" if left else "")

    def end(self) -> None:
        if self._live:
            print(file=sys.stderr)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


# ---------------------------------------------------------------------- what is asked for


def _described(options: argparse.Namespace) -> Sweep:
    """Return the sweep in a file, or that of the axes and the experiment that the arguments describe."""
    if options.file is not None:
        described = ("axis", "seeds", "sample", "set", "vectors", *settings.SHORT, "clip")
        if given := [name for name in described if getattr(options, name)]:
            raise ConfigError(
                f"--{given[0].replace('_', '-')}", getattr(options, given[0]), "left out: the file describes the sweep"
            )
        try:
            made = Sweep.load(files.read_bytes(options.file))
        except RnnCoreError as error:
            raise files.FileError(options.file, str(error)) from error
    else:
        axes = tuple(axis(text) for text in options.axis)
        sample = None if options.sample is None else _whole("--sample", options.sample, 1)
        made = Sweep(base=files.experiment(options), axes=axes, seeds=_whole("--seeds", options.seeds, 1), sample=sample)
    made.check_limits(files.LIMITS)
    return made


def axis(text: str) -> Axis:
    """Return the axis of setting=value,value,… or setting=log:low:high:count or setting=linear:low:high:count."""
    setting, sign, given = (part.strip() for part in text.partition("="))
    if not sign or not given:
        raise ConfigError("--axis", text, "setting=values, such as learning_rate=log:0.005:0.5:12 or clipping=none,value")
    if setting not in SETTINGS:
        raise ConfigError("--axis", setting, f"one of the settings {', '.join(SETTINGS)}")
    spacing, *parts = given.split(":")
    if spacing in RANGES:
        try:
            low, high, count = float(parts[0]), float(parts[1]), int(parts[2])
        except (ValueError, IndexError):
            raise ConfigError("--axis", text, f"{setting}={spacing}:low:high:count") from None
        return RANGES[spacing](setting, low, high, count)
    return Axis.of(setting, [_value(setting, value.strip()) for value in given.split(",")])


def _value(setting: str, text: str) -> Any:
    return _whole(setting, text, 1) if setting in OF_SENTENCES else settings.value(setting, text)


def _whole(name: str, text: str | None, default: int) -> int:
    """Return a whole number above zero."""
    if text is None:
        return default
    domain = Whole(1, 1_000_000)
    number = domain.coerce(int(text)) if text.isdecimal() else None
    if number is None:
        raise ConfigError(name, text, domain)
    return number


# ---------------------------------------------------------------------- what came out


def summary(results: Results) -> str:
    """Return a line for each point, and below what holds for all of them."""
    points = summaries(results)
    head = (*results.settings, "runs", "learned", "diverged", "failed", "first 100%", "late accuracy", "test accuracy")
    rows = [_cells(point, results.settings) for point in points[:MOST_LINES]]
    lines = [aligned([head, *rows], left=len(results.settings))]
    if len(points) > MOST_LINES:
        lines.append(f"… and {len(points) - MOST_LINES:,} more points")
    found = [sentence for one in conclusions(results) if (sentence := concluded(one))]
    return "\n".join([*lines, "", *found])


def _cells(point: PointSummary, names: tuple[str, ...]) -> tuple[str, ...]:
    counts = (len(point.runs), point.learned, point.diverged, point.failed)
    shown = (
        _median(point.band("first_perfect"), ".0f"),
        *(_median(point.band(name), ".3f") for name in ("late_accuracy", "test_accuracy")),
    )
    return (*(_shown(point.settings.get(name)) for name in names), *map(str, counts), *shown)


def _median(band: Band | None, form: str) -> str:
    return "–" if band is None else format(band.median, form)


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


_REACHES = {
    "every": "all {runs:,} runs learned",
    "none": "none of the {runs:,} runs learned",
    "every_to": "every run learned at each {along} up to {value:g}",
    "every_from": "every run learned at each {along} from {value:g} on",
    "none_above": "none above {along} {value:g}",
    "none_below": "none below {along} {value:g}",
}


def concluded(one: Conclusion) -> str:
    """Return a conclusion as a line."""
    place = ", ".join(f"{name}={_shown(value)}" for name, value in one.settings.items())
    said = [_REACHES[reach.kind].format(along=one.along, value=reach.value, runs=one.runs) for reach in one.reaches]
    if {reach.kind for reach in one.reaches}.isdisjoint({"every", "none"}):
        said.append(f"{one.learned:,} of {one.runs:,} runs learned")
    return (f"{place}: " if place else "") + "; ".join(said)
