"""What would change a prediction, in words."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_core.data.vocabulary import Tokens
from rnn_core.errors import shorten
from rnn_core.explanation import Flip, Flips
from ui.messages.ask import quoted
from ui.messages.formatting import number, plain

# ---------------------------------------------------------------------- what would change its mind


def question(verdict: str, to: str | None) -> str:
    """What is looked for, and what a visitor can do with it."""
    other = "another label" if to is None else plain(to)
    return (
        f"The prediction is {plain(verdict)}. What is the smallest change of the sentence that makes it {other}? If such a prediction is "
        "wrong, add the sentence with the right label: the next training reads it."
    )


def flip(found: Flip, tokens: Tokens, before: str) -> str:
    """A flip as the old sentence with what is deleted struck out and what is new in bold, and both predictions, in Markdown."""
    at = {tokens.places[t]: found.new for t in found.places}
    words = []
    for place, word in enumerate(tokens.written):
        shown = plain(shorten(word, 24))
        if place in at:
            new = at[place]
            shown = f"~~{shown}~~" if new is None else f"~~{shown}~~ **{plain(shorten(new, 24))}**"
        words.append(shown)
    return f"{' '.join(_near(words, sorted(at)))}: {plain(before)} → {plain(found.verdict)} ({found.probability:.2f})"


def _near(words: Sequence[str], places: Sequence[int], around: int = 12) -> list[str]:
    """The words around some places; of a long sentence the rest is left out."""
    if len(words) <= 2 * around:
        return list(words)
    near = {t for place in places for t in range(place - around // 2, place + around // 2)}
    shown: list[str] = []
    for t, word in enumerate(words):
        if t in near:
            shown.append(word)
        elif not shown or shown[-1] != "…":
            shown.append("…")
    return shown


def deletions_line(found: Flips) -> str:
    """How the search for words to delete ended."""
    tried = number(found.deletions_tried)
    if found.deletions_cut_short:
        if found.deletions:
            return f"Among the first {tried} sets of words these change its mind; there was no time for all."
        return f"None among the first {tried} sets of words; there was no time for all."
    if not found.deletions:
        if found.deletions_tried == 0:
            return "A sentence of one word has nothing to spare."
        if found.deletions_tried == 2:  # two words, each alone: without both there is nothing to read
            return "Neither of its two words, deleted, changes the prediction."
        return f"None among {tried} tried: neither one word nor two, deleted, change the prediction."
    if len(found.deletions[0].places) == 1:
        return f"One word is enough. {tried} were tried, each alone; the surest come first."
    return f"No single word is enough, two are. {tried} sets were tried; the surest come first."


def replacements_line(found: Flips) -> str:
    """How the search for a word to put in another's place ended."""
    tried = number(found.replacements_tried)
    if found.replacements_cut_short:
        if found.replacements:
            return f"Among the first {tried} replacements these change its mind; there was no time for all."
        return f"None among the first {tried} replacements; there was no time for all."
    if not found.replacements:
        return f"None among {tried} tried: no known word in any one place changes its mind."
    return f"One other word is enough. {tried} replacements were tried; the surest come first."


def added(text: str, label: str, already: str | None) -> str:
    """That a sentence went into the data, or was there."""
    shown = quoted(text, 80)
    if already == label:
        return f"{shown} is among the training sentences as {plain(label)} already."
    if already is not None:
        return (
            f"{shown} is now a training sentence, {plain(label)}. It also stands there as {plain(already)}: "
            "no network can learn both. Mend that on the Dataset page."
        )
    return f"{shown} is now a training sentence, {plain(label)}. The next training reads it."
