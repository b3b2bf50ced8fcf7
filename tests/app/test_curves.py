"""Curves: pictures of a history's own numbers, thinned without losing a peak."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rnn_core import Dataset, Experiment, History, ModelConfig, Trainer, TrainingConfig
from rnn_core.history import Columns, GradientStatistics
from ui.figures import curves
from ui.figures.palette import DARK, LIGHT, Palette

NAMES = ("W_xh", "W_hh", "b_h", "W_hy", "b_y")


@cache
def trained() -> History:
    """Sixty epochs that learn, with clipping that bites."""
    experiment = Experiment(
        dataset=Dataset.from_pairs([("good", 1), ("not good", 0), ("bad", 0), ("not bad", 1)], [("not not bad", 0)]),
        model=ModelConfig(hidden_size=4, init_scale=0.4),
        training=TrainingConfig(epochs=60, learning_rate=0.3, clip_threshold=0.1),
    )
    trainer = Trainer(experiment)
    while trainer.advance():
        pass
    return trainer.history


def history(epochs: int, **columns: float) -> History:
    """A history whose columns each hold one value."""
    empty = Columns.empty(epochs, len(NAMES))
    return History(NAMES, empty._replace(**{name: np.full(epochs, value) for name, value in columns.items()}))


def traces(figure: go.Figure) -> dict[str, go.Scatter]:
    return {trace.name: trace for trace in figure.data}


# ---------------------------------------------------------------------- thinning


@given(
    y=arrays.arrays(np.float64, st.integers(1, 3000), elements=st.floats(allow_nan=False, allow_infinity=False)),
    most=st.integers(2, 400),
)
def test_thinning_keeps_both_ends_the_smallest_and_the_largest(
    y: np.ndarray[tuple[int], np.dtype[np.float64]], most: int
) -> None:
    places = curves.thin(y, most)
    assert (np.diff(places) > 0).all()
    assert {0, len(y) - 1} <= set(places.tolist())
    assert y[places].min() == y.min()
    assert y[places].max() == y.max()
    assert len(places) <= max(most, 2) + 2
    if len(y) <= most:
        assert len(places) == len(y)


@given(peak=st.integers(0, 99_999))
def test_thinning_keeps_a_single_peak_wherever_it_is(peak: int) -> None:
    y = np.zeros(100_000)
    y[peak] = 1.0
    places = curves.thin(y)
    assert peak in places
    assert len(places) <= curves.MOST_POINTS + 2


def test_thinning_nothing_gives_nothing() -> None:
    assert len(curves.thin(np.zeros(0))) == 0


def test_a_long_run_is_thinned_and_its_epochs_count_from_one() -> None:
    epochs = 50_000
    columns = Columns.empty(epochs, len(NAMES))._replace(train_loss=np.linspace(0.7, 0.1, epochs))
    trace = traces(curves.loss(History(NAMES, columns), epochs, LIGHT))["train"]
    assert 300 < len(trace.x) <= 402
    assert (trace.x[0], trace.x[-1]) == (1, epochs)
    assert list(trace.y) == [columns.train_loss[epoch - 1] for epoch in trace.x]


# ---------------------------------------------------------------------- loss and accuracy


@pytest.mark.parametrize("kind", ["loss", "accuracy"])
def test_the_curves_are_the_columns(kind: str) -> None:
    figure = getattr(curves, kind)(trained(), 60, LIGHT)
    for split in ("train", "test"):
        assert list(traces(figure)[split].y) == getattr(trained().columns, f"{split}_{kind}").tolist()
        assert list(traces(figure)[split].x) == list(range(1, 61))


@pytest.mark.parametrize("colours", [LIGHT, DARK])
@pytest.mark.parametrize(
    ("name", "x", "y"),
    [("loss", "epoch", "cross-entropy (nats)"), ("accuracy", "epoch", "share right")],
)
def test_both_axes_are_named_and_train_and_test_have_their_colours(name: str, x: str, y: str, colours: Palette) -> None:
    figure = getattr(curves, name)(trained(), 60, colours)
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == (x, y)
    assert traces(figure)["train"].line.color == colours.train
    assert traces(figure)["test"].line.color == colours.test
    assert figure.layout.showlegend


def test_the_frame_spans_the_whole_run_before_it_has_begun() -> None:
    figure = curves.loss(history(0), 500, LIGHT)
    assert tuple(figure.layout.xaxis.range) == (0, 500)
    assert tuple(figure.layout.yaxis.range) == (0, 0.8)
    assert set(traces(figure)) == {"train", "test"}


def test_the_coin_flip_stands_at_ln_2() -> None:
    figure = curves.loss(trained(), 60, LIGHT)
    (line,) = [shape for shape in figure.layout.shapes if shape.y0 == shape.y1]
    assert line.y0 == pytest.approx(math.log(2))


def test_the_first_epoch_with_every_sentence_right_is_marked() -> None:
    columns = Columns.empty(5, len(NAMES))._replace(train_accuracy=np.array([0.5, 0.75, 1.0, 0.75, 1.0]))
    figure = curves.accuracy(History(NAMES, columns), 5, LIGHT)
    assert [shape.x0 for shape in figure.layout.shapes] == [3]
    assert [note.text for note in figure.layout.annotations] == ["every sentence right: epoch 3"]
    assert not curves.accuracy(history(5, train_accuracy=0.75), 5, LIGHT).layout.shapes


@pytest.mark.parametrize(("top", "limit"), [(0.1, 0.8), (0.78, 0.8), (0.79, 1.6), (1.6, 3.2), (100.0, 204.8)])
def test_the_loss_stays_inside_a_frame_that_grows_by_doubling(top: float, limit: float) -> None:
    figure = curves.loss(history(3, train_loss=top, test_loss=0.1), 3, LIGHT)
    assert figure.layout.yaxis.range[1] == pytest.approx(limit)


@pytest.mark.parametrize("top", [1e100, 1e307, 1e308])
def test_a_loss_at_the_edge_of_numbers_still_gives_a_picture(top: float) -> None:
    figure = curves.loss(history(3, train_loss=top), 3, LIGHT)
    assert math.isfinite(figure.layout.yaxis.range[1])
    assert list(traces(figure)["train"].y) == [top] * 3


def test_one_epoch_is_a_point_and_more_are_a_line() -> None:
    assert traces(curves.loss(history(1, train_loss=0.5), 9, LIGHT))["train"].mode == "markers"
    assert traces(curves.loss(history(2, train_loss=0.5), 9, LIGHT))["train"].mode == "lines"


def test_without_a_test_split_there_is_no_test_curve() -> None:
    assert set(traces(curves.loss(history(3, train_loss=0.5), 3, LIGHT))) == {"train"}
    assert set(traces(curves.accuracy(history(3, train_accuracy=0.5), 3, LIGHT))) == {"train"}


@pytest.mark.parametrize("draw", ["loss", "accuracy"])
def test_drawing_changes_nothing_and_gives_the_same_again(draw: str) -> None:
    before = [column.copy() for column in trained().columns]
    arguments = {
        "loss": (trained(), 60, LIGHT),
        "accuracy": (trained(), 60, LIGHT),
    }[draw]
    first, second = (getattr(curves, draw)(*arguments) for _ in range(2))
    assert first == second
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(before, trained().columns, strict=True))
    assert len(GradientStatistics._fields) == before[4].shape[2]
