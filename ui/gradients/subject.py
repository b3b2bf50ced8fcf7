"""What the laboratory looks at: one network, the experiment it belongs to, and one sentence."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from rnn_core import Experiment, Model
from ui.frame import shell
from ui.messages import formatting
from ui.server.jobs import JobStatus
from ui.session.session import Session

MOST_OFFERED = 300
"""Sentences to choose from; all of a large dataset would be sent to the browser at each drawing."""


@dataclass(frozen=True)
class Subject:
    """The chosen run's network at the epoch that is being looked at, or the initial one of what is set."""

    experiment: Experiment
    run: JobStatus | None

    @property
    def epoch(self) -> int:
        """The epoch that is being looked at; 0: nothing is trained yet."""
        return self.run.viewed if self.run else 0

    @cached_property
    def model(self) -> Model:
        return self.run.model if self.run else Model.initial(self.experiment)

    @property
    def kept(self) -> tuple[int, ...]:
        """The epochs whose networks there are."""
        return self.run.kept if self.run else (0,)

    def model_at(self, epoch: int) -> Model:
        """The network of a kept epoch."""
        return self.run.model_at(epoch) if self.run else self.model

    def key(self, epoch: int, *more: Hashable) -> Hashable:
        """What a result that was worked out at this epoch is remembered by: equal keys, equal networks."""
        return (self.experiment.fingerprint, epoch, *more)


def subject(session: Session) -> Subject | None:
    """What there is to look at; None, with a word and a way out, while nothing can be."""
    if shell.preparing():
        st.info(shell.PREPARING, icon=":material/hourglass_empty:")
        return None
    run = session.run
    if run is not None:
        return Subject(run.experiment, run)
    experiment, refusal = session.ready()
    shell.refuse(refusal)
    return Subject(experiment, None) if experiment else None


def chosen(session: Session, looked_at: Subject) -> tuple[str, str]:
    """Let a sentence and, of a run that stands still, a kept epoch be chosen: the sentence's text and its label."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        text, label = _sentence(session, looked_at)
        _epoch(session, looked_at)
    return text, label


def _sentence(session: Session, looked_at: Subject) -> tuple[str, str]:
    """One of the training sentences, the longest offered first. The choice is kept."""
    data = looked_at.experiment.dataset
    rows = sorted(data.rows("train"), key=lambda i: -len(data.words[i]))[:MOST_OFFERED]
    key = f"studied-{data.fingerprint[:12]}"
    session.fill(key, session.studied if session.studied in rows else rows[0])
    row = st.selectbox(
        "Sentence",
        rows,
        key=key,
        format_func=lambda i: f"{i + 1}  {data.examples[i].text[:80]}" if i < len(data.examples) else "",
        width=420,
        help=f"Of the training sentences, the {MOST_OFFERED} longest." if len(data.rows("train")) > MOST_OFFERED else None,
    )
    session.studied = row
    text, label, _ = data.examples[row]
    return text, label or ""


def _epoch(session: Session, looked_at: Subject) -> None:
    """The same act as on the Training page: all pages show the network as it was then."""
    run, job = looked_at.run, session.job
    if run is None or job is None or job.running or len(run.kept) < 2:
        return
    epoch = st.select_slider(
        "At epoch",
        run.kept,
        run.viewed,
        key=f"laboratory-epoch-{run.name}-{run.epoch}",
        format_func=formatting.number,
        width=320,
        help="The epochs that were kept. The Predictions page shows the network as it was then, too.",
    )
    if epoch != run.viewed:
        job.look_at(epoch)
        st.rerun()


def place(looked_at: Subject) -> str:
    """Which weights are looked at, as part of a heading."""
    epoch = looked_at.epoch
    if not epoch:
        return "the initial weights"
    if looked_at.run and epoch < looked_at.run.epoch:
        return f"the weights of epoch {formatting.number(epoch)}"
    return f"the current weights, epoch {formatting.number(epoch)}"
