"""A text read word by word: the states and the prediction after each word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnn_core.arrays import Floats, Ints
from rnn_core.data.text import UNSPACED, TextRules
from rnn_core.data.vocabulary import Tokens
from rnn_core.errors import UnknownWordError
from rnn_core.network import passes
from rnn_core.network.losses import softmax
from rnn_core.network.model import Model


@dataclass(frozen=True)
class Reading:
    """One text, read word by word by one model."""

    tokens: Tokens
    labels: tuple[str, ...]
    states: passes.States
    """hidden states and gates after each word"""
    probabilities: Floats
    """(T, C): row t is the prediction if the text ended after word t + 1"""

    @property
    def words(self) -> tuple[str, ...]:
        """The words read, one for each state."""
        return self.tokens.read

    @property
    def verdict(self) -> str:
        """The predicted label of the whole text."""
        return self.labels[int(np.argmax(self.probabilities[-1]))]

    @property
    def confidence(self) -> float:
        """Probability of the predicted label."""
        return float(np.max(self.probabilities[-1]))


def read(model: Model, text: str) -> Reading:
    """Return the reading of a text. Raises as Model.ids does."""
    tokens = model.tokens(text)
    cell, params, ids = model.cell, model.arrays(), tokens.ids
    states = passes.forward(cell, params, ids)
    if model.config.bidirectional:  # the second direction starts at the end, so each prefix needs a pass
        logits = [passes.logits(cell, params, ids[: t + 1]) for t in range(len(ids))]
    else:
        logits = [passes.output(params, h, states.h_reverse[-1]) for h in states.h[1:]]
    return Reading(tokens, model.labels, states, np.stack([softmax(y) for y in logits]))


def ids_of(model: Model, text: str) -> Ints:
    """Return Model.ids(text), but without the search for similar words if one is unknown, which is slow."""
    words = model.rules.words(text)
    if model.rules.unknown == "refuse" and (unknown := model.vocabulary.unknown(words)):
        raise UnknownWordError(unknown)
    return model.ids(text)


def joined(rules: TextRules, words: Sequence[str]) -> str:
    """Return a text that the rules split into these words."""
    together = "".join(words)  # characters may merge: a letter and an accent that stood apart
    return together if rules.splitting in UNSPACED and rules.words(together) == tuple(words) else " ".join(words)
