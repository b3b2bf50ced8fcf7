"""How a program to take along reads a text: the same words as here, by the rules that the constants say."""

# The parts with every option. programs.py reduces them to the rules of one network.

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from nltk.tokenize.casual import TweetTokenizer
from nltk.tokenize.regexp import wordpunct_tokenize
from rjieba import Jieba

from rnn_core.data.text import (
    UNKNOWN,
    bared_but_for_emoticons,
    characters,
    plain_letters,
    split_further,
    without_outer_punctuation,
)

LOWERCASE = True
SPLITTING: str = "spaces"
STRIP_PUNCTUATION = True
UNKNOWN_WORDS: str = "refuse"


def split(text: str) -> list[str]:
    """Return the pieces of a text, with punctuation."""
    if SPLITTING == "tweet":
        return split_further(TweetTokenizer(preserve_case=not LOWERCASE).tokenize(text))
    if SPLITTING == "wordpunct":
        return split_further(wordpunct_tokenize(text))
    if SPLITTING == "characters":
        return characters(text)
    if SPLITTING == "chinese":
        return split_further(Jieba().cut(text))
    return text.split()


def words_of(text: str) -> list[str]:
    """Return the words of a text, as the network has learned to read it."""
    text = plain_letters(unicodedata.normalize("NFC", text))
    if LOWERCASE and SPLITTING != "tweet":
        text = text.lower()
    words = split(text)
    if STRIP_PUNCTUATION and SPLITTING == "tweet":
        words = [bare for word in words if (bare := bared_but_for_emoticons(word))]
    if STRIP_PUNCTUATION and SPLITTING != "tweet":
        words = [bare for word in words if (bare := without_outer_punctuation(word))]
    return words


def encode(text: str, ids: Mapping[str, int]) -> list[int]:
    """Return the word ids of a text. Raise ValueError if there is nothing to read, or a word that the network does not know."""
    words = words_of(text)
    if UNKNOWN_WORDS == "skip":
        words = [word for word in words if word in ids]
    if UNKNOWN_WORDS == "replace":
        words = [word if word in ids else UNKNOWN for word in words]
    if unknown := [word for word in words if word not in ids]:
        raise ValueError(f"unknown words: {', '.join(unknown)}")
    if not words:
        raise ValueError("there is no word to read")
    return [ids[word] for word in words]
