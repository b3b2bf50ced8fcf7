"""The Gradients page: what each part shows is what the core says of the very same weights, and its words fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnn_core import Experiment
from rnn_core.network.parameters import Layout
from tests.cases import some
from tests.ui.gradients.laboratory import (
    CHECK,
    COMPARE,
    LONGEST,
    NETWORKS,
    NORMS,
    PARTS,
    TIME,
    UPDATE,
    apologies,
    array,
    by_sentence,
    checks_of,
    choose,
    expected_table,
    looking_at,
    named,
    same,
    set_up,
    trained,
)
from tests.ui.visitor import Visitor, wait_until

pytestmark = pytest.mark.usefixtures("unfolded")


def test_it_opens_at_what_clipping_cut_and_before_that_offers_the_comparison_that_shows_it(
    visitor: Visitor, small: Experiment
) -> None:
    set_up(visitor, small).open("gradients")
    assert "See what clipping guards against" in visitor.buttons
    session = visitor.session
    session.runs.train(session.workspace.experiment())
    wait_until(lambda: visitor.job.ended)
    assert "cut" in visitor.open("training").open("gradients").charts


@pytest.mark.parametrize("state", ["nothing", "not yet started", "running", "paused", "stopped", "diverged", "diverged at once"])
@pytest.mark.slow
def test_every_part_works_however_the_run_stands(visitor: Visitor, small: Experiment, state: str) -> None:
    made = small.with_training(epochs=100_000) if state in ("running", "paused", "stopped") else small
    if state.startswith("diverged"):
        wild = 1 if state == "diverged at once" else 8
        made = small.with_training(clipping="none", changes=((wild, "learning_rate", 1e308),))
    session = set_up(visitor, made).session
    if state == "not yet started":
        session.runs.prepare(session.workspace.experiment())
    elif state != "nothing":
        session.runs.train(session.workspace.experiment())
        wait_until(lambda: visitor.job.ended or (visitor.job.status().epoch > 5 and not state.startswith("diverged")))
        assert (visitor.job.state == "diverged") is state.startswith("diverged")
    if state == "paused":
        visitor.job.pause()
    elif state == "stopped":
        visitor.job.stop()
    visitor.open("gradients")
    for part in PARTS:
        visitor.part(part)
        assert not apologies(visitor), part
        if part == TIME:
            several = visitor.session.runs.shown is not None and len(visitor.session.runs.shown.kept) > 1
            assert "flow" in visitor.charts
            assert ({"flow-map", "spectrum-W_hh"} <= set(visitor.charts)) is several
        if part == CHECK:
            assert len(visitor.tables("parameter")) == 2
        if part == UPDATE:
            assert "update-W_hh" in visitor.charts or visitor.errors


def test_sentences_that_cannot_be_trained_on_give_nothing_to_look_at_but_a_way_out(visitor: Visitor) -> None:
    visitor.open("dataset").edit(cells={3: {"label": None}}).open("gradients")
    for part in (TIME, CHECK, UPDATE, COMPARE):
        visitor.part(part)
        assert visitor.errors[0].startswith("This cannot be trained yet.")
        assert visitor.links["Fix the sentences"] == "dataset"
        assert not visitor.charts


@pytest.mark.slow
@pytest.mark.parametrize("network", some(NETWORKS, 2), ids=named)
def test_every_part_works_for_every_network(visitor: Visitor, small: Experiment, network: dict[str, Any]) -> None:
    experiment = small.with_model(**network).with_training(epochs=5)
    trained(visitor, experiment)
    history, names = visitor.job.status().history, Layout.of(experiment).names
    visitor.app.selectbox(key="clipping-of").set_value(names[-1]).run()
    assert visitor.chart("cut")["before clipping"]["y"] == history.gradient(names[-1], "norm_before_max").tolist()
    for part in (TIME, CHECK, UPDATE):
        assert not apologies(visitor.part(part))
        assert visitor.charts


@pytest.mark.slow
def test_every_chart_gives_its_numbers_to_whoever_asks(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small)
    next(toggle for toggle in visitor.app.toggle if toggle.label == "Charts as tables too").set_value(True).run()
    for part in (NORMS, TIME, CHECK, UPDATE):
        assert not apologies(visitor.part(part))
        assert len(visitor.app.dataframe) >= len(visitor.charts)
    (table,) = visitor.part(TIME).tables("words before the end")
    chart = visitor.charts["flow-map"]["data"][0]
    assert table.columns.tolist()[1:] == chart["x"]
    np.testing.assert_allclose(table.iloc[:, 1:].to_numpy(), array(chart["z"]))


@pytest.mark.slow
def test_the_sentence_chosen_in_one_part_is_the_others_too(visitor: Visitor, small: Experiment) -> None:
    choose(trained(visitor, small, TIME), small, "not good at all")
    for part in (CHECK, UPDATE):
        visitor.part(part)
        if part == UPDATE:
            by_sentence(visitor)
        (box,) = [box for box in visitor.app.selectbox if box.label == "Sentence"]
        assert small.dataset.examples[box.value or 0].text == "not good at all"
    visitor.open("training").open("gradients").part(TIME)
    (box,) = [box for box in visitor.app.selectbox if box.label == "Sentence"]
    assert small.dataset.examples[box.value or 0].text == "not good at all"


def test_a_runs_network_is_looked_into_with_the_runs_own_sentences(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small)
    visitor.open("dataset").edit(cells={1: {"text": "entirely other words"}}).open("gradients").part(CHECK)
    assert visitor.app.selectbox[0].options[0] == "8  so very bad at all"
    assert not [option for option in visitor.app.selectbox[0].options if "entirely other words" in option]


@pytest.mark.slow
def test_the_epoch_that_is_looked_at_is_the_runs_on_every_page(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, CHECK)
    kept = visitor.job.status().kept
    looking_at(visitor, kept[1])
    assert visitor.session.runs.shown is not None
    assert visitor.session.runs.shown.viewed == kept[1]
    assert f"**Weights of epoch {kept[1]}**" in visitor.markdown
    same(visitor.tables("parameter")[0], expected_table(checks_of(visitor.job.status().model_at(kept[1]), *LONGEST)))
    looking_at(by_sentence(visitor.part(UPDATE)), kept[0])
    assert "**Initial weights**" in visitor.part(CHECK).markdown


@pytest.mark.slow
def test_while_it_runs_no_earlier_epoch_is_offered(visitor: Visitor, endless: Experiment) -> None:
    session = set_up(visitor, endless).session
    session.runs.train(session.workspace.experiment())
    wait_until(lambda: len(visitor.job.status().kept) > 2 or visitor.job.status().epoch > 300)
    visitor.open("gradients").part(TIME)
    assert not visitor.app.select_slider
