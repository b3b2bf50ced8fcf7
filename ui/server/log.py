"""What the server's log keeps: a JSON object a line. Of a run its size, its end and its time, and no sentence of anybody's."""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
import traceback

from rnn_core import Experiment
from rnn_core.network.parameters import Layout

LOGGER = "unrolled"
"""The logger above all of the dashboard's."""

_log = logging.getLogger(f"{LOGGER}.runs")


class JsonLines(logging.Formatter):
    """A record as one line: time, level, logger, event, whatever fields it was given, and a stack trace where there is one."""

    converter = time.gmtime  # type: ignore[assignment]  # typeshed has it without its argument

    def format(self, record: logging.LogRecord) -> str:
        value: dict[str, object] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        value |= getattr(record, "fields", {})
        if record.exc_info:
            value["exception"] = _trace(record.exc_info[1])
        return json.dumps(value)


def _trace(error: BaseException | None) -> str:
    """Where an error arose and of which type it and those behind it are. What they say is left out: it may quote a visitor."""
    told: list[str] = []
    while error is not None:
        told.insert(0, "".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\n".join(told)


class _Stderr(logging.Handler):
    """To the process's standard error, whatever that is by then."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(self.format(record) + "\n")


def to_stderr() -> None:
    """Have the dashboard's records written to the process's standard error; called again, it changes nothing."""
    logger = logging.getLogger(LOGGER)
    if any(isinstance(handler, _Stderr) for handler in logger.handlers):
        return
    handler = _Stderr()
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


def run_started(experiment: Experiment) -> str:
    """Note that a run begins, and give it the id under which its end is noted."""
    data, model, training = experiment.dataset, experiment.model, experiment.training
    run = secrets.token_hex(4)
    _note(
        "run_started",
        run=run,
        cell=model.cell,
        hidden_size=model.hidden_size,
        bidirectional=model.bidirectional,
        parameters=Layout.of(experiment).size,
        train=len(data.rows("train")),
        test=len(data.rows("test")),
        vocabulary=len(data.vocabulary),
        optimizer=training.optimizer,
        batch_size=training.batch_size,
        epochs=training.epochs,
    )
    return run


def run_ended(run: str, reason: str, epochs: int, seconds: float) -> None:
    """Note how a run ended: the state it is in now, epochs done, seconds spent training."""
    _note("run_ended", run=run, reason=reason, epochs=epochs, seconds=round(seconds, 3))


def _note(event: str, **fields: object) -> None:
    _log.info(event, extra={"fields": fields})
