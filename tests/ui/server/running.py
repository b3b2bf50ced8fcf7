"""What tests ask of a run in the background."""

from __future__ import annotations

import threading

from rnn_core import Experiment, Trainer
from ui.server.jobs import Job


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "training"]


def epochs(job: Job) -> int:
    return job.status().epoch


def replayed(experiment: Experiment, epoch: int) -> Trainer:
    trainer = Trainer(experiment)
    while trainer.epoch < epoch:
        trainer.advance(until=epoch)
    return trainer
