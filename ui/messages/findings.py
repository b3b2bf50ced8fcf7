"""What a run's curves show, in words."""

from __future__ import annotations

from collections.abc import Mapping

from rnn_core import Experiment
from rnn_core.errors import shorten
from rnn_core.training.advice import Advice, advice
from rnn_core.training.findings import Finding, Outcome, findings
from rnn_core.training.replay import Cause
from ui.language import gettext, ngettext, number, paragraph, percent
from ui.messages.experiment import LISTED
from ui.messages.formatting import plain
from ui.messages.names import IN_SENTENCE
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
    said = [*_said(found, experiment)]
    if cause is not None:
        said += _cause(cause, experiment)
    if (change := advice(found, experiment)) is not None:
        said.append(_advice(change, experiment))
    return paragraph(said)


def _said(found: Finding, experiment: Experiment) -> list[str]:
    """A finding without its cause and advice, sentence by sentence."""
    f = found.figures
    match found.id:
        case "plateau":
            return [
                gettext(
                    "**Plateau.** For {epochs} epochs the loss has stayed near chance. It is {loss} now; chance is {chance_loss}.",
                    epochs=number(f["epochs"]),
                    loss=loss(f["loss"]),
                    chance_loss=loss(f["chance_loss"]),
                ),
                gettext(
                    "Training accuracy is {accuracy}; always predicting the most frequent label gives {chance}.",
                    accuracy=percent(f["accuracy"]),
                    chance=percent(f["chance"]),
                ),
            ]
        case "ceiling":
            return [
                gettext(
                    "**At the ceiling.** Training accuracy is {accuracy}, the loss is {loss}.",
                    accuracy=percent(f["accuracy"]),
                    loss=loss(f["loss"]),
                ),
                gettext(
                    "Some sentences occur with different labels, so no network can reach more than {ceiling} or a loss below {floor}.",
                    ceiling=percent(f["ceiling"]),
                    floor=loss(f["floor"]),
                ),
            ]
        case "lost":
            return [
                gettext(
                    "**Training failed.** Over the last 20 epochs training accuracy was {accuracy}, close to chance. Neither loss nor "
                    "accuracy is improving.",
                    accuracy=percent(f["accuracy"]),
                ),
                gettext(
                    "The best 20 epochs in a row, up to epoch {epoch}, had {best}.",
                    epoch=number(f["best_epoch"]),
                    best=percent(f["best"]),
                ),
                *_ceiling(f),
            ]
        case "slow":
            return [
                gettext(
                    "**Too short.** The run ended while it was still improving. Training accuracy over the last 20 epochs: {accuracy}.",
                    accuracy=percent(f["accuracy"]),
                ),
                *_ceiling(f),
            ]
        case "stopped":
            return [
                gettext(
                    "**Stopped while improving.** The run was stopped after epoch {epoch}. Training accuracy over the last 20 epochs: "
                    "{accuracy}.",
                    epoch=number(f["epochs"]),
                    accuracy=percent(f["accuracy"]),
                ),
                *_ceiling(f),
            ]
        case "stalled":
            return [
                gettext(
                    "**No progress.** Training accuracy over the last 20 epochs was {accuracy}. Over the last 40 epochs neither loss nor "
                    "accuracy has improved.",
                    accuracy=percent(f["accuracy"]),
                ),
                *_ceiling(f),
            ]
        case "overfitting":
            return [
                gettext(
                    "**Overfitting.** The test loss was lowest in epoch {epoch} and is {loss} now. The train loss has fallen since then.",
                    epoch=number(f["epoch"]),
                    loss=loss(f["loss"]),
                ),
                gettext(
                    "Test accuracy is {accuracy}; it was {before} then.",
                    accuracy=percent(f["accuracy"]),
                    before=percent(f["accuracy_then"]),
                ),
            ]
        case "gap":
            return [
                gettext(
                    "**Memorized.** The train loss is {train_loss}, but the test loss is {test_loss}, above chance ({chance_loss}).",
                    train_loss=loss(f["train_loss"]),
                    test_loss=loss(f["test_loss"]),
                    chance_loss=loss(f["chance_loss"]),
                ),
                gettext(
                    "Training accuracy is {train}, test accuracy {test}.",
                    train=percent(f["train_accuracy"]),
                    test=percent(f["test_accuracy"]),
                ),
            ]
        case "waited":
            return [
                gettext(
                    "**Late start.** For the first {epochs} of {total} epochs the loss stayed near chance, {chance_loss}. Then it fell.",
                    epochs=number(f["epochs"]),
                    total=number(f["all"]),
                    chance_loss=loss(f["chance_loss"]),
                )
            ]
        case "spikes":
            said = [
                ngettext("**The train loss jumped once.**", "**The train loss jumped {count} times.**", f["count"]),
                gettext(
                    "The highest peak is {loss} in epoch {epoch}, from {before} before.",
                    loss=loss(f["loss"]),
                    epoch=number(f["epoch"]),
                    before=loss(f["before"]),
                ),
            ]
            if f["latest_epoch"] != f["epoch"]:
                said.append(
                    gettext(
                        "The latest peak is {loss} in epoch {epoch}.",
                        loss=loss(f["latest_loss"]),
                        epoch=number(f["latest_epoch"]),
                    )
                )
            return said
        case _:
            return [
                ngettext("**The network forgot once.**", "**The network forgot {count} times.**", f["count"]),
                gettext(
                    "After 100% training accuracy it fell below 98%. The lowest was {accuracy} in epoch {epoch}.",
                    accuracy=percent(f["accuracy"]),
                    epoch=number(f["epoch"]),
                ),
                _update(experiment),
            ]


