"""Generated sentences with five labels: anger, fear, joy, sadness and surprise.

    sentence = subject + clause + time          i was | not angry but afraid | today

Where a sentence names two emotions, "not", "but" and "no longer" say which of them counts, so a bag of words is not enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Annotated

from rnn_core.data.dataset import Dataset
from rnn_core.data.templates import Making
from rnn_core.domains import Whole
from rnn_core.errors import ConfigError
from rnn_core.streams import stream

WORDS = {
    "anger": ("angry", "furious", "annoyed", "cross"),
    "fear": ("afraid", "scared", "worried", "anxious"),
    "joy": ("happy", "glad", "delighted", "cheerful"),
    "sadness": ("sad", "unhappy", "gloomy", "miserable"),
    "surprise": ("surprised", "amazed", "astonished", "startled"),
}
"""Label -> words for it, the commonest first."""

_SUBJECTS = ("i am", "i was", "she is", "we were")
_TIMES = ("", "today", "again")
_TWO = ("not {other} but {this}", "{this} and not {other}", "no longer {other} but {this}", "{this} not {other}")
"""Clauses with two emotions, of which the one called this counts."""


@dataclass(frozen=True, kw_only=True)
class Emotions(Making):
    """Sentences about one of five emotions, many of which name a second one that does not count."""

    synonyms: Annotated[int, Whole(1, 4)] = 2
    """Words for each emotion."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.count > self.capacity:
            raise ConfigError("count", self.count, f"at most {self.capacity:,}: these settings give no more different sentences")

    @property
    def capacity(self) -> int:
        """Number of different sentences possible with these settings."""
        return len(WORDS) * sum(1 for _ in self._sentences("joy"))

    def dataset(self) -> Dataset:
        """Return the sentences, as many of each label as of any other, give or take one. Training has every word of the test."""
        draw = stream(self.seed, "emotions")
        made = {label: list(self._sentences(label)) for label in WORDS}
        order = {label: draw.permutation(len(texts)) for label, texts in made.items()}
        labels = list(WORDS)
        rows = [(made[label][order[label][k]], label) for k in range(-(-self.count // len(labels))) for label in labels]
        rows = rows[: self.count]
        tested = set(draw.permutation(len(rows))[: round(self.count * self.test_share)].tolist())
        known = {word for i, (text, _) in enumerate(rows) if i not in tested for word in text.split()}
        tested -= {i for i in tested if not known.issuperset(rows[i][0].split())}
        return Dataset.from_pairs(
            [row for i, row in enumerate(rows) if i not in tested], [row for i, row in enumerate(rows) if i in tested]
        )

    def _sentences(self, label: str) -> Iterator[str]:
        """Yield all different sentences of a label."""
        here = WORDS[label][: self.synonyms]
        others = [word for name, words in WORDS.items() if name != label for word in words[: self.synonyms]]
        clauses = [*here, *(form.format(this=this, other=other) for form, this, other in product(_TWO, here, others))]
        for subject, clause, time in product(_SUBJECTS, clauses, _TIMES):
            yield f"{subject} {clause} {time}".strip()
