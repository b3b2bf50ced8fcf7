"""The live figure of a lesson: the present sentences, or the present network while it trains."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rnn_core import History, RnnCoreError
from rnn_core.lessons import lesson as lessons
from rnn_core.lessons.evidence import CHECKED, Evidence
from rnn_core.lessons.lesson import Lesson
from rnn_core.training.history import Columns
from rnn_core.training.story import story
from ui.figures import check, curves, sentences
from ui.frame import charts, reader, shell
from ui.frame.living import living
from ui.language import gettext
from ui.session.session import Session

PARAMETER = "W_hh"
"""The parameter whose gradient check is drawn: the formula at fault is about its matrix."""


def show(session: Session, lesson: Lesson) -> None:
    """Draw the figure of a lesson, again and again while a run goes on."""
    living(session, lambda: FIGURES[lesson.plan.figure](session, lesson), lambda: _running(session))


def _running(session: Session) -> bool:
    return session.runs.job is not None and session.runs.job.running


def _reading(session: Session, _: Lesson) -> None:
    reader.show(session)


def _untrained_reading(session: Session, _: Lesson) -> None:
    reader.show(session, trained=False)


def _balance(session: Session, _: Lesson) -> None:
    figure = sentences.balance(session.workspace.dataset, shell.colors())
    alt = gettext("Number of sentences with each label in the training and test set")
    charts.show(session.view, figure, key="lesson-balance", alt=alt)


def _words(session: Session, _: Lesson) -> None:
    figure = sentences.word_counts(session.workspace.dataset, shell.colors())
    alt = gettext("How often each word occurs in training sentences of each label")
    charts.show(session.view, figure, key="lesson-words", alt=alt)


def _one_hot(session: Session, _: Lesson) -> None:
    data = session.workspace.dataset
    words = next((words for words in (data.rules.words(CHECKED), *data.words) if set(words) <= set(data.vocabulary.words)), ())
    if words:
        figure = sentences.one_hot(data, words, shell.colors())
        charts.show(session.view, figure, key="lesson-one-hot", alt=gettext("One-hot vectors of the words of a sentence"))


def _gradient_check(session: Session, lesson: Lesson) -> None:
    try:
        experiment = lesson.plan.experiment_on(session.workspace.dataset, session.workspace.training.seed)
    except RnnCoreError as problem:
        shell.refuse(problem)
        return

    def work() -> dict[str, object]:
        checks = Evidence.untrained(experiment).checks
        return {rule: check[PARAMETER] for rule, check in checks.items()}

    compared = session.view.memo((experiment.fingerprint, "lesson-check"), work)
    figure = check.scatter(compared, shell.colors())  # type: ignore[arg-type]  # the memo keeps the type
    alt = gettext("Gradient of W_hh by both formulas against the numerical gradient")
    charts.show(session.view, figure, key="lesson-check", alt=alt)


def _loss(session: Session, _: Lesson) -> None:
    history, epochs, view = _curve(session)
    figure = curves.loss(history, epochs, shell.colors(), view)
    charts.show(session.view, figure, key="lesson-loss", alt=gettext("Train and test loss by epoch"), living=_running(session))


def _accuracy(session: Session, _: Lesson) -> None:
    history, epochs, view = _curve(session)
    figure = curves.accuracy(history, epochs, shell.colors(), view)
    alt = gettext("Train and test accuracy by epoch")
    charts.show(session.view, figure, key="lesson-accuracy", alt=alt, living=_running(session))


def _curve(session: Session) -> tuple[History, int, curves.View]:
    """Return the records to draw, the last epoch of the axis, and what is drawn beside them."""
    run = session.runs.shown
    if run is None:
        return History((), Columns.empty(0, 0)), session.workspace.training.epochs, curves.View()
    bounds = run.experiment.dataset.bounds
    told = curves.NOTHING if run.state == "running" else story(run.history, bounds)
    end = run.experiment.training.epochs if run.state == "running" else curves.so_far(run.epoch, run.experiment.training.epochs)
    return run.history, end, curves.View(chance=bounds.chance_loss, story=told)


FIGURES: Mapping[lessons.Figure, Callable[[Session, Lesson], None]] = {
    "reading": _reading,
    "untrained_reading": _untrained_reading,
    "balance": _balance,
    "one_hot": _one_hot,
    "words": _words,
    "gradient_check": _gradient_check,
    "loss": _loss,
    "accuracy": _accuracy,
}
"""Name in a lesson -> how it is drawn."""
