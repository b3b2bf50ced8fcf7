"""The gradient check itself: are its differences those of the loss, and its measures what they say?"""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import DatasetError, GradientComparison, Model, UnknownWordError, gradient_check
from tests.core.reference import NAMES, Guide, random_model, slope

WORDS = ["bad", "good", "not", "so"]
TEXT = "so not so good"


@pytest.fixture
def model() -> Model:
    return random_model(WORDS, 3, ("negative", "neutral", "positive"), seed=8)


@pytest.mark.parametrize("name", NAMES)
def test_the_differences_are_those_of_the_loss(name: str, model: Model) -> None:
    """Each element moved by hand in a copy of the model, and the loss asked for in the open."""
    numeric = gradient_check(model, TEXT, "neutral")[name].numeric
    assert numeric.shape == model.parameters[name].shape

    def loss(place: tuple[int, ...], shift: float) -> float:
        vector = model.vector.copy()
        model.layout.named(vector)[name][place] += shift
        return model.with_vector(vector).loss(TEXT, "neutral")

    for place in np.ndindex(numeric.shape):
        assert numeric[place] == pytest.approx(slope(lambda e, p=place: loss(p, e)), rel=1e-6, abs=1e-9), place  # type: ignore[misc]


def test_the_differences_do_not_depend_on_the_rule_and_the_gradients_do(model: Model) -> None:
    exact, printed = (gradient_check(model, TEXT, "neutral", recurrent_gradient=rule) for rule in ("exact", "printed"))
    for name in NAMES:
        np.testing.assert_array_equal(exact[name].numeric, printed[name].numeric)
    assert not np.allclose(exact["W_hh"].analytic, printed["W_hh"].analytic)
    assert (exact.recurrent_gradient, printed.recurrent_gradient) == ("exact", "printed")


@pytest.mark.parametrize("rule", ["exact", "printed"])
def test_the_models_own_rule_is_checked_where_none_is_named(rule: str) -> None:
    model = random_model(WORDS, 3, ("negative", "positive"), recurrent_gradient=rule)
    check = gradient_check(model, TEXT, "positive")
    assert check.recurrent_gradient == rule
    gradients, _, _ = Guide(model.parameters, printed=rule == "printed").gradients([3, 2, 3, 1], 1)
    np.testing.assert_allclose(check["W_hh"].analytic, gradients["W_hh"], rtol=1e-11)


def test_a_check_says_what_was_checked(model: Model) -> None:
    check = gradient_check(model, "So NOT bad!", "positive")
    assert (check.text, check.label, check.words) == ("So NOT bad!", "positive", ("so", "not", "bad"))
    assert check.loss == model.loss("so not bad", "positive")
    assert tuple(check.parameters) == NAMES
    assert check.dz.analytic.shape == check.dz.numeric.shape == (3, 3)
    assert check.epsilon == 1e-5


def test_the_worst_parameter_is_the_one_with_the_largest_error(model: Model) -> None:
    check = gradient_check(model, TEXT, "positive", recurrent_gradient="printed")
    errors = {name: check[name].relative_error for name in NAMES}
    assert errors[check.worst] == max(errors.values()) > 1e-2


def test_a_check_leaves_the_model_as_it_was(model: Model) -> None:
    before = model.vector.tobytes()
    gradient_check(model, TEXT, "positive")
    assert model.vector.tobytes() == before


def test_words_that_the_text_has_not_got_have_no_part_in_it(model: Model) -> None:
    check = gradient_check(model, TEXT, "positive")["W_xh"]
    bad = WORDS.index("bad")
    assert not check.analytic[:, bad].any()
    assert not check.numeric[:, bad].any()
    assert check.analytic[:, WORDS.index("not")].all()


def test_of_a_large_parameter_a_sample_can_be_compared(model: Model) -> None:
    whole, sample = (gradient_check(model, TEXT, "positive", elements=n) for n in (None, 5))
    for name in NAMES:
        few, all_ = sample[name], whole[name]
        if all_.analytic.size <= 5:
            np.testing.assert_array_equal(few.analytic, all_.analytic)
            continue
        assert few.analytic.shape == few.numeric.shape == (5,)
        assert set(few.analytic) <= set(all_.analytic.ravel())
        assert set(few.numeric) <= set(all_.numeric.ravel())
        assert few.relative_error < 1e-7
    again = gradient_check(model, TEXT, "positive", elements=5)
    np.testing.assert_array_equal(again["W_hh"].analytic, sample["W_hh"].analytic)


def test_what_cannot_be_checked_is_refused(model: Model) -> None:
    with pytest.raises(UnknownWordError):
        gradient_check(model, "so zebra", "positive")
    with pytest.raises(DatasetError):
        gradient_check(model, "?!", "positive")
    with pytest.raises(ValueError):
        gradient_check(model, "so good", "boredom")


@pytest.mark.parametrize(
    ("analytic", "numeric", "relative_error", "cosine", "norm"),
    [
        ([3.0, 4.0], [3.0, 4.0], 0.0, 1.0, 5.0),
        ([3.0, 4.0], [-3.0, -4.0], 1.0, -1.0, 5.0),
        ([3.0, 4.0], [6.0, 8.0], 1 / 3, 1.0, 10.0),
        ([1.0, 0.0], [0.0, 1.0], 2**-0.5, 0.0, 1.0),
        ([0.0, 0.0], [0.0, 0.0], 0.0, 1.0, 0.0),
        ([0.0, 0.0], [0.0, 2.0], 1.0, 0.0, 2.0),
        ([1e-150, 0.0], [1e-150, 0.0], 0.0, 1.0, 1e-150),
    ],
)
def test_the_measures_of_a_comparison(
    analytic: list[float], numeric: list[float], relative_error: float, cosine: float, norm: float
) -> None:
    comparison = GradientComparison(np.array(analytic), np.array(numeric))
    assert comparison.relative_error == pytest.approx(relative_error, abs=1e-15)
    assert comparison.cosine == pytest.approx(cosine, abs=1e-15)
    assert comparison.norm == pytest.approx(norm, abs=0)


def test_the_points_are_the_pairs_of_both_gradients_without_what_is_zero_in_both() -> None:
    analytic, numeric = np.array([[1.0, 0.0], [0.0, -3.0]]), np.array([[2.0, 0.0], [5.0, 0.0]])
    x, y = GradientComparison(analytic, numeric).points
    assert list(zip(x, y, strict=True)) == [(2.0, 1.0), (5.0, 0.0), (0.0, -3.0)]


def test_the_points_of_a_check_are_a_pair_for_each_element_that_was_compared(model: Model) -> None:
    check = gradient_check(model, TEXT, "positive")
    assert {name: len(check[name].points[0]) for name in NAMES} == {"W_xh": 9, "W_hh": 9, "b_h": 3, "W_hy": 9, "b_y": 3}
    sampled = gradient_check(model, TEXT, "positive", elements=5)
    assert len(sampled["W_hh"].points[1]) == 5
    for comparison in check.parameters.values():
        x, y = comparison.points
        np.testing.assert_allclose(x, y, rtol=1e-5, atol=1e-8)
