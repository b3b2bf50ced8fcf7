"""How text becomes words."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict, dataclass
from typing import Any, Self

from rnn_core.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class TextRules:
    """The rules under which a sentence is read; part of the dataset and of the model, so that both read alike."""

    lowercase: bool = True
    strip_punctuation: bool = True
    """Drop punctuation at a word's ends: "Good!" reads as "good", "don't" stays whole, a lone "…" vanishes."""

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not isinstance(value, bool):
                raise ConfigError(name, value, "true or false")

    def words(self, text: str) -> tuple[str, ...]:
        """The words of the text, split at any run of white space. Equal letters are made equal first (Unicode NFC)."""
        text = unicodedata.normalize("NFC", text)
        if self.lowercase:
            text = text.lower()
        pieces = text.split()
        if self.strip_punctuation:
            pieces = [word for piece in pieces if (word := _without_outer_punctuation(piece))]
        return tuple(pieces)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: object) -> Self:
        """Raises ConfigError for anything but an object of these fields."""
        if not isinstance(value, dict):
            raise ConfigError("rules", value, "an object of text rules")
        for name in value:
            if name not in cls.__dataclass_fields__:
                raise ConfigError(str(name), value[name], "no such field")
        return cls(**value)


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character).startswith("P")


def _without_outer_punctuation(piece: str) -> str:
    start, end = 0, len(piece)
    while start < end and _is_punctuation(piece[start]):
        start += 1
    while end > start and _is_punctuation(piece[end - 1]):
        end -= 1
    return piece[start:end]
