"""One file a cell: its equations both ways, forward, backward, and one description. Here: the list of them, and which runs.

A cell takes z (T, G·H) = W_xh x_t and returns dz, so it serves any input. A new cell is one file and one line in CELLS; one
that is registered while the program runs is not compiled and runs plain.

To the compiler a cell is a type: a network is compiled for the cell that it has, and no other cell is compiled with it.
"""

from __future__ import annotations

from rnn_core.engine import kernel
from rnn_core.engine.kernel import RunPath
from rnn_core.network.cells import gru, lstm, vanilla
from rnn_core.network.cells.cell import Cell

CELLS: dict[str, Cell] = {cell.name: cell for cell in (vanilla.CELL, gru.CELL, lstm.CELL)}
"""Every cell, by name."""

COMPILED: frozenset[str] = frozenset(CELLS)
"""Those that can be compiled: the digest of the sources that names the cache (see code_cache.py) covers their files."""


def path_for(name: str, path: RunPath | None = None) -> RunPath:
    """Return the path on which a cell runs: the one asked for, or by default compiled where that is possible.

    Raises ValueError for the compiled path where nothing can be compiled, and for a cell that is not compiled.
    """
    if path is None:
        return kernel.DEFAULT_PATH if name in COMPILED else "plain"
    kernel.check_path(path)
    if path == "compiled" and name not in COMPILED:
        raise ValueError(
            f"the cell {name!r} is not one of the package's own: it runs on the plain path"
        )
    return path


kernel.constant(
    Cell,
    name_of=lambda cell: cell.name,
    kernel_of=lambda name, attribute: getattr(CELLS[name], attribute),
)
