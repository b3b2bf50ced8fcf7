"""Everything needed to repeat a run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

from rnn_core.config import ModelConfig, TrainingConfig
from rnn_core.data.dataset import Dataset, fingerprint
from rnn_core.errors import ConfigError
from rnn_core.limits import Limits


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """A dataset, the settings of the network and of the training. Creating one raises DatasetError if a fault blocks training."""

    dataset: Dataset
    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)

    def __post_init__(self) -> None:
        kinds = (("dataset", Dataset), ("model", ModelConfig), ("training", TrainingConfig))
        for name, kind in kinds:
            if not isinstance(getattr(self, name), kind):
                raise ConfigError(name, getattr(self, name), f"a {kind.__name__}")
        vectors = self.dataset.vectors
        if self.model.vectors != "unused":
            if vectors is None:
                raise ConfigError("vectors", self.model.vectors, "unused: the sentences have no word vectors")
            if vectors.size != self.model.embedding_size:
                raise ConfigError("embedding_size", self.model.embedding_size, f"{vectors.size}, the length of the word vectors")
        self.dataset.check()

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the whole experiment. Equal experiments have equal fingerprints."""
        return fingerprint(self.to_json())

    def with_training(self, **settings: Any) -> Self:
        """Return the same experiment with some training settings replaced."""
        return replace(self, training=replace(self.training, **settings))

    def with_model(self, **settings: Any) -> Self:
        """Return the same experiment with some network settings replaced."""
        return replace(self, model=replace(self.model, **settings))

    def to_json(self) -> dict[str, Any]:
        return {"dataset": self.dataset.to_json(), "model": self.model.to_json(), "training": self.training.to_json()}

    @classmethod
    def from_json(cls, value: object, limits: Limits | None = None) -> Self:
        """Return the experiment that to_json described. Raise ConfigError or DatasetError for anything else.

        Raises LimitError, before a sentence is split into words, where that would take longer than the limits allow.
        """
        if not isinstance(value, dict) or set(value) != {"dataset", "model", "training"}:
            raise ConfigError("experiment", value, "an object of dataset, model and training")
        dataset = Dataset.from_json(value["dataset"], limits)
        if limits is not None:
            limits.check(splitting_seconds=dataset.rules.seconds(text for text, _, _ in dataset.examples))
        return cls(
            dataset=dataset,
            model=ModelConfig.from_json(value["model"]),
            training=TrainingConfig.from_json(value["training"]),
        )


def usable(model: ModelConfig, dataset: Dataset) -> ModelConfig:
    """Return the settings, without word vectors where the dataset has none of that length."""
    fits = dataset.vectors is not None and dataset.vectors.size == model.embedding_size
    return model if fits else replace(model, vectors="unused")
