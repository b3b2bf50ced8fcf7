"""Generated sentences: from templates, with the label that their negations imply, and two tasks that need memory.

    sentence = subject + clause + time          i was | not at all bad or sad | earlier

Generated datasets are balanced and have no repeated sentence. They use the guide's words, and more words if the guide's do not
give enough sentences.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import cycle, islice, product, zip_longest
from typing import Annotated

import numpy as np

from rnn_core.data.dataset import NEGATIVE, POSITIVE, SENTIMENTS, Dataset
from rnn_core.domains import Config, Real, Switch, Whole
from rnn_core.errors import ConfigError
from rnn_core.streams import stream

_NOW = ("", "now", "right now")
_ONCE = ("", "earlier")
_TIMES = {"": (*_NOW, "earlier"), "i am": _NOW, "this is": _NOW, "i was": _ONCE, "this was": _ONCE}
"""Subject -> the times that fit its tense."""
_CONTEXTS = tuple((subject, time) for subject, times in _TIMES.items() for time in times)
_INTENSIFIERS = ("very", "really", "so", "truly")
_ADJECTIVES = {
    POSITIVE: ("good", "happy", "great", "glad", "fine", "calm", "nice", "kind"),
    NEGATIVE: ("bad", "sad", "awful", "angry", "poor", "tense", "nasty", "cruel"),
}
_FEWEST, _MOST = 2, 8
"""Adjectives of each label: as many as the guide has, and all."""
_NEGATIONS = ((), ("not", "not at all"), ("not not", "not at all not"))
"""By depth. An odd number of "not" gives the adjective, and one joined to it by "or", the opposite meaning."""
_FILLERS = ("the", "a", "film", "story", "was", "about", "of", "and", "in", "it")

_Pair = tuple[str, str]
"""A positive and a negative sentence in the same split."""


@dataclass(frozen=True, kw_only=True)
class Making(Config, ABC):
    """Settings of a generated dataset: number of sentences and seed. Raises ConfigError for settings that are impossible."""

    count: Annotated[int, Whole(50, 5_000)] = 500
    test_share: Annotated[float, Real(0.0, includes_low=True, high=0.5)] = 0.25
    """Share of sentences in the test split."""
    seed: Annotated[int, Whole(0, 2**53 - 1)] = 0

    @abstractmethod
    def dataset(self) -> Dataset:
        """Return the sentences, training first, labels alternating. The same settings give the same sentences."""

    @property
    def _tested(self) -> int:
        """Test sentences per label."""
        return round(self.count * self.test_share / 2)


@dataclass(frozen=True, kw_only=True)
class Templates(Making):
    """Sentences like the guide's: subject, negation, intensifier, adjective, time."""

    negation_depth: Annotated[int, Whole(0, 2)] = 2
    """0: "very good"; 1: also "not at all good"; 2: also "not not good"."""
    subjects: Annotated[bool, Switch()] = True
    """Whether some sentences begin with "i am", "i was", "this is" or "this was"."""
    times: Annotated[bool, Switch()] = True
    """Whether some sentences end with "now", "right now" or "earlier", as fits the tense."""
    pairs: Annotated[bool, Switch()] = True
    """Whether some sentences have two adjectives: "good and very happy", "good not bad", "not bad or sad"."""
    intensifiers: Annotated[int, Whole(0, len(_INTENSIFIERS))] = 1
    """Number of words such as "very"."""
    adjectives: Annotated[int, Whole(0, _MOST)] = 0
    """Adjectives per label; 0: the guide's two, or as many as are needed for enough sentences."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.count > self.capacity:
            raise ConfigError("count", self.count, f"at most {self.capacity:,}: these settings give no more different sentences")

    @cached_property
    def capacity(self) -> int:
        """Number of different sentences possible with these settings (with all adjectives if their number is 0)."""
        return self._capacity(self.adjectives or _MOST)

    def dataset(self) -> Dataset:
        """Return the sentences. The kinds of clauses alternate while they last; training has every word of the test."""
        adjectives = self.adjectives or next(n for n in range(_FEWEST, _MOST + 1) if self._capacity(n) >= self.count)
        draw = stream(self.seed, "templates")
        made = {label: self._sentences(label, adjectives, draw) for label in SENTIMENTS}
        half = self.count // 2
        pairs = list(zip(islice(made[POSITIVE], half), islice(made[NEGATIVE], half), strict=True))
        return _dataset(pairs, self._tested, draw, islice(made[POSITIVE], self.count % 2))

    def _sentences(self, label: str, adjectives: int, draw: np.random.Generator) -> Iterator[str]:
        """Yield all sentences of the label in random order, the kinds of clauses alternating."""
        queues = []
        for clauses in self._clauses(label, adjectives):
            all_of_them = [(subject, clause, time) for clause in clauses for subject, time in self._contexts]
            queues.append([all_of_them[i] for i in draw.permutation(len(all_of_them))])
        turns = zip_longest(*queues)
        return (_joined(*parts) for turn in turns for parts in turn if parts is not None)

    def _capacity(self, adjectives: int) -> int:
        return 2 * len(self._contexts) * sum(len(clauses) for clauses in self._clauses(POSITIVE, adjectives))

    @property
    def _contexts(self) -> list[tuple[str, str]]:
        """Subjects and times that can surround a clause."""
        return [(s, t) for s, t in _CONTEXTS if (self.subjects or not s) and (self.times or not t)]

    def _clauses(self, label: str, adjectives: int) -> list[list[str]]:
        """Return all clauses with the meaning of the label, by depth and by number of adjectives."""
        same = _ADJECTIVES[label][:adjectives]
        opposite = _ADJECTIVES[_opposite(label)][:adjectives]
        plain = [(a, _joined(very, a)) for a in same for very in ("", *_INTENSIFIERS[: self.intensifiers])]
        kinds = [
            [p for _, p in plain],
            [f"{p} and {q}" for a, p in plain for b, q in plain if a != b],
        ]
        for depth in range(1, self.negation_depth + 1):
            nots, negated = _NEGATIONS[depth], opposite if depth == 1 else same
            two = [(a, b) for a, b in product(negated, repeat=2) if a != b]
            both = [f"{n} {a} or {b}" for n in nots for a, b in two]
            if depth == 1:
                both += [f"{p} not {a}" for _, p in plain for a in negated]
                both += [f"{p} and {n} {a}" for _, p in plain for n in nots for a in negated]
                both += [f"{n} {a} and {n} {b}" for n in nots for a, b in two]
            kinds += [[f"{n} {a}" for n in nots for a in negated], both]
        return kinds if self.pairs else kinds[::2]


@dataclass(frozen=True, kw_only=True)
class ByOrder(Making):
    """Pairs of sentences with the same words in another order and opposite labels.

    "good not bad" and "bad not good", "not sad but happy" and "not happy but sad". Both are in the same split, so a bag of
    words cannot do better than chance on either split.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.count % 2:
            raise ConfigError("count", self.count, "an even number: sentences come in pairs")

    def dataset(self) -> Dataset:
        """Return the sentences, with as few adjectives as give enough of them. Training has every word of the test."""
        every = next(pairs for n in range(_FEWEST, _MOST + 1) if 2 * len(pairs := _pairs_by_order(n)) >= self.count)
        draw = stream(self.seed, "by order")
        return _dataset([every[i] for i in draw.permutation(len(every))[: self.count // 2]], self._tested, draw)


@dataclass(frozen=True, kw_only=True)
class LongMemory(Making):
    """Sentences whose first word, "good" or "bad", decides. The other words are fillers, different in every sentence."""

    shortest: Annotated[int, Whole(10, 500)] = 40
    """Minimum number of words after the first."""
    longest: Annotated[int, Whole(10, 500)] = 60

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.shortest > self.longest:
            raise ConfigError("shortest", self.shortest, f"at most the longest, {self.longest}")

    def dataset(self) -> Dataset:
        """Return the sentences. The filler words are drawn independently of the first word."""
        draw = stream(self.seed, "long memory")
        tails: dict[str, None] = {}  # as an ordered set
        while len(tails) < self.count:
            length = int(draw.integers(self.shortest, self.longest + 1))
            tails[" ".join(_FILLERS[i] for i in draw.integers(len(_FILLERS), size=length))] = None
        kinds = (("good", POSITIVE), ("bad", NEGATIVE))
        rows = [(f"{word} {tail}", label) for tail, (word, label) in zip(tails, cycle(kinds), strict=False)]
        trained = self.count - 2 * self._tested
        return Dataset.from_pairs(rows[:trained], rows[trained:])


def _pairs_by_order(adjectives: int) -> list[_Pair]:
    """Return all pairs with this many adjectives per label. The second sentence has the adjectives of the first exchanged."""
    forms = ("{} not {}", "{} and not {}", "not {1} but {0}")
    words = product(*(_ADJECTIVES[label][:adjectives] for label in (POSITIVE, NEGATIVE)))
    return [
        (_joined(subject, form.format(good, bad), time), _joined(subject, form.format(bad, good), time))
        for (good, bad), form, (subject, time) in product(words, forms, _CONTEXTS)
    ]


def _dataset(pairs: Sequence[_Pair], tested: int, draw: np.random.Generator, single: Iterable[str] = ()) -> Dataset:
    """Return a dataset of alternating positive and negative sentences, with `tested` pairs in the test; single is added to training.

    Going from the longest pair to the shortest, each pair with a new word is put in training.
    """
    words = [set(" ".join(pair).split()) for pair in pairs]
    known: set[str] = set()
    free = []
    for i in sorted(range(len(pairs)), key=lambda i: -len(words[i])):
        if words[i] <= known:
            free.append(i)
        known |= words[i]
    test = {free[i] for i in draw.permutation(len(free))[:tested]}
    rows = [[(pair[0], POSITIVE), (pair[1], NEGATIVE)] for pair in pairs]
    train = [row for i, two in enumerate(rows) if i not in test for row in two]
    return Dataset.from_pairs(
        [*train, *((text, POSITIVE) for text in single)], [row for i, two in enumerate(rows) if i in test for row in two]
    )


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _opposite(label: str) -> str:
    return NEGATIVE if label == POSITIVE else POSITIVE
