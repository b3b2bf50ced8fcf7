"""The dataset: labeled sentences and text rules. Immutable; finds its own faults."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, NamedTuple, Self

from rnn_core.data import formats
from rnn_core.data.bounds import Bounds, bounds
from rnn_core.data.faults import Fault, faults_of, insights_of, is_blocking, over_limits
from rnn_core.data.text import UNKNOWN, TextRules
from rnn_core.data.vocabulary import Vocabulary
from rnn_core.data.word_vectors import WordVectors
from rnn_core.errors import DatasetError
from rnn_core.limits import Limits
from rnn_core.pauses import pause

Split = Literal["train", "test"]
SPLITS: tuple[Split, Split] = ("train", "test")
NEGATIVE, POSITIVE = "negative", "positive"
SENTIMENTS = (NEGATIVE, POSITIVE)

LABEL_LENGTH = 60
"""Characters in a label, at most."""


class Example(NamedTuple):
    """One sentence. label None means not labeled yet: a fault, but no reason to lose the sentence."""

    text: str
    label: str | None
    split: Split


@dataclass(frozen=True)
class Dataset:
    """Sentences with labels and splits, and the rules that split them into words.

    Raises DatasetError for an example whose text, label or split is invalid. Faults that a person corrects in a table (a
    missing label, an empty text) do not raise; `faults` lists them.
    """

    examples: tuple[Example, ...]
    rules: TextRules = field(default_factory=TextRules)
    vectors: WordVectors | None = None
    """What is known of words beforehand. Words with a vector are in the vocabulary, even if no training sentence has them."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "examples", tuple(Example(*example) for example in self.examples))
        for row, (text, label, split) in enumerate(self.examples, start=1):
            if not _is_plain(text):
                raise DatasetError("not_text", row=row, detail=ascii(text))
            if label is not None and not is_label(label):
                raise DatasetError("unknown_label", row=row, detail=ascii(label))
            if split not in SPLITS:
                raise DatasetError("unknown_split", row=row, detail=ascii(split))

    # ------------------------------------------------------------------ from and to other forms

    @classmethod
    def from_pairs(
        cls,
        train: Iterable[tuple[str, str | bool | int | None]],
        test: Iterable[tuple[str, str | bool | int | None]] = (),
        rules: TextRules | None = None,
    ) -> Self:
        """Return a dataset of (text, label) pairs. A label is any word, or True/1 for positive and False/0 for negative."""
        rows = [(text, label, split) for split, pairs in zip(SPLITS, (train, test), strict=True) for text, label in pairs]
        examples = tuple(Example(text, _label_of(label, row), split) for row, (text, label, split) in enumerate(rows, start=1))
        return cls(examples, rules or TextRules())

    @classmethod
    def from_csv(cls, source: bytes | str, *, rules: TextRules | None = None, limits: Limits | None = None) -> Self:
        """Return the dataset in a CSV file with the columns text, label and split, as to_csv writes it.

        A label is taken as it stands, without outer spaces. An empty label is a missing one, an empty split is train. For other
        files use formats.read_table and a Meaning.

        Raises DatasetError as formats.read_table does, with bad_header for other columns, and with unknown_label or
        unknown_split for a row.
        """
        table = formats.read_table(source, limits=limits, form="csv", delimiter=",", has_header=True)
        columns = [name.lower() for name in table.columns]
        if sorted(columns) != sorted(formats.COLUMNS):
            raise DatasetError("bad_header", line=1, detail=",".join(columns))
        order = [columns.index(name) for name in formats.COLUMNS]
        examples = []
        for row, (cells, line) in enumerate(zip(table.rows, table.lines, strict=True), start=1):
            text, label, wanted = (cells[i] for i in order)
            split = wanted.strip().lower() or "train"
            if split not in SPLITS:
                raise DatasetError("unknown_split", row=row, line=line, detail=wanted)
            examples.append(Example(text, label.strip() or None, "test" if split == "test" else "train"))
        return cls(tuple(examples), rules or TextRules())

    def to_csv(self, delimiter: str = ",") -> str:
        """Return CSV with the columns text, label and split (TSV with a tab). from_csv gives the same dataset back.

        Texts are written verbatim, also those that begin with "=", which a spreadsheet may execute.
        """
        return formats.delimited.write(((text, label or "", split) for text, label, split in self.examples), delimiter)

    def to_json_lines(self) -> str:
        """Return JSON Lines: on each line an object with text, label (null for none) and split."""
        return formats.json_records.write(self.examples)

    def to_data_py(self) -> str:
        """Return the guide's data.py, with the dicts train_data and test_data.

        Raises DatasetError: no_label or unknown_label for a row that is neither positive nor negative, too_large over 64 KB.
        """
        for row, (_, label, _) in enumerate(self.examples, start=1):
            if label is None:
                raise DatasetError("no_label", row=row)
            if label not in SENTIMENTS:
                raise DatasetError("unknown_label", row=row, detail=label)
        return formats.data_py.write((text, label == POSITIVE, split) for text, label, split in self.examples)

    def to_json(self) -> dict[str, Any]:
        return self._described() | ({} if self.vectors is None else {"vectors": self.vectors.to_json()})

    def _described(self) -> dict[str, Any]:
        return {"rules": self.rules.to_json(), "examples": [list(example) for example in self.examples]}

    @classmethod
    def from_json(cls, value: object, limits: Limits | None = None) -> Self:
        """Return the dataset that to_json described.

        Raises DatasetError for invalid examples, ConfigError for invalid rules, VectorFileError for invalid word vectors.
        """
        if not isinstance(value, dict) or not isinstance(value.get("examples"), list):
            raise DatasetError("bad_json", detail="no list of examples")
        items = value["examples"]
        if len(items) > (limits or Limits()).rows:
            raise DatasetError("too_many_rows", detail=f"{len(items):,}")
        for row, item in enumerate(items, start=1):
            if not isinstance(item, list) or len(item) != 3:
                raise DatasetError("bad_json", row=row, detail=ascii(item))
        vectors = value.get("vectors")
        return cls(
            tuple(Example(*item) for item in items),
            TextRules.from_json(value.get("rules", {})),
            None if vectors is None else WordVectors.from_json(vectors, (limits or Limits()).parameters),
        )

    def with_examples(self, examples: Iterable[Example]) -> Self:
        """Return a dataset of other examples under the same rules. Words that are known already are not computed again."""
        made = replace(self, examples=tuple(examples))
        if "words" in vars(self):
            known = {text: words for (text, _, _), words in zip(self.examples, self.words, strict=True)}
            words = (known[text] if text in known else self._split(text) for text, _, _ in made.examples)
            vars(made)["words"] = tuple(words)  # where the cached property stores them
        return made

    def bare(self) -> Self:
        """Return the same dataset without cached results, which need memory."""
        made = copy(self)
        for name in vars(made).keys() - {"examples", "rules", "vectors"}:
            del vars(made)[name]
        return made

    # ------------------------------------------------------------------ contents

    @cached_property
    def words(self) -> tuple[tuple[str, ...], ...]:
        """The words of every example, in order."""
        same: dict[str, str] = {}  # repeated words share one object, which saves memory
        return tuple(tuple(same.setdefault(word, word) for word in self._split(text)) for text, _, _ in self.examples)

    def _split(self, text: str) -> tuple[str, ...]:
        pause()
        return self.rules.words(text)

    def rows(self, split: Split) -> tuple[int, ...]:
        """Return the places in `examples` (from 0) of one split."""
        return tuple(i for i, example in enumerate(self.examples) if example.split == split)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of the training split, and those that have a vector.

        If unknown words are replaced, `<unk>` is in it and stands for words that are too rare in training.
        """
        counts = Counter(word for i in self.rows("train") for word in self.words[i])
        known = () if self.vectors is None else self.vectors.words
        if self.rules.unknown != "replace":
            return Vocabulary([*counts, *known])
        return Vocabulary([UNKNOWN, *known, *(word for word, count in counts.items() if count >= self.rules.min_count)])

    @property
    def written(self) -> frozenset[str]:
        """Every word of every sentence, and `<unk>` if unknown words are replaced: those that vectors are looked up for."""
        words = frozenset(word for sentence in self.words for word in sentence)
        return words | {UNKNOWN} if self.rules.unknown == "replace" else words

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The classes of the training split, sorted. The place of a class is its output in the network."""
        return tuple(sorted({label for _, label, split in self.examples if split == "train" and label is not None}))

    @cached_property
    def bounds(self) -> Bounds:
        """What guessing gets on the training sentences, and the most that any network can. Raises ValueError without one."""
        tokens = (
            (self.vocabulary.tokens(self.words[i], self.rules.unknown).read, self.examples[i].label) for i in self.rows("train")
        )
        return bounds((tuple(read), label) for read, label in tokens if label is not None)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of rules, examples in order and word vectors, as 64 hexadecimal digits. Equal datasets have equal fingerprints."""
        return fingerprint(self._described() | ({} if self.vectors is None else {"vectors": self.vectors.digest}))

    # ------------------------------------------------------------------ faults

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        """All faults by row, those of the whole dataset first."""
        return faults_of(self)

    @cached_property
    def insights(self) -> tuple[Fault, ...]:
        """Rows with the same words in another order and another label: worth knowing, but no error."""
        return insights_of(self)

    def over(self, limits: Limits) -> tuple[Fault, ...]:
        """Return the sentences that are longer than the limits allow: faults on this machine, not of the dataset."""
        return over_limits(self, limits)

    @property
    def blocking(self) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.faults if fault.blocks)

    def check(self) -> None:
        """Raise DatasetError for the first fault that blocks training."""
        for fault in self.faults:
            if is_blocking(fault.kind):
                raise DatasetError(fault.kind, row=fault.row, detail=", ".join(fault.words))


def check_bounds(examples: Sequence[Example], rules: TextRules, limits: Limits) -> None:
    """Check sentences from outside before they are split into words, which can take long.

    Raises LimitError for too many sentences or where splitting them would take too long, DatasetError (too_many_characters)
    for the first text that is too long.
    """
    limits.check(rows=len(examples))
    for row, (text, _, _) in enumerate(examples, start=1):
        if len(text) > limits.characters:
            raise DatasetError("too_many_characters", row=row, detail=f"{len(text):,}, at most {limits.characters:,}")
    limits.check(splitting_seconds=rules.seconds(text for text, _, _ in examples))


def is_label(label: object) -> bool:
    """Return whether it can be a label: some text, not too long, without spaces around it."""
    return _is_plain(label) and isinstance(label, str) and label == label.strip() != "" and len(label) <= LABEL_LENGTH


def fingerprint(value: object) -> str:
    """Return the SHA-256 of a JSON value in canonical form."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _is_plain(text: object) -> bool:
    """Return whether it is a text that can be encoded and shown, without a lone surrogate or a NUL."""
    return isinstance(text, str) and formats.is_text(text)


def _label_of(label: object, row: int) -> str | None:
    if isinstance(label, (bool, int)) and label in (0, 1):
        return SENTIMENTS[int(label)]
    if label is None:
        return None
    if isinstance(label, str):
        return label.strip() or None
    raise DatasetError("unknown_label", row=row, detail=ascii(label))
