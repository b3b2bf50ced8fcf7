"""Predictions for many texts. A text that cannot be read does not stop the others."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from rnn_core.data.columns import roles
from rnn_core.data.formats import Table
from rnn_core.errors import RnnCoreError
from rnn_core.explanation.reading import ids_of
from rnn_core.limits import Limits
from rnn_core.network import passes
from rnn_core.network.losses import softmax
from rnn_core.network.model import Model
from rnn_core.pauses import pause


class Answer(NamedTuple):
    """The prediction for one text, or the reason why there is none."""

    text: str
    verdict: str | None
    probabilities: tuple[float, ...]
    """of every label, in the order of the model's labels; empty if there is no prediction"""
    unknown: tuple[str, ...]
    """words that are not in the vocabulary"""
    problem: RnnCoreError | None

    @property
    def confidence(self) -> float | None:
        """Probability of the predicted label."""
        return max(self.probabilities, default=None)


def answer_each(model: Model, texts: Iterable[str], limits: Limits | None = None) -> list[Answer]:
    """Return the answer for every text. A text that cannot be read has a problem instead of a prediction.

    Raises LimitError where splitting the texts would take too long.
    """
    limits, params, answers = limits or Limits(), model.arrays(), []
    texts = list(texts)
    limits.check(splitting_seconds=model.rules.seconds(text for text in texts if len(text) <= limits.characters))
    for text in texts:
        pause()
        unknown: tuple[str, ...] = ()
        try:
            limits.check(characters=len(text))
            words = model.rules.words(text)
            unknown = model.vocabulary.unknown(words)
            limits.check(words=len(words))
            p = softmax(passes.logits(model.cell, params, ids_of(model, text)))
        except RnnCoreError as problem:
            answers.append(Answer(text, None, (), unknown, problem))
        else:
            answers.append(Answer(text, model.labels[int(np.argmax(p))], tuple(p.tolist()), unknown, None))
    return answers


def texts_of(table: Table, column: int | None = None) -> list[str]:
    """Return the texts of a table: of one column (from 0), or of the one that is likely the text."""
    if column is None:
        column = roles(table).text if table.columns else 0
    return [cells[column] for cells in table.rows]


def probability_columns(labels: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the columns with the probability of each label: no label makes one look like another column."""
    return tuple(f"p({label})" for label in labels)


def answers_to_csv(answers: Iterable[Answer], labels: Sequence[str]) -> str:
    """Return the answers as CSV with a header and the line ends of RFC 4180, with a column for each label. Cells are written verbatim."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("text", "verdict", *probability_columns(labels), "unknown_words", "problem"))
    for text, verdict, probabilities, unknown, problem in answers:
        shown = map(repr, probabilities) if probabilities else [""] * len(labels)
        writer.writerow((text, verdict or "", *shown, " ".join(unknown), "" if problem is None else str(problem)))
    return out.getvalue()
