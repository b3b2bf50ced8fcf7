"""A network as an ONNX model: word ids in, probabilities out, in one graph of standard operators.

    words (T,) int64  →  Gather  →  RNN, GRU or LSTM  →  Gemm  →  Softmax  →  probabilities (C,) float32

One-hot input is a Gather too: the table has the columns of W_xh as its rows, and the layer's own input weights are the identity. Numbers
are float32, so probabilities are equal to about 1e-6. Gates are reordered: ONNX has z r h for a GRU and i o f c for an LSTM, and
`linear_before_reset` is 1, as b_hn stands inside the reset gate. The metadata have the vocabulary, the labels and the text rules as JSON.

The package onnx is not needed to run the dashboard (see requirements-export.txt); it is imported when a graph is written.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import Any

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.errors import MissingPackageError
from rnn_core.network.model import Model
from rnn_core.sharing import model_file

OPSET, IR_VERSION = 17, 8
"""Old enough for every runtime of the last years."""

_LAYERS = {"vanilla": "RNN", "gru": "GRU", "lstm": "LSTM"}
_GATES = {"vanilla": (0,), "gru": (1, 0, 2), "lstm": (0, 3, 1, 2)}
"""For each gate of the ONNX operator, its place among ours: r u n to z r h, and i f g o to i o f c."""


def check() -> None:
    """Raise MissingPackageError without the package onnx."""
    if find_spec("onnx") is None:
        raise MissingPackageError("onnx", "requirements-export.txt")


def save(model: Model) -> bytes:
    """Return the bytes of an .onnx file. Raise MissingPackageError without the package onnx."""
    check()
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    arrays: dict[str, Any] = {name: array.astype(np.float32) for name, array in _arrays(model).items()}
    arrays |= {"one": np.array([1]), "row": np.array([1, -1]), "flat": np.array([-1])}
    options: dict[str, Any] = {"linear_before_reset": 1} if model.config.cell == "gru" else {}
    layer = helper.make_node(
        _LAYERS[model.config.cell],
        ["steps", "W", "R", "B"],
        ["", "last"],
        hidden_size=model.config.hidden_size,
        direction="bidirectional" if model.config.bidirectional else "forward",
        **options,
    )
    nodes = [
        helper.make_node("Gather", ["table", "words"], ["inputs"]),  # (T, D)
        helper.make_node("Unsqueeze", ["inputs", "one"], ["steps"]),  # (T, 1, D): one sentence at a time
        layer,
        helper.make_node("Reshape", ["last", "row"], ["state"]),  # (1, H), or (1, 2H)
        helper.make_node("Gemm", ["state", "W_hy", "b_y"], ["logits"], transB=1),
        helper.make_node("Softmax", ["logits"], ["shares"], axis=1),
        helper.make_node("Reshape", ["shares", "flat"], ["probabilities"]),
    ]
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("words", TensorProto.INT64, ["T"])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [len(model.labels)])],
        [numpy_helper.from_array(np.ascontiguousarray(array), name) for name, array in arrays.items()],
    )
    made = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="unrolled"
    )
    about = model_file.about(model)
    texts = {name: json.dumps(about[name], ensure_ascii=False) for name in ("config", "labels", "rules", "vocabulary")}
    helper.set_model_props(made, texts)
    onnx.checker.check_model(made)
    return bytes(made.SerializeToString(deterministic=True))


def _arrays(model: Model) -> dict[str, Floats]:
    """Return the constants of the graph in float64."""
    ours, H, order = model.parameters, model.config.hidden_size, _GATES[model.config.cell]
    ways = ("", "_reverse")[: 1 + model.config.bidirectional]

    def reordered(array: Floats) -> Floats:
        return np.concatenate([array[gate * H : (gate + 1) * H] for gate in order])

    inputs = [reordered(ours[f"W_xh{way}"]) for way in ways]
    if model.config.embedding_size:
        table, W = ours["E"], np.stack(inputs)
    else:  # each direction reads its own columns of the table
        table = np.concatenate(inputs).T
        W = np.eye(table.shape[1]).reshape(len(ways), -1, table.shape[1])
    biases = []
    for way in ways:
        second = np.zeros_like(ours[f"b_h{way}"])
        if model.cell.recurrent_bias:
            second[-H:] = ours[f"b_hn{way}"]  # the last gate in both orders
        biases.append(np.concatenate((reordered(ours[f"b_h{way}"]), second)))
    R = np.stack([reordered(ours[f"W_hh{way}"]) for way in ways])
    return {"table": table, "W": W, "R": R, "B": np.stack(biases), "W_hy": ours["W_hy"], "b_y": ours["b_y"]}
