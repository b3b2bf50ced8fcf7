"""Pictures of sentences: the dataset's own counts, and no word of a stranger's acts in them."""

from __future__ import annotations

import html
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import Dataset, Example
from tests.ui.figures.plotted import Plotted, plotted
from ui.figures.chart import Chart
from ui.figures.palette import DARK, LIGHT, LIVING, STILL, Palette, frame, free, looks, palette, plain

sentences = Plotted("sentences")


def test_the_one_hot_picture_is_the_vocabularys_one_hot_matrix(six: Dataset) -> None:
    words = ("not", "bad", "at", "all")
    figure = sentences.one_hot(six, words, LIGHT)
    assert np.array_equal(figure.data[0].z, six.vocabulary.one_hot(six.vocabulary.ids(words)))
    assert list(figure.layout.xaxis.ticktext) == list(six.vocabulary)
    assert list(figure.layout.yaxis.ticktext) == ["1  not", "2  bad", "3  at", "4  all"]
    assert figure.layout.xaxis.title.text == "vocabulary"
    assert figure.layout.yaxis.title.text


def test_a_word_that_training_lacks_has_an_empty_row(six: Dataset) -> None:
    z = sentences.one_hot(six, ("good", "terrific"), LIGHT).data[0].z
    assert z.sum(axis=1).tolist() == [1.0, 0.0]


def test_lengths_count_the_sentences_of_each_split(six: Dataset) -> None:
    figure = sentences.lengths(six, LIGHT)
    bars = {trace.name: dict(zip(trace.x, trace.y, strict=True)) for trace in figure.data}
    assert bars == {"train": {1: 2, 3: 1, 4: 2, 5: 1}, "test": {2: 3}}
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("words in the sentence", "sentences")


def test_the_balance_counts_the_labels_of_each_split_and_those_without(six: Dataset) -> None:
    data = Dataset((*six.examples, Example("so", None, "train")), six.rules)
    figure = sentences.balance(data, LIGHT)
    bars = {trace.name: dict(zip(trace.y, trace.x, strict=True)) for trace in figure.data}
    assert bars == {
        "positive": {"test": 2, "train": 3},
        "negative": {"test": 1, "train": 3},
        "no label": {"test": 0, "train": 1},
    }
    assert figure.data[0].name == "positive"
    assert figure.layout.legend.traceorder == "normal", "the legend is in the order of the bars"
    assert figure.layout.xaxis.title.text == "sentences"


def test_word_counts_are_of_training_alone_most_frequent_first(six: Dataset) -> None:
    figure = sentences.word_counts(six, LIGHT, most=6)
    counted = {trace.name: dict(zip(figure.layout.xaxis.ticktext, trace.y, strict=True)) for trace in figure.data}
    assert counted == {
        "positive": {"so": 2, "good": 2, "bad": 1, "at": 1, "all": 1, "not": 1},
        "negative": {"so": 1, "good": 1, "bad": 2, "at": 2, "all": 2, "not": 1},
    }
    assert figure.layout.xaxis.ticktext[-1] == "not"
    assert figure.layout.barmode == "stack"
    assert [list(trace.x) for trace in figure.data] == [list(range(6))] * 2
    assert list(figure.layout.xaxis.tickvals) == list(range(6))
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("word", "times in training")


def test_words_of_sentences_without_a_label_are_counted_apart(six: Dataset) -> None:
    figure = sentences.word_counts(Dataset((*six.examples, Example("so", None, "train")), six.rules), LIGHT, most=1)
    assert {trace.name: tuple(trace.y) for trace in figure.data} == {"positive": (2,), "negative": (1,), "no label": (1,)}


def test_bars_of_two_labels_differ_by_more_than_color(six: Dataset) -> None:
    shapes = [trace.marker.pattern.shape for trace in sentences.word_counts(six, LIGHT).data]
    assert len(set(shapes)) == 2


@pytest.mark.parametrize("draw", [sentences.one_hot, sentences.word_counts])
def test_a_word_of_ten_thousand_letters_takes_no_more_room_than_any(draw: Any) -> None:
    data = Dataset.from_pairs([(f"{'<' * 10_000} good", 1), ("bad", 0)])
    figure = draw(data, data.words[0], LIGHT) if draw is sentences.one_hot else draw(data, LIGHT)
    (cut,) = [text for text in figure.layout.xaxis.ticktext if "lt" in text]
    assert cut == "&lt;" * 23 + "…"
    assert all(len(html.unescape(text)) <= 27 for text in figure.layout.yaxis.ticktext or ())


