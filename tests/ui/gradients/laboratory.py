"""The Gradients page as a visitor comes to it, with this experiment and at this part."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from rnn_core import Experiment, GradientCheck, Model, gradient_check
from rnn_core.arrays import Floats
from tests.ui.visitor import Visitor, wait_until
from ui.gradients import check
from ui.language import percent
from ui.messages.formatting import scientific

LONGEST = ("so very bad at all", "negative")
NORMS, TIME, COMPARE, CHECK, UPDATE = "clipping", "through_time", "compare", "check", "update"
PARTS = (NORMS, TIME, COMPARE, CHECK, UPDATE)
NETWORKS: list[dict[str, Any]] = [
    {"cell": "gru"},
    {"cell": "lstm"},
    {"cell": "gru", "bidirectional": True},
    {"cell": "lstm", "bidirectional": True, "embedding_size": 3},
    {"bidirectional": True},
    {"embedding_size": 3},
]


def named(network: dict[str, Any]) -> str:
    return "-".join(str(value) for value in network.values())


def set_up(visitor: Visitor, experiment: Experiment) -> Visitor:
    """This experiment on the table, nothing trained."""
    session = visitor.session
    session.workspace.dataset = experiment.dataset
    session.workspace.use_settings(experiment.model, experiment.training)
    return visitor


def trained(visitor: Visitor, experiment: Experiment, part: str = NORMS) -> Visitor:
    session = set_up(visitor, experiment).session
    session.runs.train(session.workspace.experiment())
    wait_until(lambda: visitor.job.ended)
    return visitor.open("gradients").part(part)


def looking_at(visitor: Visitor, epoch: int) -> Visitor:
    """Back at a kept epoch, by the laboratory's own slider."""
    (slider,) = [s for s in visitor.app.select_slider if s.label == "Network of epoch"]
    slider.set_value(epoch).run()
    return visitor


def choose(visitor: Visitor, experiment: Experiment, text: str) -> Visitor:
    row = next(i for i, e in enumerate(experiment.dataset.examples) if e.text == text)
    next(box for box in visitor.app.selectbox if box.label == "Sentence").set_value(row).run()
    return visitor


def by_sentence(visitor: Visitor) -> Visitor:
    """Look at an update by one sentence in the place of the one that clipping changed most."""
    visitor.app.segmented_control(key="update-of").set_value("sentence").run()
    return visitor


def array(values: Any) -> Floats:
    """A trace's values."""
    return np.array(values, dtype=float)


def apologies(visitor: Visitor) -> list[str]:
    return [error for error in visitor.errors if "Something broke on this page" in error]


def checks_of(model: Model, text: str, label: str) -> list[GradientCheck]:
    rules = ("exact", "printed") if model.config.cell == "vanilla" else ("exact",)
    return [gradient_check(model, text, label, recurrent_gradient=rule, elements=check.ELEMENTS) for rule in rules]  # type: ignore[arg-type]


def expected_table(checks: list[GradientCheck]) -> pd.DataFrame:
    columns: dict[str, list[str]] = {"parameter": list(checks[0].parameters)}
    for each in checks:
        errors = [c.relative_error for c in each.parameters.values()]
        columns[f"error_{each.recurrent_gradient}"] = [percent(e) if e >= 0.01 else scientific(e, 1) for e in errors]
    for each in checks:
        columns[f"cosine_{each.recurrent_gradient}"] = [f"{c.cosine:.3f}" for c in each.parameters.values()]
    return pd.DataFrame(columns)


def same(shown: pd.DataFrame, expected: pd.DataFrame) -> None:
    assert shown.astype(str).to_dict("list") == expected.to_dict("list")
