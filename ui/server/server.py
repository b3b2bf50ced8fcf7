"""What belongs to the process and serves every visitor, as one object."""

from __future__ import annotations

from dataclasses import dataclass, field

from rnn_core import Limits
from rnn_core.engine.kernel import DEFAULT_PATH, RunPath
from rnn_core.prepare import Preparation
from ui.server.drawing import Drawing
from ui.server.elsewhere import Cluster
from ui.server.slots import Slots
from ui.server.visitors import Permanent, Visitors


@dataclass(frozen=True, kw_only=True)
class Server:
    """The limits of the machine's owner, turns at its processors and at drawing, the engine's preparation, and who is here."""

    limits: Limits = field(default_factory=Limits)
    slots: Slots = field(default_factory=Slots)
    drawing: Drawing = field(default_factory=Drawing)
    preparation: Preparation | None = None
    """None where the engine needs none: everything runs on its own path"""
    visitors: Visitors = field(default_factory=lambda: Visitors(Permanent(), held_seconds=0.0))

    cluster: Cluster | None = None
    """Where sweeps are trained; None for here. Only whoever runs the server can name one"""

    def path(self, cell: str | None = None) -> RunPath:
        """The path on which to train a cell now, or without one to do anything."""
        return self.preparation.path(cell) if self.preparation else DEFAULT_PATH

    @property
    def preparing(self) -> bool:
        """Whether the engine is still being compiled."""
        return self.preparation is not None and not self.preparation.done
