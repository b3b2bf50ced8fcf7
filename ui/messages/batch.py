"""The predictions for many sentences at once, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rnn_core.explanation import Answer, probability_columns
from ui.language import gettext, ngettext, number
from ui.messages.errors import error


def batch_table(answers: Sequence[Answer], labels: Sequence[str]) -> list[dict[str, str | float | None]]:
    """Texts with the prediction and the probability of each label, or what is wrong with them."""
    names = probability_columns(labels)
    return [
        {
            "text": answer.text,
            "verdict": answer.verdict,
            **dict(zip(names, answer.probabilities or [None] * len(names), strict=True)),
            "unknown words": " ".join(answer.unknown),
            "problem": "" if answer.problem is None else plain_text(error(answer.problem)),
        }
        for answer in answers
    ]


def plain_text(markdown: str) -> str:
    """One of these sentences for a place that reads no Markdown: its escapes taken back."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace("\u2060", "")


def batch_line(answers: Sequence[Answer]) -> str:
    """How many sentences have a prediction."""
    predicted = sum(answer.verdict is not None for answer in answers)
    if predicted == len(answers):
        return ngettext("{count} sentence has a prediction.", "All {count} sentences have a prediction.", predicted)
    return gettext(
        "{predicted} of {count} sentences have a prediction. For the others, see the column “problem”.",
        predicted=number(predicted),
        count=number(len(answers)),
    )
