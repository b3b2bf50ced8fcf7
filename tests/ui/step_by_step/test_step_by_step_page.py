"""The page walks the network that is meant, place by place, and shows the core's own numbers."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from rnn_core import Experiment, Model
from rnn_core.network.cells import CELLS
from rnn_core.walk.equations import backward_equations, forward_equations
from rnn_core.walk.small import train_small
from rnn_core.walk.steps import walk
from tests.core.reference import large_model
from tests.ui.visitor import Visitor, started
from ui.figures.symbols import short
from ui.frame import source_lines as lines
from ui.frame.source import line_of
from ui.step_by_step import walking
from ui.step_by_step.subject import Subject


def pictures(visitor: Visitor) -> list[dict[str, Any]]:
    """What the page's drawings were given, in their order."""
    found = [json.loads(element.proto.json) for element in visitor.app.main if element.type == "bidi_component"]
    return [data for data in found if "svg" in data]


def headings(visitor: Visitor) -> list[str]:
    return [str(heading.value) for heading in visitor.app.header]


def test_whoever_has_no_run_walks_a_small_network_of_what_is_set(visitor: Visitor, small: Experiment) -> None:
    visitor.session.workspace.dataset = small.dataset
    visitor.session.workspace.use_settings(small.model, small.training)
    visitor.open("step_by_step")
    visitor.app.text_input(key="step-sentence").set_value("not bad at all").run()
    model = train_small(small).model
    found = walk(model, "not bad at all", "positive")
    assert model.config.hidden_size == 4
    assert any(f"({found.probabilities.max():.3f})" in text for text in visitor.markdown)
    for t, word in enumerate(("not", "bad", "at", "all"), start=1):
        assert f"step {t} of 4" in headings(visitor)[0]
        assert word in headings(visitor)[0]
        assert all(short(value) in pictures(visitor)[0]["svg"] for value in found.steps[0].h[t].tolist())
        visitor.press("Next")
    visitor.press("Next")
    assert all(short(value) in pictures(visitor)[0]["svg"] for value in found.dlogits.tolist())
    visitor.press("Last")
    assert "Loss before" in visitor.metrics
    visitor.press("First")
    assert "step 1 of 4" in headings(visitor)[0]
    visitor.app.button_group(key="step-part").set_value("backward").run()
    visitor.press("Next")
    assert "step 4 of 4" in headings(visitor)[0]


def test_a_trained_network_is_walked_at_the_epoch_looked_at(visitor: Visitor, small: Experiment) -> None:
    started(visitor, small.with_model(cell="gru", bidirectional=True)).until(lambda: visitor.job.ended)
    visitor.session.view.sentence = "so very bad at all"
    visitor.job.look_at(visitor.job.status().kept[3])
    visitor.open("step_by_step")
    status = visitor.job.status()
    found = walk(status.model_at(status.viewed), "so very bad at all", "negative")
    assert any(f"({found.probabilities.max():.3f})" in text for text in visitor.markdown)
    visitor.session.view.step_place = 13  # the second step back
    visitor.app.run()
    assert not visitor.errors
    assert "step 4 of 5" in headings(visitor)[0]
    assert [button.proto.label for button in visitor.app.get("download_button")][-1] == "Download the walk as CSV"
    text = walking._csv(Subject(None, None, found, None, ()), (0, 2))  # type: ignore[arg-type]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [float(row["value"]) for row in rows if (row["pass"], row["quantity"]) == ("forward", "h_t")] == found.steps[0].h[
        2
    ].tolist()


@pytest.mark.parametrize("cell", CELLS)
def test_every_equation_has_the_line_of_the_source_that_computes_it(cell: str) -> None:
    steps = walk(large_model(["a", "b"], 2, cell=cell), "a b", "positive").steps[0]
    for equation in (*forward_equations(steps, 2), *backward_equations(steps, 2, "exact")):
        assert line_of(*lines.CELLS[cell][equation.value.symbol]).text
    assert line_of(*lines.CELLS[cell]["W_hh"]).text


def test_what_all_networks_share_has_its_line() -> None:
    for mark in lines.NETWORK.values():
        assert line_of(*mark).text


def test_the_small_network_keeps_what_it_is_a_small_one_of(small: Experiment) -> None:
    experiment = small.with_model(cell="lstm", bidirectional=True, embedding_size=6, hidden_size=32)
    made: Model = train_small(experiment).model
    assert (made.config.cell, made.config.bidirectional, made.config.embedding_size) == ("lstm", True, 4)
    assert made.vocabulary.words == small.dataset.vocabulary.words
