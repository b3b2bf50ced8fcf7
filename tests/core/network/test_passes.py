"""The whole network, forward and back, on two steps worked by hand."""

from __future__ import annotations

from math import exp, log, tanh
from typing import Any

import numpy as np
import pytest

from rnn_core import Model, gradient_check
from tests.core.reference import Guide, model_with, random_model

# Two words, two units, two classes; no matrix symmetric. Written as in the equations: W_xh has a column a word.
PARAMETERS: dict[str, Any] = {
    "W_xh": [[0.5, -0.3], [0.2, 0.8]],
    "W_hh": [[0.1, 0.4], [-0.6, 0.3]],
    "b_h": [0.05, -0.1],
    "W_hy": [[0.7, -0.2], [-0.5, 0.9]],
    "b_y": [0.1, -0.2],
}

# The text is "bad good", its label "negative", class 0. Step by step, with h_0 = 0:
#
#   a_1 = W_xh[:, bad] + b_h                   = (0.5 + 0.05, 0.2 - 0.1) = (0.55, 0.1)
#   h_1 = tanh(a_1)                            = (0.500520, 0.099668)
H1 = (tanh(0.55), tanh(0.1))
#   a_2 = W_xh[:, good] + W_hh h_1 + b_h       = (-0.3 + 0.1 h_11 + 0.4 h_12 + 0.05, 0.8 - 0.6 h_11 + 0.3 h_12 - 0.1)
#                                              = (-0.160081, 0.429588)
#   h_2 = tanh(a_2)                            = (-0.158727, 0.404977)
H2 = (tanh(-0.25 + 0.1 * H1[0] + 0.4 * H1[1]), tanh(0.7 - 0.6 * H1[0] + 0.3 * H1[1]))
#   y = W_hy h_2 + b_y                         = (0.7 h_21 - 0.2 h_22 + 0.1, -0.5 h_21 + 0.9 h_22 - 0.2)
#                                              = (-0.092105, 0.243843)
Y = (0.7 * H2[0] - 0.2 * H2[1] + 0.1, -0.5 * H2[0] + 0.9 * H2[1] - 0.2)
#   p = softmax(y)                             = (0.416794, 0.583206)
P = (exp(Y[0]) / (exp(Y[0]) + exp(Y[1])), exp(Y[1]) / (exp(Y[0]) + exp(Y[1])))
#   L = -ln p_0                                = 0.875163
LOSS = -log(P[0])
#
# And back:
#
#   dy = p - (1, 0)                            = (-0.583206, 0.583206)
DY = (P[0] - 1, P[1])
#   dh_2 = W_hyᵀ dy                            = (0.7 dy_0 - 0.5 dy_1, -0.2 dy_0 + 0.9 dy_1) = (-0.699847, 0.641526)
DH2 = (0.7 * DY[0] - 0.5 * DY[1], -0.2 * DY[0] + 0.9 * DY[1])
#   da_2 = (1 - h_2²) dh_2                     = (-0.682215, 0.536312)
DA2 = ((1 - H2[0] ** 2) * DH2[0], (1 - H2[1] ** 2) * DH2[1])
#   dh_1 = W_hhᵀ da_2                          = (0.1 da_21 - 0.6 da_22, 0.4 da_21 + 0.3 da_22) = (-0.390009, -0.111992)
DH1 = (0.1 * DA2[0] - 0.6 * DA2[1], 0.4 * DA2[0] + 0.3 * DA2[1])
#   da_1 = (1 - h_1²) dh_1                     = (-0.292303, -0.110880)
DA1 = ((1 - H1[0] ** 2) * DH1[0], (1 - H1[1] ** 2) * DH1[1])
#
#   dW_xh: column bad is da_1, column good da_2;   dW_hh = da_2 h_1ᵀ (h_0 = 0);   db_h = da_1 + da_2
#   dW_hy = dy h_2ᵀ;   db_y = dy
GRADIENTS: dict[str, Any] = {
    "W_xh": [[DA1[0], DA2[0]], [DA1[1], DA2[1]]],
    "W_hh": [[DA2[0] * H1[0], DA2[0] * H1[1]], [DA2[1] * H1[0], DA2[1] * H1[1]]],
    "b_h": [DA1[0] + DA2[0], DA1[1] + DA2[1]],
    "W_hy": [[DY[0] * H2[0], DY[0] * H2[1]], [DY[1] * H2[0], DY[1] * H2[1]]],
    "b_y": [DY[0], DY[1]],
}
#   The guide's printed rule has dh_1 = W_hh da_2 = (0.1 da_21 + 0.4 da_22, -0.6 da_21 + 0.3 da_22) = (0.146303, 0.570222),
#   and so another da_1; at two steps that reaches W_xh and b_h, and W_hh looks right.
PRINTED_DH1 = (0.1 * DA2[0] + 0.4 * DA2[1], -0.6 * DA2[0] + 0.3 * DA2[1])
PRINTED_DA1 = ((1 - H1[0] ** 2) * PRINTED_DH1[0], (1 - H1[1] ** 2) * PRINTED_DH1[1])


