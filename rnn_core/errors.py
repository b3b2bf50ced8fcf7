"""Errors that carry data: one root, one class for each kind of problem, each with the facts that a message needs.

The text of an error is short, for a terminal or a notebook. The dashboard writes its own messages from the same fields; the
reasons are closed lists (Literal), so a type checker and a test can tell whether each has a message.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Generic, Literal, TypeVar

BlockingKind = Literal[
    "no_training_rows", "one_class", "empty_text", "no_label", "unseen_label", "unseen_word", "nothing_known", "too_long"
]
"""Faults of a dataset that block training (see data/faults.py)."""
SourceReason = Literal[
    "cannot_be_read", "too_large", "workbook", "not_text", "empty_file", "bad_header", "bad_json", "bad_data_py",
    "wrong_number_of_cells", "too_many_rows", "too_many_columns", "too_many_characters", "line_too_long", "cell_too_long",
    "unknown_label", "unknown_split", "too_few_to_split",
]  # fmt: skip
"""What can be wrong with a file of sentences, or with the sentences in it."""
DatasetReason = Literal[BlockingKind, SourceReason]
ExperimentFileReason = Literal["too_large", "not_an_experiment", "newer_version", "other_sentences"]
LinkReason = Literal[ExperimentFileReason, "too_long", "damaged", "truncated"]
ModelFileReason = Literal[
    "too_large", "not_a_model", "newer_version", "bad_about", "over_limits", "wrong_members", "wrong_array", "not_finite"
]
TensorFileReason = Literal[
    "too_large", "pickle", "other_kind", "own_file", "damaged", "bad_description", "not_finite", "over_limits", "too_many_tensors",
    "wrong_type", "no_recurrent_layer", "several_recurrent_layers", "several_layers", "projection", "activation", "missing_tensor",
    "unexpected_tensor", "wrong_shape", "no_vocabulary", "bad_vocabulary", "no_labels", "bad_labels",
    "wrong_number_of_labels",
]  # fmt: skip
"""What can be wrong with the file of a network from elsewhere, or with the words and labels given for it."""

VectorFileReason = Literal[
    "too_large", "too_many_lines", "empty", "pickle", "fasttext_bin", "other_kind", "damaged", "dimension", "over_limits",
    "no_known_words", "other_vectors",
]  # fmt: skip
"""What can be wrong with a file of word vectors."""
ArrayFileReason = Literal[
    "too_large", "pickle", "other_kind", "nameless", "damaged", "twice", "too_many", "not_numbers", "ragged", "empty",
]  # fmt: skip
"""What can be wrong with a file of arrays that a learner computed."""
ResultsFileReason = Literal["too_large", "not_results", "other_settings", "other_runs", "other_path", "damaged"]
"""What can be wrong with a table of the results of a sweep."""

LessonReason = Literal[
    "no_front_matter", "bad_line", "unknown_key", "repeated_key", "missing_key", "bad_value", "no_title", "unknown_mark", "misplaced_mark",
    "missing_mark", "file_name", "missing_language", "other_front_matter",
]  # fmt: skip
"""What can be wrong with the file of a lesson."""

AssignmentReason = Literal[
    "too_large", "too_long", "not_ours", "newer_version", "damaged", "truncated", "bad_value", "other_sentences",
]  # fmt: skip
"""What can be wrong with an assignment or a submission, as a file or as a link."""

_Reason = TypeVar("_Reason", bound=str)


class RnnCoreError(Exception):
    """Root of every error that bad input, bad settings or a diverging run can raise. A bug of the caller is a ValueError."""


class ConfigError(RnnCoreError):
    """An invalid setting: the field, the value given, and what is expected there."""

    def __init__(self, field: str, value: object, expected: object) -> None:
        self.field, self.value, self.expected = field, value, expected
        super().__init__(f"{shorten(field)} must be {expected}, not {_shown(value)}")


class DatasetError(RnnCoreError):
    """Sentences that cannot be read or trained on.

    row counts sentences from 1, line counts the lines of a file from 1; detail is the offending piece, shortened.
    """

    def __init__(self, reason: DatasetReason, *, row: int | None = None, line: int | None = None, detail: str = "") -> None:
        self.reason: DatasetReason = reason
        self.row, self.line, self.detail = row, line, shorten(detail)
        place = "" if line is None else f"line {line}: "
        if row is not None:
            place = f"row {row}: " if line is None else f"row {row} (line {line}): "
        super().__init__(place + reason.replace("_", " ") + (f": {self.detail}" if detail else ""))


class UnknownWordError(RnnCoreError):
    """Words that are not in the vocabulary, and for each the known words with the most similar spelling."""

    def __init__(self, words: Sequence[str], near: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self.words = tuple(words)
        self.near = dict(near or {})
        hints = [shorten(w) + (f" (near: {', '.join(n)})" if (n := self.near.get(w)) else "") for w in self.words[:5]]
        more = f" and {len(self.words) - 5} more" if len(self.words) > 5 else ""
        super().__init__("unknown " + ("word" if len(self.words) == 1 else "words") + ": " + ", ".join(hints) + more)


class LimitError(RnnCoreError):
    """More than the owner of the machine allows: what, how much was asked, how much is allowed."""

    def __init__(self, what: str, value: float, allowed: float) -> None:
        self.what, self.value, self.allowed = what, value, allowed
        super().__init__(f"{what.replace('_', ' ')}: {value:,} is over the limit of {allowed:,}")


class UnusableError(RnnCoreError, Generic[_Reason]):
    """A file or link that cannot be used. detail is the offending piece, shortened."""

    WHAT = ""

    def __init__(self, reason: _Reason, detail: str = "") -> None:
        self.reason, self.detail = reason, shorten(detail)
        super().__init__(f"{self.WHAT}: {reason.replace('_', ' ')}" + (f": {self.detail}" if detail else ""))


class ModelFileError(UnusableError[ModelFileReason]):
    """A model file that cannot be used."""

    WHAT = "model file"


class ExperimentFileError(UnusableError[ExperimentFileReason]):
    """An experiment file that cannot be used."""

    WHAT = "experiment file"


class LinkError(UnusableError[LinkReason]):
    """A link that cannot be opened."""

    WHAT = "link"


class TensorFileError(UnusableError[TensorFileReason]):
    """A network from elsewhere that does not fit.

    tensor names the one that does not, if it is one; found is its shape, expected the shape that would fit (None: unknown).
    advice says what to do.
    """

    WHAT = "network from outside"

    def __init__(
        self,
        reason: TensorFileReason,
        detail: str = "",
        *,
        tensor: str = "",
        found: tuple[int, ...] | None = None,
        expected: tuple[int, ...] | None = None,
        advice: str = "",
    ) -> None:
        self.tensor, self.found, self.expected = shorten(tensor), found, expected
        shapes = "" if found is None else f" is {found}"
        if expected is not None:
            shapes += f", not {expected}"
        about = f"{self.tensor}{shapes}"
        super().__init__(reason, "; ".join(part for part in (about, detail) if part))
        if advice:
            self.args = (f"{self}; {advice}",)


class VectorFileError(UnusableError[VectorFileReason]):
    """A file of word vectors that cannot be used."""

    WHAT = "word vectors"


class ArrayFileError(UnusableError[ArrayFileReason]):
    """A file of named arrays that cannot be used. detail names the array, where it is one."""

    WHAT = "arrays"


class LessonError(RnnCoreError):
    """A lesson's file that cannot be used: the file, the line (from 1, 0 for the whole file) and the offending piece, shortened."""

    def __init__(self, reason: LessonReason, file: str = "", line: int = 0, detail: str = "") -> None:
        self.reason: LessonReason = reason
        self.file, self.line, self.detail = file, line, shorten(detail)
        place = f"{file or 'lesson'}" + (f", line {line}" if line else "")
        super().__init__(f"{place}: {reason.replace('_', ' ')}" + (f": {self.detail}" if self.detail else ""))


