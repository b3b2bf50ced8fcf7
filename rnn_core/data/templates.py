"""Sentences made to measure: from templates, with the label that their negations give them, and two tasks for a memory.

    sentence = subject + clause + time          i was | not at all bad or sad | earlier

All that is made here is balanced, and no sentence comes twice. Words are the guide's, and more where many sentences are asked
for than its words give.
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
"""Subject -> the times that agree with its tense."""
_CONTEXTS = tuple((subject, time) for subject, times in _TIMES.items() for time in times)
_INTENSIFIERS = ("very", "really", "so", "truly")
_ADJECTIVES = {
    POSITIVE: ("good", "happy", "great", "glad", "fine", "calm", "nice", "kind"),
    NEGATIVE: ("bad", "sad", "awful", "angry", "poor", "tense", "nasty", "cruel"),
}
_FEWEST, _MOST = 2, 8
"""Adjectives of each label: the guide's, and all."""
_NEGATIONS = ((), ("not", "not at all"), ("not not", "not at all not"))
"""By depth. One that is odd turns the adjective, and another that "or" joins to it, into the opposite."""
_FILLERS = ("the", "a", "film", "story", "was", "about", "of", "and", "in", "it")

_Pair = tuple[str, str]
"""A positive and a negative sentence, which share a split."""


@dataclass(frozen=True, kw_only=True)
class Making(Config, ABC):
    """How many sentences are made, and the seed that chooses them. Raises ConfigError at birth for what cannot be made."""

    count: Annotated[int, Whole(50, 5_000)] = 500
    test_share: Annotated[float, Real(0.0, includes_low=True, high=0.5)] = 0.25
    """How much of them is kept for the test."""
    seed: Annotated[int, Whole(0, 2**53 - 1)] = 0

    @abstractmethod
    def dataset(self) -> Dataset:
        """The sentences, those for training first, the labels in turn. The same settings give the same sentences."""

    @property
    def _tested(self) -> int:
        """How many sentences of each label are kept for the test."""
        return round(self.count * self.test_share / 2)


@dataclass(frozen=True, kw_only=True)
class Templates(Making):
    """Sentences like the guide's: subject, negation, intensifier, adjective, time."""

    negation_depth: Annotated[int, Whole(0, 2)] = 2
    """0: "very good". 1: "not at all good" as well. 2: "not not good" as well."""
    subjects: Annotated[bool, Switch()] = True
    """Whether sentences begin with "i am", "i was", "this is" or "this was"; some begin with none of them."""
    times: Annotated[bool, Switch()] = True
    """Whether sentences end with "now", "right now" or "earlier", as the tense has it; some end with none of them."""
    pairs: Annotated[bool, Switch()] = True
    """Whether some have two adjectives: "good and very happy", "good not bad", "not bad or sad"."""
    intensifiers: Annotated[int, Whole(0, len(_INTENSIFIERS))] = 1
    """How many words such as "very" there are."""
    adjectives: Annotated[int, Whole(0, _MOST)] = 0
    """How many there are of each label; 0: the guide's two, or as few more as give enough sentences."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.count > self.capacity:
            raise ConfigError("count", self.count, f"at most {self.capacity:,}: these settings give no more different sentences")

    @cached_property
    def capacity(self) -> int:
        """How many different sentences these settings can give; where the adjectives are left open, with all of them."""
        return self._capacity(self.adjectives or _MOST)

    def dataset(self) -> Dataset:
        """The sentences; the kinds of clauses take turns as long as they last. Training has every word of the test."""
        adjectives = self.adjectives or next(n for n in range(_FEWEST, _MOST + 1) if self._capacity(n) >= self.count)
        draw = stream(self.seed, "templates")
        made = {label: self._sentences(label, adjectives, draw) for label in SENTIMENTS}
        half = self.count // 2
        pairs = list(zip(islice(made[POSITIVE], half), islice(made[NEGATIVE], half), strict=True))
        return _dataset(pairs, self._tested, draw, islice(made[POSITIVE], self.count % 2))

    def _sentences(self, label: str, adjectives: int, draw: np.random.Generator) -> Iterator[str]:
        """All sentences of the label, in random order but for the kinds of clauses, which take turns."""
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
        """Subjects and times that may stand around a clause."""
        return [(s, t) for s, t in _CONTEXTS if (self.subjects or not s) and (self.times or not t)]

    def _clauses(self, label: str, adjectives: int) -> list[list[str]]:
        """All clauses that mean the label, by depth and by number of adjectives."""
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
    """Sentences that only their order tells apart: with each, the same words in another order and with the other label.

    "good not bad" and "bad not good", "not sad but happy" and "not happy but sad". Both stand in the same split, so a bag of
    words is at chance on either.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.count % 2:
            raise ConfigError("count", self.count, "an even number: sentences come in pairs")

    def dataset(self) -> Dataset:
        """The sentences, of as few adjectives as give enough. Training has every word of the test."""
        every = next(pairs for n in range(_FEWEST, _MOST + 1) if 2 * len(pairs := _pairs_by_order(n)) >= self.count)
        draw = stream(self.seed, "by order")
        return _dataset([every[i] for i in draw.permutation(len(every))[: self.count // 2]], self._tested, draw)


@dataclass(frozen=True, kw_only=True)
class LongMemory(Making):
    """Sentences whose first word decides, "good" or "bad"; the words after it say nothing, and no two sentences share them."""

    shortest: Annotated[int, Whole(10, 500)] = 40
    """Words that follow the first, at least."""
    longest: Annotated[int, Whole(10, 500)] = 60

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.shortest > self.longest:
            raise ConfigError("shortest", self.shortest, f"at most the longest, {self.longest}")

    def dataset(self) -> Dataset:
        """The sentences. The words after the first are drawn without a look at it."""
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
    """All pairs of sentences of this many adjectives of each label: the adjectives of the one change places in the other."""
    forms = ("{} not {}", "{} and not {}", "not {1} but {0}")
    words = product(*(_ADJECTIVES[label][:adjectives] for label in (POSITIVE, NEGATIVE)))
    return [
        (_joined(subject, form.format(good, bad), time), _joined(subject, form.format(bad, good), time))
        for (good, bad), form, (subject, time) in product(words, forms, _CONTEXTS)
    ]


def _dataset(pairs: Sequence[_Pair], tested: int, draw: np.random.Generator, single: Iterable[str] = ()) -> Dataset:
    """Positive and negative sentences in turn, and a positive one without a partner; `tested` pairs are kept for the test.

    Where a word first stands, from the longest pair to the shortest, is always trained on.
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
