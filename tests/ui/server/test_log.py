"""The server's log: what it tells of a run, and what it never tells."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from rnn_core import Dataset, Experiment, presets
from rnn_core.network.parameters import Layout
from ui.server import log

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """What the process writes to its standard error, the log set up as on a server."""
    logger = logging.getLogger("unrolled")
    monkeypatch.setattr(logger, "handlers", [])
    level = logger.level
    log.to_stderr()
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    logger.setLevel(level)


def test_a_runs_begin_and_its_end_are_a_line_each_under_one_id(lines: Lines) -> None:
    experiment = presets.long_memory()
    before = datetime.now(UTC).replace(microsecond=0)
    run = log.run_started(experiment)
    log.run_ended(run, "diverged", 12, 3.45678)
    began, ended = lines()
    assert re.fullmatch("[0-9a-f]{8}", run)
    size = {"parameters": Layout.of(experiment).size, "train": 160, "test": 60, "vocabulary": 12}
    settings = {"cell": "lstm", "hidden_size": 16, "bidirectional": False, "optimizer": "adam", "batch_size": 4, "epochs": 30}
    assert began == began | size | settings | {"event": "run_started", "run": run, "level": "info", "logger": "unrolled.runs"}
    assert ended == ended | {"event": "run_ended", "run": run, "reason": "diverged", "epochs": 12, "seconds": 3.457}
    assert before <= datetime.fromisoformat(began["time"]) <= datetime.fromisoformat(ended["time"]) <= datetime.now(UTC)


def test_two_runs_have_two_ids() -> None:
    assert log.run_started(presets.gru()) != log.run_started(presets.gru())


def test_no_word_and_no_label_of_anybodys_is_in_it(lines: Lines) -> None:
    secret = Dataset.from_pairs([("xylophone marmalade", "zebra"), ("quagga", "okapi")])
    log.run_ended(log.run_started(Experiment(dataset=secret)), "done", 1, 0.0)
    told = lines()
    assert len(told) == 2
    assert not [word for word in ("xylophone", "marmalade", "quagga", "zebra", "okapi") if word in str(told)]


def test_an_error_is_one_line_too_with_its_stack_trace_and_none_of_its_words(lines: Lines) -> None:
    try:
        try:
            raise KeyError("xylophone")
        except KeyError as error:
            raise RuntimeError(f"line one\n{error} of marmalade") from error
    except RuntimeError:
        logging.getLogger("unrolled.pages").exception("page error %s", "0a1b2c3d")
    (line,) = lines()
    assert (line["level"], line["event"]) == ("error", "page error 0a1b2c3d")
    first, second = line["exception"].split("\n\n")
    assert first.endswith("\nKeyError")
    assert second.endswith("\nRuntimeError")
    assert first.count("test_log.py") == second.count("test_log.py") == 1
    assert "marmalade" not in "".join(row for row in line["exception"].splitlines() if not row.startswith("    "))


def test_to_set_it_up_again_writes_no_line_twice(lines: Lines) -> None:
    log.to_stderr()
    log.run_ended("0a1b2c3d", "done", 1, 0.0)
    assert len(lines()) == 1


def test_not_set_up_it_is_ordinary_logging(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="unrolled.runs"):
        log.run_ended("0a1b2c3d", "done", 1, 0.0)
    assert [record.getMessage() for record in caplog.records] == ["run_ended"]
