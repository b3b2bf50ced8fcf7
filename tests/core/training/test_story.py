"""The turns of a run: each where it is, and not where it only nearly happened."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnn_core.arrays import Floats
from rnn_core.training.story import DROP_SHARE, MEDIAN, MOST_STRETCHES, Story, Stretch, story
from tests.core.training.test_findings import PAIR, history

LN2 = math.log(2)


def drop(loss: Floats | list[float]) -> Stretch | None:
    return story(history(list(loss)), PAIR).drop


def fall(before: int, length: int, after: int, low: float = 0.05) -> Floats:
    """A loss at chance that falls in a straight line."""
    return np.concatenate([np.full(before, LN2), np.linspace(LN2, low, length), np.full(after, low)])


def shortest(loss: Floats, depth: float) -> int | None:
    """The number of epochs of the shortest fall, by trying all pairs."""
    calm = [float(np.median(loss[i : i + MEDIAN])) for i in range(len(loss) - MEDIAN + 1)]
    return min((j - i for i in range(len(calm)) for j in range(i, len(calm)) if calm[i] - calm[j] >= depth), default=None)


def test_before_its_first_epoch_nothing_has_happened() -> None:
    assert story(history([]), PAIR) == Story()


def test_the_plateau_lasts_from_the_start_until_the_loss_leaves_chance() -> None:
    assert story(history([LN2] * 40 + [0.3] * 10), PAIR).plateau == Stretch(1, 40)
    assert story(history([LN2] * 9 + [0.3] * 40), PAIR).plateau is None


def test_the_drop_is_where_the_loss_falls_and_not_before_or_after() -> None:
    found = drop(fall(100, 60, 200))
    assert found
    assert 98 <= found.first < found.last <= 164


@pytest.mark.parametrize("seed", range(8))
def test_no_shorter_fall_is_as_deep(seed: int) -> None:
    noise = np.random.default_rng(seed)
    loss = np.abs(fall(20, int(noise.integers(5, 40)), 30) + noise.normal(0, 0.05, 1).item() * noise.normal(size=1))
    loss = np.concatenate([loss, fall(10, 30, 10)]) * noise.uniform(0.95, 1.05, len(loss) + 50)
    expected, found = shortest(loss, DROP_SHARE * LN2), drop(loss)
    assert (found.last - found.first if found else None) == expected


@pytest.mark.parametrize(("low", "found"), [(0.34, True), (0.36, False)])
def test_a_fall_by_less_than_half_of_chance_is_no_drop(low: float, found: bool) -> None:
    assert (drop(fall(50, 40, 50, low)) is not None) is found


def test_the_way_down_from_a_short_spike_is_no_drop() -> None:
    loss = np.full(100, 0.3)
    loss[50:54] = 3.0
    assert drop(loss) is None
    loss[50:60] = 3.0
    assert drop(loss)


def test_a_long_run_is_looked_at_in_stretches_and_its_drop_is_where_it_is() -> None:
    found = drop(fall(20_000, 3_000, 20_000))
    assert found
    width = -(-43_000 // MOST_STRETCHES)
    assert 20_000 - width <= found.first < found.last <= 23_000 + width


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_loss_that_is_no_number_has_no_drop(bad: float) -> None:
    loss = fall(20, 20, 20)
    loss[5] = bad
    assert drop(loss) is None


def test_the_lowest_test_loss_is_the_first_of_equals_and_there_is_none_without_a_test() -> None:
    assert story(history([0.5] * 4, test=[0.5, 0.2, 0.2, 0.4]), PAIR).lowest_test == 2
    assert story(history([0.5] * 4), PAIR).lowest_test is None
