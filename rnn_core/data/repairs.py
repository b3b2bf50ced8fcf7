"""Repairs that a person can accept with one click. Each says in advance which rows it removes or moves.

A repair is offered only if it is safe: afterwards no fault of its kind is left, and nothing new blocks training. So there is
no repair for a contradiction (which label is right?), a class without sentences or an imbalance. Sentences that are too long for
the limits of a machine are shortened by shortening.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rnn_core.data.dataset import Dataset
from rnn_core.data.faults import Kind
from rnn_core.data.markup import has_markup, without_markup


@dataclass(frozen=True)
class Repair:
    """The repair of all faults of one kind in one dataset: rows (from 1) to remove, test rows to move to training, and new texts."""

    kind: Kind
    removes: tuple[int, ...] = ()
    moves: tuple[int, ...] = ()
    texts: tuple[tuple[int, str], ...] = ()
    """(row, its new text)"""

    @property
    def count(self) -> int:
        """Number of rows that it changes."""
        return len(self.removes) + len(self.moves) + len(self.texts)

    def apply(self, dataset: Dataset) -> Dataset:
        """Return the repaired dataset, with the same rules and the same order of rows."""
        removed, moved, texts = set(self.removes), set(self.moves), dict(self.texts)
        rows = ((row, e._replace(text=texts.get(row, e.text))) for row, e in enumerate(dataset.examples, start=1))
        examples = tuple(e._replace(split="train") if row in moved else e for row, e in rows if row not in removed)
        return dataset.with_examples(examples)


def _without_repetitions(dataset: Dataset) -> Repair:
    """Keep the first row of those with the same words, label and split. A row without a label stays only if no other has one."""
    labeled = {(words, e.split) for words, e in zip(dataset.words, dataset.examples, strict=True) if e.label is not None}
    kept = set()
    removes = []
    for row, (words, (_, label, split)) in enumerate(zip(dataset.words, dataset.examples, strict=True), start=1):
        if not words:
            continue
        if (words, label, split) in kept or (label is None and (words, split) in labeled):
            removes.append(row)
        kept.add((words, label, split))
    return Repair("duplicate", removes=tuple(removes))


def _without_leaks(dataset: Dataset) -> Repair:
    """Remove test sentences with the same words as a training sentence, whatever their label."""
    trained = {dataset.words[i] for i in dataset.rows("train")} - {()}
    return Repair("leak", removes=tuple(i + 1 for i in dataset.rows("test") if dataset.words[i] in trained))


def _without_empty_rows(dataset: Dataset) -> Repair | None:
    """Remove sentences without words, unless training, or one class of it, consists of nothing else."""
    training = dataset.rows("train")
    kept = {dataset.examples[i].label for i in training if dataset.words[i]}
    if not kept.issuperset(dataset.labels) or (training and not kept):
        return None
    return Repair("empty_text", removes=tuple(row for row, words in enumerate(dataset.words, start=1) if not words))


def _without_unlabeled(dataset: Dataset) -> Repair | None:
    """Remove the rows without a label, unless the test has words that would then be unknown, or nothing is left to train on."""
    repair = Repair(
        "no_label", removes=tuple(row for row, (_, label, _) in enumerate(dataset.examples, start=1) if label is None)
    )
    after = repair.apply(dataset)
    lost = set(dataset.vocabulary) - set(after.vocabulary)
    if not after.rows("train") or any(lost.intersection(after.words[i]) for i in after.rows("test")):
        return None
    return repair


def _trained_on(kind: Kind) -> Callable[[Dataset], Repair | None]:
    """Move the test sentences with these faults to training, so that their words become known.

    None if that would take more than half of the test split, or give training a new class or its first sentence.
    """

    def plan(dataset: Dataset) -> Repair | None:
        rows = tuple(fault.row for fault in dataset.faults if fault.kind == kind and fault.row is not None)
        labels = {dataset.examples[row - 1].label for row in rows}
        if 2 * len(rows) > len(dataset.rows("test")) or not labels <= {None, *dataset.labels} or not dataset.rows("train"):
            return None
        return Repair(kind, moves=rows)

    return plan


def _without_markup(dataset: Dataset) -> Repair | None:
    """Rewrite the sentences without their markup, and remove those that are nothing else, unless something new blocks training."""
    clean = {row: without_markup(text) for row, (text, _, _) in enumerate(dataset.examples, start=1) if has_markup(text)}
    repair = Repair(
        "markup",
        removes=tuple(row for row, text in clean.items() if not text),
        texts=tuple((row, text) for row, text in clean.items() if text),
    )
    before, after = ({fault.kind for fault in data.blocking} for data in (dataset, repair.apply(dataset)))
    return repair if after <= before else None


_PLANS: Mapping[Kind, Callable[[Dataset], Repair | None]] = MappingProxyType(
    {
        "markup": _without_markup,
        "duplicate": _without_repetitions,
        "leak": _without_leaks,
        "empty_text": _without_empty_rows,
        "no_label": _without_unlabeled,
        "unseen_word": _trained_on("unseen_word"),
        "nothing_known": _trained_on("nothing_known"),
    }
)

REPAIRABLE: tuple[Kind, ...] = tuple(_PLANS)
"""Kinds of faults that can have a repair."""


def repair_for(dataset: Dataset, kind: Kind) -> Repair | None:
    """Return the safe repair of all faults of this kind, or None if there is none or nothing to repair."""
    plan = _PLANS.get(kind)
    return plan(dataset) if plan and any(fault.kind == kind for fault in dataset.faults) else None