class ResultsFileError(UnusableError[ResultsFileReason]):
    """A table of the results of a sweep that cannot be used."""

    WHAT = "results of a sweep"


class AssignmentError(UnusableError[AssignmentReason]):
    """An assignment or a submission that cannot be used."""

    WHAT = "assignment"


class AbsentVectorsError(RnnCoreError):
    """An experiment that names word vectors without containing them: their name and digest, and the words of its sentences."""

    def __init__(self, name: str, digest: str, words: Collection[str]) -> None:
        self.name, self.digest, self.words = shorten(name), digest, frozenset(words)
        super().__init__(f"word vectors are needed: {self.name}, with the digest {digest[:12]}")


class MissingPackageError(RnnCoreError):
    """A package that only this needs is not installed: its name, and the file of requirements that has it."""

    def __init__(self, package: str, requirements: str) -> None:
        self.package, self.requirements = package, requirements
        super().__init__(f"the package {package} is needed for this: python -m pip install -r {requirements}")


class DivergenceError(RnnCoreError):
    """A loss or a weight stopped being finite during this epoch (counted from 1). Earlier epochs are kept."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        super().__init__(f"training diverged in epoch {epoch}: a loss or a weight is no longer a finite number")


def shorten(text: str, length: int = 60) -> str:
    """Return the text as one line of at most length characters, so that hostile input cannot flood a message."""
    flat = " ".join(text[: 4 * length].encode("utf-8", "replace").decode().split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"


def _shown(value: object) -> str:
    try:
        return shorten(repr(value[:200] if isinstance(value, str) else value))
    except ValueError:  # Python does not write out integers of more than 4300 digits
        return "a huge number"
