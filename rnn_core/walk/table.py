"""The walk as a table, one number a line, under the names of the equations: to check one's own code against."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.gradients.update import Update
from rnn_core.walk.equations import Equation, backward_equations, forward_equations
from rnn_core.walk.steps import Steps, Walk

HEADER = ("pass", "direction", "step", "word", "quantity", "row", "column", "value")
MOST_NUMBERS = 400_000
"""A longer table is not made of a whole walk; one step of it always fits."""

Row = tuple[str, str, str, str, str, str, str, str]


def to_csv(walk: Walk, update: Update | None = None, *, only: tuple[int, int] | None = None) -> str:
    """Return a walk as CSV with the line ends of RFC 4180: forward, output, backward, gradients, and the step of an update.

    only: a direction (from 0) and a step (from 1) of it, there and back, in the place of everything. Rows and columns count from 1.
    Of a W_xh on one-hot input only the columns of the words read are written: those of other words are zero. Numbers have
    all their digits.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    if only is not None:
        direction, t = only
        writer.writerows(_there(walk.steps[direction], t))
        writer.writerows(_back(walk, walk.steps[direction], t))
        return out.getvalue()
    for steps in walk.steps:
        for t in range(1, steps.count + 1):
            writer.writerows(_there(steps, t))
    writer.writerows(_output(walk))
    for steps in walk.steps:
        for t in range(steps.count, 0, -1):
            writer.writerows(_back(walk, steps, t))
    writer.writerows(_parameters(walk, "backward", "d", walk.gradient))
    if update is not None:
        writer.writerows(_parameters(walk, "update", "step ", update.step))
    return out.getvalue()


def numbers(walk: Walk) -> int:
    """Return about how many lines the whole table has."""
    H, cell = walk.steps[0].h.shape[1], walk.model.cell
    a_step = H * 5 * (len(cell.equations) + len(cell.backward_equations))
    gradients = sum(int(array.size) for array in _touched(walk, walk.gradient).values())
    count: int = a_step * sum(steps.count for steps in walk.steps) + 2 * gradients
    return count


def _there(steps: Steps, t: int) -> Iterator[Row]:
    if len(steps.E):
        yield from _vector("forward", steps, t, "x_t", steps.x(t))
    yield from _vector("forward", steps, t, "h_{t-1}", steps.h[t - 1])
    yield from _equations("forward", steps, t, forward_equations(steps, t))


def _back(walk: Walk, steps: Steps, t: int) -> Iterator[Row]:
    yield from _equations("backward", steps, t, backward_equations(steps, t, walk.rule))


def _equations(name: str, steps: Steps, t: int, equations: tuple[Equation, ...]) -> Iterator[Row]:
    """Yield every term and value of the equations of a step, each symbol once."""
    seen = {"h_{t-1}"} if name == "forward" else set[str]()
    for equation in equations:
        for term in (*equation.terms, *([equation.argument] if equation.argument else []), equation.value):
            if term.symbol not in seen:
                seen.add(term.symbol)
                yield from _vector(name, steps, t, term.symbol, term.values)


def _vector(name: str, steps: Steps, t: int, symbol: str, values: Floats) -> Iterator[Row]:
    direction = "backwards" if steps.backwards else "forwards"
    for i, value in enumerate(values.tolist(), start=1):
        yield name, direction, str(t), steps.words[t - 1], symbol, str(i), "", repr(value)


def _output(walk: Walk) -> Iterator[Row]:
    for name, symbol, values in (
        ("forward", "y", walk.logits),
        ("forward", "p", walk.probabilities),
        ("forward", "L", np.array([walk.loss])),
        ("backward", "dy", walk.dlogits),
        ("backward", "dh_T", walk.dlast),
    ):
        for i, value in enumerate(values.tolist(), start=1):
            yield name, "", "", "", symbol, str(i), "", repr(value)


def _parameters(walk: Walk, name: str, prefix: str, arrays: Mapping[str, Floats]) -> Iterator[Row]:
    columns = _columns(walk)
    for parameter, array in _touched(walk, arrays).items():
        for at, value in np.ndenumerate(array):
            row, column = at[0] + 1, at[1] + 1 if len(at) > 1 else 0
            if parameter in walk.model.layout.tables:
                row, column = (columns[at[0]], column) if parameter == "E" else (row, columns[at[1]])
            yield name, "", "", "", f"{prefix}{parameter}", str(row), str(column or ""), repr(float(value))


def _touched(walk: Walk, arrays: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return the arrays; of a table only what belongs to the words that were read."""
    ids, tables = [place - 1 for place in _columns(walk)], walk.model.layout.tables
    return {name: array if name not in tables else array[ids] if name == "E" else array[:, ids] for name, array in arrays.items()}


def _columns(walk: Walk) -> list[int]:
    """Return the places (from 1) in the vocabulary of the words read, each once."""
    return [int(place) + 1 for place in np.unique(walk.steps[0].ids)]
