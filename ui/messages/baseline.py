"""What a bag of words reaches, in words."""

from __future__ import annotations

from rnn_core.data.baseline import Baseline
from ui.language import gettext, percent


def baseline_line(baseline: Baseline) -> str:
    """What a model without order gets right."""
    train, test = percent(baseline.accuracy("train") or 0.0), baseline.accuracy("test")
    if test is None:
        return gettext(
            "A bag of words (naive Bayes on word counts) ignores word order. It gets {train} of the training sentences right.",
            train=train,
        )
    return gettext(
        "A bag of words (naive Bayes on word counts) ignores word order. It gets {train} of the training sentences and {test} of the test "
        "sentences right.",
        train=train,
        test=percent(test),
    )
