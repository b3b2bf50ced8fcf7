"""Pictures of comparisons over seeds: the core's own numbers, none lost."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import History, presets
from rnn_core.arrays import Floats
from rnn_core.sweeps.comparisons import comparisons, edge, fan
from rnn_core.training.history import Columns
from tests.ui.figures.trained import BOUNDS, comparison, traces
from ui.figures.palette import LIGHT
from ui.figures.sketches import SKETCHES


def run_of(accuracies: list[float]) -> History:
    columns = Columns.empty(len(accuracies), 1)
    columns.train_accuracy[:] = accuracies
    columns.train_loss[:] = [2.0 - a for a in accuracies]
    return History(("W",), columns)


def losing(loss: Floats) -> History:
    columns = Columns.empty(len(loss), 1)
    columns.train_loss[:] = loss
    return History(("W",), columns)


def test_each_side_is_its_seeds_and_their_median_in_one_color_with_its_name_at_the_end() -> None:
    first = [(run_of([0.5, 0.7, 1.0]), True), (run_of([0.4, 0.9, 0.8]), True), (run_of([0.6, 0.2]), True)]
    second = [(run_of([0.5, 0.5, 0.5]), True)]
    figure = comparison.accuracy([comparison.Side("one", first), comparison.Side("other", second)], 3, BOUNDS, LIGHT)
    drawn = traces(figure)
    assert list(drawn["one"].y) == fan([h.columns.train_accuracy for h, _ in first], [True] * 3).median.tolist()
    for k, (each, _) in enumerate(first, start=1):
        assert list(drawn[f"one, seed {k} of 3"].y) == each.columns.train_accuracy.tolist()
        assert drawn[f"one, seed {k} of 3"].line.color == drawn["one"].line.color == LIGHT.compared[0]
    assert (list(drawn["one, ended early"].x), list(drawn["one, ended early"].y)) == ([2], [0.2])
    assert drawn["other"].line.color == LIGHT.compared[1]
    assert {note.text: note.font.color for note in figure.layout.annotations} == {
        "one": LIGHT.compared[0],
        "other": LIGHT.compared[1],
    }
    assert figure.layout.shapes[0].y0 == 0.75


def test_a_run_that_forgot_is_marked_where_it_stood_lowest_and_one_that_only_fell_is_not() -> None:
    runs = [(run_of([0.5, 1.0, 0.6, 0.4, 1.0]), True), (run_of([0.5, 1.0, 0.9, 1.0, 1.0]), True)]
    marks = traces(comparison.accuracy([comparison.Side("one", runs)], 5, BOUNDS, LIGHT))["one, forgot"]
    assert (list(marks.x), list(marks.y)) == ([4], [0.4])
    steady = comparison.accuracy([comparison.Side("one", runs[1:])], 5, BOUNDS, LIGHT)
    assert "one, forgot" not in traces(steady)


def test_of_one_seed_there_is_one_line_and_before_the_first_epoch_none() -> None:
    figure = comparison.accuracy([comparison.Side("one", [(run_of([0.5, 0.7]), False)])], 9, BOUNDS, LIGHT)
    assert list(traces(figure)) == ["one"]
    assert list(figure.layout.xaxis.range) == [0, 9]
    assert not comparison.accuracy([comparison.Side("one", [])], 9, BOUNDS, LIGHT).data


def test_the_losses_of_all_sides_share_a_scale_that_holds_them_all() -> None:
    many = [run_of([0.5, 0.7]), run_of([1.9999, 1.99999])]
    low, high = comparison.loss_limits(many)
    assert 10**low <= 1e-5
    assert 10**high >= 1.5
    figure = comparison.loss([comparison.Side(str(i), [(run, True)]) for i, run in enumerate(many)], 2, BOUNDS, LIGHT)
    assert list(figure.layout.yaxis.range) == [low, high]
    assert list(traces(figure)["0"].y) == [1.5, 1.3]
    assert comparison.loss_limits([])[0] < 0


@given(places=st.lists(st.floats(0.0, 1.0), max_size=6))
def test_names_at_the_ends_keep_apart_and_in_order_within_the_frame(places: list[float]) -> None:
    moved = comparison.spread(places, 0.0, 1.0)
    assert len(moved) == len(places)
    ordered = [moved[i] for i in sorted(range(len(places)), key=places.__getitem__)]
    assert all(b - a >= comparison.APART - 1e-9 for a, b in zip(ordered, ordered[1:], strict=False))
    assert all(place <= 1.0 for place in moved)


def test_a_long_curve_is_thinned_and_its_extremes_stay() -> None:
    curve = np.sin(np.arange(5000.0)) + 2
    curve[[1234, 4321]] = 9.0, 0.01
    side = comparison.Side("one", [(losing(curve), True), (losing(curve + 0.1), True)])
    drawn = traces(comparison.loss([side], 5000, BOUNDS, LIGHT))
    assert len(drawn["one, seed 1 of 2"].x) < 1000
    assert max(drawn["one, seed 1 of 2"].y) == 9.0
    assert min(drawn["one, seed 1 of 2"].y) == 0.01


def test_every_comparison_has_a_small_picture_with_a_curve_for_each_side() -> None:
    offered = {one.id: one for one in (edge(5), *comparisons(presets.guide_corrected(), 5))}
    assert set(SKETCHES) == set(offered)
    for name, curves in SKETCHES.items():
        assert len(curves) == len(offered[name].sweep.points)
        names = [str(i) for i in range(len(curves))]
        figure = comparison.sketch(names, curves, LIGHT)
        assert [trace.name for trace in figure.data] == names
        assert [list(trace.y) for trace in figure.data] == [[value / 100 for value in curve] for curve in curves]