def _ceiling(figures: Mapping[str, float]) -> list[str]:
    """The most that can be had, where that is not everything."""
    if figures["ceiling"] == 1:
        return []
    return [
        gettext(
            "Some sentences occur with different labels, so no network can reach more than {ceiling}.",
            ceiling=percent(figures["ceiling"]),
        )
    ]


def _update(experiment: Experiment) -> str:
    """What an update looks at, of all the sentences."""
    size = experiment.training.batch_size
    if size >= len(experiment.dataset.rows("train")):
        return gettext("Each update follows the gradient of all training sentences. A step that is too large raises their loss.")
    return ngettext(
        "Each update follows the gradient of one sentence. It can make others wrong.",
        "Each update follows the gradient of {count} sentences. It can make others wrong.",
        size,
    )


def _cause(cause: Cause, experiment: Experiment) -> list[str]:
    """The update that raised the loss most, and what moved it."""
    texts = [(row, plain(shorten(experiment.dataset.examples[row - 1].text))) for row in cause.rows[:MOST_QUOTED]]
    quoted = LISTED.join(gettext("row {row}, “{sentence}”", row=number(row), sentence=text) for row, text in texts)
    figures = {
        "update": number(cause.update),
        "epoch": number(cause.epoch),
        "before": loss(cause.before),
        "after": loss(cause.after),
        "rows": quoted,
    }
    if len(cause.rows) > MOST_QUOTED:
        said = gettext(
            "Update {update} of epoch {epoch} raised the mean training loss most, from {before} to {after}: {rows}, and {count} more.",
            **figures,
            count=number(len(cause.rows) - MOST_QUOTED),
        )
    else:
        said = gettext(
            "Update {update} of epoch {epoch} raised the mean training loss most, from {before} to {after}: {rows}.", **figures
        )
    return [said, *_moved(cause)]


def _moved(cause: Cause) -> list[str]:
    """What clipping and the optimizer had to do with an update."""
    if cause.clipped and cause.halved < cause.after:
        return [
            gettext(
                "Its gradient was clipped. With half the clip threshold the loss would have been {loss}.", loss=loss(cause.halved)
            )
        ]
    if cause.clipped:
        return [gettext("Its gradient was clipped, but half the clip threshold would not have helped.")]
    if cause.memory > 0.5:
        return [
            gettext("Its gradient was not clipped."),
            gettext("{share} of the update comes from earlier gradients that the optimizer keeps.", share=percent(cause.memory)),
        ]
    return [gettext("Its gradient was not clipped.")]


def act(change: Advice, experiment: Experiment) -> str:
    """What a button does that trains the experiment with one setting changed."""
    if change.field == "init_scale":
        return gettext("Same run with weights {times} times larger", times=f"{change.value / experiment.model.init_scale:.3g}")
    return gettext("Same run with {setting} {value}", setting=IN_SENTENCE[change.field], value=f"{change.value:.3g}")


def _advice(change: Advice, experiment: Experiment) -> str:
    """A change that got further in trials."""
    if change.field == "init_scale":
        return gettext(
            "The initial weights are small, so the first gradients are small too. An initial scale of {scale} ends the plateau no "
            "later, usually sooner.",
            scale=f"{change.value:g}",
        )
    return gettext(
        "In our tests of such runs, {setting} {value} got further than {before}.",
        setting=IN_SENTENCE[change.field],
        value=f"{change.value:.3g}",
        before=f"{getattr(experiment.training, change.field):g}",
    )
