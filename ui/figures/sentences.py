"""Pictures of a dataset: lengths, labels, frequent words, and one sentence as one-hot vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from rnn_core import Dataset
from rnn_core.data.dataset import POSITIVE
from ui.figures.chart import Chart
from ui.figures.palette import Look, Palette, frame, looks, plain
from ui.language import gettext, number

_NO_LABEL = ""
"""Stands for no label among the labels; no label is empty."""
MOST_COLUMNS = 400
"""The largest vocabulary whose columns a picture shows."""
_LONGEST_TICK = 24
"""Letters of a word on an axis; a longer word would push the picture out of its frame."""


def one_hot(dataset: Dataset, words: Sequence[str], colors: Palette) -> Chart:
    """Draw a sentence's one-hot matrix: one row for each of its words, one column for each word of the vocabulary.

    A known word fills one cell. Of a large vocabulary only columns with a filled cell are shown.
    """
    vocabulary = dataset.vocabulary
    whole = len(vocabulary) <= MOST_COLUMNS
    shown = vocabulary.words if whole else tuple(sorted({word for word in words if word in vocabulary}))
    matrix = np.array([[float(word == column) for column in shown] for word in words]).reshape(len(words), len(shown))
    columns, rows = [_tick(word) for word in shown], [f"{t}  {_tick(word)}" for t, word in enumerate(words, start=1)]
    title = (
        gettext("vocabulary")
        if whole
        else gettext(
            "{shown} of the {count} words in the vocabulary; all other columns are 0",
            shown=number(len(shown)),
            count=number(len(vocabulary)),
        )
    )
    figure = Chart()
    figure.add_heatmap(
        z=matrix,
        colorscale=[[0, colors.paper], [1, colors.accent]],
        zmin=0,
        zmax=1,
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate="%{y} · %{x}: %{z}<extra></extra>",
    )
    frame(figure, colors, height=110 + 24 * len(words), x=title, y=gettext("word"))
    figure.update_xaxes(tickvals=list(range(len(columns))), ticktext=columns, tickangle=-60 if len(columns) > 8 else 0)
    figure.update_yaxes(tickvals=list(range(len(rows))), ticktext=rows, autorange="reversed", showgrid=False)
    return figure


def lengths(dataset: Dataset, colors: Palette) -> Chart:
    """Draw how many sentences have how many words, train and test."""
    figure = Chart()
    longest = 1
    for split, color in (("train", colors.train), ("test", colors.test)):
        counts = Counter(len(dataset.words[i]) for i in dataset.rows(split))  # type: ignore[arg-type]
        longest = max([longest, *counts])
        figure.add_bar(
            x=sorted(counts),
            y=[counts[length] for length in sorted(counts)],
            name=_split(split),
            marker={"color": color},
            hovertemplate=gettext("sentences: {count}, words in each: {words}", count="%{y}", words="%{x}"),
        )
    frame(figure, colors, height=240, x=gettext("words in the sentence"), y=gettext("sentences"), legend=True)
    figure.update_layout(barmode="group", bargap=0.25, hovermode="closest")
    figure.update_xaxes(dtick=1 if longest <= 15 else None)
    return figure


def balance(dataset: Dataset, colors: Palette) -> Chart:
    """Draw how many sentences of each label each split has."""
    figure = Chart()
    look_of = _looks(dataset, colors)
    for label in _labels(dataset):
        counts = [
            sum((dataset.examples[i].label or _NO_LABEL) == label for i in dataset.rows(split)) for split in ("test", "train")
        ]
        figure.add_bar(
            y=[_split("test"), _split("train")],
            x=counts,
            orientation="h",
            name=_named(label),
            marker={
                "color": look_of[label].color,
                "pattern": {"shape": look_of[label].pattern, "fillmode": "overlay", "fgopacity": 0.35, "solidity": 0.2},
            },
            text=[str(count) for count in counts],
            textposition="inside",
            insidetextanchor="middle",
            insidetextfont={"color": colors.paper},
            hovertemplate="%{x}<extra>" + _named(label) + "</extra>",
        )
    frame(figure, colors, height=170, x=gettext("sentences"), legend=True)
    figure.update_layout(barmode="stack", bargap=0.3, hovermode="closest", legend={"traceorder": "normal"})
    figure.update_yaxes(showgrid=False)
    return figure


def word_counts(dataset: Dataset, colors: Palette, most: int = 30) -> Chart:
    """Draw how often each word occurs in the training sentences of each label, most frequent first."""
    train = dataset.rows("train")
    counts = Counter(word for i in train for word in dataset.words[i]).most_common(most)
    figure = Chart()
    look_of = _looks(dataset, colors)
    for label in _labels(dataset):
        own = Counter(word for i in train if (dataset.examples[i].label or _NO_LABEL) == label for word in dataset.words[i])
        figure.add_bar(
            x=list(range(len(counts))),
            y=[own[word] for word, _ in counts],
            name=_named(label),
            marker={"color": look_of[label].color, "pattern": {"shape": look_of[label].pattern}},
            hovertemplate="%{y}",
        )
    frame(figure, colors, height=240, y=gettext("times in training"), x=gettext("word"), legend=True)
    figure.update_layout(barmode="stack", legend={"traceorder": "normal"})
    figure.update_xaxes(tickvals=list(range(len(counts))), ticktext=[_tick(word) for word, _ in counts], tickangle=-45)
    return figure


def _split(split: str) -> str:
    return gettext("train") if split == "train" else gettext("test")


def _named(label: str) -> str:
    return plain(label) if label else gettext("no label")


def _labels(dataset: Dataset) -> list[str]:
    """The labels that there are, positive first."""
    return sorted({example.label or _NO_LABEL for example in dataset.examples}, key=lambda label: (label != POSITIVE, label))


def _looks(dataset: Dataset, colors: Palette) -> dict[str, Look]:
    """Return how each label is drawn, and what has none."""
    return looks([label for label in _labels(dataset) if label != _NO_LABEL], colors) | {
        _NO_LABEL: Look(colors.quiet, "circle-open", "/")
    }


def _tick(word: str) -> str:
    return plain(word if len(word) <= _LONGEST_TICK else word[: _LONGEST_TICK - 1] + "…")
