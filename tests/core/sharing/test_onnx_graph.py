"""An ONNX graph answers as the network does, in another runtime."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_core import model_file
from rnn_core.errors import MissingPackageError
from rnn_core.sharing import onnx_graph
from tests.core.command_line.terminal import here
from tests.core.reference import NETWORKS, large_model

ort: Any = pytest.importorskip("onnxruntime")
WORDS = ["all", "at", "bad", "good", "not", "so", "very"]
LABELS = {2: ("no", "yes"), 5: ("a", "b", "c", "d", "e")}
TEXTS = ["good", "not at good", "so so very bad at all so so"]


def session(source: bytes) -> Any:
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return ort.InferenceSession(source, options, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("count", LABELS)
@pytest.mark.parametrize("kind", NETWORKS)
def test_onnxruntime_gives_our_probabilities(kind: str, count: int) -> None:
    """To the precision of float32; a gate in another's place would differ by tenths."""
    model = large_model(WORDS, 4, LABELS[count], **NETWORKS[kind])
    network = session(onnx_graph.save(model))
    for text in TEXTS:
        (found,) = network.run(None, {"words": model.ids(text)})
        assert found.shape == (count,)
        np.testing.assert_allclose(found, model.predict_proba([text])[0], rtol=0, atol=2e-6)


def test_the_metadata_say_how_to_read_a_text_and_the_answer() -> None:
    model = large_model(["很好", "so"], 4, cell="gru")
    found = session(onnx_graph.save(model)).get_modelmeta()
    told = {name: json.loads(text) for name, text in found.custom_metadata_map.items()}
    assert (told["vocabulary"], told["labels"]) == (["so", "很好"], ["negative", "positive"])
    assert (told["rules"], told["config"]) == (model.rules.to_json(), model.config.to_json())
    assert found.producer_name == "unrolled"


def test_the_same_model_gives_the_same_bytes() -> None:
    model = large_model(WORDS, 4, cell="lstm", bidirectional=True)
    assert onnx_graph.save(model) == onnx_graph.save(model)


def test_the_command_line_writes_it(tmp_path: Path) -> None:
    model = large_model(WORDS, 3)
    (tmp_path / "model.npz").write_bytes(model_file.save(model))
    done = here("export", str(tmp_path / "model.npz"), "--to", "onnx", "--out", str(tmp_path / "network.onnx"))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{tmp_path / 'network.onnx'}\n", "")
    assert (tmp_path / "network.onnx").read_bytes() == onnx_graph.save(model)


def test_without_the_package_it_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingPackageError, match=r"pip install -r requirements-export\.txt"):
        onnx_graph.save(large_model(WORDS, 2))
