"""What Gradients, Predictions and All sentences look through: one network at one epoch, and what has been computed about it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Self, TypeVar

import numpy as np
import streamlit as st

from rnn_core import Dataset, Experiment, Model, Reading, RnnCoreError, read
from rnn_core.arrays import Ints
from rnn_core.data.dataset import POSITIVE
from rnn_core.data.sampling import stratified
from rnn_core.explanation import Saliency, Trace, explain, trace, unit_order
from rnn_core.pauses import pause
from ui.language import gettext, number
from ui.server.job_status import JobStatus
from ui.session.page_view import PageView
from ui.session.session import Session

Answer = TypeVar("Answer")

MOST_SENTENCES = 150
"""Sentences whose states decide the order of the units."""


@dataclass(frozen=True, eq=False)
class Lens:
    """A network, the sentences to hold it against, and a memory of what has been computed about it.

    The network is that of a run at the epoch looked at, the initial one of what is set, or one opened from a file.
    """

    session: Session
    data: Dataset
    trained: Experiment | None
    """the network's experiment; None for a network from a file"""
    run: JobStatus | None = None
    opened: Model | None = None

    @classmethod
    def on_run(cls, session: Session, run: JobStatus) -> Self:
        return cls(session, run.experiment.dataset, run.experiment, run)

    @classmethod
    def on_settings(cls, session: Session, experiment: Experiment) -> Self:
        return cls(session, experiment.dataset, experiment)

    @classmethod
    def on_file(cls, session: Session, model: Model) -> Self:
        return cls(session, session.workspace.dataset, None, opened=model)

    @property
    def view(self) -> PageView:
        """How the visitor looks at it."""
        return self.session.view

    # ------------------------------------------------------------------ the network

    @property
    def epoch(self) -> int:
        """The epoch that is looked at; 0 while nothing is trained."""
        return self.run.viewed if self.run else 0

    @property
    def kept(self) -> tuple[int, ...]:
        """The epochs whose networks there are."""
        return self.run.kept if self.run else (0,)

    @cached_property
    def model(self) -> Model:
        return self.model_at(self.epoch)

    def model_at(self, epoch: int) -> Model:
        """Return the network of a kept epoch."""
        if self.opened is not None:
            return self.opened
        return self.run.model_at(epoch) if self.run else Model.initial(self.experiment)

    @property
    def experiment(self) -> Experiment:
        """The experiment that the network belongs to; one from a file has none."""
        assert self.trained is not None, "a network from a file has no experiment"
        return self.trained

    # ------------------------------------------------------------------ what is computed about it

    def work_out(self, question: Hashable, work: Callable[[], Answer], *, epoch: int | None = None) -> Answer:
        """Return the answer to a question about this network, or its network of another kept epoch, computed once."""
        at = self.epoch if epoch is None else epoch
        network = self.opened or (self.run.key(at) if self.run else (self.experiment.fingerprint, at))
        return self.session.view.memo((network, question), work)

    @property
    def label(self) -> str | None:
        """The label whose probability is shown: of two labels one tells both. None for the predicted label, of more than two."""
        labels = self.model.labels
        if len(labels) > 2:
            return None
        return POSITIVE if POSITIVE in labels else labels[-1]

    def check_sentences(self) -> None:
        """Raise LimitError where splitting the sentences by this network's rules, not their own, would take too long."""
        texts = (text for text, _, _ in self.data.examples)
        self.session.limits.check(splitting_seconds=self.model.rules.seconds(texts))

    def reading(self, text: str) -> Reading:
        """Read a text word by word. Raises as rnn_core.read does, and LimitError for a text that is too long."""
        limits = self.session.limits
        limits.check(characters=len(text))
        limits.check(words=len(self.work_out(("words", text), lambda: self.model.rules.words(text))))
        return self.work_out(("reading", text), lambda: read(self.model, text))

    def can_read(self, text: str) -> bool:
        """Return whether this network can read a text."""
        try:
            self.reading(text)
        except RnnCoreError:
            return False
        return True

    def saliency(self, text: str, label: str) -> Saliency:
        """What each word of a readable text did for a label."""
        return self.work_out(("saliency", text, label), lambda: explain(self.model, self.reading(text), label))

    def traces(self, text: str) -> tuple[Trace, ...]:
        """The numbers of every step of a readable text, one trace for each direction."""
        return self.work_out(("trace", text), lambda: trace(self.model, self.reading(text)))

    def orders(self) -> tuple[Ints, ...]:
        """For each direction the order of the units that puts similar ones side by side, over the training sentences."""
        return self.work_out("orders", self._orders)

    def _orders(self) -> tuple[Ints, ...]:
        forward, backward = [], []
        for row in stratified(self.data, self.data.rows("train"), MOST_SENTENCES):
            pause()
            try:
                states = self.model.states(self.data.examples[row].text)
            except RnnCoreError:  # sentences that it was not trained on
                continue
            forward.append(states.h[1:])
            backward.append(states.h_reverse[1:])
        H = self.model.config.hidden_size
        ways = (forward, backward)[: 1 + self.model.config.bidirectional]
        return tuple(unit_order(np.concatenate(way)) if way else np.arange(H) for way in ways)

    # ------------------------------------------------------------------ its epoch

    def choose_epoch(self, key: str) -> None:
        """Let a kept epoch of a run that stands still be chosen: every page then shows the network of that epoch."""
        run, job = self.run, self.session.runs.job
        if run is None or job is None or job.running or len(run.kept) < 2:
            return
        epoch = st.select_slider(
            gettext("Network of epoch"),
            run.kept,
            run.viewed,
            key=f"{key}-{run.number}-{run.epoch}-{run.viewed}",
            format_func=number,
            width=320,
            help=gettext(
                "The checkpoints of this run. Training, Gradients, Predictions and All sentences show the network of this epoch."
            ),
        )
        if epoch != run.viewed:
            job.look_at(epoch)
            st.rerun()
