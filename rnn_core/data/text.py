"""How text becomes words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from rnn_core.domains import Choice, Config, Switch, Whole

Splitting = Literal["spaces", "tweet", "wordpunct", "characters"]
UnknownWords = Literal["refuse", "skip", "replace"]

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]{4,}")
"""Letters in a row of Thai, Lao, Burmese, Khmer, Japanese or Chinese: more than most words of these have."""

UNKNOWN = "<unk>"
"""The word that is read in the place of an unknown one."""


@dataclass(frozen=True, kw_only=True)
class TextRules(Config):
    """The rules under which a sentence is read; part of the dataset and of the model, so that both read alike."""

    lowercase: Annotated[bool, Switch()] = True
    splitting: Annotated[Splitting, Choice(("spaces", "tweet", "wordpunct", "characters"))] = "spaces"
    """At any run of white space (the guide); as NLTK's TweetTokenizer or its wordpunct_tokenize does; into single characters."""
    strip_punctuation: Annotated[bool, Switch()] = True
    """Drop punctuation at a word's ends: "Good!" reads as "good", "don't" stays whole, a lone "…" vanishes."""
    unknown: Annotated[UnknownWords, Choice(("refuse", "skip", "replace"))] = "refuse"
    """A word that training does not have is refused, skipped, or read as `<unk>`."""
    min_count: Annotated[int, Whole(2, 1_000)] = 2
    """With unknown "replace": words that training has less often are read as `<unk>` there too, which is how it is learned."""

    def words(self, text: str) -> tuple[str, ...]:
        """The words of the text. Equal letters are made equal first (Unicode NFC)."""
        text = unicodedata.normalize("NFC", text)
        if self.lowercase and self.splitting != "tweet":  # whose tokenizer leaves emoticons as they are
            text = text.lower()
        pieces = _splitter(self.splitting, self.lowercase)(text)
        if self.strip_punctuation:
            bared = _bared_but_for_emoticons if self.splitting == "tweet" else _without_outer_punctuation
            pieces = [word for piece in pieces if (word := bared(piece))]
        return tuple(pieces)


def is_unspaced(text: str) -> bool:
    """Whether words stand in it with no space between them, as Chinese writes them."""
    return not text.isascii() and _UNSPACED.search(text) is not None


@cache
def _splitter(splitting: Splitting, lowercase: bool) -> Callable[[str], Sequence[str]]:
    """NLTK is loaded only where one of its tokenizers is asked for."""
    match splitting:
        case "tweet":
            from nltk.tokenize.casual import TweetTokenizer

            tokenizer = TweetTokenizer(preserve_case=not lowercase)
            return lambda text: _split_further(tokenizer.tokenize(text))
        case "wordpunct":
            from nltk.tokenize.regexp import wordpunct_tokenize

            return lambda text: _split_further(wordpunct_tokenize(text))
        case "characters":
            return _characters
        case _:
            return str.split


def _split_further(tokens: Iterable[str]) -> list[str]:
    """NLTK leaves a space in what it takes for a telephone number, and rare separators anywhere. And it cuts off accents and
    what makes a heart red: these go back to what they belong to, or there would be words that nobody can see.
    """
    found: list[str] = []
    for word in (word for token in tokens for word in token.split()):
        if found and unicodedata.category(word[0]).startswith("M"):
            found[-1] += word
        else:
            found.append(word)
    return found


def _characters(text: str) -> list[str]:
    """Characters as a reader counts them: accents and joined emoji stay with what they belong to."""
    found: list[str] = []
    for character in text:
        joins = unicodedata.category(character).startswith("M") or character == JOINER or (found and found[-1].endswith(JOINER))
        if joins and found:
            found[-1] += character
        else:
            found.append(character)
    return [character for character in found if not character.isspace()]


JOINER = "\u200d"


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character).startswith("P")


def _without_outer_punctuation(piece: str) -> str:
    start, end = 0, len(piece)
    while start < end and _is_punctuation(piece[start]):
        start += 1
    while end > start and _is_punctuation(piece[end - 1]):
        end -= 1
    return piece[start:end]


def _bared_but_for_emoticons(piece: str) -> str:
    from nltk.tokenize.casual import EMOTICON_RE

    return piece if EMOTICON_RE.fullmatch(piece) else _without_outer_punctuation(piece)
