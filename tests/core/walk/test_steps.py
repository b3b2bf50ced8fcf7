"""Every number of a walk is that of the equations, and what the steps back gather is the gradient that trains."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import Experiment, Model, UnknownWordError
from rnn_core.config import Gradient
from rnn_core.gradients.check import gradient_check
from rnn_core.gradients.update import one_update
from rnn_core.walk.steps import walk
from tests.core.equations import go, probabilities, vectors
from tests.core.reference import NETWORKS, Guide, gradients, large_model, random_model

WORDS = ["at", "bad", "good", "not", "so"]
SENTENCE = ("so", "not", "so", "good", "so")
TEXT = " ".join(SENTENCE)
LABELS = ("negative", "neutral", "positive")


@pytest.fixture(params=NETWORKS)
def model(request: pytest.FixtureRequest) -> Model:
    return large_model(WORDS, 4, LABELS, seed=2, **NETWORKS[request.param])


def test_the_way_there_is_that_of_the_equations(model: Model) -> None:
    found = walk(model, TEXT, "neutral")
    for steps in found.steps:
        words = SENTENCE[::-1] if steps.backwards else SENTENCE
        xs = vectors(model, words)
        expected = go(model, xs, steps.suffix)
        assert steps.words == words
        np.testing.assert_allclose(steps.h, expected.states, atol=1e-13)
        for t in range(1, steps.count + 1):
            np.testing.assert_array_equal(steps.x(t), xs[t - 1])
            np.testing.assert_allclose(steps.z[t - 1], expected.from_input[t - 1], atol=1e-13)
            np.testing.assert_allclose(steps.q(t), expected.from_state[t - 1], atol=1e-13)
            assert found.words[steps.place(t)] == words[t - 1]
            assert steps.step(steps.place(t)) == t
            for symbol, values in steps.cached.items():
                np.testing.assert_allclose(values[t - 1], expected.gates[t - 1][symbol], atol=1e-13, err_msg=symbol)
    p = probabilities(model, vectors(model, SENTENCE))
    np.testing.assert_allclose(found.probabilities, p, atol=1e-13)
    np.testing.assert_allclose(found.dlogits, p - found.target, atol=1e-13)
    np.testing.assert_allclose(found.dlast, model.parameters["W_hy"].T @ (p - found.target), atol=1e-13)
    assert found.loss == pytest.approx(-np.log(p[1]), abs=1e-12)


def test_after_the_last_step_back_the_sums_are_the_gradient_that_trains_bit_for_bit(model: Model) -> None:
    found, trained = walk(model, TEXT, "neutral"), gradients(model, TEXT, "neutral").of
    gathered = {name: array for k in range(len(found.steps)) for name, array in found.sums(k, 1).items()}
    assert set(gathered) | {"W_hy", "b_y"} == set(trained)
    for name, array in trained.items():
        assert np.array_equal(found.gradient[name], array), name
        assert name in ("W_hy", "b_y") or np.array_equal(gathered[name], array), name


def test_the_shares_of_all_steps_add_up_to_the_sums(model: Model) -> None:
    found = walk(model, TEXT, "positive")
    for k, steps in enumerate(found.steps):
        for t in range(steps.count, 0, -1):
            shares = [steps.share(s, found.rule) for s in range(t, steps.count + 1)]
            for name, array in steps.sums(t, found.rule).items():
                np.testing.assert_allclose(array, sum(share[name] for share in shares), atol=1e-13, err_msg=name)
        for name in ("W_hh", "b_h"):
            key = f"{name}{steps.suffix}"
            np.testing.assert_array_equal(found.sums(k, 1)[key], steps.sums(1, found.rule)[key])


def test_a_share_is_the_outer_product_of_the_step(model: Model) -> None:
    found = walk(model, TEXT, "positive")
    for steps in found.steps:
        told = steps.back["exact"]
        for t in range(1, steps.count + 1):
            share = steps.share(t, "exact")
            np.testing.assert_allclose(share[f"W_hh{steps.suffix}"], np.outer(told.dq[t - 1], steps.h[t - 1]), atol=1e-14)
            np.testing.assert_allclose(share[f"W_xh{steps.suffix}"], np.outer(told.dz[t - 1], steps.x(t)), atol=1e-14)
            np.testing.assert_array_equal(share[f"b_h{steps.suffix}"], told.dz[t - 1])


def test_the_gradient_agrees_with_central_differences(model: Model) -> None:
    found, check = walk(model, TEXT, "negative"), gradient_check(model, TEXT, "negative")
    for name, array in found.gradient.items():
        numeric = check[name].numeric
        assert np.linalg.norm(array - numeric) / (np.linalg.norm(array) + np.linalg.norm(numeric)) < 1e-7, name


def test_what_a_step_hands_on_is_what_the_step_before_is_told(model: Model) -> None:
    """To h_0 too, which no backward pass computes: by the same equation."""
    for steps in walk(model, TEXT, "negative").steps:
        told, H = steps.back["exact"], steps.h.shape[1]
        for t in range(1, steps.count + 1):
            expected = steps.weights.W_hh.T @ told.dq[t - 1]
            if "u" in steps.cached:
                expected += steps.cached["u"][t - 1] * told.dh[t - 1]
            np.testing.assert_allclose(steps.dh_before(t, "exact"), expected, atol=1e-14)
            assert expected.shape == (H,)
            if t > 1:
                np.testing.assert_array_equal(steps.dh_before(t, "exact"), told.dh[t - 2])


@pytest.mark.parametrize("rule", ["exact", "printed"])
def test_the_guides_network_walks_as_the_guide_computes(rule: Gradient) -> None:
    model = random_model(WORDS, 4, ("negative", "positive"), seed=4, recurrent_gradient=rule)
    found = walk(model, TEXT, "positive")
    expected, loss, _ = Guide(model.parameters, printed=rule == "printed").gradients([4, 3, 4, 2, 4], 1)
    assert found.rule == rule
    assert found.loss == pytest.approx(loss, abs=1e-12)
    for name, array in found.gradient.items():
        np.testing.assert_allclose(array, expected[name].reshape(array.shape), atol=1e-13, err_msg=name)
    W, told = model.parameters["W_hh"], found.steps[0].back
    np.testing.assert_allclose(found.steps[0].dh_before(1, "exact"), W.T @ told["exact"].dz[0], atol=1e-14)
    np.testing.assert_allclose(found.steps[0].dh_before(1, "printed"), W @ told["printed"].dz[0], atol=1e-14)
    np.testing.assert_array_equal(told["exact"].dh[-1], told["printed"].dh[-1])
    assert not np.allclose(told["exact"].dh[0], told["printed"].dh[0])


def test_the_gradient_of_an_update_is_the_walks(small: Experiment) -> None:
    model = Model.initial(small)
    update, found = one_update(model, small, "not bad at all", "positive"), walk(model, "not bad at all", "positive")
    assert update.loss_before == found.loss
    for name, array in found.gradient.items():
        assert np.array_equal(update.raw[name], array), name


def test_numbers_beyond_all_bounds_are_noticed() -> None:
    model = random_model(WORDS, 4, ("negative", "positive"))
    found = walk(model, TEXT, "positive")
    assert found.finite
    wild = model.vector.copy()
    model.layout.named(wild)["W_hy"][...] = 1.7e308 * np.sign(found.last)
    assert not walk(model.with_vector(wild), TEXT, "positive").finite


def test_what_cannot_be_walked_is_refused() -> None:
    model = random_model(WORDS, 4, ("negative", "positive"))
    with pytest.raises(UnknownWordError):
        walk(model, "so what", "positive")
    with pytest.raises(ValueError):
        walk(model, TEXT, "neutral")
