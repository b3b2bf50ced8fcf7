"""Comparisons: sides alike in all but one setting; and when a run has learned."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from rnn_core import Change, DivergenceError, Experiment, History, Trainer, presets
from rnn_core.engine.kernel import COMPILED
from rnn_core.sweeps.comparisons import Comparison, Tally, comparisons, edge, fan
from rnn_core.training.findings import learned
from rnn_core.training.history import Columns
from tests.core.runs import finished
from tests.core.strategies import experiments


def by_field(experiment: Experiment) -> dict[str, Comparison]:
    return {pair.id: pair for pair in comparisons(experiment)}


def values(pair: Comparison) -> tuple[Any, ...]:
    return tuple(point[pair.id] for point in pair.sweep.points)


def differences(one: Experiment, other: Experiment) -> dict[str, tuple[Any, Any]]:
    """Field -> both values, of every setting that is not the same."""
    found = {}
    for a, b in ((one.model, other.model), (one.training, other.training)):
        for field in fields(a):
            if getattr(a, field.name) != getattr(b, field.name):
                found[field.name] = (getattr(a, field.name), getattr(b, field.name))
    return found


def history(accuracies: list[float]) -> History:
    columns = Columns.empty(len(accuracies), 1)
    columns.train_accuracy[:] = accuracies
    return History(("W",), columns)


# ---------------------------------------------------------------------- what is compared


def test_the_comparisons_of_the_guide_are_all_there_with_the_values_that_they_compare() -> None:
    found = {pair.id: values(pair) for pair in comparisons(presets.guide_corrected())}
    assert found == {
        "clipping": ("none", "value", "norm"),
        "clip_threshold": (1.0, 0.1),
        "recurrent_gradient": ("printed", "exact"),
        "cell": ("vanilla", "lstm"),
        "init_scale": (0.001, 0.1),
    }


@pytest.mark.slow
@given(experiments)
def test_sides_differ_in_one_setting_from_each_other_and_in_no_other_from_what_they_are_made_of(experiment: Experiment) -> None:
    for field, sweep in comparisons(experiment):
        made = sweep.experiments
        assert len(made) >= 2
        for i, one in enumerate(made):
            assert one.dataset is experiment.dataset
            assert one.training.seed == experiment.training.seed
            assert set(differences(experiment, one)) <= {field, "changes"}
            for other in made[:i]:
                assert set(differences(one, other)) == {field}


def test_sides_start_from_the_same_weights_and_read_in_the_same_order() -> None:
    """Without clipping, and by a value that nothing reaches yet, the first epoch is the same bit for bit."""
    experiment = presets.guide_corrected(seed=3).with_training(epochs=1)
    none, value, _ = (finished(made) for made in by_field(experiment)["clipping"].experiments)
    assert none.model.vector.tobytes() == value.model.vector.tobytes()


@pytest.mark.parametrize(
    ("made", "missing"),
    [
        (presets.gru(), {"recurrent_gradient", "init_scale"}),
        (presets.lstm(), {"recurrent_gradient", "init_scale"}),
        (presets.guide_printed(), {"cell"}),
        (presets.guide_corrected().with_training(clipping="none"), {"clip_threshold"}),
        (presets.guide_corrected().with_model(initialization="glorot"), {"init_scale"}),
        (presets.bidirectional(), set()),
    ],
)
def test_only_what_applies_is_offered(made: Experiment, missing: set[str]) -> None:
    everything = {"clipping", "clip_threshold", "recurrent_gradient", "cell", "init_scale"}
    assert set(by_field(made)) == everything - missing


def test_an_experiment_that_clips_by_the_global_norm_is_compared_by_it() -> None:
    assert values(by_field(presets.long_memory())["clipping"]) == ("none", "value", "global_norm")


def test_what_was_changed_on_the_way_stays_but_for_the_setting_in_question() -> None:
    changes = (Change(2, "clip_threshold", 0.3), Change(5, "learning_rate", 0.1), Change(7, "clipping", "none"))
    found = by_field(presets.guide_corrected().with_training(changes=changes))
    assert {one.training.changes for one in found["clip_threshold"].experiments} == {changes[1:]}
    assert {one.training.changes for one in found["clipping"].experiments} == {changes[:2]}
    assert {one.training.changes for one in found["cell"].experiments} == {changes}


def test_the_comparison_on_the_edge_is_the_preset_with_its_threshold_a_wide_one_and_none() -> None:
    none, wide, tight = edge(5).experiments
    assert tight == presets.on_the_edge()
    assert differences(tight, wide) == {"clip_threshold": (0.1, 1.0)}
    assert differences(tight, none) == {"clipping": ("value", "none")}
    assert len(edge(5).sweep) == 15


# ---------------------------------------------------------------------- learned, or not

BALANCED = presets.guide_dataset().bounds


@pytest.mark.parametrize(
    ("accuracies", "has_learned"),
    [
        ([0.0] * 50 + [0.75] * 20, True),
        ([1.0] * 50 + [0.7499] * 20, False),
        ([1.0] * 50 + [0.5] * 10 + [1.0] * 10, True),
        ([0.0] * 50 + [1.0] * 14 + [0.0] * 6, False),
        ([0.0] + [0.75] * 20, True),
        ([0.5, 1.0], True),
        ([0.5, 0.9], False),
        ([1.0], True),
        ([], False),
    ],
)
def test_learned_is_a_mean_accuracy_of_three_quarters_in_the_last_twenty_epochs(
    accuracies: list[float], has_learned: bool
) -> None:
    assert learned(history(accuracies), BALANCED) is has_learned


def test_a_run_that_diverged_has_not_learned_however_well_it_stood() -> None:
    assert Tally.of([(history([1.0] * 30), True)], BALANCED).learned == 0
    assert Tally.of([(history([1.0] * 30), False)], BALANCED).learned == 1


def test_a_run_forgot_where_it_fell_below_three_quarters_after_all_was_right_and_not_before() -> None:
    perfect = [0.5, 1.0, 0.9, 1.0]
    for accuracies, forgot in ((perfect, 0), ([*perfect, 0.74, 1.0], 1), ([*perfect, 0.75, 1.0], 0), ([0.9, 0.5, 0.74, 0.9], 0)):
        tally = Tally.of([(history(accuracies), False)], BALANCED)
        assert (tally.perfect, tally.forgot) == (int(1.0 in accuracies), forgot)


@pytest.mark.slow
def test_by_the_printed_rule_runs_of_the_guide_forget_and_by_the_exact_one_none_does() -> None:
    (rules,) = [pair for pair in comparisons(presets.guide_corrected(), 5) if pair.id == "recurrent_gradient"]
    printed, exact = (
        Tally.of([(finished(one).history, False) for one in rules.sweep.runs_of(side)], BALANCED) for side in range(2)
    )
    assert printed.forgot > exact.forgot == 0
    assert printed.perfect == exact.perfect == 5


def test_a_tally_counts_seeds() -> None:
    right, wrong = history([0.5] * 5 + [1.0] * 30), history([0.5] * 40)
    late = history([0.5] * 9 + [1.0] * 30)
    for runs, counted in (
        ([(right, False), (wrong, False), (late, False), (right, True)], Tally(4, 2, 1, 8.0, 1.0, 3, 0)),
        ([(right, False), (late, False)], Tally(2, 2, 0, 8.0, 1.0, 2, 0)),
        ([(right, False)], Tally(1, 1, 0, 6.0, 1.0, 1, 0)),
        ([(wrong, False), (right, True)], Tally(2, 0, 1, None, 0.75, 1, 0)),
        ([(wrong, False), (history([]), True)], Tally(2, 0, 1, None, 0.5, 0, 0)),
        ([], Tally(0, 0, 0, None, None, 0, 0)),
    ):
        assert Tally.of(runs, BALANCED) == counted


def test_how_well_runs_stood_is_the_median_of_what_they_are_judged_by() -> None:
    ends = [history([0.9] * 30 + [last] * 20) for last in (0.2, 0.74, 0.98)]
    found = Tally.of([(end, False) for end in ends], BALANCED)
    assert found.accuracy == pytest.approx(0.74)
    assert found.learned == 1


# ---------------------------------------------------------------------- the fan


def test_the_fan_is_the_median_and_the_range_epoch_by_epoch() -> None:
    drawn = fan([np.array([1.0, 5.0]), np.array([2.0, 4.0]), np.array([9.0, 0.0])], [True, True, True])
    assert drawn.median.tolist() == [2.0, 4.0]
    assert drawn.low.tolist() == [1.0, 0.0]
    assert drawn.high.tolist() == [9.0, 5.0]


def test_a_run_that_ended_early_goes_on_at_its_last_value() -> None:
    drawn = fan([np.array([1.0, 2.0, 3.0]), np.array([7.0])], [True, True])
    assert drawn.high.tolist() == [7.0, 7.0, 7.0]
    assert drawn.median.tolist() == [4.0, 4.5, 5.0]


def test_while_runs_go_on_the_fan_reaches_as_far_as_they_have_all_come() -> None:
    drawn = fan([np.array([1.0, 2.0, 3.0]), np.array([7.0]), np.array([5.0, 5.0])], [False, True, False])
    assert drawn.median.tolist() == [5.0, 5.0]
    assert drawn.low.tolist() == [1.0, 2.0]


def test_a_run_that_never_finished_an_epoch_has_no_part_in_the_fan() -> None:
    assert fan([np.array([1.0, 2.0]), np.array([])], [True, True]).median.tolist() == [1.0, 2.0]
    assert fan([np.array([1.0, 2.0]), np.array([])], [True, False]).median.tolist() == []
    assert fan([np.array([])], [True]).median.tolist() == []
    assert fan([], []).high.tolist() == []


# ---------------------------------------------------------------------- on the edge


def outcome(experiment: Experiment) -> tuple[History, bool]:
    trainer = Trainer(experiment)
    try:
        while trainer.advance():
            pass
    except DivergenceError:
        return trainer.history, True
    return trainer.history, False


@pytest.mark.slow
@pytest.mark.skipif(not COMPILED, reason="ten runs take most of a minute as plain NumPy")
def test_on_the_edge_all_five_seeds_learn_with_a_threshold_of_a_tenth_and_none_with_one() -> None:
    sweep = edge(5).sweep
    assert Tally.of([outcome(one) for one in sweep.runs_of(2)], BALANCED).learned == 5
    assert Tally.of([outcome(one) for one in sweep.runs_of(1)], BALANCED).learned == 0
