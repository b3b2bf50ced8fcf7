"""States and gates while the network reads, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rnn_core.arrays import Floats
from rnn_core.explanation import Trace
from rnn_core.network.cells import CELLS
from ui.messages.ask import quoted
from ui.messages.formatting import number


class Quantity(NamedTuple):
    """One of the things that a cell has in mind: its name, its range, and what it means."""

    name: str
    scale: str
    meaning: str


QUANTITIES: Mapping[str, Mapping[str, Quantity]] = {
    "vanilla": {"h": Quantity("state h", "signed", "The hidden state after each word, of every unit, from −1 to 1.")},
    "gru": {
        "h": Quantity("state h", "signed", "The hidden state after each word, of every unit, from −1 to 1."),
        "r": Quantity("reset r", "share", "How much of the state before a unit sees when it proposes a new one: 0 none, 1 all."),
        "u": Quantity("update u", "share", "How much of the state before stays: 1 keeps it, 0 takes the new one."),
        "n": Quantity("proposal n", "signed", "The new state that is proposed at each word."),
        "m": Quantity("memory m", "free", "What the state before says to the proposal, before the reset gate weighs it."),
    },
    "lstm": {
        "h": Quantity("state h", "signed", "The hidden state after each word, of every unit: what the memory shows."),
        "c": Quantity(
            "memory c", "free", "The memory that is carried from word to word. Each word can add up to 1 to it, or take up to 1."
        ),
        "i": Quantity("input i", "share", "How much of what might be written is written: 0 nothing, 1 all."),
        "f": Quantity("forget f", "share", "How much of the memory stays: 1 keeps it, 0 forgets."),
        "g": Quantity("candidate g", "signed", "What might be written into the memory at each word."),
        "o": Quantity("output o", "share", "How much of the memory is shown as state: 0 nothing, 1 all."),
    },
}
"""By cell, then by the symbol of its equations; the state first."""


# ---------------------------------------------------------------------- the numbers of a step


def step_table(trace: Trace, step: int, cell: str, order: Sequence[int]) -> dict[str, list[float] | list[str]]:
    """Every number of one step, a row a unit, in the order of the pictures."""
    H = trace.h.shape[1]
    units = list(order)
    table: dict[str, list[float] | list[str]] = {"unit": [str(unit) for unit in units]}

    def column(name: str, values: Floats) -> None:
        table[name] = [float(values[unit]) for unit in units]

    for k, name in enumerate(CELLS[cell].gates):
        part = slice(k * H, (k + 1) * H)
        column(f"W_x{name} x_t", trace.z[step, part])
        column(f"W_h{name} h_t−1", trace.recurrent[step, part])
        column(f"b_{name}", trace.bias[part])
    if len(trace.bias_new):
        column("b_hn", trace.bias_new)
    for symbol, values in trace.gates.items():
        column(f"{symbol}_t", values[step])
    column("h_t−1", trace.h[step])
    column("h_t", trace.h[step + 1])
    return table


def unit_table(trace: Trace, step: int, cell: str, unit: int) -> list[dict[str, str | float | None]]:
    """Every number of one step of one unit of a gated cell: a row for each gate, with its three terms and its value."""
    H, rows = trace.h.shape[1], list[dict[str, str | float | None]]()
    for k, name in enumerate(CELLS[cell].gates):
        at = k * H + unit
        rows.append(
            {
                "gate": QUANTITIES[cell][name].name,
                "from x_t": float(trace.z[step, at]),
                "from h_t−1": float(trace.recurrent[step, at]),
                "bias": float(trace.bias[at]),
                "value": float(trace.gates[name][step, unit]),
            }
        )
    if len(trace.bias_new):  # W_hn h_{t-1} + b_hn, which the reset gate weighs
        rows[-1]["from h_t−1"] = None
        own = {"from h_t−1": float(trace.recurrent[step, 2 * H + unit]), "bias": float(trace.bias_new[unit])}
        value = float(trace.gates["m"][step, unit])
        rows.insert(len(rows) - 1, {"gate": QUANTITIES[cell]["m"].name, "from x_t": None, **own, "value": value})
    if "c" in trace.gates:
        before = float(trace.gates["c"][step - 1, unit]) if step else 0.0
        rows += [_state("memory before, c_t−1", before), _state("memory c_t", float(trace.gates["c"][step, unit]))]
    return [*rows, _state("state before, h_t−1", float(trace.h[step, unit])), _state("state h_t", float(trace.h[step + 1, unit]))]


def _state(name: str, value: float) -> dict[str, str | float | None]:
    return {"gate": name, "from x_t": None, "from h_t−1": None, "bias": None, "value": value}


def input_line(trace: Trace, step: int, vocabulary: Sequence[str]) -> str:
    """What x_t is at a step."""
    word = quoted(trace.words[step])
    if trace.x.shape[1] == len(vocabulary) and set(trace.x[step].tolist()) <= {0.0, 1.0}:
        place = int(trace.x[step].argmax()) + 1
        return (
            f"$x_t$ is one-hot: {number(len(vocabulary))} numbers, all zero but for a one in place {number(place)}, that of "
            f"{word}. So $W_{{xh}}\\,x_t$ is column {number(place)} of $W_{{xh}}$."
        )
    shown = ", ".join(f"{value:.3f}" for value in trace.x[step, :12])
    more = ", …" if trace.x.shape[1] > 12 else ""
    return f"$x_t$ is the embedding of {word}, {number(trace.x.shape[1])} numbers: {shown}{more}."
