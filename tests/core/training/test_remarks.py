"""What a run's curves say: each remark where its definition holds, and nowhere else."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import History, presets
from rnn_core.training.history import Columns
from rnn_core.training.remarks import Remark, falls_again, lost, remarks
from tests.core.runs import finished

LN2 = math.log(2)


def history(
    train: Sequence[float],
    *,
    accuracy: Sequence[float] | float = 0.9,
    test: Sequence[float] | float = math.nan,
    norms: Sequence[float] | float = 1.0,
    rows: Sequence[int] | int = 1,
) -> History:
    """A history of these losses; what is given as one number is the same in every epoch."""
    n = len(train)
    columns = Columns.empty(n, 1)._replace(
        train_loss=np.array(train, dtype=float),
        train_accuracy=np.broadcast_to(np.array(accuracy, dtype=float), n).copy(),
        test_loss=np.broadcast_to(np.array(test, dtype=float), n).copy(),
        largest_norm=np.broadcast_to(np.array(norms, dtype=float), n).copy(),
        largest_norm_row=np.broadcast_to(np.array(rows), n).copy(),
    )
    return History(("W",), columns)


def right(*accuracy: float) -> History:
    """A history of these train accuracies, with a loss that says nothing."""
    return history([0.3] * len(accuracy), accuracy=accuracy)


@cache
def guide() -> History:
    """Of the guide's run as it is corrected, the first 240 epochs."""
    return finished(presets.guide_corrected().with_training(epochs=240)).history


def said(of: History, kind: str, *, over: bool = True) -> Remark | None:
    found = [remark for remark in remarks(of, over=over) if remark.kind == kind]
    assert len(found) <= 1
    return found[0] if found else None


def test_before_the_first_epoch_there_is_nothing_to_say() -> None:
    assert remarks(history([])) == ()


def test_of_a_run_that_learns_and_stays_there_is_nothing_to_say() -> None:
    losses = [0.7 * 0.95**epoch for epoch in range(200)]
    assert remarks(history(losses, accuracy=[0.5] * 20 + [1.0] * 180, test=[loss + 0.01 for loss in losses])) == ()


# ---------------------------------------------------------------------- the plateau


@pytest.mark.parametrize("epochs", [10, 11, 500])
def test_a_loss_that_has_lain_at_a_coin_flips_from_the_start_is_a_plateau(epochs: int) -> None:
    losses = [LN2 + 0.01 * math.sin(epoch) for epoch in range(epochs)]
    remark = said(history(losses, accuracy=0.5), "plateau")
    assert remark
    assert remark.epoch == epochs
    assert remark.value == pytest.approx(statistics.fmean(losses[-10:]))


def test_fewer_than_ten_epochs_are_no_plateau_yet() -> None:
    assert remarks(history([LN2] * 9, accuracy=0.5)) == ()


@pytest.mark.parametrize("later", [[0.6], [0.6] * 30, [0.6, *[LN2] * 50], [0.65], [LN2] * 20 + [0.65], [0.665] * 10])
def test_a_loss_that_has_been_lower_is_no_plateau(later: list[float]) -> None:
    assert said(history([LN2] * 30 + later, accuracy=0.5), "plateau") is None


@pytest.mark.parametrize("before", [[5.0], [0.9] * 30, [2.0, 1.5, 1.0]])
def test_a_loss_that_has_been_far_higher_has_not_lain_there_from_the_start(before: list[float]) -> None:
    assert said(history(before + [LN2] * 30, accuracy=0.5), "plateau") is None


@pytest.mark.parametrize("level", [0.75, 1.0, 3.0])
def test_a_loss_above_a_coin_flips_is_no_plateau(level: float) -> None:
    assert said(history([level] * 30, accuracy=0.5), "plateau") is None


def test_where_there_are_more_classes_the_plateau_lies_higher() -> None:
    three = history([math.log(3)] * 30, accuracy=0.3)
    (remark,) = remarks(three, classes=3)
    assert remark.kind == "plateau"
    assert "plateau" not in {remark.kind for remark in remarks(three)}


def test_the_guides_run_leaves_the_plateau_once() -> None:
    trained = guide()
    on_it = [said(trained.up_to(epoch), "plateau") is not None for epoch in range(len(trained) + 1)]
    left = on_it.index(False, 10)
    assert on_it == [False] * 10 + [True] * (left - 10) + [False] * (len(on_it) - left)
    assert 60 < left < 120


# ---------------------------------------------------------------------- a lost run


@given(st.lists(st.integers(0, 20), max_size=60))
def test_lost_is_a_mean_train_accuracy_under_75_percent_over_the_last_20_epochs(right_of_20: list[int]) -> None:
    accuracies = [count / 20 for count in right_of_20]
    latest = right_of_20[-20:]
    assert lost(right(*accuracies)) == (not latest or sum(latest) < 15 * len(latest))


