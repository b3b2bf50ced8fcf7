"""What the network thinks while it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnn_core.arrays import Floats, Ints
from rnn_core.data.text import TextRules
from rnn_core.data.vocabulary import Tokens
from rnn_core.errors import UnknownWordError
from rnn_core.network import passes
from rnn_core.network.losses import softmax
from rnn_core.network.model import Model


@dataclass(frozen=True)
class Reading:
    """One text, read word by word."""

    tokens: Tokens
    labels: tuple[str, ...]
    states: passes.States
    """the hidden states after t words, and the gates"""
    probabilities: Floats
    """(T, C): what the network would say if the text ended after each word"""

    @property
    def words(self) -> tuple[str, ...]:
        """The words that were read, one a state."""
        return self.tokens.read

    @property
    def verdict(self) -> str:
        """The likeliest label once all is read."""
        return self.labels[int(np.argmax(self.probabilities[-1]))]

    @property
    def confidence(self) -> float:
        """The probability of the verdict."""
        return float(np.max(self.probabilities[-1]))


def read(model: Model, text: str) -> Reading:
    """Read a text; one way, the prefixes of a text share its states and one pass serves all. Raises as Model.ids does."""
    tokens = model.tokens(text)
    cell, params, ids = model.cell, model.arrays(), tokens.ids
    states = passes.forward(cell, params, ids)
    if model.config.bidirectional:  # the second direction begins at the end, so every prefix is read anew
        logits = [passes.logits(cell, params, ids[: t + 1]) for t in range(len(ids))]
    else:
        logits = [passes.output(params, h, states.h_reverse[-1]) for h in states.h[1:]]
    return Reading(tokens, model.labels, states, np.stack([softmax(y) for y in logits]))


def ids_of(model: Model, text: str) -> Ints:
    """Word ids (T,) of a text, as Model.ids has them; but of an unknown word no near ones are looked up, which takes its time."""
    words = model.rules.words(text)
    if model.rules.unknown == "refuse" and (unknown := model.vocabulary.unknown(words)):
        raise UnknownWordError(unknown)
    return model.ids(text)


def joined(rules: TextRules, words: Sequence[str]) -> str:
    """Words as a text of which the rules make these words again."""
    return ("" if rules.splitting == "characters" else " ").join(words)
