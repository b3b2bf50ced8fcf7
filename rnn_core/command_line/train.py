"""train: a network learns; the log, the network and the records of the run."""

from __future__ import annotations

import argparse
import json
import sys

from rnn_core import prepare
from rnn_core.command_line import files
from rnn_core.experiment import Experiment
from rnn_core.network.model import Model
from rnn_core.sharing import model_file
from rnn_core.training.history import EpochRecord
from rnn_core.training.run import Run
from rnn_core.training.trainer import Trainer

LOG_EVERY = 100


def train(options: argparse.Namespace) -> int:
    """Train, print the log, and write what was asked for, also where the training is broken off."""
    experiment = files.experiment(options)
    for path in (options.save, options.history):
        files.check_can_write(path)
    trainer = trainer_of(experiment)
    try:
        log(trainer, as_json=options.json)
    finally:
        if trainer.epoch:
            keep(trainer, options.save, options.history)
    return 0


def log(trainer: Trainer, *, as_json: bool) -> None:
    """Train and print the guide's log (every 100th epoch and the last), or a JSON object for every epoch."""
    for record in trainer:
        if as_json:
            print(json.dumps(_as_json(record)), flush=True)
        elif record.epoch % LOG_EVERY == 0 or trainer.done:
            print(f"--- Epoch {record.epoch}")
            print(f"Train:\tLoss {record.train.loss:.3f} | Accuracy: {record.train.accuracy:.3f}")
            if record.test.loss is not None:
                print(f"Test:\tLoss {record.test.loss:.3f} | Accuracy: {record.test.accuracy:.3f}", flush=True)


def keep(trainer: Trainer, network: str | None, records: str | None) -> None:
    """Write the network and the records of the epochs done to these paths."""
    if network is not None:
        files.write_bytes(network, model_file.save(trainer.model))
    if records is not None:
        experiment = trainer.experiment
        run = Run(experiment, Model.initial(experiment), trainer.history, (trainer.snapshot(),), trainer.path)
        files.write_bytes(records, run.to_csv().encode())


def trainer_of(experiment: Experiment) -> Trainer:
    """Return a trainer on the default path. Tell a person at a terminal if that compiles first."""
    trainer = Trainer(experiment)
    if trainer.path == "compiled" and not prepare.complete() and sys.stderr.isatty():
        print("rnn_core: compiling the engine, which takes up to a minute (RNN_CORE_COMPILED=0 trains without)", file=sys.stderr)
    return trainer


def _as_json(record: EpochRecord) -> dict[str, float | None]:
    return {
        "epoch": record.epoch,
        "train_loss": record.train.loss,
        "train_accuracy": record.train.accuracy,
        "test_loss": record.test.loss,
        "test_accuracy": record.test.accuracy,
    }