def test_three_in_four_right_is_not_lost() -> None:
    assert not lost(right(*[0.75] * 20))
    assert lost(right(*[0.75] * 19, 0.70))


def test_a_lost_run_is_told_from_its_fortieth_epoch_with_its_accuracy() -> None:
    accuracies = [0.9] * 20 + [0.5] * 10 + [0.6] * 10
    assert said(history([1.5] * 39, accuracy=accuracies[:39]), "lost") is None
    remark = said(history([1.5] * 40, accuracy=accuracies), "lost")
    assert remark
    assert remark.epoch == 40
    assert remark.value == pytest.approx(0.55)


@pytest.mark.parametrize(("loss", "told"), [(0.6, False), (0.65, False), (LN2, True), (2.5, True)])
def test_a_run_that_goes_on_is_called_lost_only_where_its_loss_is_no_better_than_a_coin_flips(loss: float, told: bool) -> None:
    """The guide's run knows single words from epoch 80 to 220 and is right about two in three: it is on its way."""
    slow = history([1.5] * 20 + [loss] * 40, accuracy=0.6)
    assert (said(slow, "lost", over=False) is not None) == told
    assert said(slow, "lost", over=True)


def test_the_guides_run_is_never_called_lost_on_its_way() -> None:
    trained = guide()
    assert lost(trained.up_to(150))
    for epoch in range(0, len(trained) + 1, 3):
        assert said(trained.up_to(epoch), "lost", over=False) is None


def test_a_run_on_the_plateau_is_not_called_lost() -> None:
    assert [remark.kind for remark in remarks(history([LN2] * 100, accuracy=0.5))] == ["plateau"]


# ---------------------------------------------------------------------- overfitting


def valley(epochs: int, lowest: int) -> list[float]:
    """A test loss that falls to its lowest at an epoch (from 1) and rises from there."""
    return [0.3 + 0.01 * abs(epoch - lowest) for epoch in range(1, epochs + 1)]


def falling(epochs: int) -> list[float]:
    return [0.69 * 0.99**epoch for epoch in range(epochs)]


@pytest.mark.parametrize("lowest", [30, 60, 100])
def test_a_test_loss_that_rises_while_the_train_loss_falls_is_overfitting_since_its_lowest(lowest: int) -> None:
    tests = valley(160, lowest)
    remark = said(history(falling(160), test=tests), "overfitting")
    assert remark
    assert abs(remark.epoch - lowest) <= 10
    means = {end: statistics.fmean(tests[end - 20 : end]) for end in range(20, 161)}
    assert means[remark.epoch] == pytest.approx(min(means.values()))
    assert remark.value == pytest.approx(statistics.median(tests[-20:]))


@pytest.mark.parametrize(
    ("train", "test"),
    [
        (falling(160), falling(160)),
        (falling(160), [0.4] * 160),
        (falling(80) + falling(80)[::-1], valley(160, 80)),  # both rise: not by heart, but lost
        (falling(160), [0.02 + 0.0003 * epoch for epoch in range(160)]),  # hardly more than at its lowest
        (falling(160), [10.0 + 0.01 * epoch for epoch in range(160)]),  # a small part of what it is
        (falling(59), valley(59, 20)),  # too early to tell
        (falling(160), math.nan),
    ],
    ids=["both fall", "level", "both rise", "little", "a small share", "early", "no test"],
)
def test_nothing_else_is_overfitting(train: list[float], test: list[float] | float) -> None:
    assert said(history(train, test=test), "overfitting") is None


def test_one_epoch_of_a_high_test_loss_is_no_overfitting() -> None:
    tests = falling(160)
    for last in (1, 5, 20):
        spike = [*tests[:-last], 2.0, *tests[len(tests) - last + 1 :]]
        assert said(history(falling(160), test=spike), "overfitting") is None


@pytest.mark.parametrize("huge", [1e9, 1e17, 1e300])
def test_one_huge_loss_long_ago_hides_nothing_that_came_after(huge: float) -> None:
    tests, trains = [huge, *valley(159, 60)], [huge, *falling(159)]
    remark = said(history(trains, test=tests), "overfitting")
    assert remark
    assert abs(remark.epoch - 61) <= 10
    assert remark.value == pytest.approx(statistics.median(tests[-20:]))
    assert said(history([huge, *falling(159)], test=[huge, *[0.4] * 159]), "overfitting") is None


# ---------------------------------------------------------------------- a spike


def spiked(epochs: int, *at: int, level: float = 0.05, height: float = 1.0) -> list[float]:
    """A loss at a level but for spikes at some epochs (from 1)."""
    return [height if epoch in at else level for epoch in range(1, epochs + 1)]


