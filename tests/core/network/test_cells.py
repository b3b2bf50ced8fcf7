"""The cells, both directions and both inputs: gradients against central differences, and mutants that must fail them."""

from __future__ import annotations

import importlib
import inspect
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest

from rnn_core import Dataset, Experiment, Model, ModelConfig, Trainer, TrainingConfig, gradient_check
from rnn_core.domains import Choice
from rnn_core.engine.kernel import COMPILED, Kernel, RunPath, on
from rnn_core.network.cells import CELLS
from rnn_core.network.cells.cell import Cell, Direction
from tests.core.reference import NETWORKS, gradients, large_model

WORDS = ["all", "at", "bad", "good", "not", "so", "very"]
LABELS = ("negative", "neutral", "positive")
TEXTS = {1: "good", 3: "not at good", 6: "so not bad so all very"}
CLASSES = {1: 3, 3: 2, 6: 3}


@pytest.mark.parametrize("T", TEXTS)
@pytest.mark.parametrize("kind", NETWORKS)
def test_gradients_match_central_differences(kind: str, T: int) -> None:
    """Every parameter, the embedding, and what each word sends into the cell, either way; H = 4, D = 5, V = 7, C = 2 or 3."""
    model = large_model(WORDS, 4, LABELS[: CLASSES[T]], seed=T, **NETWORKS[kind])
    check = gradient_check(model, TEXTS[T], "neutral")
    compared = dict(check.parameters) | {"dz": check.dz}
    if check.dz_reverse is not None:
        compared["dz_reverse"] = check.dz_reverse
    assert (check.dz_reverse is not None) == model.config.bidirectional
    errors = {name: comparison.relative_error for name, comparison in compared.items()}
    assert max(errors.values()) < 1e-7, errors
    for name, comparison in compared.items():
        if T > 1 or not name.startswith("W_hh"):  # one word alone never passes through W_hh
            assert comparison.norm > 1e-3, name
        else:
            assert comparison.norm == 0.0, name


def test_every_kind_of_network_has_the_parameters_of_its_equations() -> None:
    H, D, V, C = 4, 5, 7, 3
    for kind, settings in NETWORKS.items():
        G = {"vanilla": 1, "gru": 3, "lstm": 4}[settings["cell"]]
        expected: dict[str, tuple[int, ...]] = {"E": (V, D)} if settings["embedding_size"] else {}
        for suffix in ("", "_reverse") if settings["bidirectional"] else ("",):
            expected[f"W_xh{suffix}"] = (G * H, D if settings["embedding_size"] else V)
            expected[f"W_hh{suffix}"], expected[f"b_h{suffix}"] = (G * H, H), (G * H,)
            if G == 3:
                expected[f"b_hn{suffix}"] = (H,)
        expected["W_hy"], expected["b_y"] = (C, 2 * H if settings["bidirectional"] else H), (C,)
        model = large_model(WORDS, H, LABELS, **settings)
        assert {name: array.shape for name, array in model.parameters.items()} == expected, kind
        assert dict(model.layout.shapes) == expected, kind
        assert model.layout.tables <= set(expected), kind
        assert len(model.vector) == sum(int(np.prod(shape)) for shape in expected.values())


def test_the_settings_offer_every_cell() -> None:
    domain = ModelConfig.domains()["cell"]
    assert isinstance(domain, Choice)
    assert set(domain.options) == set(CELLS)


# ---------------------------------------------------------------------- mutants


class Mutant(NamedTuple):
    """One line of the source written wrongly, the network in which it matters, and a gradient that it must spoil."""

    module: str
    function: str
    line: str
    wrong: str
    network: str
    parameter: str


VANILLA, GRU, LSTM = "vanilla-one way-one-hot", "gru-one way-one-hot", "lstm-one way-one-hot"
BOTH = "vanilla-both ways-embedding"

