"""What is offered: axes that fit the experiment, and ready-made sweeps that can be trained."""

from __future__ import annotations

import pytest
from hypothesis import given

from rnn_core import Experiment, Limits, presets
from rnn_core.sweeps.axes import FIRST_WORDS, SENTENCES, Axis
from rnn_core.sweeps.offers import READY_MADE, offered
from rnn_core.sweeps.sweep import Sweep
from tests.core.strategies import experiments


@pytest.mark.slow
@given(experiments)
def test_each_axis_that_is_offered_is_a_sweep_of_the_experiment(experiment: Experiment) -> None:
    found = offered(experiment)
    assert "learning_rate" in found
    for setting, values in found.items():
        sweep = Sweep(base=experiment, axes=(Axis.of(setting, values),))
        assert len(sweep) == len(values) >= 2
        if setting != SENTENCES:
            assert len({one.fingerprint for one in sweep.experiments}) == len(values)


def test_values_lie_around_the_present_one_and_within_the_limits() -> None:
    found = offered(presets.guide_corrected(), Limits(hidden_size=20))
    assert found["learning_rate"] == (0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32)
    assert found["hidden_size"] == (4, 8, 16)
    assert found[SENTENCES] == (12, 23, 35, 46, 58)
    assert {"recurrent_gradient", "clip_threshold", "init_scale", "cell"} <= set(found)


def test_what_has_no_effect_is_not_offered() -> None:
    assert FIRST_WORDS not in offered(presets.guide_corrected())
    assert offered(presets.long_memory())[FIRST_WORDS][-1] == 61
    assert "clip_threshold" not in offered(presets.guide_corrected().with_training(clipping="none"))
    assert "init_scale" not in offered(presets.guide_corrected().with_model(initialization="glorot"))
    assert "cell" not in offered(presets.guide_printed())
    assert "recurrent_gradient" not in offered(presets.gru())
    assert "embedding_size" not in offered(presets.word_vectors())
    assert "momentum" not in offered(presets.guide_corrected())


@pytest.mark.parametrize("name", READY_MADE)
def test_every_ready_made_sweep_fits_a_hosted_server(name: str) -> None:
    sweep = READY_MADE[name]()
    limits = Limits.hosted()
    sweep.check_limits(limits)
    assert 2 <= len(sweep) <= limits.sweep_runs // 4
    for experiment in sweep.runs_of(0):
        experiment.dataset.check()
