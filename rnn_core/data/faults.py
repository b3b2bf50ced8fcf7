"""What can be wrong with sentences, as data: each fault names its rows. repairs.py mends those that can be mended safely."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, Protocol, TypeGuard, get_args

from rnn_core.data.text import UNKNOWN, TextRules, UnknownWords, is_unspaced
from rnn_core.data.vocabulary import Vocabulary
from rnn_core.errors import BlockingKind
from rnn_core.limits import Limits

WarningKind = Literal[
    "no_spaces", "contradiction", "leak", "duplicate", "imbalance", "nothing_replaced", "skipped_word", "replaced_word"
]
InsightKind = Literal["same_words"]
Kind = BlockingKind | WarningKind | InsightKind

BLOCKING: tuple[BlockingKind, ...] = get_args(BlockingKind)
WARNINGS: tuple[WarningKind, ...] = get_args(WarningKind)
INSIGHTS: tuple[InsightKind, ...] = get_args(InsightKind)

MOST_OF_TRAINING = 0.75
"""The share of the training sentences up to which one class may outweigh the others without a word being said."""


def is_blocking(kind: Kind) -> TypeGuard[BlockingKind]:
    """Return whether a fault of this kind blocks training."""
    return kind in BLOCKING


class Fault(NamedTuple):
    """Something to know about the data, row by row: it blocks training, it is worth a look, or it is no error at all.

    row counts sentences from 1 (None: the dataset as a whole); other is the earlier row that this one repeats, contradicts
    or has the words of; words are those that training does not have. label is the class that outweighs the others; amount
    is its share of training, or how many words an over-long sentence has, and allowed what either may be at most.
    """

    kind: Kind
    row: int | None = None
    other: int | None = None
    words: tuple[str, ...] = ()
    label: str | None = None
    amount: float = 0.0
    allowed: float = 0.0

    @property
    def blocks(self) -> bool:
        """Whether the fault must be mended before training; the others are worth a look."""
        return is_blocking(self.kind)


class FaultGroup(NamedTuple):
    """All faults of one kind, by row: what a page shows as one line and a count."""

    kind: Kind
    faults: tuple[Fault, ...]

    @property
    def blocks(self) -> bool:
        """Whether these faults must be mended before training."""
        return is_blocking(self.kind)


def group_faults(faults: Iterable[Fault]) -> tuple[FaultGroup, ...]:
    """The faults by kind: those that block first, insights last; the faults of a kind stay in their order."""
    found: dict[Kind, list[Fault]] = {kind: [] for kind in (*BLOCKING, *WARNINGS, *INSIGHTS)}
    for fault in faults:
        found[fault.kind].append(fault)
    return tuple(FaultGroup(kind, tuple(members)) for kind, members in found.items() if members)


class DatasetLike(Protocol):
    """What the search for faults looks at: a Dataset, which itself needs this module."""

    @property
    def examples(self) -> Sequence[tuple[str, str | None, str]]:
        """(text, label, split) of every row."""

    @property
    def words(self) -> Sequence[tuple[str, ...]]:
        """The words of every row as they are written."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The words that training has."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes that training has."""

    @property
    def rules(self) -> TextRules:
        """The rules that decide what becomes of a word that training does not have."""


def faults_of(data: DatasetLike) -> tuple[Fault, ...]:
    """All that blocks training or is worth a look, by row; faults of the dataset as a whole come first."""
    found = _of_the_whole(data)
    first: dict[tuple[str, ...], int] = {}
    for row, ((_, label, split), words) in enumerate(zip(data.examples, data.words, strict=True), start=1):
        if label is None:
            found.append(Fault("no_label", row))
        elif split == "test" and label not in data.labels and len(data.labels) > 1:
            found.append(Fault("unseen_label", row))
        if not words:
            found.append(Fault("empty_text", row))
            continue
        if split == "test" and (unseen := data.vocabulary.unknown(words)):
            found.append(Fault(_kind_of_unknown(data.rules.unknown, words, unseen), row, words=unseen))
        earlier = first.setdefault(words, row)
        if earlier != row:
            found += _repetitions(data, row, earlier)
    return tuple(found)


def insights_of(data: DatasetLike) -> tuple[Fault, ...]:
    """Sentences with the same words in another order and another label, each with the first such row before it.

    No error: "good not bad" and "bad not good" are one bag of words, so only a model of order can tell them apart.
    """
    found = []
    labelled: set[tuple[str, ...]] = set()
    bags: dict[tuple[str, ...], dict[str, int]] = {}  # label -> the first row of this bag that has it
    for row, ((_, label, _), words) in enumerate(zip(data.examples, data.words, strict=True), start=1):
        if label is None or not words or words in labelled:  # what repeats a row is told as a fault
            continue
        labelled.add(words)
        bag = bags.setdefault(tuple(sorted(words)), {})
        other = next((earlier for of, earlier in bag.items() if of != label), None)
        if other is not None:
            found.append(Fault("same_words", row, other))
        bag.setdefault(label, row)
    return tuple(found)


def over_limits(data: DatasetLike, limits: Limits) -> tuple[Fault, ...]:
    """Sentences longer than this machine's owner allows, by row."""
    most = limits.words
    lengths = enumerate(map(len, data.words), start=1)
    return tuple(Fault("too_long", row, amount=length, allowed=most) for row, length in lengths if length > most)


def _of_the_whole(data: DatasetLike) -> list[Fault]:
    training = [label for _, label, split in data.examples if split == "train"]
    if not training:
        return [Fault("no_training_rows")]
    if len(data.labels) < 2:
        return [Fault("one_class")]
    found = []
    counts = Counter(label for label in training if label is not None)
    label, count = counts.most_common(1)[0]
    if (share := count / counts.total()) > MOST_OF_TRAINING:
        found.append(Fault("imbalance", label=label, amount=share, allowed=MOST_OF_TRAINING))
    if data.rules.unknown == "replace" and not _any_replaced(data):
        found.append(Fault("nothing_replaced"))
    if data.rules.splitting != "characters" and 2 * sum(is_unspaced(text) for text, _, _ in data.examples) > len(data.examples):
        found.append(Fault("no_spaces"))
    return found


def _any_replaced(data: DatasetLike) -> bool:
    """Whether training itself reads `<unk>` somewhere, and so learns what to make of it."""
    trained = (words for (_, _, split), words in zip(data.examples, data.words, strict=True) if split == "train")
    return any(word == UNKNOWN or word not in data.vocabulary for words in trained for word in words)


def _kind_of_unknown(unknown: UnknownWords, words: tuple[str, ...], unseen: tuple[str, ...]) -> Kind:
    """What it means that a test sentence has words that training does not: that depends on what is done with them."""
    if unknown == "skip":
        return "nothing_known" if set(words) == set(unseen) else "skipped_word"
    return "replaced_word" if unknown == "replace" else "unseen_word"


def _repetitions(data: DatasetLike, row: int, earlier: int) -> list[Fault]:
    """Faults of a row whose words an earlier row has too."""
    (_, label, split), (_, other_label, other_split) = data.examples[row - 1], data.examples[earlier - 1]
    faults = []
    if split != other_split:
        faults.append(Fault("leak", row, earlier))
    if None not in (label, other_label) and label != other_label:
        faults.append(Fault("contradiction", row, earlier))
    return faults or [Fault("duplicate", row, earlier)]