MUTANTS = {
    "vanilla, W_hh untransposed": Mutant(
        "cells.vanilla", "backward", "else vecmat(da, params.W_hh)", "else matvec(params.W_hh, da)", VANILLA, "W_hh"
    ),
    "gru, reset gate left out of the recurrent gradient": Mutant(
        "cells.gru", "backward", "dm = da_n * r", "dm = da_n", GRU, "W_hh"
    ),
    "gru, reset gate without what it gates": Mutant("cells.gru", "backward", "dm * m * (1.0 - r)", "dm * (1.0 - r)", GRU, "b_h"),
    "gru, update gate forgets the state carried over": Mutant("cells.gru", "backward", "(h[t] - n)", "-n", GRU, "b_h"),
    "gru, state carried over by no gate": Mutant("cells.gru", "backward", "dh * u + vecmat", "vecmat", GRU, "W_xh"),
    "gru, W_hh given da in the place of dm": Mutant(
        "cells.gru", "backward", "store(dq[t, 2 * H :], dm)", "store(dq[t, 2 * H :], da_n)", GRU, "W_hh"
    ),
    "lstm, forget gate left out of dc": Mutant("cells.lstm", "backward", "dc = dc * f", "dc = dc", LSTM, "W_hh"),
    "lstm, cell state not carried back": Mutant("cells.lstm", "backward", "dc = dc + dh", "dc = dh", LSTM, "W_hh"),
    "lstm, forget gate given the state after": Mutant(
        "cells.lstm", "backward", "cache[t - 1, 4 * H :]", "cache[t, 4 * H :]", LSTM, "b_h"
    ),
    "lstm, output gate without tanh": Mutant(
        "cells.lstm", "backward", "dh * tanh_c * o", "dh * cache[t, 4 * H :] * o", LSTM, "b_h"
    ),
    "second direction back in the order of the first": Mutant(
        "passes", "backward", "grads.reverse.W_xh, backwards, dz_reverse", "grads.reverse.W_xh, ids, dz_reverse", BOTH, "E"
    ),
    "second direction given the gradient of the first": Mutant(
        "passes", "backward", "states.cache_reverse, dlast[H:]", "states.cache_reverse, dlast[:H]", BOTH, "W_hh_reverse"
    ),
    "a word that occurs twice gets its last gradient": Mutant(
        "inputs", "embedding_backward", "add_scaled(dE[ids[t]], 1.0, vecmat(", "store(dE[ids[t]], vecmat(", BOTH, "E"
    ),
}


def mutated(module: str, function: str, right: str, wrong: str) -> Kernel[..., Any]:
    """A function of the network with one line changed."""
    where = importlib.import_module(f"rnn_core.network.{module}")
    source = inspect.getsource(getattr(where, function))
    assert source.count(right) == 1, f"{module}.{function} no longer has exactly one {right!r}"
    namespace = dict(vars(where))
    exec(source.replace(right, wrong), namespace)
    kernel: Kernel[..., Any] = namespace[function]
    return kernel


