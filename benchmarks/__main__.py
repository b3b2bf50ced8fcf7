"""Measure everything, or the named figures, and print a table: python -m benchmarks [NAME …] [--json].

Everything is measured in child processes, one at a time, whatever is compared in turns (A B A B); a ratio is the median of
the turns' ratios, so that a machine that slows down slows both. Targets: "must" is promised, "aim" is hoped for.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.sweeps import RUNS as SWEEP_RUNS
from rnn_core.engine import kernel

ROOT = Path(__file__).parent.parent
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
SAME_LOSS = 1e-6


HEADING = f"{'':24}{'measured':>10}  {'':6}{'must':>8}{'aim':>8}"


class Figure(NamedTuple):
    """One line of the table."""

    name: str
    value: float
    unit: str
    must: float
    aim: float | None
    note: str
    more_is_better: bool = True

    @property
    def verdict(self) -> str:
        """How it stands to its targets."""

        def meets(target: float) -> bool:
            return self.value >= target if self.more_is_better else self.value <= target

        if math.isnan(self.value) or not meets(self.must):
            return "MISSED"
        return "" if self.aim is None else "aim met" if meets(self.aim) else "met"

    @property
    def line(self) -> str:
        must, aim = (f"{'' if target in (None, math.inf) else target:>8}" for target in (self.must, self.aim))
        return f"{self.name:24}{self.value:10.3g}  {self.unit:6}{must}{aim}  {self.verdict:8}{self.note}".rstrip()


def main() -> None:
    """Print the table, or with --json a JSON object a line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"figures to measure (default: all): {', '.join(NAMES)}")
    parser.add_argument("--json", action="store_true", help='one {"name", "value", "unit"} a line instead of the table')
    options = parser.parse_args()
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    began = time.perf_counter()
    if not options.json:
        print(machine())
        print(f"\n{HEADING}")
    for figure in figures(options.names or NAMES):
        if options.json:
            print(json.dumps({"name": figure.name, "value": figure.value, "unit": figure.unit}), flush=True)
        else:
            print(figure.line, flush=True)
    if not options.json:
        print(f"\n{time.perf_counter() - began:.0f} s in all, load of the machine now {_load()}.")


def machine() -> str:
    """Where this ran, in a line."""
    processor = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{processor}, {os.cpu_count()} cores, {platform.system()}; {kernel.machine()}; load {_load()}"


def figures(names: Collection[str]) -> Iterator[Figure]:
    """Every figure of these names, as soon as it is there. What is measured together is measured once."""
    if set(names) - COLD:
        child("first_epoch")  # compiles, where this source has not been compiled yet
    for measured, measure in MEASURED.items():
        if set(measured) & set(names):
            yield from (figure for figure in measure() if figure.name in names)


def speeds() -> Iterator[Figure]:
    """One race, the same updates for all: ours with all statistics and the test split, the others with training alone."""
    racers = ("guide_loop", "ours", "ours plain", "pytorch")
    rounds = dict(zip(racers, turns(4, *racers), strict=True))
    losses = {run["loss"] for runs in rounds.values() for run in runs if run}
    if max(losses) - min(losses) > SAME_LOSS:
        raise SystemExit(f"The racers did not train the same network: losses {sorted(losses)}")
    us = {name: [run["microseconds"] for run in runs if run] for name, runs in rounds.items()}

    def ratio(slow: str, fast: str) -> float:
        return statistics.median(a / b for a, b in zip(us[slow], us[fast], strict=True))

    note = "{:.1f} and {:.1f} µs a sentence"
    middle = {name: statistics.median(values) for name, values in us.items() if values}
    for name, slow, must, aim in (("guide_loop", "guide_loop", 10, 15), ("plain", "ours plain", 8, 12)):
        yield Figure(f"speedup_vs_{name}", ratio(slow, "ours"), "x", must, aim, note.format(middle[slow], middle["ours"]))
    plain = note.format(middle["ours plain"], middle["guide_loop"])
    yield Figure("plain_vs_guide_loop", ratio("ours plain", "guide_loop"), "x", 1.3, None, plain, False)
    if us["pytorch"]:
        times = note.format(middle["pytorch"], middle["ours"])
        yield Figure("speedup_vs_pytorch_eager", ratio("pytorch", "ours"), "x", 38, 55, times)
    else:
        print("speedup_vs_pytorch_eager skipped: PyTorch is not installed here", file=sys.stderr)


