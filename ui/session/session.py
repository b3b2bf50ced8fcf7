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
from rnn_core.engine.kernel import current_path
from rnn_core.prepare import Preparation
from rnn_core.training.estimate import seconds_per_epoch
from rnn_core.training.run import check_limits
from rnn_core.training.twins import Twins
from ui.server import process
from ui.server.comparisons import TwinRuns
from ui.server.connections import StreamlitConnections, held_seconds
from ui.server.jobs import Job, JobStatus
from ui.server.polling import Polling
from ui.server.presence import Presence
from ui.server.server import Server
from ui.server.visitors import Visitors
from ui.session.incoming import Incoming
from ui.session.memo import Memo
from ui.session.shelf import Shelf

MOST_UNDO = 50
MEMO_BYTES = 4_000_000
"""What a visitor's memo may hold at least; more where the limits leave more for a visitor's runs."""
MOST_FITTED_UNASKED = 2_000
"""The most sentences to which a bag of words is fitted without asking."""


class Added(NamedTuple):
    """A sentence added to the data, and what to say about it."""

    message: str
    dataset: Dataset
    """with it"""
    new: bool
    """whether it was not there before"""


class Session:
    """What one visitor has: sentences, settings, and runs."""

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
        """Epochs a second for new runs; None for full speed."""
        self.polling = Polling()
        """How often living parts of a page are redrawn."""
        self.presence = Presence()
        self.server = server()
        self.past: list[Dataset] = []
        """Datasets that an edit, an import or a reset replaced, the latest last."""
        self.revision = 0
        """Of the table: it starts again from the dataset when this changes."""
        self.settings_revision = 0
        """Of the settings' widgets: they are filled again when this changes."""
        self.editor_base: pd.DataFrame | None = None
        self.row_names: tuple[str, ...] = ()
        """The table's names for its rows."""
        self.incoming: Incoming | None = None
        """The file or text that is being previewed."""
        self.preview: Dataset | None = None
        """The sentences as they will be after the import."""
        self.sample = "This was not at all BAD, earlier!"
        """The sentence on which the text rules are shown."""
        self._made: tuple[Making, Dataset] | None = None
        self._baselines: dict[str, Baseline] = {}
        """By the fingerprint of the sentences: the run's, and those on the table."""
        self._estimate: tuple[tuple[str, str], float] | None = None
        """The fingerprint of what is set, and the seconds of one epoch."""
        self.token: str | None = None
        """The token of the link that was read last."""
        self.offered: Experiment | None = None
        """An experiment from a link or a file that is not accepted yet."""
        self.offer_problem: RnnCoreError | None = None
        """Why a link or a file could not be read."""
        self.opened: Model | None = None
        """A network from a file, used instead of a run's."""
        self.restored = False
        """Whether the browser has said what it had kept; until then nothing is stored over it."""
        self.asked = 0
        """How often it has been asked."""
        self.storage_lost = False
        """Whether the browser has said that it cannot store anything."""
        self.sentence = "i am not bad"
        """The sentence that the network is asked."""
        self.sentence_room: str | None = None
        """The tab about the sentence that was open, opened again once a half-typed sentence can be read."""
        self.studied: int | None = None
        """The row of the sentence chosen on the Gradients page."""
        self.twins: TwinRuns | None = None
        """The latest comparison, running or over."""
        self.memo = Memo(max(MEMO_BYTES, self.limits.visitor_bytes // 8))
        """What the pages computed lately."""
        self.other_sentence: str | None = None
        """The sentence it is compared with; None for one made from the sentence itself."""
        self.added: Added | None = None
        """The sentence last added to the data from the Predictions page."""
        self.notice: str | None = None
        """A message shown once, at the top of the next page."""

    @property
    def limits(self) -> Limits:
        """What the server allows one visitor."""
        return self.server.limits

    # ------------------------------------------------------------------ sentences and settings

    def replace_dataset(self, dataset: Dataset) -> None:
        """Replace the sentences; undo brings the present ones back."""
        self._remember()
        self.dataset = dataset
        self.revision += 1
        self.incoming = self.preview = None

    def edited(self, dataset: Dataset) -> None:
        """Take over an edit made in the table, which undo can take back; the table stays as it is."""
        self._remember()
        self.dataset = dataset

    def _remember(self) -> None:
        """Remember the present sentences for undo."""
        self.past = [*self.past, self.dataset.bare()][-MOST_UNDO:]
        while len(self.past) > 1 and self._too_much_past():
            del self.past[0]

    def _too_much_past(self) -> bool:
        """Whether undo holds more than twice what one dataset may have, in rows or in letters."""
        examples = [example for data in self.past for example in data.examples]
        letters = sum(len(example.text) for example in examples)
        return len(examples) > 2 * self.limits.rows or letters > 2 * self.limits.upload_bytes

    def undo(self) -> None:
        """Bring back the sentences before the last replacement or edit."""
        former = self.past.pop()
        same_rules = former.rules == self.dataset.rules  # most of its words are known then
        self.dataset = self.dataset.with_examples(former.examples) if same_rules else former
        self.revision += 1

    def take(self, source: bytes | str, name: str | None) -> Incoming:
        """What somebody brings, on its way in; the same as before if it is the same."""
        if self.incoming is None or not self.incoming.is_of(source):
            self.incoming = Incoming(source, name)
        return self.incoming

    def previewed(self, data: Dataset) -> Dataset:
        """Return an equal dataset that has computed its faults already, if there is one."""
        if self.preview != data:
            self.preview = data
        return self.preview or data

    def made(self, making: Making) -> Dataset:
        """Return what a generator makes, made once."""
        if self._made is None or self._made[0] != making:
            self._made = (making, making.dataset())
        return self._made[1]

    def baseline(self, dataset: Dataset, *, patient: bool = False) -> Baseline | None:
        """Return a bag of words fitted to the sentences; None if they cannot be trained on, or are many and not `patient`."""
        key = dataset.fingerprint
        if key not in self._baselines:
            if dataset.blocking or (len(dataset.examples) > MOST_FITTED_UNASKED and not patient):
                return None
            self._baselines = {**dict(list(self._baselines.items())[-1:]), key: Baseline.fit(dataset)}
        return self._baselines[key]

    def use_settings(self, model: ModelConfig, training: TrainingConfig) -> None:
        """Set other settings and fill the widgets from them."""
        self.model, self.training = model, training
        self.settings_revision += 1

    @property
    def untouched(self) -> bool:
        """Whether the visitor has no work of their own that could be lost."""
        fresh = presets.guide_corrected()
        same = (self.dataset, self.model, self.training) == (fresh.dataset, fresh.model, fresh.training)
        return same and not self.shelf.jobs and not self.past

    def holds(self, experiment: Experiment) -> bool:
        """Whether the experiment is what is set already."""
        return (experiment.dataset, experiment.model, experiment.training) == (self.dataset, self.model, self.training)

    def accept(self, experiment: Experiment) -> None:
        """Accept an experiment; undo brings back the sentences it replaces."""
        if experiment.dataset != self.dataset:
            self.replace_dataset(experiment.dataset)
        self.use_settings(experiment.model, experiment.training)
        self.offered = None

    def open_network(self, model: Model) -> None:
        """Open a network from a file and take its settings; pages use it until something else is trained or chosen."""
        self.opened = model
        self.use_settings(model.config, self.training)
        self.notice = "The network is open: ask it on the Predictions page."

    def use_preset(self, name: str) -> None:
        """Take a preset's settings with the present seed, and its sentences unless the present ones are the visitor's own.

        A preset that is about its sentences replaces the visitor's too; undo brings them back.
        """
        chosen = presets.EXPERIMENTS[name](self.training.seed)
        others = {make(0).dataset.fingerprint for make in presets.EXPERIMENTS.values()}
        about_sentences = chosen.dataset.fingerprint != presets.guide_dataset().fingerprint
        if chosen.dataset != self.dataset and (about_sentences or self.dataset.fingerprint in others):
            self.replace_dataset(chosen.dataset)
        self.use_settings(chosen.model, chosen.training)

    def estimate(self, experiment: Experiment) -> float:
        """Return about how many seconds the experiment will train, measured again only after a change that matters."""
        key = (
            replace(experiment, training=replace(experiment.training, epochs=1, seed=0, changes=())).fingerprint,
            current_path(),
        )
        if self._estimate is None or self._estimate[0] != key:
            self._estimate = (key, seconds_per_epoch(experiment))
        return self._estimate[1] * experiment.training.epochs

    @property
    def preset(self) -> str | None:
        """The preset that equals what is set, if there is one."""
        for name, make in presets.EXPERIMENTS.items():
            preset = make(self.training.seed)
            if (preset.model, preset.training, preset.dataset) == (self.model, self.training, self.dataset):
                return name
        return None

    def experiment(self) -> Experiment:
        """Return what is set now. Raises DatasetError if a fault blocks training, LimitError if it exceeds a limit."""
        experiment = Experiment(dataset=self.dataset, model=self.model, training=self.training)
        check_limits(experiment, self.limits)
        return experiment

    def ready(self) -> tuple[Experiment, None] | tuple[None, RnnCoreError]:
        """Return what is set now as an experiment, or why it cannot be one."""
        try:
            return self.experiment(), None
        except RnnCoreError as problem:
            return None, problem

    # ------------------------------------------------------------------ the run

    @property
    def job(self) -> Job | None:
        """The run that the pages show."""
        return self.shelf.job

    def train(self, experiment: Experiment) -> None:
        """Start a run and stop the present one. Raises LimitError if too many runs wait already."""
        job = self._made_of(experiment, self.shelf.next_name())
        job.start()
        self._add(job)

    def prepare(self, experiment: Experiment) -> Job:
        """Make a run that waits to be started or stepped; the present one is stopped."""
        return self._add(self._made_of(experiment, self.shelf.next_name()))

    def go_on(self, run: JobStatus) -> None:
        """Make a new run that continues from the epoch looked at; it waits to be started."""
        self._add(self._made_of(run.experiment, self.shelf.name_of_branch(run), after=(run.run, run.viewed)))

    def _made_of(self, experiment: Experiment, name: str, *, after: tuple[Run, int] | None = None) -> Job:
        job = Job(experiment, self.presence, self.server, name=name, after=after)
        job.pace = self.pace
        return job

    def _add(self, job: Job) -> Job:
        self.shelf.add(job, self.limits)
        self.opened = None
        return job

    def choose(self, job: Job) -> None:
        """Show another run on the pages."""
        self.opened = None
        self.shelf.choose(job)

    def train_twins(self, twins: Twins, count: int) -> None:
        """Train a comparison from so many seeds; an earlier one is stopped."""
        if self.twins is not None:
            self.twins.stop()
        self.twins = TwinRuns(twins, count, self.presence, self.server)
        self.twins.start()

    @property
    def run(self) -> JobStatus | None:
        """The status of the run that the pages show, if there is one."""
        return self.job.status() if self.job is not None else None

    @property
    def network(self) -> Model | None:
        """The run's network at the epoch looked at, or the initial one of what is set; None if there is none."""
        if self.job is not None:
            return self.job.status().model
        experiment, _ = self.ready()
        return Model.initial(experiment) if experiment else None

    # ------------------------------------------------------------------ Streamlit's own store

    def fill(self, key: str, value: object) -> None:
        """Give a widget its first value if it has none yet."""
        if key not in st.session_state:
            st.session_state[key] = value

    def put(self, key: str, value: object) -> None:
        """Set a widget's value; call it before the widget is drawn in this run."""
        st.session_state[key] = value

    def has(self, key: str) -> bool:
        """Whether Streamlit holds a value for the widget with this key."""
        return key in st.session_state

    def widget(self, key: str) -> Any:
        """Return a widget's value, or None."""
        return st.session_state.get(key)


def current() -> Session:
    """Return this visitor's session. Raises LimitError (visitors) when the process is full."""
    if "session" not in st.session_state:
        server().visitors.check(profile_limits())
        st.session_state["session"] = Session()
    session: Session = st.session_state["session"]
    if (context := get_script_run_ctx(suppress_warning=True)) is not None:
        session.server.visitors.here(session, context.session_id)
    _watch(session.presence)
    session.presence.seen()
    return session


def routed() -> bool:
    """Whether the router has run in this session; a fresh process may open its first page without it."""
    return "routed" in st.session_state


def mark_routed() -> None:
    st.session_state["routed"] = True


def profile_limits(environment: Mapping[str, str] = os.environ) -> Limits:
    """Return the limits of this process's profile, named by UNROLLED_PROFILE in the environment or the secrets.

    Any name but "local" means hosted: a misspelled name must not give strangers the wide limits.
    """
    profiles = [environment.get("UNROLLED_PROFILE")]
    if st.secrets.load_if_toml_exists():
        profiles.append(st.secrets.get("UNROLLED_PROFILE"))
    return Limits.local() if all(profile in (None, "", "local") for profile in profiles) else Limits.hosted()


@st.cache_resource(scope="session", show_spinner=False, on_release=lambda presence: presence.leave())
def _watch(_presence: Presence) -> Presence:
    """Keep the presence while the connection lives: Streamlit releases it when the browser leaves."""
    return _presence


def server() -> Server:
    """Return the process's one server, with the limits of its profile."""
    return replace(_server(), limits=profile_limits())


@st.cache_resource(show_spinner=False)
def _server() -> Server:
    """The engine's preparation begins when the first visitor comes, and is over for good some seconds later."""
    process.settle()
    visitors = Visitors(StreamlitConnections(), held_seconds=held_seconds())
    return Server(preparation=Preparation(process.settle).start(), visitors=visitors)
