"""Predictions in words: a whole split, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rnn_core import Dataset
from ui.messages.words import RIGHT, WRONG, number


def split_table(
    data: Dataset, rows: Sequence[int], probabilities: npt.NDArray[np.float64], labels: Sequence[str]
) -> list[dict[str, str | float]]:
    """Sentences with label, verdict and its probability, the wrong ones first and of those the surest first."""
    table: list[dict[str, str | float]] = []
    for i, p in zip(rows, probabilities, strict=True):
        verdict, label = labels[int(p.argmax())], data.examples[i].label or ""
        mark = RIGHT if verdict == label else WRONG
        row: dict[str, str | float] = {
            "judged": mark,
            "sentence": data.examples[i].text,
            "label": label,
            "verdict": verdict,
            "probability": float(p.max()),
        }
        table.append(row)
    return sorted(table, key=lambda row: (row["judged"] == RIGHT, -float(row["probability"])))


def split_line(count: int, wrong: int) -> str:
    """How many of the test sentences are wrong."""
    if wrong == 0:
        return f"All {number(count)} are judged as labelled."
    return f"{number(wrong)} of {number(count)} are judged differently from their label; they stand first."