def flatness() -> Iterator[Figure]:
    """What a token costs in a large vocabulary against a small one."""
    small, large = turns(4, "small_vocabulary", "large_vocabulary")
    ratio = statistics.median(b["nanoseconds"] / a["nanoseconds"] for a, b in zip(small, large, strict=True))
    times = [statistics.median(run["nanoseconds"] for run in runs) for runs in (small, large)]
    yield Figure("vocabulary_flatness", ratio, "x", 1.3, 1.1, "{:.0f} and {:.0f} ns a token".format(*times), False)


def scaling() -> Iterator[Figure]:
    """Two trainers on two cores."""
    (runs,) = turns(5, "threads")
    ratio = statistics.median(r["two"] / r["one"] for r in runs)
    yield Figure("thread_scaling", ratio, "x", 1.7, 1.95, "two trainers; needs an idle machine")


def beside() -> Iterator[Figure]:
    """A trainer beside a thread that holds Python's lock."""
    (runs,) = turns(5, "busy_python")
    ratio = statistics.median(r["beside"] / r["alone"] for r in runs)
    note = "{:.0f} epochs/s alone; needs an idle machine".format(runs[0]["alone"])
    yield Figure("beside_busy_python", ratio, "x", 0.7, 0.85, note)


def cold_compile() -> Iterator[Figure]:
    """Processor time until a compiled run can start, with an empty cache."""
    with tempfile.TemporaryDirectory() as empty:
        cold = child("first_epoch", RNN_CORE_CACHE=empty)
    yield Figure("cold_compile_cpu_s", cold["cpu"], "s", 20, 8, "empty cache, to the first compiled epoch", False)


def warm_start() -> Iterator[Figure]:
    """Time to the first epoch of a new process, with a full cache."""
    waits = []
    for _ in range(5):
        began = time.time()
        waits.append(child("first_epoch")["now"] - began)
    yield Figure("warm_start_s", statistics.median(waits), "s", 1.5, 0.6, "a new process, to the first epoch", False)


def served_cold() -> Iterator[Figure]:
    """A server with an empty cache: the first visitor's first epoch, and the memory once a network is trained."""
    cold = child("served_cold")
    note = "empty cache, from pressing Start to the first epoch shown"
    yield Figure("first_epoch_cold_s", cold["seconds"], "s", 2, 1, note, False)
    note = "after the first trained network, the engine compiled and loaded"
    yield Figure("server_mb", cold["megabytes"], "MB", 450, 380, note, False)


def served_busy() -> Iterator[Figure]:
    """The same beside two busy processes."""
    busy = child("served_cold_busy")
    yield Figure("first_epoch_cold_busy_s", busy["seconds"], "s", 5, 2, "the same beside two busy processes", False)


def stopping() -> Iterator[Figure]:
    """From pressing Stop to the end of the run."""
    (runs,) = turns(3, "stop")
    note = "the largest allowed network: LSTM both ways, H = 512, sentences of 20 words"
    yield Figure("stop_s", max(r["seconds"] for r in runs), "s", 0.3, 0.1, note, False)


def big_epoch() -> Iterator[Figure]:
    """One epoch of a large dataset."""
    (runs,) = turns(3, "big_epoch")
    seconds, megabytes = (statistics.median(r[name] for r in runs) for name in ("seconds", "megabytes"))
    yield Figure("big_epoch_s", seconds, "s", math.inf, None, "10,000 sentences of 20 words, V = 15,000, H = 64", False)
    yield Figure("big_epoch_mb", megabytes, "MB", 300, None, "above the data and the warm process", False)


def edit() -> Iterator[Figure]:
    """From an edit to the page drawn whole."""
    (runs,) = turns(3, "edit")
    spaces, tweet = (statistics.median(r[splitting] for r in runs) for splitting in ("spaces", "tweet"))
    yield Figure("edit_s", spaces, "s", 1, 0.5, f"in a table of 10,000 sentences; {tweet:.2f} s where split as tweets", False)


