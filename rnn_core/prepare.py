"""Compiling ahead: what an image build runs, and what a server does in the background while it starts.

numba compiles a function when it is first called. To train, to read and to check once, in small, calls them all.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from rnn_core import presets
from rnn_core.explanation import read
from rnn_core.gradients.check import gradient_check
from rnn_core.gradients.update import one_update
from rnn_core.training.estimate import seconds_per_epoch
from rnn_core.training.trainer import Trainer


def prepare() -> float:
    """Call everything that compiles, so that nobody waits for it later; return how many seconds that took.

    Where compiled code is kept on disk (compiled.CACHE), it is compiled once and only loaded from then on.
    """
    began = time.perf_counter()
    trainer = Trainer(presets.guide_corrected().with_model(hidden_size=2).with_training(epochs=2))
    while trainer.advance():
        pass
    model, text = trainer.model, "i am not good"
    label = model.predict([text])[0]
    model.loss(text, label)
    read(model, text)
    gradient_check(model, text, label)
    one_update(model, trainer.experiment, text, label)
    seconds_per_epoch(trainer.experiment)
    return time.perf_counter() - began


class Preparation:
    """`prepare`, once, in a thread of its own: start it early, ask at any time and from any thread how it stands.

    Whoever does not wait loses nothing: code that is being compiled is waited for, and never compiled twice.
    then: what to do in that thread at the end of it.
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

    def _run(self) -> None:
        try:
            self.seconds = prepare()
            self._then()
        finally:
            self._over.set()
