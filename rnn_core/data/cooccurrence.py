"""Word vectors from counts: which words stand near which others.

    v(word)[k] = max(0, log( p(word, context k) / (p(word) p(context k)) ))

This is positive pointwise mutual information with chosen words as contexts, one number for each. Words that are used alike get
similar vectors, though nobody has said what they mean. (Church and Hanks 1990; GloVe and word2vec compress such counts.)
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from rnn_core.data.word_vectors import WordVectors


def vectors_from(sentences: Iterable[Sequence[str]], contexts: Sequence[str], *, name: str, window: int = 5) -> WordVectors:
    """Return a vector (D,) for each word of the sentences, one number for each of D contexts, with two decimals.

    window: how many words away a context may stand, on either side. Two decimals are the same on every machine.
    """
    pairs: Counter[tuple[str, str]] = Counter()
    known = frozenset(contexts)
    for words in sentences:
        for i, word in enumerate(words):
            near = (*words[max(0, i - window) : i], *words[i + 1 : i + 1 + window])
            pairs.update((word, context) for context in near if context in known)
    whole = pairs.total()
    of_word, of_context = Counter[str](), Counter[str]()
    for (word, context), count in pairs.items():
        of_word[word] += count
        of_context[context] += count

    def number(word: str, context: str) -> float:
        expected = of_word[word] * of_context[context]
        return round(max(0.0, math.log(pairs[word, context] * whole / expected)), 2) if pairs[word, context] else 0.0

    rows = {word: np.array([number(word, context) for context in contexts], dtype=np.float32) for word in of_word}
    return WordVectors.of(name, rows)
