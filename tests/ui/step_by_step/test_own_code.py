"""A learner's own numbers are judged on the page, and nothing that is uploaded harms it."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest

from rnn_core import Experiment
from rnn_core.checking.exercise import Exercise
from rnn_core.walk.small import train_small
from tests.core.checking.learners import batch, vanilla
from tests.ui.visitor import Visitor
from ui.messages import own_code
from ui.messages.slips import SLIPS


@pytest.fixture
def learner(visitor: Visitor, small: Experiment) -> Visitor:
    visitor.session.workspace.dataset = small.dataset
    visitor.session.workspace.use_settings(small.model, small.training)
    visitor.open("step_by_step")
    visitor.app.session_state["own-code-open"] = True
    visitor.app.text_input(key="step-sentence").set_value("not bad at all").run()
    return visitor


def answers(arrays: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def exercise(small: Experiment, *more: tuple[str, str], large: bool = True) -> Exercise:
    model = train_small(small).model
    return Exercise.of(model.with_large_weights() if large else model, [("not bad at all", "positive"), *more])


def said(visitor: Visitor) -> str:
    boxes = (*visitor.app.success, *visitor.app.warning, *visitor.app.error, *visitor.app.info)
    return "\n".join(str(box.value) for box in boxes)


def test_a_slip_is_named_and_right_numbers_are_praised_and_hostile_bytes_refused(learner: Visitor, small: Experiment) -> None:
    given = exercise(small).given()
    learner.upload(answers(vanilla(given, "no_transpose")), "mine.npz")
    assert SLIPS["no_transpose"] in said(learner)
    assert not any(text in said(learner) for slip, text in SLIPS.items() if slip != "no_transpose")
    learner.upload(json.dumps({name: np.asarray(array).tolist() for name, array in vanilla(given).items()}).encode(), "mine.json")
    assert [str(box.value) for box in learner.app.warning] == []
    assert len(learner.app.success) == 1
    learner.upload(answers({"h": np.array([print], dtype=object)}), "mine.npz")
    assert "pickle" in said(learner)
    assert not learner.app.exception


def test_the_weights_of_the_network_and_a_batch_can_be_chosen(learner: Visitor, small: Experiment) -> None:
    learner.app.button_group(key="own-code-weights").set_value("network").run()
    learner.app.button_group(key="own-code-sentences").set_value("two").run()
    rows = [small.dataset.examples[row] for row in small.dataset.rows("train")]
    second = next((text, str(label)) for text, label, _ in rows if label == "negative")
    asked = exercise(small, second, large=False)
    assert own_code.task(asked) in learner.markdown
    learner.upload(answers(batch(asked, "bias_not_summed")), "mine.npz")
    assert SLIPS["bias_not_summed"] in said(learner)


def test_a_network_too_large_for_it_is_not_offered(learner: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnn_core.checking.exercise.MOST_NUMBERS", 10)
    learner.app.run()
    assert own_code.too_large() in said(learner)
