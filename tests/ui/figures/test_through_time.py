"""Pictures of the gradient through time: the core's own numbers, none lost."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_core.gradients.flow import FlowMap, Passage, by_epoch, flow
from rnn_core.gradients.spectrum import Spectrum
from tests.ui.figures.trained import TEXT, flows, model, traces
from ui.figures.palette import LIGHT


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
