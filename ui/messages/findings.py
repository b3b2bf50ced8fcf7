"""What a run's curves show, in words."""

from __future__ import annotations

from collections.abc import Mapping

from rnn_core import Experiment
from rnn_core.errors import shorten
from rnn_core.training.advice import Advice, advice
from rnn_core.training.findings import Finding, Outcome, findings
from rnn_core.training.replay import Cause
from ui.messages.formatting import number, percent, plain
from ui.messages.names import FIELDS
from ui.messages.update import loss
from ui.server.job_status import JobStatus, State

MOST_QUOTED = 3
"""Sentences of a batch that are quoted."""

OUTCOMES: Mapping[State, Outcome] = {
    "running": "going",
    "paused": "going",
    "done": "finished",
    "stopped": "stopped",
    "time_limit": "stopped",
    "diverged": "broken",
    "failed": "broken",
}


def found_in(run: JobStatus) -> tuple[Finding, ...]:
    """What the curves of a run show as it stands."""
    return findings(run.history, run.experiment.dataset.bounds, OUTCOMES[run.state])


def finding(found: Finding, experiment: Experiment, cause: Cause | None = None) -> str:
    """One finding. cause: the update behind a spike, if it was looked for."""
    said = _said(found, experiment)
    if cause is not None:
        said += f" {_cause(cause, experiment)}"
    if (change := advice(found, experiment)) is not None:
        said += f" {_advice(change, experiment)}"
    return said


def _said(found: Finding, experiment: Experiment) -> str:
    f = found.figures
    match found.id:
        case "plateau":
            return (
                f"**Plateau.** For {number(f['epochs'])} epochs the loss has stayed near chance. It is {loss(f['loss'])} now; finding "
                f"all labels equally likely gives {loss(f['chance_loss'])}. {percent(f['accuracy'])} of the training sentences are "
                f"right; always giving the most frequent label would get {percent(f['chance'])}."
            )
        case "ceiling":
            return (
                f"**At its ceiling.** {percent(f['accuracy'])} of the training sentences are right, with a loss of {loss(f['loss'])}. "
                f"Some sentences occur with different labels, so no network can get more than {percent(f['ceiling'])} right, or a "
                f"loss under {loss(f['floor'])}."
            )
        case "lost":
            return (
                f"**Lost.** Over the last 20 epochs {percent(f['accuracy'])} of the training sentences were right, close to guessing, and "
                f"neither the loss nor the accuracy is improving. The best 20 epochs in a row, up to epoch {number(f['best_epoch'])}, "
                f"had {percent(f['best'])} right.{_ceiling(f)}"
            )
        case "slow":
            return (
                f"**Slow.** The run ended while it was still improving: {percent(f['accuracy'])} of the training sentences were right "
                f"over the last 20 epochs.{_ceiling(f)}"
            )
        case "stopped":
            return (
                f"**Stopped early.** The run was still improving when it was stopped after epoch {number(f['epochs'])}: "
                f"{percent(f['accuracy'])} of the training sentences were right over the last 20 epochs.{_ceiling(f)}"
            )
        case "stalled":
            return (
                f"**Stalled.** {percent(f['accuracy'])} of the training sentences were right over the last 20 epochs, and over the last "
                f"40 neither the loss nor the accuracy has improved.{_ceiling(f)}"
            )
        case "overfitting":
            return (
                f"**Overfitting.** The test loss was lowest in epoch {number(f['epoch'])} and is {loss(f['loss'])} now, while the train "
                f"loss is lower than it was then. {percent(f['accuracy'])} of the test sentences are right, "
                f"{percent(f['accuracy_then'])} were right then."
            )
        case "gap":
            return (
                f"**Learned by heart.** The train loss is {loss(f['train_loss'])}, but the test loss is {loss(f['test_loss'])}: more than "
                f"the {loss(f['chance_loss'])} of finding all labels equally likely. {percent(f['train_accuracy'])} of the training "
                f"sentences are right, and {percent(f['test_accuracy'])} of the test sentences."
            )
        case "waited":
            return (
                f"**A late start.** For the first {number(f['epochs'])} of {number(f['all'])} epochs the loss stayed near "
                f"{loss(f['chance_loss'])}, that of finding all labels equally likely. Only then did it fall."
            )
        case "spikes":
            said = (
                f"**{_times(f['count'])} the train loss jumped.** The highest peak is {loss(f['loss'])} in epoch {number(f['epoch'])}, "
                f"from {loss(f['before'])} before."
            )
            if f["latest_epoch"] == f["epoch"]:
                return said
            return f"{said} The latest is {loss(f['latest_loss'])} in epoch {number(f['latest_epoch'])}."
        case _:
            return (
                f"**{_times(f['count'])} it forgot.** After every training sentence had been right, fewer than 98 % were right again. "
                f"The lowest was {percent(f['accuracy'])} in epoch {number(f['epoch'])}. {_update(experiment)}"
            )


def _times(count: float) -> str:
    return "Once" if count == 1 else f"{number(count)} times"


def _ceiling(figures: Mapping[str, float]) -> str:
    """The most that can be had, where that is not everything."""
    if figures["ceiling"] == 1:
        return ""
    return f" Some sentences occur with different labels, so no network can get more than {percent(figures['ceiling'])} right."


def _update(experiment: Experiment) -> str:
    """What an update looks at, of all the sentences."""
    size = experiment.training.batch_size
    if size >= len(experiment.dataset.rows("train")):
        return "Each update follows the gradient of all training sentences, and a step that is too long raises their loss."
    sentences = "one sentence" if size == 1 else f"{number(size)} sentences"
    return f"Each update follows the gradient of {sentences} and can make others wrong."


def _cause(cause: Cause, experiment: Experiment) -> str:
    """The update that raised the loss most, and what moved it."""
    quoted = [f"row {row}, “{plain(shorten(experiment.dataset.examples[row - 1].text))}”" for row in cause.rows[:MOST_QUOTED]]
    if len(cause.rows) > MOST_QUOTED:
        quoted.append(f"and {number(len(cause.rows) - MOST_QUOTED)} more")
    said = (
        f"Update {number(cause.update)} of epoch {number(cause.epoch)} raised the mean loss of all training sentences most, from "
        f"{loss(cause.before)} to {loss(cause.after)}: {'; '.join(quoted)}."
    )
    if cause.clipped and cause.halved < cause.after:
        return f"{said} Clipping cut its gradient; with half the threshold the loss would have been {loss(cause.halved)}."
    if cause.clipped:
        return f"{said} Clipping cut its gradient, but half the threshold would not have helped."
    if cause.memory > 0.5:
        remembered = f"{percent(cause.memory)} of the step comes from earlier gradients, which the optimizer remembers"
        return f"{said} Its gradient was not clipped; {remembered}."
    return f"{said} Its gradient was not clipped."


def act(change: Advice, experiment: Experiment) -> str:
    """What a button does that trains the experiment with one setting changed."""
    if change.field == "init_scale":
        return f"Same run with weights {change.value / experiment.model.init_scale:.3g} times larger"
    return f"Same run with {FIELDS[change.field].lower()} {change.value:.3g}"


def _advice(change: Advice, experiment: Experiment) -> str:
    """A change that got further in trials."""
    name = FIELDS[change.field].lower()
    if change.field == "init_scale":
        return f"The first weights are small, and so are the first gradients: {name} {change.value:g} ends the plateau no later, mostly sooner."
    before = getattr(experiment.training, change.field)
    return f"In trials of such runs, {name} {change.value:.3g} in place of {before:g} got further."
