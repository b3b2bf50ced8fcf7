"""A warning about a learning rate that is far too high, before anything is trained with it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from rnn_core import Experiment, TrainingConfig
from rnn_core.gradients.update import breaks_at_once
from ui.messages import names
from ui.session.session import Session

FAR_TOO_FAST = 10.0
"""A weight that moves so far in one update has left every range in which a network learns: the presets' move by 0.1 at most."""


def largest_step(training: TrainingConfig) -> float:
    """Return how far a gradient of size 1 or more moves a weight in one update, at most, as clipping allows it."""
    bounded = training.clipping != "none" and training.optimizer != "adam"  # Adam divides the threshold out again
    return training.learning_rate * (min(1.0, training.clip_threshold) if bounded else 1.0)


def show(session: Session, experiment: Experiment) -> bool:
    """Warn if the learning rate is far too high; return whether training breaks at its first update."""
    if largest_step(experiment.training) < FAR_TOO_FAST:
        return False
    breaks = session.view.memo(("breaks", experiment.fingerprint), partial(breaks_at_once, experiment))
    st.warning(names.too_fast(experiment.training.learning_rate, breaks=breaks), icon=":material/speed:")
    return breaks
