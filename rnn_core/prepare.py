"""Compiling ahead: what an image build runs, and what a server does in the background while it starts.

numba compiles a function when it is first called. To train, predict and check once, on a small network, calls them all.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rnn_core import presets
from rnn_core.engine import kernel
from rnn_core.engine.code_cache import COMPLETE
from rnn_core.experiment import Experiment
from rnn_core.explanation import explain, read, trace
from rnn_core.gradients.check import gradient_check
from rnn_core.gradients.spectrum import spectra
from rnn_core.gradients.update import one_update
from rnn_core.network.cells import CELLS, COMPILED
from rnn_core.network.model import Model
from rnn_core.training.encoding import encode
from rnn_core.training.estimate import seconds_per_epoch
from rnn_core.training.loop import mean_loss
from rnn_core.training.trainer import Trainer

_HERE = str(Path(__file__).resolve().parent)
"""Where these sources stand. numba keeps code by the place of its source too: a copy elsewhere has to compile its own."""

READY = "Ready: "
"""How the command line begins a line that says which stage is done."""

STAGES = (*sorted(COMPILED, key=list(CELLS).index), "explanations")
"""What is compiled, in this order: training of each cell, the guide's first; then what explains them all."""


def prepare_stage(stage: str) -> None:
    """Call everything of a stage that compiles, so that nobody waits for it later.

    Where compiled code is kept on disk (kernel.CACHE), it is compiled once and only loaded from then on.
    Raises ValueError where nothing can be compiled.
    """
    with kernel.on("compiled"):
        if stage in COMPILED:
            Trainer(_smallest(stage)).advance()
            return
        for cell in COMPILED:
            experiment = _smallest(cell)
            model, text = Model.initial(experiment), "i am not good"
            label = model.predict([text])[0]
            model.loss(text, label)
            explain(model, read(model, text), label)
            gradient_check(model, text, label)
            one_update(model, experiment, text, label)
            spectra(model)
            trace(model, read(model, text))
            mean_loss(model.cell, model.arrays(), encode(experiment.dataset, "train", model))
            seconds_per_epoch(experiment)


def _smallest(cell: str) -> Experiment:
    return presets.guide_corrected().with_model(cell=cell, hidden_size=2).with_training(epochs=2)


def prepare(then: Callable[[str], None] = lambda stage: None) -> float:
    """Go through all stages; return how many seconds that took. then: what to do at the end of each.

    Raises ValueError where nothing can be compiled.
    """
    began = time.perf_counter()
    for stage in STAGES:
        prepare_stage(stage)
        then(stage)
    if kernel.CACHE is not None and kernel.CACHE.exists() and not complete():
        (kernel.CACHE / COMPLETE).write_text(_HERE, encoding="utf-8")
    return time.perf_counter() - began


def complete() -> bool:
    """Whether everything has been compiled into the cache, so that it is only loaded."""
    try:
        return kernel.CACHE is not None and (kernel.CACHE / COMPLETE).read_text(encoding="utf-8") == _HERE
    except OSError:
        return False


def fill_cache() -> Iterator[str]:
    """Compile everything in a child process, which leaves it in the cache; yield each stage once it only has to be loaded.

    The compiler holds Python's lock and leaves some 200 MB behind: both are the child's. Where nothing can be kept, or the
    child fails, the stages come all the same, and whoever loads them compiles them.
    """
    if kernel.CACHE is not None and not complete():
        yield from _stages_of_child()
    yield from STAGES


def _stages_of_child() -> Iterator[str]:
    packages = str(Path(__file__).resolve().parents[1])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (packages, os.environ.get("PYTHONPATH"))))}
    command = [sys.executable, "-m", "rnn_core", "prepare"]
    child = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    atexit.register(child.terminate)  # it has no purpose once this process has ended
    try:
        for line in child.stdout or ():
            stage = line.strip().removeprefix(READY)
            if line.startswith(READY) and stage in STAGES:
                yield stage
        child.wait()
    finally:
        atexit.unregister(child.terminate)
        if child.stdout is not None:
            child.stdout.close()


class Preparation:
    """Filling the cache and loading it, once, in a thread of its own. Any thread may ask at any time how it stands.

    Until it is ready, everything can run on the plain path. then: what to do in that thread at the end of it.
    """

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self.seconds: float | None = None
        """How long it took; None while it goes on, and where it failed."""
        self.ready: frozenset[str] = frozenset()
        """The stages that have been loaded."""
        self._then = then
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="prepare", daemon=True)

    def start(self) -> Preparation:
        """Begin, and return at once. To be called once."""
        self._thread.start()
        return self

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it is over, at most so many seconds; whether it is."""
        return self._over.wait(seconds)

    @property
    def done(self) -> bool:
        """Whether it is over. Costs nothing."""
        return self._over.is_set()

    def path(self, cell: str | None = None) -> kernel.RunPath:
        """The path on which to train a cell now, or without one to do anything: compiled once that is ready, else plain."""
        ready = self.ready.issuperset(STAGES if cell is None else (cell,))
        return "compiled" if ready and kernel.COMPILED else "plain"

    def _run(self) -> None:
        began = time.perf_counter()
        try:
            if kernel.COMPILED:
                for stage in fill_cache():
                    if stage not in self.ready:
                        prepare_stage(stage)
                        self.ready |= {stage}
            self.seconds = time.perf_counter() - began
            self._then()
        finally:
            self._over.set()
