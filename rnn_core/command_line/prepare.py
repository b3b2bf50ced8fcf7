"""prepare: the engine compiled in advance."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from rnn_core import prepare as preparation
from rnn_core.engine import kernel


def prepare(options: argparse.Namespace) -> int:
    """Compile everything into the cache and say where it is; the exit status, 1 where nothing can be kept."""
    cpu = options.cpu
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
