"""What the gradient does, in words: on its way through time, and in one update."""

from __future__ import annotations

import math

import numpy as np

from rnn_core import TrainingConfig
from rnn_core.arrays import Floats
from rnn_core.config import Cell
from rnn_core.gradients.flow import Passage
from rnn_core.gradients.update import Update
from ui.messages.words import CHOICES, number, scientific

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
            "starts at the word read last, on the left, and goes back word by word to the right."
        )
    return (
        "How much the loss would change with the state after each word, ‖∂L/\u2060∂h‖. The gradient starts at the word read last, on the right, "
        "and goes back word by word to the left."
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
            "Orange-red: it shrinks. Blue: it grows."
        )
    if factor:
        return (
            "What the step back to each word multiplied the length by, at every epoch that was kept. Orange-red: it shrinks. "
            "Blue: it grows."
        )
    if shown < kept:
        return (
            f"The same at {number(shown)} of the {number(kept)} epochs that were kept, as a multiple of the gradient at the word read last. "
            "Orange-red: shorter than there, it vanishes. Blue: longer, it explodes."
        )
    return (
        "The same at every epoch that was kept, as a multiple of the gradient at the word read last. Orange-red: shorter than there, it "
        "vanishes. Blue: longer, it explodes."
    )


def flow_sentence(passage: Passage) -> str:
    """What becomes of the gradient between the word read last and the one read first."""
    steps = len(passage.words) - 1
    if steps == 0:
        return "With one word nothing goes back: the loss reaches the only state through the output layer alone."
    norms = passage.norms
    if not np.isfinite(norms).all():
        return "The weights are so large that the gradient is no number any more."
    if norms[-1] == 0:
        return "Nothing reaches even the last state: the network is so sure of this sentence that its loss is zero, or its output layer is."
    if norms[0] == 0:
        return f"Over {_steps(steps)} the gradient vanishes altogether: what the first words say cannot be learned here."
    factor = float(norms[0] / norms[-1])
    way, rate = f"Over {_steps(steps)} back to the first word read", f"× {factor ** (1 / steps):.3g} a step"
    memory = _memory(passage.memory_norms)
    if factor < 1 / KEEPS:
        return f"{way} the gradient shrinks to {_share(factor)}: {rate}.{memory}"
    if factor > KEEPS:
        return f"{way} the gradient grows to {_size(factor)} times its length: {rate}.{memory}"
    return f"{way} the gradient keeps its length: {rate}.{memory}"


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


def spectrum_words(cell: Cell) -> str:
    """What the two figures say of a step."""
    if cell == "vanilla":
        return (
            "No step through $W_{hh}^\\top$ makes a gradient longer than the largest singular value times what it was; many steps tend to the "
            "spectral radius, the largest |eigenvalue|, at each. Under 1 the gradient must vanish, and tanh′ shrinks it further; above 1 it "
            "may explode."
        )
    return (
        "Each gate has a square block of $W_{hh}$. The largest singular value bounds what one step through a block does to a gradient's "
        "length, the spectral radius is what many steps tend to. A gradient also goes past the blocks, along what the gates keep, so that "
        "it may last where both are under 1."
    )


# ---------------------------------------------------------------------- one update


def loss(value: float) -> str:
    return f"{value:.3f}" if 0.01 <= value < 1000 or value == 0 else scientific(value, 3)


def norm(value: float) -> str:
    return scientific(value, 3)


def update_settings(update: Update, training: TrainingConfig) -> str:
    """Whose settings the update takes, and what is left aside."""
    words = [f"rate {update.rate:g}", _clipping(update)]
    if training.optimizer != "sgd":
        words.append(CHOICES[training.optimizer])
    line = f"One update by this sentence alone, with the settings of epoch {number(update.epoch)}: *{', '.join(words)}*."
    if training.optimizer != "sgd" and update.steps == 1:
        line += " The optimizer remembers nothing yet."
    elif training.optimizer != "sgd":
        line += f" The optimizer remembers the {number(update.steps - 1)} updates before."
    if training.batch_size > 1:
        line += f" In training {number(training.batch_size)} sentences share an update."
    return line


def _clipping(update: Update) -> str:
    threshold = f"{update.threshold:g}"
    match update.clipping:
        case "none":
            return "no clipping"
        case "value":
            return f"clip ±{threshold}"
        case "norm":
            return f"each norm clipped to {threshold}"
        case _:
            return f"global norm clipped to {threshold}"


def update_sentence(update: Update) -> str:
    """What clipping did, and what the step did."""
    before, after = loss(update.loss_before), loss(update.loss_after)
    changed = update.statistics[None].elements_clipped
    if changed == 0:
        clipped = "Clipping changed nothing."
    elif update.clipping == "value":
        clipped = f"Clipping cut {changed:.2%} of the elements that this sentence has a say in."
    else:
        share = update.statistics[None].norm_after / update.statistics[None].norm_before
        clipped = f"Clipping left {share:.0%} of the gradient's length."
    if update.loss_after > update.loss_before:
        return (
            f"{clipped} The step raises the loss of the very sentence it was made for, from {before} to {after}: it is longer than the "
            "slope holds."
        )
    if before == after:
        return f"{clipped} The step is so short that the sentence's loss stays at {before}."
    return f"{clipped} The step takes the sentence's loss from {before} to {after}."


def left_whole(name: str, epoch: int | None) -> str:
    """That clipping leaves a matrix as it is, and where it did not. epoch: in which it last changed the gradient of name; None: in none."""
    if epoch is None:
        return "Clipping cut nothing of this matrix."
    return f"Clipping cut nothing of this matrix. In this run it did cut {name}, for some sentences, up to epoch {number(epoch)}."


def matrix_words(update: Update, optimizer: str) -> str:
    """How to read the three pictures of a matrix."""
    if optimizer == "sgd":
        return (
            "A square is a weight: its row is the unit that it acts on, its column the unit of the state before that it comes from. Blue: above "
            f"zero, orange-red: below. The step is what clipping leaves, times the rate {update.rate:g}, with the opposite sign: downhill."
        )
    return (
        "A square is a weight: its row is the unit that it acts on, its column the unit of the state before that it comes from. Blue: above "
        "zero, orange-red: below. The step is what the optimizer makes of what clipping leaves and of the updates before."
    )


def update_table(update: Update) -> list[dict[str, str]]:
    """Norms, share cut and angle by parameter, the whole gradient last."""
    rows = []
    for name, statistics in update.statistics.items():
        angle = math.degrees(math.acos(min(1.0, max(-1.0, statistics.cosine))))
        rows.append(
            {
                "gradient of": name or "all together",
                "norm before": norm(statistics.norm_before),
                "norm after": norm(statistics.norm_after),
                "changed": f"{statistics.elements_clipped:.1%}",
                "turned by": f"{angle:.1f}°",
            }
        )
    return rows
