"""What clipping did, in words."""

from __future__ import annotations

import numpy as np

from rnn_core import History, TrainingConfig
from ui.language import gettext, number, paragraph, percent
from ui.messages.ask import quoted
from ui.messages.formatting import scientific
from ui.server.job_status import JobStatus


def never_clips(training: TrainingConfig) -> bool:
    """Whether nothing is clipped in any epoch."""
    return training.clipping == "none" and not any(change.field == "clipping" for change in training.changes)


def clipped(run: JobStatus, name: str | None = None) -> str:
    """How much clipping changed over the run so far, of one parameter's gradient or of all."""
    training = run.experiment.training
    if never_clips(training):
        return gettext("Clipping is off. All gradients were applied unchanged.")
    updates = float(run.history.gradient(name, "updates_clipped").mean())
    elements = float(run.history.gradient(name, "elements_clipped").mean())
    if updates == 0 and name is None:
        return gettext("Clipping changed nothing in this run: while it was on, no gradient was over the threshold.")
    if updates == 0:
        return gettext("Clipping never changed the gradient of {name} in this run.", name=name)
    changed, of_elements = percent(updates, 1, 3), percent(elements, 1, 3)
    if name is None:
        return gettext(
            "Clipping changed {updates} of the updates and {elements} of all gradient elements in this run.",
            updates=changed,
            elements=of_elements,
        )
    return gettext(
        "Clipping changed the gradient of {name} in {updates} of the updates, and {elements} of its elements.",
        name=name,
        updates=changed,
        elements=of_elements,
    )


def longest(run: JobStatus, update: int) -> str:
    """The epoch in which clipping cut most or, where it cut nothing, with the longest gradient. update: the one in that epoch, from 1."""
    history, experiment = run.history, run.experiment
    at = longest_epoch(history) - 1
    before, after = (float(history.gradient(None, name)[at]) for name in ("norm_before_max", "norm_after_max"))
    sentences = len(experiment.dataset.rows("train"))
    epoch, updates = number(at + 1), number(-(-sentences // experiment.training.batch_size))
    sentence = quoted(experiment.dataset.examples[int(history.columns.largest_norm_row[at]) - 1].text, 60)
    if never_clips(experiment.training):
        line = gettext(
            "**The largest gradient norm is {norm}: epoch {epoch}, update {update} of {updates}, {sentence}. Clipping was off, so the "
            "gradient was applied unchanged.**",
            norm=scientific(before),
            epoch=epoch,
            update=number(update),
            updates=updates,
            sentence=sentence,
        )
    elif before == after:
        line = gettext(
            "**Clipping did not reduce the largest gradient norm of any epoch. The largest of all is {norm}: epoch {epoch}, update "
            "{update} of {updates}, {sentence}.**",
            norm=scientific(before),
            epoch=epoch,
            update=number(update),
            updates=updates,
            sentence=sentence,
        )
    else:
        line = gettext(
            "**Clipping reduced the largest gradient norm most in epoch {epoch}, update {update} of {updates}, {sentence}. The norm was "
            "{norm} before clipping. After clipping, no gradient of this epoch had a norm over {after}.**",
            norm=scientific(before),
            epoch=epoch,
            update=number(update),
            updates=updates,
            sentence=sentence,
            after=scientific(after),
        )
    shared = min(experiment.training.batch_size, sentences)
    if shared == 1:
        return line
    return paragraph([line, gettext("Up to {count} sentences share an update.", count=number(shared))])


def longest_epoch(history: History) -> int:
    """Return the epoch, from 1, in which clipping shortened the longest gradient most; without any cut, that with the longest gradient."""
    before, after = history.gradient(None, "norm_before_max"), history.gradient(None, "norm_after_max")
    cut = before - after
    return int(np.argmax(cut if (cut > 0).any() else before)) + 1


def picture(run: JobStatus, name: str | None = None) -> str:
    """How to read the picture of the longest gradients of one parameter, or of all together."""
    training = run.experiment.training
    if never_clips(training):
        return gettext("The line shows the largest gradient norm of each epoch.")
    colors = gettext(
        ":blue[**Blue**]: the largest gradient norm of each epoch after clipping. :orange[**Orange**]: how much larger it was before."
    )
    return paragraph([colors, _rule(training, name)])


def _rule(training: TrainingConfig, name: str | None) -> str:
    """What clipping does to one parameter's gradient, or to all together."""
    threshold = f"{training.clip_threshold:g}"
    match training.clipping:
        case "value":
            return gettext(
                "Clipping by value limits every *element* to ±{threshold}. A gradient whose norm is below this threshold has no larger "
                "element, so it does not change.",
                threshold=threshold,
            )
        case "norm" if name is None:
            return gettext("Each parameter's gradient is scaled down to a norm of {threshold}, separately.", threshold=threshold)
        case "global_norm" if name is not None:
            return gettext(
                "If all gradients together have a norm over {threshold}, all of them are scaled down, this one included.",
                threshold=threshold,
            )
        case _:
            return gettext("A gradient with a norm over {threshold} is scaled down to this norm.", threshold=threshold)


def turned(degrees: float, training: TrainingConfig) -> str:
    """What clipping did to the gradient's direction, degrees at the most in any epoch."""
    clipping, angle = training.clipping, f"{degrees:.1f}°"
    if any(change.field == "clipping" for change in training.changes):
        return gettext(
            "Clipping was changed during the run. It turned the gradient by up to {angle} (mean of an epoch).", angle=angle
        )
    if degrees < 0.01:
        match clipping:
            case "none":
                return gettext("Clipping is off, so no gradient changes its direction.")
            case "value":
                return gettext("Clipping turned the gradient by less than 0.01° in every epoch (mean of the updates).")
            case _:
                return gettext(
                    "Clipping by norm scales all elements by one factor. The gradient gets shorter but keeps its direction."
                )
    if clipping == "norm":
        return gettext(
            "Each parameter's gradient keeps its direction. All gradients together turn by up to {angle} (mean of an epoch), because "
            "each is scaled by its own factor.",
            angle=angle,
        )
    return gettext(
        "Clipping by value limits only the largest elements, which changes the direction: by up to {angle} (mean of an epoch). Clipping "
        "by global norm keeps the direction.",
        angle=angle,
    )