@pytest.mark.parametrize(
    "draw",
    [
        lambda data, colors: sentences.one_hot(data, ("not", "bad"), colors),
        sentences.lengths,
        sentences.balance,
        sentences.word_counts,
    ],
    ids=["one_hot", "lengths", "balance", "word_counts"],
)
def test_each_picture_is_the_same_again_and_follows_the_theme(draw, six: Dataset) -> None:  # type: ignore[no-untyped-def]
    light = draw(six, LIGHT)
    assert light == draw(six, LIGHT)
    assert light.layout.font.color == LIGHT.ink
    assert draw(six, DARK).layout.font.color == DARK.ink
    assert light.layout.title.text is None
    assert light.layout.height > 0


def test_an_empty_dataset_gives_empty_pictures() -> None:
    empty = Dataset(())
    assert [list(trace.x) for trace in sentences.lengths(empty, LIGHT).data] == [[], []]
    assert not sentences.balance(empty, LIGHT).data
    assert not sentences.word_counts(empty, LIGHT).data


@given(st.text())
def test_text_for_a_chart_opens_no_tag_and_no_formula_and_reads_the_same(text: str) -> None:
    escaped = plain(text)
    assert not set("<>$") & set(escaped)
    assert html.unescape(escaped) == html.unescape(html.escape(text))


def test_hostile_words_are_spelled_out_in_every_picture() -> None:
    word = "<img/src=x>$a$"
    data = Dataset.from_pairs([(f"{word} good", 1), ("bad", 0)], [(word, 1)])
    figures = [
        sentences.one_hot(data, (word, "good"), LIGHT),
        sentences.word_counts(data, LIGHT),
        sentences.balance(Dataset((Example("x", word, "train"),)), LIGHT),
    ]
    for figure in figures:
        spec = figure.to_json()
        assert "&lt;img" in spec.replace("\\u0026", "&").replace("\\u003c", "<").replace("\\u003e", ">")
        assert "<img" not in spec.replace("\\u003c", "<")
        assert "$" not in spec


@pytest.mark.parametrize(("theme", "colors"), [("light", LIGHT), ("dark", DARK), (None, LIGHT)])
def test_the_palette_follows_the_theme(theme: str | None, colors: Palette) -> None:
    assert palette(theme) is colors


def test_the_scale_from_negative_to_positive_has_paper_in_its_middle() -> None:
    assert LIGHT.diverging == [[0.0, LIGHT.negative], [0.5, LIGHT.paper], [1.0, LIGHT.positive]]


def test_a_chart_that_stands_still_can_be_zoomed_moved_and_downloaded_and_one_that_is_redrawn_cannot() -> None:
    def moves(chart: Chart) -> tuple[bool, bool, object]:
        layout = plotted(chart).layout
        return not layout.xaxis.fixedrange, not layout.yaxis.fixedrange, layout.dragmode

    chart = frame(Chart(), LIGHT, height=200)
    assert moves(chart) == (False, False, False)
    assert moves(free(chart)) == (True, True, "zoom")
    assert moves(free(chart, drag=False)) == (True, True, False), "a finger scrolls the page"
    assert LIVING["displayModeBar"] is False
    assert "toImage" in STILL["modeBarButtons"][0]


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_runs_that_are_compared_have_colors_that_mean_nothing_else(colors: Palette) -> None:
    meant = {colors.positive, colors.negative, colors.train, colors.test, colors.before, colors.after, colors.accent}
    assert len({*colors.compared}) == len(colors.compared)
    assert not meant & {*colors.compared}


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_each_label_has_its_color_and_its_mark_and_no_two_have_both(theme: Palette) -> None:
    """Three labels have three colors; beyond eight, the color alone tells none apart."""
    three = Dataset.from_pairs(train=[("so glad", "joy"), ("so cross", "anger"), ("so low", "sadness")])
    bars = sentences.balance(three, theme).data
    assert len({bar["marker"]["color"] for bar in bars}) == 3
    many = looks([f"label {i:02}" for i in range(20)], theme)
    assert len({(look.color, look.symbol) for look in many.values()}) == 20
    assert len({(look.color, look.pattern) for look in many.values()}) == 20
    eight = looks([f"label {i}" for i in range(8)], theme)
    assert len({look.color for look in eight.values()}) == 8


def test_the_two_sentiments_keep_their_looks_whatever_stands_beside_them() -> None:
    found = looks(["positive", "neutral", "negative", "mixed"], LIGHT)
    assert (found["positive"].color, found["negative"].color) == (LIGHT.positive, LIGHT.negative)
    assert len({look.color for look in found.values()}) == 4
