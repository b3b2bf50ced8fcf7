"""The table of a walk has every number under its name, with all its digits."""

from __future__ import annotations

import csv
import io

import numpy as np

from rnn_core import Experiment, Model
from rnn_core.gradients.update import one_update
from rnn_core.walk.steps import walk
from rnn_core.walk.table import HEADER, numbers, to_csv
from tests.core.reference import NETWORKS, large_model

WORDS = ["at", "bad", "good", "not", "so"]
TEXT = "so not so good"


def rows_of(text: str) -> list[dict[str, str]]:
    assert text.startswith(",".join(HEADER) + "\r\n")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def column(rows: list[dict[str, str]], quantity: str, step: int | str = "", direction: str = "") -> list[float]:
    return [
        float(row["value"])
        for row in rows
        if (row["quantity"], row["step"], row["direction"]) == (quantity, str(step), direction)
    ]


def test_every_state_and_every_gradient_can_be_read_back_exactly() -> None:
    for settings in NETWORKS.values():
        model = large_model(WORDS, 3, seed=1, **settings)
        found = walk(model, TEXT, "positive")
        rows = rows_of(to_csv(found))
        for steps in found.steps:
            direction = "backwards" if steps.backwards else "forwards"
            for t in range(1, steps.count + 1):
                assert column(rows, "h_t", t, direction) == steps.h[t].tolist()
        assert column(rows, "y") == found.logits.tolist()
        assert column(rows, "L") == [found.loss]
        for name, array in found.gradient.items():
            got = np.zeros_like(array)
            for row in rows:
                if row["quantity"] == f"d{name}":
                    at = (int(row["row"]) - 1, int(row["column"]) - 1) if row["column"] else (int(row["row"]) - 1,)
                    got[at] = float(row["value"])
            np.testing.assert_array_equal(got, array, err_msg=name)
        assert len(rows) <= numbers(found)


def test_one_step_alone_is_the_same_lines() -> None:
    found = walk(large_model(WORDS, 3, cell="gru", bidirectional=True), TEXT, "positive")
    whole = rows_of(to_csv(found))
    alone = rows_of(to_csv(found, only=(1, 2)))
    assert alone == [row for row in whole if (row["direction"], row["step"]) == ("backwards", "2")]


def test_the_step_of_an_update_stands_at_the_end(small: Experiment) -> None:
    model = Model.initial(small)
    update = one_update(model, small, "not bad at all", "positive")
    rows = rows_of(to_csv(walk(model, "not bad at all", "positive"), update))
    assert [float(row["value"]) for row in rows if row["quantity"] == "step b_y"] == update.step["b_y"].tolist()
