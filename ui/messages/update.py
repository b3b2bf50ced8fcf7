"""One update in words."""

from __future__ import annotations

import math

from rnn_core import Experiment
from rnn_core.gradients.update import Update
from ui.messages.formatting import number, percent, scientific
from ui.messages.names import CHOICES

# ---------------------------------------------------------------------- one update


def loss(value: float) -> str:
    return f"{value:.3f}" if 0.01 <= value < 1000 or value == 0 else scientific(value, 3)


def norm(value: float) -> str:
    return scientific(value, 3)


def beyond() -> str:
    """That an update leads to no network."""
    return "This step leads beyond all numbers: the network after it could not be read."


def update_settings(update: Update, experiment: Experiment) -> str:
    """Whose settings the update takes, and what is left aside."""
    training, sentences = experiment.training, len(experiment.dataset.rows("train"))
    words = [f"rate {update.rate:g}", _clipping(update)]
    if training.optimizer != "sgd":
        words.append(CHOICES[training.optimizer])
    line = f"One update by this sentence alone, with the settings of epoch {number(update.epoch)}: *{', '.join(words)}*."
    if training.optimizer != "sgd" and update.steps == 1:
        line += " The optimizer remembers nothing yet."
    elif training.optimizer != "sgd":
        line += f" The optimizer remembers the {number(update.steps - 1)} updates before."
    if (shared := min(training.batch_size, sentences)) > 1:
        line += f" In training {number(shared)} sentences share an update."
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
        clipped = f"Clipping cut {percent(changed, 1, 3)} of the elements that this sentence touches."
    else:
        share = update.statistics[None].norm_after / update.statistics[None].norm_before
        clipped = f"Clipping left {percent(share)} of the gradient's length."
    if before == after:
        return f"{clipped} The sentence's loss stays at {before}, as far as these digits show."
    if update.loss_after > update.loss_before and update.slope < 0:
        return (
            f"{clipped} The step raises the loss of the sentence it was made for, from {before} to {after}. It starts downhill but goes "
            "too far."
        )
    if update.loss_after > update.loss_before:
        return (
            f"{clipped} The step raises the loss of the sentence it was made for, from {before} to {after}. It does not point downhill: it "
            "is not made of this sentence's true gradient alone."
        )
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
            f"zero, orange-red: below. The step is what clipping leaves, times the rate {update.rate:g}, with the opposite sign."
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
