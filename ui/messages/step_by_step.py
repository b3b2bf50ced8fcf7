"""A walk through the unrolled network, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rnn_core.arrays import Floats
from rnn_core.network.cells.cell import Cell
from rnn_core.training.trainer import Trainer
from rnn_core.walk.edits import Edit, Element, Radius, Silence
from rnn_core.walk.equations import Equation, at_step, relative_error
from rnn_core.walk.places import Place
from rnn_core.walk.steps import Walk
from ui.language import Texts, gettext, mark, ngettext, number, paragraph, percent, pgettext
from ui.messages import update as update_messages
from ui.messages.ask import quoted
from ui.messages.formatting import plain, scientific
from ui.messages.update import loss

PARTS = Texts({"forward": mark("Forward"), "backward": mark("Backward"), "update": mark("Update")})
"""Part of a walk -> its name."""
NETWORKS = Texts({"run": mark("Your network"), "small": mark("A small network of 4 units")})
"""Which network is walked through."""
MOST_SAID = 8
"""Numbers that a description lists."""


# ---------------------------------------------------------------------- the network and the sentence


def small(trainer: Trainer) -> str:
    """What the small network is and what it has learned."""
    score = trainer.history[-1].train
    return paragraph(
        [
            ngettext(
                "This network has 4 hidden units, so every number fits on the page. It was trained on {count} of your sentences.",
                "This network has 4 hidden units, so every number fits on the page. It was trained on {count} of your sentences.",
                len(trainer.experiment.dataset.examples),
            ),
            ngettext(
                "After {count} epoch with Adam, its training accuracy is {accuracy}.",
                "After {count} epochs with Adam, its training accuracy is {accuracy}.",
                trainer.epoch,
                accuracy=percent(score.accuracy or 0.0),
            ),
        ]
    )


def verdict(walk: Walk) -> str:
    """What the network predicts for the sentence, and its loss."""
    label, p = plain(walk.verdict), f"{float(walk.probabilities.max()):.3f}"
    if walk.verdict == walk.label:
        return gettext(
            "**The network predicts {label} ({probability}), which is the label. The loss is {loss}.**",
            label=label,
            probability=p,
            loss=loss(walk.loss),
        )
    return gettext(
        "**The network predicts {label} ({probability}), but the label is {right}. The loss is {loss}.**",
        label=label,
        probability=p,
        right=plain(walk.label),
        loss=loss(walk.loss),
    )


def compared(walk: Walk, untouched: Walk) -> str:
    """What the visitor's changes did to the prediction."""
    if not untouched.finite:
        return gettext("Without your changes the numbers are too large to compute.")
    label, p = plain(untouched.verdict), f"{float(untouched.probabilities.max()):.3f}"
    if walk.verdict != untouched.verdict:
        return gettext(
            "**Your changes flip the prediction.** Without them it is {label} ({probability}), with a loss of {loss}.",
            label=label,
            probability=p,
            loss=loss(untouched.loss),
        )
    return gettext(
        "Your changes keep the prediction. Without them it is {label} ({probability}), with a loss of {loss}.",
        label=label,
        probability=p,
        loss=loss(untouched.loss),
    )


def change(edit: Edit) -> str:
    """One of the visitor's changes, as a list names it."""
    match edit:
        case Element(name, row, column, value):
            return gettext(
                "{name}, row {row}, column {column}: {value}",
                name=name,
                row=number(row + 1),
                column=number(column + 1),
                value=scientific(value, 3),
            )
        case Silence(suffix, unit):
            if suffix:
                return gettext("Unit {unit} silenced, right to left", unit=number(unit + 1))
            return gettext("Unit {unit} silenced", unit=number(unit + 1))
        case Radius(radius):
            return gettext("W_hh scaled to spectral radius {radius}", radius=f"{radius:g}")


def trains_on() -> str:
    """That a run has begun with the visitor's changes."""
    return gettext(
        "A new run has started with the weights you changed. Training shows it; this page shows its network once it has learned."
    )


def too_large() -> str:
    """That some number of the walk is infinite or not a number."""
    return gettext(
        "With these weights some numbers are too large to compute, so there is nothing to draw. Undo a change, or use the network of an "
        "earlier epoch."
    )


# ---------------------------------------------------------------------- the place


def place(walk: Walk, at: Place) -> str:
    """Where the walk stands."""
    match at.part:
        case "forward" | "backward":
            return _step(walk, at)
        case "output":
            return gettext("Output: the last hidden state gives a score for each label, and the scores give probabilities.")
        case "loss":
            return gettext("Backward starts at the output: how the loss changes with each score.")
        case _:
            return gettext("Update: every parameter takes one step.")


def _step(walk: Walk, at: Place) -> str:
    steps = walk.steps[at.direction]
    step, count, word = number(at.t), number(steps.count), quoted(steps.words[at.t - 1])
    if at.part == "forward" and steps.backwards:
        return gettext(
            "Forward, right to left, step {step} of {steps}: the network reads {word}.", step=step, steps=count, word=word
        )
    if at.part == "forward":
        return gettext("Forward, step {step} of {steps}: the network reads {word}.", step=step, steps=count, word=word)
    if steps.backwards:
        return gettext(
            "Backward, direction right to left, step {step} of {steps}: the gradient reaches {word}.",
            step=step,
            steps=count,
            word=word,
        )
    return gettext("Backward, step {step} of {steps}: the gradient reaches {word}.", step=step, steps=count, word=word)


