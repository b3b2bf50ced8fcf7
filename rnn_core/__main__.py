"""The command line: train, check, prepare.

python -m rnn_core train --data guide
python -m rnn_core check --data guide
python -m rnn_core prepare
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from rnn_core import prepare as preparation
from rnn_core import presets
from rnn_core.config import ModelConfig, TrainingConfig
from rnn_core.data.dataset import Dataset
from rnn_core.data.formats import read_table
from rnn_core.data.meaning import Meaning
from rnn_core.engine import kernel
from rnn_core.errors import DatasetError, DivergenceError, RnnCoreError
from rnn_core.experiment import Experiment
from rnn_core.gradients.check import gradient_check
from rnn_core.limits import Limits
from rnn_core.network.model import Model
from rnn_core.training.history import EpochRecord
from rnn_core.training.run import check_limits
from rnn_core.training.trainer import Trainer

LOG_EVERY = 100
CHECK_EPOCHS = 250


class _Parser(argparse.ArgumentParser):
    """Reports wrong arguments in one line, as the commands report bad data."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"rnn_core: {' '.join(message.split())}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Return the exit status: 0 done, 1 training diverged or no cache folder, 2 bad arguments or bad data."""
    options = _parser().parse_args(arguments)
    if options.command == "prepare":
        return prepare(options.cpu)
    try:
        experiment = _experiment(options)
        check_limits(experiment, Limits())
        if options.command == "train":
            train(experiment, as_json=options.json)
        else:
            check(experiment)
    except DivergenceError as error:
        sys.stdout.flush()
        print(f"rnn_core: {error}", file=sys.stderr)
        return 1
    except RnnCoreError as error:
        place = f"{' '.join(options.data.split())}, " if isinstance(error, DatasetError) else ""
        print(f"rnn_core: {place}{error}", file=sys.stderr)
        return 2
    return 0


def train(experiment: Experiment, *, as_json: bool) -> None:
    """Train and print the guide's log (every 100th epoch and the last), or a JSON object for every epoch."""
    for record in _trainer(experiment):
        if as_json:
            print(json.dumps(_as_json(record)), flush=True)
        elif record.epoch % LOG_EVERY == 0 or record.epoch == experiment.training.epochs:
            print(f"--- Epoch {record.epoch}")
            print(f"Train:\tLoss {record.train.loss:.3f} | Accuracy: {record.train.accuracy:.3f}")
            if record.test.loss is not None:
                print(f"Test:\tLoss {record.test.loss:.3f} | Accuracy: {record.test.accuracy:.3f}", flush=True)


def check(experiment: Experiment) -> None:
    """Print the gradient check of both backward rules: where the guide's slip hardly shows, and where it shows clearly."""
    text, label = _longest(experiment.dataset)
    initial = Model.initial(experiment)
    trainer = _trainer(experiment)
    epochs = min(CHECK_EPOCHS, experiment.training.epochs)
    while trainer.advance(until=epochs):
        pass
    places = (
        ("at the initial weights", initial),
        (f"after {epochs} epochs", trainer.model),
        ("at weights of order one", initial.with_large_weights(experiment.training.seed)),
    )
    print(f'Gradient check on "{text}" ({label}), backpropagation against central differences.')
    print("Relative error ‖a − n‖ / (‖a‖ + ‖n‖) and cosine, by parameter and backward rule.")
    for title, model in places:
        exact, printed = (gradient_check(model, text, label, recurrent_gradient=rule) for rule in ("exact", "printed"))
        print(f"\n{title}\n  {'':6}{'exact: W_hhᵀ da':>22}{'printed: W_hh da':>22}")
        for name in exact.parameters:
            cells = [f"{c[name].relative_error:.1e}  {c[name].cosine:6.3f}" for c in (exact, printed)]
            print(f"  {name:6}{cells[0]:>22}{cells[1]:>22}")
    print(
        "\nThe printed rule is wrong where the gradient goes back through W_hh. While the weights are tiny, that part is small, so a\n"
        "check at the initial weights nearly misses the slip; at weights of order one it is clear. W_hy and b_y come after the\n"
        "recurrence: both rules have them right."
    )


def _trainer(experiment: Experiment) -> Trainer:
    """A trainer on the default path; a person at a terminal is told where that compiles first."""
    trainer = Trainer(experiment)
    if trainer.path == "compiled" and not preparation.complete() and sys.stderr.isatty():
        print("rnn_core: compiling the engine, which takes up to a minute (RNN_CORE_COMPILED=0 trains without)", file=sys.stderr)
    return trainer


