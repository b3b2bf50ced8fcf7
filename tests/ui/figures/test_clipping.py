"""Pictures of gradient norms and clipping: the core's own numbers, none lost."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnn_core import Change, History, Trainer, TrainingConfig
from rnn_core.training.history import Columns
from tests.ui.figures.plotted import plotted
from tests.ui.figures.trained import clipping, cut, drawn, experiment, traces, trained
from ui.figures.chart import Chart
from ui.figures.palette import LIGHT, powers_axis

NAMES = ("W_xh", "W_hh", "b_h", "W_hy", "b_y")


def history(epochs: int, **columns: float) -> History:
    """A history whose columns each hold one value."""
    empty = Columns.empty(epochs, len(NAMES))
    return History(NAMES, empty._replace(**{name: np.full(epochs, value) for name, value in columns.items()}))


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
