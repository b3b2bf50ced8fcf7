"""What clipping did, in words."""

from __future__ import annotations

import numpy as np

from rnn_core import History, TrainingConfig
from ui.messages.ask import quoted
from ui.messages.formatting import number, percent, scientific
from ui.server.job_status import JobStatus


def never_clips(training: TrainingConfig) -> bool:
    """Whether nothing is clipped in any epoch."""
    return training.clipping == "none" and not any(change.field == "clipping" for change in training.changes)


def clipped(run: JobStatus, name: str | None = None) -> str:
    """How much clipping changed over the run so far, of one parameter's gradient or of all."""
    training = run.experiment.training
    if never_clips(training):
        return "Clipping is off: every gradient went into its step whole."
    updates = float(run.history.gradient(name, "updates_clipped").mean())
    elements = float(run.history.gradient(name, "elements_clipped").mean())
    if updates == 0 and name is None:
        return "Clipping changed nothing in this run: while it was on, no gradient was over the threshold."
    if updates == 0:
        return f"Clipping never changed the gradient of {name} in this run."
    if name is None:
        return f"Over the run, clipping changed {percent(updates, 1, 3)} of the updates and {percent(elements, 1, 3)} of all elements."
    return (
        f"Over the run, clipping changed the gradient of {name} in {percent(updates, 1, 3)} of the updates, and {percent(elements, 1, 3)} of "
        "its elements."
    )


def longest(run: JobStatus, update: int) -> str:
    """The epoch in which clipping cut most or, where it cut nothing, with the longest gradient. update: the one in that epoch, from 1."""
    history, experiment = run.history, run.experiment
    at = longest_epoch(history) - 1
    before, after = (float(history.gradient(None, name)[at]) for name in ("norm_before_max", "norm_after_max"))
    updates = -(-len(experiment.dataset.rows("train")) // experiment.training.batch_size)
    text = experiment.dataset.examples[int(history.columns.largest_norm_row[at]) - 1].text
    place = f"epoch {number(at + 1)}, update {number(update)} of {number(updates)}, {quoted(text, 60)}"
    if experiment.training.batch_size > 1:
        place += " and others"
    if never_clips(experiment.training):
        return (
            f"**The longest gradient has norm {scientific(before)}: {place}. Clipping was off, so it went into its step whole.**"
        )
    if before == after:
        return f"**Clipping cut nothing of the longest gradients. The longest of all has norm {scientific(before)}: {place}.**"
    return (
        f"**Clipping shortened the longest gradient most in {place}: norm {scientific(before)} before it. After it, no gradient of that "
        f"epoch was longer than {scientific(after)}.**"
    )


def longest_epoch(history: History) -> int:
    """Return the epoch, from 1, in which clipping shortened the longest gradient most; without any cut, that with the longest gradient."""
    before, after = history.gradient(None, "norm_before_max"), history.gradient(None, "norm_after_max")
    cut = before - after
    return int(np.argmax(cut if (cut > 0).any() else before)) + 1


def picture(run: JobStatus, name: str | None = None) -> str:
    """How to read the picture of the longest gradients of one parameter, or of all together."""
    training = run.experiment.training
    if never_clips(training):
        return "The line is the longest gradient of each epoch."
    line = ":blue[**Blue**]: the longest gradient of each epoch after clipping. :orange[**Orange**]: by how much the longest before was longer. "
    match training.clipping:
        case "value":
            line += (
                f"Clipping by value cuts every *element* to ±{training.clip_threshold:g}. A gradient with a norm under this threshold has no "
                "such element, so it is never clipped."
            )
        case "norm" if name is None:
            line += f"Each parameter's gradient is scaled down to the threshold {training.clip_threshold:g}, each for itself."
        case "global_norm" if name is not None:
            line += f"All gradients together are scaled down to the threshold {training.clip_threshold:g}, this one with them."
        case _:
            line += f"A norm over the threshold {training.clip_threshold:g} is scaled down to it."
    return line


def turned(degrees: float, training: TrainingConfig) -> str:
    """What clipping did to the gradient's direction, degrees at the most in any epoch."""
    clipping = training.clipping
    if any(change.field == "clipping" for change in training.changes):
        return f"Clipping was changed on the way. At the most it turned the gradient by {degrees:.1f}° in the mean of an epoch."
    if degrees < 0.01:
        match clipping:
            case "none":
                return "Nothing is clipped, so nothing is turned."
            case "value":
                return "In no epoch did clipping turn it by 0.01° or more, in the mean of the updates."
            case _:
                return "Clipping by norm scales all elements alike: it shortens the gradient and keeps its direction."
    if clipping == "norm":
        return (
            f"Each parameter's gradient keeps its direction. All together turn, by up to {degrees:.1f}° in the mean of an epoch, since each "
            "is scaled by a factor of its own."
        )
    return (
        f"Clipping by value cuts the largest elements alone, so what is left points elsewhere: by up to {degrees:.1f}° in the mean of an "
        "epoch. Clipping by the global norm would keep the direction."
    )
