"""One file a cell: its equations both ways, forward, backward, and one description. Here: the list of them, and which runs.

A cell takes z (T, G·H) = W_xh x_t and returns dz, so it serves any input. A new cell is one file, one line in CELLS, and one
branch in each of the two compiled functions below; one that is registered while the program runs has no branch and runs plain.
"""

from __future__ import annotations

from rnn_core.arrays import Floats
from rnn_core.engine.kernel import DEFAULT_PATH, RunPath, check_path, compiled
from rnn_core.network.cells import gru, lstm, vanilla
from rnn_core.network.cells.cell import Cell, Direction

CELLS: dict[str, Cell] = {cell.name: cell for cell in (vanilla.CELL, gru.CELL, lstm.CELL)}
"""Every cell, by name. Compiled code knows a cell by its place in this list."""

VANILLA, GRU, LSTM = 0, 1, 2
BRANCHES = len(CELLS)
"""How many cells compiled code has a branch for: those listed here."""


def path_for(name: str, path: RunPath | None = None) -> RunPath:
    """Return the path on which a cell runs: the one asked for, or by default compiled where that is possible.

    Raises ValueError for the compiled path where nothing can be compiled, and for a cell without a compiled branch.
    """
    compiles = number_of(name) < BRANCHES
    if path is None:
        return DEFAULT_PATH if compiles else "plain"
    check_path(path)
    if path == "compiled" and not compiles:
        raise ValueError(f"the cell {name!r} has no compiled branch: it runs on the plain path")
    return path


def number_of(name: str) -> int:
    """The place of a cell in CELLS."""
    return list(CELLS).index(name)


def plain_forward(cell: int, params: Direction, z: Floats) -> tuple[Floats, Floats]:
    """As forward, for any cell of CELLS."""
    return list(CELLS.values())[cell].forward(params, z)


def plain_backward(
    cell: int,
    params: Direction,
    grads: Direction,
    h: Floats,
    cache: Floats,
    dh: Floats,
    printed: bool,
) -> tuple[Floats, Floats]:
    """As backward, for any cell of CELLS."""
    found = list(CELLS.values())[cell]
    if found.printed_rule:
        return found.backward(params, grads, h, cache, dh, printed)
    return found.backward(params, grads, h, cache, dh)


@compiled(plain=plain_forward)
def forward(cell: int, params: Direction, z: Floats) -> tuple[Floats, Floats]:
    """Run every step: z (T, G·H) -> h (T+1, H) with h[0] = 0, and the cell's cache."""
    if cell == VANILLA:
        return vanilla.forward(params, z)
    if cell == GRU:
        return gru.forward(params, z)
    if cell == LSTM:
        return lstm.forward(params, z)
    raise ValueError("a cell without a compiled branch runs on the plain path")


@compiled(plain=plain_backward)
def backward(
    cell: int,
    params: Direction,
    grads: Direction,
    h: Floats,
    cache: Floats,
    dh: Floats,
    printed: bool,
) -> tuple[Floats, Floats]:
    """Carry dh (H,) = dL/dh_T back through all steps: add to grads, return dz (T, G·H) and dcarried (see cell.py)."""
    if cell == VANILLA:
        return vanilla.backward(params, grads, h, cache, dh, printed)
    if cell == GRU:
        return gru.backward(params, grads, h, cache, dh)
    if cell == LSTM:
        return lstm.backward(params, grads, h, cache, dh)
    raise ValueError("a cell without a compiled branch runs on the plain path")
