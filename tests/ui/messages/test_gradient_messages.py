"""What the laboratory says: true of the numbers it is said of, and there for whatever the core can give."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from rnn_core import Dataset, Experiment, History, Model, presets
from rnn_core.gradients.flow import Passage
from rnn_core.gradients.update import one_update
from rnn_core.network.cells import CELLS
from rnn_core.network.parameters import Layout
from rnn_core.sweeps.comparisons import Comparison, comparisons, edge
from rnn_core.training.history import Columns
from tests.core.strategies import experiments
from ui.language import percent
from ui.messages import check, comparison, through_time
from ui.messages import update as update_messages
from ui.messages.comparison import NAMES
from ui.server.comparisons import SweepRun, SweepRuns
from ui.server.presence import Presence
from ui.server.server import Server


def passage(norms: list[float], memory: list[float] | None = None) -> Passage:
    words = tuple("abcdefghijklmnop"[: len(norms)])
    dc = None if memory is None else np.array(memory).reshape(-1, 1)
    return Passage(words, np.array(norms).reshape(-1, 1), dc, None, None)


@pytest.mark.parametrize(
    ("norms", "memory", "figures"),
    [
        ([1e-6, 1e-4, 1e-2], None, ("2 steps", "1/10,000", "× 0.01 per step")),
        ([0.5, 1.0], None, ("1 step", "50%", "× 0.5.")),
        ([8.0, 4.0, 2.0], None, ("2 steps", "4.0 times", "× 2 per step")),
        ([0.9, 5.0, 1.0], None, ("2 steps", "× 0.949 per step")),
        ([1.1, 5.0, 1.0], None, ("2 steps", "× 1.05 per step")),
        ([0.01, 1.0], [3.0, 2.0], ("1 step", "1/100 ", "× 0.01.", "× 1.5 per step")),
    ],
)
def test_what_becomes_of_the_gradient_is_said_of_its_own_length(
    norms: list[float], memory: list[float] | None, figures: tuple[str, ...]
) -> None:
    said = through_time.flow_sentence(passage(norms, memory))
    assert all(figure in said for figure in figures)


@pytest.mark.parametrize("suffix", ["", "_reverse"])
def test_every_block_has_its_place_in_words(suffix: str) -> None:
    said = [through_time.block(f"{name}{suffix}") for cell in CELLS.values() for name in cell.blocks]
    assert len(set(said)) == len(said) == 8
    assert all(("backwards" in text) is bool(suffix) for text in said)


# ---------------------------------------------------------------------- clipping


# ---------------------------------------------------------------------- one update


def update_with(experiment: Experiment, **training: Any) -> Any:
    chosen = experiment.with_training(**training)
    return one_update(Model.initial(chosen).with_large_weights(), chosen, "so very bad at all", "positive")


def test_the_table_of_an_update_has_every_parameter_and_the_whole(small: Experiment) -> None:
    update = update_with(small)
    table = update_messages.update_table(update)
    assert [row["parameter"] for row in table] == [*Layout.of(small).names, "all together"]
    assert table[-1]["changed"] == percent(update.statistics[None].elements_clipped, 1)
    assert table[-1]["turned"] == f"{np.degrees(np.arccos(update.statistics[None].cosine)):.1f}°"


@pytest.mark.parametrize(("value", "said"), [(0.69315, "0.693"), (0.0, "0.000"), (3.2e-4, "3.20·10⁻⁴"), (12345.0, "1.23·10⁴")])
def test_a_loss_has_three_decimals_or_as_many_figures(value: float, said: str) -> None:
    assert update_messages.loss(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "0"),
        (0.5, "0.500"),
        (0.000101, "1.01·10⁻⁴"),
        (2.36e-5, "2.36·10⁻⁵"),
        (-2.36e-5, "−2.36·10⁻⁵"),
        (-0.25, "−0.250"),
        (1234.6, "1,235"),
        (300.0, "300"),
        (999.7, "1,000"),
        (1e300, "1.00·10³⁰⁰"),
        (math.inf, "inf"),
    ],
)
def test_a_norm_has_three_figures_however_far_from_one(value: float, said: str) -> None:
    assert update_messages.norm(value) == said


# ---------------------------------------------------------------------- comparisons


@pytest.mark.slow
@settings(max_examples=40)
@given(experiments)
def test_every_side_has_a_title_and_a_name_of_its_own(experiment: Experiment) -> None:
    for pair in (edge(5), *comparisons(experiment)):
        assert comparison.title(pair)
        names = [comparison.side_name(pair, i) for i in range(len(pair.experiments))]
        assert all(names)
        assert len(set(names)) == len(names)


def test_the_names_are_those_of_what_the_core_compares_and_no_more() -> None:
    offered = {
        f"{field} {value}"
        for make in presets.EXPERIMENTS.values()
        for pair in comparisons(make(0))
        for point in pair.sweep.points
        for field, value in point.items()
        if isinstance(value, str)
    }
    assert offered == set(NAMES)


def side_by_side(pair: Comparison, count: int, states: list[list[tuple[str, float]]]) -> SweepRuns:
    """A comparison whose runs ended so, each with the accuracy that it had throughout."""
    made = SweepRuns(pair._replace(sweep=replace(pair.sweep, seeds=count)), Presence(), Server())
    for i, runs in enumerate(states):
        for k, (state, accuracy) in enumerate(runs):
            columns = Columns.empty(10 * (k + 1), 1)
            columns.train_accuracy[:] = accuracy
            made._runs[i, k] = SweepRun(made._runs[i, k].experiment, state, History(("W",), columns))  # type: ignore[arg-type]
    return made


def outcome(pair: Comparison, count: int, states: list[list[tuple[str, float]]]) -> str:
    return comparison.outcome(side_by_side(pair, count, states))


def test_the_outcome_counts_seeds(small: Experiment) -> None:
    pair = next(pair for pair in comparisons(small) if pair.id == "clip_threshold")
    learned, lost = ("done", 0.9), ("done", 0.5)
    assert outcome(pair, 2, [[learned, learned], [lost, lost]]) == "**Runs that learned: 2 of 2 (±1), 0 of 2 (±0.1).**"
    said = outcome(pair, 3, [[learned, lost, ("diverged", 1.0)], [("done", 1.0)] * 3])
    assert said.startswith("**Runs that learned: 1 of 3 (±1), 3 of 3 (±0.1).** 1 run diverged: ")
    said = outcome(pair, 2, [[("done", 1.0)] * 2, [("done", 1.0), ("stopped", 0.9)]])
    assert "First 100% train accuracy, median of the runs that reached it: epoch 1 (±1), epoch 1 (±0.1)." in said
    assert said.endswith("1 of 4 runs was stopped early and is not counted.")
    said = outcome(pair, 2, [[("done", 1.0)] * 2, [learned, ("done", 0.8)]])
    assert "epoch 1 (±1), never (±0.1)." in said
    assert "First 100% train accuracy" not in outcome(pair, 2, [[("done", 1.0)] * 2, [lost, lost]])
    assert outcome(pair, 1, [[learned], [lost]]) == "**Learned from this seed: ±1.** **Did not learn from this seed: ±0.1.**"
    assert outcome(pair, 1, [[("stopped", 0.9)], [("waiting", 0.9)]]) == "No run finished, so there is nothing to count."


def test_what_is_said_of_points_names_the_rules_that_are_there() -> None:
    assert "printed" not in check.scatter_words(1)
    assert "printed" in check.scatter_words(2)


def test_nothing_is_said_that_reads_as_markup_by_accident(six: Dataset) -> None:
    said = [through_time.spectrum_words(cell) for cell in CELLS]
    assert all("<" not in text and text.count("$") % 2 == 0 for text in said)
