"""A sweep: experiments that differ in named settings along an axis, each from several seeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

from rnn_core.config import ModelConfig, TrainingConfig
from rnn_core.errors import ConfigError
from rnn_core.experiment import Experiment
from rnn_core.limits import Limits

Point = Mapping[str, Any]
"""Settings of the network and of the training by name; everything else is as in the base experiment."""

MOST_POINTS, MOST_SEEDS = 100, 100
SEED_VALUES = 2**53
"""One more than the largest seed."""


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """A base experiment, the points of one axis, and how many seeds each point is trained from.

    Every point sets the same settings. Creating one raises ConfigError for a setting or a value that does not exist, for points
    that are equal, and for too many points or seeds.
    """

    base: Experiment
    axis: tuple[Point, ...]
    seeds: int = 1

    def __post_init__(self) -> None:
        if not isinstance(self.axis, (tuple, list)) or not 1 <= len(self.axis) <= MOST_POINTS:
            raise ConfigError("axis", self.axis, f"a list of 1 to {MOST_POINTS} points")
        object.__setattr__(self, "axis", tuple(self.axis))
        if isinstance(self.seeds, bool) or not isinstance(self.seeds, int) or not 1 <= self.seeds <= MOST_SEEDS:
            raise ConfigError("seeds", self.seeds, f"a whole number from 1 to {MOST_SEEDS}")
        known = (set(ModelConfig.domains()) | set(TrainingConfig.domains())) - {"seed"}
        for point in self.axis:
            if not isinstance(point, Mapping) or not point or not set(point) <= known:
                raise ConfigError("axis", point, "settings of the network or of the training by name, without the seed")
        if len({one.fingerprint for one in self.experiments}) < len(self.axis):
            raise ConfigError("axis", self.axis, "points that differ from each other")

    def __len__(self) -> int:
        """Return how many trainings there are."""
        return len(self.axis) * self.seeds

    @cached_property
    def experiments(self) -> tuple[Experiment, ...]:
        """The experiment of each point, with the seed of the base."""
        return tuple(_at(self.base, point) for point in self.axis)

    def runs_of(self, point: int) -> tuple[Experiment, ...]:
        """Return the experiment of one point (from 0) with the seed of the base and the following ones; after the largest comes 0."""
        one = self.experiments[point]
        first = one.training.seed
        return tuple(one.with_training(seed=(first + k) % SEED_VALUES) for k in range(self.seeds))

    def to_json(self) -> dict[str, Any]:
        return {"base": self.base.to_json(), "axis": [dict(point) for point in self.axis], "seeds": self.seeds}

    @classmethod
    def from_json(cls, value: object, limits: Limits | None = None) -> Self:
        """Return the sweep that to_json described. Raises as Experiment.from_json does, and ConfigError for anything else."""
        if not isinstance(value, dict) or set(value) != {"base", "axis", "seeds"}:
            raise ConfigError("sweep", value, "an object of base, axis and seeds")
        return cls(base=Experiment.from_json(value["base"], limits), axis=value["axis"], seeds=value["seeds"])


def _at(base: Experiment, point: Point) -> Experiment:
    """Return the experiment with these settings from the first epoch on: changes of them during the run are dropped."""
    of_model = {name: value for name, value in point.items() if name in ModelConfig.domains()}
    of_training = {name: value for name, value in point.items() if name not in of_model}
    kept = tuple(change for change in base.training.changes if change.field not in point)
    training = replace(base.training, **of_training, changes=kept)
    return replace(base, model=replace(base.model, **of_model), training=training)
