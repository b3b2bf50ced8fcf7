"""The one typed object behind a visitor's pages, and the only reader of Streamlit's session state."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rnn_core import Dataset, Experiment, Limits, Model, ModelConfig, RnnCoreError, Run, TrainingConfig, presets
from rnn_core.data.baseline import Baseline
from rnn_core.data.templates import Making
from rnn_core.prepare import Preparation
from rnn_core.training.estimate import seconds_per_epoch
from rnn_core.training.run import check_limits
from rnn_core.training.twins import Twins
from ui.server import process
from ui.server.comparisons import TwinRuns
from ui.server.jobs import Job, JobStatus
from ui.server.polling import Polling
from ui.server.presence import Presence
from ui.server.slots import Slots
from ui.server.visitors import Visitors
from ui.session.incoming import Incoming
from ui.session.memo import Memo
from ui.session.shelf import Shelf

MOST_UNDO = 50
MEMO_BYTES = 4_000_000
"""What a visitor's memo may hold at least; more where the limits leave more for a visitor's runs."""
MOST_FITTED_UNASKED = 2_000
"""Sentences to which a bag of words is fitted in an instant."""


class Added(NamedTuple):
    """A sentence added to the data, and what to tell about it."""

    message: str
    dataset: Dataset
    """with it"""
    new: bool
    """whether it was not there before"""


class Session:
    """What one visitor has: sentences, settings, and the runs made with them."""

    def __init__(self) -> None:
        preset = presets.guide_corrected()
        self.dataset: Dataset = preset.dataset
        self.model: ModelConfig = preset.model
        self.training: TrainingConfig = preset.training
        self.shelf = Shelf()
        """The runs."""
        self.charts_as_tables = False
        self.log_axis = False
        self.smoothing = 0.0
        """Weight of the past in the smoothed curves."""
        self.pace: float | None = None
        """Epochs a second that runs are held to; None: as fast as they can."""
        self.polling = Polling()
        """How often living pages are drawn anew."""
        self.presence = Presence()
        self.limits = profile_limits()
        self.past: list[Dataset] = []
        """Datasets that an edit, an import or a reset replaced, the latest last."""
        self.revision = 0
        """Of the table: it begins anew from the dataset when this changes."""
        self.settings_revision = 0
        """Of the settings' widgets: they are filled anew when this changes."""
        self.editor_base: pd.DataFrame | None = None
        self.row_names: tuple[str, ...] = ()
        """What the table calls its rows."""
        self.incoming: Incoming | None = None
        """The file or text that is being previewed."""
        self.preview: Dataset | None = None
        """The sentences as they would be."""
        self.sample = "This was not at all BAD, earlier!"
        """The sentence on which the text rules are shown."""
        self._made: tuple[Making, Dataset] | None = None
        self._baselines: dict[str, Baseline] = {}
        """By the fingerprint of the sentences: the run's, and those on the table."""
        self._estimate: tuple[str, float] | None = None
        """Of what is set: its fingerprint, and the seconds of an epoch."""
        self.token: str | None = None
        """Of the link that was read last."""
        self.offered: Experiment | None = None
        """An experiment that came with a link or a file and is not taken over yet."""
        self.offer_problem: RnnCoreError | None = None
        """Why one that came could not be read."""
        self.opened: Model | None = None
        """A network from a file, to be asked in the place of a run's."""
        self.restored = False
        """Whether the browser has said what it had kept: until then nothing is kept over it."""
        self.asked = 0
        """How often it has been asked."""
        self.storage_lost = False
        """Whether it has said that it cannot keep any."""
        self.sentence = "i am not bad"
        """What the network is being asked."""
        self.sentence_room: str | None = None
        """What is being looked at of the sentence: open again once what is half typed can be read."""
        self.studied: int | None = None
        """The row of the sentence that is being looked at in the laboratory."""
        self.twins: TwinRuns | None = None
        """The latest twins, in training or over."""
        self.memo = Memo(max(MEMO_BYTES, self.limits.visitor_bytes // 8))
        """What the pages computed lately."""
        self.other_sentence: str | None = None
        """What it is compared with; None: something made from the sentence itself."""
        self.added: Added | None = None
        """The sentence that went into the data last, from the prediction room."""
        self.notice: str | None = None
        """Something to tell once, at the top of the next page."""

    # ------------------------------------------------------------------ sentences and settings

    def replace_dataset(self, dataset: Dataset) -> None:
        """Put other sentences in the place of the present ones, which can be brought back."""
        self._remember()
        self.dataset = dataset
        self.revision += 1
        self.incoming = self.preview = None

    def edited(self, dataset: Dataset) -> None:
        """Take over what has been done in the table, which can be brought back too; the table goes on as it is."""
        self._remember()
        self.dataset = dataset

    def _remember(self) -> None:
        """Keep the present sentences to be brought back."""
        self.past = [*self.past, self.dataset.bare()][-MOST_UNDO:]
        while len(self.past) > 1 and self._too_much_past():
            del self.past[0]

    def _too_much_past(self) -> bool:
        """Whether it is more than twice what one dataset may be, in rows or in letters."""
        examples = [example for data in self.past for example in data.examples]
        letters = sum(len(example.text) for example in examples)
        return len(examples) > 2 * self.limits.rows or letters > 2 * self.limits.upload_bytes

    def undo(self) -> None:
        """Bring back the sentences that were last replaced or edited."""
        former = self.past.pop()
        same_rules = former.rules == self.dataset.rules  # then most of its words are known
        self.dataset = self.dataset.with_examples(former.examples) if same_rules else former
        self.revision += 1

    def take(self, source: bytes | str, name: str | None) -> Incoming:
        """What somebody brings, on its way in; the same as before if it is the same."""
        if self.incoming is None or not self.incoming.is_of(source):
            self.incoming = Incoming(source, name)
        return self.incoming

    def previewed(self, data: Dataset) -> Dataset:
        """These sentences, as an equal dataset that has worked out its faults already, if there is one."""
        if self.preview != data:
            self.preview = data
        return self.preview or data

    def made(self, making: Making) -> Dataset:
        """What a generator makes, made once."""
        if self._made is None or self._made[0] != making:
            self._made = (making, making.dataset())
        return self._made[1]

    def baseline(self, dataset: Dataset, *, patient: bool = False) -> Baseline | None:
        """A bag of words fitted to sentences; None where they cannot be trained on, or are many and nobody will wait."""
        key = dataset.fingerprint
        if key not in self._baselines:
            if dataset.blocking or (len(dataset.examples) > MOST_FITTED_UNASKED and not patient):
                return None
            self._baselines = {**dict(list(self._baselines.items())[-1:]), key: Baseline.fit(dataset)}
        return self._baselines[key]

    def use_settings(self, model: ModelConfig, training: TrainingConfig) -> None:
        """Take other settings and fill the widgets from them."""
        self.model, self.training = model, training
        self.settings_revision += 1

    @property
    def untouched(self) -> bool:
        """Whether nothing of the visitor's own is there to be lost."""
        fresh = presets.guide_corrected()
        same = (self.dataset, self.model, self.training) == (fresh.dataset, fresh.model, fresh.training)
        return same and not self.shelf.jobs and not self.past

    def holds(self, experiment: Experiment) -> bool:
        """Whether it is what is set already."""
        return (experiment.dataset, experiment.model, experiment.training) == (self.dataset, self.model, self.training)

    def accept(self, experiment: Experiment) -> None:
        """Take an experiment over; the sentences that it replaces can be brought back."""
        if experiment.dataset != self.dataset:
            self.replace_dataset(experiment.dataset)
        self.use_settings(experiment.model, experiment.training)
        self.offered = None

    def open_network(self, model: Model) -> None:
        """A network from a file: its settings are set, and the pages ask it until something else is trained or chosen."""
        self.opened = model
        self.use_settings(model.config, self.training)
        self.notice = "The network is open: ask it on the Predictions page."

    def use_preset(self, name: str) -> None:
        """Take a preset's settings, with the present seed; and its sentences, unless the present ones are the visitor's own.

        Sentences that a preset is about replace the visitor's too, and can be brought back.
        """
        chosen = presets.EXPERIMENTS[name](self.training.seed)
        others = {make(0).dataset.fingerprint for make in presets.EXPERIMENTS.values()}
        about_sentences = chosen.dataset.fingerprint != presets.guide_dataset().fingerprint
        if chosen.dataset != self.dataset and (about_sentences or self.dataset.fingerprint in others):
            self.replace_dataset(chosen.dataset)
        self.use_settings(chosen.model, chosen.training)

    def estimate(self, experiment: Experiment) -> float:
        """About how many seconds the experiment will train, tried anew only when something that matters has changed."""
        key = replace(experiment, training=replace(experiment.training, epochs=1, seed=0, changes=())).fingerprint
        if self._estimate is None or self._estimate[0] != key:
            self._estimate = (key, seconds_per_epoch(experiment))
        return self._estimate[1] * experiment.training.epochs

    @property
    def preset(self) -> str | None:
        """The preset that is set, if it is one to the letter."""
        for name, make in presets.EXPERIMENTS.items():
            preset = make(self.training.seed)
            if (preset.model, preset.training, preset.dataset) == (self.model, self.training, self.dataset):
                return name
        return None

    def experiment(self) -> Experiment:
        """What is set now. Raises DatasetError where a fault blocks training, LimitError where it is more than is allowed."""
        experiment = Experiment(dataset=self.dataset, model=self.model, training=self.training)
        check_limits(experiment, self.limits)
        return experiment

    def ready(self) -> tuple[Experiment, None] | tuple[None, RnnCoreError]:
        """What is set now as an experiment, or why it cannot be one."""
        try:
            return self.experiment(), None
        except RnnCoreError as problem:
            return None, problem

    # ------------------------------------------------------------------ the run

    @property
    def job(self) -> Job | None:
        """The run that the pages are about."""
        return self.shelf.job

    def train(self, experiment: Experiment) -> None:
        """Start a run; one that goes on is stopped. Raises LimitError where too many wait for the machine already."""
        job = self._made_of(experiment, self.shelf.next_name())
        job.start()
        self._add(job)

    def prepare(self, experiment: Experiment) -> Job:
        """A run that waits to be started or stepped; one that goes on is stopped."""
        return self._add(self._made_of(experiment, self.shelf.next_name()))

    def go_on(self, run: JobStatus) -> None:
        """A new run that goes on from the epoch looked at, as if nothing had come after it; it waits to be started."""
        self._add(self._made_of(run.experiment, self.shelf.name_of_branch(run), after=(run.run, run.viewed)))

    def _made_of(self, experiment: Experiment, name: str, *, after: tuple[Run, int] | None = None) -> Job:
        job = Job(experiment, self.presence, slots(), self.limits, preparation(), name=name, after=after)
        job.pace = self.pace
        return job

    def _add(self, job: Job) -> Job:
        self.shelf.add(job, self.limits)
        self.opened = None
        return job

    def choose(self, job: Job) -> None:
        """Turn the pages to another run."""
        self.opened = None
        self.shelf.choose(job)

    def train_twins(self, twins: Twins, count: int) -> None:
        """Train twins from so many seeds; earlier ones are given up."""
        if self.twins is not None:
            self.twins.stop()
        self.twins = TwinRuns(twins, count, self.presence, slots(), self.limits, preparation())
        self.twins.start()

    @property
    def run(self) -> JobStatus | None:
        """The run that the pages are about as it stands, if there is one."""
        return self.job.status() if self.job is not None else None

    @property
    def network(self) -> Model | None:
        """The network to look into: the run's at the epoch looked at, or the initial one of what is set; None where there is none."""
        if self.job is not None:
            return self.job.status().model
        experiment, _ = self.ready()
        return Model.initial(experiment) if experiment else None

    # ------------------------------------------------------------------ Streamlit's own store

    def fill(self, key: str, value: object) -> None:
        """Give a widget its first value, where it has none yet."""
        if key not in st.session_state:
            st.session_state[key] = value

    def put(self, key: str, value: object) -> None:
        """Set a widget's value; before the widget is drawn in this run."""
        st.session_state[key] = value

    def has(self, key: str) -> bool:
        """Whether the widget with this key is being kept."""
        return key in st.session_state

    def widget(self, key: str) -> Any:
        """A widget's value, or None."""
        return st.session_state.get(key)


def current() -> Session:
    """This visitor's session. Raises LimitError (visitors) for one who comes when the process is full."""
    if "session" not in st.session_state:
        visitors().check(profile_limits())
        st.session_state["session"] = Session()
    session: Session = st.session_state["session"]
    if (context := get_script_run_ctx(suppress_warning=True)) is not None:
        visitors().here(session, context.session_id)
    _watch(session.presence)
    session.presence.seen()
    return session


def routed() -> bool:
    """Whether the router has run in this session: a page can be opened without it, as a fresh process's first one."""
    return "routed" in st.session_state


def mark_routed() -> None:
    st.session_state["routed"] = True


def profile_limits(environment: Mapping[str, str] = os.environ) -> Limits:
    """The limits of this process's profile, which the environment and the secrets may name as UNROLLED_PROFILE.

    Whatever is not "local" is hosted: a slip in the name must not open the wide limits to strangers.
    """
    profiles = [environment.get("UNROLLED_PROFILE")]
    if st.secrets.load_if_toml_exists():
        profiles.append(st.secrets.get("UNROLLED_PROFILE"))
    return Limits.local() if all(profile in (None, "", "local") for profile in profiles) else Limits.hosted()


@st.cache_resource(scope="session", show_spinner=False, on_release=lambda presence: presence.leave())
def _watch(_presence: Presence) -> Presence:
    """Keep the presence for as long as the connection lives: releasing it is how Streamlit says that the browser left."""
    return _presence


@st.cache_resource(show_spinner=False)
def visitors() -> Visitors:
    """The process's visitors."""
    return Visitors()


@st.cache_resource(show_spinner=False)
def preparation() -> Preparation:
    """The process's compiling ahead, begun when the first visitor comes and over for good some seconds later."""
    process.settle()
    return Preparation(process.settle).start()


@st.cache_resource(show_spinner=False)
def slots() -> Slots:
    """The process's compute slots."""
    return Slots()
