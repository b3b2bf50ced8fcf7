"""Hidden states and gates while the network reads, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rnn_core.arrays import Floats
from rnn_core.explanation import Trace
from rnn_core.network.cells import CELLS
from ui.language import Texts, gettext, mark, number
from ui.messages.ask import quoted


class Quantity(NamedTuple):
    """One of the quantities of a cell, with its name and its meaning in the visitor's language."""

    symbol: str
    scale: str
    """signed: -1 to 1; share: 0 to 1; free: without bounds"""
    meant: str = ""
    """key of its meaning, where that is not the symbol"""

    @property
    def name(self) -> str:
        return NAMES[self.symbol]

    @property
    def meaning(self) -> str:
        return MEANINGS[self.meant or self.symbol]


NAMES = Texts(
    {
        "h": mark("hidden state h"),
        "r": mark("reset gate r"),
        "u": mark("update gate u"),
        "n": mark("candidate n"),
        "m": mark("recurrent term m"),
        "c": mark("cell state c"),
        "i": mark("input gate i"),
        "f": mark("forget gate f"),
        "g": mark("candidate g"),
        "o": mark("output gate o"),
    }
)
MEANINGS = Texts(
    {
        "h": mark("The hidden state after each word, from −1 to 1."),
        "r": mark("How much the previous hidden state counts in the candidate: 0 not at all, 1 fully."),
        "u": mark("How much of the previous hidden state is kept: 1 keeps it, 0 replaces it with the candidate."),
        "n": mark("The new hidden state proposed at each word."),
        "m": mark("What the previous hidden state contributes to the candidate, before the reset gate scales it."),
        "h of lstm": mark("The hidden state after each word: what the output gate shows of the cell state."),
        "c": mark("The memory that is carried from word to word. Its size grows by at most 1 with each word."),
        "i": mark("How much of the candidate is added to the cell state: 0 nothing, 1 all."),
        "f": mark("How much of the cell state is kept: 1 keeps it, 0 forgets it."),
        "g": mark("What may be added to the cell state at each word."),
        "o": mark("How much of the cell state the hidden state shows: 0 nothing, 1 all."),
    }
)

QUANTITIES: Mapping[str, Mapping[str, Quantity]] = {
    "vanilla": {"h": Quantity("h", "signed")},
    "gru": {
        "h": Quantity("h", "signed"),
        "r": Quantity("r", "share"),
        "u": Quantity("u", "share"),
        "n": Quantity("n", "signed"),
        "m": Quantity("m", "free"),
    },
    "lstm": {
        "h": Quantity("h", "signed", "h of lstm"),
        "c": Quantity("c", "free"),
        "i": Quantity("i", "share"),
        "f": Quantity("f", "share"),
        "g": Quantity("g", "signed"),
        "o": Quantity("o", "share"),
    },
}
"""By cell, then by the symbol of its equations; the hidden state first."""


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
        now = float(trace.gates["c"][step, unit])
        rows += [_state(gettext("previous cell state c_t−1"), before), _state(gettext("cell state c_t"), now)]
    return [
        *rows,
        _state(gettext("previous hidden state h_t−1"), float(trace.h[step, unit])),
        _state(gettext("hidden state h_t"), float(trace.h[step + 1, unit])),
    ]


def _state(name: str, value: float) -> dict[str, str | float | None]:
    return {"gate": name, "from x_t": None, "from h_t−1": None, "bias": None, "value": value}


def input_line(trace: Trace, step: int, vocabulary: Sequence[str]) -> str:
    """What x_t is at a step."""
    word = quoted(trace.words[step])
    if trace.x.shape[1] == len(vocabulary) and set(trace.x[step].tolist()) <= {0.0, 1.0}:
        place = int(trace.x[step].argmax()) + 1
        return gettext(
            "$x_t$ is one-hot: {count} numbers, all 0 except for a 1 in place {place}, the place of {word}. So $W_{{xh}}\\,x_t$ is column "
            "{place} of $W_{{xh}}$.",
            count=number(len(vocabulary)),
            place=number(place),
            word=word,
        )
    values = ", ".join(f"{value:.3f}" for value in trace.x[step, :12])
    values = f"{values}, …" if trace.x.shape[1] > 12 else values
    return gettext(
        "$x_t$ is the embedding of {word}, {count} numbers: {values}.",
        word=word,
        count=number(trace.x.shape[1]),
        values=values,
    )
