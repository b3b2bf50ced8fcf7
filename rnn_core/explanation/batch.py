"""Many texts at once, none of which stops the others."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from rnn_core import network
from rnn_core.errors import DatasetError, RnnCoreError, UnknownWordError
from rnn_core.formats import decode
from rnn_core.limits import Limits
from rnn_core.losses import softmax
from rnn_core.model import Model

COLUMNS = ("text", "verdict", "probability", "unknown_words", "problem")


class Answer(NamedTuple):
    """What the network says of one text, or why it says nothing."""

    text: str
    verdict: str | None
    probability: float | None
    """of the label that was asked for, whatever the verdict"""
    unknown: tuple[str, ...]
    """words that the vocabulary does not have"""
    problem: RnnCoreError | None


def answer_each(model: Model, texts: Iterable[str], label: str, limits: Limits | None = None) -> list[Answer]:
    """Read every text by itself. A text that cannot be read has its problem in the place of a verdict.

    Raises ValueError for a label that the model does not have.
    """
    limits, params, target, answers = limits or Limits(), model.params, model.labels.index(label), []
    for text in texts:
        words = model.rules.words(text)
        unknown = model.vocabulary.unknown(words)
        try:
            limits.check(words=len(words))
            if unknown and model.rules.unknown == "refuse":  # to look for near words in every line would take long
                raise UnknownWordError(unknown)
            p = softmax(network.logits(model.cell, params, model.read(text)))
        except RnnCoreError as problem:
            answers.append(Answer(text, None, None, unknown, problem))
        else:
            answers.append(Answer(text, model.labels[int(np.argmax(p))], float(p[target]), unknown, None))
    return answers


def texts_of(source: bytes, limits: Limits) -> list[str]:
    """The texts of a file: of a CSV whose first line names a column text, that column; of any other, each line that is not blank.

    Raises DatasetError (too_large, not_text, bad_csv, too_many_rows). Size is judged before anything is decoded.
    """
    text = decode(source, limits)
    csv.field_size_limit(max(csv.field_size_limit(), limits.upload_bytes))
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(lines, [])]
    except csv.Error:  # a line is free to hold a quotation mark
        header = []
    texts = _column(lines, header.index("text")) if "text" in header else io.StringIO(text, newline=None)
    found: list[str] = []
    try:
        for one in texts:
            line = one.rstrip("\n")
            if not line.strip() and "text" not in header:
                continue
            if len(found) == limits.rows:
                raise DatasetError("too_many_rows", detail=f"at most {limits.rows:,}")
            found.append(line)
    except csv.Error as error:
        raise DatasetError("bad_csv", row=len(found) + 1, line=lines.line_num, detail=str(error)) from error
    return found


def _column(lines: Iterable[Sequence[str]], place: int) -> Iterable[str]:
    """One column of the records that hold anything; a record that does not reach so far has an empty text."""
    return (cells[place] if place < len(cells) else "" for cells in lines if cells)


def answers_to_csv(answers: Iterable[Answer]) -> str:
    """Answers as CSV with a header; lines end as RFC 4180 asks. Cells are written verbatim."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for text, verdict, probability, unknown, problem in answers:
        shown = "" if probability is None else repr(probability)
        writer.writerow((text, verdict or "", shown, " ".join(unknown), "" if problem is None else str(problem)))
    return out.getvalue()
