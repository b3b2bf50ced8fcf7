"""The Dataset page with given sentences, which are written in a line each."""

from __future__ import annotations

from typing import Any

from rnn_core import Dataset, Example, TextRules, presets
from tests.ui.visitor import Visitor

GUIDE = presets.guide_dataset()


def have(visitor: Visitor, dataset: Dataset) -> Visitor:
    """The dataset page with other sentences than the guide's."""
    visitor.session.workspace.replace_dataset(dataset)
    return visitor.open("dataset")


def data(*rows: str, **rules: Any) -> Dataset:
    """From "text|label|split", where p and n are the two labels and the split is train if it is left out."""
    made = []
    for row in rows:
        text, label, split = (*row.split("|"), "", "")[:3]
        made.append(Example(text, {"p": "positive", "n": "negative"}.get(label), "test" if split == "test" else "train"))
    return Dataset(tuple(made), TextRules(**rules))


def found(editor: Visitor) -> list[tuple[int, str]]:
    (table,) = [frame.value for frame in editor.app.dataframe if frame.editing_mode == "read_only" and "text" in frame.value]
    return list(zip(table.index.tolist(), table["text"], strict=True))


FAULTY = data(
    *("good|p", "good|n", "good|p", "so good|p", "so good|p|test", "|p", "mystery|p|test", "bad|", "bad good|p", "good bad|n"),
    *("good so|p|test", "one two three four five six seven|p", "very good|p"),
)
"""Nearly every kind of fault at once, where sentences may have six words."""
