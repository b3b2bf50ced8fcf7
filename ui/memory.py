"""What the garbage collector need not look at."""

from __future__ import annotations

import gc
import importlib
import pkgutil

import ui


def settle() -> None:
    """Take all that is loaded by now out of the garbage collector's sight, for good.

    Streamlit has it look at everything after every run of a page, with Python's lock held. Everything that our libraries
    consist of takes a tenth of a second, several times a second for each visitor who watches a run.
    """
    for module in pkgutil.walk_packages(ui.__path__, "ui."):  # what the pages would load later
        importlib.import_module(module.name)
    gc.collect()
    gc.freeze()
