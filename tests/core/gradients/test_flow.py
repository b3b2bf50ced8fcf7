"""The gradient through time: each derivative beside differences of a loss computed apart, from the state that was moved."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import DatasetError, Model, UnknownWordError
from rnn_core.gradients.flow import Flow, Passage, by_epoch, flow, together
from tests.core.reference import NETWORKS, Floats, gradients, large_model, random_model, slope

WORDS = ["bad", "good", "not", "so"]
TEXT = "so not so good bad"
IDS = [3, 2, 3, 1, 0]


def sigma(a: Floats) -> Floats:
    result: Floats = 1.0 / (1.0 + np.exp(-a))
    return result


def last_state(model: Model, suffix: str, ids: list[int], at: int | None, dh: Floats, dc: Floats) -> Floats:
    """h_T of one direction, straight from the equations. After word `at`, dh is added to the state; dc to the memory before it is read."""
    P, H = model.parameters, model.config.hidden_size
    W_xh, W_hh, b_h = (P[f"{name}{suffix}"] for name in ("W_xh", "W_hh", "b_h"))
    h, c = np.zeros(H), np.zeros(H)
    for t, word in enumerate(ids, start=1):
        z = W_xh @ P["E"][word] if "E" in P else W_xh[:, word]
        if model.config.cell == "vanilla":
            h = np.tanh(z + W_hh @ h + b_h)
        elif model.config.cell == "gru":
            W_hr, W_hu, W_hn = W_hh[:H], W_hh[H : 2 * H], W_hh[2 * H :]
            r = sigma(z[:H] + W_hr @ h + b_h[:H])
            u = sigma(z[H : 2 * H] + W_hu @ h + b_h[H : 2 * H])
            n = np.tanh(z[2 * H :] + r * (W_hn @ h + P[f"b_hn{suffix}"]) + b_h[2 * H :])
            h = (1 - u) * n + u * h
        else:
            a = z + W_hh @ h + b_h
            i, f, g, o = sigma(a[:H]), sigma(a[H : 2 * H]), np.tanh(a[2 * H : 3 * H]), sigma(a[3 * H :])
            c = f * c + i * g + (dc if t == at else 0.0)
            h = o * np.tanh(c)
        if t == at:
            h = h + dh
    return h


def loss(model: Model, target: int, moved: str, at: int, dh: Floats, dc: Floats) -> float:
    """-ln p of the text with the state after the at-th word that direction `moved` reads moved."""
    P = model.parameters
    suffixes = ("", "_reverse") if model.config.bidirectional else ("",)
    lasts = [
        last_state(model, suffix, IDS[::-1] if suffix else IDS, at if suffix == moved else None, dh, dc) for suffix in suffixes
    ]
    y = P["W_hy"] @ np.concatenate(lasts) + P["b_y"]
    return float(np.log(np.exp(y).sum()) - y[target])


def numeric(model: Model, target: int, moved: str, *, memory: bool) -> Floats:
    """(T, H): the loss's derivative by every element of every state, by central differences."""
    H = model.config.hidden_size
    none = np.zeros(H)
    out = np.zeros((len(IDS), H))
    for at in range(1, len(IDS) + 1):
        for k in range(H):
            unit = np.eye(H)[k]

            def moved_by(e: float, at: int = at, unit: Floats = unit) -> float:
                return loss(model, target, moved, at, none if memory else e * unit, e * unit if memory else none)

            out[at - 1, k] = slope(moved_by)
    return out


def passages(whole: Flow) -> dict[str, Passage]:
    return {"": whole.forward} | ({"_reverse": whole.reverse} if whole.reverse else {})


@pytest.mark.parametrize("network", NETWORKS)
def test_each_derivative_by_a_state_is_that_of_central_differences(network: str) -> None:
    model = large_model(WORDS, 4, ("negative", "neutral", "positive"), seed=3, **NETWORKS[network])
    for suffix, passage in passages(flow(model, TEXT, "neutral")).items():
        expected = numeric(model, 1, suffix, memory=False)
        assert np.linalg.norm(passage.dh - expected) < 1e-8 * np.linalg.norm(expected)
        np.testing.assert_allclose(passage.norms, [np.linalg.norm(row) for row in expected], rtol=1e-6)


@pytest.mark.parametrize("network", [name for name in NETWORKS if name.startswith("lstm")])
def test_each_derivative_by_the_memory_is_that_of_central_differences(network: str) -> None:
    model = large_model(WORDS, 4, ("negative", "positive"), seed=4, **NETWORKS[network])
    for suffix, passage in passages(flow(model, TEXT, "positive")).items():
        assert passage.dc is not None
        assert passage.memory_norms is not None
        expected = numeric(model, 1, suffix, memory=True)
        assert np.linalg.norm(passage.dc - expected) < 1e-8 * np.linalg.norm(expected)
        np.testing.assert_allclose(passage.memory_norms, [np.linalg.norm(row) for row in expected], rtol=1e-6)


