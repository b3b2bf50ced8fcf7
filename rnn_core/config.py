"""Settings of the network and of its training. Forms, links, files and the Trainer use the same objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from rnn_core.domains import Choice, Config, Real, Switch, Whole
from rnn_core.errors import ConfigError
from rnn_core.network.cells import CELLS
from rnn_core.schedule import scheduled_rate

Initialization = Literal["normal", "glorot", "orthogonal"]
Gradient = Literal["exact", "printed"]
Vectors = Literal["unused", "start", "frozen"]
Clipping = Literal["none", "value", "norm", "global_norm"]
Optimizer = Literal["sgd", "momentum", "adam"]
Stopping = Literal["never", "train", "test"]


@dataclass(frozen=True, kw_only=True)
class ModelConfig(Config):
    """Settings of the network. The defaults are the guide's, except for its wrong backward rule (recurrent_gradient="printed")."""

    cell: Annotated[str, Choice(CELLS)] = "vanilla"
    """One of CELLS."""
    hidden_size: Annotated[int, Whole(1, 4096)] = 64
    """H, units in the hidden state."""
    bidirectional: Annotated[bool, Switch()] = False
    """Read each sentence backwards too, with a second set of parameters."""
    embedding_size: Annotated[int, Whole(0, 4096)] = 0
    """D, the length of the learned vector for each word; 0 for one-hot input."""
    initialization: Annotated[Initialization, Choice(("normal", "glorot", "orthogonal"))] = "normal"
    """How weights are initialized (see initialization.py). Biases start at zero, except for the bias of the forget gate."""
    init_scale: Annotated[float, Real(0.0, includes_low=True)] = 0.001
    """With initialization "normal": the initial weights are N(0, 1) times this."""
    forget_bias: Annotated[float, Real()] = 1.0
    """Initial bias of the forget gate of an LSTM. Above zero, the cell keeps its memory before it has learned to."""
    recurrent_gradient: Annotated[Gradient, Choice(("exact", "printed"))] = "exact"
    """How dL/dh goes back one step: W_hhᵀ da ("exact"), or W_hh da as the guide prints it ("printed", vanilla cell only)."""
    vectors: Annotated[Vectors, Choice(("unused", "start", "frozen"))] = "unused"
    """What the dataset's word vectors are to the embedding: its first values, trained on ("start"), or its values for good ("frozen")."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.recurrent_gradient == "printed" and not CELLS[self.cell].printed_rule:
            raise ConfigError("recurrent_gradient", "printed", "exact: the guide prints a rule for the vanilla cell alone")
        if self.vectors != "unused" and not self.embedding_size:
            raise ConfigError("embedding_size", 0, "the length of the word vectors")

    def to_json(self) -> dict[str, Any]:
        """Return plain values by field name, vectors only if they are used: earlier versions read the rest."""
        return {name: value for name, value in super().to_json().items() if (name, value) != ("vectors", "unused")}


class Change(NamedTuple):
    """A training setting that was changed during the run. It takes effect at the start of the epoch (counted from 1)."""

    epoch: int
    field: str
    value: float | str


MOST_CHANGES = 100


@dataclass(frozen=True, kw_only=True)
class TrainingConfig(Config):
    """Settings of the training. The defaults are the guide's."""

    epochs: Annotated[int, Whole(1, 1_000_000)] = 1000
    learning_rate: Annotated[float, Real(0.0)] = 0.02
    rate_every: Annotated[int, Whole(0, 1_000_000)] = 0
    """Multiply the learning rate by rate_factor after every so many epochs; 0 to keep it constant."""
    rate_factor: Annotated[float, Real(0.0)] = 0.5
    optimizer: Annotated[Optimizer, Choice(("sgd", "momentum", "adam"))] = "sgd"
    momentum: Annotated[float, Real(0.0, includes_low=True)] = 0.9
    """With optimizer "momentum": the share of the last step that is added to the next."""
    batch_size: Annotated[int, Whole(1, 1_000_000)] = 1
    """Sentences per update; their gradients are averaged."""
    clipping: Annotated[Clipping, Choice(("none", "value", "norm", "global_norm"))] = "value"
    """Clip each element ("value", the guide), the norm of each parameter's gradient, or the norm of all of them ("global_norm")."""
    clip_threshold: Annotated[float, Real(0.0)] = 1.0
    stopping: Annotated[Stopping, Choice(("never", "train", "test"))] = "never"
    """Stop early once this split's accuracy has been at least stop_accuracy for stop_epochs epochs in a row."""
    stop_accuracy: Annotated[float, Real(0.0, high=1.0)] = 1.0
    stop_epochs: Annotated[int, Whole(1, 1_000_000)] = 20
    seed: Annotated[int, Whole(0, 2**53 - 1)] = 0
    """Seed of every random draw, up to 2**53 - 1, the largest integer that JavaScript represents exactly."""
    changes: tuple[Change, ...] = ()
    """Changes made during the run, in the order of their epochs."""

    CHANGEABLE: ClassVar[tuple[str, ...]] = ("learning_rate", "clipping", "clip_threshold")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.changes, (tuple, list)) or len(self.changes) > MOST_CHANGES:
            raise ConfigError("changes", self.changes, f"a list of at most {MOST_CHANGES} changes")
        object.__setattr__(self, "changes", tuple(self._checked(change) for change in self.changes))
        if any(a.epoch > b.epoch for a, b in zip(self.changes, self.changes[1:], strict=False)):
            raise ConfigError("changes", self.changes, "in the order of their epochs")

    def _checked(self, change: object) -> Change:
        if not isinstance(change, (tuple, list)) or len(change) != 3:
            raise ConfigError("changes", change, "epoch, field and value")
        epoch, name, value = change
        if name not in self.CHANGEABLE:
            raise ConfigError("changes", name, "one of " + ", ".join(self.CHANGEABLE))
        when = Whole(1, self.epochs)
        if (at := when.coerce(epoch)) is None:
            raise ConfigError("changes", epoch, when)
        domain = self.domains()[name]
        if (to := domain.coerce(value)) is None:
            raise ConfigError(name, value, domain)
        return Change(at, name, to)

    def at(self, epoch: int) -> Mapping[str, Any]:
        """Return the changeable settings during this epoch (from 1); the learning rate without the factor of the schedule."""
        settings = {name: getattr(self, name) for name in self.CHANGEABLE}
        for change in self.changes:
            if change.epoch <= epoch:
                settings[change.field] = change.value
        return settings

    def rate_at(self, epoch: int) -> float:
        """Return the learning rate of this epoch (from 1): the base rate, as changed, times the factor of every step so far."""
        base: float = self.at(epoch)["learning_rate"]
        return scheduled_rate(base, self.rate_factor, self.rate_every, epoch) if self.rate_every else base

    def to_json(self) -> dict[str, Any]:
        return super().to_json() | {"changes": [list(change) for change in self.changes]}
