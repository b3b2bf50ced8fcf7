"""The answers to many sentences at once, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rnn_core.explanation import Answer, probability_columns
from ui.messages.errors import error
from ui.messages.formatting import number


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
    """How many texts were judged."""
    judged = sum(answer.verdict is not None for answer in answers)
    if judged == len(answers):
        return f"{number(judged)} texts, all judged."
    return f"{number(judged)} of {number(len(answers))} texts were judged. The others say what is in the way."
