"""Other processes: the package under test, and an environment of one's choosing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import rnn_core
from tests.patience import PATIENCE_SECONDS

PACKAGE = Path(rnn_core.__file__).parent
ROOT = PACKAGE.parent


def environment(**variables: str) -> dict[str, str]:
    """This process's environment with the package on its path and these variables on top."""
    return os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"} | variables


def command_line(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run python -m rnn_core with these arguments to its end."""
    return subprocess.run(
        [sys.executable, "-m", "rnn_core", *arguments],
        env=environment(**variables),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def python(program: str, stdin: str = "", **variables: str) -> str:
    """Run a program and give back what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=stdin,
        env=environment(**variables),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    return done.stdout
