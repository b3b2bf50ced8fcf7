"""A network to take to PyTorch, ONNX or Keras, in the dialog to share."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from rnn_core import Model, TrainingConfig
from rnn_core.errors import MissingPackageError
from rnn_core.sharing import handover
from rnn_core.sharing.handover import Target
from ui.language import Texts, gettext, mark
from ui.messages import errors

_NAMES: dict[Target, str] = {"pytorch": "PyTorch", "onnx": "ONNX", "keras": "Keras"}
_CONTENTS = Texts(
    {
        "pytorch": mark(
            "A .zip with the weights (.safetensors) and a short script that predicts, and trains on with the same loss, clipping and "
            "optimizer. The probabilities are the same to about 12 digits. Needs torch, numpy and safetensors."
        ),
        "onnx": mark(
            "One graph from word ids to probabilities, with the vocabulary, the labels and the text rules as metadata. Its numbers are "
            "float32: probabilities are equal to about 0.000001."
        ),
        "keras": mark(
            "A .zip with the weights (.npz) and a short script for Keras 3 that predicts. Its numbers are float32: probabilities are equal "
            "to about 0.000001. Needs keras and numpy."
        ),
    }
)


def draw(network: Callable[[], Model], training: TrainingConfig | None) -> None:
    """Let the visitor choose a program and download the network for it.

    network: makes it when it is downloaded. training: the settings with which the PyTorch script trains on.
    """
    target = st.segmented_control(
        gettext("For another program"),
        handover.TARGETS,
        default="pytorch",
        required=True,
        key="handover-target",
        format_func=_NAMES.__getitem__,
    )
    try:
        handover.check(target)
    except MissingPackageError as problem:
        st.info(errors.error(problem), icon=":material/extension_off:")
        return
    ending = "onnx" if target == "onnx" else "zip"

    def content() -> bytes:
        files = handover.files(network(), target, training=training)
        return next(iter(files.values())) if target == "onnx" else handover.archive(files)

    st.download_button(
        gettext("The network for {program}", program=_NAMES[target]),
        data=content,
        file_name=f"network-{target}.{ending}",
        mime="application/octet-stream" if target == "onnx" else "application/zip",
        icon=":material/output:",
        on_click="ignore",
    )
    st.caption(_CONTENTS[target])
