"""The predictions for all sentences of a split, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rnn_core.explanation import Evaluation, Judged
from ui.language import Texts, gettext, mark, ngettext, number, paragraph, percent
from ui.messages.names import correctness

ALL, RIGHT_ONES, WRONG_ONES, ONLY_NETWORK, ONLY_BAG = "all", "right", "wrong", "network", "bag"
FILTERS = Texts(
    {
        ALL: mark("All"),
        RIGHT_ONES: mark("Right"),
        WRONG_ONES: mark("Wrong"),
        ONLY_NETWORK: mark("Only the network is right"),
        ONLY_BAG: mark("Only the bag of words is right"),
    }
)
"""What the list can show."""


def split_line(found: Evaluation) -> str:
    """How many predictions are wrong."""
    count, wrong = len(found.judged), sum(not one.right for one in found.judged)
    if not count:
        said = gettext("There is no sentence to predict.")
    elif not wrong:
        said = ngettext("{count} prediction, and it is correct.", "All {count} predictions are correct.", count)
    else:
        said = ngettext(
            "{count} of {total} predictions is wrong. The largest loss comes first.",
            "{count} of {total} predictions are wrong. The largest loss comes first.",
            wrong,
            total=number(count),
        )
    if not found.left_out:
        return said
    left_out = ngettext(
        "{count} sentence cannot be read by this network.",
        "{count} sentences cannot be read by this network.",
        len(found.left_out),
    )
    return paragraph([said, left_out])


def split_table(judged: Sequence[Judged], bag: Mapping[int, str] | None) -> list[dict[str, str | float]]:
    """Sentences with label, prediction, confidence and loss; bag: what the bag of words predicts, by row."""
    table = []
    for one in judged:
        row: dict[str, str | float] = {
            "judged": correctness(one.right),
            "sentence": one.text,
            "label": one.label,
            "verdict": one.verdict,
            "confidence": one.confidence,
            "loss": one.loss,
        }
        if bag is not None:
            row["bag of words"] = correctness(bag[one.row] == one.label)
        table.append(row)
    return table


def chosen(judged: Sequence[Judged], bag: Mapping[int, str] | None, choice: str) -> list[Judged]:
    """The sentences that a filter lets through. choice: a key of FILTERS."""

    def keeps(one: Judged) -> bool:
        bag_right = bag is not None and bag[one.row] == one.label
        kept = {
            RIGHT_ONES: one.right,
            WRONG_ONES: not one.right,
            ONLY_NETWORK: one.right and not bag_right,
            ONLY_BAG: bag_right and not one.right,
        }
        return kept.get(choice, True)

    return [one for one in judged if keeps(one)]


def against_bag(judged: Sequence[Judged], bag: Mapping[int, str]) -> str:
    """Who is right where the other is wrong."""
    mine, theirs = (len(chosen(judged, bag, choice)) for choice in (ONLY_NETWORK, ONLY_BAG))
    right = sum(bag[one.row] == one.label for one in judged)
    return gettext(
        "A bag of words ignores word order and is right on {right} of {count} sentences. Only the network is right: {network}. Only the "
        "bag of words is right: {bag}.",
        right=number(right),
        count=number(len(judged)),
        network=number(mine),
        bag=number(theirs),
    )


def scores_table(found: Evaluation) -> list[dict[str, str | int]]:
    """Precision, recall and F1 of each label, and their averages."""
    named = [
        *((label, found.scores(label)) for label in found.labels),
        (gettext("macro average"), found.macro),
        (gettext("weighted average"), found.weighted),
    ]
    return [
        {
            "label": name,
            "precision": percent(s.precision),
            "recall": percent(s.recall),
            "F1": percent(s.f1),
            "sentences": s.support,
        }
        for name, s in named
    ]
