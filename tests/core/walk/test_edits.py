"""A change by hand changes what it says and nothing else, and refuses what the network does not have."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rnn_core import Model
from rnn_core.gradients.spectrum import spectra
from rnn_core.walk.edits import Edit, Element, Radius, Silence, edited
from rnn_core.walk.steps import walk
from tests.core.reference import NETWORKS, large_model

WORDS = ["bad", "good", "not", "so"]


@pytest.fixture(params=NETWORKS)
def model(request: pytest.FixtureRequest) -> Model:
    return large_model(WORDS, 4, seed=2, **NETWORKS[request.param])


def test_one_number_of_any_parameter_is_set(model: Model) -> None:
    for name, array in model.parameters.items():
        row, column = array.shape[0] - 1, array.shape[1] - 2 if array.ndim > 1 else 0
        made = edited(model, [Element(name, row, column, 0.125)])
        assert (made.vector != model.vector).sum() == 1
        assert made.parameters[name][(row, column) if array.ndim > 1 else row] == 0.125


def test_a_silenced_unit_is_zero_at_every_step_and_the_others_follow(model: Model) -> None:
    suffixes = ("", "_reverse") if model.config.bidirectional else ("",)
    for suffix in suffixes:
        found = walk(edited(model, [Silence(suffix, 2)]), "so not good", "positive")
        steps = next(each for each in found.steps if each.suffix == suffix)
        assert not steps.h[:, 2].any()
        assert steps.h[1:, 0].all()


def test_w_hh_gets_the_radius(model: Model) -> None:
    for block in spectra(edited(model, [Radius(0.7)])).values():
        assert block.radius == pytest.approx(0.7, rel=1e-4)


def test_changes_follow_one_another_and_the_first_network_stays(model: Model) -> None:
    before = model.vector.copy()
    made = edited(model, [Element("b_y", 0, 0, 1.0), Element("b_y", 0, 0, 2.0), Silence("", 0)])
    assert made.parameters["b_y"][0] == 2.0
    assert np.array_equal(model.vector, before)
    assert edited(model, []) is model


@pytest.mark.parametrize(
    "edit",
    [
        Element("W_zz", 0, 0, 1.0),
        Element("W_hh", 4, 0, 1.0),
        Element("W_hh", 0, -1, 1.0),
        Element("b_y", 9, 0, 1.0),
        Element("b_y", 0, 0, math.nan),
        Element("b_y", 0, 0, math.inf),
        Element("b_y", 0, 0, -1e7),
        Silence("", 4),
        Silence("_reverse", 0),
        Radius(math.nan),
        Radius(-1.0),
    ],
)
def test_what_the_network_does_not_have_is_refused(edit: Edit) -> None:
    with pytest.raises(ValueError, match=r"network has no|expected"):
        edited(large_model(WORDS, 4), [edit])
