"""What a machine's owner allows."""

from __future__ import annotations

import dataclasses

import pytest

from rnn_core import LimitError, Limits, presets
from rnn_core.training.run import check_limits, snapshot_stride


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(Limits)])
def test_a_machine_open_to_strangers_allows_less_of_everything(field: str) -> None:
    hosted, local = getattr(Limits.hosted(), field), getattr(Limits.local(), field)
    if field == "labels":  # links and files must open everywhere
        assert hosted == local == 20
    else:
        assert 0 < hosted < local


def test_the_local_profile_is_the_default() -> None:
    assert Limits() == Limits.local()


@pytest.mark.parametrize("limits", [Limits.local(), Limits.hosted()], ids=["local", "hosted"])
@pytest.mark.parametrize("name", presets.EXPERIMENTS)
def test_every_preset_runs_within_the_limits(limits: Limits, name: str) -> None:
    check_limits(presets.EXPERIMENTS[name](0), limits)


@pytest.mark.parametrize("limits", [Limits.local(), Limits.hosted()], ids=["local", "hosted"])
def test_a_visitor_may_hold_the_largest_run_that_is_allowed(limits: Limits) -> None:
    """Otherwise the oldest runs could all be forgotten, and the newest still be too large."""
    assert limits.run_bytes <= limits.visitor_bytes
    assert limits.runs >= 2


@pytest.mark.parametrize("limits", [Limits.local(), Limits.hosted()], ids=["local", "hosted"])
@pytest.mark.parametrize("name", presets.EXPERIMENTS)
def test_every_preset_can_be_rewound_to_twenty_epochs_at_least(limits: Limits, name: str) -> None:
    experiment = presets.EXPERIMENTS[name](0)
    assert experiment.training.epochs // snapshot_stride(experiment, limits) >= 20


@pytest.mark.parametrize("limits", [Limits.local(), Limits.hosted()], ids=["local", "hosted"])
def test_the_guides_network_may_be_trained_for_all_the_epochs_that_are_allowed(limits: Limits) -> None:
    check_limits(presets.guide_corrected().with_training(epochs=limits.epochs), limits)


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(Limits)])
def test_every_bound_is_inclusive(field: str) -> None:
    limits = Limits.hosted()
    bound = getattr(limits, field)
    limits.check(**{field: bound})
    with pytest.raises(LimitError) as caught:
        limits.check(**{field: bound + 1})
    assert (caught.value.what, caught.value.value, caught.value.allowed) == (field, bound + 1, bound)


def test_the_first_of_several_excesses_is_told() -> None:
    with pytest.raises(LimitError, match=r"^hidden size: 129 is over the limit of 128$"):
        Limits.hosted().check(rows=5_000, hidden_size=129, epochs=10**9)


def test_an_amount_that_is_no_limit_is_a_callers_bug() -> None:
    with pytest.raises(AttributeError):
        Limits().check(bananas=1)
