"""What is wrong with the sentences, and the repairs, in words."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_core import Dataset, Fault
from rnn_core.errors import shorten
from ui.language import Texts, gettext, mark, ngettext, number, percent
from ui.messages.formatting import listed, plain
from ui.messages.names import UNKNOWN_WORD

FAULTS = Texts(
    {
        "no_training_rows": mark("No training sentences"),
        "one_class": mark("Only one label"),
        "empty_text": mark("No words"),
        "no_label": mark("No label"),
        "unseen_label": mark("Label never seen in training"),
        "unseen_word": mark("Words never seen in training"),
        "nothing_known": mark("No known words"),
        "too_long": mark("Too long"),
        "markup": mark("HTML in sentences"),
        "no_spaces": mark("No spaces between words"),
        "contradiction": mark("Same sentence with different labels"),
        "leak": mark("In training and in the test"),
        "duplicate": mark("Repeated"),
        "imbalance": mark("Unbalanced labels"),
        "nothing_replaced": mark("Training never meets an unknown word"),
        "skipped_word": mark("Skipped words"),
        "replaced_word": mark("Replaced words"),
        "same_words": mark("Pairs that differ only in word order"),
    }
)
"""Kind of fault -> heading for all faults of the kind."""

REPAIRS = Texts(
    {
        "duplicate": mark("Remove repeated sentences"),
        "markup": mark("Remove the HTML"),
        "leak": mark("Remove them from the test set"),
        "empty_text": mark("Remove the empty rows"),
        "no_label": mark("Remove the rows without a label"),
        "unseen_word": mark("Move them to the training set"),
        "nothing_known": mark("Move them to the training set"),
    }
)
"""Kind of fault -> what its repair does."""

OTHER_RULES = {
    "unseen_word": (("unknown", "replace"),),
    "no_spaces": (("splitting", "characters"), ("splitting", "chinese")),
}
"""Kind of fault -> text rules that solve it, each with its value."""

USE_RULE = Texts(
    {
        "replace": mark(r"Read unknown words as \<unk\>"),
        "characters": mark("Split into single characters"),
        "chinese": mark("Split into Chinese words"),
    }
)
"""Value of such a text rule -> words for a button."""


def heading(kind: str, count: int) -> str:
    """The heading of all faults of a kind, and how many there are."""
    if count == 1:
        return FAULTS[kind]
    return gettext("{fault}: {count}", fault=FAULTS[kind], count=number(count))


def repair(kind: str, count: int) -> str:
    """What the repair of a kind of fault does, and to how many rows."""
    return gettext("{repair} ({count})", repair=REPAIRS[kind], count=number(count))


def at_row(row: int | None, sentence: str | None) -> str:
    """The number of a row with its sentence, to begin a sentence."""
    if not sentence:
        return gettext("Row {row}", row=row)
    shown = shorten(sentence.replace("\0", "\ufffd"), 60)
    return gettext("Row {row} (“{sentence}”)", row=row, sentence=plain(shown))


def fault(item: Fault, sentence: str | None = None) -> str:
    """One fault, with what to do where that is not plain. sentence: the one of its row."""
    row, other = at_row(item.row, sentence), item.other
    words = listed(item.words)
    match item.kind:
        case "empty_text":
            return gettext("{row} has no words. Write a sentence or delete the row.", row=row)
        case "no_label":
            return gettext("{row} has no label. Add one.", row=row)
        case "one_class":
            return gettext(
                "The training sentences have fewer than two labels. The network learns to choose between labels: add sentences with another one."
            )
        case "no_training_rows":
            return gettext("There are no training sentences. Add some, or set the split of some rows to train.")
        case "unseen_word":
            return ngettext(
                "{row} is a test sentence with a word that training never has: {words}. Use it in training sentences too.",
                "{row} is a test sentence with words that training never has: {words}. Use them in training sentences too.",
                len(item.words),
                row=row,
                words=words,
            )
        case "nothing_known":
            return gettext("{row} has no known words. Unknown words are skipped, so nothing is left to read.", row=row)
        case "unseen_label":
            return gettext("{row} has a label that no training sentence has.", row=row)
        case "markup":
            return gettext("{row} contains HTML (tags or character codes). It is read as words.", row=row)
        case "duplicate":
            return gettext("{row} repeats row {other}. It counts twice.", row=row, other=other)
        case "contradiction":
            return gettext(
                "{row} and row {other} are the same but have different labels. No network can learn both.", row=row, other=other
            )
        case "too_long":
            return gettext(
                "{row} has {words} words. This server allows {most}. Shorten it or delete the row.",
                row=row,
                words=number(item.amount),
                most=number(item.allowed),
            )
        case "imbalance":
            return gettext(
                "{share} of the training sentences have the label “{label}”. Always predicting it gives the same accuracy. "
                "Add sentences with other labels.",
                share=percent(item.amount),
                label=plain(item.label or ""),
            )
        case "skipped_word":
            return ngettext(
                "{row} has a word that training never has: {words}. The network skips it.",
                "{row} has words that training never has: {words}. The network skips them.",
                len(item.words),
                row=row,
                words=words,
            )
        case "replaced_word":
            return ngettext(
                "{row} has a word that is missing or too rare in training: {words}. The network reads {unknown} instead.",
                "{row} has words that are missing or too rare in training: {words}. The network reads {unknown} instead.",
                len(item.words),
                row=row,
                words=words,
                unknown=UNKNOWN_WORD,
            )
        case "nothing_replaced":
            return gettext(
                "No training word is rare enough to be read as {unknown}, so the network never learns what it means.",
                unknown=UNKNOWN_WORD,
            )
        case "no_spaces":
            return gettext(
                "There are no spaces between words, so a whole sentence is read as one word. Split into single characters or Chinese words."
            )
        case "same_words":
            return gettext(
                "{row} and row {other} have the same words in a different order, and different labels.", row=row, other=other
            )
        case _:
            return gettext(
                "{row} and row {other} are the same: one is for training, one for the test. Test sentences should be new to the network.",
                row=row,
                other=other,
            )


def fault_lines(faults: Sequence[Fault], data: Dataset, most: int) -> str:
    """Faults as a list in Markdown; of many, the first few and how many more. One alone is no list."""
    told = [fault(item, None if item.row is None else data.examples[item.row - 1].text) for item in faults[:most]]
    if len(faults) == 1:
        return told[0]
    if len(faults) > most:
        told.append(ngettext("… and {count} more.", "… and {count} more.", len(faults) - most))
    return "\n".join(f"- {line}" for line in told)
