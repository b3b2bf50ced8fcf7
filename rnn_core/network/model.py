"""A network with the words and labels it knows: text in, probabilities out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Self

import numpy as np

from rnn_core.arrays import Floats, Ints
from rnn_core.config import ModelConfig
from rnn_core.data.text import TextRules
from rnn_core.data.vocabulary import Tokens, Vocabulary
from rnn_core.errors import DatasetError
from rnn_core.experiment import Experiment
from rnn_core.network import passes
from rnn_core.network.cells import CELLS
from rnn_core.network.cells.cell import Cell
from rnn_core.network.initialization import initial_parameters, start_from_vectors
from rnn_core.network.losses import softmax
from rnn_core.network.parameters import Layout, Parameters
from rnn_core.streams import stream


class Model:
    """Text rules, vocabulary, labels, configuration and parameters. Immutable: training creates new models."""

    def __init__(
        self, rules: TextRules, vocabulary: Vocabulary, labels: tuple[str, ...], config: ModelConfig, vector: Floats
    ) -> None:
        self.rules, self.vocabulary, self.labels, self.config = rules, vocabulary, labels, config
        self.layout = Layout(config, len(vocabulary), len(labels))
        if vector.shape != (self.layout.size,):
            raise ValueError(f"{self.layout.size} parameters expected, {vector.shape} given")
        self.vector = np.array(vector, dtype=np.float64)
        self.vector.setflags(write=False)

    @classmethod
    def initial(cls, experiment: Experiment) -> Self:
        """Return the network before the first epoch of the experiment."""
        data, config = experiment.dataset, experiment.model
        layout, seed = Layout.of(experiment), experiment.training.seed
        vector = initial_parameters(config, layout, seed)
        if config.vectors != "unused" and data.vectors is not None:
            start_from_vectors(layout.named(vector)["E"], data.vectors, data.vocabulary, seed)
        return cls(data.rules, data.vocabulary, data.labels, config, vector)

    def with_vector(self, vector: Floats) -> Self:
        """Return the same network with other parameters, given as the vector (size,) of its layout."""
        return type(self)(self.rules, self.vocabulary, self.labels, self.config, vector)

    def with_large_weights(self, seed: int = 0) -> Self:
        """Return the same network with weights of order one: N(0, 1)/√(columns) in every matrix, N(0, 1)/2 in the biases.

        The states are then neither tiny nor saturated, so a wrong gradient rule is clearly visible.
        """
        vector = np.empty(self.layout.size)
        for name, array in self.layout.named(vector).items():
            # A one-hot input selects one column of W_xh, and a row of E is the input itself: no square root.
            alone = name in self.layout.tables
            scale = 1.0 if alone else 0.5 if array.ndim == 1 else array.shape[1] ** -0.5
            array[...] = stream(seed, "large weights", name).standard_normal(array.shape) * scale
        return self.with_vector(vector)

    @cached_property
    def parameters(self) -> Mapping[str, Floats]:
        """The parameters by name, in the shapes of the equations (W_xh is (H, V)). Views: read-only, nothing is copied."""
        return MappingProxyType(dict(self.layout.named(self.vector)))

    def arrays(self) -> Parameters:
        """Return a copy of the parameters as they are stored (one-hot W_xh is (V, H)), for the functions of passes and cells.

        The arrays can be written to, as in training: compiled code would be compiled a second time for read-only arrays.
        """
        return self.layout.views(self.vector.copy())

    def tokens(self, text: str) -> Tokens:
        """Return the text as the network reads it.

        Raises UnknownWordError if unknown words are refused, and DatasetError for a text without words (empty_text) or
        without a known word (nothing_known).
        """
        tokens = self.vocabulary.tokens(self.rules.words(text), self.rules.unknown)
        if not tokens.read:
            raise DatasetError("nothing_known" if tokens.written else "empty_text", detail=text)
        return tokens

    def ids(self, text: str) -> Ints:
        """Return the text as word ids (T,). Raises as tokens does."""
        return self.tokens(text).ids

    @property
    def cell(self) -> Cell:
        """The cell of this network."""
        return CELLS[self.config.cell]

    def states(self, text: str) -> passes.States:
        """Return the states of the network after each word of the text. Raises as ids does."""
        return passes.forward(self.cell, self.arrays(), self.ids(text))

    def hidden_states(self, text: str) -> Floats:
        """Return the hidden states h (T+1, H): row t is the state after t words. Raises as ids does."""
        return self.states(text).h

    def predict_proba(self, texts: Sequence[str]) -> Floats:
        """Return probabilities (N, C) of N texts, columns as in `labels`. Raises as ids does."""
        if isinstance(texts, str):
            raise ValueError("predict_proba takes a list of texts")
        params = self.arrays()
        out = np.empty((len(texts), len(self.labels)))
        for i, text in enumerate(texts):
            out[i] = softmax(passes.logits(self.cell, params, self.ids(text)))
        return out

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the most probable label of each text. Raises as ids does."""
        return [self.labels[i] for i in np.argmax(self.predict_proba(texts), axis=1)]

    def loss(self, text: str, label: str) -> float:
        """Return the cross-entropy of one text in nats. Raises as ids does; ValueError for a label that is not in `labels`."""
        return float(passes.loss(self.cell, self.arrays(), self.ids(text), self.labels.index(label)))
