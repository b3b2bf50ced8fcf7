"""What is wrong with the sentences, and the repairs, in words."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_core import Dataset, Fault
from rnn_core.errors import shorten
from ui.messages.formatting import listed, number, plain
from ui.messages.names import UNKNOWN_WORD

FAULTS = {
    "no_training_rows": "Nothing to train on",
    "one_class": "One label only",
    "empty_text": "Without a word",
    "no_label": "Without a label",
    "unseen_label": "A label that training never has",
    "unseen_word": "Words that training never has",
    "nothing_known": "Nothing left to read",
    "too_long": "Too long",
    "markup": "Markup in sentences",
    "no_spaces": "No spaces between words",
    "contradiction": "The same with different labels",
    "leak": "In both splits",
    "duplicate": "Repeated",
    "imbalance": "One label outweighs the others",
    "nothing_replaced": "A word for the unknown that is never learned",
    "skipped_word": "Skipped words",
    "replaced_word": "Replaced words",
    "same_words": "Told apart by order alone",
}
"""Kind of fault -> heading for all faults of the kind."""

REPAIRS = {
    "duplicate": "Remove the repetitions",
    "markup": "Remove the markup",
    "leak": "Remove these sentences from the test",
    "empty_text": "Remove the empty rows",
    "no_label": "Remove the rows without a label",
    "unseen_word": "Train on these sentences",
    "nothing_known": "Train on these sentences",
}
"""Kind of fault -> what its repair does, for a button."""

OTHER_RULES = {
    "unseen_word": (("unknown", "replace", r"Read unknown words as \<unk\>"),),
    "no_spaces": (
        ("splitting", "characters", "Read single characters"),
        ("splitting", "chinese", "Read Chinese words"),
    ),
}
"""Kind of fault -> text rules that are ways out of it, each with its value and words for a button."""


def row_with(row: int | None, sentence: str | None) -> str:
    """Return the number of a row, and its sentence."""
    if not sentence:
        return str(row)
    shown = shorten(sentence.replace("\0", "\ufffd"), 60)
    return f"{row} (“{plain(shown)}”)"


def fault(item: Fault, sentence: str | None = None) -> str:
    """One fault, with what to do where that is not plain. sentence: the one of its row."""
    row, other = row_with(item.row, sentence), item.other
    words, them = listed(item.words), "it" if len(item.words) == 1 else "them"
    match item.kind:
        case "empty_text":
            return f"Row {row} has no words. Write a sentence or delete the row."
        case "no_label":
            return f"Row {row} has no label. Write one."
        case "one_class":
            return "The training sentences have fewer than two labels. A network learns to tell two apart: add some of the other."
        case "no_training_rows":
            return "There are no training sentences. Add some, or set the split of some rows to train."
        case "unseen_word":
            return f"Row {row} tests what training never has: {words}. Use {them} in training sentences too."
        case "nothing_known":
            return f"Row {row} has no word that training has, and unknown words are skipped: nothing is left to read."
        case "unseen_label":
            return f"Row {row} has a label that no training sentence has."
        case "markup":
            return f"Row {row} has HTML in it (tags, or codes for characters), which is read as words."
        case "duplicate":
            return f"Row {row} repeats row {other}. It counts twice."
        case "contradiction":
            return f"Rows {other} and {row} say the same with different labels. No network can learn both."
        case "too_long":
            length, most = number(item.amount), number(item.allowed)
            return f"Row {row} has {length} words; this server takes up to {most}. Shorten it or delete the row."
        case "imbalance":
            label, share = plain(item.label or ""), f"{item.amount:.0%}"
            return f"{share} of the training sentences are labeled “{label}”: always saying so is right as often. Add others."
        case "skipped_word":
            return f"Row {row} has what training never has: {words}. The network skips {them}."
        case "replaced_word":
            return f"Row {row} has what training has too seldom or never: {words}. The network reads {UNKNOWN_WORD} instead."
        case "nothing_replaced":
            return f"No training word is rare enough to be read as {UNKNOWN_WORD}, so the network never learns what that means."
        case "no_spaces":
            return "Words stand without spaces between them, so that a whole sentence is read as one. Read single characters, or Chinese words."
        case "same_words":
            return (
                f"Rows {other} and {row} have the same words in another order, and different labels. Only order tells them apart."
            )
        case _:
            return f"Rows {other} and {row} say the same, one to train on and one to test. The test should be new to the network."


def fault_lines(faults: Sequence[Fault], data: Dataset, most: int) -> str:
    """Faults as a list in Markdown; of many, the first few and how many more. One alone is no list."""
    told = [fault(item, None if item.row is None else data.examples[item.row - 1].text) for item in faults[:most]]
    if len(faults) == 1:
        return told[0]
    lines = [f"- {line}" for line in told]
    if len(faults) > most:
        lines.append(f"- … and {number(len(faults) - most)} more.")
    return "\n".join(lines)
