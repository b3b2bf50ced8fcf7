"""Which words decided, in words."""

from __future__ import annotations

from rnn_core.explanation import Saliency
from ui.language import Texts, gettext, mark, number, paragraph
from ui.messages.formatting import plain

METHODS = Texts(
    {
        "leave_one_out": mark("Leave one out"),
        "gradient_times_input": mark("Gradient × input"),
        "gradient_norm": mark("Gradient norm"),
        "integrated_gradients": mark("Integrated gradients"),
    }
)
"""Field of Saliency -> its name; the one that is shown first in front."""
MEANINGS = Texts(
    {
        "leave_one_out": mark("How much the probability falls when the word is deleted."),
        "gradient_times_input": mark(
            "How much the word adds to the log-odds, in a linear approximation. Fast, but wrong where the network is saturated."
        ),
        "gradient_norm": mark("How sensitive the log-odds are to the input at this word, in any direction."),
        "integrated_gradients": mark(
            "The change of the log-odds on the way from an input of zeros to this sentence, divided among the words."
        ),
    }
)
"""Field of Saliency -> what it means."""


def explained(saliency: Saliency) -> str:
    """How to read the first picture."""
    probability = f"{saliency.probability:.3f}"
    return gettext(
        "The probability of {label} is {probability}. Each bar shows how much it falls without that word. Words with a bar to the right "
        "speak for {label}, words with a bar to the left against it.",
        label=plain(saliency.label),
        probability=probability,
    )


def by_gradients(saliency: Saliency) -> str:
    """What the other methods explain, in numbers."""
    return gettext(
        "These methods use the gradient of the log-odds of {label}, ln p/(1 − p) = {log_odds}. They can disagree, because they answer "
        "different questions.",
        label=plain(saliency.label),
        log_odds=_signed(saliency.log_odds, 2),
    )


def shown(words: int, most: int) -> str | None:
    """That a long sentence has more words than bars; None where every word has one."""
    if words <= most:
        return None
    return gettext("The {most} words with the longest bars are shown, of {count}.", most=number(most), count=number(words))


def _signed(value: float, digits: int) -> str:
    return f"{value:+z.{digits}f}".replace("-", "−")


def completeness(saliency: Saliency) -> str:
    """Whether the integrated gradients add up."""
    rise, total = saliency.log_odds - saliency.baseline_log_odds, float(saliency.integrated_gradients.sum())
    error, start = saliency.completeness_error, _signed(saliency.baseline_log_odds, 2)
    told = gettext(
        "The bars add up to {total}. The log-odds change by {rise}, from {start} for an input of zeros.",
        total=_signed(total, 3),
        rise=_signed(rise, 3),
        start=start,
    )
    points, coarse, fine = number(saliency.points), f"{error:.2g}", f"{error:.0e}"
    if error >= 1e-3:
        off = gettext("The difference is {error}: {points} points are too few here.", error=coarse, points=points)
    else:
        off = gettext("The difference is {error}, with {points} points.", error=fine, points=points)
    return paragraph([told, off])
