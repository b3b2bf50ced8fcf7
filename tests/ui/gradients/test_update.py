"""One update, matrix by matrix."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import Experiment, Model
from rnn_core.gradients.update import one_update
from rnn_core.network.parameters import Layout
from rnn_core.training.most_clipped import most_clipped
from tests.ui.gradients.laboratory import LONGEST, UPDATE, apologies, array, by_sentence, choose, looking_at, set_up, trained
from tests.ui.visitor import Visitor
from ui.messages import update as update_messages

pytestmark = pytest.mark.usefixtures("unfolded")


@pytest.mark.slow
def test_the_update_shown_is_the_one_that_training_would_take(visitor: Visitor, small: Experiment) -> None:
    choose(by_sentence(trained(visitor, small.with_training(optimizer="momentum"), UPDATE)), small, "not good at all")
    epoch = visitor.job.status().kept[2]
    looking_at(visitor, epoch)
    state = visitor.job.status().run.at(epoch)
    update = one_update(
        visitor.job.status().model_at(epoch),
        visitor.job.experiment,
        "not good at all",
        "negative",
        epoch=epoch + 1,
        memory=state.memory,
        steps=state.steps,
    )
    drawn = visitor.charts["update-W_hh"]["data"]
    for trace, expected in zip(
        drawn, (update.raw["W_hh"], update.raw["W_hh"] - update.clipped["W_hh"], update.step["W_hh"]), strict=True
    ):
        np.testing.assert_allclose(array(trace["z"]), expected, rtol=1e-6)
    assert update.cut("W_hh").any()
    assert visitor.metrics["Loss before"] == update_messages.loss(update.loss_before)
    assert visitor.metrics["Loss after"] == update_messages.loss(update.loss_after)
    assert visitor.metrics["Norm before clipping"] == update_messages.norm(update.statistics[None].norm_before)
    assert visitor.metrics["Norm after clipping"] == update_messages.norm(update.statistics[None].norm_after)
    assert visitor.metrics["Turned by"] == f"{np.degrees(np.arccos(update.statistics[None].cosine)):.1f}°"
    assert update_messages.update_sentence(update) in visitor.markdown
    (settings,) = [text for text in visitor.markdown if text.startswith("An update by this sentence alone")]
    assert f"epoch {epoch + 1}: *rate 0.1, clip ±0.05, momentum*" in settings
    assert f"The optimizer remembers {state.steps} updates." in settings


def test_it_opens_on_the_update_that_clipping_changed_most(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, UPDATE)
    run = visitor.job.status().run
    found = most_clipped(run)
    assert found is not None
    assert update_messages.clipped_most(found, small) in visitor.markdown
    (row,) = found.rows
    text, label, _ = small.dataset.examples[row - 1]
    before = run.start.with_vector(found.vector)
    update = one_update(before, small, text, label or "", epoch=found.epoch, memory=found.memory, steps=found.steps)
    assert visitor.metrics["Norm before clipping"] == update_messages.norm(update.statistics[None].norm_before)
    np.testing.assert_allclose(array(visitor.charts["update-W_hh"]["data"][0]["z"]), update.raw["W_hh"], rtol=1e-6)


def test_where_clipping_changed_no_update_a_sentence_is_offered_at_once(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small.with_training(clipping="none"), UPDATE)
    assert update_messages.none_clipped(0) in visitor.markdown
    assert [box for box in visitor.app.selectbox if box.label == "Sentence"]


def test_the_elements_are_counted_before_and_after(visitor: Visitor, small: Experiment) -> None:
    set_up(visitor, small).open("gradients").part(UPDATE)
    update = one_update(Model.initial(small), small, *LONGEST)
    traces = visitor.chart("update-elements")
    assert sum(traces["before clipping"]["y"]) == sum(n or 0 for n in traces["after clipping"]["y"]) == Layout.of(small).size
    (table,) = visitor.tables("parameter")
    assert table["parameter"].tolist() == [*Layout.of(small).names, "all together"]
    assert table["before"].tolist() == [update_messages.norm(s.norm_before) for s in update.statistics.values()]


def test_every_parameter_of_every_direction_has_its_picture(visitor: Visitor, small: Experiment) -> None:
    experiment = small.with_model(cell="lstm", bidirectional=True)
    set_up(visitor, experiment).open("gradients").part(UPDATE)
    assert {f"update-{name}" for name in Layout.of(experiment).names} <= set(visitor.charts)


def test_a_step_beyond_all_numbers_is_told(visitor: Visitor, small: Experiment) -> None:
    wild = small.with_training(learning_rate=1.7e308, clipping="none").with_model(init_scale=1.5)
    set_up(visitor, wild).open("gradients").part(UPDATE)
    assert not apologies(visitor)
    for example in small.dataset.examples:
        if example.split == "train":
            choose(visitor, small, example.text)
            if visitor.errors:
                break
    assert visitor.errors == [update_messages.beyond()]
