"""How long an epoch takes, by trying a part of one."""

from __future__ import annotations

import math

import pytest

from rnn_core import Experiment
from rnn_core.engine.kernel import on
from rnn_core.training.estimate import seconds_per_epoch


@pytest.mark.parametrize("rate", [0.02, 1e308])
def test_an_epoch_takes_some_time_also_at_a_rate_at_which_the_run_would_diverge(small: Experiment, rate: float) -> None:
    """Without a warning: here every warning is an error."""
    with on("plain"):
        seconds = seconds_per_epoch(small.with_training(learning_rate=rate, clipping="none"))
    assert 0.0 < seconds < math.inf