def test_a_jump_of_the_loss_is_a_spike_with_the_row_of_the_largest_gradient() -> None:
    rows = list(range(101, 141))
    norms = [1.0] * 40
    norms[29] = 9.0
    remark = said(history(spiked(40, 30), norms=norms, rows=rows), "spike")
    assert remark == Remark("spike", 30, 1.0, 130)
    norms[28] = 10.0  # the update that did it was one of the epoch before
    remark = said(history(spiked(40, 30), norms=norms, rows=rows), "spike")
    assert remark == Remark("spike", 30, 1.0, 129)


@pytest.mark.parametrize(("epochs", "found"), [((20,), 20), ((20, 60), 60), ((20, 21, 22), 20), ((20, 60, 64, 70), 60)])
def test_the_latest_spike_is_told_by_its_first_epoch(epochs: tuple[int, ...], found: int) -> None:
    remark = said(history(spiked(100, *epochs)), "spike")
    assert remark
    assert remark.epoch == found


@pytest.mark.parametrize(
    "losses",
    [
        spiked(100, 50, height=0.2),  # four times, no more
        spiked(100, 50, level=0.001, height=0.1),  # of a tiny loss
        spiked(10, 10),  # nothing to compare with
        [0.05 * 1.2**epoch for epoch in range(60)],  # a slope
    ],
    ids=["small", "tiny", "early", "slope"],
)
def test_nothing_else_is_a_spike(losses: list[float]) -> None:
    assert said(history(losses), "spike") is None


@given(st.lists(st.sampled_from([0.01, 0.05, 0.1, 0.11, 0.3, 0.7, 3.0]), max_size=80))
def test_spikes_are_those_of_the_definition(losses: list[float]) -> None:
    """Over four times the median of the ten epochs before and over 0.1; those at most ten apart are one."""
    jumps = [i for i in range(10, len(losses)) if losses[i] > 4 * statistics.median(losses[i - 10 : i]) and losses[i] > 0.1]
    groups = [i for n, i in enumerate(jumps) if n == 0 or i - jumps[n - 1] > 10]
    remark = said(history(losses), "spike")
    assert (remark.epoch if remark else None) == (groups[-1] + 1 if groups else None)


# ---------------------------------------------------------------------- reached is not stable


@given(st.lists(st.sampled_from([0.5, 0.97, 0.98, 0.99, 1.0]), max_size=60))
def test_each_fall_under_98_percent_after_the_first_100_is_counted_once(accuracies: list[float]) -> None:
    falls, perfect, low = [], False, False
    for epoch, accuracy in enumerate(accuracies, start=1):
        perfect = perfect or accuracy == 1.0
        if perfect and accuracy < 0.98 and not low:
            falls.append(epoch)
        low = perfect and accuracy < 0.98
    assert falls_again(right(*accuracies)) == tuple(falls)
    remark = said(right(*accuracies), "unstable")
    assert (remark and (remark.epoch, remark.value)) == ((falls[-1], len(falls)) if falls else None)


def test_a_fall_before_everything_was_right_is_no_fall() -> None:
    assert falls_again(right(0.9, 0.5, 0.9, 1.0)) == ()


def test_a_spike_and_the_fall_that_it_caused_are_told_once() -> None:
    accuracies = [1.0] * 100
    accuracies[51] = 0.5
    assert [remark.kind for remark in remarks(history(spiked(100, 50), accuracy=accuracies))] == ["spike"]
    accuracies[80] = 0.5
    assert [remark.kind for remark in remarks(history(spiked(100, 50), accuracy=accuracies))] == ["spike", "unstable"]


# ---------------------------------------------------------------------- whatever the numbers

LOSSES = st.sampled_from([0.0, 5e-324, 1e-9, 0.05, LN2, 1.0, 50.0, 1e17, 1e300, 1.7e308])


@given(
    st.lists(st.tuples(LOSSES, st.none() | LOSSES, st.sampled_from([0.0, 0.5, 0.97, 1.0])), max_size=130),
    st.sampled_from(["tested", "untested"]),
)
def test_whatever_the_numbers_there_are_remarks_and_no_warning(
    epochs: list[tuple[float, float | None, float]], kind: str
) -> None:
    tests = [math.nan if test is None or kind == "untested" else test for _, test, _ in epochs]
    of = history([train for train, _, _ in epochs], test=tests, accuracy=[accuracy for _, _, accuracy in epochs])
    for remark in remarks(of):
        assert 1 <= remark.epoch <= len(epochs)
        assert math.isfinite(remark.value)
        assert (remark.row is not None) == (remark.kind == "spike")


def test_losses_at_the_edge_of_numbers_overflow_in_no_mean() -> None:
    assert said(history([1.0] * 100 + [1.7e308] * 60, test=[1.0] * 100 + [1.7e308] * 60), "overfitting") is None
    remark = said(history([1.7e308] * 20), "spike")
    assert remark is None
