"""A sentence asked of the network, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rnn_core import Dataset, Reading
from rnn_core.data.vocabulary import Tokens
from rnn_core.errors import shorten
from ui.messages.formatting import number, plain
from ui.server.job_status import JobStatus

MOST_TURNS = 6


# ---------------------------------------------------------------------- one sentence


def quoted(text: str, length: int = 24) -> str:
    """A visitor's word or text in quotation marks, as Markdown."""
    return f"“{plain(shorten(text, length))}”"


def unfinished(text: str, written: Sequence[str], unknown: Sequence[str], known: Iterable[str]) -> bool:
    """Whether all that is unknown is a last word still being typed: nothing stands after it, and a known word begins with it."""
    last = written[-1]
    return list(unknown) == [last] and not text[-1:].isspace() and any(word.startswith(last) for word in known)


def after_each_word(reading: Reading, label: str | None) -> str:
    """Whose probability is shown after each word, and what the network was trained to say there."""
    shown = "The predicted label and its probability" if label is None else f"Probability of {plain(label)}"
    if len(reading.words) == 1:
        return f"{shown} after the only word."
    return (
        f"{shown} after each word. The output layer is trained at the ends of training sentences only: what it gives "
        "after an earlier word was not trained, unless the sentence as far as that word is a training sentence too."
    )


def both(first: Reading, second: Reading) -> str:
    """What the network makes of two sentences, one above the other."""
    above, below = (f"{plain(one.verdict)} ({one.confidence:.2f})" for one in (first, second))
    return f"Above the first sentence: {above}. Below it the other: {below}. Words that both have share a column."


def as_of(run: JobStatus) -> str | None:
    """Which network is asked while a run goes on; None once it rests."""
    if run.state != "running":
        return None
    return f"As of epoch {number(run.viewed)}. It is still learning; pause it to go back."


def turns(reading: Reading) -> str:
    """At which words the verdict turns, and to what, each with its probability."""
    probabilities = reading.probabilities.max(axis=1)
    verdicts = [reading.labels[k] for k in reading.probabilities.argmax(axis=1)]
    places = [t for t in range(1, len(verdicts)) if verdicts[t] != verdicts[t - 1]]
    if len(verdicts) == 1:
        return "One word, and nothing before it to be turned."
    if not places:
        return f"It never turns: {plain(verdicts[0])} from the first word to the last."
    shown = [f"at {quoted(reading.words[t])} to {plain(verdicts[t])} ({probabilities[t]:.2f})" for t in places[:MOST_TURNS]]
    more = f", and {number(len(places) - MOST_TURNS)} times more" if len(places) > MOST_TURNS else ""
    return f"It begins {plain(verdicts[0])} ({probabilities[0]:.2f}) and turns {', '.join(shown)}{more}."


def opened(name: str, network: str) -> str:
    """The network that was opened from a file, by the file's name and the network's kind and size."""
    return f"{plain(shorten(name, 40))} · {network}"


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
