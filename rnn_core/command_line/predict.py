"""predict: a trained network answers one text, many, or a file."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from rnn_core.command_line import files, tables
from rnn_core.errors import DatasetError, RnnCoreError, UnknownWordError
from rnn_core.explanation import Answer, answer_each, answers_to_csv, probability_columns, texts_of
from rnn_core.network.model import Model


def predict(options: argparse.Namespace) -> int:
    """Print the predictions. Return 0 if at least one text could be read."""
    model = files.model(options.model)
    try:
        texts = _texts(options)
    except DatasetError as error:
        raise files.FileError(options.file or files.STANDARD_INPUT, str(error)) from error
    answers = answer_each(model, texts, files.LIMITS)
    failed = [answer.problem for answer in answers if answer.problem is not None]
    if len(answers) == len(failed) == 1:
        if isinstance(failed[0], UnknownWordError):
            model.tokens(texts[0])  # raises it with similar words
        raise failed[0]
    sys.stdout.write(_written(answers, model, options.format))
    sys.stdout.flush()
    if failed:
        print(f"rnn_core: {len(failed)} of {len(answers)} texts have no prediction; the problem is beside each", file=sys.stderr)
    return 2 if len(failed) == len(answers) and answers else 0


def _texts(options: argparse.Namespace) -> list[str]:
    if options.file is not None:
        return texts_of(files.table(options.file))
    if options.text != files.STANDARD_INPUT:
        return [options.text]
    source = files.read_bytes(files.STANDARD_INPUT)
    if len(source) > files.LIMITS.upload_bytes:
        raise DatasetError("too_large", detail=f"at most {files.LIMITS.upload_bytes:,} bytes")
    return source.decode("utf-8-sig", "replace").splitlines()


def _written(answers: Sequence[Answer], model: Model, form: str) -> str:
    if form == "csv":
        return answers_to_csv(answers, model.labels).replace("\r\n", "\n")
    if form == "jsonl":
        return "".join(json.dumps(_as_json(answer, model), ensure_ascii=False) + "\n" for answer in answers)
    rows = [("verdict", *probability_columns(model.labels), "text")]
    for answer in answers:
        shown = [f"{p:.4f}" for p in answer.probabilities] or ["-"] * len(model.labels)
        rows.append((answer.verdict or "-", *shown, answer.text + _remark(answer.unknown, answer.problem)))
    return tables.aligned(rows) + "\n"


def _remark(unknown: Sequence[str], problem: RnnCoreError | None) -> str:
    if problem is not None:
        return f"  ({problem})"
    return f"  (unknown: {', '.join(unknown)})" if unknown else ""


def _as_json(answer: Answer, model: Model) -> dict[str, object]:
    return {
        "text": answer.text,
        "verdict": answer.verdict,
        "probabilities": dict(zip(model.labels, answer.probabilities, strict=False)),
        "unknown_words": list(answer.unknown),
        "problem": None if answer.problem is None else str(answer.problem),
    }
