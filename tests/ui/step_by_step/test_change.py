"""What is changed by hand is the number that the table shows, and undo gives the network back."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import Experiment
from rnn_core.walk.edits import Element, Silence, edited
from rnn_core.walk.steps import walk
from tests.core.reference import NETWORKS, large_model
from tests.ui.visitor import Visitor, started
from ui.frame import browser_storage, moments
from ui.step_by_step import change

WORDS = [f"word{k}" for k in range(40)]
TEXT = "word3 word1 word3 word7"


@pytest.mark.parametrize("size", [3, 12])
@pytest.mark.parametrize("network", NETWORKS)
def test_each_cell_of_a_table_is_a_number_of_the_parameter(network: str, size: int) -> None:
    found = walk(large_model(WORDS, size, ("a", "b", "c"), seed=1, **NETWORKS[network]), TEXT, "b")
    for name, array in found.model.parameters.items():
        table = change.table_of(found, name, 1)
        places = [at for row in table.places for at in row]
        assert [len(row) for row in table.places] == [len(table.columns)] * len(table.rows)
        assert len(set(places)) == len(places)
        assert all(0 <= i < array.shape[0] and 0 <= k < (array.shape[1] if array.ndim > 1 else 1) for i, k in places)
        assert len(set(table.rows)) == len(table.rows)
        if name in found.model.layout.tables:
            assert table.rows == ("word3", "word1", "word7")


def test_of_a_small_network_every_number_that_is_read_can_be_changed_and_of_a_large_one_the_chosen_units() -> None:
    for size, rows in ((3, 9), (12, 3)):
        found = walk(large_model(WORDS, size, cell="gru"), TEXT, "positive")
        table = change.table_of(found, "W_hh", 1)
        assert (len(table.rows), len(table.columns)) == (rows, size)
    assert [row[0] for row in table.places] == [(1, 0), (13, 0), (25, 0)]
    assert table.rows == ("r 2", "u 2", "n 2")


def test_a_change_is_shown_beside_the_untouched_network_and_undone(visitor: Visitor, small: Experiment) -> None:
    visitor.session.workspace.dataset = small.dataset
    view = visitor.session.view
    view.sentence = "not bad at all"
    visitor.open("step_by_step")
    before = [text for text in visitor.markdown if "The network predicts" in text]
    visitor.app.button(key="step-silence").click().run()
    assert list(view.step_edits) == [Silence("", 0)]
    assert any("Without your changes" in text for text in visitor.markdown)
    view.step_edits = (*view.step_edits, Element("b_y", 0, 0, 50.0))
    visitor.app.run()
    assert any("negative (1.000)" in text for text in visitor.markdown)
    visitor.app.button(key="step-undo").click().run()
    assert list(view.step_edits) == [Silence("", 0)]
    visitor.app.button(key="step-undo-all").click().run()
    assert [text for text in visitor.markdown if "The network predicts" in text] == before
    assert not visitor.errors


def test_changes_do_not_pass_to_another_network(visitor: Visitor, small: Experiment) -> None:
    visitor.session.workspace.dataset = small.dataset
    visitor.open("step_by_step")
    visitor.app.button(key="step-silence").click().run()
    visitor.settings(seed=5)
    visitor.app.run()
    assert not visitor.session.view.step_edits


def test_training_goes_on_from_the_changed_weights_as_a_run_that_no_link_repeats(visitor: Visitor, small: Experiment) -> None:
    started(visitor, small).until(lambda: visitor.job.ended)
    visitor.session.view.sentence = "not bad at all"
    visitor.open("step_by_step")
    visitor.app.button(key="step-silence").click().run()
    changed = edited(visitor.job.status().model, [Silence("", 0)])
    visitor.app.button(key="step-train-on").click().run()
    assert len(visitor.session.runs.jobs) == 2
    status = visitor.until(lambda: visitor.job.ended).job.status()
    assert status.by_hand
    assert np.array_equal(status.run.model_at(0).vector, changed.vector)
    assert status.epoch == small.training.epochs
    assert not visitor.session.view.step_edits
    assert status.key(1) != visitor.session.runs.jobs[0].status().key(1)
    assert moments.now(visitor.session) is None
    assert browser_storage._run(visitor.session) == ""
    assert not visitor.errors
    visitor.session.runs.go_on(status)
    assert visitor.job.by_hand
