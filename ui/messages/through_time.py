"""The gradient on its way through time, in words."""

from __future__ import annotations

import math

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.gradients.flow import Passage
from rnn_core.network.cells import CELLS
from ui.language import Texts, gettext, mark, ngettext, number, paragraph, percent
from ui.messages.formatting import scientific

KEEPS = 1.25
"""Within this factor over all steps a gradient has kept its length."""

BLOCKS = Texts(
    {
        "W_hh": mark("W_hh · state to state"),
        "W_hr": mark("W_hr · reset gate"),
        "W_hu": mark("W_hu · update gate"),
        "W_hn": mark("W_hn · new state"),
        "W_hi": mark("W_hi · input gate"),
        "W_hf": mark("W_hf · forget gate"),
        "W_hg": mark("W_hg · candidate for the cell state"),
        "W_ho": mark("W_ho · output gate"),
    }
)
MAPS = Texts({"length": mark("Gradient norm"), "weights": mark("Factor of W_hhᵀ"), "tanh": mark("Factor of tanh′")})
"""What a map over the epochs may be of."""
ALTS = Texts(
    {
        "length": mark("Gradient norm by epoch and word, as a power of ten of the norm at the last word read"),
        "weights": mark("Factor of W_hhᵀ in the step back to each word, by epoch, as a power of ten"),
        "tanh": mark("Factor of tanh′ in the step back to each word, by epoch, as a power of ten"),
    }
)
DIRECTIONS = Texts({"forward": mark("Forwards"), "reverse": mark("Backwards")})


def block(name: str) -> str:
    """A square block of W_hh with its place in the equations."""
    if name.endswith("_reverse"):
        return gettext("{block}, backwards", block=BLOCKS[name.removesuffix("_reverse")])
    return BLOCKS[name]


def flow_words(backwards: bool) -> str:
    """How to read the picture of the gradient at each word."""
    colors = gettext("Slate: smaller than at the last word read. Crimson: larger.")
    if backwards:
        return paragraph(
            [
                gettext(
                    "How strongly the loss depends on the state after each word, ‖∂L/\u2060∂h‖. This direction reads from right to left, so "
                    "the gradient starts on the left and goes back word by word to the right."
                ),
                colors,
            ]
        )
    return paragraph(
        [
            gettext(
                "How strongly the loss depends on the state after each word, ‖∂L/\u2060∂h‖. The gradient starts at the last word, on the "
                "right, and goes back word by word to the left."
            ),
            colors,
        ]
    )


def scaled_name(radius: float) -> str:
    """The network with another W_hh, beside its line."""
    return gettext("spectral radius {radius}", radius=f"{radius:.2f}")


def scaled_words(as_it_is: Passage, scaled: Passage, radius: float) -> str:
    """What another spectral radius of W_hh does to the gradient at the first word read, as a multiple of that at the last."""
    factors = [float(each.norms[0] / each.norms[-1]) if each.norms[-1] > 0 else math.nan for each in (as_it_is, scaled)]
    if not all(math.isfinite(factor) for factor in factors):
        return gettext("The gradient at the last word read is zero or not finite, so there is nothing to compare it with.")
    before, after = (scientific(factor) for factor in factors)
    return gettext(
        "With W_hh scaled to a spectral radius of {radius}, the gradient at the first word read is {after} times the gradient at the "
        "last. Without scaling it is {before} times. The scaling also changes the states, and so tanh′.",
        radius=f"{radius:.2f}",
        before=before,
        after=after,
    )


def factor_words() -> str:
    """How to read the picture of the factors."""
    return gettext("Each step back multiplies the norm by two factors. W_hhᵀ can make it larger; tanh′ can only make it smaller.")


