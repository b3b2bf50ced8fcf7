"""Pictures of the gradient check and of one update: the core's own numbers, none lost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import GradientComparison
from tests.ui.figures.trained import check, pictured, traces, update
from ui.figures.palette import LIGHT


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
