"""A sweep: every point with every seed, nothing else changed, refused where it makes no sense, and the same after a round trip."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rnn_core import Change, ConfigError, Experiment, presets
from rnn_core.training.sweep import Sweep

BASE = presets.on_the_edge(seed=7)
RATES = ({"learning_rate": 0.01}, {"learning_rate": 0.1}, {"learning_rate": 0.5})


def test_every_point_is_the_base_with_its_settings_from_its_seed_and_those_after_it() -> None:
    sweep = Sweep(base=BASE, axis=RATES, seeds=4)
    assert len(sweep) == 12
    for i, point in enumerate(RATES):
        runs = sweep.runs_of(i)
        assert runs == tuple(BASE.with_training(seed=seed, **point) for seed in (7, 8, 9, 10))
        assert sweep.experiments[i] == runs[0]
    last = Sweep(base=BASE.with_training(seed=2**53 - 1), axis=RATES, seeds=2)
    assert [one.training.seed for one in last.runs_of(0)] == [2**53 - 1, 0]


def test_a_point_may_set_both_the_network_and_its_training() -> None:
    (one,) = Sweep(base=BASE, axis=({"cell": "gru", "init_scale": 0.3, "epochs": 9},)).experiments
    assert one == BASE.with_model(cell="gru", init_scale=0.3).with_training(epochs=9)


def test_a_setting_that_is_swept_holds_from_the_first_epoch_on() -> None:
    changes = (Change(2, "clip_threshold", 0.3), Change(5, "learning_rate", 0.2))
    sweep = Sweep(base=BASE.with_training(changes=changes), axis=RATES)
    assert {one.training.changes for one in sweep.experiments} == {changes[:1]}


@pytest.mark.parametrize(
    ("axis", "seeds"),
    [
        ((), 1),
        (RATES, 0),
        (RATES, 101),
        (RATES, True),
        (RATES, 2.0),
        (({},), 1),
        (({"seed": 3},), 1),
        (({"no_such_setting": 3},), 1),
        (({"learning_rate": -1.0},), 1),
        ((RATES[0], RATES[0]), 1),
        ("learning_rate", 1),
        ([3], 1),
        (tuple({"learning_rate": 0.001 * (i + 1)} for i in range(101)), 1),
    ],
)
def test_what_cannot_be_swept_is_refused(axis: Any, seeds: Any) -> None:
    with pytest.raises(ConfigError):
        Sweep(base=BASE, axis=axis, seeds=seeds)


def test_it_is_the_same_after_a_round_trip(small: Experiment) -> None:
    sweep = Sweep(base=small, axis=RATES, seeds=3)
    again = Sweep.from_json(json.loads(json.dumps(sweep.to_json())))
    assert again == sweep
    assert again.experiments == sweep.experiments


@pytest.mark.parametrize("broken", [None, {}, {"base": 1, "axis": [], "seeds": 1}, {"axis": [], "seeds": 1}])
def test_what_is_no_sweep_is_refused(broken: object) -> None:
    with pytest.raises(ConfigError):
        Sweep.from_json(broken)
