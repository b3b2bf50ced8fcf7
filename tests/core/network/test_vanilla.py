"""The Elman cell: its gradients against central differences, at weights where a wrong rule cannot hide."""

from __future__ import annotations

import pytest

from rnn_core import Model, gradient_check, presets
from tests.core.reference import NAMES, random_model

WORDS = ["all", "at", "bad", "good", "not", "so", "very"]
TEXTS = {1: "good", 3: "not at good", 6: "so not bad at all very", 8: "so so very good so so very good"}
LABELS = {2: ("negative", "positive"), 3: ("negative", "neutral", "positive")}

BEHIND = ("W_hy", "b_y")
"""What lies behind the recurrence, where no rule of the cell reaches."""
WITHIN = ("W_xh", "W_hh", "b_h")


def model_of(hidden_size: int, classes: int) -> Model:
    return random_model(WORDS, hidden_size, LABELS[classes], seed=hidden_size + classes)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("hidden_size", [1, 4, 16])
@pytest.mark.parametrize("T", TEXTS)
def test_gradients_match_central_differences(T: int, hidden_size: int, classes: int) -> None:
    """Every parameter, and what each word sends into the cell; sizes V = 7, H and C are never equal."""
    check = gradient_check(model_of(hidden_size, classes), TEXTS[T], "negative", recurrent_gradient="exact")
    errors = {name: check[name].relative_error for name in NAMES} | {"dz": check.dz.relative_error}
    assert max(errors.values()) < 1e-7, errors
    for name in NAMES:
        if (name, T) != ("W_hh", 1):  # one word alone never passes through W_hh
            assert check[name].norm > 1e-3, name
    assert check.dz.norm > 1e-3


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("hidden_size", [4, 16])
@pytest.mark.parametrize("T", [3, 6, 8])
@pytest.mark.parametrize("name", WITHIN)
def test_an_untransposed_recurrent_matrix_fails_the_check_from_three_words_on(
    name: str, T: int, hidden_size: int, classes: int
) -> None:
    """The mutant is the guide's own printed rule, W_hh da in the place of W_hhᵀ da."""
    check = gradient_check(model_of(hidden_size, classes), TEXTS[T], "negative", recurrent_gradient="printed")
    assert check[name].relative_error > 1e-2
    assert check.dz.relative_error > 1e-2


@pytest.mark.parametrize("T", [3, 6, 8])
def test_an_untransposed_recurrent_matrix_leaves_the_output_layer_right(T: int) -> None:
    check = gradient_check(model_of(16, 2), TEXTS[T], "negative", recurrent_gradient="printed")
    for name in BEHIND:
        assert check[name].relative_error < 1e-7


def test_one_word_cannot_show_the_slip_and_two_words_hide_it_from_w_hh() -> None:
    one, two = (gradient_check(model_of(16, 3), text, "negative", recurrent_gradient="printed") for text in ("good", "not good"))
    assert max(one[name].relative_error for name in NAMES) < 1e-7
    assert one.dz.relative_error < 1e-7
    assert two["W_hh"].relative_error < 1e-7
    assert two["W_xh"].relative_error > 1e-2


def test_one_unit_cannot_show_the_slip_because_its_matrix_is_its_own_transpose() -> None:
    check = gradient_check(model_of(1, 2), TEXTS[6], "negative", recurrent_gradient="printed")
    assert max(check[name].relative_error for name in NAMES) < 1e-7


@pytest.mark.parametrize("name", WITHIN)
def test_the_guides_tiny_first_weights_nearly_hide_the_slip(name: str) -> None:
    """Which is why a gradient check must be done at weights of order one: here the wrong rule is off by less than 1 %."""
    model = Model.initial(presets.guide_printed())
    text = "i am not at all bad or sad right now"
    check = gradient_check(model, text, "positive", recurrent_gradient="printed")
    assert 1e-4 < check[name].relative_error < 1e-2
    assert check[name].cosine > 0.9999
    large = gradient_check(model.with_large_weights(), text, "positive", recurrent_gradient="printed")
    assert large[name].relative_error > 0.1


def test_a_repeated_word_gets_the_sum_of_the_gradients_of_its_places() -> None:
    model = random_model(WORDS, 5, LABELS[2])
    check = gradient_check(model, "so not so good so", "negative")
    dz, dW = check.dz.analytic, check["W_xh"].analytic
    so, good, bad = (WORDS.index(word) for word in ("so", "good", "bad"))
    assert dW[:, so] == pytest.approx(dz[0] + dz[2] + dz[4], rel=1e-13)
    assert dW[:, good] == pytest.approx(dz[3], rel=1e-13)
    assert not dW[:, bad].any()
    assert check["W_xh"].relative_error < 1e-7
    assert model.layout.tables == {"W_xh"}
