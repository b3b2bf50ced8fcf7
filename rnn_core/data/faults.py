"""Faults in sentences, as data: each fault names its rows. repairs.py corrects those that can be corrected safely."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, Protocol, TypeGuard, get_args

from rnn_core.data.markup import has_markup
from rnn_core.data.text import UNKNOWN, UNSPACED, TextRules, UnknownWords, is_unspaced
from rnn_core.data.vocabulary import Vocabulary
from rnn_core.errors import BlockingKind
from rnn_core.limits import Limits
from rnn_core.pauses import pause

WarningKind = Literal[
    "markup", "no_spaces", "contradiction", "leak", "duplicate", "imbalance", "nothing_replaced", "skipped_word", "replaced_word"
]
InsightKind = Literal["same_words"]
Kind = BlockingKind | WarningKind | InsightKind

BLOCKING: tuple[BlockingKind, ...] = get_args(BlockingKind)
WARNINGS: tuple[WarningKind, ...] = get_args(WarningKind)
INSIGHTS: tuple[InsightKind, ...] = get_args(InsightKind)

MOST_OF_TRAINING = 0.75
"""A class with a larger share of the training sentences than this is reported as an imbalance."""


def is_blocking(kind: Kind) -> TypeGuard[BlockingKind]:
    """Return whether a fault of this kind blocks training."""
    return kind in BLOCKING


class Fault(NamedTuple):
    """A fact about the data: a fault that blocks training, one that is worth a look, or an insight that is no error.

    row counts sentences from 1 (None: the whole dataset). other is the earlier row that this row repeats, contradicts or
    shares its words with. words are the words that training does not have. label is the class with too large a share;
    amount is that share, or the number of words of a sentence that is too long, and allowed is the maximum of either.
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
        """Whether the fault must be corrected before training."""
        return is_blocking(self.kind)


class FaultGroup(NamedTuple):
    """All faults of one kind, by row. A page shows them as one line with a count."""

    kind: Kind
    faults: tuple[Fault, ...]

    @property
    def blocks(self) -> bool:
        """Whether these faults must be corrected before training."""
        return is_blocking(self.kind)


def group_faults(faults: Iterable[Fault]) -> tuple[FaultGroup, ...]:
    """Group faults by kind: blocking kinds first, insights last. Within a kind the order stays."""
    found: dict[Kind, list[Fault]] = {kind: [] for kind in (*BLOCKING, *WARNINGS, *INSIGHTS)}
    for fault in faults:
        found[fault.kind].append(fault)
    return tuple(FaultGroup(kind, tuple(members)) for kind, members in found.items() if members)


class DatasetLike(Protocol):
    """The part of a Dataset that the search for faults reads. (Dataset itself imports this module.)"""

    @property
    def examples(self) -> Sequence[tuple[str, str | None, str]]:
        """(text, label, split) of every row."""

    @property
    def words(self) -> Sequence[tuple[str, ...]]:
        """The words of every row, as written."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the training split."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes of the training split."""

    @property
    def rules(self) -> TextRules:
        """The text rules, which say what happens to unknown words."""


def faults_of(data: DatasetLike) -> tuple[Fault, ...]:
    """Return all faults by row, those of the whole dataset first."""
    found = _of_the_whole(data)
    first: dict[tuple[str, ...], int] = {}
    for row, ((text, label, split), words) in enumerate(zip(data.examples, data.words, strict=True), start=1):
        pause()
        if has_markup(text):
            found.append(Fault("markup", row))
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
    """Return sentences with the same words in another order and another label, each with the first such row before it.

    This is no error: "good not bad" and "bad not good" are the same bag of words, so a model needs the word order.
    """
    found = []
    labeled: set[tuple[str, ...]] = set()
    bags: dict[tuple[str, ...], dict[str, int]] = {}  # label -> the first row with this bag and label
    for row, ((_, label, _), words) in enumerate(zip(data.examples, data.words, strict=True), start=1):
        if label is None or not words or words in labeled:  # repeated rows are reported as faults
            continue
        labeled.add(words)
        bag = bags.setdefault(tuple(sorted(words)), {})
        other = next((earlier for of, earlier in bag.items() if of != label), None)
        if other is not None:
            found.append(Fault("same_words", row, other))
        bag.setdefault(label, row)
    return tuple(found)


def over_limits(data: DatasetLike, limits: Limits) -> tuple[Fault, ...]:
    """Return the sentences that are longer than the limits allow, by row."""
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
    if data.rules.splitting not in UNSPACED and 2 * sum(is_unspaced(text) for text, _, _ in data.examples) > len(data.examples):
        found.append(Fault("no_spaces"))
    return found


def _any_replaced(data: DatasetLike) -> bool:
    """Whether `<unk>` occurs in training, so that the network can learn it."""
    trained = (words for (_, _, split), words in zip(data.examples, data.words, strict=True) if split == "train")
    return any(word == UNKNOWN or word not in data.vocabulary for words in trained for word in words)


def _kind_of_unknown(unknown: UnknownWords, words: tuple[str, ...], unseen: tuple[str, ...]) -> Kind:
    """Return the kind of fault that unknown words in a test sentence are, which depends on how they are handled."""
    if unknown == "skip":
        return "nothing_known" if set(words) == set(unseen) else "skipped_word"
    return "replaced_word" if unknown == "replace" else "unseen_word"


def _repetitions(data: DatasetLike, row: int, earlier: int) -> list[Fault]:
    """Return the faults of a row that has the same words as an earlier row."""
    (_, label, split), (_, other_label, other_split) = data.examples[row - 1], data.examples[earlier - 1]
    faults = []
    if split != other_split:
        faults.append(Fault("leak", row, earlier))
    if None not in (label, other_label) and label != other_label:
        faults.append(Fault("contradiction", row, earlier))
    return faults or [Fault("duplicate", row, earlier)]
