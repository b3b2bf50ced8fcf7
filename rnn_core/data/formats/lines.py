"""Pasted lines: a sentence a line, or a sentence, a tab and its label, or these, a tab and the split."""

from __future__ import annotations

from rnn_core.data.formats.table import Part, Rows, Table, lines_of
from rnn_core.limits import Limits


def parse(text: str, limits: Limits, part: Part | None = None) -> Table:
    """Every line that is not blank. A quote is a character like any other, and a line may leave out what comes last.

    Raises DatasetError: line_too_long and what Rows.add refuses.
    """
    rows = Rows(limits, part)
    for number, line in enumerate(lines_of(text), start=1):
        if line := line.rstrip():  # a tab before it stands after a cell that is empty
            rows.add(tuple(cell.strip() for cell in line.split("\t")), number)
    return rows.table("lines", ("",) * max(map(len, rows.cells), default=0))
