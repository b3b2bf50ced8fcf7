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
