"""Curves: pictures of a history's own numbers, thinned without losing a peak."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rnn_core import Dataset, Experiment, History, ModelConfig, Trainer, TrainingConfig
from rnn_core.training.findings import Excursion
from rnn_core.training.history import Columns, GradientStatistics
from rnn_core.training.story import Story, Stretch
from tests.ui.figures.plotted import Plotted
from ui.figures import labels
from ui.figures.curves import Beside, View
from ui.figures.palette import DARK, LIGHT, Palette

curves = Plotted("curves")
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


# ---------------------------------------------------------------------- smoothing


def averages(y: Sequence[float], weight: float) -> list[float]:
    """Of every point, the mean of it and all before, each counting so much less for every epoch that it lies back."""
    means = []
    for now in range(len(y)):
        past = [(weight ** (now - then), y[then]) for then in range(now + 1) if not math.isnan(y[then])]
        means.append(sum(w * v for w, v in past) / sum(w for w, _ in past) if past else math.nan)
    return means


@given(
    y=st.lists(st.floats(-1e6, 1e6) | st.just(math.nan), min_size=1, max_size=60),
    weight=st.sampled_from([0.02, 0.5, 0.9, 0.98]),
)
def test_smoothing_is_a_moving_average_rid_of_the_bias_of_its_start(y: list[float], weight: float) -> None:
    np.testing.assert_allclose(curves.smoothed(np.array(y), weight), averages(y, weight), rtol=1e-9, atol=1e-6)


def test_smoothing_keeps_a_constant_and_begins_at_the_first_value() -> None:
    """A biased average would begin near zero."""
    assert curves.smoothed(np.full(50, 0.7), 0.98).tolist() == pytest.approx([0.7] * 50)
    assert curves.smoothed(np.array([0.7, 0.1]), 0.98)[0] == 0.7


def test_without_a_weight_the_curve_is_itself() -> None:
    y = np.array([1.0, math.nan, 3.0])
    assert curves.smoothed(y, 0.0) is y


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_no_finite_number_spoils_no_later_average(bad: float) -> None:
    shown = curves.smoothed(np.array([0.5, bad, 0.5, 0.5]), 0.9)
    assert np.isfinite(shown[2:]).all()
    assert shown[2:].tolist() == pytest.approx([0.5, 0.5])


def test_smoothing_counts_every_epoch_and_is_thinned_only_afterwards() -> None:
    epochs, weight = 20_000, 0.98
    noise = np.random.default_rng(0).normal(size=epochs)
    losses = 0.4 + 0.05 * noise
    losses[12_345] = 3.0
    of = History(NAMES, Columns.empty(epochs, len(NAMES))._replace(train_loss=losses))
    drawn = traces(curves.loss(of, epochs, LIGHT, View(smoothing=weight)))
    assert 300 < len(drawn["train"].x) <= 402
    for epoch, value in list(zip(drawn["train"].x, drawn["train"].y, strict=True))[::17]:
        past = losses[:epoch][::-1]
        weights = weight ** np.arange(epoch)
        assert value == pytest.approx(float((weights * past).sum() / weights.sum()), rel=1e-9)


def test_under_the_smoothed_line_the_raw_one_stays_pale_with_its_extremes() -> None:
    epochs = 20_000
    losses = 0.4 + 0.01 * np.random.default_rng(1).normal(size=epochs)
    losses[12_345], losses[4_321] = 3.0, 0.001
    of = History(NAMES, Columns.empty(epochs, len(NAMES))._replace(train_loss=losses))
    drawn = traces(curves.loss(of, epochs, LIGHT, View(smoothing=0.9)))
    raw = drawn["train, raw"]
    assert dict(zip(raw.x, raw.y, strict=True))[12_346] == 3.0
    assert dict(zip(raw.x, raw.y, strict=True))[4_322] == 0.001
    assert max(drawn["train"].y) < 1.0
    assert raw.opacity < 0.5
    assert raw.line.width < drawn["train"].line.width
    assert (raw.line.color, raw.showlegend) == (drawn["train"].line.color, False)


# ---------------------------------------------------------------------- the log axis


def test_on_a_log_axis_the_loss_is_the_same_and_ln_2_and_its_words_stand_at_one_height() -> None:
    figure = curves.loss(trained(), 60, LIGHT, View(log=True))
    assert figure.layout.yaxis.type == "log"
    assert list(traces(figure)["train"].y) == trained().columns.train_loss.tolist()
    (level,) = [shape for shape in figure.layout.shapes if shape.y0 == shape.y1]
    (note,) = [note for note in figure.layout.annotations if note.text == "chance, 0.693"]
    assert level.y0 == pytest.approx(math.log(2))
    low, high = figure.layout.yaxis.range
    assert note.y == pytest.approx(math.log10(math.log(2)), abs=0.1 * (high - low)), "annotations stand at the exponent"


@pytest.mark.slow
@given(st.lists(st.floats(min_value=0.0, allow_nan=False, allow_infinity=False), min_size=1, max_size=6))
@settings(max_examples=40, phases=[Phase.explicit, Phase.generate, Phase.shrink])
def test_the_log_axis_holds_every_positive_loss_in_whole_powers_and_few_of_them_are_named(losses: list[float]) -> None:
    columns = Columns.empty(len(losses), len(NAMES))._replace(train_loss=np.array(losses))
    axis = curves.loss(History(NAMES, columns), len(losses), LIGHT, View(log=True)).layout.yaxis
    low, high = axis.range
    assert low == int(low) < int(high) == high
    for value in losses:
        if 1e-300 < value < 1e307:
            assert low <= math.log10(value) <= high
    assert low <= math.log10(math.log(2)) <= high
    assert axis.dtick == int(axis.dtick)
    assert (high - low) / axis.dtick <= 10


def test_without_a_positive_loss_the_log_axis_is_around_ln_2() -> None:
    for of in (history(0), history(3, train_loss=0.0), history(3)):
        axis = curves.loss(of, 3, LIGHT, View(log=True)).layout.yaxis
        assert tuple(axis.range) == (-1, 0)


# ---------------------------------------------------------------------- marks


def upright(figure: go.Figure) -> dict[str, list[int]]:
    """Upright lines by what they are: the first 100%, changes, the epoch looked at."""
    kinds: dict[str, list[int]] = {"first": [], "change": [], "viewed": []}
    for shape in figure.layout.shapes:
        if shape.x0 == shape.x1:
            kind = "viewed" if shape.line.width == 2 else "change" if shape.line.dash == "dash" else "first"
            kinds[kind].append(shape.x0)
    return kinds


def test_the_first_epoch_with_all_right_is_marked_on_both_curves_and_falls_where_they_are() -> None:
    accuracies = np.array([0.5, 0.9, 1.0, 0.9, 0.97, 1.0, 0.98, 1.0, 0.5])
    of = History(NAMES, Columns.empty(9, len(NAMES))._replace(train_accuracy=accuracies, train_loss=np.full(9, 0.3)))
    for draw in (curves.loss, curves.accuracy):
        assert upright(draw(of, 9, LIGHT))["first"] == [3]
    fallen = (Excursion(4, 5, 4, 0.9, 1.0), Excursion(9, 9, 9, 0.5, 1.0))
    falls = traces(figure := curves.accuracy(of, 9, LIGHT, View(story=Story(falls=fallen))))["forgot"]
    assert dict(zip(falls.x, falls.y, strict=True)) == {4: 0.9, 9: 0.5}
    assert falls.mode == "markers"
    assert "forgot: 50%" in words(figure)
    assert "forgot" not in traces(curves.accuracy(of, 9, LIGHT))


def words(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


def test_the_plateau_and_the_drop_are_shaded_and_named_and_the_lowest_test_loss_is_a_point() -> None:
    turns = Story(plateau=Stretch(1, 12), drop=Stretch(30, 41), lowest_test=50)
    figure = curves.loss(trained(), 60, LIGHT, View(story=turns))
    shaded = [(shape.x0, shape.x1) for shape in figure.layout.shapes if shape.type == "rect"]
    assert shaded == [(0, 12), (30, 41)]
    assert {"plateau", "drop"} <= {*words(figure)}
    point = traces(figure)["lowest test loss"]
    lowest = trained().columns.test_loss[49]
    assert (point.x, point.y) == ((50,), (lowest,))
    assert f"lowest test loss, {lowest:.3g}" in words(figure)
    plain = curves.loss(trained(), 60, LIGHT)
    assert not [shape for shape in plain.layout.shapes if shape.type == "rect"]
    assert "lowest test loss" not in traces(plain)


def test_of_very_many_falls_the_latest_are_marked() -> None:
    accuracies = np.tile([1.0, 0.5], 500)
    of = History(NAMES, Columns.empty(1000, len(NAMES))._replace(train_accuracy=accuracies))
    fallen = tuple(Excursion(epoch, epoch, epoch, 0.5, 1.0) for epoch in range(2, 1001, 2))
    falls = traces(curves.accuracy(of, 1000, LIGHT, View(story=Story(falls=fallen))))["forgot"]
    assert len(falls.x) == curves.MOST_FALLS
    assert falls.x[-1] == 1000


def test_changes_are_marked_and_named_on_both_curves() -> None:
    view = View(changes=((5, "clip threshold 0.5"), (50, "learning rate 0.1")))
    for draw in (curves.loss, curves.accuracy):
        figure = draw(trained(), 60, LIGHT, view)
        assert sorted(upright(figure)["change"]) == [5, 50]
        notes = {note.text: note for note in figure.layout.annotations}
        early, late = notes["clip threshold 0.5"], notes["learning rate 0.1"]
        assert (early.x, early.xanchor, late.x, late.xanchor) == (5, "left", 50, "right"), "words stand where there is room"


def test_of_many_changes_the_latest_are_marked_and_as_many_named_as_there_is_room_for() -> None:
    view = View(changes=tuple((epoch, f"learning rate {epoch}") for epoch in range(1, 41)))
    figure = curves.loss(trained(), 60, LIGHT, view)
    assert sorted(upright(figure)["change"]) == list(range(41 - curves.MOST_MARKS, 41))
    named = [note.x for note in figure.layout.annotations if note.text.startswith("learning rate")]
    assert max(named) == 40
    assert len(named) >= 2


@pytest.mark.slow
@given(
    epochs=st.integers(2, 5_000),
    changes=st.lists(
        st.tuples(st.integers(1, 5_000), st.text(st.characters(codec="ascii"), min_size=1, max_size=24)), max_size=12
    ),
)
def test_no_words_run_over_others_nor_out_of_the_frame_nor_into_it(epochs: int, changes: list[tuple[int, str]]) -> None:
    made = tuple(sorted((min(epoch, epochs), text) for epoch, text in changes))
    figure = curves.loss(History(NAMES, trained().columns).up_to(min(epochs, 60)), epochs, LIGHT, View(changes=made))
    above = [note for note in figure.layout.annotations if note.yref == "paper"]
    places = []
    for note in above:
        width = labels.LETTER * len(note.text) * epochs
        start = note.x - width if note.xanchor == "right" else note.x
        assert start >= -1e-9
        assert start + width <= epochs * 1.0001
        assert note.y == 1
        assert note.yanchor == "bottom", "above the frame"
        assert curves.LEGEND + note.yshift + labels.ROW <= figure.layout.margin.t, "under the legend"
        places.append((note.yshift, start, start + width))
    for a, b in pairwise(sorted(places)):
        assert a[0] != b[0] or a[2] <= b[1] + 1e-9


def test_nothing_moves_when_the_first_words_come() -> None:
    before, after = (curves.accuracy(history(3, train_accuracy=share), 9, LIGHT).layout.margin for share in (0.5, 1.0))
    assert before == after
    assert curves.loss(history(0), 9, LIGHT).layout.margin == after


@pytest.mark.parametrize(
    ("epoch", "epochs", "end"),
    [(0, 1000, 10), (1, 1000, 10), (10, 1000, 10), (11, 1000, 20), (21, 1000, 50), (99, 1000, 100), (620, 1000, 1000), (3, 7, 7)],
)
def test_a_frame_looked_at_closely_ends_a_little_after_the_run(epoch: int, epochs: int, end: int) -> None:
    assert curves.so_far(epoch, epochs) == end


@given(epoch=st.integers(0, 100_000), more=st.integers(1, 100_000))
def test_a_frame_looked_at_closely_holds_all_of_the_run_and_little_more(epoch: int, more: int) -> None:
    end = curves.so_far(epoch, epoch + more)
    assert epoch <= end <= max(10, 2.5 * epoch)
    assert end <= epoch + more


def test_the_epoch_looked_at_is_marked_where_it_is_not_the_latest() -> None:
    for draw in (curves.loss, curves.accuracy):
        assert upright(draw(trained(), 60, LIGHT, View(viewed=7)))["viewed"] == [7]
        assert upright(draw(trained(), 60, LIGHT))["viewed"] == []


# ---------------------------------------------------------------------- beside one another, and what can be had without a network


def test_other_runs_are_drawn_by_their_train_curves_each_in_its_color_and_named_at_its_end() -> None:
    one, two = trained().up_to(20), trained().up_to(40)
    view = View(name="rate 0.3", others=(Beside("rate 0.1", one, 0), Beside("no clipping", two, 4)))
    for kind in ("loss", "accuracy"):
        drawn = traces(figure := getattr(curves, kind)(trained(), 60, LIGHT, view))
        for name, of, place in view.others:
            assert list(drawn[name].y) == getattr(of.columns, f"train_{kind}").tolist()
            assert drawn[name].line.color == LIGHT.compared[place]
            (label,) = [note for note in figure.layout.annotations if note.text == name]
            assert label.font.color == LIGHT.compared[place]
        assert "rate 0.3" in words(figure)
        assert figure.data[-1].name == "train", "the shown run lies over all others"
    smooth = traces(curves.loss(trained(), 60, LIGHT, replace(view, smoothing=0.9)))["rate 0.1"]
    assert list(smooth.y) == pytest.approx(averages(one.columns.train_loss.tolist(), 0.9))


def test_alone_a_run_is_not_named() -> None:
    assert "rate 0.3" not in words(curves.loss(trained(), 60, LIGHT, View(name="rate 0.3")))


def test_so_many_runs_are_drawn_beside() -> None:
    others = tuple(Beside(f"Run {n}", trained(), n) for n in range(9))
    assert len(curves.loss(trained(), 60, LIGHT, View(others=others)).data) == 2 + curves.MOST_BESIDE


def test_the_frame_holds_a_longer_run_beside_whole() -> None:
    view = View(others=(Beside("long", trained(), 0),))
    for draw in (curves.loss, curves.accuracy):
        assert draw(trained().up_to(5), 5, LIGHT, view).layout.xaxis.range[1] == 60
        assert draw(trained().up_to(5), 500, LIGHT, view).layout.xaxis.range[1] == 500


def test_the_frame_holds_the_loss_of_a_run_beside_but_not_of_one_that_would_flatten_the_others() -> None:
    low = history(3, train_loss=0.6)
    for loss, limit in ((1.6, 1.75), (5.0, 0.8)):
        view = View(others=(Beside("high", history(3, train_loss=loss), 0),))
        assert curves.loss(low, 3, LIGHT, view).layout.yaxis.range[1] == pytest.approx(limit, rel=0.03)
        assert curves.loss(low, 3, LIGHT, replace(view, log=True)).layout.yaxis.range[1] >= math.log10(loss)
    high = history(3, train_loss=5.0)
    assert curves.loss(high, 3, LIGHT, View(others=(Beside("low", low, 0),))).layout.yaxis.range[1] == pytest.approx(0.8)
    assert curves.loss(high, 3, LIGHT).layout.yaxis.range[1] >= 5, "alone, every run is seen whole"


def test_a_runs_name_is_text_at_its_lines_end() -> None:
    view = View(others=(Beside("<b>$x$</b> & co", trained(), 0),))
    figure = curves.loss(trained(), 60, LIGHT, view)
    written = "&lt;b&gt;&#36;x&#36;&lt;/b&gt; &amp; co"
    assert written in words(figure)
    assert written in traces(figure)


def test_what_can_be_had_without_a_network_is_a_line_with_words() -> None:
    figure = curves.accuracy(trained(), 60, LIGHT, View(majority=0.55, bag_of_words=0.74))
    levels = sorted(shape.y0 for shape in figure.layout.shapes if shape.y0 == shape.y1)
    assert levels == [0.55, 0.74]
    assert {"majority class", "bag of words"} <= {*words(figure)}


@pytest.mark.parametrize("levels", [(0.5, 0.5), (0.55, 0.56), (0.8, 0.7)])
def test_words_inside_the_frame_cover_no_curve_and_no_other_words_where_there_is_room(levels: tuple[float, float]) -> None:
    of = history(60, train_accuracy=1.0, test_accuracy=0.9)
    majority, bag = levels
    figure = curves.accuracy(of, 60, LIGHT, View(majority=majority, bag_of_words=bag))
    notes = [note for note in figure.layout.annotations if note.yref == "y"]
    assert {note.text for note in notes} == {"majority class", "bag of words"}
    line = labels.ROW / (curves.ACCURACY_HEIGHT - curves.LEGEND - labels.ROW - curves.BELOW) * 1.04
    boxes = []
    for note in notes:
        width = labels.LETTER * len(note.text) * 60
        left = note.x if note.xanchor == "left" else note.x - width
        assert 0 <= left <= left + width <= 60 + 1e-9
        assert note.y + line / 2 < 0.9 + 1e-9
        boxes.append((left, left + width, note.y))
    (a, b, y), (c, d, z) = boxes
    assert b <= c or d <= a or abs(y - z) >= line - 1e-9


@pytest.mark.parametrize("bad", [math.nan, math.inf, 1.7e308])
@pytest.mark.parametrize("view", [View(), View(smoothing=0.9), View(log=True), View(log=True, smoothing=0.5)], ids=str)
def test_whatever_is_recorded_the_picture_is_json(bad: float, view: View) -> None:
    """A browser reads no NaN and no Infinity."""
    of = history(5, train_loss=0.5, train_accuracy=0.5, test_loss=0.5, test_accuracy=0.5)
    of.columns.train_loss[2] = of.columns.test_loss[3] = bad
    for draw in (curves.loss, curves.accuracy):
        figure = draw(of, 5, LIGHT, replace(view, others=(Beside("other", of, 0),)))
        json.dumps(figure.to_plotly_json(), allow_nan=False, default=list)
        assert all(math.isfinite(end) for end in figure.layout.yaxis.range)


# ---------------------------------------------------------------------- loss and accuracy


@pytest.mark.parametrize("kind", ["loss", "accuracy"])
def test_the_curves_are_the_columns(kind: str) -> None:
    figure = getattr(curves, kind)(trained(), 60, LIGHT)
    for split in ("train", "test"):
        assert list(traces(figure)[split].y) == getattr(trained().columns, f"{split}_{kind}").tolist()
        assert list(traces(figure)[split].x) == list(range(1, 61))


@pytest.mark.parametrize("colors", [LIGHT, DARK])
@pytest.mark.parametrize(
    ("name", "x", "y"),
    [("loss", "epoch", "cross-entropy (nats)"), ("accuracy", "epoch", "accuracy")],
)
def test_both_axes_are_named_and_train_and_test_have_their_colors(name: str, x: str, y: str, colors: Palette) -> None:
    figure = getattr(curves, name)(trained(), 60, colors)
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == (x, y)
    assert traces(figure)["train"].line.color == colors.train
    assert traces(figure)["test"].line.color == colors.test
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
    assert [note.text for note in figure.layout.annotations] == ["first 100%, epoch 3"]
    assert not curves.accuracy(history(5, train_accuracy=0.75), 5, LIGHT).layout.shapes


@pytest.mark.parametrize(("top", "limit"), [(0.1, 0.8), (0.76, 0.8), (0.85, 0.9), (1.6, 1.75), (100.0, 110.0), (9.9, 11.0)])
def test_the_axis_of_the_loss_ends_a_little_over_the_data_and_chance(top: float, limit: float) -> None:
    figure = curves.loss(history(3, train_loss=top, test_loss=0.1), 3, LIGHT)
    assert figure.layout.yaxis.range[1] == pytest.approx(limit)


@given(st.floats(0.0, 1e300))
def test_the_axis_of_the_loss_leaves_little_room_unused(top: float) -> None:
    limit = curves.loss_limit([np.array([top, 0.1])], 0.69)
    assert max(top, 0.69) < limit <= 1.25 * max(top, 0.69)


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


def test_the_legend_stands_over_the_words_however_many_rows_they_take() -> None:
    for changes in (((50, "clipping none"),), ((5, "learning rate 0.5"), (6, "clip threshold 0.5"), (7, "clipping none"))):
        figure = curves.loss(trained(), 60, LIGHT, View(changes=changes))
        margin, legend = figure.layout.margin, figure.layout.legend
        height = figure.layout.height - margin.t - curves.BELOW
        rows = max(note.yshift + labels.ROW for note in figure.layout.annotations if note.yref == "paper")
        assert rows <= (legend.y - 1) * height <= margin.t - 20, "there is a line's room for it"
        assert legend.yanchor == "bottom"


def test_both_charts_have_their_epochs_at_the_same_places() -> None:
    loss, accuracy = (draw(trained(), 60, LIGHT) for draw in (curves.loss, curves.accuracy))
    assert (loss.layout.margin.l, loss.layout.margin.r) == (accuracy.layout.margin.l, accuracy.layout.margin.r)
    assert loss.layout.yaxis.automargin is accuracy.layout.yaxis.automargin is False


def test_a_small_loss_keeps_its_digits_under_the_pointer_and_the_epoch_is_named() -> None:
    figure = curves.loss(trained(), 60, LIGHT)
    assert {trace.hovertemplate for trace in figure.data} == {"%{y:.3~g}"}
    assert figure.layout.xaxis.unifiedhovertitle.text == "epoch %{x:,d}"
