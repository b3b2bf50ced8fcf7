"""Rules for splitting a text into words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal, NamedTuple

from rnn_core.domains import Choice, Config, Switch, Whole

Splitting = Literal["spaces", "tweet", "wordpunct", "characters", "chinese"]
UnknownWords = Literal["refuse", "skip", "replace"]

_PLAIN = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u02bc\uff07"), "'"),
    **{ord(wide): chr(ord(wide) - 0xFEE0) for wide in map(chr, range(0xFF10, 0xFF5B)) if wide.isalnum()},
}
"""Typographic apostrophes, and letters and digits of full width, to plain ones."""
_UNSEEN_ASCII = re.compile("[\x00-\x08\x0e-\x1b\x7f]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb]"
)
"""Control characters that are no white space, soft hyphens, spaces of no width, and marks of direction."""
_LOOSE_JOINERS = re.compile(r"(?:^|(?<=\s))[\u200c\u200d\ufe00-\ufe0f]+|[\u200c\u200d]+(?=\s|$)")
"""Joiners that join nothing, and selectors of a variation of nothing."""

_SECONDS = {"spaces": 0.3e-6, "wordpunct": 1.3e-6, "characters": 1.6e-6, "chinese": 1.5e-6}
"""For each character, by rule: measured on one core on the texts that take longest."""
_RUN_SECONDS, _LETTER_SECONDS, _SIGN_SECONDS, _SQUARE_SECONDS = 12e-6, 1e-6, 28e-6, 5e-8
"""Of NLTK's tweet tokenizer: for each run without spaces, each character, each digit or sign, and the square of each run's length."""

UNKNOWN = "<unk>"
"""The word that replaces an unknown one."""
UNSPACED: frozenset[Splitting] = frozenset({"characters", "chinese"})
"""Splittings that need no spaces between words."""
JOINER = "\u200d"
_JOINING = re.compile("[\u200c\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
"""Joiners, the colors of skin of emoji, and the tags of flags."""
_REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]")
"""The character that joins two emoji into one."""

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]{4,}")
"""Four or more letters in a row of Thai, Lao, Burmese, Khmer, Japanese or Chinese: longer than most words of these languages."""


@dataclass(frozen=True, kw_only=True)
class TextRules(Config):
    """Rules for reading a sentence. Both the dataset and the model have them, so both read a sentence in the same way."""

    lowercase: Annotated[bool, Switch()] = True
    splitting: Annotated[Splitting, Choice(("spaces", "tweet", "wordpunct", "characters", "chinese"))] = "spaces"
    """Where to split: at white space (the guide), as NLTK's TweetTokenizer or wordpunct_tokenize, between characters, or between Chinese
    words, which rjieba finds with a dictionary and a model of unknown words."""
    strip_punctuation: Annotated[bool, Switch()] = True
    """Remove punctuation at both ends of a word: "Good!" becomes "good", "don't" stays as it is, "…" alone is dropped."""
    unknown: Annotated[UnknownWords, Choice(("refuse", "skip", "replace"))] = "refuse"
    """Whether a word outside the vocabulary is refused, skipped or replaced by `<unk>`."""
    min_count: Annotated[int, Whole(2, 1_000)] = 2
    """With unknown "replace": words with fewer occurrences in training become `<unk>` too, so that the network learns `<unk>`."""

    def seconds(self, texts: Iterable[str]) -> float:
        """Estimate, from the characters alone, how long it takes to split the texts into words; it takes hardly any time itself.

        The tweet tokenizer is slow at signs and digits, and its time grows with the square of a run without spaces. The estimate
        is right for texts made to take long, and about twice too high for ordinary ones.
        """
        if self.splitting != "tweet":
            return _SECONDS[self.splitting] * sum(map(len, texts))
        seconds = 0.0
        for text in texts:
            runs = text.split()
            characters = sum(map(len, runs))
            signs = characters - sum(map(str.isalpha, text))
            squares = sum(len(run) ** 2 for run in runs)
            seconds += _RUN_SECONDS * len(runs) + _LETTER_SECONDS * len(text)
            seconds += _SIGN_SECONDS * signs + _SQUARE_SECONDS * squares
        return seconds

    def words(self, text: str) -> tuple[str, ...]:
        """Return the words of the text, after Unicode normalization (NFC), and after what `plain_letters` makes of it."""
        text = plain_letters(unicodedata.normalize("NFC", text))
        if self.lowercase and self.splitting != "tweet":  # that tokenizer makes letters lowercase itself, but not emoticons
            text = text.lower()
        pieces = _splitter(self.splitting, self.lowercase)(text)
        if self.strip_punctuation:
            bared = bared_but_for_emoticons if self.splitting == "tweet" else without_outer_punctuation
            pieces = [word for piece in pieces if (word := bared(piece))]
        return tuple(pieces)


class Folded(NamedTuple):
    """How many characters of a text are read otherwise than they are written."""

    apostrophes: int
    """typographic apostrophes, read as '"""
    wide: int
    """letters and digits of full width, read as plain ones"""
    unseen: int
    """characters that nobody can see, dropped"""


