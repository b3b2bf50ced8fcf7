"""What a lesson is judged by: a run with its records and its network, and a sentence that the reader chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self, get_args

from rnn_core.config import Gradient
from rnn_core.data.baseline import Baseline
from rnn_core.errors import RnnCoreError
from rnn_core.experiment import Experiment
from rnn_core.gradients.check import GradientCheck, gradient_check
from rnn_core.network.model import Model
from rnn_core.training.run import Run
from rnn_core.training.trainer import Trainer

CHECKED = "i am not bad"
"""The sentence of the gradient check, if the network can read it; otherwise the first training sentence."""
MOST_CHECKED = 400
"""Elements of each gradient that are compared with central differences."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """A run at one moment, and a sentence of the reader's."""

    run: Run
    sentence: str = ""

    @classmethod
    def untrained(cls, experiment: Experiment, sentence: str = "") -> Self:
        """Return the evidence before the first epoch of an experiment."""
        trainer = Trainer(experiment)
        return cls(Run(experiment, Model.initial(experiment), trainer.history, (trainer.snapshot(),), trainer.path), sentence)

    @property
    def experiment(self) -> Experiment:
        return self.run.experiment

    @cached_property
    def model(self) -> Model:
        """The network after the last epoch."""
        return self.run.model

    @cached_property
    def baseline(self) -> Baseline:
        """The bag of words, fitted to the training sentences of the run."""
        return Baseline.fit(self.experiment.dataset)

    def prediction(self, text: str) -> str | None:
        """Return the predicted label of a text, None if the network cannot read it."""
        try:
            return self.model.predict([text])[0]
        except RnnCoreError:
            return None

    def baseline_prediction(self, text: str) -> str | None:
        """Return the label that the bag of words predicts, None if it cannot read the text."""
        try:
            probabilities = self.baseline.predict_proba([text])[0]
        except RnnCoreError:
            return None
        return self.baseline.labels[int(probabilities.argmax())]

    @cached_property
    def checks(self) -> Mapping[Gradient, GradientCheck]:
        """The gradient check of each formula, as the guide prints it and exact, at weights of order one. Vanilla cell only."""
        first = self.experiment.dataset.examples[self.experiment.dataset.rows("train")[0]].text
        text = CHECKED if self.prediction(CHECKED) is not None else first
        model, rules = self.model.with_large_weights(), get_args(Gradient)
        return {
            rule: gradient_check(model, text, model.labels[-1], recurrent_gradient=rule, elements=MOST_CHECKED) for rule in rules
        }
