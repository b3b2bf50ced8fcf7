"""Well-known slips of a backward pass, in words."""

from __future__ import annotations

from collections.abc import Collection

from rnn_core.checking.slips import Slip
from ui.language import Texts, mark

SHORT = Texts(
    {
        "no_transpose": mark("no transpose"),
        "no_slope": mark("tanh′ left out"),
        "this_state": mark("h_t instead of h_{{t−1}}"),
        "assigned": mark("assigned, not summed"),
        "clipped_early": mark("clipped before the sum"),
        "bias_not_summed": mark("b_y not summed"),
        "no_target": mark("no target"),
    }
)
"""Slip -> its name."""
SLIPS = Texts(
    {
        "no_transpose": mark(
            "**No transpose.** The gradient goes back through $W_{{hh}}$. It must go back through the transpose, $W_{{hh}}^\\top$."
        ),
        "no_slope": mark(
            "**tanh′ left out.** The gradient before a tanh must be multiplied by its derivative, for example $1 - h_t^2$."
        ),
        "this_state": mark(
            "**$h_t$ instead of $h_{{t-1}}$.** The gradient of $W_{{hh}}$ must use the state before the step, $h_{{t-1}}$."
        ),
        "assigned": mark(
            "**Assigned, not summed.** A gradient is assigned at each step (=). It must be summed over all steps (+=)."
        ),
        "clipped_early": mark("**Clipped before the sum.** The gradient must be summed first and clipped once, at the end."),
        "bias_not_summed": mark("**b_y not summed.** The gradient of $b_y$ must be summed over the sentences of the batch."),
        "no_target": mark("**No target.** The gradient of the scores must be $p - y^*$. Here $y^*$ is left out."),
    }
)
"""Slip -> what is wrong and what is right."""


def short(slips: Collection[Slip]) -> str:
    """One slip, or two at once, by name."""
    return " + ".join(SHORT[slip] for slip in SHORT if slip in slips)