@pytest.fixture
def model() -> Model:
    return model_with(PARAMETERS, ["bad", "good"])


def test_the_worked_numbers_are_those_in_the_comments() -> None:
    worked = [*H1, *H2, *Y, *P, LOSS, *DY, *DH2, *DA2, *DH1, *DA1, *PRINTED_DH1]
    written = [0.500520, 0.099668, -0.158727, 0.404977, -0.092105, 0.243843, 0.416794, 0.583206, 0.875163]
    written += [-0.583206, 0.583206, -0.699847, 0.641526, -0.682215, 0.536312, -0.390009, -0.111992]
    written += [-0.292303, -0.110880, 0.146303, 0.570222]
    assert worked == pytest.approx(written, abs=1e-6)


def test_forward_is_as_worked_by_hand(model: Model) -> None:
    np.testing.assert_allclose(model.hidden_states("bad good"), [(0, 0), H1, H2], rtol=1e-14)
    np.testing.assert_allclose(model.predict_proba(["bad good"]), [P], rtol=1e-14)


def test_the_loss_is_as_worked_by_hand(model: Model) -> None:
    assert model.loss("bad good", "negative") == pytest.approx(LOSS, rel=1e-14)
    assert model.loss("bad good", "positive") == pytest.approx(-log(P[1]), rel=1e-14)


@pytest.mark.parametrize("name", GRADIENTS)
def test_every_gradient_is_as_worked_by_hand(name: str, model: Model) -> None:
    check = gradient_check(model, "bad good", "negative")
    np.testing.assert_allclose(check[name].analytic, GRADIENTS[name], rtol=1e-13)
    assert check.loss == pytest.approx(LOSS, rel=1e-14)
    np.testing.assert_allclose(check.dz.analytic, [DA1, DA2], rtol=1e-13)


def test_the_printed_rule_is_as_worked_by_hand(model: Model) -> None:
    check = gradient_check(model, "bad good", "negative", recurrent_gradient="printed")
    np.testing.assert_allclose(check.dz.analytic, [PRINTED_DA1, DA2], rtol=1e-13)
    np.testing.assert_allclose(check["W_hh"].analytic, GRADIENTS["W_hh"], rtol=1e-13)
    np.testing.assert_allclose(check["b_h"].analytic, np.add(PRINTED_DA1, DA2), rtol=1e-13)


@pytest.mark.parametrize("rule", ["exact", "printed"])
@pytest.mark.parametrize("text", ["a", "c a", "d b a b c d e"])
def test_states_and_gradients_are_those_of_the_guides_loop(rule: str, text: str) -> None:
    """One-hot vectors, columns and a list of states, as the guide writes it, give the same numbers."""
    labels = ("x", "y", "z")
    model = random_model(["a", "b", "c", "d", "e"], 4, labels, seed=3, recurrent_gradient=rule)
    guide = Guide(model.parameters, printed=rule == "printed")
    ids = ["abcde".index(word) for word in text.split()]
    _, states, p = guide.forward(ids)
    np.testing.assert_allclose(model.hidden_states(text), np.hstack(states).T, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(model.predict_proba([text]), p.T, rtol=1e-13)
    gradients, loss, _ = guide.gradients(ids, 1)
    assert model.loss(text, "y") == pytest.approx(loss, rel=1e-13)
    check = gradient_check(model, text, "y")
    for name, gradient in gradients.items():
        analytic = check[name].analytic
        np.testing.assert_allclose(analytic, gradient.reshape(analytic.shape), rtol=1e-11, atol=1e-14, err_msg=name)
