"""What would change a prediction, in words."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_core.data.vocabulary import Tokens
from rnn_core.errors import shorten
from rnn_core.explanation import Flip, Flips
from ui.language import gettext, number, paragraph
from ui.messages.ask import answer, quoted
from ui.messages.formatting import plain

# ---------------------------------------------------------------------- what would change the prediction


def question(verdict: str, to: str | None) -> str:
    """What is looked for, and what a visitor can do with it."""
    looked_for = (
        gettext("The prediction is {label}. Which small changes to the sentence change it?", label=plain(verdict))
        if to is None
        else gettext(
            "The prediction is {label}. Which small changes to the sentence change it to {other}?",
            label=plain(verdict),
            other=plain(to),
        )
    )
    then = gettext("If the new prediction is wrong, add the sentence with the correct label and train again.")
    return paragraph([looked_for, then])


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
    return f"{' '.join(_near(words, sorted(at)))}: {plain(before)} → {answer(found.verdict, found.probability)}"


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
            return gettext("Time ran out. Deletions tried: {tried}. These change the prediction.", tried=tried)
        return gettext("Time ran out. Deletions tried: {tried}. None changes the prediction.", tried=tried)
    if not found.deletions:
        if found.deletions_tried == 0:
            return gettext("A one-word sentence cannot be shortened.")
        if found.deletions_tried == 2:  # two words, each alone: without both there is nothing to read
            return gettext("Deleting either of the two words does not change the prediction.")
        return gettext("No deletion of one or two words changes the prediction. Deletions tried: {tried}.", tried=tried)
    if len(found.deletions[0].places) == 1:
        return gettext("Deleting one word is enough. Deletions tried: {tried}. The most confident comes first.", tried=tried)
    return gettext(
        "Deleting one word is not enough, deleting two is. Deletions tried: {tried}. The most confident comes first.", tried=tried
    )


def replacements_line(found: Flips) -> str:
    """How the search for a word to put in another's place ended."""
    tried = number(found.replacements_tried)
    if found.replacements_cut_short:
        if found.replacements:
            return gettext("Time ran out. Replacements tried: {tried}. These change the prediction.", tried=tried)
        return gettext("Time ran out. Replacements tried: {tried}. None changes the prediction.", tried=tried)
    if not found.replacements:
        return gettext("Replacing one word does not change the prediction. Replacements tried: {tried}.", tried=tried)
    return gettext("Replacing one word is enough. Replacements tried: {tried}. The most confident comes first.", tried=tried)


def added(text: str, label: str, already: str | None) -> str:
    """That a sentence went into the data, or was there."""
    shown, label = quoted(text, 80), plain(label)
    if already is None:
        return gettext(
            "{sentence} is now a training sentence, labeled {label}. Train again to use it.", sentence=shown, label=label
        )
    if plain(already) == label:
        return gettext("{sentence} is already a training sentence, labeled {label}.", sentence=shown, label=label)
    return gettext(
        "{sentence} is now a training sentence, labeled {label}. It is also there labeled {other}, and no network can learn both. Fix "
        "this on the Dataset page.",
        sentence=shown,
        label=label,
        other=plain(already),
    )
