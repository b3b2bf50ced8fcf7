"""A moment to share: a link that carries, beside the experiment, the page, the sentence and the epoch that are looked at.

What comes by such a link is a stranger's: the epoch is a number that the experiment has, the sentence is cut at a bound and read
like any that a visitor types.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode

from rnn_core import Experiment, LimitError
from ui.messages import errors
from ui.messages import moments as messages
from ui.session import session as sessions
from ui.session.inbox import Moment
from ui.session.page_view import SENTENCE
from ui.session.session import Session

EPOCH, TEXT = "at", "s"
"""The address's parameters with the epoch and the sentence."""
MOST_LETTERS = 500
"""The longest sentence that a link carries."""


def now(session: Session) -> Moment | None:
    """Return the moment that the visitor looks at: of the shown run, once it has been trained."""
    run = session.runs.shown
    if run is None or not run.viewed or run.by_hand or session.runs.opened is not None:
        return None
    sentence = session.view.sentence
    return Moment(run.viewed, sentence if sentence and len(sentence) <= MOST_LETTERS else None)


def written(moment: Moment) -> str:
    """Return the moment as parameters of an address."""
    return urlencode({EPOCH: moment.epoch} | ({TEXT: moment.sentence} if moment.sentence else {}))


def read(parameters: Mapping[str, str]) -> Moment | None:
    """Return the moment of an address; None where it has none that could be opened."""
    epoch, sentence = parameters.get(EPOCH, ""), parameters.get(TEXT)
    if not (epoch.isascii() and epoch.isdecimal() and len(epoch) <= 9) or int(epoch) == 0:
        return None
    return Moment(int(epoch), sentence if sentence and len(sentence) <= MOST_LETTERS else None)


def open_it(session: Session, experiment: Experiment, moment: Moment) -> None:
    """Set the experiment and the sentence, and train in the background to the moment's epoch, as fast as the machine can."""
    session.accept(experiment)
    if moment.sentence is not None:
        session.view.sentence = moment.sentence
        sessions.put(SENTENCE, moment.sentence)
    until = min(moment.epoch, experiment.training.epochs)
    pace, session.runs.pace = session.runs.pace, None
    try:
        session.runs.train(experiment, until=until)
    except LimitError as problem:
        session.view.notice = partial(errors.error, problem)
    else:
        session.view.notice = partial(messages.on_the_way, until)
    finally:
        session.runs.pace = pace
