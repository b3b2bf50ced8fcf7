"""The gradient on its way through time, in words."""

from __future__ import annotations

import math

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.gradients.flow import Passage
from rnn_core.network.cells import CELLS
from ui.messages.formatting import number, scientific

KEEPS = 1.25
"""Within this factor over all steps a gradient has kept its length."""

BLOCKS = {
    "W_hh": "W_hh · state to state",
    "W_hr": "W_hr · reset gate",
    "W_hu": "W_hu · update gate",
    "W_hn": "W_hn · new state",
    "W_hi": "W_hi · input gate",
    "W_hf": "W_hf · forget gate",
    "W_hg": "W_hg · what might be written",
    "W_ho": "W_ho · output gate",
}


def block(name: str) -> str:
    """A square block of W_hh with its place in the equations."""
    return f"{BLOCKS[name.removesuffix('_reverse')]}, backwards" if name.endswith("_reverse") else BLOCKS[name]


def flow_words(backwards: bool) -> str:
    """How to read the picture of the gradient at each word."""
    if backwards:
        return (
            "How much the loss would change with the state after each word, ‖∂L/\u2060∂h‖. This direction reads from the right: the gradient "
            "starts at the word read last, on the left, and goes back word by word to the right. "
            "Slate points are shorter than there, crimson ones longer."
        )
    return (
        "How much the loss would change with the state after each word, ‖∂L/\u2060∂h‖. The gradient starts at the word read last, on the right, "
        "and goes back word by word to the left. "
        "Slate points are shorter than there, crimson ones longer."
    )


def scaled_name(radius: float) -> str:
    """The network with another W_hh, beside its line."""
    return f"spectral radius {radius:.2f}"


def scaled_words(as_it_is: Passage, scaled: Passage, radius: float) -> str:
    """What another spectral radius of W_hh does to the gradient at the first word read, as a multiple of that at the last."""
    factors = [float(each.norms[0] / each.norms[-1]) if each.norms[-1] > 0 else math.nan for each in (as_it_is, scaled)]
    if not all(math.isfinite(factor) for factor in factors):
        return "The gradient at the word read last is zero or no finite number, so there is nothing to compare it with."
    before, after = (scientific(factor) for factor in factors)
    return (
        f"With W_hh scaled to a spectral radius of {radius:.2f}, the gradient at the first word read is {after} times that at the last; with "
        f"W_hh as it is, {before} times. The scaling also changes the states, and with them tanh′."
    )


def factor_words() -> str:
    """How to read the picture of the factors."""
    return "On the way back to a word the length is multiplied by both: W_hhᵀ may stretch it, tanh′ can only shrink it."


MAPS = {"length": "The gradient's length", "weights": "Factor of W_hhᵀ", "tanh": "Factor of tanh′"}
"""What a map over the epochs may be of."""


def map_words(shown: int, kept: int, *, factor: bool = False) -> str:
    """How to read the map of the gradient, or of a factor, over the epochs, of which as many are shown as are kept, or fewer."""
    if factor and shown < kept:
        return (
            f"What the step back to each word multiplied the length by, at {number(shown)} of the {number(kept)} epochs that were kept. "
            "Slate: it shrinks. Crimson: it grows."
        )
    if factor:
        return (
            "What the step back to each word multiplied the length by, at every epoch that was kept. Slate: it shrinks. "
            "Crimson: it grows."
        )
    if shown < kept:
        return (
            f"The same at {number(shown)} of the {number(kept)} epochs that were kept, as a multiple of the gradient at the word read last. "
            "Slate: shorter than there, it vanishes. Crimson: longer, it explodes."
        )
    return (
        "The same at every epoch that was kept, as a multiple of the gradient at the word read last. Slate: shorter than there, it "
        "vanishes. Crimson: longer, it explodes."
    )


def flow_sentence(passage: Passage) -> str:
    """What becomes of the gradient between the word read last and the one read first."""
    steps = len(passage.words) - 1
    if steps == 0:
        return "With one word nothing goes back: the loss reaches the only state through the output layer alone."
    norms = passage.norms
    if not np.isfinite(norms).all():
        return "The gradient is beyond all numbers here: it is no finite number at every word."
    if norms[-1] == 0:
        return "The gradient is zero at the last state already, so nothing goes back: to the last bit, this state does not change the loss."
    if norms[0] == 0:
        return f"Over {_steps(steps)} the gradient becomes zero: this update does not see how the first word was read."
    factor = float(norms[0] / norms[-1])
    way, on_average = f"Over {_steps(steps)} back to the first word read", " on average" if steps > 1 else ""
    rate = f"× {factor ** (1 / steps):.3g} a step{on_average}"
    memory = _memory(passage.memory_norms)
    if factor < 1 / KEEPS:
        return f"{way} the gradient shrinks to {_share(factor)}: {rate}.{memory}"
    if factor > KEEPS:
        return f"{way} the gradient grows to {_size(factor)} times its length: {rate}.{memory}"
    return f"{way} the gradient about keeps its length: {rate}.{memory}"


def _steps(steps: int) -> str:
    return "the one step" if steps == 1 else f"the {number(steps)} steps"


def _share(factor: float) -> str:
    if factor >= 0.095:
        return f"{factor:.0%} of its length"
    return f"1/{number(1 / factor)} of its length" if factor > 1e-6 else f"{scientific(factor, 1)} of its length"


def _size(factor: float) -> str:
    return f"{factor:.1f}" if factor < 10 else number(factor) if factor < 1e6 else scientific(factor, 1)


def _memory(norms: Floats | None) -> str:
    """How the gradient fares along an LSTM's memory."""
    if norms is None or not norms[-1] > 0 or not norms[0] > 0:
        return ""
    rate = float(norms[0] / norms[-1]) ** (1 / (len(norms) - 1))
    return f" Along the memory c it is × {rate:.3g} a step."


def spectrum_words(cell: str) -> str:
    """What the two figures say of a step."""
    if not CELLS[cell].gated:
        return (
            "No step through $W_{hh}^\\top$ makes a gradient longer than the largest singular value times what it was, and tanh′ makes none "
            "longer. So with a largest singular value under 1 the gradient shrinks at every step. The spectral radius, the largest "
            "|eigenvalue|, is what powers of $W_{hh}$ grow by in the end. A radius under 1 is no such promise: tanh′ differs from step to "
            "step, and a gradient can still grow over many steps. With a largest singular value over 1 it may grow even in one step."
        )
    return (
        "Each gate has a square block of $W_{hh}$. The largest singular value bounds what one step through a block does to a gradient's "
        "length; the spectral radius is what powers of the block grow by in the end. A gradient also goes past the blocks, along what "
        "the gates keep, so that it may last where both are under 1."
    )
