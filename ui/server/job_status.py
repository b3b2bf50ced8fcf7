"""How a run in the background stands at one moment."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rnn_core import Experiment, History, Model, Run

State = Literal["running", "paused", "stopped", "done", "diverged", "time_limit", "failed"]
ENDED: frozenset[State] = frozenset({"stopped", "done", "diverged", "time_limit", "failed"})


@dataclass(frozen=True)
class JobStatus:
    """How a job stands at one moment, never in the middle of an epoch."""

    number: int
    """Of the run among its owner's. It never changes, as the name may."""
    name: str
    run: Run
    state: State
    wait: float
    """about how many seconds until its next turn at a processor; 0.0 while it has one"""
    seconds: float
    """spent training"""
    epochs_per_second: float | None
    """over the last few seconds; None while too little has happened to tell"""
    diverged_epoch: int | None
    viewed: int
    """the epoch that is being looked at: the latest, or one that was gone back to"""
    by_hand: bool = False
    """whether it began with weights that were changed by hand: its experiment alone does not repeat it"""

    @property
    def experiment(self) -> Experiment:
        return self.run.experiment

    @property
    def history(self) -> History:
        return self.run.history

    @property
    def epoch(self) -> int:
        return len(self.history)

    @property
    def kept(self) -> tuple[int, ...]:
        """The epochs that can be gone back to."""
        return self.run.kept

    def key(self, epoch: int) -> Hashable:
        """What stands for the network as of a kept epoch: equal keys, equal networks."""
        return (self.experiment.fingerprint, epoch, self.number if self.by_hand else None)

    @cached_property
    def model(self) -> Model:
        """The network as of the epoch that is being looked at."""
        return self.run.model_at(self.viewed)

    def model_at(self, epoch: int) -> Model:
        """The network as of a kept epoch."""
        return self.run.model_at(epoch)

    @property
    def progress(self) -> float:
        """Share of the epochs done."""
        return self.epoch / self.experiment.training.epochs

    @property
    def seconds_left(self) -> float | None:
        """At the present speed."""
        left = self.experiment.training.epochs - self.epoch
        return left / self.epochs_per_second if self.epochs_per_second else None
