"""The vocabulary of a network from outside: the word of each id, and the rules that split texts into such words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rnn_core.data.text import UNKNOWN, TextRules
from rnn_core.errors import TensorFileError
from rnn_core.limits import Limits
from rnn_core.sharing.model_file import is_word


def read(source: bytes, limits: Limits | None = None) -> tuple[str, ...]:
    """Return the words of a vocabulary file in the order of their ids.

    The file is JSON, a list of words or an object of word and id, or text with one word in a line. Raises TensorFileError with the
    reason too_large or bad_vocabulary.
    """
    limits = limits or Limits()
    if len(source) > limits.upload_bytes:
        raise TensorFileError("too_large", f"the vocabulary has {len(source):,} bytes, at most {limits.upload_bytes:,}")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TensorFileError("bad_vocabulary", "it is not UTF-8") from error
    if text.lstrip()[:1] not in ("[", "{"):
        return checked([line.rstrip("\r") for line in text.removesuffix("\n").split("\n")], limits)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        if "\n" not in text.strip():
            raise TensorFileError("bad_vocabulary", "it is neither JSON nor one word in a line") from error
        return checked([line.rstrip("\r") for line in text.removesuffix("\n").split("\n")], limits)  # its first word is a bracket
    if isinstance(value, dict):
        ids = list(value.values())
        if any(isinstance(i, bool) or not isinstance(i, int) for i in ids) or sorted(ids) != list(range(len(ids))):
            raise TensorFileError("bad_vocabulary", "its ids are not 0, 1, 2 and so on, each once")
        value = sorted(value, key=value.__getitem__)
    return checked(value, limits)


def guessed_rules(words: Sequence[str]) -> TextRules:
    """Return rules under which texts are split into such words: with capitals, single characters or punctuation if they have them."""
    usual = [word for word in words if not (word.startswith(("<", "[")) and word.endswith((">", "]")))]
    single = len(usual) > 1 and all(len(word) == 1 for word in usual)
    marks = any(word in ".,!?" for word in usual)
    return TextRules(
        lowercase=all(word == word.lower() for word in usual),
        splitting="characters" if single else "wordpunct" if marks else "spaces",
        strip_punctuation=not marks,
        unknown="replace" if UNKNOWN in words else "refuse",
    )


def checked(words: Any, limits: Limits) -> tuple[str, ...]:
    """Return the words as a vocabulary. Raise TensorFileError (no_vocabulary, bad_vocabulary)."""
    if words is None:
        raise TensorFileError("no_vocabulary", "the file does not say its words")
    if not isinstance(words, (list, tuple)) or not 0 < len(words) <= limits.parameters:
        raise TensorFileError("bad_vocabulary", "it is not a list of words")
    seen: set[str] = set()
    for i, word in enumerate(words):
        if not is_word(word):
            raise TensorFileError("bad_vocabulary", f"entry {i} (from 0) is not a word")
        if word in seen:
            raise TensorFileError("bad_vocabulary", f"a word occurs twice: {word}")
        seen.add(word)
    return tuple(words)
