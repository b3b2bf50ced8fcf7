"""An axis: values of a domain, ranges that print as they run, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rnn_core import ConfigError
from rnn_core.sweeps.axes import SENTENCES, SETTINGS, Axis


def test_a_logarithmic_range_has_equal_ratios_and_both_ends() -> None:
    axis = Axis.logarithmic("learning_rate", 0.005, 0.5, 5)
    assert axis.values == (0.005, 0.0158114, 0.05, 0.158114, 0.5)
    assert axis.settings == ("learning_rate",)


def test_a_linear_range_has_equal_steps_and_both_ends() -> None:
    assert Axis.linear("learning_rate", 0.1, 0.3, 3).values == (0.1, 0.2, 0.3)
    assert Axis.linear("learning_rate", 0.1, 0.3, 1).values == (0.1,)
    assert Axis.linear("learning_rate", 0.3, 0.1, 3).values == (0.3, 0.2, 0.1)


def test_a_range_of_whole_numbers_is_rounded_and_has_each_once() -> None:
    assert Axis.logarithmic("hidden_size", 1, 16, 9).values == (1, 2, 3, 4, 6, 8, 11, 16)
    assert all(type(value) is int for value in Axis.linear(SENTENCES, 10, 58, 4).values)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Axis(()),
        lambda: Axis("learning_rate"),  # type: ignore[arg-type]
        lambda: Axis(({},)),
        lambda: Axis((3,)),  # type: ignore[arg-type]
        lambda: Axis.of("seed", (1, 2)),
        lambda: Axis.of("changes", ((),)),
        lambda: Axis.of("no_such_setting", (1,)),
        lambda: Axis.of("learning_rate", (0.1, -1.0)),
        lambda: Axis.of("learning_rate", (0.1, 0.1)),
        lambda: Axis.of("hidden_size", (2.5,)),
        lambda: Axis.of("learning_rate", [0.001 * (i + 1) for i in range(101)]),
        lambda: Axis.logarithmic("init_scale", 0.0, 1.0, 3),
        lambda: Axis.linear("learning_rate", 0.1, float("inf"), 3),
        lambda: Axis.linear("learning_rate", 0.1, 0.2, 101),
        lambda: Axis.linear("clipping", 0.1, 0.2, 2),
        lambda: Axis.linear("bidirectional", 0, 1, 2),
    ],
)
def test_what_no_experiment_can_have_is_refused(wrong: Any) -> None:
    with pytest.raises(ConfigError):
        wrong()


@pytest.mark.parametrize(
    "axis",
    [
        Axis.of("clipping", ("none", "value")),
        Axis.of("bidirectional", (True, False)),
        Axis.logarithmic("learning_rate", 0.005, 0.5, 12),
        Axis(({"clipping": "none"}, {"clipping": "value", "clip_threshold": 0.1})),
        Axis(({"clipping": "value", "clip_threshold": 0.1},)),
    ],
)
def test_it_is_the_same_after_a_round_trip(axis: Axis) -> None:
    assert Axis.from_json(json.loads(json.dumps(axis.to_json()))) == axis


def test_a_range_can_be_written_by_hand() -> None:
    written = {"setting": "learning_rate", "low": 0.005, "high": 0.5, "count": 5, "spacing": "logarithmic"}
    assert Axis.from_json(written) == Axis.logarithmic("learning_rate", 0.005, 0.5, 5)
    assert Axis.from_json(written | {"spacing": "linear", "low": 0.1}) == Axis.linear("learning_rate", 0.1, 0.5, 5)


@pytest.mark.parametrize(
    "broken",
    [
        None,
        {},
        {"setting": 3, "values": [1]},
        {"setting": "learning_rate"},
        {"setting": "learning_rate", "values": "0.1"},
        {"setting": "learning_rate", "low": 0.1, "high": 0.2, "count": 3, "spacing": "random"},
        {"setting": "learning_rate", "low": "a", "high": 0.2, "count": 3, "spacing": "linear"},
        {"setting": "learning_rate", "low": 0.1, "high": 0.2, "count": True, "spacing": "linear"},
    ],
)
def test_what_is_no_axis_is_refused(broken: object) -> None:
    with pytest.raises(ConfigError):
        Axis.from_json(broken)


def test_every_setting_but_the_seed_and_the_changes_can_be_an_axis() -> None:
    assert "seed" not in SETTINGS
    assert {"cell", "learning_rate", "clip_threshold", "epochs", "batch_size", SENTENCES} <= set(SETTINGS)
