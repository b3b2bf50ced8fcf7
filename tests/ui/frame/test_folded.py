"""What is folded away costs nothing until it is opened."""

from __future__ import annotations

from rnn_core import Experiment
from tests.ui.visitor import Visitor, started, wait_until


def test_what_is_folded_away_is_neither_computed_nor_sent_until_it_is_opened(visitor: Visitor, small: Experiment) -> None:
    started(visitor, small)
    wait_until(lambda: visitor.job.ended)
    visitor.open("gradients")
    hidden = {"share", "turn"}
    assert "cut" in visitor.charts
    assert not hidden & set(visitor.charts)
    visitor.app.session_state["clipping-acts-open"] = True
    visitor.app.run()
    assert hidden <= set(visitor.charts)
