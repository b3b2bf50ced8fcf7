"""A network taken to Keras: the program is of one network, and Keras gives the same probabilities."""

from __future__ import annotations

import ast
import runpy
from pathlib import Path

import numpy as np
import pytest

from rnn_core import Model, TextRules, model_file
from rnn_core.sharing import keras
from tests.core.command_line.terminal import here
from tests.core.reference import NETWORKS, large_model

WORDS = ["all", "at", "bad", "good", "not", "so", "very"]
TEXTS = ["good", "not at good", "So, so very bad at all so so!"]


@pytest.mark.parametrize("kind", NETWORKS)
def test_the_program_is_of_this_network_alone(kind: str) -> None:
    model = large_model(WORDS, 4, **NETWORKS[kind])
    model = Model(TextRules(splitting="tweet", lowercase=False), model.vocabulary, model.labels, model.config, model.vector)
    source = keras.program(model, "a'b.npz")
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    assert not names & {"CELL", "BIDIRECTIONAL", "SPLITTING", "UNKNOWN_WORDS", "STRIP_PUNCTUATION"}
    assert "rnn_core" not in source
    assert "\nLOWERCASE = False\n" in source
    assert '\nFILE = "a\'b.npz"\n' in source


def test_the_command_line_writes_it_beside_the_network(tmp_path: Path) -> None:
    model = large_model(WORDS, 3)
    (tmp_path / "model.npz").write_bytes(model_file.save(model))
    done = here("export", str(tmp_path / "model.npz"), "--to", "keras", "--out", str(tmp_path / "network.py"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [str(tmp_path / "network.npz"), str(tmp_path / "network.py")]
    assert (tmp_path / "network.npz").read_bytes() == model_file.save(model)
    assert (tmp_path / "network.py").read_text(encoding="utf-8") == keras.program(model)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Keras with this NumPy
@pytest.mark.parametrize("count", [2, 5])
@pytest.mark.parametrize("kind", NETWORKS)
def test_probabilities_in_keras_are_ours(kind: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the precision of float32; a gate in another's place would differ by tenths."""
    pytest.importorskip("torch", reason="the backend of Keras in these tests")
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    pytest.importorskip("keras")
    model = large_model(WORDS, 4, tuple("abcde"[:count]), **NETWORKS[kind])
    (tmp_path / "network.npz").write_bytes(model_file.save(model))
    (tmp_path / "network.py").write_text(keras.program(model), encoding="utf-8")
    program = runpy.run_path(str(tmp_path / "network.py"), run_name="network")
    network = program["load"]()
    for text in TEXTS:
        found = program["predict"](network, text)
        assert list(found) == list(model.labels)
        np.testing.assert_allclose(list(found.values()), model.predict_proba([text])[0], rtol=0, atol=2e-6)
