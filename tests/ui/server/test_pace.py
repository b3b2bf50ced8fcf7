"""The pace of a run: a pure rule of what has just happened."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from rnn_core.arrays import Floats
from ui.server import pace
from ui.server.pace import SLOWEST, WHOLE_EPOCHS, WHOLE_SECONDS, watched

LN2 = math.log(2)
FLAT = np.full(500, LN2)


def guide() -> Floats:
    """A loss as the guide's run has it: at chance for 80 epochs, slowly down to 0.5, then the fall, then almost nothing."""
    legs = (np.full(80, LN2), np.linspace(LN2, 0.5, 150), np.linspace(0.5, 0.05, 70), np.linspace(0.05, 0.001, 700))
    return np.concatenate(legs)


def rate(loss: Floats, epochs: int = 1000) -> float:
    return watched(loss, epochs, LN2)


def seconds(loss: Floats, first: int, last: int) -> float:
    return sum(1 / rate(loss[:epoch], len(loss)) for epoch in range(first, last))


def test_the_guides_run_takes_about_eight_seconds() -> None:
    assert 7 < seconds(guide(), 0, 1000) < 9


def test_an_epoch_of_the_fall_is_seen_much_longer_than_one_of_the_plateau_or_the_end() -> None:
    fall, plateau, end = (seconds(guide(), first, first + 50) for first in (250, 20, 700))
    assert fall > 2.5 * plateau
    assert fall > 2.5 * end


def test_noise_on_a_level_loss_hardly_slows_it() -> None:
    noisy = FLAT + np.random.default_rng(0).normal(0, 0.02, 500)
    assert rate(noisy) > 0.9 * rate(FLAT)


def test_what_rises_is_seen_as_what_falls() -> None:
    fall = np.linspace(0.6, 0.2, 60)
    assert rate(fall) == pytest.approx(rate(fall[::-1]))


@pytest.mark.parametrize("loss", [np.zeros(0), np.full(3, LN2), FLAT])
def test_a_run_of_which_little_is_known_or_that_does_not_move_goes_at_its_fastest(loss: Floats) -> None:
    assert rate(loss) == WHOLE_EPOCHS / WHOLE_SECONDS


@pytest.mark.parametrize("bad", [math.nan, math.inf, 1e300])
def test_whatever_is_recorded_it_never_stands_still(bad: float) -> None:
    loss = FLAT.copy()
    loss[-3:] = bad
    assert rate(loss) == pytest.approx(WHOLE_EPOCHS / WHOLE_SECONDS / SLOWEST)


def test_a_short_run_takes_less_time_and_a_long_one_no_more() -> None:
    times = [epochs / rate(np.zeros(0), epochs) for epochs in (1, 20, 300, 1_000, 100_000)]
    assert times == sorted(times)
    assert times[0] < times[1] < 1.5
    assert times[-1] == times[-2] == WHOLE_SECONDS


def test_a_run_that_is_looked_at_waits_for_a_sixteenth_of_it_to_be_drawn_but_not_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(pace, "time", SimpleNamespace(monotonic=lambda: now))
    viewer = pace.Viewer()
    assert not viewer.awaited(500, 1000), "nobody has looked yet"
    viewer.drew(100)
    assert not viewer.awaited(161, 1000)
    assert viewer.awaited(162, 1000)
    now += pace.PATIENCE_SECONDS
    assert not viewer.awaited(162, 1000), "the page has been left"
    viewer.drew(162)
    assert not viewer.awaited(200, 1000)
    assert viewer.awaited(224, 1000)
    viewer.drew(3)
    assert not viewer.awaited(3, 5)
    assert viewer.awaited(4, 5), "of a short run every epoch"
