"""Softmax and cross-entropy, stable together."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core.network.losses import cross_entropy, cross_entropy_gradient, softmax
from tests.core.reference import slope

LOGITS = st.lists(st.floats(-1000, 1000), min_size=2, max_size=5)


@given(LOGITS)
def test_probabilities_are_none_negative_add_up_to_one_and_keep_the_order(values: list[float]) -> None:
    logits = np.array(values)
    p = softmax(logits)
    assert np.all(p >= 0)
    assert np.sum(p) == pytest.approx(1.0, rel=1e-14)
    assert p[np.argmax(logits)] == np.max(p)


@given(LOGITS, st.floats(-100, 100))
def test_a_constant_added_to_all_logits_changes_nothing(values: list[float], shift: float) -> None:
    logits = np.array(values)
    np.testing.assert_allclose(softmax(logits + shift), softmax(logits), rtol=1e-9, atol=1e-300)
    assert cross_entropy(logits + shift, 0) == pytest.approx(cross_entropy(logits, 0), rel=1e-9, abs=1e-9)


def test_logits_of_a_thousand_give_a_finite_loss_and_the_right_gradient() -> None:
    """The guide's softmax divides infinity by infinity there."""
    logits = np.array([1000.0, -1000.0])
    np.testing.assert_array_equal(softmax(logits), [1.0, 0.0])
    assert cross_entropy(logits, 0) == 0.0
    assert cross_entropy(logits, 1) == 2000.0
    np.testing.assert_array_equal(cross_entropy_gradient(logits, 0), [0.0, 0.0])
    np.testing.assert_array_equal(cross_entropy_gradient(logits, 1), [1.0, -1.0])


def test_a_tiny_probability_is_not_rounded_to_a_loss_of_infinity() -> None:
    assert cross_entropy(np.array([0.0, 800.0, 0.0]), 2) == 800.0


def test_two_equal_logits_are_a_coin_flip() -> None:
    logits = np.array([3.5, 3.5])
    np.testing.assert_array_equal(softmax(logits), [0.5, 0.5])
    assert cross_entropy(logits, 1) == pytest.approx(math.log(2), rel=1e-15)


@given(LOGITS.map(lambda values: [v / 200 for v in values]))
def test_the_loss_is_minus_the_logarithm_of_the_targets_probability(values: list[float]) -> None:
    logits = np.array(values)
    for target in range(len(values)):
        assert cross_entropy(logits, target) == pytest.approx(-math.log(softmax(logits)[target]), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("target", [0, 1, 2])
def test_the_gradient_is_the_slope_of_the_loss(target: int) -> None:
    logits = np.array([0.3, -1.2, 2.1])
    gradient = cross_entropy_gradient(logits, target)
    for k in range(3):
        step = np.eye(3)[k]
        numeric = slope(lambda e, step=step: cross_entropy(logits + e * step, target))  # type: ignore[misc]
        assert gradient[k] == pytest.approx(numeric, rel=1e-8)
    np.testing.assert_array_equal(logits, [0.3, -1.2, 2.1])
