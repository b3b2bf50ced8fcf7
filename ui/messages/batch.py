"""The answers to many sentences at once, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rnn_core.explanation import Answer
from ui.messages.errors import error
from ui.messages.formatting import number


def batch_table(answers: Sequence[Answer]) -> list[dict[str, str | float | None]]:
    """Texts with verdict and probability, or what is wrong with them."""
    return [
        {
            "text": answer.text,
            "verdict": answer.verdict,
            "probability": answer.probability,
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
