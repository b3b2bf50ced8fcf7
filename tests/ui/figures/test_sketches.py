"""The small pictures of comparisons are what these comparisons give when they are trained."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from rnn_core import Experiment, Trainer, presets
from rnn_core.arrays import Floats
from rnn_core.sweeps.comparisons import Comparison, comparisons, edge, fan
from ui.figures.sketches import SKETCHES

SEEDS = 5
OFFERED = {one.id: one for one in (edge(SEEDS), *comparisons(presets.guide_corrected(), SEEDS))}


@cache
def accuracy(experiment: Experiment) -> Floats:
    """Most comparisons have one side in common."""
    trainer = Trainer(experiment)
    while not trainer.done:
        trainer.advance(until=experiment.training.epochs)
    return trainer.history.columns.train_accuracy


def sketch(comparison: Comparison, side: int, points: int) -> Floats:
    """Return the median over the seeds in percent, at evenly spread epochs from the first to the last."""
    curves = [accuracy(one) for one in comparison.sweep.runs_of(side)]
    median = fan(curves, [True] * SEEDS).median
    shown: Floats = 100 * median[np.linspace(0, len(median) - 1, points).round().astype(int)]
    return shown


def test_every_comparison_that_is_offered_has_a_picture_of_as_many_sides() -> None:
    assert {name: len(sides) for name, sides in SKETCHES.items()} == {name: len(one.experiments) for name, one in OFFERED.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", SKETCHES)
def test_a_picture_shows_what_was_trained(name: str) -> None:
    """To the rounding on the machine on which it was measured; another one adds in another order, which grows where a run is unstable."""
    learned = 100 * OFFERED[name].experiments[0].dataset.bounds.learned
    for side, shown in enumerate(SKETCHES[name]):
        trained = sketch(OFFERED[name], side, len(shown))
        reached = max(shown) >= learned
        assert np.abs(trained - shown).mean() <= (1.0 if reached else 8.0), side
        assert (trained.max() >= learned) == reached, side