def map_words(shown: int, kept: int, *, factor: bool = False) -> str:
    """How to read the map of the gradient, or of a factor, over the epochs, of which as many are shown as are kept, or fewer."""
    if factor and shown < kept:
        return gettext(
            "The factor of each step back, at {shown} of {kept} checkpoints. Slate: the gradient shrinks. Crimson: it grows.",
            shown=number(shown),
            kept=number(kept),
        )
    if factor:
        return gettext("The factor of each step back, at every checkpoint. Slate: the gradient shrinks. Crimson: it grows.")
    if shown < kept:
        return gettext(
            "The gradient at each word relative to the last word read, at {shown} of {kept} checkpoints. Slate: smaller, the gradient "
            "vanishes. Crimson: larger, it explodes.",
            shown=number(shown),
            kept=number(kept),
        )
    return gettext(
        "The gradient at each word relative to the last word read, at every checkpoint. Slate: smaller, the gradient vanishes. Crimson: "
        "larger, it explodes."
    )


def flow_sentence(passage: Passage) -> str:
    """What becomes of the gradient between the word read last and the one read first."""
    steps = len(passage.words) - 1
    if steps == 0:
        return gettext("With one word nothing goes back: the only state reaches the loss through the output layer alone.")
    norms = passage.norms
    if not np.isfinite(norms).all():
        return gettext("The gradient is not finite at every word.")
    if norms[-1] == 0:
        return gettext("The gradient at the last state is already zero, so nothing goes back.")
    if norms[0] == 0:
        return ngettext(
            "The gradient becomes zero in {count} step back, so this update does not depend on how the first word was read.",
            "The gradient becomes zero in {count} steps back, so this update does not depend on how the first word was read.",
            steps,
        )
    factor = float(norms[0] / norms[-1])
    rate = f"{factor ** (1 / steps):.3g}"
    if factor < 1 / KEEPS:
        line = ngettext(
            "In {count} step back to the first word read, the gradient norm shrinks to {share} of its size: × {rate}.",
            "In {count} steps back to the first word read, the gradient norm shrinks to {share} of its size: × {rate} per step on average.",
            steps,
            share=_share(factor),
            rate=rate,
        )
    elif factor > KEEPS:
        line = ngettext(
            "In {count} step back to the first word read, the gradient norm grows to {times} times its size: × {rate}.",
            "In {count} steps back to the first word read, the gradient norm grows to {times} times its size: × {rate} per step on average.",
            steps,
            times=_size(factor),
            rate=rate,
        )
    else:
        line = ngettext(
            "In {count} step back to the first word read, the gradient norm hardly changes: × {rate}.",
            "In {count} steps back to the first word read, the gradient norm hardly changes: × {rate} per step on average.",
            steps,
            rate=rate,
        )
    return paragraph([line, *_memory(passage.memory_norms)])


def _share(factor: float) -> str:
    if factor >= 0.095:
        return percent(factor)
    return f"1/{number(1 / factor)}" if factor > 1e-6 else scientific(factor, 1)


def _size(factor: float) -> str:
    return f"{factor:.1f}" if factor < 10 else number(factor) if factor < 1e6 else scientific(factor, 1)


def _memory(norms: Floats | None) -> list[str]:
    """How the gradient fares along an LSTM's cell state, if it has one."""
    if norms is None or not norms[-1] > 0 or not norms[0] > 0:
        return []
    rate = float(norms[0] / norms[-1]) ** (1 / (len(norms) - 1))
    return [gettext("Along the cell state c it is × {rate} per step.", rate=f"{rate:.3g}")]


def spectrum_words(cell: str) -> str:
    """What the two figures say of a step."""
    if not CELLS[cell].gated:
        return gettext(
            "The **largest singular value** limits one step: going back through $W_{{hh}}^\\top$ multiplies the gradient norm by this "
            "value at most, and tanh′ never increases it. If it is under 1, the gradient shrinks at every step. If it is over 1, the "
            "gradient can grow in one step. The **spectral radius**, the largest |eigenvalue|, is the growth of high powers of $W_{{hh}}$. "
            "A radius under 1 is no guarantee: tanh′ differs from step to step, so the gradient can still grow over many steps."
        )
    return gettext(
        "Each gate has a square block of $W_{{hh}}$. The **largest singular value** limits what one step through the block does to the "
        "gradient norm. The **spectral radius** is the growth of high powers of the block. The gradient also goes past the blocks, along "
        "what the gates keep, so it can survive even if both are under 1."
    )
