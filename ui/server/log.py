"""The server's log, one JSON object a line: a run's size, end and time, and never a visitor's sentence."""

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
"""The root of all loggers of the dashboard."""

_log = logging.getLogger(f"{LOGGER}.runs")


class JsonLines(logging.Formatter):
    """Write a record as one line: time, level, logger, event, its fields, and a stack trace if there is one."""

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
    """Return where an error arose and its types. Messages are left out: they may quote a visitor."""
    told: list[str] = []
    while error is not None:
        told.insert(0, "".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\n".join(told)


class _Stderr(logging.Handler):
    """Write to the process's present standard error."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(self.format(record) + "\n")


def to_stderr() -> None:
    """Write the dashboard's records to standard error; a second call changes nothing."""
    logger = logging.getLogger(LOGGER)
    if any(isinstance(handler, _Stderr) for handler in logger.handlers):
        return
    handler = _Stderr()
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


def run_started(experiment: Experiment) -> str:
    """Log that a run begins and return the id under which its end is logged."""
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
    """Log how a run ended: its state, epochs done, seconds spent training."""
    _note("run_ended", run=run, reason=reason, epochs=epochs, seconds=round(seconds, 3))


def _note(event: str, **fields: object) -> None:
    _log.info(event, extra={"fields": fields})
