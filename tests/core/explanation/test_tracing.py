"""Every number of every step is that of the cell's equations."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import Model, read
from rnn_core.explanation import trace
from tests.core.equations import go, vectors
from tests.core.reference import NETWORKS, large_model

WORDS = ["at", "bad", "good", "not", "so"]
SENTENCE = ("not", "so", "good", "at", "so")


@pytest.fixture(params=NETWORKS)
def model(request: pytest.FixtureRequest) -> Model:
    return large_model(WORDS, 4, seed=2, **NETWORKS[request.param])


def test_each_step_is_as_the_equations_have_it(model: Model) -> None:
    traces = trace(model, read(model, " ".join(SENTENCE)))
    assert [way.backwards for way in traces] == [False, True][: 1 + model.config.bidirectional]
    for way, suffix in zip(traces, ("", "_reverse"), strict=False):
        words = SENTENCE[::-1] if suffix else SENTENCE
        xs = vectors(model, words)
        expected = go(model, xs, suffix)
        assert way.words == words
        np.testing.assert_array_equal(way.x, xs)
        np.testing.assert_allclose(way.h, expected.states, atol=1e-13)
        np.testing.assert_allclose(way.z, expected.from_input, atol=1e-13)
        np.testing.assert_allclose(way.recurrent, expected.from_state, atol=1e-13)
        np.testing.assert_array_equal(way.bias, model.parameters[f"b_h{suffix}"])
        if model.config.cell == "gru":
            np.testing.assert_array_equal(way.bias_new, model.parameters[f"b_hn{suffix}"])
        assert (
            list(way.gates) == {"vanilla": [], "gru": ["r", "u", "n", "m"], "lstm": ["i", "f", "g", "o", "c"]}[model.config.cell]
        )
        for symbol, values in way.gates.items():
            np.testing.assert_allclose(values, [step[symbol] for step in expected.gates], atol=1e-13, err_msg=symbol)


def test_of_a_vanilla_cell_the_parts_add_up_to_what_goes_through_tanh() -> None:
    for both in (False, True):
        model = large_model(WORDS, 6, seed=1, bidirectional=both)
        for way in trace(model, read(model, " ".join(SENTENCE))):
            np.testing.assert_allclose(np.tanh(way.z + way.recurrent + way.bias), way.h[1:], atol=1e-14)


def test_a_word_of_the_sentence_is_found_at_the_step_that_reads_it() -> None:
    model = large_model(WORDS, 3, seed=4, bidirectional=True)
    for way in trace(model, read(model, " ".join(SENTENCE))):
        assert [way.words[way.step(place)] for place in range(5)] == list(SENTENCE)
        np.testing.assert_array_equal(way.by_place, [way.h[way.step(place) + 1] for place in range(5)])
