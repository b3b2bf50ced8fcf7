"""What a visitor works on: sentences and settings, and the sentences as they were before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from rnn_core import Dataset, Experiment, Limits, ModelConfig, RnnCoreError, TextRules, TrainingConfig, presets
from rnn_core.data.baseline import Baseline
from rnn_core.experiment import usable
from rnn_core.lessons.assignment import Assignment
from rnn_core.network.cells import CELLS
from rnn_core.sharing.vector_streams import VectorFile
from rnn_core.training.run import check_limits

MOST_UNDO = 50
MOST_FITTED_UNASKED = 2_000
"""The most sentences to which a bag of words is fitted without asking."""


class Added(NamedTuple):
    """A sentence added to the data, and what to say about it."""

    message: Callable[[], str]
    dataset: Dataset
    """with it"""
    new: bool
    """whether it was not there before"""


class Workspace:
    """Sentences and settings, which together are an experiment; undo for the sentences; and the table that edits them."""

    def __init__(self, limits: Limits) -> None:
        preset = presets.guide_corrected()
        self.limits = limits
        """What the server allows one visitor."""
        self.assignment: Assignment | None = None
        """What a teacher has sent, while it is done. Whatever is set, everything that it locks stays as it says."""
        self._dataset: Dataset = preset.dataset
        self._model: ModelConfig = preset.model
        self._training: TrainingConfig = preset.training
        self.past: list[Dataset] = []
        """Datasets that an edit, an import or a reset replaced, the latest last."""
        self.revision = 0
        """Of the table: it starts again from the dataset when this changes."""
        self.settings_revision = 0
        """Of the settings' widgets: they are filled again when this changes."""
        self.before_preset: tuple[ModelConfig, TrainingConfig] | None = None
        """The settings that the latest preset replaced."""
        self.asked_preset: str | None = None
        """A preset that waits for the visitor to say what becomes of their own sentences."""
        self.editor_base: pd.DataFrame | None = None
        self.vector_file: VectorFile | None = None
        """The file of word vectors that was read last, with what was counted in it."""
        self.added: Added | None = None
        """The sentence last added to the data from the Predictions page."""
        self._baselines: dict[str, Baseline] = {}
        """By the fingerprint of the sentences: the run's, and those on the table."""

    # ------------------------------------------------------------------ what is set

    @property
    def dataset(self) -> Dataset:
        """The sentences."""
        return self._dataset

    @dataset.setter
    def dataset(self, dataset: Dataset) -> None:
        self._set(dataset, self._model, self._training)

    @property
    def model(self) -> ModelConfig:
        """The settings of the network."""
        return self._model

    @model.setter
    def model(self, model: ModelConfig) -> None:
        self._set(self._dataset, model, self._training)

    @property
    def training(self) -> TrainingConfig:
        """The settings of the training."""
        return self._training

    @training.setter
    def training(self, training: TrainingConfig) -> None:
        self._set(self._dataset, self._model, training)

    def _set(self, dataset: Dataset, model: ModelConfig, training: TrainingConfig) -> None:
        """Set everything, but for what is locked; a widget that says otherwise is filled again."""
        told = dataset, model, training
        held = told if self.assignment is None else self.assignment.hold(*told)
        self._dataset, self._model, self._training = held
        self.revision += held[0] != dataset
        self.settings_revision += held[1:] != (model, training)

    def lock(self, setting: str) -> str | None:
        """Return why a setting is locked, which may be empty; None if it is not locked."""
        return None if self.assignment is None else self.assignment.reason(setting)

    # ------------------------------------------------------------------ sentences

    def replace_dataset(self, dataset: Dataset) -> None:
        """Replace the sentences; undo brings the present ones back."""
        self._remember()
        self.dataset = dataset
        self.revision += 1

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

    def use_rules(self, rules: TextRules) -> None:
        """Split the sentences by other rules. Raises LimitError where that would take too long."""
        self.limits.check(splitting_seconds=rules.seconds(text for text, _, _ in self.dataset.examples))
        self.replace_dataset(replace(self.dataset, rules=rules))

    def use_vectors(self, file: VectorFile | None) -> None:
        """Let the embedding be the word vectors of a file, frozen at first; None to do without. Undo takes it back."""
        vectors = None if file is None else file.vectors
        self.vector_file = file
        self.replace_dataset(replace(self.dataset, vectors=vectors))
        use = {"vectors": "unused"} if vectors is None else {"vectors": "frozen", "embedding_size": vectors.size}
        self.use_settings(replace(self.model, **use), self.training)

    def baseline(self, dataset: Dataset, *, patient: bool = False) -> Baseline | None:
        """Return a bag of words fitted to the sentences; None if they cannot be trained on, or are many and not `patient`."""
        key = dataset.fingerprint
        if key not in self._baselines:
            if dataset.blocking or (len(dataset.examples) > MOST_FITTED_UNASKED and not patient):
                return None
            self._baselines = {**dict(list(self._baselines.items())[-1:]), key: Baseline.fit(dataset)}
        return self._baselines[key]

    # ------------------------------------------------------------------ settings

    def use_settings(self, model: ModelConfig, training: TrainingConfig) -> None:
        """Set other settings and fill the widgets from them."""
        self._set(self._dataset, model, training)
        self.settings_revision += 1

    def use_preset(self, name: str, *, sentences: bool | None = None) -> None:
        """Take a preset's settings with the present seed.

        sentences: whether to take its sentences too; None to do so unless the present ones are the visitor's own.
        """
        chosen = presets.EXPERIMENTS[name](self.training.seed)
        if sentences is None:
            sentences = not self.own_sentences
        if sentences and chosen.dataset != self.dataset:
            self.replace_dataset(chosen.dataset)
        model = usable(chosen.model, self.dataset)
        if (model, chosen.training) != (self.model, self.training):
            self.before_preset = self.model, self.training
        self.use_settings(model, chosen.training)

    def asks(self, name: str) -> bool:
        """Whether a preset is about its sentences, and would replace the visitor's own by them."""
        brought = presets.EXPERIMENTS[name](0).dataset
        return self.own_sentences and brought.fingerprint != presets.guide_dataset().fingerprint

    @property
    def own_sentences(self) -> bool:
        """Whether the sentences are those of no preset."""
        return self.dataset.fingerprint not in {make(0).dataset.fingerprint for make in presets.EXPERIMENTS.values()}

    @property
    def preset(self) -> str | None:
        """The preset whose settings are set, if there is one; its sentences are set as well, or the visitor's own."""
        own = self.own_sentences
        for name, make in presets.EXPERIMENTS.items():
            preset = make(self.training.seed)
            settings = usable(preset.model, self.dataset), preset.training
            if settings == (self.model, self.training) and (own or preset.dataset == self.dataset):
                return name
        return None

    @property
    def only_cell(self) -> tuple[ModelConfig, TrainingConfig] | None:
        """The settings from before the preset with nothing but its cell changed; None where that changes nothing.

        A cell without the printed formula takes the exact one.
        """
        if self.before_preset is None or self.preset is None:
            return None
        model, training = self.before_preset
        if model.cell == self.model.cell:
            return None
        formula = model.recurrent_gradient if CELLS[self.model.cell].printed_rule else "exact"
        changed = replace(model, cell=self.model.cell, recurrent_gradient=formula)
        return None if (changed, training) == (self.model, self.training) else (changed, training)

    # ------------------------------------------------------------------ both together

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

    def holds(self, experiment: Experiment) -> bool:
        """Whether the experiment is what is set already."""
        return (experiment.dataset, experiment.model, experiment.training) == (self.dataset, self.model, self.training)

    def accept(self, experiment: Experiment) -> None:
        """Set an experiment; undo brings back the sentences it replaces."""
        if experiment.dataset != self.dataset:
            self.replace_dataset(experiment.dataset)
        self.use_settings(experiment.model, experiment.training)

    @property
    def untouched(self) -> bool:
        """Whether nothing has been changed yet."""
        return self.holds(presets.guide_corrected()) and not self.past