def large_tables() -> Iterator[Figure]:
    """Pages with many sentences, and with long ones."""
    many, long = (child(f"{size}_sentences") for size in ("many", "long"))
    for name, must in (("preview", 5.0), ("edit", 1.0), ("predictions", 2.0), ("map", 2.0)):
        note = f"20,000 × 20 words: {many[name]:.2f} s; 3,000 × 200 words: {long[name]:.2f} s"
        yield Figure(f"large_{name}_cpu_s", max(many[name], long[name]), "s", must, None, note, False)


def explained_sentence() -> Iterator[Figure]:
    """A long sentence, explained."""
    (runs,) = turns(3, "explained_sentence")
    ms = statistics.median(r["milliseconds"] for r in runs)
    yield Figure("explained_sentence_ms", ms, "ms", 300, 100, "20 words, H = 64, LSTM both ways; needs an idle machine", False)


def drawn_step() -> Iterator[Figure]:
    """One step of a walk, drawn."""
    (runs,) = turns(3, "drawn_step")
    ms = statistics.median(r["milliseconds"] for r in runs)
    yield Figure(
        "drawn_step_ms", ms, "ms", 150, 50, "10 words, H = 64, both ways, the slowest cell; needs an idle machine", False
    )


def sweeps() -> Iterator[Figure]:
    """A sweep on two workers against the loop, as a share of what two threads reach at best in the same turn."""
    executors = ("threads", "processes", "dask")
    found: dict[str, list[float]] = {name: [] for name in executors}
    overheads = []
    for _ in range(3):
        ((best,), (run,)) = turns(1, "threads", "sweep_throughput")
        for name in executors:
            if name in run:
                found[name].append(run["loop"] / run[name] / (best["two"] / best["one"]))
        overheads.append((run["serial"] - run["loop"]) / SWEEP_RUNS * 1e3)
    for name, must in (("threads", 0.92), ("processes", 0.92), ("dask", 0.85)):
        if found[name]:
            note = f"{SWEEP_RUNS} runs of the guide, share of thread_scaling; needs an idle machine"
            yield Figure(f"sweep_{name}", statistics.median(found[name]), "x", must, None, note)
        else:
            print(f"sweep_{name} skipped: distributed is not installed here", file=sys.stderr)
    yield Figure("sweep_overhead_ms", statistics.median(overheads), "ms", math.inf, None, "a run, above the loop", False)


MEASURED: dict[tuple[str, ...], Callable[[], Iterator[Figure]]] = {
    ("speedup_vs_guide_loop", "speedup_vs_plain", "plain_vs_guide_loop", "speedup_vs_pytorch_eager"): speeds,
    ("vocabulary_flatness",): flatness,
    ("thread_scaling",): scaling,
    ("beside_busy_python",): beside,
    ("first_epoch_cold_s", "server_mb"): served_cold,
    ("first_epoch_cold_busy_s",): served_busy,
    ("cold_compile_cpu_s",): cold_compile,
    ("warm_start_s",): warm_start,
    ("stop_s",): stopping,
    ("big_epoch_s", "big_epoch_mb"): big_epoch,
    ("edit_s",): edit,
    ("large_preview_cpu_s", "large_edit_cpu_s", "large_predictions_cpu_s", "large_map_cpu_s"): large_tables,
    ("explained_sentence_ms",): explained_sentence,
    ("drawn_step_ms",): drawn_step,
    ("sweep_threads", "sweep_processes", "sweep_dask", "sweep_overhead_ms"): sweeps,
}
"""What is measured together, by the names of its figures."""
NAMES = [name for names in MEASURED for name in names]
COLD = {"first_epoch_cold_s", "server_mb", "first_epoch_cold_busy_s", "cold_compile_cpu_s"}
"""Figures of a first start, which need nothing compiled before."""


def turns(count: int, *names: str) -> list[list[dict[str, float]]]:
    """Measure in turns, A B A B; for each name its runs. "ours plain" is "ours" on the plain path."""
    runs: list[list[dict[str, float]]] = [[] for _ in names]
    for _ in range(count):
        for name, mine in zip(names, runs, strict=True):
            measure, _, plain = name.partition(" ")
            mine.append(child(measure, RNN_CORE_COMPILED="0" if plain else "1"))
    return runs


def child(measure: str, **variables: str) -> dict[str, float]:
    """What a child process measured."""
    environment = os.environ | ONE_THREAD | variables
    command = [sys.executable, "-m", "benchmarks.measures", measure]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


if __name__ == "__main__":
    main()
