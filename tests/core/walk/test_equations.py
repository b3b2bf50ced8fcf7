"""Each equation of a cell has the numbers of its step: its terms make its value."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import Model
from rnn_core.network.cells import CELLS
from rnn_core.walk.equations import Equation, at_step, backward_equations, forward_equations, relative_error
from rnn_core.walk.steps import Walk, walk
from tests.core.reference import NETWORKS, Floats, large_model

WORDS = ["at", "bad", "good", "not", "so"]
TEXT = "so not so good so"


def applied(function: str, a: Floats) -> Floats:
    return {"σ": 1 / (1 + np.exp(-a)), "tanh": np.tanh(a), "": a}[function]


@pytest.fixture(params=NETWORKS)
def walked(request: pytest.FixtureRequest) -> Walk:
    model: Model = large_model(WORDS, 4, ("a", "b", "c"), seed=5, **NETWORKS[request.param])
    return walk(model, TEXT, "b")


def check(equation: Equation) -> None:
    values = np.array([term.values for term in equation.terms])
    made = np.prod(values, axis=0) if equation.joined == "⊙" else np.sum(values, axis=0)
    if equation.argument is not None:
        np.testing.assert_allclose(equation.argument.values, made, atol=1e-14)
    np.testing.assert_allclose(applied(equation.function, made), equation.value.values, atol=1e-13, err_msg=equation.latex)


def test_the_terms_make_the_value_there_and_back(walked: Walk) -> None:
    for steps in walked.steps:
        for t in range(1, steps.count + 1):
            for equation in (*forward_equations(steps, t), *backward_equations(steps, t, "exact")):
                check(equation)


def test_every_equation_of_the_cell_is_there_in_its_order(walked: Walk) -> None:
    steps, cell = walked.steps[0], walked.model.cell
    assert tuple(each.latex for each in forward_equations(steps, 2)) == cell.equations
    assert tuple(each.latex for each in backward_equations(steps, 2, "exact")) == cell.backward_equations


def test_every_cell_has_equations() -> None:
    for name in CELLS:
        steps = walk(large_model(WORDS, 3, cell=name), "so not", "negative").steps[0]
        assert forward_equations(steps, 1)[-1].value.symbol == "h_t"
        np.testing.assert_array_equal(forward_equations(steps, 1)[-1].value.values, steps.h[1])
        assert backward_equations(steps, 2, "exact")[-1].value.symbol == "dh_{t-1}"
        np.testing.assert_array_equal(backward_equations(steps, 2, "exact")[-1].value.values, steps.back["exact"].dh[0])


def test_the_printed_rule_hands_on_w_hh_da() -> None:
    model = large_model(WORDS, 4, seed=1, recurrent_gradient="printed")
    steps = walk(model, TEXT, "positive").steps[0]
    equation = backward_equations(steps, 3, "printed")[-1]
    assert equation.terms[0].symbol == "W_hh da_t"
    check(equation)
    np.testing.assert_allclose(equation.value.values, model.parameters["W_hh"] @ steps.back["printed"].dz[2], atol=1e-14)


def test_the_relative_error_is_zero_of_equals_and_one_of_opposites() -> None:
    a = np.array([1.0, -2.0])
    assert relative_error(a, a) == 0.0
    assert relative_error(a, -a) == pytest.approx(1.0)
    assert relative_error(np.zeros(2), np.zeros(2)) == 0.0


def test_the_steps_number_stands_in_the_place_of_t() -> None:
    assert at_step("W_hh h_{t-1}", 3) == "W_hh h_2"
    assert at_step("f_{t+1} ⊙ dc_{t+1}", 3) == "f_4 ⊙ dc_4"
    assert at_step("dh_t ⊙ o_t ⊙ (1 - tanh(c_t)²)", 12) == "dh_12 ⊙ o_12 ⊙ (1 - tanh(c_12)²)"
    assert at_step("dh_T = W_hyᵀ", 3) == "dh_T = W_hyᵀ"
