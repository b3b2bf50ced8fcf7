"""Spectra: of matrices whose figures are known beforehand, in every place where a network has one."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core.gradients.flow import flow
from rnn_core.gradients.spectrum import Spectrum, spectra, spectrum, with_radius
from rnn_core.network.cells import CELLS
from tests.core.reference import NETWORKS, Floats, large_model

WORDS = ["bad", "good", "not"]


def with_recurrent(W_hh: Floats, cell: str = "vanilla", bidirectional: bool = False, suffix: str = "") -> dict[str, Spectrum]:
    """The spectra of a network with this matrix in W_hh."""
    model = large_model(WORDS, W_hh.shape[1], cell=cell, bidirectional=bidirectional)
    vector = model.vector.copy()
    model.layout.named(vector)[f"W_hh{suffix}"][:] = W_hh
    return spectra(model.with_vector(vector))


@pytest.mark.parametrize(
    ("matrix", "singular", "radius"),
    [
        ([[3.0, 0.0], [0.0, -4.0]], 4.0, 4.0),
        ([[0.0, -2.0], [2.0, 0.0]], 2.0, 2.0),  # turns by a right angle: both eigenvalues are ±2i
        ([[0.0, 5.0], [0.0, 0.0]], 5.0, 0.0),  # stretches once, then is gone
        ([[0.5, 8.0], [0.0, 0.5]], (64.5 + (64.5**2 - 0.25) ** 0.5) ** 0.5 / 2**0.5, 0.5),
        ([[0.0, 0.0], [0.0, 0.0]], 0.0, 0.0),
    ],
)
def test_the_figures_are_those_that_the_matrix_was_made_to_have(
    matrix: list[list[float]], singular: float, radius: float
) -> None:
    (found,) = with_recurrent(np.array(matrix)).values()
    assert found.singular == pytest.approx(singular, rel=1e-12, abs=1e-12)
    assert found.radius == pytest.approx(radius, rel=1e-5, abs=1e-12)


@pytest.mark.parametrize("H", [2, 5, 64, 128])
@pytest.mark.parametrize("shift", [1e-3, 1.0, 1e3])
def test_a_half_on_the_diagonal_and_anything_above_it_have_a_radius_of_a_half(H: int, shift: float) -> None:
    order = np.random.default_rng(H).permutation(H)
    triangular = 0.5 * np.eye(H) + shift * np.triu(np.random.default_rng(0).standard_normal((H, H)), 1)
    for W in (0.5 * np.eye(H) + shift * np.eye(H, k=1), triangular, triangular[np.ix_(order, order)], triangular.T):
        assert spectrum(W).radius == pytest.approx(0.5, rel=1e-12)


@pytest.mark.parametrize("back", [1e-200, 1e-30, 1e-3])
def test_a_shift_with_a_weak_way_back_has_the_radius_of_its_circle(back: float) -> None:
    """The eigenvalues of a/2 I plus a circle of weights are those of the circle, moved: its radius is their product's root."""
    H = 8
    W = 0.5 * np.eye(H) + np.eye(H, k=1)
    W[-1, 0] = back
    assert spectrum(W).radius == pytest.approx(0.5 + back ** (1 / H), rel=1e-5)


def test_a_radius_under_one_lets_a_gradient_grow_a_thousandfold_and_a_singular_value_under_one_lets_none_grow() -> None:
    """tanh' differs from step to step, so that the product of the steps is no power of W_hh."""
    words = ["bad", "good", "not"]
    model = large_model(words, 2)
    vector = model.vector.copy()
    parameters = model.layout.named(vector)
    parameters["W_xh"][:], parameters["b_h"][:] = 0.0, [0.0, 8.0]
    parameters["W_xh"][0, 1] = 4.0  # "good" holds the first unit near zero while the second is saturated
    parameters["W_hh"][:] = [[2.0, -4.0], [1.0, -1.9]]
    parameters["W_hy"][:, 1] = 0.0
    growing = model.with_vector(vector)
    (found,) = spectra(growing).values()
    assert found.radius == pytest.approx(0.447, abs=1e-3)
    sentence = " ".join(["bad", *["good"] * 9])
    norms = flow(growing, sentence, growing.labels[0]).forward.norms
    assert norms[0] / norms[-1] > 1000
    parameters["W_hh"] *= 0.999 / found.singular
    shrinking = model.with_vector(vector)
    norms = flow(shrinking, sentence, growing.labels[0]).forward.norms
    assert (np.diff(norms) >= 0).all()  # from the word read last, on the right, it only shrinks