@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_line_fails_the_gradient_check(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant = MUTANTS[name]
    model = large_model(WORDS, 4, LABELS, seed=6, **NETWORKS[mutant.network])

    def error() -> float:
        with on("plain"):
            return gradient_check(model, TEXTS[6], "neutral")[mutant.parameter].relative_error

    assert error() < 1e-7
    wrong, cell = mutated(mutant.module, mutant.function, mutant.line, mutant.wrong), model.config.cell
    if mutant.module.startswith("cells."):
        changed: dict[str, Any] = {mutant.function: wrong}
        monkeypatch.setitem(CELLS, cell, replace(CELLS[cell], **changed))
    else:
        monkeypatch.setattr(f"rnn_core.network.{mutant.module}.{mutant.function}", wrong)
    assert error() > 1e-3


# ---------------------------------------------------------------------- each cell by itself, on both paths

PATHS: list[RunPath] = ["compiled", "plain"] if COMPILED else ["plain"]

SLIPS = {
    "vanilla": {
        "W_hh untransposed": ("else vecmat(da, params.W_hh)", "else matvec(params.W_hh, da)"),
        "tanh' left out": ("(1.0 - h[t + 1] ** 2) * dh", "1.0 * dh"),
    },
    "gru": {
        "W_hh untransposed": ("vecmat(dq[t], params.W_hh)", "matvec(params.W_hh[:H], dm)"),
        "tanh' left out": (" * (1.0 - n**2)", ""),
    },
    "lstm": {
        "W_hh untransposed": ("vecmat(dz[t], params.W_hh)", "affine(params.W_hh[:H], dz[t, :H], c_0)"),
        "tanh' left out": ("dc = dc + dh * o * (1.0 - tanh_c**2)", "dc = dc + dh * o"),
    },
}


def cell_error(cell: Cell) -> float:
    """The relative error of dL/dW_hh and dL/dz of one cell, where L is a weighted sum of the last state; H = 4, T = 5."""
    draw = np.random.default_rng(3).standard_normal
    T, H, G = 5, 4, len(cell.gates)
    none, b_hn = np.zeros((0, 0)), draw(H if cell.recurrent_bias else 0)
    params = Direction(none, draw((G * H, H)) / 2, draw(G * H), b_hn)
    grads = Direction(none, np.zeros((G * H, H)), np.zeros(G * H), np.zeros_like(b_hn))
    z, weights = draw((T, G * H)), draw(H)
    h, cache = cell.forward(params, z)
    more = (False,) if cell.printed_rule else ()
    dz, _ = cell.backward(params, grads, h, cache, weights.copy(), *more)
    worst = 0.0
    for array, gradient in ((params.W_hh, grads.W_hh), (z, dz)):
        numeric = np.zeros(array.size)
        for i, value in enumerate(array.ravel().tolist()):
            sides = []
            for moved in (value + 1e-5, value - 1e-5):
                array.flat[i] = moved
                sides.append(float(cell.forward(params, z)[0][-1] @ weights))
            array.flat[i] = value
            numeric[i] = (sides[0] - sides[1]) / 2e-5
        difference = np.linalg.norm(gradient.ravel() - numeric)
        worst = max(worst, float(difference / (np.linalg.norm(gradient) + np.linalg.norm(numeric))))
    return worst


@pytest.mark.parametrize(
    ("cell", "path"),  # an entry of a cell by itself is compiled for this test alone
    [
        pytest.param(cell, path, marks=[pytest.mark.slow] if path == "compiled" and cell != "vanilla" else [])
        for cell in CELLS
        for path in PATHS
    ],
)
@pytest.mark.slow
def test_a_cell_by_itself_has_the_gradients_of_its_forward_pass(cell: str, path: RunPath) -> None:
    with on(path):
        assert cell_error(CELLS[cell]) < 1e-8


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("cell", "slip"), [(cell, slip) for cell, slips in SLIPS.items() for slip in slips])
def test_w_hh_untransposed_and_tanh_left_out_fail_in_every_cell(cell: str, slip: str, path: RunPath) -> None:
    wrong = replace(CELLS[cell], backward=mutated(f"cells.{cell}", "backward", *SLIPS[cell][slip]))
    with on(path):
        assert cell_error(wrong) > 1e-3


# ---------------------------------------------------------------------- the second direction

BOTH_WAYS = [kind for kind, settings in NETWORKS.items() if settings["bidirectional"]]


@pytest.mark.parametrize("kind", BOTH_WAYS)
def test_the_second_direction_sees_the_last_word_first(kind: str) -> None:
    model = large_model(WORDS, 4, LABELS, seed=1, **NETWORKS[kind])
    h, other = model.states("so not good").h_reverse, model.states("bad bad very at good").h_reverse
    assert not h[0].any()
    np.testing.assert_allclose(h[1], other[1], rtol=1e-13)  # the last word alone
    np.testing.assert_allclose(h[1:3], model.states("all not good").h_reverse[1:3], rtol=1e-13)
    assert np.linalg.norm(h[1] - model.states("so not bad").h_reverse[1]) > 0.01
    assert np.linalg.norm(h[3] - model.states("all not good").h_reverse[3]) > 0.01
    # And the first direction sees it last.
    np.testing.assert_array_equal(model.states("so not good").h[:3], model.states("so not bad").h[:3])


@pytest.mark.parametrize("kind", BOTH_WAYS)
def test_the_first_gradient_of_the_second_direction_is_the_last_words(kind: str) -> None:
    model = large_model(WORDS, 4, LABELS, seed=2, **NETWORKS[kind])
    words = ["so", "not", "good", "bad"]
    g = gradients(model, " ".join(words), "neutral")
    assert g.dz.shape == g.dz_reverse.shape == (4, len(model.parameters["b_h"]))
    if model.config.embedding_size:
        back = {word: g.dz[t] @ model.parameters["W_xh"] for t, word in enumerate(words)}
        for t, word in enumerate(reversed(words)):
            back[word] = back[word] + g.dz_reverse[t] @ model.parameters["W_xh_reverse"]
        for word, row in back.items():
            np.testing.assert_allclose(g.of["E"][WORDS.index(word)], row, rtol=1e-10)
    else:
        for t, word in enumerate(words):
            np.testing.assert_allclose(g.of["W_xh"][:, WORDS.index(word)], g.dz[t], rtol=1e-13)
            np.testing.assert_allclose(g.of["W_xh_reverse"][:, WORDS.index(word)], g.dz_reverse[-1 - t], rtol=1e-13)
    assert np.linalg.norm(g.dz_reverse[0]) != pytest.approx(np.linalg.norm(g.dz_reverse[-1]), rel=0.01)


