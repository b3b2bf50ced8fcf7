"""Settings of a process that serves many, made once when everything is loaded.

Measured with 20 visitors who click and 5 who train, on a machine with as much else to do: 26 answers in 40 s and half of them
after 28 s without what is set here and in the config's postScriptGC, 121 and 1 s with it.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import pkgutil
import sys

from threadpoolctl import threadpool_limits

import ui

SWITCH_SECONDS = 0.001
"""How long a thread may keep Python's lock while another waits. Each of a page's many small messages needs it once."""


def settle() -> None:
    """Exclude all that is loaded by now from garbage collection for good, and let threads take turns sooner.

    The collector goes over everything with Python's lock held, a tenth of a second for what our libraries consist of.
    Streamlit would have it do so after each run of a page; the config leaves it to decide by itself.
    """
    for module in pkgutil.walk_packages(ui.__path__, "ui."):  # modules that pages would load later
        importlib.import_module(module.name)
    threadpool_limits(1, user_api="blas")  # visitors share the processors by turns; a library must not start threads of its own
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(SWITCH_SECONDS)


def collect(empty: bool) -> None:
    """Free what visitors who left have left behind. empty: nobody is here, so that nothing of a visitor's is frozen anew.

    Only then can what was frozen be gone over too: what belonged to those who were here while the engine was prepared.
    """
    if empty:
        gc.unfreeze()
    gc.collect()
    if empty:
        gc.freeze()
    _trim()


def _trim() -> None:
    """Give memory that is free back to the system; the C library keeps it otherwise. Does nothing where it cannot be asked to."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
