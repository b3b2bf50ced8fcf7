"""What a gradient check says, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from rnn_core import GradientCheck, GradientComparison
from ui.messages.formatting import number, scientific

SURE_RIGHT, SURE_WRONG = 1e-4, 1e-2
TOO_SMALL = 1e-7
"""Of a gradient's elements, root mean square: differences of a loss up to 1 are off by about 1e-11, a SURE_RIGHT of this."""


TOO_SMALL_TO_JUDGE = ", too small to judge"
"""Behind the name of a gradient."""

PLACES = {
    "E": "word to vector",
    "W_xh": "word to state",
    "W_hh": "state to state",
    "b_h": "state bias",
    "b_hn": "new state's bias",
    "W_xh_reverse": "word to state, backwards",
    "W_hh_reverse": "state to state, backwards",
    "b_h_reverse": "state bias, backwards",
    "b_hn_reverse": "new state's bias, backwards",
    "W_hy": "state to output",
    "b_y": "output bias",
}


def judgeable(check: GradientCheck, name: str) -> bool:
    """Whether a gradient is large enough for differences of the loss to tell right from wrong."""
    comparison = check[name]
    least = TOO_SMALL * max(1.0, check.loss)  # the last bit of a large loss is large
    if not math.isfinite(check.loss + comparison.norm):
        return False
    return comparison.norm > least * math.sqrt(np.count_nonzero(comparison.numeric) or 1)


def check_table(checks: Sequence[GradientCheck]) -> list[dict[str, str]]:
    """Relative error and cosine by parameter, the rules side by side; of what cannot be judged, that it is too small."""
    rows = []
    for name in checks[0].parameters:
        row = {"gradient of": name}
        for check in checks:
            row[f"error, {check.recurrent_gradient}"] = (
                _off(check[name].relative_error) if judgeable(check, name) else _unfit(check, name)
            )
        for check in checks:
            row[f"cosine, {check.recurrent_gradient}"] = f"{check[name].cosine:.3f}" if judgeable(check, name) else "–"
        rows.append(row)
    return rows


def _unfit(check: GradientCheck, name: str) -> str:
    """Why a gradient cannot be judged."""
    return "too small" if math.isfinite(check.loss + check[name].norm) else "no number"


def _off(error: float) -> str:
    """A relative error: as a share once it can be seen as one."""
    return f"{error:.0%}" if error >= SURE_WRONG else scientific(error, 1)


def _slight(error: float) -> str:
    return f"{error:.1%}" if error >= 1e-3 else scientific(error, 1)


def check_result(check: GradientCheck) -> tuple[str, str]:
    """("right" | "wrong" | "unclear", sentence) of a check."""
    judged = {name: c for name, c in check.parameters.items() if judgeable(check, name)}
    if any(not math.isfinite(check.loss + c.norm) for c in check.parameters.values()):
        return "unclear", "The loss or a gradient is beyond all numbers here, so there is nothing to compare."
    if not judged:
        return "unclear", "The gradients here are too small to judge: differences of the loss drown in rounding."
    kind, sentence = _result(check, judged)
    if small := sum(name not in judged and c.norm > 0 for name, c in check.parameters.items()):  # zero by both is equal
        sentence += f" {number(small)} of the {number(len(check.parameters))} gradients are too small to be judged."
    return kind, sentence


def _result(check: GradientCheck, judged: Mapping[str, GradientComparison]) -> tuple[str, str]:
    """The verdict by the gradients that are large enough: of the printed rule, by those that come from what it carries back."""
    exact = check.recurrent_gradient == "exact"
    made = [name for name in judged if exact or name not in ("W_hy", "b_y")]
    if not made:
        return "unclear", "The gradients that the printed rule makes are too small to judge here."
    worst = max(made, key=lambda name: judged[name].relative_error)
    error = judged[worst].relative_error
    if exact:
        if error < SURE_RIGHT:
            return (
                "right",
                f"The exact rule agrees with central differences; its largest relative error is {_off(error)}, in {worst}.",
            )
        if error < SURE_WRONG:
            return (
                "unclear",
                f"The exact rule and central differences part by {_slight(error)}, in {worst}: too much to confirm the rule, too little to "
                "tell a slip from the error of the differences themselves.",
            )
        return "wrong", f"The exact rule is off by {_off(error)} in {worst}."
    if error > SURE_WRONG:
        return "wrong", f"The printed rule fails: its gradient of {worst} is off by {error:.0%}."
    if error > SURE_RIGHT:
        return (
            "unclear",
            f"The printed rule is off by only {_slight(error)} here, in {worst}. The slip nearly hides where little of "
            "the gradient goes back through W_hh, or W_hh is nearly symmetric.",
        )
    if len(check.words) == 1:
        return "right", "The printed rule agrees here too: with one word nothing goes back through W_hh."
    return "unclear", (
        "The printed rule agrees here too, as it does where next to nothing of the gradient goes back through W_hh, or W_hh is symmetric."
    )


def cost_offer() -> str:
    """What training by both rules would show."""
    return "Train by the guide's printed rule and by the exact one, from five seeds each, and count the runs that forget what they learned."


def scatter_words(rules: int) -> str:
    """How to read the points."""
    if rules == 1:
        return (
            "Each circle is an element of the gradient: across as central differences have it, up as backpropagation has it. "
            "On the dotted diagonal the two agree."
        )
    return (
        "Each mark is an element of the gradient: across as central differences have it, up as backpropagation has it. On the dotted "
        "diagonal the two agree. :blue[**○** the exact rule], :orange[**×** the guide's printed rule]."
    )
