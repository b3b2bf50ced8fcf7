"""Whom the page asks: the network of a run at the epoch that is looked at, or one that was opened from a file."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import streamlit as st

from rnn_core import Dataset, Model, Reading, RnnCoreError, read
from rnn_core.arrays import Ints
from rnn_core.data.dataset import POSITIVE
from rnn_core.explanation import Saliency, Trace, explain, trace, unit_order
from ui.frame import shell
from ui.messages import experiment
from ui.server.jobs import JobStatus
from ui.session.session import Session

Answer = TypeVar("Answer")

MOST_SENTENCES = 150
"""Whose states decide the order of the units."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A network, the sentences to hold it against, and what has been worked out about it."""

    session: Session
    model: Model
    data: Dataset
    run: JobStatus | None
    stands_for: Hashable
    """Equal for equal networks."""

    @property
    def label(self) -> str:
        """The label whose probability is shown."""
        return POSITIVE if POSITIVE in self.model.labels else self.model.labels[0]

    def work_out(self, question: Hashable, work: Callable[[], Answer]) -> Answer:
        """The answer to a question about this network, worked out once."""
        return self.session.memo((self.stands_for, question), work)

    def reading(self, text: str) -> Reading:
        """Raises as read does, and LimitError for a text of too many words."""
        self.session.limits.check(words=len(self.model.rules.words(text)))
        return self.work_out(("reading", text), lambda: read(self.model, text))

    def saliency(self, text: str) -> Saliency:
        """What each word of a text that can be read did for the label."""
        return self.work_out(("saliency", text), lambda: explain(self.model, self.reading(text), self.label))

    def traces(self, text: str) -> tuple[Trace, ...]:
        """The numbers of every step of a text that can be read, a direction each."""
        return self.work_out(("trace", text), lambda: trace(self.model, self.reading(text)))

    def orders(self) -> tuple[Ints, ...]:
        """The order of the units of each direction in which similar ones sit together, over the sentences trained on."""
        return self.work_out("orders", self._orders)

    def _orders(self) -> tuple[Ints, ...]:
        forward, backward = [], []
        for row in self.data.rows("train")[:MOST_SENTENCES]:
            try:
                states = self.model.states(self.data.examples[row].text)
            except RnnCoreError:  # of other sentences than it was trained on
                continue
            forward.append(states.h[1:])
            backward.append(states.h_reverse[1:])
        H = self.model.config.hidden_size
        ways = (forward, backward)[: 1 + self.model.config.bidirectional]
        return tuple(unit_order(np.concatenate(way)) if way else np.arange(H) for way in ways)


def choose(session: Session) -> Subject | None:
    """Whom to ask, after a word on it; None where there is nobody yet."""
    run = session.run
    if session.opened is not None:
        st.info("This asks the network that you opened from a file.", icon=":material/folder_open:")
        if run is not None and run.epoch and st.button("Ask the run instead", icon=":material/undo:"):
            session.opened = None
            st.rerun()
        st.markdown(f"*{experiment.network(session.opened.config)}.*")
        return Subject(session, session.opened, session.dataset, None, session.opened)
    if run is None or not run.epoch:
        return None
    shell.belongs(session, run)
    key = run.key(run.viewed)
    return Subject(session, session.memo((key, "model"), lambda: run.model), run.experiment.dataset, run, key)