def folded(text: str) -> Folded:
    """Return what `plain_letters` does to a text."""
    changed = [character for character in text if ord(character) in _PLAIN]
    apostrophes = sum(_PLAIN[ord(character)] == "'" for character in changed)
    return Folded(apostrophes, len(changed) - apostrophes, len(text) - len(plain_letters(text)))


def plain_letters(text: str) -> str:
    """Return the text as a typewriter has it: typographic apostrophes as ', full-width letters and digits as plain ones.

    Characters that nobody can see are dropped. The joiners of emoji and of some scripts stay where they join something.
    """
    if text.isascii():
        return _UNSEEN_ASCII.sub("", text)
    text = _UNSEEN.sub("", text.translate(_PLAIN))
    return _LOOSE_JOINERS.sub("", text)


def is_unspaced(text: str) -> bool:
    """Return whether the text has words without spaces between them, as in Chinese."""
    return not text.isascii() and _UNSPACED.search(text) is not None


@cache
def _splitter(splitting: Splitting, lowercase: bool) -> Callable[[str], Sequence[str]]:
    """Return the function that splits a text. NLTK and rjieba are imported only if they are needed."""
    match splitting:
        case "tweet":
            from nltk.tokenize.casual import TweetTokenizer

            _take_your_time()
            tokenizer = TweetTokenizer(preserve_case=not lowercase)
            return lambda text: split_further(tokenizer.tokenize(text))
        case "wordpunct":
            from nltk.tokenize.regexp import wordpunct_tokenize

            return lambda text: split_further(wordpunct_tokenize(text))
        case "characters":
            return characters
        case "chinese":
            from rjieba import Jieba

            chinese = Jieba()
            return lambda text: split_further(chinese.cut(text))
        case _:
            return str.split


def _take_your_time() -> None:
    """Switch NLTK's own time limit off: on a busy machine it would refuse what it splits on an idle one.

    Texts are bounded before they are split (see `dataset.check_bounds`).
    """
    with suppress(ImportError):  # older versions have no such limit
        from nltk import redos

        redos.DEFAULT_TIMEOUT = None


def split_further(tokens: Iterable[str]) -> list[str]:
    """Correct the tokens of NLTK and rjieba, which gives spaces as tokens.

    NLTK leaves spaces inside what it takes for a telephone number, and rare separators anywhere: split there. It also cuts
    off accents and emoji modifiers: join these to the word before, since alone they would be invisible words.
    """
    found: list[str] = []
    for word in (word for token in tokens for word in token.split()):
        if found and unicodedata.category(word[0]).startswith("M"):
            found[-1] += word
        else:
            found.append(word)
    return found


def characters(text: str) -> list[str]:
    """Return the characters as a reader counts them: with their accents, and joined emoji as one."""
    found: list[str] = []
    for character in text:
        if found and _joins(found[-1], character):
            found[-1] += character
        else:
            found.append(character)
    return [character for character in found if not character.isspace()]


def _joins(before: str, character: str) -> bool:
    """Return whether a reader sees it as one with the characters before it."""
    if unicodedata.category(character).startswith("M") or _JOINING.match(character) or before.endswith(JOINER):
        return not before.isspace()
    return len(before) == 1 and bool(_REGIONAL.match(before) and _REGIONAL.match(character))  # two make a flag


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character).startswith("P")


def without_outer_punctuation(piece: str) -> str:
    start, end = 0, len(piece)
    while start < end and _is_punctuation(piece[start]):
        start += 1
    while end > start and _is_punctuation(piece[end - 1]):
        end -= 1
    return piece[start:end]


def bared_but_for_emoticons(piece: str) -> str:
    from nltk.tokenize.casual import EMOTICON_RE

    return piece if EMOTICON_RE.fullmatch(piece) else without_outer_punctuation(piece)
