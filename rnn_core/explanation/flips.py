"""Counterfactuals: the fewest words to delete, or one word to replace, that flip the prediction, to any other label or to a given one."""

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
from rnn_core.pauses import pause

MOST_DELETED = 2
MOST_WORK = 6e9
"""Maximum number of multiplications: a tenth for deletions of one word, a tenth of two, the rest for replacements. Two to four seconds."""
KEPT = 3

_CALL = 35_000
"""Fixed cost of one reading, in multiplications."""


@dataclass(frozen=True)
class Flip:
    """A changed sentence with another prediction."""

    text: str
    """the new sentence, including words that the network does not read"""
    words: tuple[str, ...]
    """the words that are read"""
    places: tuple[int, ...]
    """places (from 0) of the changed words among the words read"""
    old: tuple[str, ...]
    """the words there before"""
    new: str | None
    """the word there now; None if words were deleted"""
    verdict: str
    probability: float
    """of the new prediction"""


@dataclass(frozen=True)
class Flips:
    """The result of a search: at most KEPT flips of each kind, the most confident prediction first."""

    deletions: tuple[Flip, ...]
    """all of the same size: no smaller set of words flips the prediction"""
    deletions_tried: int
    deletions_cut_short: bool
    """whether there were too many sets of up to MOST_DELETED words to try them all"""
    replacements: tuple[Flip, ...]
    replacements_tried: int
    replacements_cut_short: bool


def find_flips(model: Model, reading: Reading, *, to: str | None = None, most_work: float = MOST_WORK) -> Flips:
    """Try to delete one word, or two words if no single one flips the prediction, and to replace each word by every other.

    to: the label that the new prediction must have; None for any label but the present one. A search that takes too long is cut
    short, always at the same point. Words with the largest effect of their own are tried first. Deleting all words does not count.

    Raises ValueError for a label that the model does not have, and for the label that it predicts already.
    """
    search, places = _Search(model, reading, to), range(len(reading.words))
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
"""Places, and the id of the word to put there, or None to delete the words there."""


class _Tried(NamedTuple):
    margins: list[float]
    """of every change tried: the margin by which the logits that are no flip still lead"""
    flips: tuple[Flip, ...]
    cut_short: bool


class _Search:
    """Predictions for a sentence with one change."""

    def __init__(self, model: Model, reading: Reading, to: str | None) -> None:
        self.ids: Ints = reading.tokens.ids
        self._model, self._params, self._tokens = model, model.arrays(), reading.tokens
        verdict = int(np.argmax(reading.probabilities[-1]))
        target = None if to is None else model.labels.index(to)
        if target == verdict:
            raise ValueError(f"the prediction is {to} already")
        places = np.arange(len(model.labels))
        self._wanted = places != verdict if target is None else places == target  # the labels whose prediction is a flip
        self._unwanted = ~self._wanted
        config = model.config
        self._step = len(CELLS[config.cell].gates) * config.hidden_size**2 * (1 + config.bidirectional)

    def try_all(self, changes: Iterable[_Change], most_work: float) -> _Tried:
        """Try one change after another until all are tried or the work is more than is allowed."""
        margins: list[float] = []
        flips: list[tuple[float, int, _Change, str]] = []
        work = 0.0
        for change in changes:
            pause()
            ids = self._changed(change)
            work += _CALL + len(ids) * self._step
            if work > most_work:
                return _Tried(margins, self._best(flips), True)
            logits = passes.logits(self._model.cell, self._params, ids)
            margins.append(float(np.max(logits[self._unwanted]) - np.max(logits[self._wanted])))
            if self._wanted[int(np.argmax(logits))]:
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
        """Return the sentence as written, with the change."""
        places, new = change
        at = self._tokens.places
        words: list[str] = list(self._tokens.written)
        for t in places:
            words[at[t]] = "" if new is None else self._model.vocabulary.words[new]
        return joined(self._model.rules, [word for word in words if word])

    def _best(self, flips: list[tuple[float, int, _Change, str]]) -> tuple[Flip, ...]:
        """Return the flips with the most confident predictions; of equal ones, those tried first."""
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
