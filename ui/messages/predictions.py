"""Predictions in words: what the network says, why, what would change it, and how all sentences fare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rnn_core import Dataset, Reading
from rnn_core.arrays import Floats
from rnn_core.data.vocabulary import Tokens
from rnn_core.errors import shorten
from rnn_core.explanation import Answer, Evaluation, Flip, Flips, Judged, Saliency, Trace
from ui.messages.errors import error
from ui.messages.words import RIGHT, WRONG, number, plain

MOST_TURNS = 6


class Quantity(NamedTuple):
    """One of the things that a cell has in mind: its name, its range, and what it means."""

    name: str
    scale: str
    meaning: str


QUANTITIES: Mapping[str, Mapping[str, Quantity]] = {
    "vanilla": {"h": Quantity("state h", "signed", "The hidden state after each word, of every unit, from −1 to 1.")},
    "gru": {
        "h": Quantity("state h", "signed", "The hidden state after each word, of every unit, from −1 to 1."),
        "r": Quantity("reset r", "share", "How much of the state before a unit sees when it proposes a new one: 0 none, 1 all."),
        "u": Quantity("update u", "share", "How much of the state before stays: 1 keeps it, 0 takes the new one."),
        "n": Quantity("proposal n", "signed", "The new state that is proposed at each word."),
        "m": Quantity("memory m", "free", "What the state before says to the proposal, before the reset gate weighs it."),
    },
    "lstm": {
        "h": Quantity("state h", "signed", "The hidden state after each word, of every unit: what the memory shows."),
        "c": Quantity("memory c", "free", "The memory that is carried from word to word; nothing bounds it."),
        "i": Quantity("input i", "share", "How much of what might be written is written: 0 nothing, 1 all."),
        "f": Quantity("forget f", "share", "How much of the memory stays: 1 keeps it, 0 forgets."),
        "g": Quantity("candidate g", "signed", "What might be written into the memory at each word."),
        "o": Quantity("output o", "share", "How much of the memory is shown as state: 0 nothing, 1 all."),
    },
}
"""By cell, then by the symbol of its equations; the state first."""

METHODS: Mapping[str, tuple[str, str]] = {
    "gradient_times_input": (
        "Gradient × input",
        "What the word adds to the log-odds, if they rose along a straight line. Quick, and wrong where the network is saturated.",
    ),
    "gradient_norm": (
        "Gradient norm",
        "How strongly the log-odds hang on what stands at this place, whatever it is. It takes no side.",
    ),
    "integrated_gradients": (
        "Integrated gradients",
        "The way from no words at all, every input zero, to this sentence, its rise shared out among the words.",
    ),
    "leave_one_out": (
        "Leave one out",
        "What the probability loses once the word is deleted and the rest is read again.",
    ),
}
"""Field of Saliency -> (name, what it means)."""


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


def explained(saliency: Saliency) -> str:
    """What is being explained, in numbers."""
    return (
        f"What is explained: the log-odds of {plain(saliency.label)}, ln p/(1 − p) = {_signed(saliency.log_odds, 2)} "
        f"(p = {saliency.probability:.3f}). Bars to the right speak for {plain(saliency.label)}, to the left against it. "
        "The four can disagree: they ask different questions."
    )


def _signed(value: float, digits: int) -> str:
    return f"{value:+z.{digits}f}".replace("-", "−")


def completeness(saliency: Saliency) -> str:
    """Whether the integrated gradients add up."""
    rise, total = saliency.log_odds - saliency.baseline_log_odds, float(saliency.integrated_gradients.sum())
    error = saliency.completeness_error
    start = _signed(saliency.baseline_log_odds, 2)
    told = f"They add up to {_signed(total, 3)}; from {start} with no words it is {_signed(rise, 3)}."
    if error >= 1e-3:
        return f"{told} Off by {error:.2g}: this way is too rough for {number(saliency.points)} points."
    return f"{told} Off by {error:.0e}, with {number(saliency.points)} points."


# ---------------------------------------------------------------------- what would change its mind


def flip(found: Flip, tokens: Tokens) -> str:
    """A flip as the old sentence with what is deleted struck out and what is new in bold, and the verdict, in Markdown."""
    at = {tokens.places[t]: found.new for t in found.places}
    words = []
    for place, word in enumerate(tokens.written):
        shown = plain(shorten(word, 24))
        if place in at:
            new = at[place]
            shown = f"~~{shown}~~" if new is None else f"~~{shown}~~ **{plain(shorten(new, 24))}**"
        words.append(shown)
    return f"{' '.join(_near(words, sorted(at)))} → {plain(found.verdict)} ({found.probability:.2f})"


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
        return f"None among {tried} tried: neither one word nor two, deleted, change its mind."
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
    return f"{shown} is now a training sentence, {plain(label)}. Train anew, and the network learns it."


# ---------------------------------------------------------------------- the numbers of a step


def step_table(trace: Trace, step: int, cell: str, order: Sequence[int]) -> dict[str, list[float] | list[str]]:
    """Every number of one step, a row a unit, in the order of the pictures."""
    H = trace.h.shape[1]
    units = list(order)
    table: dict[str, list[float] | list[str]] = {"unit": [str(unit) for unit in units]}

    def column(name: str, values: Floats) -> None:
        table[name] = [float(values[unit]) for unit in units]

    blocks = {"vanilla": ("h",), "gru": ("r", "u", "n"), "lstm": ("i", "f", "g", "o")}[cell]
    for k, block in enumerate(blocks):
        part, name = slice(k * H, (k + 1) * H), "h" if len(blocks) == 1 else block
        column(f"W_x{name} x_t", trace.z[step, part])
        column(f"W_h{name} h_t−1", trace.recurrent[step, part])
        column(f"b_{name}", trace.bias[part])
    if len(trace.bias_new):
        column("b_hn", trace.bias_new)
    for symbol, values in trace.gates.items():
        column(f"{symbol}_t", values[step])
    column("h_t−1", trace.h[step])
    column("h_t", trace.h[step + 1])
    return table


def input_line(trace: Trace, step: int, vocabulary: Sequence[str]) -> str:
    """What x_t is at a step."""
    word = quoted(trace.words[step])
    if trace.x.shape[1] == len(vocabulary) and set(trace.x[step].tolist()) <= {0.0, 1.0}:
        place = int(trace.x[step].argmax()) + 1
        return (
            f"$x_t$ is one-hot: {number(len(vocabulary))} numbers, all zero but for a one in place {number(place)}, that of "
            f"{word}. So $W_{{xh}}\\,x_t$ is column {number(place)} of $W_{{xh}}$."
        )
    shown = ", ".join(f"{value:.3f}" for value in trace.x[step, :12])
    more = ", …" if trace.x.shape[1] > 12 else ""
    return f"$x_t$ is the embedding of {word}, {number(trace.x.shape[1])} numbers: {shown}{more}."


# ---------------------------------------------------------------------- all sentences

ALL = "All"
RIGHT_ONES, WRONG_ONES = "Right", "Wrong"
ONLY_NETWORK, ONLY_BAG = "Only the network is right", "Only the bag of words is right"


def split_line(found: Evaluation) -> str:
    """How many sentences are wrong."""
    count, wrong = len(found.judged), sum(not one.right for one in found.judged)
    left_out = f" {number(len(found.left_out))} cannot be judged by this network." if found.left_out else ""
    if not count:
        return f"There is no sentence to judge.{left_out}"
    if not wrong:
        return f"All {number(count)} are judged as labelled.{left_out}"
    return f"{number(wrong)} of {number(count)} are judged differently from their label. The largest loss comes first.{left_out}"


def split_table(judged: Sequence[Judged], bag: Mapping[int, str] | None) -> list[dict[str, str | float]]:
    """Sentences with label, verdict, confidence and loss; bag: what the bag of words says, by row."""
    table = []
    for one in judged:
        row: dict[str, str | float] = {
            "judged": RIGHT if one.right else WRONG,
            "sentence": one.text,
            "label": one.label,
            "verdict": one.verdict,
            "confidence": one.confidence,
            "loss": one.loss,
        }
        if bag is not None:
            row["bag of words"] = RIGHT if bag[one.row] == one.label else WRONG
        table.append(row)
    return table


def chosen(judged: Sequence[Judged], bag: Mapping[int, str] | None, choice: str) -> list[Judged]:
    """The sentences that a filter lets through."""
    others = {one.row: bag is not None and bag[one.row] == one.label for one in judged}
    match choice:
        case "Right":
            return [one for one in judged if one.right]
        case "Wrong":
            return [one for one in judged if not one.right]
        case "Only the network is right":
            return [one for one in judged if one.right and not others[one.row]]
        case "Only the bag of words is right":
            return [one for one in judged if not one.right and others[one.row]]
        case _:
            return list(judged)


def against_bag(judged: Sequence[Judged], bag: Mapping[int, str]) -> str:
    """Who is right where the other is wrong."""
    mine, theirs = (len(chosen(judged, bag, choice)) for choice in (ONLY_NETWORK, ONLY_BAG))
    right = sum(bag[one.row] == one.label for one in judged)
    return (
        f"A bag of words, which knows no order, is right on {number(right)} of {number(len(judged))}. "
        f"Only the network is right on {number(mine)}, only the bag of words on {number(theirs)}."
    )


def scores_table(found: Evaluation) -> list[dict[str, str | float]]:
    """Precision, recall and F1 of each label."""
    rows: list[dict[str, str | float]] = []
    for label in found.labels:
        scores = found.scores(label)
        rows.append(
            {
                "label": label,
                "precision": scores.precision,
                "recall": scores.recall,
                "F1": scores.f1,
                "sentences": scores.support,
            }
        )
    return rows


def batch_table(answers: Sequence[Answer]) -> list[dict[str, str | float | None]]:
    """Texts with verdict and probability, or what is wrong with them."""
    return [
        {
            "text": answer.text,
            "verdict": answer.verdict,
            "probability": answer.probability,
            "unknown words": " ".join(answer.unknown),
            "problem": "" if answer.problem is None else plain_text(error(answer.problem)),
        }
        for answer in answers
    ]


def plain_text(markdown: str) -> str:
    """One of these sentences for a place that reads no Markdown: its escapes taken back."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace("\u2060", "")


def batch_line(answers: Sequence[Answer]) -> str:
    """How many texts were judged."""
    judged = sum(answer.verdict is not None for answer in answers)
    if judged == len(answers):
        return f"{number(judged)} texts, all judged."
    return f"{number(judged)} of {number(len(answers))} texts were judged. The others say what is in the way."


def example_of(data: Dataset, text: str) -> str | None:
    """The label under which a text's words are trained on already, if they are."""
    words = data.rules.words(text)
    found = [data.examples[i].label for i in data.rows("train") if data.words[i] == words]
    return found[0] if found else None
