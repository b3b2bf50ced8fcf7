"""A network from outside: tensors with PyTorch's names, words and labels, made into a Model.

What is read: torch.nn.RNN (tanh), GRU or LSTM with one layer, one direction or both, on torch.nn.Embedding or one-hot input, and
torch.nn.Linear on the last state (of both directions: the forward state first). The names are a module's own, such as
"encoder.lstm.weight_ih_l0"; the layers are found by their endings and shapes. The two biases that PyTorch adds up become one,
except for the part inside the GRU's reset gate.

Words and labels are sorted here, and the rows of the tensors with them. A head with a single output for two labels, meant for a
sigmoid, becomes one with two: the first label gets the logit zero. A file that was written here describes itself (see pytorch.py).

A file does not say how its numbers were used. nn.RNN with ReLU has the same tensors as with tanh: it is refused where the metadata
or the caller say so, and cannot be told otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.config import ModelConfig
from rnn_core.data.text import TextRules
from rnn_core.data.vocabulary import Vocabulary
from rnn_core.errors import ConfigError, ModelFileError, TensorFileError
from rnn_core.limits import Limits
from rnn_core.network.cells import CELLS
from rnn_core.network.model import Model
from rnn_core.network.parameters import Layout
from rnn_core.sharing import model_file, tensor_files, word_list
from rnn_core.sharing.pytorch import METADATA

BY_WORD = "for each word"
"""How the detail of an error ends where a shape depends on the vocabulary."""
_INPUT, _RECURRENT = "weight_ih_l0", "weight_hh_l0"
_RECURRENT_PARTS = ("weight_ih_l", "weight_hh_l", "weight_hr_l", "bias_ih_l", "bias_hh_l")


def load(
    source: bytes,
    *,
    vocabulary: Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
    rules: TextRules | None = None,
    activation: str = "tanh",
    limits: Limits | None = None,
) -> Model:
    """Return the network in a .safetensors or .npz file.

    vocabulary: the word of each id, in order; labels: the label of each row of the head, in order. Both are needed unless the file
    describes itself. rules: how texts are split; guessed from the vocabulary if not given. activation: of an nn.RNN.

    Raises TensorFileError, which names the tensor that does not fit.
    """
    limits = limits or Limits()
    tensors, metadata = tensor_files.read(source, limits)
    network = _Network.of(tensors)
    said = metadata.get("nonlinearity", activation)
    if network.cell == "vanilla" and not activation == said == "tanh":
        other = said if activation == "tanh" else activation
        raise TensorFileError("activation", f"the network here has tanh, not {other}", tensor=network.name(_RECURRENT))
    config = network.config(limits)
    if METADATA in metadata:
        try:
            own_rules, own_words, own_labels, described = model_file.understood(
                metadata[METADATA].encode("utf-8", "replace"), limits
            )
        except ModelFileError as error:
            raise TensorFileError("bad_description", error.detail) from error
        rules, vocabulary, labels = rules or own_rules, vocabulary or own_words.words, labels or own_labels
        same = ("cell", "hidden_size", "bidirectional", "embedding_size")
        if all(getattr(described, name) == getattr(config, name) for name in same):
            config = described
    words, labels = word_list.checked(vocabulary, limits), _labels(labels, limits)
    rules = rules or word_list.guessed_rules(words)
    parameters = network.parameters(words, labels)
    layout = Layout(config, len(words), len(labels))
    if layout.size > limits.parameters:
        raise TensorFileError("over_limits", f"{layout.size:,} parameters, at most {limits.parameters:,}")
    vector = np.empty(layout.size)
    for name, array in layout.named(vector).items():
        array[...] = parameters[name]
    if not np.isfinite(vector).all():  # two biases can be finite and their sum not
        raise TensorFileError("not_finite", "the sum of two biases is not finite")
    return Model(rules, Vocabulary(words), tuple(sorted(labels)), config, vector)


def _labels(labels: Sequence[str] | None, limits: Limits) -> tuple[str, ...]:
    if labels is None:
        raise TensorFileError("no_labels", "the file does not say its labels")
    if not all(map(model_file.is_word, labels)) or len(set(labels)) < len(labels) or not 2 <= len(labels) <= limits.labels:
        raise TensorFileError("bad_labels", f"2 to {limits.labels} different labels are needed")
    return tuple(labels)


class _Network(NamedTuple):
    """The tensors of a file, and what each is."""

    tensors: Mapping[str, Floats]
    prefix: str
    """of the names of the recurrent layer"""
    cell: str
    bidirectional: bool
    embedding: str | None
    """name of the tensor"""
    head: str
    """name of the matrix"""
    head_bias: str | None

    @classmethod
    def of(cls, tensors: Mapping[str, Floats]) -> _Network:
        """Return what the tensors are. Raise TensorFileError for the first that does not fit."""
        inputs = [name for name in tensors if name.endswith(_INPUT)]
        if not inputs:
            raise TensorFileError("no_recurrent_layer", f"no tensor has a name that ends in {_INPUT}")
        if len(inputs) > 1:
            raise TensorFileError("several_recurrent_layers", tensor=inputs[1])
        prefix = inputs[0].removesuffix(_INPUT)
        for name in tensors:
            part = name.removeprefix(prefix) if name.startswith(prefix) else ""
            if "weight_hr_l" in part:
                raise TensorFileError("projection", "nn.LSTM with proj_size", tensor=name, found=tensors[name].shape)
            if part.startswith(_RECURRENT_PARTS) and not part.removesuffix("_reverse").endswith("_l0"):
                raise TensorFileError("several_layers", "one layer is read", tensor=name, found=tensors[name].shape)
        both = f"{prefix}{_INPUT}_reverse" in tensors
        if prefix + _RECURRENT not in tensors:
            raise TensorFileError("missing_tensor", tensor=prefix + _RECURRENT)
        recurrent = tensors[prefix + _RECURRENT]
        rows = recurrent.shape[0] if recurrent.ndim else 0
        H = recurrent.shape[1] if recurrent.ndim == 2 else 0
        cells = {len(cell.gates): name for name, cell in CELLS.items() if name in ("vanilla", "gru", "lstm")}
        if H == 0 or rows % H or rows // H not in cells:
            detail = "nn.RNN has H rows, nn.GRU 3H and nn.LSTM 4H, where H is the number of columns"
            raise TensorFileError("wrong_shape", detail, tensor=prefix + _RECURRENT, found=recurrent.shape)
        if tensors[inputs[0]].ndim != 2 or tensors[inputs[0]].shape[1] == 0:
            raise TensorFileError("wrong_shape", "it must be a matrix", tensor=inputs[0], found=tensors[inputs[0]].shape)
        own = {f"{prefix}{part}_l0{way}" for part in _parts() for way in (("", "_reverse") if both else ("",))}
        others = [name for name in tensors if name not in own]
        return cls(
            tensors, prefix, cells[rows // H], both, *_around(tensors, others, H * (1 + both), tensors[inputs[0]].shape[1])
        )

    def name(self, part: str) -> str:
        return f"{self.prefix}{part}"

    @property
    def hidden_size(self) -> int:
        return int(self.tensors[self.name(_RECURRENT)].shape[1])

    @property
    def input_size(self) -> int:
        return int(self.tensors[self.name(_INPUT)].shape[1])

    def config(self, limits: Limits) -> ModelConfig:
        """Return the settings that the shapes imply."""
        if self.hidden_size > limits.hidden_size:
            shape = self.tensors[self.name(_RECURRENT)].shape
            detail = f"at most {limits.hidden_size:,} hidden units"
            raise TensorFileError("over_limits", detail, tensor=self.name(_RECURRENT), found=shape)
        size = 0 if self.embedding is None else self.input_size
        try:
            return ModelConfig(
                cell=self.cell, hidden_size=self.hidden_size, bidirectional=self.bidirectional, embedding_size=size
            )
        except ConfigError as error:
            raise TensorFileError("over_limits", str(error), tensor=self.embedding or "") from error

    def parameters(self, words: Sequence[str], labels: Sequence[str]) -> dict[str, Floats]:
        """Return our parameters by name, in the shapes of the equations, for sorted words and labels."""
        V, H, gates = len(words), self.hidden_size, len(CELLS[self.cell].gates)
        by_word = sorted(range(V), key=words.__getitem__)
        found: dict[str, Floats] = {}
        if self.embedding is not None:
            found["E"] = self._tensor(self.embedding, (V, self.input_size), f"one row {BY_WORD}")[by_word]
        for way in ("", "_reverse") if self.bidirectional else ("",):
            columns = V if self.embedding is None else self.input_size
            W_xh = self._tensor(self.name(_INPUT + way), (gates * H, columns), "" if self.embedding else f"one column {BY_WORD}")
            found[f"W_xh{way}"] = W_xh if self.embedding else W_xh[:, by_word]
            found[f"W_hh{way}"] = self._tensor(self.name(_RECURRENT + way), (gates * H, H))
            first, second = (self._bias(f"{part}_l0{way}", gates * H) for part in ("bias_ih", "bias_hh"))
            with np.errstate(over="ignore"):
                found[f"b_h{way}"] = first + second
            if CELLS[self.cell].recurrent_bias:
                found[f"b_h{way}"][2 * H :] = first[2 * H :]
                found[f"b_hn{way}"] = second[2 * H :]
        rows = len(self.tensors[self.head])
        columns = H * (1 + self.bidirectional)
        W_hy = self._tensor(self.head, (rows, columns))
        b_y = np.zeros(rows) if self.head_bias is None else self._tensor(self.head_bias, (rows,))
        if rows == 1 and len(labels) == 2:
            W_hy, b_y = np.concatenate((np.zeros_like(W_hy), W_hy)), np.concatenate((np.zeros(1), b_y))
        elif rows != len(labels):
            detail = f"{len(labels)} labels are given"
            raise TensorFileError(
                "wrong_number_of_labels", detail, tensor=self.head, found=W_hy.shape, expected=(len(labels), columns)
            )
        by_label = sorted(range(len(labels)), key=labels.__getitem__)
        return found | {"W_hy": W_hy[by_label], "b_y": b_y[by_label]}

    def _bias(self, part: str, size: int) -> Floats:
        """Return a bias of the recurrent layer, zeros where the layer has none (bias=False)."""
        name = self.name(part)
        return self._tensor(name, (size,)) if name in self.tensors else np.zeros(size)

    def _tensor(self, name: str, shape: tuple[int, ...], detail: str = "") -> Floats:
        if name not in self.tensors:
            raise TensorFileError("missing_tensor", tensor=name, expected=shape)
        found = self.tensors[name]
        if found.shape != shape:
            raise TensorFileError("wrong_shape", detail, tensor=name, found=found.shape, expected=shape)
        return found


def _parts() -> tuple[str, ...]:
    return ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def _around(tensors: Mapping[str, Floats], others: Sequence[str], states: int, inputs: int) -> tuple[str | None, str, str | None]:
    """Return the names of the embedding (None for one-hot input), of the head's matrix and of its bias (None without one).

    others: the tensors outside the recurrent layer. The head is the matrix with a bias; without any, the one that fits the states
    and not the inputs.
    """
    matrices = [name for name in others if tensors[name].ndim == 2]
    biases = {name.removesuffix("bias") + "weight": name for name in others if name.endswith("bias") and tensors[name].ndim == 1}
    heads = [name for name in matrices if name in biases]
    if not heads:
        heads = [name for name in matrices if tensors[name].shape[1] == states and "emb" not in name.lower()]
    if not heads:
        raise TensorFileError("missing_tensor", "the linear layer on the last state", expected=(0, states)[1:])
    if len(heads) > 1:
        raise TensorFileError("unexpected_tensor", "one linear layer is read", tensor=heads[1], found=tensors[heads[1]].shape)
    head, bias = heads[0], biases.get(heads[0])
    embeddings = [name for name in matrices if name != head]
    known = {head, bias, *embeddings[:1]}
    for name in others:
        if name not in known:
            raise TensorFileError("unexpected_tensor", "no layer that is read has it", tensor=name, found=tensors[name].shape)
    if embeddings and tensors[embeddings[0]].shape[1] != inputs:
        found = tensors[embeddings[0]].shape
        raise TensorFileError(
            "wrong_shape", "embedding and input", tensor=embeddings[0], found=found, expected=(found[0], inputs)
        )
    return embeddings[0] if embeddings else None, head, bias
