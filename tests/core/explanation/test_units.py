"""Hidden units in an order in which similar ones sit together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rnn_core.arrays import Floats
from rnn_core.explanation import unit_order


@given(arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(0, 8)), elements=st.floats(-1, 1)))
def test_every_unit_has_one_place_and_the_same_each_time(states: Floats) -> None:
    order = unit_order(states)
    assert sorted(order) == list(range(states.shape[1]))
    assert list(order) == list(unit_order(states.copy()))


@pytest.mark.parametrize("seed", range(6))
def test_units_that_do_alike_sit_together(seed: int) -> None:
    draw = np.random.default_rng(seed)
    kinds = draw.permutation(np.repeat(np.arange(4), 5))
    profiles = draw.uniform(-1, 1, (30, 4))
    states = profiles[:, kinds] + 0.01 * draw.standard_normal((30, 20))
    sequence = kinds[unit_order(states)]
    assert np.count_nonzero(np.diff(sequence)) == 3


def test_the_order_begins_low_and_goes_to_the_nearest() -> None:
    states = np.array([[0.9, -0.8, 0.1, -0.5], [0.9, -0.8, 0.2, -0.9]])
    assert list(unit_order(states)) == [1, 3, 2, 0]


@pytest.mark.parametrize("seed", range(5))
def test_each_unit_is_followed_by_the_nearest_that_is_left(seed: int) -> None:
    states = np.random.default_rng(seed).uniform(-1, 1, (3, 12)) * np.linspace(0.1, 2, 12)
    order = list(unit_order(states))
    assert order[0] == np.argmin(states.mean(axis=0))
    for k in range(11):
        distances = {unit: float(np.linalg.norm(states[:, order[k]] - states[:, unit])) for unit in order[k + 1 :]}
        assert order[k + 1] == min(distances, key=distances.__getitem__)


def test_of_units_equally_near_the_first_comes_first() -> None:
    assert list(unit_order(np.zeros((3, 4)))) == [0, 1, 2, 3]
