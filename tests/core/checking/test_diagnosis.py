"""Every slip is recognized in code that has it, and right numbers are never accused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from rnn_core.checking.diagnosis import Diagnosis, diagnose, unseen
from rnn_core.checking.exercise import Exercise
from rnn_core.checking.slips import SLIPS, Slip, computed
from tests.core.checking.learners import batch, lstm, vanilla
from tests.core.reference import NETWORKS, large_model

WORDS = ["at", "bad", "good", "not", "so"]
TEXT = "so not so bad"


def exercise(*texts: str, seed: int = 3, **settings: Any) -> Exercise:
    model = large_model(WORDS, 4, seed=seed, **settings)
    return Exercise.of(model, [(text, "negative") for text in texts or (TEXT,)])


def floats(arrays: Mapping[str, Any]) -> dict[str, Any]:
    return {name: np.asarray(array, dtype=np.float64) for name, array in arrays.items()}


def slips(found: Diagnosis) -> list[set[Slip]]:
    return [set(each) for each in found.explanations]


@pytest.mark.parametrize(
    ("made", "slip"),
    [
        ("no_transpose", "no_transpose"),
        ("no_slope", "no_slope"),
        ("this_state", "this_state"),
        ("assigned", "assigned"),
        ("assigned to W_hh from the front", "assigned"),
        ("assigned by word", "assigned"),
        ("clipped_early", "clipped_early"),
        ("clipped so far", "clipped_early"),
        ("no_target", "no_target"),
    ],
)
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_a_slip_is_recognized_in_code_that_has_it(made: str, slip: Slip, kind: Any) -> None:
    asked = exercise()
    assert unseen(asked) == ("bias_not_summed",)
    assert slips(diagnose(asked, floats(vanilla(asked.given(), made, kind)))) == [{slip}]


@pytest.mark.parametrize("made", ["bias_not_summed", "only the last bias"])
def test_a_bias_that_is_not_summed_over_a_batch_is_recognized(made: str) -> None:
    asked = exercise(TEXT, "good not bad at")
    assert unseen(asked) == ()
    found = diagnose(asked, floats(batch(asked, made)))
    assert slips(found) == [{"bias_not_summed"}]
    assert {each.name for each in found.of("differs")} <= {"db_y", "clipped_db_y"}


@pytest.mark.parametrize("made", ["no_transpose", "no_slope", "this_state", "no_target"])
def test_a_slip_is_recognized_in_a_batch(made: Slip) -> None:
    asked = exercise(TEXT, "good not bad at")
    assert slips(diagnose(asked, floats(batch(asked, made)))) == [{made}]


@pytest.mark.parametrize(
    ("made", "slip"), [("no_transpose", "no_transpose"), ("slope of c", "no_slope"), ("slope of g", "no_slope")]
)
def test_a_slip_is_recognized_in_an_lstm(made: str, slip: Slip) -> None:
    asked = exercise(cell="lstm")
    assert not diagnose(asked, lstm(asked.given())).of("differs")
    assert slips(diagnose(asked, lstm(asked.given(), made))) == [{slip}]


def test_two_slips_at_once_are_recognized() -> None:
    asked = exercise()
    given = asked.given()
    mine = floats(vanilla(given, "no_transpose"))
    mine["d_by"] = mine["p"]
    assert slips(diagnose(asked, mine)) == [{"no_transpose", "no_target"}]


def test_slips_that_give_the_same_numbers_are_all_named() -> None:
    """Of two steps, with W_hh da_2 = W_hhᵀ dh_2 by the choice of W_hh, while a_2 is put in its place by the word."""
    model = large_model(WORDS, 2, seed=1)
    vector = model.vector.copy()
    named = model.layout.named(vector)
    so, bad = WORDS.index("so"), WORDS.index("bad")
    a_2 = np.array([0.6, -1.1])
    y = named["W_hy"] @ np.tanh(a_2) + named["b_y"]
    dy = np.exp(y) / np.exp(y).sum() - [1.0, 0.0]
    (g_1, g_2), (s_1, s_2) = named["W_hy"].T @ dy, 1 - np.tanh(a_2) ** 2
    a, b = 0.7, 0.9
    c = (a * (s_1 - 1) * g_1 + b * s_2 * g_2) / g_2
    named["W_hh"][...] = [[a, b], [c, (b - c * s_1) * g_1 / ((s_2 - 1) * g_2)]]
    h_1 = np.tanh(named["W_xh"][:, so] + named["b_h"])
    named["W_xh"][:, bad] = a_2 - named["W_hh"] @ h_1 - named["b_h"]
    made = Exercise.of(model.with_vector(vector), [("so bad", "negative")])
    mine = floats(vanilla(made.given(), "no_slope"))
    assert slips(diagnose(made, {"dh": mine["d_h"]})) == [{"no_transpose"}, {"no_slope"}]
    assert slips(diagnose(made, mine)) == [{"no_slope"}]


def test_slips_that_change_nothing_are_told_beforehand() -> None:
    assert set(unseen(exercise("so"))) == {"no_transpose", "assigned", "bias_not_summed", "clipped_early"}


@pytest.mark.parametrize("name", NETWORKS)
def test_right_numbers_agree_in_double_and_single_precision(name: str) -> None:
    for texts in ((TEXT,), (TEXT, "good not bad at")):
        asked = exercise(*texts, **NETWORKS[name])
        right = computed(asked)
        assert {each.status for each in diagnose(asked, right).arrays} == {"agrees"}
        rounded = {key: array.astype(np.float32).astype(np.float64) for key, array in right.items()}
        assert {each.status for each in diagnose(asked, rounded).arrays} == {"agrees"}


@pytest.mark.parametrize("factor", [0.001, 1.0, 3.0, 8.0])
def test_right_code_in_single_precision_is_never_accused(factor: float) -> None:
    """Saturated states, and a network so sure that the gradient is all rounding."""
    for seed in range(20):
        model = large_model(WORDS, 4, seed=seed)
        asked = Exercise.of(model.with_vector(factor * model.vector), [(f"{TEXT} so not good at", "positive")])
        found = diagnose(asked, floats(vanilla(asked.given(), kind=np.float32)))
        assert found.explanations == ()
        assert {each.status for each in found.arrays} == {"agrees"}


def test_the_first_step_that_differs_is_named_in_the_order_of_computation() -> None:
    asked = exercise()
    right = computed(asked)
    h, dh = right["h"].copy(), right["dh"].copy()
    h[1:] += 0.1
    dh[:2] += 0.1
    found = {each.name: each for each in diagnose(asked, {"h": h, "dh": dh}).arrays}
    assert (found["h"].step, found["dh"].step) == (2, 2)
    dh[2] *= 1.1
    changed = {each.name: each for each in diagnose(asked, {"h": h, "dh": dh}).arrays}
    assert changed["dh"].step == 3
    assert changed["h"].difference == pytest.approx(0.1)
    assert (forward := diagnose(asked, {"h": h, "dh": dh}).forward) is not None
    assert forward.name == "h"


def test_shapes_and_orders_are_told_from_wrong_numbers() -> None:
    asked = exercise()
    right = computed(asked)
    mine = {
        "dW_xh": right["dW_xh"].T,
        "dW_hh": right["dW_hh"].T,
        "dW_hy": right["clipped_dW_hy"],
        "dh": right["dh"][::-1],
        "b_y": asked.given()["b_y"] + 1.0,
        "db_h": np.ones(7),
        "y": np.array([np.nan, 1.0]),
        "h": np.concatenate([np.zeros((1, 4)), right["h"]])[:, :, None],
        "dW_yh": right["dW_hy"],
        "something": np.ones(2),
    }
    found = diagnose(asked, mine)
    status = {each.name: each.status for each in found.arrays if each.status != "missing"}
    assert status == {
        "h": "agrees",
        "y": "not_finite",
        "dh": "reversed",
        "dW_xh": "transposed",
        "dW_hh": "transposed",
        "db_h": "wrong_shape",
        "dW_hy": "clipped",
    }
    assert found.changed == ("b_y",)
    assert [each.name for each in found.unknown] == ["dW_yh", "something"]
    assert found.unknown[0].near in computed(asked)
    assert found.explanations == ()


def test_a_mean_over_a_batch_is_told_from_a_wrong_sum() -> None:
    asked = exercise(TEXT, "good not bad at")
    mine = {name: array / 2 for name, array in computed(asked).items() if name.startswith("dW")}
    found = diagnose(asked, mine)
    assert {each.status for each in found.arrays if each.name in mine} == {"averaged"}


def test_without_a_slip_the_numbers_are_those_of_the_walk() -> None:
    for settings in NETWORKS.values():
        asked = exercise(**settings)
        (walked,) = asked.walks
        right = computed(asked)
        for steps in walked.steps:
            np.testing.assert_allclose(right[f"dh{steps.suffix}"], steps.back["exact"].dh, rtol=1e-10, atol=1e-14)
            np.testing.assert_allclose(right[f"da{steps.suffix}"], steps.back["exact"].dz, rtol=1e-10, atol=1e-14)
        if walked.rule == "exact":
            for name, gradient in walked.gradient.items():
                np.testing.assert_allclose(right[f"d{name}"], gradient, rtol=1e-10, atol=1e-14)


def test_every_slip_is_tried() -> None:
    assert set(SLIPS) == {
        "no_transpose", "no_slope", "this_state", "assigned", "clipped_early", "bias_not_summed", "no_target"
    }  # fmt: skip
