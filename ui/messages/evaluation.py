"""How all sentences of a split fare, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rnn_core.explanation import Evaluation, Judged
from ui.messages.formatting import number
from ui.messages.names import RIGHT, WRONG

# ---------------------------------------------------------------------- all sentences

ALL = "All"
RIGHT_ONES, WRONG_ONES = "Right", "Wrong"
MACRO, WEIGHTED = "macro average", "weighted average"
ONLY_NETWORK, ONLY_BAG = "Only the network is right", "Only the bag of words is right"


def split_line(found: Evaluation) -> str:
    """How many sentences are wrong."""
    count, wrong = len(found.judged), sum(not one.right for one in found.judged)
    left_out = f" {number(len(found.left_out))} cannot be judged by this network." if found.left_out else ""
    if not count:
        return f"There is no sentence to judge.{left_out}"
    if not wrong:
        return f"All {number(count)} are judged as labeled.{left_out}"
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
    """Precision, recall and F1 of each label, and their averages."""
    named = [*((label, found.scores(label)) for label in found.labels), (MACRO, found.macro), (WEIGHTED, found.weighted)]
    return [
        {"label": name, "precision": s.precision, "recall": s.recall, "F1": s.f1, "sentences": s.support} for name, s in named
    ]
