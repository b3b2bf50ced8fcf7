"""Gradient norms and what clipping did to them."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import Experiment
from rnn_core.training.replay import update_of
from tests.ui.gradients.laboratory import NORMS, UPDATE, apologies, trained
from tests.ui.visitor import Visitor
from ui.messages import clipping

pytestmark = pytest.mark.usefixtures("unfolded")


def test_the_picture_is_of_the_longest_gradients_before_and_after_clipping(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small)
    history = visitor.job.status().history
    drawn = visitor.chart("cut")
    for trace, statistic in {"before clipping": "norm_before_max", "after clipping": "norm_after_max"}.items():
        assert drawn[trace]["x"] == list(range(1, 41))
        assert drawn[trace]["y"] == history.gradient(None, statistic).tolist()
    said = [small.dataset.examples[row - 1].text for row in history.columns.largest_norm_row.tolist()]
    assert [words for _, words in drawn["before clipping"]["customdata"]] == [f"<br>“{text}”" for text in said]
    run = visitor.job.status()
    epoch = clipping.longest_epoch(history)
    update = update_of(run.run, epoch, int(history.columns.largest_norm_row[epoch - 1]))
    assert clipping.longest(run, update) in visitor.markdown


def test_a_threshold_changed_on_the_way_shows_as_a_step(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small.with_training(changes=((21, "clip_threshold", 0.1),)))
    assert visitor.chart("cut")["threshold"]["y"] == [0.05] * 20 + [0.1] * 20


def test_without_clipping_there_is_one_line_and_no_word_of_shares(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small.with_training(clipping="none"))
    assert set(visitor.chart("cut")) == {"no clipping"}
    assert {"share", "turn"}.isdisjoint(visitor.charts)  # two empty pictures would say nothing


def test_the_share_clipped_is_the_historys(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small)
    history = visitor.job.status().history
    updates, elements = (history.gradient(None, name) for name in ("updates_clipped", "elements_clipped"))
    assert visitor.chart("share")["updates"]["y"] == [v or None for v in updates.tolist()]
    assert visitor.chart("share")["gradient elements"]["y"] == [v or None for v in elements.tolist()]
    assert 0 < elements.mean() < updates.mean()
    assert clipping.clipped(visitor.job.status()) in visitor.markdown


def test_shares_and_angle_can_be_of_one_parameter(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small)
    history = visitor.job.status().history
    visitor.app.selectbox(key="clipping-of").set_value("W_hy").run()
    assert visitor.chart("share")["updates"]["y"] == [v or None for v in history.gradient("W_hy", "updates_clipped").tolist()]
    expected = np.degrees(np.arccos(np.clip(history.gradient("W_hy", "cosine"), -1, 1)))
    assert visitor.chart("turn")["angle"]["y"] == pytest.approx(expected.tolist())
    assert any("the gradient of W_hy in" in text for text in visitor.markdown)


def test_by_value_turns_the_gradient_and_by_norm_does_not(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small)
    assert max(visitor.chart("turn")["angle"]["y"]) > 5
    assert any(caption.value.startswith("Clipping by value limits only") for caption in visitor.app.main.caption)
    trained(visitor, small.with_training(clipping="global_norm"))
    assert max(visitor.chart("turn")["angle"]["y"]) < 1e-4
    assert any("keeps its direction" in caption.value for caption in visitor.app.main.caption)


def test_a_threshold_that_nothing_reached_is_told_in_words(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small.with_training(clip_threshold=1e6))
    assert clipping.clipped(visitor.job.status()) in visitor.markdown


@pytest.mark.parametrize("threshold", [5e-324, 1e-300, 1e308])
def test_a_threshold_at_the_edge_of_numbers_still_gives_a_picture(visitor: Visitor, small: Experiment, threshold: float) -> None:
    trained(visitor, small.with_training(clip_threshold=threshold, epochs=3))
    for part in (NORMS, UPDATE):
        assert not apologies(visitor.part(part))
        assert visitor.charts
