"""What a gradient check says, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from rnn_core import GradientCheck, GradientComparison
from ui.language import Texts, gettext, mark, ngettext, number, paragraph, percent
from ui.messages.formatting import scientific

SURE_RIGHT, SURE_WRONG = 1e-4, 1e-2
TOO_SMALL = 1e-7
"""Of a gradient's elements, root mean square: differences of a loss up to 1 are off by about 1e-11, a SURE_RIGHT of this."""

PLACES = Texts(
    {
        "E": mark("word to vector"),
        "W_xh": mark("word to state"),
        "W_hh": mark("state to state"),
        "b_h": mark("state bias"),
        "b_hn": mark("new state's bias"),
        "W_xh_reverse": mark("word to state, backwards"),
        "W_hh_reverse": mark("state to state, backwards"),
        "b_h_reverse": mark("state bias, backwards"),
        "b_hn_reverse": mark("new state's bias, backwards"),
        "W_hy": mark("state to output"),
        "b_y": mark("output bias"),
    }
)
COLUMNS = Texts(
    {
        "parameter": mark("gradient of"),
        "error_exact": mark("error, exact"),
        "error_printed": mark("error, as printed"),
        "cosine_exact": mark("cosine, exact"),
        "cosine_printed": mark("cosine, as printed"),
    }
)
"""Column of a table of checks -> its heading."""


def judgeable(check: GradientCheck, name: str) -> bool:
    """Whether a gradient is large enough for differences of the loss to tell right from wrong."""
    comparison = check[name]
    least = TOO_SMALL * max(1.0, check.loss)  # the last bit of a large loss is large
    if not math.isfinite(check.loss + comparison.norm):
        return False
    return comparison.norm > least * math.sqrt(np.count_nonzero(comparison.numeric) or 1)


def check_table(checks: Sequence[GradientCheck]) -> list[dict[str, str]]:
    """Relative error and cosine by parameter, the formulas side by side, under the keys of COLUMNS."""
    rows = []
    for name in checks[0].parameters:
        row = {"parameter": name}
        for check in checks:
            row[f"error_{check.recurrent_gradient}"] = (
                _off(check[name].relative_error) if judgeable(check, name) else _unfit(check, name)
            )
        for check in checks:
            row[f"cosine_{check.recurrent_gradient}"] = f"{check[name].cosine:.3f}" if judgeable(check, name) else "–"
        rows.append(row)
    return rows


def _unfit(check: GradientCheck, name: str) -> str:
    """Why a gradient cannot be judged."""
    return gettext("too small") if math.isfinite(check.loss + check[name].norm) else gettext("not finite")


def _off(error: float) -> str:
    """A relative error: as a share once it can be seen as one."""
    return percent(error) if error >= SURE_WRONG else scientific(error, 1)


def _slight(error: float) -> str:
    return percent(error, 1) if error >= 1e-3 else scientific(error, 1)


def check_result(check: GradientCheck) -> tuple[str, str]:
    """("right" | "wrong" | "unclear", sentence) of a check."""
    judged = {name: c for name, c in check.parameters.items() if judgeable(check, name)}
    if any(not math.isfinite(check.loss + c.norm) for c in check.parameters.values()):
        return "unclear", gettext("The loss or a gradient is not a finite number here, so there is nothing to compare.")
    if not judged:
        return "unclear", gettext("The gradients are too small to check here: rounding errors dominate the numerical gradient.")
    kind, sentence = _result(check, judged)
    if small := sum(name not in judged and c.norm > 0 for name, c in check.parameters.items()):  # zero by both is equal
        few = ngettext(
            "{count} of the {total} gradients is too small to check.",
            "{count} of the {total} gradients are too small to check.",
            small,
            total=number(len(check.parameters)),
        )
        return kind, paragraph([sentence, few])
    return kind, sentence


def _result(check: GradientCheck, judged: Mapping[str, GradientComparison]) -> tuple[str, str]:
    """The verdict by the gradients that are large enough: of the printed formula, by those that come from what it carries back."""
    exact = check.recurrent_gradient == "exact"
    made = [name for name in judged if exact or name not in ("W_hy", "b_y")]
    if not made:
        return "unclear", gettext("The gradients that the printed formula changes are too small to check here.")
    worst = max(made, key=lambda name: judged[name].relative_error)
    error = judged[worst].relative_error
    return _exact(error, worst) if exact else _printed(error, worst, len(check.words))


def _exact(error: float, worst: str) -> tuple[str, str]:
    if error < SURE_RIGHT:
        return "right", gettext(
            "The exact formula agrees with the numerical gradient. The largest relative error is {error}, in {name}.",
            error=_off(error),
            name=worst,
        )
    if error < SURE_WRONG:
        return "unclear", gettext(
            "The exact formula and the numerical gradient differ by {error}, in {name}. This is too much to confirm the formula, but the "
            "numerical gradient itself may be the cause.",
            error=_slight(error),
            name=worst,
        )
    return "wrong", gettext("The exact formula is off by {error} in {name}.", error=_off(error), name=worst)


def _printed(error: float, worst: str, words: int) -> tuple[str, str]:
    if error > SURE_WRONG:
        return "wrong", gettext(
            "The printed formula fails: its gradient of {name} is off by {error}.", error=_off(error), name=worst
        )
    if error > SURE_RIGHT:
        return "unclear", gettext(
            "The printed formula is off by only {error} here, in {name}. The error is barely measurable where little of the gradient goes "
            "back through W_hh, or where W_hh is nearly symmetric.",
            error=_slight(error),
            name=worst,
        )
    if words == 1:
        return "right", gettext("The printed formula agrees here too: with one word, nothing goes back through W_hh.")
    return "unclear", gettext(
        "The printed formula agrees here too. This happens where almost nothing of the gradient goes back through W_hh, or where W_hh is "
        "symmetric."
    )


def cost_offer() -> str:
    """What training by both formulas would show."""
    return gettext(
        "Train with the printed formula and with the exact one, from five seeds each, and count the runs that forget what they learned."
    )


def scatter_words(formulas: int) -> str:
    """How to read the points."""
    if formulas == 1:
        return gettext(
            "Each circle is one element of the gradient. x: numerical gradient, y: backpropagation. On the dotted diagonal both are equal."
        )
    return gettext(
        "Each mark is one element of the gradient. x: numerical gradient, y: backpropagation. On the dotted diagonal both are equal. "
        ":blue[**○** exact formula], :orange[**×** as printed in the guide]."
    )
