"""The laboratory's pictures: the core's own numbers, none lost, and no word of a stranger's acts in them."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_core import (
    Change,
    Dataset,
    Experiment,
    GradientComparison,
    History,
    Model,
    ModelConfig,
    Trainer,
    TrainingConfig,
    presets,
)
from rnn_core.arrays import Floats
from rnn_core.gradients.flow import FlowMap, Passage, by_epoch, flow
from rnn_core.gradients.spectrum import Spectrum
from rnn_core.gradients.update import Update, one_update
from rnn_core.sweeps.comparisons import comparisons, edge, fan
from rnn_core.training.history import Columns
from tests.ui.figures.plotted import Plotted, plotted
from ui.figures.chart import Chart
from ui.figures.palette import DARK, LIGHT, powers_axis
from ui.figures.sketches import SKETCHES
from ui.figures.update import Picture

check, clipping, comparison, update = (Plotted(name) for name in ("check", "clipping", "comparison", "update"))
flows = Plotted("through_time")
NAMES = ("W_xh", "W_hh", "b_h", "W_hy", "b_y")
TEXT = "not not good"


@cache
def experiment() -> Experiment:
    """Sixty epochs that learn, with clipping that bites."""
    return Experiment(
        dataset=Dataset.from_pairs([("good", 1), ("not good", 0), ("bad", 0), ("not bad", 1)], [("not not bad", 0)]),
        model=ModelConfig(hidden_size=4, init_scale=0.4),
        training=TrainingConfig(epochs=60, learning_rate=0.3, clip_threshold=0.1),
    )


@cache
def trained() -> History:
    trainer = Trainer(experiment())
    while trainer.advance():
        pass
    return trainer.history


def model(**settings: object) -> Model:
    return Model.initial(experiment().with_model(**settings)).with_large_weights()


def history(epochs: int, **columns: float) -> History:
    """A history whose columns each hold one value."""
    empty = Columns.empty(epochs, len(NAMES))
    return History(NAMES, empty._replace(**{name: np.full(epochs, value) for name, value in columns.items()}))


def traces(figure: go.Figure) -> dict[str, go.Scatter]:
    return {trace.name: trace for trace in figure.data}


def drawn(values: Floats) -> list[float | None]:
    return [float(v) if np.isfinite(v) and v > 0 else None for v in values]


# ---------------------------------------------------------------------- norms and clipping


def cut(name: str | None, run: History | None = None, **training: object) -> go.Figure:
    chosen = experiment().with_training(**training).training
    return clipping.cut(trained() if run is None else run, name, chosen, (), 60, LIGHT)


@pytest.mark.parametrize("name", [*NAMES, None])
def test_what_was_cut_lies_between_the_longest_gradients_before_and_after_on_a_linear_axis(name: str | None) -> None:
    before, after = (trained().gradient(name, statistic) for statistic in ("norm_before_max", "norm_after_max"))
    figure = cut(name)
    drawn = traces(figure)
    assert list(drawn["before clipping"].y) == before.tolist()
    assert list(drawn["after clipping"].y) == after.tolist()
    assert list(drawn["before clipping"].x) == list(drawn["after clipping"].x) == list(range(1, 61))
    assert (drawn["before clipping"].fill, drawn["after clipping"].fill) == ("tonexty", None)
    assert [trace.name for trace in figure.data].index("after clipping") == 0  # the fill reaches down to the line drawn before
    assert (before > after).any()
    assert figure.layout.yaxis.type != "log"
    assert figure.layout.yaxis.range[0] == 0
    assert figure.layout.yaxis.range[1] >= before.max()


def test_without_clipping_there_is_one_line() -> None:
    run = history(3)
    run.columns.gradients[:, :, :4] = 2.0
    assert [trace.name for trace in cut(None, run, clipping="none").data] == ["no clipping"]
    switched_on_later = (Change(50, "clipping", "value"),)
    assert len(cut(None, clipping="none", changes=switched_on_later).data) == 3


def test_each_epoch_names_the_sentence_of_its_longest_gradient() -> None:
    said = ["so <b>bad", *[""] * 59]
    figure = clipping.cut(trained(), None, experiment().training, said, 60, LIGHT)
    data = traces(figure)["before clipping"].customdata
    assert data[0][1] == "<br>“so &lt;b&gt;bad”"
    assert data[1][1] == ""


def test_many_epochs_are_thinned_alike_before_and_after_and_their_peaks_stay() -> None:
    run = history(5000)
    wave = 2.0 + np.sin(np.arange(5000.0))
    wave[3333] = 40.0
    run.columns.gradients[:, -1, 2], run.columns.gradients[:, -1, 3] = wave, np.minimum(wave, 2.5)
    drawn = traces(cut(None, run))
    assert list(drawn["before clipping"].x) == list(drawn["after clipping"].x)
    assert len(drawn["before clipping"].x) < 1000
    assert max(drawn["before clipping"].y) == 40.0


def test_a_threshold_far_above_every_gradient_does_not_flatten_the_picture() -> None:
    top = trained().gradient(None, "norm_before_max").max()
    assert "threshold" in traces(cut(None, clip_threshold=1.2 * top))
    far = cut(None, clip_threshold=100 * top)
    assert "threshold" not in traces(far)
    assert far.layout.yaxis.range[1] < 2 * top


@pytest.mark.parametrize(
    ("kind", "of_one", "of_all"),
    [("none", False, False), ("value", True, True), ("norm", True, False), ("global_norm", False, True)],
)
def test_the_threshold_stands_where_it_belongs(kind: str, of_one: bool, of_all: bool) -> None:
    training = TrainingConfig(clipping=kind, clip_threshold=0.5)  # type: ignore[arg-type]
    for name, expected in (("W_hh", of_one), (None, of_all)):
        line = clipping.thresholds(training, 3, name)
        assert line.tolist() == [0.5] * 3 if expected else np.isnan(line).all()
        run = history(3)
        run.columns.gradients[:, :, :4] = 1.0
        assert ("threshold" in traces(clipping.cut(run, name, training, (), 3, LIGHT))) is expected


def test_a_threshold_changed_on_the_way_is_a_step() -> None:
    changes = (
        Change(3, "clip_threshold", 0.2),
        Change(5, "clipping", "none"),
        Change(6, "clipping", "value"),
        Change(9, "clip_threshold", 7.0),
    )
    line = clipping.thresholds(TrainingConfig(clip_threshold=1.0, changes=changes), 7, "W_hh")
    np.testing.assert_array_equal(line, [1.0, 1.0, 0.2, 0.2, np.nan, 0.2, 0.2])


@pytest.mark.parametrize("value", [0.0, 5e-324, 1e-308, 1e308, 1.7e308, np.inf])
def test_norms_at_the_edge_of_numbers_still_give_a_scale(value: float) -> None:
    extreme = history(2)
    extreme.columns.gradients[:, :, :4] = value
    figure = cut(None, extreme, clip_threshold=min(value, 1.7e308) or 1.0)
    assert figure.layout.yaxis.range[1] > 0
    assert all(math.isfinite(end) for end in figure.layout.yaxis.range)
    assert clipping.cut(history(0), None, experiment().training, (), 60, LIGHT).layout.yaxis.range[1] > 0


@pytest.mark.parametrize("name", ["W_hh", None])
def test_shares_are_the_historys_with_gaps_where_nothing_was_changed(name: str | None) -> None:
    figure = clipping.shares(trained(), name, 60, LIGHT)
    for trace, statistic in (("updates", "updates_clipped"), ("gradient elements", "elements_clipped")):
        assert list(traces(figure)[trace].y) == drawn(trained().gradient(name, statistic))
        assert "markers" in traces(figure)[trace].mode  # one epoch between two gaps would be no line
    assert figure.layout.yaxis.type == "log"
    assert 10 ** figure.layout.yaxis.range[0] <= min(y for trace in figure.data for y in trace.y if y)


def test_a_tiny_share_is_named_as_a_share() -> None:
    few = history(2)
    few.columns.gradients[:, :, 5] = 3e-8
    assert list(clipping.shares(few, None, 2, LIGHT).layout.yaxis.ticktext) == [
        "0.000001%",
        "0.0001%",
        "0.01%",
        "1%",
        "100%",
    ]


def test_a_log_axis_names_a_few_whole_powers_in_one_size() -> None:
    chart = Chart()
    powers_axis(chart, -4, 1.06, most=3)
    figure = plotted(chart)
    assert tuple(figure.layout.yaxis.range) == (-4, 1.06)
    assert list(figure.layout.yaxis.tickvals) == pytest.approx([1e-4, 1e-2, 1])
    assert list(figure.layout.yaxis.ticktext) == ["10<sup>−4</sup>", "0.01", "1"]
    powers_axis(chart, 0.2, 0.8)  # no whole power between
    assert len(chart.layout["yaxis"]["tickvals"]) == 1
    powers_axis(chart, -330, 330)
    assert all(math.isfinite(tick) and tick > 0 for tick in chart.layout["yaxis"]["tickvals"])


def test_shares_of_a_run_in_which_nothing_was_clipped_are_an_empty_picture() -> None:
    for trace in clipping.shares(history(3), None, 3, LIGHT).data:
        assert np.isnan(trace.y).all()


def test_the_angle_is_that_of_the_mean_cosine() -> None:
    columns = Columns.empty(4, len(NAMES))
    columns.gradients[:, 1, 6] = [1.0, 0.5, 0.0, 1.0 + 1e-15]
    turned = clipping.turn(History(NAMES, columns), "W_hh", 4, LIGHT)
    assert list(turned.data[0].y) == pytest.approx([0.0, 60.0, 90.0, 0.0])
    assert turned.layout.yaxis.range[1] > 90


def test_by_value_turns_the_gradient_and_by_norm_does_not() -> None:
    def angle(kind: str) -> float:
        trainer = Trainer(experiment().with_training(clipping=kind))
        while trainer.advance():
            pass
        return float(clipping.angles(trainer.history, "W_hh").max())

    assert angle("value") > 5
    assert angle("norm") < 1e-4


# ---------------------------------------------------------------------- through time


def test_the_bars_are_the_norms_word_by_word() -> None:
    passage = flow(model(), TEXT, "negative").forward
    (bars,) = flows.by_word(passage, LIGHT).data
    assert list(bars.y) == passage.norms.tolist()
    assert list(bars.customdata) == ["not", "not", "good"]
    low, high = flows.by_word(passage, LIGHT).layout.yaxis.range
    assert 10**low <= passage.norms.min()
    assert passage.norms.max() <= 10**high


def test_points_have_the_colors_of_vanishing_and_exploding_and_another_w_hh_stands_beside() -> None:
    passage = Passage(("a", "b", "c"), np.array([[0.1], [9.0], [1.0]]), None, None, None)
    other = Passage(("a", "b", "c"), np.array([[4.0], [1.0], [1.0]]), None, None, None)
    figure = flows.by_word(passage, LIGHT, scaled=("wider", other))
    assert list(figure.data[0].marker.color) == [LIGHT.vanishing, LIGHT.exploding, LIGHT.ink]
    assert list(figure.data[1].marker.color) == [LIGHT.exploding, LIGHT.ink, LIGHT.ink]
    assert [trace.name for trace in figure.data] == ["of the state, ‖∂L/∂h‖", "wider"]
    assert {trace.mode for trace in figure.data} == {"lines+markers"}
    meaning_something_else = {LIGHT.positive, LIGHT.negative, LIGHT.train, LIGHT.test, LIGHT.before, LIGHT.after}
    assert not {LIGHT.vanishing, LIGHT.exploding} & meaning_something_else


def test_the_second_directions_bars_stand_in_the_sentences_order() -> None:
    whole = flow(model(bidirectional=True), "not bad", "negative")
    assert whole.reverse is not None
    bars = flows.by_word(whole.reverse, LIGHT, backwards=True).data[0]
    assert list(bars.customdata) == ["not", "bad"]
    assert list(bars.y) == whole.reverse.norms[::-1].tolist()
    steps = traces(flows.factors(whole.reverse, LIGHT, backwards=True))
    assert whole.reverse.by_weights is not None
    assert list(steps["by W_hhᵀ"].y) == [None, *whole.reverse.by_weights[::-1]]


def test_an_lstms_memory_stands_beside_its_states() -> None:
    passage = flow(model(cell="lstm"), TEXT, "negative").forward
    assert passage.memory_norms is not None
    figure = flows.by_word(passage, LIGHT)
    assert list(traces(figure)["of the cell state, ‖∂L/∂c‖"].y) == passage.memory_norms.tolist()
    assert list(traces(figure)["of the state, ‖∂L/∂h‖"].y) == passage.norms.tolist()


def test_backwards_the_memory_is_in_the_sentences_order_too() -> None:
    whole = flow(model(cell="lstm", bidirectional=True), TEXT, "negative")
    assert whole.reverse is not None
    assert whole.reverse.memory_norms is not None
    figure = flows.by_word(whole.reverse, LIGHT, backwards=True)
    assert list(traces(figure)["of the cell state, ‖∂L/∂c‖"].y) == whole.reverse.memory_norms[::-1].tolist()


def test_the_factors_stand_at_the_word_that_a_step_arrives_at() -> None:
    passage = flow(model(), TEXT, "negative").forward
    steps = traces(flows.factors(passage, LIGHT))
    assert passage.by_weights is not None
    assert passage.by_tanh is not None
    assert list(steps["by W_hhᵀ"].y) == [*passage.by_weights, None]
    assert list(steps["by tanh′"].y) == [*passage.by_tanh, None]
    assert steps["by W_hhᵀ"].line.dash != steps["by tanh′"].line.dash


def test_what_a_log_scale_cannot_show_is_a_gap() -> None:
    passage = Passage(("a", "b", "c"), np.array([[0.0], [np.nan], [3.0]]), None, np.array([np.nan, 0.5]), np.array([np.nan, 2.0]))
    assert list(flows.by_word(passage, LIGHT).data[0].y) == [None, None, 3.0]
    assert list(flows.factors(passage, LIGHT).data[0].y) == [None, 2.0, None]


@pytest.mark.parametrize("value", [0.0, 5e-324, 1e308, np.inf, np.nan])
def test_gradients_at_the_edge_of_numbers_still_give_a_picture(value: float) -> None:
    passage = Passage(("a", "b"), np.full((2, 1), value), None, np.array([value]), np.array([value]))
    for figure in (flows.by_word(passage, LIGHT), flows.factors(passage, LIGHT)):
        assert all(math.isfinite(end) for end in figure.layout.yaxis.range)


def test_the_map_is_the_length_beside_that_at_the_end_in_powers_of_ten() -> None:
    chart = by_epoch([(0, model()), (5, model(init_scale=1.0)), (9, model().with_large_weights(2))], TEXT, "negative")
    figure = flows.heat(chart, LIGHT)
    bound = figure.data[0].zmax
    expected = np.clip(np.log10(chart.norms / chart.norms[:, :1]), -bound, bound)
    np.testing.assert_allclose(np.array(figure.data[0].z, dtype=float), expected.T)
    assert (expected[:, 0] == 0).all()
    assert figure.data[0].zmin == -bound
    assert list(figure.layout.xaxis.tickvals) == list(figure.data[0].x) == ["0", "5", "9"]
    assert list(figure.layout.yaxis.tickvals) == list(figure.data[0].y) == ["good  0", "not  1", "not  2"]
    assert np.array(figure.data[0].customdata).shape == (3, 3)


def test_the_maps_scale_says_where_it_ends() -> None:
    norms = np.array([[1.0, 1e-9], [1.0, 10.0]])
    steep = flows.heat(FlowMap((0, 1), ("b", "a"), norms), LIGHT)
    assert steep.data[0].zmax == flows.MOST_EXPONENTS
    assert list(steep.data[0].colorbar.ticktext) == ["1/1,000 or less", "1", "1,000 × or more"]
    gentle = flows.heat(FlowMap((0, 1), ("b", "a"), np.array([[1.0, 0.1], [1.0, 10.0]])), LIGHT)
    assert list(gentle.data[0].colorbar.ticktext) == ["1/10", "1", "10 ×"]


def test_a_gradient_that_is_zero_at_the_end_is_a_gap_and_one_that_becomes_zero_has_vanished() -> None:
    figure = flows.heat(FlowMap((0, 1), ("b", "a"), np.array([[0.0, 0.0], [1.0, 0.0]])), LIGHT)
    z = np.array(figure.data[0].z, dtype=float)
    assert np.isnan(z[:, 0]).all()
    assert z[:, 1].tolist() == [0.0, figure.data[0].zmin]


@pytest.mark.slow
@settings(max_examples=30)
@given(epochs=st.integers(1, 60), words=st.integers(1, 200))
def test_of_many_epochs_and_words_some_are_named_the_first_and_the_last_among_them(epochs: int, words: int) -> None:
    chart = FlowMap(tuple(range(0, 10 * epochs, 10)), tuple("w" for _ in range(words)), np.ones((epochs, words)))
    figure = flows.heat(chart, LIGHT)
    (trace,), axis, below = figure.data, figure.layout.xaxis, figure.layout.yaxis
    for shown, labels, most in ((axis.tickvals, trace.x, 9), (below.tickvals, trace.y, flows.MOST_TICKS)):
        places = [labels.index(label) for label in shown]
        assert places == sorted(set(places))
        assert {places[0], places[-1]} == {0, len(labels) - 1}
        assert len(places) <= most + 1


def test_spectra_are_drawn_at_their_epochs_with_the_line_at_one() -> None:
    found = [{"W_hh": Spectrum(0.5, 0.25)}, {"W_hh": Spectrum(3.0, 1.5)}]
    figure = flows.spectrum((0, 40), found, "W_hh", LIGHT)
    assert list(traces(figure)["largest singular value"].y) == [0.5, 3.0]
    assert list(traces(figure)["spectral radius"].y) == [0.25, 1.5]
    assert list(figure.data[0].x) == [0, 40]
    assert figure.layout.shapes[0].y0 == 1.0
    assert figure.layout.yaxis.range[1] > 3.0


# ---------------------------------------------------------------------- comparisons


def run_of(accuracies: list[float]) -> History:
    columns = Columns.empty(len(accuracies), 1)
    columns.train_accuracy[:] = accuracies
    columns.train_loss[:] = [2.0 - a for a in accuracies]
    return History(("W",), columns)


def losing(loss: Floats) -> History:
    columns = Columns.empty(len(loss), 1)
    columns.train_loss[:] = loss
    return History(("W",), columns)


BOUNDS = presets.guide_dataset().bounds


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


# ---------------------------------------------------------------------- the check, and one update


def test_the_points_are_both_rules_around_the_diagonal() -> None:
    exact = GradientComparison(np.array([1.0, -2.0, 0.0]), np.array([1.0, -2.0, 0.0]))
    printed = GradientComparison(np.array([0.5, 2.0, 0.0]), np.array([1.0, -2.0, 0.0]))
    figure = check.scatter({"exact": exact, "printed": printed}, LIGHT)
    points = traces(figure)
    assert dict(zip(points["exact formula"].x, points["exact formula"].y, strict=True)) == {1.0: 1.0, -2.0: -2.0}
    assert dict(zip(points["printed formula"].x, points["printed formula"].y, strict=True)) == {1.0: 0.5, -2.0: 2.0}
    assert list(points["equal"].x) == list(points["equal"].y)
    assert points["equal"].x[1] > 2
    assert points["exact formula"].marker.symbol != points["printed formula"].marker.symbol
    assert list(figure.layout.xaxis.range) == list(figure.layout.yaxis.range)


def test_of_many_points_the_largest_stay() -> None:
    values = np.arange(1.0, 1001.0)
    figure = check.scatter({"exact": GradientComparison(values, values)}, LIGHT)
    assert sorted(traces(figure)["exact formula"].x) == list(range(1001 - check.MOST_POINTS, 1001))


def test_a_gradient_of_zeros_is_an_empty_picture() -> None:
    nothing = GradientComparison(np.zeros(3), np.zeros(3))
    figure = check.scatter({"exact": nothing}, LIGHT)
    assert list(traces(figure)["exact formula"].x) == []
    assert list(figure.layout.xaxis.range) == [-1.0, 1.0]


def pictured(**network: Any) -> tuple[Update, dict[str, Picture]]:
    chosen = experiment().with_model(**network)
    made = one_update(Model.initial(chosen).with_large_weights(), chosen, TEXT, "negative")
    return made, {picture.name: picture for picture in update.pictures(made, chosen)}


def test_of_the_words_only_those_of_the_update_are_drawn_by_name_and_the_others_have_no_gradient() -> None:
    made, drawn = pictured()
    words = made.model.vocabulary.words
    assert drawn["W_xh"].columns.names == ("not", "good")
    shown = [words.index(word) for word in ("not", "good")]
    np.testing.assert_array_equal(drawn["W_xh"].raw, made.raw["W_xh"][:, shown])
    np.testing.assert_array_equal(drawn["W_xh"].step, made.step["W_xh"][:, shown])
    others = [i for i in range(len(words)) if i not in shown]
    assert others
    assert not made.raw["W_xh"][:, others].any()
    assert not made.step["W_xh"][:, others].any()
    assert drawn["W_xh"].columns.left_out == 0


def test_of_many_words_those_with_the_largest_elements_stay_in_the_order_of_reading() -> None:
    vocabulary = [f"w{i}" for i in range(40)]
    sizes = np.arange(40.0)
    axis = update._words(vocabulary, range(39, -1, -1), sizes)
    assert axis.names == tuple(f"w{i}" for i in range(39, 39 - update.MOST_WORDS, -1))
    assert axis.left_out == 40 - update.MOST_WORDS


NETWORKS: list[dict[str, Any]] = [{}, {"embedding_size": 3}, {"cell": "gru"}, {"cell": "lstm", "bidirectional": True}]


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_every_parameter_is_drawn_once_with_a_name_for_each_row_and_column(network: dict[str, Any]) -> None:
    made, drawn = pictured(**network)
    assert list(drawn) == list(made.raw)
    for name, picture in drawn.items():
        m, n = picture.raw.shape
        assert len(set(picture.rows.names)) == len(picture.rows.names) == m
        assert len(set(picture.columns.names)) == len(picture.columns.names) == n
        assert np.abs(picture.raw).max() == np.abs(made.raw[name]).max()
        figure = update.panels(picture, LIGHT)
        assert [trace.z.shape for trace in figure.data] == [(m, n)] * 3
        assert {tuple(trace.y) for trace in figure.data} == {picture.rows.names}


def test_gates_are_named_and_no_tile_reaches_from_one_into_the_next() -> None:
    axis = update._units("unit", ("i", "f", "g", "o"), 50)
    assert len(axis.groups) <= update.MOST_CELLS
    assert axis.together == 4
    assert [i for group in axis.groups for i in group] == list(range(200))
    assert all(group[0] // 50 == group[-1] // 50 for group in axis.groups)
    assert list(axis.ticks.values()) == ["i", "f", "g", "o"]
    assert axis.names[0] == "i 1–4"


@given(rows=st.integers(1, 200), columns=st.integers(1, 200), seed=st.integers(0, 9))
def test_a_large_matrix_comes_in_tiles_of_which_the_largest_element_shows(rows: int, columns: int, seed: int) -> None:
    values = np.random.default_rng(seed).standard_normal((rows, columns))
    down, across = update._units("unit", ("",), rows), update._units("from", ("",), columns)
    shown = update._reduced(values, down, across)
    assert shown.shape == (len(down.groups), len(across.groups))
    assert max(shown.shape) <= update.MOST_CELLS
    for i in (0, -1):
        tile = values[np.ix_(down.groups[i], across.groups[i])]
        assert shown[i, i] in tile
        assert abs(shown[i, i]) == np.abs(tile).max()


def test_the_gradient_and_what_was_cut_share_a_scale_with_paper_at_zero() -> None:
    _, drawn = pictured()
    raw, cut, step = update.panels(drawn["W_hh"], LIGHT).data
    assert (raw.zmin, raw.zmax) == (cut.zmin, cut.zmax) == (-np.abs(raw.z).max(), np.abs(raw.z).max())
    assert step.zmax == np.abs(step.z).max()
    assert raw.colorscale[1] == (0.5, LIGHT.paper)
    nothing = drawn["W_hh"]._replace(raw=np.zeros((4, 4)))
    assert update.panels(nothing, LIGHT).data[0].zmax == 1.0


def test_the_histogram_counts_every_element_before_and_after() -> None:
    raw = np.random.default_rng(0).standard_normal((20, 30))
    clipped = np.clip(raw, -0.5, 0.5)
    figure = update.histogram(raw, clipped, 0.5, LIGHT)
    before, after = traces(figure)["before clipping"], traces(figure)["after clipping"]
    assert sum(before.y) == sum(n or 0 for n in after.y) == 600
    inside = [n or 0 for x, n in zip(after.x, after.y, strict=True) if abs(x) > 0.6]
    assert sum(inside) == 0
    assert sum(n for x, n in zip(before.x, before.y, strict=True) if abs(x) > 0.6) > 0
    assert [shape.x0 for shape in figure.layout.shapes] == [-0.5, 0.5]
    assert not update.histogram(raw, raw, None, LIGHT).layout.shapes
    assert not update.histogram(raw, raw, 50.0, LIGHT).layout.shapes


def test_a_histogram_of_nothing_is_a_picture_too() -> None:
    figure = update.histogram(np.zeros((2, 2)), np.zeros((2, 2)), 1.0, LIGHT)
    assert sum(traces(figure)["before clipping"].y) == 4


# ---------------------------------------------------------------------- all of them


def test_hostile_words_are_spelled_out_in_every_picture() -> None:
    word = "<img/src=x>$a$"
    data = Dataset.from_pairs([(f"{word} good", 1), ("bad", 0)])
    hostile = Model.initial(Experiment(dataset=data)).with_large_weights()
    passage = flow(hostile, f"{word} good", "positive").forward
    for figure in (
        flows.by_word(passage, LIGHT),
        flows.factors(passage, LIGHT),
        flows.heat(by_epoch([(0, hostile)], f"{word} good", "positive"), LIGHT),
    ):
        spec = figure.to_json()
        assert "&lt;img" in spec.replace("\\u0026", "&").replace("\\u003c", "<")
        assert "<img" not in spec.replace("\\u003c", "<")
        assert "$" not in spec


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_every_picture_follows_the_theme_and_has_no_title(colors) -> None:  # type: ignore[no-untyped-def]
    passage = flow(model(), TEXT, "negative").forward
    compared = GradientComparison(np.ones(3), np.ones(3))
    figures = [
        clipping.cut(trained(), None, experiment().training, (), 60, colors),
        clipping.shares(trained(), None, 60, colors),
        clipping.turn(trained(), None, 60, colors),
        flows.by_word(passage, colors),
        flows.factors(passage, colors),
        flows.heat(by_epoch([(0, model())], TEXT, "negative"), colors),
        flows.spectrum((0,), [{"W_hh": Spectrum(1.0, 1.0)}], "W_hh", colors),
        comparison.accuracy([comparison.Side("one", [(trained(), True)])], 60, BOUNDS, colors),
        comparison.loss([comparison.Side("one", [(trained(), True)])], 60, BOUNDS, colors),
        comparison.sketch(["one"], [[50, 100]], colors),
        check.scatter({"exact": compared, "printed": compared}, colors),
        update.panels(pictured()[1]["W_hh"], colors),
        update.histogram(np.eye(3), np.eye(3), 0.5, colors),
    ]
    for figure in figures:
        assert figure.layout.font.color == colors.ink
        assert figure.layout.title.text is None
        assert figure.layout.height > 0
        assert not figure.layout.dragmode
