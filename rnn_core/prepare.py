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
from collections.abc import Callable
from pathlib import Path

from rnn_core import presets
from rnn_core.engine import kernel
from rnn_core.explanation import explain, read
from rnn_core.gradients.check import gradient_check
from rnn_core.gradients.update import one_update
from rnn_core.training.estimate import seconds_per_epoch
from rnn_core.training.trainer import Trainer

COMPLETE = "complete"
"""The file that stands in the cache folder once everything has been compiled into it."""


def prepare() -> float:
    """Call everything that compiles, so that nobody waits for it later; return how many seconds that took.

    Where compiled code is kept on disk (kernel.CACHE), it is compiled once and only loaded from then on.
    Raises ValueError where nothing can be compiled.
    """
    began = time.perf_counter()
    with kernel.on("compiled"):
        trainer = Trainer(presets.guide_corrected().with_model(hidden_size=2).with_training(epochs=2))
        while trainer.advance():
            pass
        model, text = trainer.model, "i am not good"
        label = model.predict([text])[0]
        model.loss(text, label)
        explain(model, read(model, text), label)
        gradient_check(model, text, label)
        one_update(model, trainer.experiment, text, label)
        seconds_per_epoch(trainer.experiment)
    if kernel.CACHE is not None and kernel.CACHE.exists():
        (kernel.CACHE / COMPLETE).touch()
    return time.perf_counter() - began


def complete() -> bool:
    """Whether everything has been compiled into the cache, so that it is only loaded."""
    return kernel.CACHE is not None and (kernel.CACHE / COMPLETE).exists()


def fill_cache() -> None:
    """Compile everything in a child process, which leaves it in the cache; do nothing where that is done or nothing can be kept.

    The compiler holds Python's lock and leaves some 200 MB behind: both are the child's.
    """
    if kernel.CACHE is None or complete():
        return
    packages = str(Path(__file__).resolve().parents[1])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (packages, os.environ.get("PYTHONPATH"))))}
    command = [sys.executable, "-m", "rnn_core", "prepare"]
    child = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    atexit.register(child.terminate)  # it has no purpose once this process has ended
    try:
        child.wait()
    finally:
        atexit.unregister(child.terminate)


class Preparation:
    """Filling the cache and loading it, once, in a thread of its own. Any thread may ask at any time how it stands.

    Until it is ready, everything can run on the plain path. then: what to do in that thread at the end of it.
    """

    def __init__(self, then: Callable[[], None] = lambda: None) -> None:
        self.seconds: float | None = None
        """How long it took; None while it goes on, and where it failed."""
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

    @property
    def path(self) -> kernel.RunPath:
        """The path on which to begin something now: compiled once it is ready, plain until then and where it failed."""
        return "compiled" if self.done and self.seconds is not None and kernel.COMPILED else "plain"

    def _run(self) -> None:
        began = time.perf_counter()
        try:
            fill_cache()
            if kernel.COMPILED:
                prepare()
            self.seconds = time.perf_counter() - began
            self._then()
        finally:
            self._over.set()
