"""A sweep on its way in words: what it will take, how far it is, and why it ended."""

from __future__ import annotations

from rnn_core import Limits
from rnn_core.errors import AbsentVectorsError
from rnn_core.sweeps.sweep import Sweep
from ui.language import gettext, ngettext, number, paragraph
from ui.messages.formatting import duration, plain
from ui.messages.vectors import DIGITS
from ui.server.sweeps import BackgroundSweep


def plan(sweep: Sweep, seconds: float | None, abreast: int | None, stretch: float) -> str:
    """How many runs there are and how long they take, before they are started.

    seconds: of all runs one after another; None as long as that cannot be told, before the engine is ready. abreast: how many are
    trained at a time here; None where a cluster trains them.
    """
    runs, points = len(sweep), len(sweep.points)
    counted = gettext(
        "{points} × {seeds}: {runs} runs of up to {epochs} epochs.",
        points=ngettext("{count} combination", "{count} combinations", points),
        seeds=ngettext("{count} seed", "{count} seeds", sweep.seeds),
        runs=number(runs),
        epochs=number(max(point.get("epochs", sweep.base.training.epochs) for point in sweep.points)),
    )
    if abreast is None:
        return paragraph([counted, gettext("The cluster of this server trains them.")])
    counted = paragraph([counted, gettext("{abreast} are trained at a time.", abreast=number(abreast))])
    if seconds is None:
        return paragraph([counted, gettext("They start when the engine is ready.")])
    lines = [counted, gettext("Estimated time on this machine: {time}.", time=duration(seconds / abreast))]
    if stretch > 1:
        lines.append(gettext("Others are training now: beside them about {time}.", time=duration(seconds / abreast * stretch)))
    return paragraph(lines)


def too_long(seconds: float, left: float) -> str | None:
    """That the training time that is left will not be enough; None where it will."""
    if seconds <= left:
        return None
    return gettext(
        "These runs need about {seconds} of training time together, and you have {left} left here. The sweep ends when that is used up; what "
        "was trained by then stays.",
        seconds=duration(seconds),
        left=duration(left),
    )


def budget(runs_used: int, seconds_used: float, limits: Limits) -> str:
    """How much of what the server allows a visitor is left."""
    return gettext(
        "Left for your sweeps on this server: {runs} runs and {time} of training time.",
        runs=number(max(0, limits.sweep_runs - runs_used)),
        time=duration(max(0.0, limits.sweep_seconds - seconds_used)),
    )


def progress(made: BackgroundSweep, left: float | None) -> str:
    """How far a sweep is. left: seconds until it is over, once that can be told."""
    ended, runs = number(made.ended), number(len(made.sweep))
    if made.connecting:
        return gettext("Waiting for the cluster of this server.")
    if made.state == "waiting":
        return gettext("Waiting for the engine: all runs of a sweep are compiled, or none.")
    if made.state == "paused":
        return gettext("Paused: {ended} of {runs} runs", ended=ended, runs=runs)
    if left is None:
        return gettext("{ended} of {runs} runs", ended=ended, runs=runs)
    return gettext("{ended} of {runs} runs, about {time} left", ended=ended, runs=runs, time=duration(left))


def unanswered(made: BackgroundSweep) -> str | None:
    """That the cluster did not answer; None where it did or there is none."""
    return gettext("The cluster of this server does not answer, so the runs are trained here.") if made.unanswered else None


def absent(problem: AbsentVectorsError) -> str:
    """That the sweep of a link needs word vectors that are not here."""
    return gettext(
        "The sweep in this link uses the word vectors {name} (digest {digest}), which the link does not contain. Load their file on the "
        "Hyperparameters page and come back: the sweep is offered then.",
        name=plain(problem.name),
        digest=plain(problem.digest[:DIGITS]),
    )


def ending(made: BackgroundSweep) -> str | None:
    """Why a sweep that is over has fewer runs than planned; None where it has all."""
    ended, runs = number(made.ended), number(len(made.sweep))
    if made.state == "cancelled":
        return gettext("The sweep was cancelled after {ended} of {runs} runs. These are shown.", ended=ended, runs=runs)
    if made.state == "spent":
        return gettext("Your training time was used up after {ended} of {runs} runs. These are shown.", ended=ended, runs=runs)
    if made.state == "broken":
        return gettext(
            "Something broke after {ended} of {runs} runs, and it is our fault. These are shown.", ended=ended, runs=runs
        )
    return None
