"""Which words decided, in words."""

from __future__ import annotations

from collections.abc import Mapping

from rnn_core.explanation import Saliency
from ui.messages.formatting import number, plain

METHODS: Mapping[str, tuple[str, str]] = {
    "leave_one_out": (
        "Leave one out",
        "What the probability loses once the word is deleted and the rest is read again.",
    ),
    "gradient_times_input": (
        "Gradient × input",
        "What the word adds to the log-odds, if they rose along a straight line. Quick, and wrong where the network is saturated.",
    ),
    "gradient_norm": (
        "Gradient norm",
        "How strongly the log-odds hang on what stands at this place, whatever it is.",
    ),
    "integrated_gradients": (
        "Integrated gradients",
        "The way from no words at all, every input zero, to this sentence, its rise shared out among the words.",
    ),
}
"""Field of Saliency -> (name, what it means); the one that is shown first in front."""


def explained(saliency: Saliency) -> str:
    """How to read the first picture."""
    label = plain(saliency.label)
    return (
        f"The probability of {label} is {saliency.probability:.3f}. Each bar is what it loses without that word: words with a bar "
        f"to the right speak for {label}, to the left against it."
    )


def by_gradients(saliency: Saliency) -> str:
    """What the other methods explain, in numbers."""
    return (
        f"These explain the log-odds of {plain(saliency.label)}, ln p/(1 − p) = {_signed(saliency.log_odds, 2)}, by its gradient. "
        "The methods can disagree, because they answer different questions."
    )


def shown(words: int, most: int) -> str | None:
    """That a long sentence has more words than bars; None where every word has one."""
    return f"Of {number(words)} words the {number(most)} with the longest bars are shown." if words > most else None


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
