"""A network for Keras 3: a program that builds it from a model file (see model_file.py) and predicts."""

from __future__ import annotations

from typing import Any

from rnn_core.network.model import Model
from rnn_core.sharing.programs import PACKAGE, reduced

_SETTLED = ("CELL", "BIDIRECTIONAL", "EMBEDDING_SIZE", "SPLITTING", "UNKNOWN_WORDS")


def program(model: Model, name: str = "network.npz") -> str:
    """Return the source of a program that loads the model file of this name beside it."""
    constants: dict[str, Any] = {
        field.upper(): value for field, value in (model.config.to_json() | model.rules.to_json()).items()
    }
    constants["UNKNOWN_WORDS"] = model.rules.unknown
    constants["FILE"] = name
    return reduced(PACKAGE / "sharing" / "keras_program.py", constants, settled=_SETTLED)