@pytest.mark.parametrize("network", [name for name in NETWORKS if not name.startswith("lstm")])
def test_only_an_lstm_has_a_memory(network: str) -> None:
    whole = flow(large_model(WORDS, 3, **NETWORKS[network]), TEXT, "positive")
    assert whole.forward.dc is None
    assert whole.forward.memory_norms is None


@pytest.mark.parametrize("network", [name for name in NETWORKS if name.startswith("vanilla")])
def test_the_two_factors_of_a_step_are_those_of_its_matrix_and_of_its_tanh(network: str) -> None:
    """Each worked out on its own from the states, and their product is the whole step."""
    model = large_model(WORDS, 4, seed=5, **NETWORKS[network])
    states = model.states(TEXT)
    for suffix, passage in passages(flow(model, TEXT, "negative")).items():
        h, W_hh = (states.h_reverse if suffix else states.h), model.parameters[f"W_hh{suffix}"]
        assert passage.by_tanh is not None
        assert passage.by_weights is not None
        for t in range(1, len(IDS)):  # the step from word t + 1 back to word t
            dh = passage.dh[t]
            da = (1 - h[t + 1] ** 2) * dh
            assert passage.by_tanh[t - 1] == pytest.approx(np.linalg.norm(da) / np.linalg.norm(dh), rel=1e-12)
            assert passage.by_weights[t - 1] == pytest.approx(np.linalg.norm(W_hh.T @ da) / np.linalg.norm(da), rel=1e-12)
        np.testing.assert_allclose(passage.by_tanh * passage.by_weights, passage.norms[:-1] / passage.norms[1:], rtol=1e-12)
        assert (passage.by_tanh <= 1).all()


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_gates_have_no_such_factors(cell: str) -> None:
    passage = flow(large_model(WORDS, 3, cell=cell), TEXT, "positive").forward
    assert passage.by_tanh is None
    assert passage.by_weights is None


def test_the_second_direction_counts_words_as_it_reads_them() -> None:
    whole = flow(large_model(WORDS, 3, bidirectional=True), TEXT, "positive")
    assert whole.reverse is not None
    assert whole.forward.words == ("so", "not", "so", "good", "bad")
    assert whole.reverse.words == ("bad", "good", "so", "not", "so")


def test_the_printed_rule_is_followed_where_it_is_asked_for_or_the_models_own() -> None:
    """W_hh da in the place of W_hhᵀ da, step by step."""
    model = random_model(WORDS, 3, ("negative", "positive"), seed=2, recurrent_gradient="printed")
    exact = random_model(WORDS, 3, ("negative", "positive"), seed=2)
    passage, h, W_hh = flow(model, TEXT, "positive").forward, model.hidden_states(TEXT), model.parameters["W_hh"]
    for t in range(1, len(IDS)):
        np.testing.assert_allclose(passage.dh[t - 1], W_hh @ ((1 - h[t + 1] ** 2) * passage.dh[t]), rtol=1e-12)
    np.testing.assert_array_equal(flow(exact, TEXT, "positive", recurrent_gradient="printed").forward.dh, passage.dh)
    right = flow(exact, TEXT, "positive")
    np.testing.assert_array_equal(flow(model, TEXT, "positive", recurrent_gradient="exact").forward.dh, right.forward.dh)
    assert not np.allclose(right.forward.dh, passage.dh)
    assert right.recurrent_gradient == "exact"


def test_a_flow_says_what_flowed() -> None:
    model = large_model(WORDS, 3)
    whole = flow(model, "So NOT bad!", "positive")
    assert (whole.text, whole.label, whole.forward.words) == ("So NOT bad!", "positive", ("so", "not", "bad"))
    assert whole.loss == model.loss("so not bad", "positive")
    assert whole.recurrent_gradient == "exact"
    assert whole.reverse is None


def test_one_word_has_no_step() -> None:
    passage = flow(large_model(WORDS, 3), "good", "positive").forward
    assert passage.dh.shape == (1, 3)
    assert passage.by_tanh is not None
    assert passage.by_weights is not None
    assert len(passage.by_tanh) == len(passage.by_weights) == 0


def test_where_nothing_flows_there_is_no_factor() -> None:
    model = large_model(WORDS, 3)
    passage = flow(model.with_vector(np.zeros(model.layout.size)), TEXT, "positive").forward
    assert not passage.norms.any()
    assert passage.by_tanh is not None
    assert passage.by_weights is not None
    assert np.isnan(passage.by_tanh).all()
    assert np.isnan(passage.by_weights).all()


def test_a_norm_below_the_root_of_the_smallest_number_is_no_zero() -> None:
    """Two hundred words of tiny weights: the squares of what is left underflow long before what is left does."""
    model = large_model(WORDS, 3)
    vector = model.vector.copy()
    model.layout.named(vector)["W_hh"][:] *= 1e-3
    norms = flow(model.with_vector(vector), "so not " * 35, "positive").forward.norms
    assert 0 < norms[0] < 1e-180
    assert (np.diff(np.log(norms)) > 0).all()


