"""A new cell is one file and one line in CELLS: everything else follows from its description."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rnn_core import ConfigError, Experiment, Model, ModelConfig, Trainer, gradient_check, read
from rnn_core.engine.kernel import COMPILED, on
from rnn_core.explanation import explain, trace
from rnn_core.gradients.flow import flow
from rnn_core.gradients.spectrum import spectra
from rnn_core.network.cells import CELLS
from rnn_core.sharing import documents, model_file, script
from tests.core.network.minimal_gated import CELL
from tests.core.reference import slope

TEXT = "so very bad at all"


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(CELLS, CELL.name, CELL)
    with on("plain"):
        yield


@pytest.fixture
def experiment(small: Experiment) -> Experiment:
    return small.with_model(cell="mgu", hidden_size=5, forget_bias=0.5).with_training(epochs=6, learning_rate=0.3)


@pytest.mark.slow
def test_it_trains_on_the_plain_path_and_learns(experiment: Experiment) -> None:
    trainer = Trainer(experiment.with_training(epochs=300, clip_threshold=1.0))
    assert trainer.path == "plain"
    assert trainer.model.parameters["b_h"].tolist() == [0.5] * 5 + [0.0] * 5
    while trainer.advance():
        pass
    assert trainer.history[-1].train.accuracy == 1.0


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("embedding_size", [0, 3])
def test_its_gradients_match_central_differences(experiment: Experiment, bidirectional: bool, embedding_size: int) -> None:
    network = experiment.with_model(bidirectional=bidirectional, embedding_size=embedding_size)
    model = Model.initial(network).with_large_weights()
    check = gradient_check(model, TEXT, "negative")
    assert max(comparison.relative_error for comparison in check.parameters.values()) < 1e-7
    assert check.dz.relative_error < 1e-7


def test_it_is_explained(experiment: Experiment) -> None:
    model = Model.initial(experiment).with_large_weights()
    reading = read(model, TEXT)
    assert explain(model, reading, "negative").completeness_error < 1e-4
    (traced,) = trace(model, reading)
    assert list(traced.gates) == ["f", "n"]
    np.testing.assert_allclose(traced.h[1:], (1 - traced.gates["f"]) * traced.h[:-1] + traced.gates["f"] * traced.gates["n"])
    assert set(spectra(model)) == {"W_hf", "W_hn"}


def test_its_gradient_is_followed_through_time(experiment: Experiment) -> None:
    """dL/dh_t of the backward pass is the derivative of the loss by h_t, with the rest of the sentence read on from there."""
    model = Model.initial(experiment).with_large_weights()
    followed = flow(model, TEXT, "negative").forward
    z_of_last = model.parameters["W_xh"].T[model.ids(TEXT)[-1:]]
    before, W_hh, b_h = model.states(TEXT).h[-2], model.parameters["W_hh"], model.parameters["b_h"]

    def loss(shift: float) -> float:
        h = before.copy()
        h[1] += shift
        f = 1 / (1 + np.exp(-(z_of_last[0, :5] + W_hh[:5] @ h + b_h[:5])))
        n = np.tanh(z_of_last[0, 5:] + W_hh[5:] @ (f * h) + b_h[5:])
        logits = model.parameters["W_hy"] @ ((1 - f) * h + f * n) + model.parameters["b_y"]
        return float(np.log(np.sum(np.exp(logits))) - logits[model.labels.index("negative")])

    assert followed.dh[-2, 1] == pytest.approx(slope(loss), rel=1e-6)


@pytest.mark.slow
def test_it_is_exported_as_a_script_that_prints_the_same_log(experiment: Experiment, tmp_path: Path) -> None:
    source = script.write(experiment.with_training(epochs=100))
    assert "# A fourth cell, which the package does not have: the minimal gated unit." in source
    program = tmp_path / "script.py"
    program.write_text(source, encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", program], capture_output=True, text=True, timeout=200, check=True)
    trainer = Trainer(experiment.with_training(epochs=100))
    while trainer.advance():
        pass
    assert f"Loss {trainer.history[-1].train.loss:.3f}" in done.stdout


def test_files_keep_it(experiment: Experiment) -> None:
    assert documents.load(documents.save(experiment)) == experiment
    model = Model.initial(experiment)
    assert model_file.load(model_file.save(model)).vector.tobytes() == model.vector.tobytes()


def test_where_it_is_not_known_it_is_refused_by_name(experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    saved = documents.save(experiment)
    monkeypatch.delitem(CELLS, "mgu")
    with pytest.raises(ConfigError, match="mgu"):
        ModelConfig(cell="mgu")
    with pytest.raises(Exception, match="mgu"):
        documents.load(saved)


def test_it_has_no_printed_rule(experiment: Experiment) -> None:
    with pytest.raises(ConfigError, match="printed"):
        experiment.with_model(recurrent_gradient="printed")


@pytest.mark.skipif(not COMPILED, reason="nothing can be compiled here")
def test_the_compiled_path_refuses_it_by_name(experiment: Experiment) -> None:
    with pytest.raises(ValueError, match="mgu"):
        Trainer(experiment, path="compiled")