@pytest.mark.parametrize("network", NETWORKS)
def test_every_gates_block_of_every_direction_has_its_own(network: str) -> None:
    model = large_model(WORDS, 5, seed=3, **NETWORKS[network])
    found, H = spectra(model), 5
    names = CELLS[model.config.cell].blocks
    suffixes = ("", "_reverse") if model.config.bidirectional else ("",)
    assert list(found) == [f"{name}{suffix}" for suffix in suffixes for name in names]
    for suffix in suffixes:
        for gate, name in enumerate(names):
            block = model.parameters[f"W_hh{suffix}"][gate * H : (gate + 1) * H]
            of_block = found[f"{name}{suffix}"]
            assert of_block.singular == pytest.approx(np.linalg.norm(block, 2), rel=1e-9)
            assert of_block.radius == pytest.approx(np.abs(np.linalg.eigvals(block)).max(), rel=1e-5)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("H", [1, 2, 17, 64])
def test_the_figures_are_numpys_for_any_matrix(H: int, seed: int) -> None:
    W = np.random.default_rng(seed).standard_normal((H, H))
    found = spectrum(W)
    assert found.singular == pytest.approx(np.linalg.norm(W, 2), rel=1e-6)
    assert found.radius == pytest.approx(np.abs(np.linalg.eigvals(W)).max(), rel=1e-5)


def test_two_directions_that_are_stretched_alike_are_no_trouble() -> None:
    Q = np.linalg.qr(np.random.default_rng(0).standard_normal((20, 20)))[0]
    found = spectrum(3.0 * Q)
    assert found.singular == pytest.approx(3.0, rel=1e-9)
    assert found.radius == pytest.approx(3.0, rel=1e-5)


def test_the_gates_are_named_as_their_equations_have_them() -> None:
    eye = np.eye(3)
    gru = with_recurrent(np.vstack([1 * eye, 2 * eye, 3 * eye]), "gru")
    assert {name: spectrum.radius for name, spectrum in gru.items()} == {
        "W_hr": pytest.approx(1.0),
        "W_hu": pytest.approx(2.0),
        "W_hn": pytest.approx(3.0),
    }
    lstm = with_recurrent(np.vstack([1 * eye, 2 * eye, 3 * eye, 4 * eye]), "lstm", True, "_reverse")
    assert [lstm[f"{name}_reverse"].singular for name in ("W_hi", "W_hf", "W_hg", "W_ho")] == pytest.approx([1, 2, 3, 4])


@pytest.mark.parametrize("scale", [1e-300, 1e150, 1e300])
def test_weights_at_the_edge_of_numbers_have_a_spectrum_too(scale: float) -> None:
    (found,) = with_recurrent(np.array([[0.0, -scale], [scale, 0.0]])).values()
    assert found.singular == pytest.approx(scale, rel=1e-12)
    assert found.radius == pytest.approx(scale, rel=1e-9)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_a_network_scaled_to_a_radius_has_it_in_every_block_and_nothing_else_changed(cell: str, bidirectional: bool) -> None:
    model = large_model(WORDS, 5, cell=cell, bidirectional=bidirectional)
    scaled = with_radius(model, 1.3, spectra(model))
    assert [found.radius for found in spectra(scaled).values()] == pytest.approx([1.3] * len(spectra(model)), rel=1e-5)
    for name, values in model.parameters.items():
        if not name.startswith("W_hh"):
            np.testing.assert_array_equal(scaled.parameters[name], values)


def test_a_block_without_a_radius_stays_as_it_is() -> None:
    model = large_model(WORDS, 2)
    vector = model.vector.copy()
    model.layout.named(vector)["W_hh"][:] = [[0.0, 5.0], [0.0, 0.0]]
    triangular = model.with_vector(vector)
    np.testing.assert_array_equal(with_radius(triangular, 2.0, spectra(triangular)).vector, triangular.vector)
