"""A terminal for tests: commands run in this process, and what they leave behind."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys

from rnn_core.command_line.program import main


def here(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
    """What a command prints and returns, run in this process: a process of its own is most of its time."""
    out, err, before = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin))
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                status = main(arguments)
            except SystemExit as ended:  # as argparse ends a command that it refuses
                status = int(ended.code or 0)
    finally:
        sys.stdin = before
    return subprocess.CompletedProcess(arguments, status, out.getvalue(), err.getvalue())


def assert_refused(done: subprocess.CompletedProcess[str], status: int, *said: str) -> None:
    """The command said in one line why it did nothing."""
    assert done.returncode == status
    assert done.stdout == ""
    assert done.stderr.endswith("\n")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("rnn_core: ")
    for piece in said:
        assert piece in done.stderr
