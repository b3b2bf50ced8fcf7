"""Where weights start, and the random streams that they come from."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from rnn_core import Dataset, Experiment, Model, presets
from rnn_core.network.parameters import Layout
from rnn_core.streams import stream
from tests.core.reference import NETWORKS, Floats


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


# ---------------------------------------------------------------------- other ways to start

GATES = {"vanilla": 1, "gru": 3, "lstm": 4}


def blocks(matrix: Floats, gates: int) -> list[Floats]:
    return [matrix[g * len(matrix) // gates : (g + 1) * len(matrix) // gates] for g in range(gates)]


@pytest.mark.parametrize("kind", NETWORKS)
def test_glorot_draws_each_gates_block_evenly_within_its_own_bounds(kind: str, small: Experiment) -> None:
    """√(6 / (columns + rows of the block)): of the stacked matrix it would be smaller."""
    experiment = small.with_model(**(NETWORKS[kind] | {"hidden_size": 20, "initialization": "glorot"}))
    for name, matrix in initial(experiment).items():
        if name.startswith("b_"):
            continue
        if name == "E":
            assert np.std(matrix) == pytest.approx(1.0, rel=0.3)
            assert np.max(np.abs(matrix)) > 1.5
            continue
        for block in blocks(matrix, 1 if name == "W_hy" else GATES[experiment.model.cell]):
            bound = np.sqrt(6 / sum(block.shape))
            assert 0.9 * bound < np.max(np.abs(block)) <= bound, name
            assert np.std(block) == pytest.approx(bound / np.sqrt(3), rel=0.2), name
            assert abs(np.mean(block)) < 4 * bound / np.sqrt(3 * block.size), name


@pytest.mark.parametrize("kind", NETWORKS)
def test_orthogonal_blocks_of_w_hh_neither_stretch_nor_shrink(kind: str, small: Experiment) -> None:
    settings = NETWORKS[kind] | {"hidden_size": 12}
    start = initial(small.with_model(**settings, initialization="orthogonal"))
    glorot = initial(small.with_model(**settings, initialization="glorot"))
    found = []
    for name, matrix in start.items():
        if not name.startswith("W_hh"):
            np.testing.assert_array_equal(matrix, glorot[name], err_msg=name)
            continue
        for Q in blocks(matrix, GATES[settings["cell"]]):
            np.testing.assert_allclose(Q.T @ Q, np.eye(12), atol=1e-13)
            found.append(Q)
    assert len(found) == GATES[settings["cell"]] * (2 if settings["bidirectional"] else 1)
    for i, Q in enumerate(found):
        assert not any(np.allclose(Q, other) for other in found[:i])


def test_orthogonal_matrices_are_drawn_evenly_and_turn_either_way(small: Experiment) -> None:
    """Without the signs of R, the first element of Q would never be above zero."""
    draws = [
        initial(small.with_model(hidden_size=3, initialization="orthogonal").with_training(seed=s))["W_hh"] for s in range(60)
    ]
    assert 15 < sum(Q[0, 0] > 0 for Q in draws) < 45
    assert 15 < sum(np.linalg.det(Q) > 0 for Q in draws) < 45


@pytest.mark.parametrize("initialization", ["normal", "glorot", "orthogonal"])
@pytest.mark.parametrize("kind", NETWORKS)
def test_biases_start_at_zero_but_for_the_forget_gates(kind: str, initialization: str, small: Experiment) -> None:
    H = 6
    settings = NETWORKS[kind] | {"hidden_size": H, "initialization": initialization, "forget_bias": 1.5}
    for name, array in initial(small.with_model(**settings)).items():
        if name.startswith("b_h") and settings["cell"] == "lstm":
            np.testing.assert_array_equal(array, np.repeat([0.0, 1.5, 0.0, 0.0], H), err_msg=name)
        elif name.startswith("b_"):
            assert not array.any(), name


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_normal_start_is_the_scale_in_every_matrix_and_the_embedding(kind: str, small: Experiment) -> None:
    settings = NETWORKS[kind] | {"hidden_size": 20}
    start, double = (initial(small.with_model(**settings, init_scale=scale)) for scale in (0.3, 0.6))
    for name, array in start.items():
        if not name.startswith("b_"):
            assert np.std(array) == pytest.approx(0.3, rel=4 / np.sqrt(2 * array.size)), name
            np.testing.assert_allclose(double[name], 2 * array, rtol=1e-15)


@pytest.mark.parametrize("initialization", ["normal", "glorot", "orthogonal"])
@pytest.mark.parametrize("kind", NETWORKS)
def test_another_vocabulary_leaves_what_has_no_row_a_word_as_it_was(kind: str, initialization: str, small: Experiment) -> None:
    longer = Dataset.from_pairs([(t, lab) for t, lab, s in small.dataset.examples if s == "train"] + [("zebra", True)])
    experiment = small.with_model(**NETWORKS[kind], initialization=initialization)
    a, b = initial(experiment), initial(dataclasses.replace(experiment, dataset=longer))
    for name in Layout.of(experiment).names:
        if name not in Layout.of(experiment).tables:
            np.testing.assert_array_equal(a[name], b[name], err_msg=name)


def test_a_second_direction_is_drawn_by_itself_and_leaves_the_first_as_it_was(small: Experiment) -> None:
    for kind, settings in NETWORKS.items():
        if settings["bidirectional"]:
            both, one = initial(small.with_model(**settings)), initial(small.with_model(**(settings | {"bidirectional": False})))
            for name in ("W_xh", "W_hh"):
                np.testing.assert_array_equal(both[name], one[name], err_msg=kind)
                assert not np.isclose(both[name], both[f"{name}_reverse"]).all(), kind


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
