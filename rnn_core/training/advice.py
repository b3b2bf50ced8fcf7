"""What to change in the next run, for findings of which a rule was measured; for the others there is none.

Each rule was held against random experiments of every cell (tests/core/training/test_advice.py).
"""

from __future__ import annotations

from typing import NamedTuple

from rnn_core.config import ModelConfig
from rnn_core.experiment import Experiment
from rnn_core.training.findings import Finding

SMALL_SCALE, LARGER_SCALE = 0.01, 0.1
"""First weights of the first scale or less leave every state near zero, so that gradients are tiny; the second does not."""
FASTER, SLOWER = 5.0, 0.1
"""Factors of the learning rate."""
FASTEST_SLOW, FASTEST_LOST = 0.02, 1.0
"""The highest rates at which the rules held."""


class Advice(NamedTuple):
    """One setting to change, all else left as it is."""

    field: str
    """of ModelConfig or TrainingConfig"""
    value: float

    def applied(self, experiment: Experiment) -> Experiment:
        """The experiment with the setting changed from its first epoch on."""
        if self.field in ModelConfig.domains():
            return experiment.with_model(**{self.field: self.value})
        kept = tuple(change for change in experiment.training.changes if change.field != self.field)
        return experiment.with_training(**{self.field: self.value, "changes": kept})


def advice(finding: Finding, experiment: Experiment) -> Advice | None:
    """What to change so that the finding is not made again, if a rule was measured.

    Measured with plain gradient descent: a larger scale of small first weights ends a plateau no later; a slow run at a rate up
    to 0.02 gets further at a higher one; a vanilla network that was lost with a loss above chance, at a rate up to 1, gets
    further at a lower one.
    """
    if experiment.training.optimizer != "sgd":
        return None
    model, rate = experiment.model, experiment.training.learning_rate
    match finding.id:
        case "plateau" | "waited" if model.initialization == "normal" and model.init_scale <= SMALL_SCALE:
            return Advice("init_scale", LARGER_SCALE)
        case "slow" if rate <= FASTEST_SLOW:
            return Advice("learning_rate", FASTER * rate)
        case "lost" if model.cell == "vanilla" and rate <= FASTEST_LOST and _exploded(finding):
            return Advice("learning_rate", SLOWER * rate)
        case _:
            return None


def _exploded(finding: Finding) -> bool:
    return finding.figures["loss"] > 1.1 * finding.figures["chance_loss"]
