"""What can go wrong, as data: one root, one class a kind of fault, each with the facts a caller needs to say it well.

The short text of each error is for a terminal or a notebook; the dashboard words them anew from the same fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class RnnCoreError(Exception):
    """Root of every error that bad input, bad settings or a lost run can raise. A caller's bug is a ValueError instead."""


class ConfigError(RnnCoreError):
    """A setting that cannot be: which field, what was given, and what is expected there."""

    def __init__(self, field: str, value: object, expected: object) -> None:
        self.field, self.value, self.expected = field, value, expected
        super().__init__(f"{shorten(field)} must be {expected}, not {_shown(value)}")


class DatasetError(RnnCoreError):
    """Sentences that cannot be read or trained on.

    reason names the kind of fault (see formats and dataset.py); row counts sentences from 1, line counts the
    lines of a file from 1; detail is the offending piece, shortened.
    """

    def __init__(self, reason: str, *, row: int | None = None, line: int | None = None, detail: str = "") -> None:
        self.reason, self.row, self.line, self.detail = reason, row, line, shorten(detail)
        place = "" if line is None else f"line {line}: "
        if row is not None:
            place = f"row {row}: " if line is None else f"row {row} (line {line}): "
        super().__init__(place + reason.replace("_", " ") + (f": {self.detail}" if detail else ""))


class UnknownWordError(RnnCoreError):
    """Words that the vocabulary does not have, and for each the known words that are spelt most alike."""

    def __init__(self, words: Sequence[str], near: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self.words = tuple(words)
        self.near = dict(near or {})
        hints = [shorten(w) + (f" (near: {', '.join(n)})" if (n := self.near.get(w)) else "") for w in self.words[:5]]
        more = f" and {len(self.words) - 5} more" if len(self.words) > 5 else ""
        super().__init__("unknown " + ("word" if len(self.words) == 1 else "words") + ": " + ", ".join(hints) + more)


class LimitError(RnnCoreError):
    """More than this machine's owner allows: what, how much was asked, how much is allowed."""

    def __init__(self, what: str, value: float, allowed: float) -> None:
        self.what, self.value, self.allowed = what, value, allowed
        super().__init__(f"{what.replace('_', ' ')}: {value:,} is over the limit of {allowed:,}")


class UnusableError(RnnCoreError):
    """Something from outside that cannot be used: reason names the kind of fault, detail the offending piece, shortened."""

    WHAT = ""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason, self.detail = reason, shorten(detail)
        super().__init__(f"{self.WHAT}: {reason.replace('_', ' ')}" + (f": {self.detail}" if detail else ""))


class ModelFileError(UnusableError):
    """A model file that cannot be used; its reasons are in storage.py."""

    WHAT = "model file"


class ExperimentFileError(UnusableError):
    """An experiment's file that cannot be used; its reasons are in documents.py."""

    WHAT = "experiment file"


class LinkError(UnusableError):
    """A link that cannot be opened; its reasons are in links.py."""

    WHAT = "link"


class DivergenceError(RnnCoreError):
    """A loss or a weight stopped being finite during this epoch (counted from 1); the epochs before it stand."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        super().__init__(f"training diverged in epoch {epoch}: a loss or a weight is no longer a finite number")


def shorten(text: str, length: int = 60) -> str:
    """The text in one line of at most length characters, so that hostile input cannot flood a message."""
    flat = " ".join(text[: 4 * length].encode("utf-8", "replace").decode().split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"


def _shown(value: object) -> str:
    try:
        return shorten(repr(value[:200] if isinstance(value, str) else value))
    except ValueError:  # Python writes no whole number of more than 4300 digits
        return "a huge number"
