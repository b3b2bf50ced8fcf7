"""What a bag of words reaches, in words."""

from __future__ import annotations

from rnn_core.data.baseline import Baseline
from ui.messages.formatting import percent


def baseline_line(baseline: Baseline) -> str:
    """What a model without order gets right."""
    train, test = baseline.accuracy("train") or 0.0, baseline.accuracy("test")
    right = f"{percent(train)} of the training sentences" + (
        "" if test is None else f" and {percent(test)} of the test sentences"
    )
    return f"A bag of words (naive Bayes), which knows nothing of order, gets {right} right."
