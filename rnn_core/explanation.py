"""What the network thinks while it reads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rnn_core import network
from rnn_core.compiled import Floats
from rnn_core.losses import softmax
from rnn_core.model import Model


@dataclass(frozen=True)
class Reading:
    """One text, read word by word."""

    words: tuple[str, ...]
    labels: tuple[str, ...]
    h: Floats
    """(T+1, H): the hidden state after t words"""
    probabilities: Floats
    """(T, C): what the network would say if the text ended after each word"""

    @property
    def verdict(self) -> str:
        """The likeliest label once all is read."""
        return self.labels[int(np.argmax(self.probabilities[-1]))]

    @property
    def confidence(self) -> float:
        """The probability of the verdict."""
        return float(np.max(self.probabilities[-1]))


def read(model: Model, text: str) -> Reading:
    """Read a text in one forward pass; the prefixes of a text share its states. Raises as Model.read does."""
    params = model.params
    h = network.hidden_states(params, model.read(text))
    probabilities = np.stack([softmax(network.output(params, state)) for state in h[1:]])
    return Reading(model.rules.words(text), model.labels, h, probabilities)
