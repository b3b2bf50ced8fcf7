"""A run in words: how it stands, how it ended."""

from __future__ import annotations

from ui.jobs import Snapshot
from ui.messages.words import number


def standing(run: Snapshot) -> str:
    """How a run stands, in a few words."""
    total = number(run.experiment.training.epochs)
    match run.state:
        case "running" if run.place:
            return f"waiting for the machine, place {number(run.place)} in the line"
        case "running":
            return f"epoch {number(run.epoch)} of {total}"
        case "paused":
            return f"paused at epoch {number(run.epoch)} of {total}"
        case "stopped":
            return f"stopped at epoch {number(run.epoch)} of {total}"
        case "done" if run.epoch < run.experiment.training.epochs:
            return f"done early, the accuracy has held: epoch {number(run.epoch)} of {total}"
        case "done":
            return f"done, {total} epochs"
        case "diverged":
            return f"diverged in epoch {number(run.diverged_epoch or 0)}"
        case "time_limit":
            return f"out of time at epoch {number(run.epoch)} of {total}"
        case _:
            return f"broken off at epoch {number(run.epoch)} of {total}"


def ending(run: Snapshot) -> tuple[str, str] | None:
    """What ended a run badly and what to do, as (kind of box, sentence)."""
    match run.state:
        case "diverged":
            return "error", (
                f"The numbers grew beyond all bounds in epoch {number(run.diverged_epoch or 0)}. What is shown is from before. "
                "A smaller learning rate or a tighter clip threshold holds it."
            )
        case "time_limit":
            return "warning", (
                f"The time allowed for one run was used up at epoch {number(run.epoch)}. What was learned so far is kept."
            )
        case "failed":
            return "error", "Something of ours broke while training. What was learned before is kept; start over to try again."
        case _:
            return None
