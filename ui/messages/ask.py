"""A sentence asked of the network, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rnn_core import Dataset, Reading
from rnn_core.data.vocabulary import Tokens
from rnn_core.errors import shorten
from ui.language import gettext, ngettext, number, paragraph
from ui.messages.formatting import joined, listed, plain
from ui.messages.names import UNKNOWN_WORD
from ui.server.job_status import JobStatus

MOST_TURNS = 6


# ---------------------------------------------------------------------- one sentence


def quoted(text: str, length: int = 24) -> str:
    """A visitor's word or text in quotation marks, as Markdown."""
    return f"“{plain(shorten(text, length))}”"


def answer(label: str, probability: float) -> str:
    """A label and its probability, as Markdown."""
    shown = f"{probability:.3f}"
    return gettext("{label} ({probability})", label=plain(label), probability=shown)


def unfinished(text: str, written: Sequence[str], unknown: Sequence[str], known: Iterable[str]) -> bool:
    """Whether the only unknown word is the last one, still being typed: nothing follows it, and a known word begins with it."""
    last = written[-1]
    return list(unknown) == [last] and not text[-1:].isspace() and any(word.startswith(last) for word in known)


def after_each_word(reading: Reading, label: str | None) -> str:
    """Whose probability is shown after each word, and what the network was trained to say there."""
    if len(reading.words) == 1:
        if label is None:
            return gettext("Predicted label and its probability after the only word.")
        return gettext("Probability of {label} after the only word.", label=plain(label))
    shown = (
        gettext("Predicted label and its probability after each word.")
        if label is None
        else gettext("Probability of {label} after each word.", label=plain(label))
    )
    untrained = gettext(
        "The output layer is trained only at the end of each training sentence. Values after earlier words were not trained, unless the "
        "words so far are a training sentence themselves."
    )
    return paragraph([shown, untrained])


def both(first: Reading, second: Reading) -> str:
    """What the network predicts for two sentences, one above the other."""
    above, below = (answer(one.verdict, one.confidence) for one in (first, second))
    return gettext(
        "Upper row: the first sentence, {above}. Lower row: the second sentence, {below}. Words that both have share a column.",
        above=above,
        below=below,
    )


def as_of(run: JobStatus) -> str | None:
    """Which network is asked while a run goes on; None once it rests."""
    if run.state != "running":
        return None
    return gettext("Network of epoch {epoch}, still training. Pause the run to see earlier epochs.", epoch=number(run.viewed))


def turns(reading: Reading) -> str:
    """At which words the prediction changes, and to what, each with its probability."""
    probabilities = reading.probabilities.max(axis=1)
    verdicts = [reading.labels[k] for k in reading.probabilities.argmax(axis=1)]
    places = [t for t in range(1, len(verdicts)) if verdicts[t] != verdicts[t - 1]]
    if len(verdicts) == 1:
        return gettext("The sentence has only one word, so the prediction cannot change on the way.")
    if not places:
        return gettext("The prediction is {label} after every word.", label=plain(verdicts[0]))
    start = answer(verdicts[0], float(probabilities[0]))
    shown = [
        gettext("{answer} at {word}", answer=answer(verdicts[t], float(probabilities[t])), word=quoted(reading.words[t]))
        for t in places[:MOST_TURNS]
    ]
    changes = joined(shown)
    if len(places) > MOST_TURNS:
        return ngettext(
            "The prediction starts as {start} and changes to {changes}, and {count} more time.",
            "The prediction starts as {start} and changes to {changes}, and {count} more times.",
            len(places) - MOST_TURNS,
            start=start,
            changes=changes,
        )
    return gettext("The prediction starts as {start} and changes to {changes}.", start=start, changes=changes)


def trains_on() -> str:
    """That a run has begun with the network that was opened."""
    return gettext("A new run has started with the weights of the network that you opened.")


def opened(name: str, network: str) -> str:
    """The network that was opened from a file, by the file's name and the network's kind and size."""
    return f"{plain(shorten(name, 40))} · {network}"


def read_instead(tokens: Tokens, policy: str) -> str:
    """What was done with the unknown words of a sentence that was read all the same."""
    unknown, read = listed(tokens.unknown), quoted(" ".join(tokens.read), 200)
    if policy == "skip":
        return gettext(
            "Not in the vocabulary: {words}. Unknown words are skipped. The network reads {read}.", words=unknown, read=read
        )
    return gettext(
        "Not in the vocabulary: {words}. Unknown words are read as {unknown}. The network reads {read}.",
        words=unknown,
        unknown=UNKNOWN_WORD,
        read=read,
    )


def example_of(data: Dataset, text: str) -> str | None:
    """The label under which a text's words are trained on already, if they are."""
    words = data.rules.words(text)
    found = [data.examples[i].label for i in data.rows("train") if data.words[i] == words]
    return found[0] if found else None