def test_weights_beyond_all_bounds_warn_of_nothing() -> None:
    for network in NETWORKS.values():
        model = large_model(WORDS, 3, **network)
        for scale in (1e100, 1e200, 1e300, 1e307):
            for passage in passages(flow(model.with_vector(model.vector * scale), TEXT, "positive")).values():
                assert passage.norms.shape == (5,)
                assert passage.memory_norms is None or passage.memory_norms.shape == (5,)


@pytest.mark.parametrize("network", NETWORKS)
def test_what_flows_is_what_backpropagation_makes_the_gradients_of(network: str) -> None:
    """The last state's derivative goes through W_hy alone, and none is altered by asking."""
    model = large_model(WORDS, 4, seed=7, **NETWORKS[network])
    before = model.vector.tobytes()
    whole = flow(model, TEXT, "negative")
    dy = gradients(model, TEXT, "negative").of["b_y"]
    dlast = model.parameters["W_hy"].T @ dy
    np.testing.assert_allclose(np.concatenate([p.dh[-1] for p in passages(whole).values()]), dlast, rtol=1e-12)
    assert model.vector.tobytes() == before


def test_what_cannot_be_read_is_refused() -> None:
    model = large_model(WORDS, 3)
    with pytest.raises(UnknownWordError):
        flow(model, "so zebra", "positive")
    with pytest.raises(DatasetError):
        flow(model, "?!", "positive")
    with pytest.raises(ValueError):
        flow(model, "so good", "boredom")
    with pytest.raises(ValueError):
        flow(large_model(WORDS, 3, cell="gru"), "so good", "positive", recurrent_gradient="printed")


# ---------------------------------------------------------------------- over the epochs


def test_over_the_epochs_every_row_is_that_epochs_flow_from_the_end() -> None:
    models = [(epoch, large_model(WORDS, 3, seed=epoch)) for epoch in (0, 7, 30)]
    chart = by_epoch(models, TEXT, "positive")
    assert chart.epochs == (0, 7, 30)
    assert chart.words == ("bad", "good", "so", "not", "so")
    for row, (_, model) in zip(chart.norms, models, strict=True):
        np.testing.assert_array_equal(row, flow(model, TEXT, "positive").forward.norms[::-1])
    assert chart.norms.shape == (3, 5)


def test_over_the_epochs_the_factors_of_each_step_stand_at_the_word_that_it_arrives_at() -> None:
    models = [(epoch, large_model(WORDS, 3, seed=epoch)) for epoch in (0, 7)]
    chart = by_epoch(models, TEXT, "positive")
    assert chart.by_weights is not None
    assert chart.by_tanh is not None
    for e, (_, model) in enumerate(models):
        passage = flow(model, TEXT, "positive").forward
        assert passage.by_weights is not None
        np.testing.assert_array_equal(chart.by_weights[e, 1:], passage.by_weights[::-1])
    assert np.isnan(chart.by_weights[:, 0]).all()
    assert np.isnan(chart.by_tanh[:, 0]).all()
    steps = chart.norms[:, 1:] / chart.norms[:, :-1]
    np.testing.assert_allclose(chart.by_weights[:, 1:] * chart.by_tanh[:, 1:], steps)
    assert by_epoch([(0, large_model(WORDS, 3, cell="gru"))], TEXT, "positive").by_weights is None


@pytest.mark.parametrize("cell", ["vanilla", "lstm"])
def test_maps_of_an_epoch_each_are_together_the_map_of_all(cell: str) -> None:
    models = [(epoch, large_model(WORDS, 3, cell=cell, seed=epoch)) for epoch in (0, 7, 30)]
    whole, made = by_epoch(models, TEXT, "positive"), together([by_epoch([one], TEXT, "positive") for one in models])
    assert (made.epochs, made.words) == (whole.epochs, whole.words)
    for a, b in zip(made[2:], whole[2:], strict=True):
        np.testing.assert_array_equal(a, b)


def test_over_the_epochs_either_direction_can_be_followed() -> None:
    model = large_model(WORDS, 3, bidirectional=True)
    whole, chart = flow(model, TEXT, "positive"), by_epoch([(4, model)], TEXT, "positive", reverse=True)
    assert whole.reverse is not None
    np.testing.assert_array_equal(chart.norms[0], whole.reverse.norms[::-1])
    assert chart.words == ("so", "not", "so", "good", "bad")
    with pytest.raises(ValueError):
        by_epoch([(0, large_model(WORDS, 3))], TEXT, "positive", reverse=True)


def test_no_epoch_gives_no_row() -> None:
    chart = by_epoch([], TEXT, "positive")
    assert chart.norms.shape == (0, 0)
    assert chart.words == ()


def test_no_maps_cannot_be_joined() -> None:
    with pytest.raises(ValueError, match="no map to join"):
        together([])
