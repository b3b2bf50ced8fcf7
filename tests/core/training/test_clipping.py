"""Gradient clipping, and the measure of what it did."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import TrainingConfig
from rnn_core.domains import Choice
from rnn_core.training.clipping import BY_GLOBAL_NORM, BY_NORM, BY_VALUE, KINDS, NONE, clip
from tests.core.reference import Floats

GRADIENTS = st.lists(st.floats(-10, 10), min_size=1, max_size=20).map(np.array)
THRESHOLDS = st.floats(1e-3, 20)

UNUSED = np.nan
"""The squared norm of all gradients together, given where only clipping by the global norm may look at it."""


@given(GRADIENTS, THRESHOLDS)
def test_clipping_by_value_cuts_every_element_to_the_threshold(gradient: Floats, threshold: float) -> None:
    clipped = gradient.copy()
    said = clip(BY_VALUE, clipped, threshold, UNUSED)
    expected = np.clip(gradient, -threshold, threshold)
    np.testing.assert_array_equal(clipped, expected)
    assert said.before == pytest.approx(gradient @ gradient, rel=1e-12)
    assert said.after == pytest.approx(expected @ expected, rel=1e-12)
    assert said.both == pytest.approx(gradient @ expected, rel=1e-12)
    assert said.changed == np.sum(gradient != expected)


@given(GRADIENTS)
def test_a_loose_threshold_changes_no_bit(gradient: Floats) -> None:
    clipped = gradient.copy()
    said = clip(BY_VALUE, clipped, float(np.max(np.abs(gradient))), UNUSED)
    assert clipped.tobytes() == gradient.tobytes()
    assert said.before == said.after == said.both
    assert said.changed == 0


@given(GRADIENTS, THRESHOLDS)
def test_no_clipping_changes_no_bit_whatever_the_threshold(gradient: Floats, threshold: float) -> None:
    clipped = gradient.copy()
    said = clip(NONE, clipped, threshold, UNUSED)
    assert clipped.tobytes() == gradient.tobytes()
    assert said == (said.before, said.before, said.before, 0)
    assert said.before == pytest.approx(gradient @ gradient, rel=1e-12)


def test_a_tight_threshold_is_met_exactly_and_turns_the_gradient() -> None:
    gradient = np.array([3.0, -0.5, -4.0, 0.0])
    assert clip(BY_VALUE, gradient, 1.0, UNUSED) == (25.25, 2.25, 7.25, 2)
    np.testing.assert_array_equal(gradient, [1.0, -0.5, -1.0, 0.0])


def test_a_zero_gradient_stays_zero() -> None:
    gradient = np.zeros(3)
    assert clip(BY_VALUE, gradient, 1e-9, UNUSED) == (0.0, 0.0, 0.0, 0)
    np.testing.assert_array_equal(gradient, np.zeros(3))


def test_a_gradient_that_is_no_number_is_not_made_to_look_like_one() -> None:
    """Clipping infinity to the threshold must not hide from the run that it has diverged."""
    said = clip(BY_VALUE, np.array([np.inf, 1.0]), 1.0, UNUSED)
    assert said.before == np.inf
    assert np.isnan(clip(BY_VALUE, np.array([np.nan, 1.0]), 1.0, UNUSED).before)


# ---------------------------------------------------------------------- by norm


@given(GRADIENTS, THRESHOLDS)
def test_clipping_by_norm_shortens_to_the_threshold_and_never_turns(gradient: Floats, threshold: float) -> None:
    clipped = gradient.copy()
    said = clip(BY_NORM, clipped, threshold, UNUSED)
    norm = float(np.linalg.norm(gradient))
    if norm <= threshold:
        assert clipped.tobytes() == gradient.tobytes()
        assert said == (said.before, said.before, said.before, 0)
    else:
        np.testing.assert_allclose(clipped, gradient * threshold / norm, rtol=2e-6 / norm, atol=0)
        assert np.linalg.norm(clipped) <= threshold * (1 + 1e-12)
        assert said.changed in (0, np.sum(gradient != 0.0))
    assert said.before == pytest.approx(gradient @ gradient, rel=1e-12)
    assert said.after == pytest.approx(clipped @ clipped, rel=1e-12)
    assert said.both == pytest.approx(gradient @ clipped, rel=1e-12)


@given(st.lists(GRADIENTS, min_size=1, max_size=4), THRESHOLDS)
def test_clipping_by_the_global_norm_scales_all_gradients_by_one_factor(gradients: list[Floats], threshold: float) -> None:
    """So that together they have the threshold's length, and each its share of it."""
    whole = float(sum(g @ g for g in gradients))
    clipped = [g.copy() for g in gradients]
    said = [clip(BY_GLOBAL_NORM, g, threshold, whole) for g in clipped]
    if np.sqrt(whole) <= threshold:
        assert all(after.tobytes() == before.tobytes() for after, before in zip(clipped, gradients, strict=True))
        return
    factor = threshold / (np.sqrt(whole) + 1e-6)
    for before, after, sums in zip(gradients, clipped, said, strict=True):
        np.testing.assert_allclose(after, before * min(factor, 1.0), rtol=1e-12)
        assert sums.after == pytest.approx(after @ after, rel=1e-12)
    assert np.sqrt(sum(sums.after for sums in said)) == pytest.approx(threshold, rel=2e-6 / np.sqrt(whole))


def test_by_norm_a_short_gradient_stays_and_by_the_global_norm_it_shrinks_with_the_others() -> None:
    long, short = np.array([3.0, 4.0]), np.array([0.6, 0.8])
    alone = short.copy()
    assert clip(BY_NORM, alone, 1.0, 26.0) == (1.0, 1.0, 1.0, 0)
    np.testing.assert_array_equal(alone, short)
    for gradient in (long, short):
        before = gradient.copy()
        assert clip(BY_GLOBAL_NORM, gradient, 1.0, 26.0).changed == 2
        np.testing.assert_allclose(gradient, before / np.sqrt(26.0), rtol=1e-6)


@pytest.mark.parametrize("kind", [BY_NORM, BY_GLOBAL_NORM])
def test_elements_that_are_zero_are_not_changed_by_scaling(kind: int) -> None:
    assert clip(kind, np.array([3.0, 0.0, -4.0, 0.0]), 1.0, 25.0).changed == 2
    gradient = np.zeros(3)
    assert clip(kind, gradient, 1e-9, 0.0) == (0.0, 0.0, 0.0, 0)
    np.testing.assert_array_equal(gradient, np.zeros(3))


@pytest.mark.parametrize("wrong", [np.inf, np.nan])
@pytest.mark.parametrize("kind", [BY_NORM, BY_GLOBAL_NORM])
def test_scaling_hides_no_gradient_that_is_no_number_either(kind: int, wrong: float) -> None:
    with np.errstate(invalid="ignore"):
        assert not np.isfinite(clip(kind, np.array([wrong, 1.0]), 1.0, wrong).before)


def test_every_kind_of_the_settings_has_a_number() -> None:
    domain = TrainingConfig.domains()["clipping"]
    assert isinstance(domain, Choice)
    assert set(domain.options) == set(KINDS)
    assert len(set(KINDS.values())) == len(KINDS)
