"""The table of all that is said about a run or a network: each claim with a case of which it is true, and the nearest of which it is not said.

A claim is a sentence, or a part of one. While a case is worded, each text that is put together is recorded by its place in the
source. So the table needs no wording, and is known to be complete: a text that no case reaches fails a test.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from rnn_core import Model, read
from rnn_core.explanation import trace
from rnn_core.gradients.update import one_update
from rnn_core.network.cells import CELLS
from rnn_core.training.advice import advice
from rnn_core.training.findings import FINDINGS
from rnn_core.training.findings import findings as find
from tests.core.runs import finished
from tests.core.training.test_findings import NEAR, TRUE
from tests.ui.messages.of_assignments import OF_ASSIGNMENTS
from tests.ui.messages.of_lessons import OF_LESSONS
from tests.ui.messages.of_networks import OF_NETWORKS
from tests.ui.messages.of_own_code import OF_OWN_CODE
from tests.ui.messages.of_runs import ADAM, GUIDE, OF_RUNS
from tests.ui.messages.of_sweeps import OF_SWEEPS
from tests.ui.messages.of_walks import OF_WALKS
from tests.ui.messages.said import CONSTANTS, LABELS, OTHER_MODULES, Claim, claiming, constants, functions, said, texts
from ui.messages.states import QUANTITIES

PARTS = (OF_RUNS, OF_NETWORKS, OF_WALKS, OF_SWEEPS, OF_OWN_CODE, OF_LESSONS, OF_ASSIGNMENTS)
TABLE: Mapping[str, Claim] = {name: claim for part in PARTS for name, claim in part.items()}


@pytest.mark.parametrize("name", TABLE)
def test_what_is_said_of_the_true_case_is_not_said_of_the_near_one(name: str) -> None:
    claim = TABLE[name]
    if claim.figures:
        true, near = str(claim.true()), str(claim.near())
        assert [figure for figure in claim.figures if figure not in true] == []
        assert any(figure not in near for figure in claim.figures)
    else:
        assert said(claim.true) - said(claim.near)


@pytest.mark.slow
def test_everything_that_can_be_said_is_in_the_table() -> None:
    reached = set().union(*(said(claim.true) for claim in TABLE.values()))
    assert [text for place, text in texts().items() if place not in reached] == []


def test_no_name_stands_twice_in_the_table() -> None:
    assert len(TABLE) == sum(map(len, PARTS))


def test_what_is_said_to_make_no_claim_is_there() -> None:
    assert set(LABELS) <= functions()
    assert set(CONSTANTS) == constants()
    assert not set(OTHER_MODULES) & {module.__name__.rpartition(".")[2] for module in claiming()}


def test_every_finding_of_the_core_is_in_the_table() -> None:
    assert {name.removeprefix("finding: ") for name in TABLE if name.startswith("finding: ")} == set(FINDINGS)
    assert set(TRUE) == set(NEAR) == set(FINDINGS)


def test_advice_is_given_by_rule_alone() -> None:
    (plateau,) = find(*TRUE["plateau"]())
    assert advice(plateau, GUIDE)
    assert advice(plateau, ADAM) is None


@pytest.mark.parametrize("cell", CELLS)
def test_a_quantity_keeps_the_range_that_it_is_said_to_have(cell: str) -> None:
    made = Model.initial(GUIDE.with_model(cell=cell, hidden_size=8)).with_large_weights()
    text = " ".join(["not good"] * 12)
    (way,) = trace(made.with_vector(4 * made.vector), read(made, text))
    for symbol, quantity in QUANTITIES[cell].items():
        values = way.h[1:] if symbol == "h" else way.gates[symbol]
        if quantity.scale == "free":
            assert abs(values).max() > 1
        else:
            assert values.min() >= (0 if quantity.scale == "share" else -1)
            assert values.max() <= 1
    if "c" in way.gates:
        steps = abs(way.gates["c"][1:]) - abs(way.gates["c"][:-1])
        assert steps.max() <= 1


def test_nothing_is_clipped_in_an_epoch_whose_largest_norm_lies_under_the_threshold_and_some_is_where_only_the_mean_does() -> (
    None
):
    run = GUIDE.with_model(hidden_size=8, init_scale=0.3).with_training(epochs=60, clip_threshold=4.0)
    history = finished(run).history
    largest, mean, clipped = (history.gradient(None, name) for name in ("norm_before_max", "norm_before", "updates_clipped"))
    assert not clipped[largest < 4.0].any()
    assert clipped[(mean < 4.0) & (largest >= 4.0)].any()


def test_the_output_layer_is_trained_at_the_last_word_alone_be_it_the_middle_of_another_sentence() -> None:
    model = Model.initial(GUIDE).with_large_weights()
    for text in ("i am good", "i am"):
        reading = read(model, text)
        update = one_update(model, GUIDE, text, "positive")
        off = reading.probabilities[-1] - [label == "positive" for label in reading.labels]
        np.testing.assert_allclose(update.raw["W_hy"], np.outer(off, reading.states.h[-1]), rtol=1e-9, atol=1e-12)
