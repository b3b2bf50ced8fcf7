"""Where weights start, and the random streams that they come from."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from rnn_core import Dataset, Experiment, Model, presets
from rnn_core.streams import stream

from .reference import Floats


def initial(experiment: Experiment) -> dict[str, Floats]:
    return dict(Model.initial(experiment).parameters)


def test_the_guides_network_starts_with_weights_of_a_thousandth_and_zero_biases() -> None:
    start = initial(presets.guide_corrected())
    assert {name: value.shape for name, value in start.items()} == {
        "W_xh": (64, 18),
        "W_hh": (64, 64),
        "b_h": (64,),
        "W_hy": (2, 64),
        "b_y": (2,),
    }
    assert sum(value.size for value in start.values()) == 5_442
    for name in ("W_xh", "W_hh", "W_hy"):
        n = start[name].size
        assert np.std(start[name]) == pytest.approx(0.001, rel=4 / np.sqrt(2 * n))
        assert abs(np.mean(start[name])) < 4 * 0.001 / np.sqrt(n)
    for name in ("b_h", "b_y"):
        assert not start[name].any()


def test_the_guides_first_forward_pass_is_a_coin_flip() -> None:
    p = Model.initial(presets.guide_corrected()).predict_proba(["i am very good"])
    assert np.max(np.abs(p - 0.5)) < 1e-4
    assert p[0, 0] != 0.5


def test_the_scale_multiplies_the_same_draw(small: Experiment) -> None:
    one, two = initial(small), initial(small.with_model(init_scale=0.6))
    for name in ("W_xh", "W_hh", "W_hy"):
        np.testing.assert_allclose(two[name], 2 * one[name], rtol=1e-15)
    assert not Model.initial(small.with_model(init_scale=0.0)).vector.any()


def test_another_vocabulary_leaves_the_other_matrices_as_they_were(small: Experiment) -> None:
    longer = Dataset.from_pairs([(t, lab) for t, lab, s in small.dataset.examples if s == "train"] + [("zebra", True)])
    a, b = initial(small), initial(dataclasses.replace(small, dataset=longer))
    assert b["W_xh"].shape[1] == a["W_xh"].shape[1] + 1
    for name in ("W_hh", "W_hy"):
        np.testing.assert_array_equal(a[name], b[name])


def test_the_backward_rule_and_the_training_leave_the_start_as_it_was(small: Experiment) -> None:
    start = Model.initial(small).vector
    for other in (small.with_model(recurrent_gradient="printed"), small.with_training(learning_rate=9.0, epochs=1)):
        np.testing.assert_array_equal(Model.initial(other).vector, start)
    assert not np.array_equal(Model.initial(small.with_training(seed=12)).vector, start)


def test_each_matrix_is_drawn_by_itself(small: Experiment) -> None:
    start = initial(small)
    first = [start[name].ravel()[:5] / 0.3 for name in ("W_xh", "W_hh", "W_hy")]
    assert len(set(np.concatenate(first).tolist())) == 15


def test_streams_are_named_and_independent() -> None:
    draws = {
        name: tuple(stream(7, *name).integers(2**62, size=4).tolist())
        for name in [("order",), ("weights", "W_hh"), ("weights", "W_xh"), ("weights",), ("W_hh", "weights")]
    }
    assert len(set(draws.values())) == len(draws)
    assert tuple(stream(7, "order").integers(2**62, size=4).tolist()) == draws["order",]
    assert tuple(stream(8, "order").integers(2**62, size=4).tolist()) != draws["order",]


def test_a_stream_draws_the_same_numbers_on_every_machine() -> None:
    """Pinned: a link opened next year must start from the same weights and the same order."""
    assert stream(0, "order").permutation(8).tolist() == PINNED_ORDER
    assert stream(0, "weights", "W_hh").standard_normal(3) == pytest.approx(PINNED_WEIGHTS, rel=1e-12)


PINNED_ORDER = [3, 0, 7, 1, 5, 2, 4, 6]
PINNED_WEIGHTS = [0.07697976130750005, 0.13504082685070737, -1.4940541582558247]
