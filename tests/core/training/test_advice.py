"""Advice: what it changes, and the runs against which each rule was measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from rnn_core import Change, DivergenceError, Experiment, History, ModelConfig, Trainer, TrainingConfig, presets
from rnn_core.training.advice import Advice, advice
from rnn_core.training.findings import Finding, FindingId, Outcome, findings, late_accuracy, plateau_epochs

DATA = presets.guide_dataset()
CELLS = ("vanilla", "gru", "lstm")
LOST = Finding("lost", {"loss": 2.0, "chance_loss": 0.69})


def test_advice_changes_one_setting_from_the_first_epoch_on() -> None:
    experiment = presets.guide_corrected().with_training(
        changes=(Change(5, "learning_rate", 0.5), Change(9, "clip_threshold", 0.3))
    )
    changed = Advice("learning_rate", 0.002).applied(experiment)
    assert changed == experiment.with_training(learning_rate=0.002, changes=(Change(9, "clip_threshold", 0.3),))
    assert Advice("init_scale", 0.1).applied(experiment) == experiment.with_model(init_scale=0.1)


@pytest.mark.parametrize(
    ("experiment", "finding"),
    [
        (presets.guide_corrected().with_training(optimizer="adam"), Finding("plateau", {})),
        (presets.guide_corrected().with_model(init_scale=0.02), Finding("plateau", {})),
        (presets.guide_corrected().with_model(initialization="glorot"), Finding("plateau", {})),
        (presets.guide_corrected().with_training(learning_rate=0.03), Finding("slow", {})),
        (presets.guide_corrected().with_training(learning_rate=1.5), LOST),
        (presets.guide_corrected().with_model(cell="gru"), LOST),
        (presets.guide_corrected(), Finding("lost", {"loss": 0.7, "chance_loss": 0.69})),
        (presets.guide_corrected(), Finding("stalled", {})),
        (presets.guide_corrected(), Finding("overfitting", {})),
    ],
)
def test_where_no_rule_was_measured_there_is_no_advice(experiment: Experiment, finding: Finding) -> None:
    assert advice(finding, experiment) is None


def trained(experiment: Experiment) -> tuple[History, Outcome]:
    trainer = Trainer(experiment)
    try:
        while trainer.advance():
            pass
    except DivergenceError:
        return trainer.history, "broken"
    return trainer.history, "finished"


def advised(wanted: FindingId, cell: str) -> Iterator[tuple[History, History]]:
    """Random runs of a cell with this finding, each with the run that was advised."""
    for k in range(9):
        noise = np.random.default_rng([7, k])
        model: dict[str, Any] = {"cell": cell, "hidden_size": int(noise.integers(8, 40))}
        training: dict[str, Any] = {"seed": k, "epochs": 80}
        match wanted:
            case "plateau":
                model |= {"init_scale": float(noise.choice([0.001, 0.003, 0.01]))}
                training |= {"learning_rate": float(10 ** noise.uniform(-2, -1))}
            case "slow":
                model |= {"initialization": "glorot"}
                training |= {"learning_rate": float(10 ** noise.uniform(-3.5, -1.8))}
            case _:
                model |= {"initialization": str(noise.choice(["glorot", "orthogonal"]))}
                training |= {"learning_rate": float(10 ** noise.uniform(-1, 0)), "clipping": str(noise.choice(["none", "value"]))}
        experiment = Experiment(dataset=DATA, model=ModelConfig(**model), training=TrainingConfig(**training))
        history, outcome = trained(experiment)
        for finding in findings(history, DATA.bounds, outcome):
            if finding.id == wanted and (change := advice(finding, experiment)):
                yield history, trained(change.applied(experiment))[0]


@pytest.mark.slow
@pytest.mark.parametrize("cell", CELLS)
def test_a_larger_scale_ends_a_plateau_no_later(cell: str) -> None:
    lengths = [tuple(plateau_epochs(history, DATA.bounds) for history in pair) for pair in advised("plateau", cell)]
    assert len(lengths) >= 1
    assert all(after <= before for before, after in lengths), lengths
    assert sum(after < before for before, after in lengths) > 0.5 * len(lengths), lengths


@pytest.mark.slow
@pytest.mark.parametrize("cell", CELLS)
def test_a_slow_run_gets_further_at_five_times_the_rate(cell: str) -> None:
    pairs = [tuple(late_accuracy(history) or 0.0 for history in pair) for pair in advised("slow", cell)]
    assert len(pairs) >= 1
    assert sum(after > before for before, after in pairs) >= 0.9 * len(pairs), pairs


@pytest.mark.slow
def test_a_lost_vanilla_network_gets_further_at_a_tenth_of_the_rate() -> None:
    pairs = [tuple(late_accuracy(history) or 0.0 for history in pair) for pair in advised("lost", "vanilla")]
    assert len(pairs) >= 3
    assert sum(after > before + 0.1 for before, after in pairs) >= 0.8 * len(pairs), pairs
