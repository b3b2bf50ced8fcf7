"""Lines as fastText reads them: __label__positive a fine day."""

from __future__ import annotations

from rnn_core.data.formats.table import Part, Rows, Table, lines_of
from rnn_core.limits import Limits

MARK = "__label__"


def is_fasttext(text: str) -> bool:
    """Whether the first line that is not blank begins with a label."""
    return text.lstrip()[: len(MARK)] == MARK


def parse(text: str, limits: Limits, part: Part | None = None) -> Table:
    """Read a sentence a line, after its labels. Several labels make one cell, with commas between them.

    Raises DatasetError: line_too_long and what Rows.add refuses.
    """
    rows = Rows(limits, part)
    for number, line in enumerate(lines_of(text), start=1):
        labels: list[str] = []
        rest = line.strip()
        while rest.startswith(MARK):
            label, *after = rest[len(MARK) :].split(maxsplit=1) or [""]
            labels.append(label)
            rest = "".join(after)
        if labels or rest:
            rows.add((rest, ", ".join(labels)), number)
    return rows.table("fasttext", ("text", "label"))
