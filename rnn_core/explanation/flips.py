"""What would change its mind: the fewest words to delete, or one word to put in another's place, that flip the verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np

from rnn_core.arrays import Ints
from rnn_core.data.text import UNKNOWN
from rnn_core.explanation.reading import Reading, joined
from rnn_core.network import passes
from rnn_core.network.cells import CELLS
from rnn_core.network.losses import softmax
from rnn_core.network.model import Model

MOST_DELETED = 2
MOST_WORK = 6e9
"""Multiplications, at most: a tenth for deletions of one word, a tenth of two, the rest for replacements. About two seconds."""
KEPT = 3

_CALL = 35_000
"""Multiplications that the time to begin one reading would do."""


@dataclass(frozen=True)
class Flip:
    """A sentence near to one that was read, with another verdict."""

    text: str
    """the new sentence; a word that the network did not read stays where it was"""
    words: tuple[str, ...]
    """that are read of it"""
    places: tuple[int, ...]
    """where the words read were changed, from 0"""
    old: tuple[str, ...]
    """what stood there"""
    new: str | None
    """what stands there now; None for words deleted"""
    verdict: str
    probability: float
    """of the new verdict"""


@dataclass(frozen=True)
class Flips:
    """What a search found. Of several flips the one of which the network is surest comes first, at most KEPT of a kind."""

    deletions: tuple[Flip, ...]
    """all of one size: no smaller set of words flips the verdict"""
    deletions_tried: int
    deletions_cut_short: bool
    """whether there were more sets of up to MOST_DELETED words than could be tried"""
    replacements: tuple[Flip, ...]
    replacements_tried: int
    replacements_cut_short: bool


def find_flips(model: Model, reading: Reading, *, most_work: float = MOST_WORK) -> Flips:
    """Try deletions, of one word and, where none flips the verdict, of two; and every word of the vocabulary in every place.

    A search that grows too long is cut short, each time alike; words that matter most by themselves are tried first. To delete
    all words is no change: nothing would be left to read.
    """
    search, places = _Search(model, reading), range(len(reading.words))
    alone = search.try_all([((t,), None) for t in places] if len(places) > 1 else [], most_work / 10)
    tried, deleted = len(alone.margins), alone
    first = [*sorted(places[:tried], key=lambda t: alone.margins[t]), *places[tried:]]
    if not (alone.flips or alone.cut_short) and len(places) > MOST_DELETED:
        pairs = sorted(combinations(places, MOST_DELETED), key=lambda pair: sum(alone.margins[t] for t in pair))
        deleted = search.try_all(((pair, None) for pair in pairs), most_work / 10)
        tried += len(deleted.margins)
    words = [i for i, word in enumerate(model.vocabulary) if word != UNKNOWN]
    replaced = search.try_all((((t,), word) for t in first for word in words if word != search.ids[t]), most_work * 0.8)
    return Flips(deleted.flips, tried, deleted.cut_short, replaced.flips, len(replaced.margins), replaced.cut_short)


_Change = tuple[tuple[int, ...], int | None]
"""Places, and the id of the word to put there, or None to delete what stands there."""


class _Tried(NamedTuple):
    margins: list[float]
    """of every change tried: by how much the verdict's logit still leads"""
    flips: tuple[Flip, ...]
    cut_short: bool


class _Search:
    """Readings of a sentence with one thing changed."""

    def __init__(self, model: Model, reading: Reading) -> None:
        self.ids: Ints = reading.tokens.ids
        self._model, self._params, self._tokens = model, model.arrays(), reading.tokens
        self._verdict = int(np.argmax(reading.probabilities[-1]))
        config = model.config
        self._step = len(CELLS[config.cell].gates) * config.hidden_size**2 * (1 + config.bidirectional)

    def try_all(self, changes: Iterable[_Change], most_work: float) -> _Tried:
        """Try one change after the other until they end, or what they cost is more than is allowed."""
        margins: list[float] = []
        flips: list[tuple[float, int, _Change, str]] = []
        work = 0.0
        for change in changes:
            ids = self._changed(change)
            work += _CALL + len(ids) * self._step
            if work > most_work:
                return _Tried(margins, self._best(flips), True)
            logits = passes.logits(self._model.cell, self._params, ids)
            others = logits.tolist()
            margins.append(others.pop(self._verdict) - max(others))
            if np.argmax(logits) != self._verdict:
                p = softmax(logits)
                flips.append((-float(np.max(p)), len(flips), change, self._model.labels[int(np.argmax(p))]))
        return _Tried(margins, self._best(flips), False)

    def _changed(self, change: _Change) -> Ints:
        places, new = change
        if new is None:
            return np.delete(self.ids, places)
        ids = self.ids.copy()
        ids[list(places)] = new
        return ids

    def _text(self, change: _Change) -> str:
        """The sentence with the same change made in it as it was written."""
        places, new = change
        at = self._tokens.places
        words: list[str] = list(self._tokens.written)
        for t in places:
            words[at[t]] = "" if new is None else self._model.vocabulary.words[new]
        return joined(self._model.rules, [word for word in words if word])

    def _best(self, flips: list[tuple[float, int, _Change, str]]) -> tuple[Flip, ...]:
        """The flips of which the network is surest, of equals the one tried first."""
        known = self._model.vocabulary.words
        best = []
        for minus_probability, _, change, verdict in sorted(flips, key=lambda flip: flip[:2])[:KEPT]:
            places, new = change
            best.append(
                Flip(
                    text=self._text(change),
                    words=tuple(known[i] for i in self._changed(change)),
                    places=places,
                    old=tuple(self._tokens.read[t] for t in places),
                    new=None if new is None else known[new],
                    verdict=verdict,
                    probability=-minus_probability,
                )
            )
        return tuple(best)
