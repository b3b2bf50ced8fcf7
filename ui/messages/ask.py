"""A sentence asked of the network, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rnn_core import Dataset, Reading
from rnn_core.data.vocabulary import Tokens
from rnn_core.errors import shorten
from ui.messages.formatting import number, plain

MOST_TURNS = 6


# ---------------------------------------------------------------------- one sentence


def quoted(text: str, length: int = 24) -> str:
    """A visitor's word or text in quotation marks, as Markdown."""
    return f"“{plain(shorten(text, length))}”"


def unfinished(text: str, written: Sequence[str], unknown: Sequence[str], known: Iterable[str]) -> bool:
    """Whether all that is unknown is a last word still being typed: nothing stands after it, and a known word begins with it."""
    last = written[-1]
    return list(unknown) == [last] and not text[-1:].isspace() and any(word.startswith(last) for word in known)


def turns(reading: Reading, label: str) -> str:
    """At which words the verdict turns, and to what."""
    probabilities = reading.probabilities[:, reading.labels.index(label)]
    verdicts = [reading.labels[k] for k in reading.probabilities.argmax(axis=1)]
    places = [t for t in range(1, len(verdicts)) if verdicts[t] != verdicts[t - 1]]
    if len(verdicts) == 1:
        return "One word, and nothing before it to be turned."
    if not places:
        return f"It never turns: {plain(verdicts[0])} from the first word to the last."
    shown = [f"at {quoted(reading.words[t])} to {plain(verdicts[t])} ({probabilities[t]:.2f})" for t in places[:MOST_TURNS]]
    more = f", and {number(len(places) - MOST_TURNS)} times more" if len(places) > MOST_TURNS else ""
    return f"It begins {plain(verdicts[0])} ({probabilities[0]:.2f}) and turns {', '.join(shown)}{more}."


def read_instead(tokens: Tokens, policy: str) -> str:
    """What was done with the unknown words of a sentence that was read all the same."""
    unknown = ", ".join(quoted(word) for word in tokens.unknown[:5])
    more = f" and {number(len(tokens.unknown) - 5)} more" if len(tokens.unknown) > 5 else ""
    read = quoted(" ".join(tokens.read), 200)
    if policy == "skip":
        return f"It has never met {unknown}{more} and skips that. What it reads: {read}."
    return f"It has never met {unknown}{more} and reads an unknown word there. What it reads: {read}."


def example_of(data: Dataset, text: str) -> str | None:
    """The label under which a text's words are trained on already, if they are."""
    words = data.rules.words(text)
    found = [data.examples[i].label for i in data.rows("train") if data.words[i] == words]
    return found[0] if found else None
