"""What clipping did, in words."""

from __future__ import annotations

from rnn_core import TrainingConfig
from ui.messages.formatting import percent
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


def threshold_note(training: TrainingConfig) -> str | None:
    """What the threshold's line in a picture of norms means; None where nothing is clipped."""
    match training.clipping:
        case "value":
            return (
                "The dashed line is the clip threshold. It bounds each element, not the norm. Where the largest norm of an epoch, a dot, "
                "lies under it, nothing was clipped in that epoch; the mean, the line, may lie under it all the same."
            )
        case "norm":
            return "The dashed line is the clip threshold. It bounds the norm of each parameter's gradient, each for itself."
        case "global_norm":
            return "The dashed line is the clip threshold. It bounds the norm of all gradients together, so it stands in that picture alone."
        case _:
            return None


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
