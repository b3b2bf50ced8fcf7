"""Measure everything against everything and print a table: python -m benchmarks [--json].

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
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

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
    parser.add_argument("--json", action="store_true", help='one {"name", "value", "unit"} a line instead of the table')
    as_json = parser.parse_args().json
    began = time.perf_counter()
    if not as_json:
        print(machine())
        print(f"\n{HEADING}")
    for figure in figures():
        if as_json:
            print(json.dumps({"name": figure.name, "value": figure.value, "unit": figure.unit}), flush=True)
        else:
            print(figure.line, flush=True)
    if not as_json:
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


def figures() -> Iterator[Figure]:
    """Every figure, as soon as it is there."""
    child("first_epoch")  # compiles, where this source has not been compiled yet
    yield from speeds()
    small, large = turns(4, "small_vocabulary", "large_vocabulary")
    ratio = statistics.median(b["nanoseconds"] / a["nanoseconds"] for a, b in zip(small, large, strict=True))
    times = [statistics.median(run["nanoseconds"] for run in runs) for runs in (small, large)]
    yield Figure("vocabulary_flatness", ratio, "x", 1.3, 1.1, "{:.0f} and {:.0f} ns a token".format(*times), False)
    (runs,) = turns(5, "threads")
    yield Figure(
        "thread_scaling",
        statistics.median(r["two"] / r["one"] for r in runs),
        "x",
        1.7,
        1.95,
        "two trainers; needs an idle machine",
    )
    (runs,) = turns(5, "busy_python")
    beside = statistics.median(r["beside"] / r["alone"] for r in runs)
    yield Figure(
        "beside_busy_python", beside, "x", 0.7, 0.85, "{:.0f} epochs/s alone; needs an idle machine".format(runs[0]["alone"])
    )
    yield from starts()
    (runs,) = turns(3, "big_epoch")
    seconds, megabytes = (statistics.median(r[name] for r in runs) for name in ("seconds", "megabytes"))
    yield Figure("big_epoch_s", seconds, "s", math.inf, None, "10,000 sentences of 20 words, V = 15,000, H = 64", False)
    yield Figure("big_epoch_mb", megabytes, "MB", 300, None, "above the data and the warm process", False)
    (runs,) = turns(3, "edit")
    spaces, tweet = (statistics.median(r[splitting] for r in runs) for splitting in ("spaces", "tweet"))
    yield Figure("edit_s", spaces, "s", 1, 0.5, f"in a table of 10,000 sentences; {tweet:.2f} s where split as tweets", False)
    (runs,) = turns(3, "explained_sentence")
    ms = statistics.median(r["milliseconds"] for r in runs)
    yield Figure("explained_sentence_ms", ms, "ms", 300, 100, "20 words, H = 64, LSTM both ways; needs an idle machine", False)


def speeds() -> Iterator[Figure]:
    """One race, the same updates for all: ours with all statistics and the test split, the others with training alone."""
    names = ("guide_loop", "ours", "ours plain", "pytorch")
    rounds = dict(zip(names, turns(4, *names), strict=True))
    losses = {run["loss"] for runs in rounds.values() for run in runs if run}
    if max(losses) - min(losses) > SAME_LOSS:
        raise SystemExit(f"The racers did not train the same network: losses {sorted(losses)}")
    us = {name: [run["microseconds"] for run in runs if run] for name, runs in rounds.items()}

    def ratio(slow: str, fast: str) -> float:
        return statistics.median(a / b for a, b in zip(us[slow], us[fast], strict=True))

    note = "{:.1f} and {:.1f} µs a sentence"
    middle = {name: statistics.median(values) for name, values in us.items() if values}
    for name, slow, must, aim in (("guide_loop", "guide_loop", 8, 12), ("plain", "ours plain", 8, 12)):
        yield Figure(f"speedup_vs_{name}", ratio(slow, "ours"), "x", must, aim, note.format(middle[slow], middle["ours"]))
    plain = note.format(middle["ours plain"], middle["guide_loop"])
    yield Figure("plain_vs_guide_loop", ratio("ours plain", "guide_loop"), "x", 1.3, None, plain, False)
    if us["pytorch"]:
        times = note.format(middle["pytorch"], middle["ours"])
        yield Figure("speedup_vs_pytorch_eager", ratio("pytorch", "ours"), "x", 28, 45, times)
    else:
        print("speedup_vs_pytorch_eager skipped: PyTorch is not installed here", file=sys.stderr)


def starts() -> Iterator[Figure]:
    """From nothing to the first epoch: with an empty cache, and with a full one."""
    with tempfile.TemporaryDirectory() as empty:
        cold = child("first_epoch", RNN_CORE_CACHE=empty)
    yield Figure("cold_compile_cpu_s", cold["cpu"], "s", 30, 15, "empty cache, to the first epoch", False)
    waits = []
    for _ in range(5):
        began = time.time()
        waits.append(child("first_epoch")["now"] - began)
    yield Figure("warm_start_s", statistics.median(waits), "s", 1.5, 0.6, "a new process, to the first epoch", False)


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
