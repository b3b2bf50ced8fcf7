"""Two dimensions of many: the covariance's own eigenvectors, and the same picture each time."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import Experiment, Model
from rnn_core.arrays import Floats
from rnn_core.explanation import Projection, endings, predictions_on_plane, project


@pytest.fixture(params=[(30, 5), (4, 50), (200, 2)], ids=str)
def rows(request: pytest.FixtureRequest) -> Floats:
    n, d = request.param
    draw = np.random.default_rng(n)
    made: Floats = draw.standard_normal((n, d)) * np.linspace(3, 0.5, d) + draw.standard_normal(d)
    return made


def test_the_axes_are_the_eigenvectors_of_the_covariance_and_explain_its_largest_shares(rows: Floats) -> None:
    found = project(rows)
    values, vectors = np.linalg.eigh(np.cov(rows.T))
    for k in range(2):
        assert abs(found.axes[k] @ vectors[:, -1 - k]) == pytest.approx(1, abs=1e-9)
        assert found.explained[k] == pytest.approx(values[-1 - k] / values.sum(), rel=1e-9)
    np.testing.assert_allclose(found.axes @ found.axes.T, np.eye(2), atol=1e-12)
    assert found.explained[0] >= found.explained[1]


def test_places_are_centered_and_of_other_rows_too_they_are_distances_along_the_axes(rows: Floats) -> None:
    found = project(rows)
    points = found.place(rows)
    assert points.shape == (len(rows), 2)
    np.testing.assert_allclose(points.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(found.place(rows[:1] + 2 * found.axes[1]) - points[:1], [[0, 2]], atol=1e-12)


def test_the_sign_is_the_same_whatever_the_decomposition_gives(rows: Floats) -> None:
    """The largest element of each axis is above zero, so that the same rows, mirrored or in another order, keep their sides."""
    found = project(rows)
    assert all(axis[np.argmax(np.abs(axis))] > 0 for axis in found.axes)
    again = project(rows[::-1].copy())
    np.testing.assert_allclose(again.axes, found.axes, atol=1e-9)
    np.testing.assert_allclose(project(-rows).axes, found.axes, atol=1e-9)


@pytest.mark.parametrize("sign", [1, -1])
def test_of_two_elements_equally_large_the_first_decides_the_sign(sign: int) -> None:
    rows = sign * np.outer([-1.0, 0.0, 1.0], [1.0, -1.0])
    np.testing.assert_allclose(project(rows).axes[0], [0.5**0.5, -(0.5**0.5)], atol=1e-12)


@pytest.mark.parametrize("rows", [np.ones((1, 4)), np.full((5, 3), 2.5), np.zeros((3, 1))], ids=["one", "same", "zero"])
def test_where_nothing_differs_all_stand_in_one_place(rows: Floats) -> None:
    found = project(rows)
    assert found.explained == (0.0, 0.0)
    np.testing.assert_array_equal(found.place(rows), np.zeros((len(rows), 2)))


def test_rows_on_a_line_have_one_axis() -> None:
    found = project(np.outer(np.arange(5.0), [1.0, 2.0, 2.0]))
    assert found.explained[0] == pytest.approx(1.0)
    assert found.explained[1] == 0.0
    np.testing.assert_allclose(found.axes, [[1 / 3, 2 / 3, 2 / 3], [0.0, 0.0, 0.0]], atol=1e-12)
    assert isinstance(found, Projection)


@pytest.mark.parametrize("both", [False, True])
def test_endings_are_the_final_states_of_the_text_as_far_as_each_word(small: Experiment, both: bool) -> None:
    model = Model.initial(small.with_model(bidirectional=both)).with_large_weights()
    text = "so very good at all"
    rows, words = endings(model, text), text.split()
    assert not rows[0].any()
    for t in range(1, len(words) + 1):
        states = model.states(" ".join(words[:t]))
        np.testing.assert_allclose(rows[t], np.concatenate([states.h[-1], states.h_reverse[-1]]), atol=1e-12)


@pytest.mark.parametrize("both", [False, True])
def test_the_plane_has_at_a_state_that_lies_in_it_the_prediction_of_the_network(small: Experiment, both: bool) -> None:
    model = Model.initial(small.with_model(bidirectional=both)).with_large_weights()
    text = "so very good"
    last = endings(model, text)[-1]
    plane = project(np.stack([last, np.zeros_like(last), -last]))
    (x, y) = plane.place(last)
    found = predictions_on_plane(model, plane, np.array([x, 7.0]), np.array([0.5, -0.5, y]))
    assert found.shape == (3, 2, 2)
    np.testing.assert_allclose(found.sum(axis=-1), 1.0)
    np.testing.assert_allclose(found[2, 0], model.predict_proba([text])[0], atol=1e-12)