def swapped(model: Model) -> Model:
    """The same network with its two directions exchanged."""
    vector = model.vector.copy()
    views, H = model.layout.named(vector), model.config.hidden_size
    for name, array in model.parameters.items():
        if name == "W_hy":
            views[name][...] = np.concatenate((array[:, H:], array[:, :H]), axis=1)
        elif name.endswith("_reverse"):
            views[name.removesuffix("_reverse")][...] = array
        elif f"{name}_reverse" in views:
            views[f"{name}_reverse"][...] = array
    return model.with_vector(vector)


@pytest.mark.parametrize("kind", BOTH_WAYS)
def test_a_reversed_sentence_read_by_exchanged_directions_is_the_same(kind: str) -> None:
    model = large_model(WORDS, 4, LABELS, seed=3, **NETWORKS[kind])
    other = swapped(model)
    text, reverse = "so not good bad so", "so bad good not so"
    np.testing.assert_allclose(other.predict_proba([reverse]), model.predict_proba([text]), rtol=1e-13)
    assert not np.allclose(model.predict_proba([reverse]), model.predict_proba([text]), rtol=1e-3)
    a, b = model.states(text), other.states(reverse)
    np.testing.assert_allclose(b.h, a.h_reverse, rtol=1e-13)
    np.testing.assert_allclose(b.h_reverse, a.h, rtol=1e-13)
    there, back = gradients(model, text, "neutral"), gradients(other, reverse, "neutral")
    np.testing.assert_allclose(back.dz, there.dz_reverse, rtol=1e-11)
    np.testing.assert_allclose(back.dz_reverse, there.dz, rtol=1e-11)
    for name in ("W_xh", "W_hh", "b_h"):
        np.testing.assert_allclose(back.of[name], there.of[f"{name}_reverse"], rtol=1e-10, atol=1e-15)


def test_an_embedding_is_shared_by_both_directions() -> None:
    """One-hot input is the embedding that is the identity: W_xh E takes the place of W_xh."""
    for cell in CELLS:
        embedded = large_model(WORDS, 4, LABELS, seed=4, cell=cell, bidirectional=True, embedding_size=5)
        plain = large_model(WORDS, 4, LABELS, seed=4, cell=cell, bidirectional=True)
        vector = plain.vector.copy()
        for name, view in plain.layout.named(vector).items():
            array = embedded.parameters[name]
            view[...] = array @ embedded.parameters["E"].T if name.startswith("W_xh") else array
        text = "so not so good"
        np.testing.assert_allclose(plain.with_vector(vector).predict_proba([text]), embedded.predict_proba([text]), rtol=1e-12)


# ---------------------------------------------------------------------- the extremes

LONG = " ".join(["so", "very", "not", "good"] * 16)
EXTREMES = Dataset.from_pairs(
    [("good", "a"), (LONG, "b"), ("bad", "c"), ("not good", "d"), ("very very bad so", "e")], [("so", "a"), (LONG[3:], "b")]
)


@pytest.mark.parametrize("kind", NETWORKS)
def test_one_word_sixty_four_words_one_unit_and_five_classes_all_work(kind: str) -> None:
    network: dict[str, Any] = NETWORKS[kind] | {"hidden_size": 1, "initialization": "orthogonal"}
    experiment = Experiment(
        dataset=EXTREMES,
        model=ModelConfig(**network),
        training=TrainingConfig(epochs=1, batch_size=2, optimizer="adam", clipping="global_norm", clip_threshold=0.1),
    )
    trainer = Trainer(experiment)
    (record,) = trainer
    assert record.train.loss is not None
    assert np.isfinite(record.train.loss)
    assert trainer.model.labels == ("a", "b", "c", "d", "e")
    p = trainer.model.predict_proba(["bad", LONG])
    assert p.shape == (2, 5)
    np.testing.assert_allclose(p.sum(axis=1), 1.0, rtol=1e-14)
    assert len(trainer.model.states(LONG).h) == 65
    large = trainer.model.with_large_weights()
    for text, elements in (("bad", None), (LONG, 12)):
        check = gradient_check(large, text, "b", elements=elements)
        assert max(comparison.relative_error for comparison in check.parameters.values()) < 1e-7
        assert check.dz.relative_error < 1e-7
        assert check.dz_reverse is None or check.dz_reverse.relative_error < 1e-7
