"""A sweep: experiments that differ in named settings along up to four axes, each from several seeds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import prod
from typing import Any, NamedTuple, Self

from rnn_core.config import ModelConfig, TrainingConfig
from rnn_core.data.dataset import fingerprint
from rnn_core.data.sampling import beginnings, fewer
from rnn_core.data.word_vectors import WordVectors
from rnn_core.domains import Whole
from rnn_core.errors import ConfigError, ExperimentFileError, LinkError
from rnn_core.experiment import Experiment
from rnn_core.limits import Limits
from rnn_core.sharing import documents, links
from rnn_core.streams import stream
from rnn_core.sweeps.axes import FIRST_WORDS, OF_SENTENCES, SENTENCES, Axis, Point
from rnn_core.training.run import check_limits

MOST_AXES, MOST_SEEDS, MOST_RUNS = 4, 100, 100_000
SEED_VALUES = 2**53
"""One more than the largest seed."""
FORMAT, VERSION = "unrolled sweep", 1
_SIZES = ("epochs", "optimizer")
"""Settings of the training that the size of a run depends on, beside those of the network."""


class Trial(NamedTuple):
    """One run of a sweep before it is trained: small enough to be sent to another machine."""

    number: int
    """from 0: seed by seed, so that a sweep that is broken off has every point from the first seeds"""
    point: int
    settings: Point
    seed: int
    fingerprint: str
    """equal for equal experiments of the same sentences, whichever sweep they belong to"""

    def experiment(self, base: Experiment) -> Experiment:
        """Return what is trained. Raises DatasetError where the sentences that the seed draws cannot be trained on."""
        return _at(base, self.settings, self.seed)


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """A base experiment, up to four axes, and how many seeds each point of their grid is trained from.

    Creating one raises ConfigError for a setting or a value that does not exist, for two axes that set the same, for points
    that are equal or that no network can have, and for too many points, seeds or runs.
    """

    base: Experiment
    axes: tuple[Axis, ...]
    seeds: int = 1
    """The seed of the base and those after it."""
    sample: int | None = None
    """How many points of the grid are drawn at random; None: all of them."""
    sample_seed: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.axes, (tuple, list)) or not 1 <= len(self.axes) <= MOST_AXES:
            raise ConfigError("axes", self.axes, f"a list of 1 to {MOST_AXES} axes")
        object.__setattr__(self, "axes", tuple(self.axes))
        for axis in self.axes:
            if not isinstance(axis, Axis):
                raise ConfigError("axes", axis, "an Axis")
        if len(set(self.settings)) < sum(len(axis.settings) for axis in self.axes):
            raise ConfigError("axes", list(self.settings), "axes of different settings")
        grid = prod(len(axis) for axis in self.axes)
        checks = [("seeds", self.seeds, Whole(1, MOST_SEEDS)), ("sample_seed", self.sample_seed, Whole(0, SEED_VALUES - 1))]
        if self.sample is not None:
            checks.append(("sample", self.sample, Whole(1, grid)))
        for name, value, domain in checks:
            if domain.coerce(value) is None:
                raise ConfigError(name, value, domain)
        if len(self) > MOST_RUNS:
            raise ConfigError("axes", len(self), f"at most {MOST_RUNS:,} runs; a sample of the points has fewer")
        self._check_points()

    def _check_points(self) -> None:
        """Raise ConfigError for a point that no experiment can have, or that equals another."""
        room = len(self.base.dataset.rows("train"))
        longest = max(map(len, self.base.dataset.words), default=0)
        now = {**self.base.model.to_json(), **self.base.training.to_json(), "vectors": self.base.model.vectors}
        now |= {SENTENCES: room, FIRST_WORDS: longest}
        met: set[tuple[Any, ...]] = set()
        tried: set[tuple[Any, ...]] = set()
        for point in self.points:
            for name, most in ((SENTENCES, room), (FIRST_WORDS, longest)):
                if point.get(name, 1) > most:
                    raise ConfigError(name, point[name], Whole(1, most))
            whole = tuple(point.get(name, now[name]) for name in self.settings)
            if whole in met:
                raise ConfigError("axes", dict(point), "points that differ from each other")
            met.add(whole)
            of_model = tuple(sorted((name, value) for name, value in point.items() if name in ModelConfig.domains()))
            if of_model not in tried:
                tried.add(of_model)
                _at(self.base, {name: value for name, value in point.items() if name not in OF_SENTENCES})
            elif self.base.training.changes:
                _training(self.base, point)

    def __len__(self) -> int:
        """Return how many trainings there are."""
        return (self.sample or prod(len(axis) for axis in self.axes)) * self.seeds

    @property
    def settings(self) -> tuple[str, ...]:
        """Every setting that is swept, in the order of the axes."""
        return tuple(dict.fromkeys(name for axis in self.axes for name in axis.settings))

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """The settings of each point: those of the whole grid, the last axis first to change, or the ones that are drawn of it."""
        if self.sample is None:
            return tuple(_together(parts) for parts in product(*(axis.points for axis in self.axes)))
        sizes = [len(axis) for axis in self.axes]
        drawn = stream(self.sample_seed, "sample of a grid").choice(prod(sizes), self.sample, replace=False)
        return tuple(_together(self._parts(place)) for place in sorted(drawn.tolist()))

    def _parts(self, place: int) -> tuple[Point, ...]:
        """Return the points of the axes that meet at a place of the grid."""
        parts: list[Point] = []
        for axis in reversed(self.axes):
            place, which = divmod(place, len(axis))
            parts.append(axis.points[which])
        return tuple(reversed(parts))

    @cached_property
    def experiments(self) -> tuple[Experiment, ...]:
        """The experiment of each point, with the seed of the base."""
        return tuple(_at(self.base, point, self.base.training.seed) for point in self.points)

    def runs_of(self, point: int) -> tuple[Experiment, ...]:
        """Return the experiment of one point (from 0) with the seed of the base and the following ones; after the largest comes 0."""
        return tuple(_at(self.base, self.points[point], seed) for seed in self.all_seeds)

    @property
    def all_seeds(self) -> tuple[int, ...]:
        return tuple((self.base.training.seed + k) % SEED_VALUES for k in range(self.seeds))

    @property
    def cells(self) -> tuple[str, ...]:
        """Every cell that is trained, sorted."""
        return tuple(sorted({point.get("cell", self.base.model.cell) for point in self.points}))

    def trials(self) -> Iterator[Trial]:
        """Yield every run in order, without building its experiment."""
        data, number = self.base.dataset.fingerprint, 0
        for seed in self.all_seeds:
            for i, point in enumerate(self.points):
                settings = {
                    "dataset": data,
                    **{name: point.get(name) for name in OF_SENTENCES},
                    "model": _model(self.base, point).to_json(),
                    "training": _training(self.base, point, seed).to_json(),
                }
                yield Trial(number, i, point, seed, fingerprint(settings))
                number += 1

    def check_limits(self, limits: Limits) -> None:
        """Raise LimitError for the first amount in which a run would be over a limit."""
        tried = set()
        for point in self.points:
            sizes = {name: value for name, value in point.items() if name in ModelConfig.domains() or name in _SIZES}
            if (key := tuple(sorted(sizes.items()))) not in tried:
                tried.add(key)
                check_limits(_at(self.base, sizes), limits)

    def to_json(self) -> dict[str, Any]:
        """Return plain values; from_json makes an equal sweep of them. Preset sentences are given by their name."""
        return {
            "base": documents.to_json(self.base),
            "axes": [axis.to_json() for axis in self.axes],
            "seeds": self.seeds,
            "sample": self.sample,
            "sample_seed": self.sample_seed,
        }

    @classmethod
    def from_json(cls, value: object, limits: Limits | None = None, vectors: WordVectors | None = None) -> Self:
        """Return the sweep that to_json described; sample and sample_seed can be left out.

        Raises ConfigError for what is no sweep, LimitError where limits are given and it has more runs, before its points are
        looked at, and for the base as documents.from_json does.
        """
        needed, known = {"base", "axes", "seeds"}, {"base", "axes", "seeds", "sample", "sample_seed"}
        if not isinstance(value, dict) or not needed <= set(value) <= known or not isinstance(value["axes"], list):
            raise ConfigError("sweep", value, "an object of base, axes and seeds")
        base = documents.from_json(value["base"], limits or Limits(), vectors)
        axes = tuple(Axis.from_json(axis) for axis in value["axes"])
        rest = {name: value[name] for name in ("sample", "sample_seed") if name in value}
        if limits is not None:
            factors = (rest.get("sample") or prod(len(axis) for axis in axes), value["seeds"])
            limits.check(sweep_runs=prod(factor for factor in factors if isinstance(factor, int)))
        return cls(base=base, axes=axes, seeds=value["seeds"], **rest)

    def save(self) -> bytes:
        """Return the bytes of a file that a person can read."""
        return json.dumps({"format": FORMAT, "version": VERSION} | self.to_json(), ensure_ascii=False, indent=1).encode()

    @classmethod
    def load(cls, source: bytes, limits: Limits | None = None) -> Self:
        """Return the sweep in a file.

        Raises ExperimentFileError for a file that is none, ConfigError for a sweep that cannot be, LimitError as documents.load.
        """
        value = documents.parse(source, (limits or Limits()).upload_bytes)
        if not isinstance(value, dict) or value.pop("format", None) != FORMAT:
            raise ExperimentFileError("not_an_experiment", "it does not say that it is a sweep")
        version = value.pop("version", None)
        if version != VERSION or isinstance(version, bool):
            newer = isinstance(version, int) and version > VERSION
            raise ExperimentFileError("newer_version" if newer else "not_an_experiment", str(version)[:20])
        return cls.from_json(value, limits)

    def link(self) -> str:
        """Return the token of a link, as sharing.links makes it. It names word vectors and does not contain them.

        Raises LinkError (too_long or too_large): a file is better then.
        """
        value = self.to_json()
        value["base"] = documents.without_vectors(value["base"], self.base.dataset.vectors)
        return links.pack(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())

    @classmethod
    def from_link(cls, token: str, limits: Limits | None = None, vectors: WordVectors | None = None) -> Self:
        """Return the sweep of a token. vectors: the word vectors that it names, if it names some.

        Raises LinkError, AbsentVectorsError and VectorFileError as links.decode, ConfigError and LimitError as load.
        """
        document = links.unpack(token, limits or Limits())
        try:
            return cls.from_json(documents.parse(document, links.MOST_BYTES), limits, vectors)
        except ExperimentFileError as error:
            raise LinkError(error.reason, error.detail) from error


def _together(parts: tuple[Point, ...]) -> Point:
    return {name: value for part in parts for name, value in part.items()}


def _model(base: Experiment, point: Point) -> ModelConfig:
    of_model: Mapping[str, Any] = {name: value for name, value in point.items() if name in ModelConfig.domains()}
    return replace(base.model, **of_model) if of_model else base.model


def _training(base: Experiment, point: Point, seed: int | None = None) -> TrainingConfig:
    """Return the settings of a point from the first epoch on: changes of them during the run are dropped."""
    of_training = {name: value for name, value in point.items() if name in TrainingConfig.domains()}
    if seed is not None:
        of_training["seed"] = seed
    kept = tuple(change for change in base.training.changes if change.field not in point)
    return replace(base.training, **of_training, changes=kept)


def _at(base: Experiment, point: Point, seed: int | None = None) -> Experiment:
    """Return the experiment of a point, with the sentences that the seed draws and their first words."""
    training = _training(base, point, seed)
    data = fewer(base.dataset, point[SENTENCES], training.seed) if SENTENCES in point else base.dataset
    data = beginnings(data, point[FIRST_WORDS]) if FIRST_WORDS in point else data
    return replace(base, dataset=data, model=_model(base, point), training=training)
