"""Links and files in words: what can be wrong with one, and what came with it."""

from __future__ import annotations

from rnn_core import Experiment
from rnn_core.errors import ExperimentFileError, LimitError, LinkError, ModelFileError, RnnCoreError
from ui.messages.errors import error
from ui.messages.experiment import settings_card
from ui.messages.formatting import number, plain


def unusable(problem: RnnCoreError) -> str:
    """Why a link or a file from outside cannot be used, and that nothing is lost by it."""
    return f"{_why(problem)} Your sentences and settings are as they were."


def _why(problem: RnnCoreError) -> str:
    things: dict[type[RnnCoreError], str] = {LinkError: "link", ExperimentFileError: "file", ModelFileError: "model file"}
    thing = things.get(type(problem))
    if thing is None:
        prefix = "What it describes is more than this server allows." if isinstance(problem, LimitError) else "It cannot be used."
        return f"{prefix} {error(problem)}"
    match getattr(problem, "reason", ""):
        case "damaged":
            return "This link is damaged: some of its letters have changed on the way. Ask for it once more."
        case "truncated":
            return "This link breaks off: its end was lost on the way. Ask for it once more, or for the experiment as a file."
        case "newer_version":
            return f"This {thing} was made by a newer version of the dashboard than this one."
        case "too_long" | "too_large":
            return f"This {thing} is larger than what is read here: {plain(getattr(problem, 'detail', ''))}."
        case "other_sentences":
            return f"This {thing} names sentences that have changed since it was made."
        case "over_limits":
            return f"This network is larger than this server allows: {plain(getattr(problem, 'detail', ''))}."
        case "not_finite":
            return "This network is broken: it holds a number that is none."
        case "not_an_experiment":
            return f"This {thing} holds no experiment: {plain(getattr(problem, 'detail', ''))}."
        case _:
            return f"This is no {thing} of the dashboard, or it is damaged."


def offered(experiment: Experiment) -> str:
    """What a link or a file brings, in one line of Markdown."""
    data = experiment.dataset
    count = number(len(data.examples))
    steered = len(experiment.training.changes)
    extra = (
        "" if not steered else " One setting changes on the way." if steered == 1 else f" {steered} settings change on the way."
    )
    return f"{count} sentences. *{settings_card(experiment.model, experiment.training)}*{extra}"