def explained(cell: Cell, at: Place) -> str:
    """What is computed at a place."""
    match at.part:
        case "forward":
            first = gettext("Before the first word the state $h_0$ is zero.") if at.t == 1 else ""
            if cell.gated:
                does = gettext(
                    "Each gate adds what the word, the previous state and a bias send to it. Then the gates decide what the new state keeps."
                )
            else:
                does = gettext(
                    "The word and the previous state each go through a matrix. Their sum with the bias, through tanh, is the new state."
                )
            return paragraph([each for each in (does, first) if each])
        case "output":
            return gettext(
                "The scores $y$ are a linear function of the last state. The softmax turns them into probabilities $p$ with sum 1. The "
                "loss is $-\\ln p$ of the right label."
            )
        case "loss":
            return gettext(
                "$y^*$ is 1 for the right label and 0 for the others. A score that rises takes probability from all other labels: for a "
                "wrong label the loss changes by $p$, for the right one by $p - 1$. So $\\partial L/\\partial y = p - y^*$."
            )
        case "backward":
            return gettext(
                "$dh_t$ says how the loss changes with $h_t$. Each step turns it into the gradient before the activation, adds its share "
                "to the gradients of the weights, and hands $dh_{{t-1}}$ to the step before."
            )
        case _:
            return gettext("The gradients of all steps are added up. Clipping limits them. The optimizer makes a step from them.")


def transposed() -> str:
    """Why the gradient goes back through the transposed matrix."""
    return gettext(
        "On the way there, unit $i$ of $h_{{t-1}}$ sends to unit $j$ of step $t$ through row $j$, column $i$ of $W_{{hh}}$. The gradient "
        "takes the same connection from $j$ back to $i$. So unit $i$ adds up its column of $W_{{hh}}$, which is its row of "
        "$W_{{hh}}^\\top$."
    )


def printed(walk: Walk, at: Place) -> str:
    """How far off the guide's printed line is at a step back, after all the steps that it has been used for."""
    steps = walk.steps[at.direction]
    right, wrong = steps.dh_before(at.t, "exact"), steps.dh_before(at.t, "printed")
    error = percent(relative_error(wrong, right), 0, 1)
    count = steps.count - at.t + 1
    if walk.rule == "printed":
        return ngettext(
            "This network trains with the guide's printed line, $W_{{hh}}\\,da_t$. After {count} step back, $dh_{{t-1}}$ has a relative error "
            "of {error}.",
            "This network trains with the guide's printed line, $W_{{hh}}\\,da_t$. After {count} steps back, $dh_{{t-1}}$ has a relative "
            "error of {error}.",
            count,
            error=error,
        )
    return ngettext(
        "The guide prints $W_{{hh}}\\,da_t$, without the transpose. After {count} step back with it, $dh_{{t-1}}$ would have a relative error "
        "of {error}.",
        "The guide prints $W_{{hh}}\\,da_t$, without the transpose. After {count} steps back with it, $dh_{{t-1}}$ would have a relative "
        "error of {error}.",
        count,
        error=error,
    )


def gathered(walk: Walk, at: Place) -> str:
    """What the sums of the gradients are at a step back."""
    later = "E" in walk.gradient and at.direction < len(walk.steps) - 1  # the other direction adds to the embeddings too
    if at.t == 1 and not later:
        return gettext("This is the last step back, so the sums are complete: they are the gradients of this sentence.")
    return gettext("Left: the share of this step. Right: the sum of the steps walked back so far.")


# ---------------------------------------------------------------------- numbers, for whoever hears them


def numbers(values: Floats) -> str:
    """Up to eight numbers in a row, or how far many reach."""
    flat = values.reshape(-1)
    between = pgettext("between the items of a list", ", ")
    if len(flat) <= MOST_SAID:
        return between.join(scientific(value) for value in flat.tolist())
    return gettext(
        "{count} numbers from {low} to {high}",
        count=number(len(flat)),
        low=scientific(float(flat.min())),
        high=scientific(float(flat.max())),
    )


def said(equation: Equation, t: int) -> str:
    """An equation at a step with its numbers, as one sentence."""
    terms = f" {equation.joined} ".join(_symbol(term.symbol, t) for term in equation.terms)
    right = f"{equation.function}({terms})" if equation.function else terms
    return gettext(
        "{symbol} = {terms}: {numbers}.",
        symbol=_symbol(equation.value.symbol, t),
        terms=right,
        numbers=numbers(equation.value.values),
    )


def _symbol(symbol: str, t: int) -> str:
    return at_step(symbol, t).replace("-", "−")


def described(walk: Walk, at: Place, equations: Sequence[Equation]) -> str:
    """The place with its numbers, as a description of the drawing."""
    lines = [place(walk, at), *(said(equation, at.t) for equation in equations[-1:])]
    if at.part in ("output", "loss"):
        labels = pgettext("between the items of a list", ", ").join(
            f"{label} {float(p):.3f}" for label, p in zip(walk.model.labels, walk.probabilities, strict=True)
        )
        lines.append(gettext("Probabilities: {labels}. Loss: {loss}.", labels=labels, loss=loss(walk.loss)))
    return paragraph(lines)


# ---------------------------------------------------------------------- the update


def split_loss(before: float, after: float, count: int, all_of: int) -> str:
    """What the update did to the loss of the training sentences."""
    if not math.isfinite(after):
        return update_messages.beyond()
    if loss(before) == loss(after):
        line = gettext("The mean loss of all training sentences stays at {before} to these digits.", before=loss(before))
    elif after < before:
        line = gettext(
            "The mean loss of all training sentences falls from {before} to {after}.", before=loss(before), after=loss(after)
        )
    else:
        line = gettext(
            "The mean loss of all training sentences rises from {before} to {after}: a step for one sentence can cost others.",
            before=loss(before),
            after=loss(after),
        )
    if count == all_of:
        return line
    return paragraph([line, gettext("Measured on a sample of {count} sentences.", count=number(count))])
