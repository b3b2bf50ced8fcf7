"""Gradient clipping, and the measure of what it did."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core import TrainingConfig
from rnn_core.clipping import BY_VALUE, KINDS, NONE, clip
from rnn_core.config import Choice

from .reference import Floats

GRADIENTS = st.lists(st.floats(-10, 10), min_size=1, max_size=20).map(np.array)
THRESHOLDS = st.floats(1e-3, 20)


@given(GRADIENTS, THRESHOLDS)
def test_clipping_by_value_cuts_every_element_to_the_threshold(gradient: Floats, threshold: float) -> None:
    clipped = gradient.copy()
    said = clip(BY_VALUE, clipped, threshold)
    expected = np.clip(gradient, -threshold, threshold)
    np.testing.assert_array_equal(clipped, expected)
    assert said.before == pytest.approx(gradient @ gradient, rel=1e-12)
    assert said.after == pytest.approx(expected @ expected, rel=1e-12)
    assert said.both == pytest.approx(gradient @ expected, rel=1e-12)
    assert said.changed == np.sum(gradient != expected)


@given(GRADIENTS)
def test_a_loose_threshold_changes_no_bit(gradient: Floats) -> None:
    clipped = gradient.copy()
    said = clip(BY_VALUE, clipped, float(np.max(np.abs(gradient))))
    assert clipped.tobytes() == gradient.tobytes()
    assert said.before == said.after == said.both
    assert said.changed == 0


@given(GRADIENTS, THRESHOLDS)
def test_no_clipping_changes_no_bit_whatever_the_threshold(gradient: Floats, threshold: float) -> None:
    clipped = gradient.copy()
    said = clip(NONE, clipped, threshold)
    assert clipped.tobytes() == gradient.tobytes()
    assert said == (said.before, said.before, said.before, 0)
    assert said.before == pytest.approx(gradient @ gradient, rel=1e-12)


def test_a_tight_threshold_is_met_exactly_and_turns_the_gradient() -> None:
    gradient = np.array([3.0, -0.5, -4.0, 0.0])
    assert clip(BY_VALUE, gradient, 1.0) == (25.25, 2.25, 7.25, 2)
    np.testing.assert_array_equal(gradient, [1.0, -0.5, -1.0, 0.0])


def test_a_zero_gradient_stays_zero() -> None:
    gradient = np.zeros(3)
    assert clip(BY_VALUE, gradient, 1e-9) == (0.0, 0.0, 0.0, 0)
    np.testing.assert_array_equal(gradient, np.zeros(3))


def test_a_gradient_that_is_no_number_is_not_made_to_look_like_one() -> None:
    """Clipping infinity to the threshold must not hide from the run that it has diverged."""
    said = clip(BY_VALUE, np.array([np.inf, 1.0]), 1.0)
    assert said.before == np.inf
    assert np.isnan(clip(BY_VALUE, np.array([np.nan, 1.0]), 1.0).before)


def test_every_kind_of_the_settings_has_a_number() -> None:
    domain = TrainingConfig.domains()["clipping"]
    assert isinstance(domain, Choice)
    assert set(domain.options) == set(KINDS)
    assert len(set(KINDS.values())) == len(KINDS)
