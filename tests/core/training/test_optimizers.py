"""From a gradient to a step, worked by hand; test_pytorch.py has a second opinion."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import Experiment, Model, TrainingConfig
from rnn_core.domains import Choice
from rnn_core.network.parameters import Layout
from rnn_core.training.encoding import rule_of, weights_of
from rnn_core.training.optimizers import KINDS, MEMORIES, adam, momentum_sgd, sgd
from rnn_core.training.weights import update
from tests.core.reference import Floats


def test_descent_is_the_rate_times_the_gradient() -> None:
    parameter = np.array([1.0, -2.0, 0.5])
    sgd(parameter, np.array([2.0, -1.0, 0.0]), 0.1)
    assert parameter == pytest.approx([0.8, -1.9, 0.5], rel=1e-15)


def test_momentum_carries_a_share_of_the_last_step_on() -> None:
    parameter, m = np.array([1.0, 0.0]), np.zeros(2)
    momentum_sgd(parameter, np.array([1.0, 2.0]), m, 0.1, 0.5)
    assert parameter == pytest.approx([0.9, -0.2], rel=1e-15)
    momentum_sgd(parameter, np.array([1.0, 0.0]), m, 0.1, 0.5)  # m = 0.5 (1, 2) + (1, 0) = (1.5, 1)
    assert m == pytest.approx([1.5, 1.0], rel=1e-15)
    assert parameter == pytest.approx([0.75, -0.3], rel=1e-14)


def test_no_momentum_is_descent() -> None:
    a, b = np.array([1.0, -2.0]), np.array([1.0, -2.0])
    m = np.zeros(2)
    for gradient in ([0.3, -0.7], [0.1, 0.9]):
        sgd(a, np.array(gradient), 0.2)
        momentum_sgd(b, np.array(gradient), m, 0.2, 0.0)
    np.testing.assert_allclose(a, b, rtol=1e-15)


GRADIENTS = st.lists(st.floats(1e-3, 1e3) | st.floats(-1e3, -1e-3), min_size=1, max_size=6).map(np.array)


@given(GRADIENTS)
def test_adams_first_step_is_the_rate_whatever_the_gradients_length(gradient: Floats) -> None:
    """m̂ = g and √v̂ = |g|: only the sign is left, but for ε."""
    parameter, m, v = np.zeros_like(gradient), np.zeros_like(gradient), np.zeros_like(gradient)
    adam(parameter, gradient.copy(), m, v, 1, 0.01)
    np.testing.assert_allclose(parameter, -0.01 * np.sign(gradient), rtol=2e-5)
    np.testing.assert_allclose(m, 0.1 * gradient, rtol=1e-12)
    np.testing.assert_allclose(v, 0.001 * gradient**2, rtol=1e-12)


def test_adams_second_step_is_as_worked_by_hand() -> None:
    """g = 1, then 2: m = 0.9·0.1 + 0.1·2 = 0.29 of 1 - 0.81, v = 0.999·0.001 + 0.001·4 = 0.004999 of 1 - 0.998001."""
    parameter, m, v = np.zeros(1), np.zeros(1), np.zeros(1)
    adam(parameter, np.array([1.0]), m, v, 1, 0.5)
    first = parameter[0]
    adam(parameter, np.array([2.0]), m, v, 2, 0.5)
    step = 0.5 * (0.29 / 0.19) / (np.sqrt(0.004999 / 0.001999) + 1e-8)
    assert first == pytest.approx(-0.5 / (1 + 1e-8), rel=1e-12)
    assert parameter[0] == pytest.approx(first - step, rel=1e-12)


def test_a_gradient_of_zero_moves_nothing_without_a_memory_and_on_with_one() -> None:
    parameter, zero = np.array([1.0]), np.zeros(1)
    sgd(parameter, zero.copy(), 0.1)
    momentum_sgd(parameter, zero.copy(), np.zeros(1), 0.1, 0.9)
    adam(parameter, zero.copy(), np.zeros(1), np.zeros(1), 1, 0.1)
    assert parameter[0] == 1.0
    momentum_sgd(parameter, zero.copy(), np.ones(1), 0.1, 0.9)
    assert parameter[0] == pytest.approx(0.91, rel=1e-15)


def test_every_optimizer_of_the_settings_has_a_number_and_its_memory_a_size() -> None:
    domain = TrainingConfig.domains()["optimizer"]
    assert isinstance(domain, Choice)
    assert set(domain.options) == set(KINDS) == set(MEMORIES)
    assert len(set(KINDS.values())) == len(KINDS)


@pytest.mark.parametrize("embedding_size", [0, 5])
@pytest.mark.parametrize("optimizer", KINDS)
def test_the_row_of_a_word_rests_while_the_word_is_not_read(optimizer: str, embedding_size: int, small: Experiment) -> None:
    """Its weights and what is remembered of it, though everything else moves on; and what is left of the gradient is zero."""
    experiment = small.with_model(embedding_size=embedding_size, bidirectional=True).with_training(optimizer=optimizer)
    layout = Layout.of(experiment)
    weights, rule = weights_of(Model.initial(experiment), experiment), rule_of(experiment, 1)
    draw = np.random.default_rng(3).standard_normal
    assert weights.memory.shape == (MEMORIES[optimizer], layout.size)
    for step, words in enumerate(([4, 0, 2], [2, 5], [0, 6]), start=1):
        touched = np.zeros(layout.size, dtype=bool)
        for name, array in layout.stored_views(weights.gradient).items():
            where = layout.stored_views(touched)[name]
            where[words if name in layout.tables else slice(None)] = True
            array[where] = draw(int(where.sum()))
        vector, memory = weights.vector.copy(), weights.memory.copy()
        update(weights, np.array(words), 0.1, rule, np.zeros((len(layout.names) + 1, 8)))
        np.testing.assert_array_equal(weights.vector != vector, touched)
        for now, before in zip(weights.memory, memory, strict=True):
            np.testing.assert_array_equal(now != before, touched)
        assert not weights.gradient.any()
        assert weights.steps[0] == step
