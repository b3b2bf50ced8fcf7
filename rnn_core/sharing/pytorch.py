"""A network for PyTorch: its weights as a .safetensors file under PyTorch's names, and a program that uses them.

`embedding.weight` is E; `rnn.*` are the tensors of torch.nn.RNN, GRU or LSTM with one layer; `head.*` are those of torch.nn.Linear.
PyTorch has two biases where the equations have one: `bias_ih_l0` is b_h, and `bias_hh_l0` is zero except for the GRU's b_hn.
The metadata has one entry, "unrolled": the same description as in a model file (see model_file.py), as JSON.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from safetensors.numpy import save as as_safetensors

from rnn_core.arrays import Floats
from rnn_core.config import TrainingConfig
from rnn_core.network.model import Model
from rnn_core.sharing import model_file
from rnn_core.sharing.programs import PACKAGE, reduced

METADATA = "unrolled"
"""The entry of the metadata with the description of the network."""

_SETTLED = ("CELL", "BIDIRECTIONAL", "EMBEDDING_SIZE", "VECTORS", "SPLITTING", "UNKNOWN_WORDS", "OPTIMIZER", "CLIPPING")


def tensors(model: Model) -> dict[str, Floats]:
    """Return the weights in float64 by the names that a PyTorch module with the parts embedding, rnn and head gives them."""
    ours, H = model.parameters, model.config.hidden_size
    found: dict[str, Floats] = {}
    if "E" in ours:
        found["embedding.weight"] = ours["E"]
    for suffix in ("", "_reverse")[: 1 + model.config.bidirectional]:
        found[f"rnn.weight_ih_l0{suffix}"] = ours[f"W_xh{suffix}"]
        found[f"rnn.weight_hh_l0{suffix}"] = ours[f"W_hh{suffix}"]
        found[f"rnn.bias_ih_l0{suffix}"] = ours[f"b_h{suffix}"]
        second = np.zeros_like(ours[f"b_h{suffix}"])
        if model.cell.recurrent_bias:
            second[-H:] = ours[f"b_hn{suffix}"]
        found[f"rnn.bias_hh_l0{suffix}"] = second
    found["head.weight"], found["head.bias"] = ours["W_hy"], ours["b_y"]
    return {name: np.ascontiguousarray(array) for name, array in found.items()}


def save(model: Model) -> bytes:
    """Return the bytes of a .safetensors file. The same model gives the same bytes."""
    about = json.dumps(model_file.about(model), ensure_ascii=False, sort_keys=True)
    return as_safetensors(tensors(model), {METADATA: about})


def program(model: Model, training: TrainingConfig | None = None, name: str = "network.safetensors") -> str:
    """Return the source of a program that loads the file of this name beside it, predicts, and trains on.

    training: the settings to train on with, as they were at the end of the run; the defaults if they are not known.
    """
    training = training or TrainingConfig()
    constants: dict[str, Any] = {
        field.upper(): value for field, value in (model.config.to_json() | model.rules.to_json() | training.to_json()).items()
    }
    constants |= {field.upper(): value for field, value in training.at(training.epochs).items()}
    constants["LEARNING_RATE"] = training.rate_at(training.epochs)
    constants["VECTORS"] = model.config.vectors
    constants["UNKNOWN_WORDS"] = model.rules.unknown
    constants["FILE"] = name
    return reduced(PACKAGE / "sharing" / "pytorch_program.py", constants, settled=_SETTLED)