def prepare(cpu: str | None) -> int:
    """Compile everything into the cache and say where it is; the exit status, 1 where nothing can be kept."""
    if cpu is not None and cpu != os.environ.get("RNN_CORE_CPU"):
        # The processor is settled when numba is imported, which it is by now: start again.
        again = [sys.executable, "-m", "rnn_core", "prepare"]
        return subprocess.run(again, env=os.environ | {"RNN_CORE_CPU": cpu}, check=False).returncode
    if not kernel.COMPILED:
        print("Nothing to compile: numba is missing, or RNN_CORE_COMPILED is 0.")
        return 0
    if kernel.CACHE is None:
        print("rnn_core: there is no folder of this user's alone to keep compiled code in: set RNN_CORE_CACHE", file=sys.stderr)
        return 1
    seconds = preparation.prepare(lambda stage: print(f"{preparation.READY}{stage}", flush=True))
    print(f"Compiled for {os.environ.get('RNN_CORE_CPU') or 'this machine'} in {seconds:.1f} s: {kernel.CACHE}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m rnn_core", description="Train the guide's recurrent network, or check its gradients.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    for name, text in (
        ("train", "train a network and print the guide's log"),
        ("check", "compare backpropagation with central differences, with the guide's printed rule and the exact one"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--data", required=True, metavar="guide|FILE.csv", help="the preset sentences, or text,label,split")
        command.add_argument("--epochs", type=int, default=None, metavar="N", help="how many epochs (default: 1000)")
        command.add_argument("--seed", type=int, default=None, metavar="N", help="seed of all random numbers (default: 0)")
        command.add_argument("--hidden", type=int, default=None, metavar="N", help="hidden units (default: 64)")
        command.add_argument("--rate", type=float, default=None, metavar="X", help="learning rate (default: 0.02)")
        command.add_argument("--clip", default=None, metavar="X|none", help="clip gradients to ±X (default: 1)")
        command.add_argument("--gradient", choices=("exact", "printed"), default=None, help="backward rule (default: exact)")
        command.add_argument(
            "--init-scale", type=float, default=None, metavar="X", help="scale of the initial weights (default: 0.001)"
        )
        if name == "train":
            command.add_argument("--json", action="store_true", help="print one JSON object per epoch")
    text = "compile in advance into the folder RNN_CORE_CACHE, so that the first training does not wait"
    command = commands.add_parser("prepare", help=text, description=text)
    command.add_argument(
        "--cpu",
        default=None,
        metavar="NAME",
        help="processor family to compile for, such as x86-64-v3 or generic (default: RNN_CORE_CPU, or else this machine); "
        "the code is used only where RNN_CORE_CPU is set to the same name, and by the user who prepared it",
    )
    return parser


def _experiment(options: argparse.Namespace) -> Experiment:
    model = {"hidden_size": options.hidden, "recurrent_gradient": options.gradient, "init_scale": options.init_scale}
    training = {"epochs": options.epochs, "seed": options.seed, "learning_rate": options.rate}
    if options.clip == "none":
        training["clipping"] = "none"
    elif options.clip is not None:
        training["clip_threshold"] = _number(options.clip)
    return Experiment(
        dataset=_dataset(options.data),
        model=ModelConfig(**{name: value for name, value in model.items() if value is not None}),
        training=TrainingConfig(**{name: value for name, value in training.items() if value is not None}),
    )


def _number(text: str) -> float | str:
    """Return the number in the text, or the text: the domain of the field then refuses it, with the range in the message."""
    try:
        return float(text)
    except ValueError:
        return text


def _dataset(name: str) -> Dataset:
    if name == "guide":
        return presets.guide_dataset()
    limits = Limits()
    try:
        with Path(name).open("rb") as file:
            source = file.read(limits.upload_bytes + 1)
    except OSError as error:
        raise DatasetError("cannot_be_read", detail=error.strerror or str(error)) from error
    table = read_table(source, Path(name).name, limits)
    meaning = Meaning.guess(table, limits)
    if table.is_guess:
        print(f"{name} is not valid UTF-8; it is read as {table.encoding}, which is a guess.", file=sys.stderr)
    return Dataset(meaning.examples(table))


def _longest(dataset: Dataset) -> tuple[str, str]:
    """Return the longest training sentence and its label: the printed rule shows only from the third word on."""
    row = max(dataset.rows("train"), key=lambda i: len(dataset.words[i]))
    text, label, _ = dataset.examples[row]
    return text, label or ""


def _as_json(record: EpochRecord) -> dict[str, float | None]:
    return {
        "epoch": record.epoch,
        "train_loss": record.train.loss,
        "train_accuracy": record.train.accuracy,
        "test_loss": record.test.loss,
        "test_accuracy": record.test.accuracy,
    }


if __name__ == "__main__":
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, such as head, stopped reading
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)
