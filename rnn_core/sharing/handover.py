"""A network written for another program: PyTorch, ONNX or Keras."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Literal

from rnn_core.config import TrainingConfig
from rnn_core.network.model import Model
from rnn_core.sharing import keras, model_file, onnx_graph, pytorch

Target = Literal["pytorch", "onnx", "keras"]
TARGETS: tuple[Target, ...] = ("pytorch", "onnx", "keras")


def files(model: Model, target: Target, name: str = "network", training: TrainingConfig | None = None) -> dict[str, bytes]:
    """Return the files that the program needs, content by file name. A script comes last and loads the file before it.

    name: of the files, without ending. training: the settings with which the PyTorch script trains on, as far as they are known.
    Raises MissingPackageError as check does.
    """
    if target == "onnx":
        return {f"{name}.onnx": onnx_graph.save(model)}
    if target == "keras":
        weights, script = model_file.save(model), keras.program(model, f"{name}.npz")
        return {f"{name}.npz": weights, f"{name}.py": script.encode()}
    weights, script = pytorch.save(model), pytorch.program(model, training, f"{name}.safetensors")
    return {f"{name}.safetensors": weights, f"{name}.py": script.encode()}


def check(target: Target) -> None:
    """Raise MissingPackageError if a package that writes for this program is not installed."""
    if target == "onnx":
        onnx_graph.check()


def archive(contents: Mapping[str, bytes]) -> bytes:
    """Return a .zip of files, content by file name. The same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, content in contents.items():
            whole.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
