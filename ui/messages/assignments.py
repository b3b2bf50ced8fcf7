"""Assignments and what is handed in, in words."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_core.errors import AssignmentError, RnnCoreError
from rnn_core.lessons.assignment import Assignment, Step, settings
from rnn_core.lessons.quantities import QUANTITIES
from rnn_core.lessons.submission import FIGURES, Agreement, Answer, Submission, Trained
from ui.language import Texts, gettext, mark, ngettext, number, paragraph, percent
from ui.messages import details, errors, lessons
from ui.messages.formatting import joined, plain
from ui.messages.names import FIELDS

PAGES = Texts(
    {
        "dataset": mark("Dataset"),
        "hyperparameters": mark("Hyperparameters"),
        "training": mark("Training"),
        "gradients": mark("Gradients"),
        "predictions": mark("Predictions"),
        "all_sentences": mark("All sentences"),
        "step_by_step": mark("Step by step"),
        "sweeps": mark("Sweeps"),
    }
)
"""Page -> its title."""
COLUMNS = Texts(
    {
        "name": mark("Name"),
        "assignment": mark("Assignment"),
        "done": mark("Steps done"),
        "answers": mark("Answers"),
        "runs": mark("Runs"),
    }
)
"""Heads of the table of what was handed in."""
AGREEMENTS = Texts(
    {
        "same": mark("The figures agree, and the loss of every epoch is equal bit for bit."),
        "close": mark("The figures agree to six digits. The last digits of some losses differ."),
        "other": mark("The figures differ. This run does not give what was handed in."),
    }
)


def setting(name: str) -> str:
    """The name of something that can be locked."""
    return gettext("The sentences") if name == "sentences" else FIELDS[name]


def locked(reason: str) -> str:
    """That a setting is locked, and why."""
    if not reason:
        return gettext("Locked by the assignment.")
    return gettext("Locked by the assignment: {reason}", reason=plain(reason))


def summary(assignment: Assignment) -> str:
    """What an assignment consists of."""
    steps = ngettext("It has {count} step.", "It has {count} steps.", len(assignment.steps))
    names = [setting(name) for name, _ in settings(assignment)]
    if not names:
        return steps
    return paragraph([steps, gettext("These settings are locked: {names}.", names=joined(names))])


def set_aside() -> str:
    """What becomes of a visitor's own work."""
    return gettext("Your own sentences and settings are set aside and come back at the end.")


def takes(minutes: int, steps: int) -> str:
    """How long an assignment takes, and how many steps it has."""
    return ngettext(
        "About {minutes} minutes, {count} step", "About {minutes} minutes, {count} steps", steps, minutes=number(minutes)
    )


def place(title: str, at: int, steps: int, done: int) -> str:
    """Where a learner is: at which step, from 0."""
    return gettext(
        "{title} · step {step} of {steps} · {done} done",
        title=plain(title),
        step=number(at + 1),
        steps=number(steps),
        done=number(done),
    )


def closed() -> str:
    """That a page is not open."""
    return gettext("This page is closed during the assignment.")


def refused(problem: RnnCoreError) -> str:
    """Why an assignment or what was handed in cannot be used."""
    if not isinstance(problem, AssignmentError):
        return errors.error(problem)
    detail = details.detail(problem.detail)
    match problem.reason:
        case "too_large":
            return gettext("It is too large: {detail}.", detail=detail)
        case "too_long":
            return gettext("It is too long for a link: {detail}. Send the file instead.", detail=detail)
        case "not_ours":
            return gettext("This is not such a file made by Unrolled, or it is damaged.")
        case "newer_version":
            return gettext("This file was made by a newer version of Unrolled.")
        case "damaged" | "truncated":
            return gettext("This file is damaged: its checksum is wrong. Ask for it again.")
        case "bad_value":
            return gettext("Something in it is not allowed: {detail}.", detail=detail)
        case "other_sentences":
            return gettext("This file uses built-in sentences that have changed since it was made.")


def table(submissions: Sequence[Submission]) -> list[dict[str, str]]:
    """One row for each learner."""
    return [
        {
            "name": each.name or "–",
            "assignment": each.assignment.title,
            "done": f"{sum(answer.met for answer in each.answers)} / {len(each.answers)}",
            "answers": " | ".join(_answer(*pair) for pair in zip(each.assignment.steps, each.answers, strict=True)),
            "runs": " | ".join(run(trained) for trained in each.runs) or "–",
        }
        for each in submissions
    ]


def _answer(step: Step, answer: Answer) -> str:
    """What was answered at a step, and the figures of its checks."""
    figures = [
        lessons.value(QUANTITIES[check.quantity].kind, value) for check, value in zip(step.done, answer.figures, strict=False)
    ]
    return "; ".join(part for part in (answer.text, *figures) if part) or "–"


def run(trained: Trained) -> str:
    """A run that was handed in, with its figures."""
    told = dict(zip(FIGURES, trained.figures, strict=True))
    train, test = (_share(told[f"{split}_accuracy"]) for split in ("train", "test"))
    return ngettext(
        "{count} epoch: train {train}, test {test}",
        "{count} epochs: train {train}, test {test}",
        trained.epochs,
        train=train,
        test=test,
    )


def compared(found: Agreement, here: Trained, there: Trained) -> str:
    """How a run that was trained here agrees with one that was handed in."""
    if here.engine == there.engine and here.path == there.path:
        return AGREEMENTS[found]
    return paragraph(
        [
            AGREEMENTS[found],
            gettext(
                "It was trained with other versions or on the other path: {there}. Here: {here}.",
                there=plain(there.engine),
                here=plain(here.engine),
            ),
        ]
    )


def _share(value: float | None) -> str:
    return "–" if value is None else percent(value)
