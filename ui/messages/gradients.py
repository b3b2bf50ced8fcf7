"""Parameters and gradients in words: shapes, clipping, and what a gradient check says."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from rnn_core import Experiment, GradientCheck, GradientComparison, TrainingConfig
from rnn_core.network.parameters import Layout
from ui.messages.words import number, scientific
from ui.server.jobs import JobStatus

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


def parameter(name: str | None) -> str:
    """A parameter with its place in the equations."""
    return "All parameters together" if name is None else f"{name} · {PLACES[name]}"


def parameter_table(experiment: Experiment) -> list[dict[str, str]]:
    """Every matrix with its shape and how many numbers that makes."""
    shapes = Layout.of(experiment).shapes
    rows = []
    for name, shape in shapes.items():
        size = math.prod(shape)
        rows.append({"parameter": parameter(name), "shape": " × ".join(str(n) for n in shape), "numbers": number(size)})
    return rows


def size_line(experiment: Experiment) -> str:
    """How large the network is, and what makes it so."""
    data = experiment.dataset
    return f"{number(Layout.of(experiment).size)} numbers to learn, for {number(len(data.vocabulary))} words and {len(data.labels)} labels."


def never_clips(training: TrainingConfig) -> bool:
    """Whether nothing is clipped in any epoch."""
    return training.clipping == "none" and not any(change.field == "clipping" for change in training.changes)


def clipped(run: JobStatus, name: str | None = None) -> str:
    """How much clipping changed over the run so far, of one parameter's gradient or of all."""
    training = run.experiment.training
    if never_clips(training):
        return "Clipping is off: every gradient went into its step whole."
    updates = float(run.history.gradient(name, "updates_clipped").mean())
    elements = float(run.history.gradient(name, "elements_clipped").mean())
    if updates == 0 and name is None:
        return "No update reached the threshold: clipping never acted in this run."
    if updates == 0:
        return f"Clipping never changed the gradient of {name} in this run."
    if name is None:
        return f"Over the run, clipping changed {_percent(updates)} of the updates and {_percent(elements)} of all elements."
    return (
        f"Over the run, clipping changed the gradient of {name} in {_percent(updates)} of the updates, and {_percent(elements)} of "
        "its elements."
    )


def _percent(share: float) -> str:
    """A share that may be tiny."""
    return f"{share:.1%}" if share >= 0.01 else f"{share:.3%}" if share >= 1e-5 else "fewer than 0.001%"


def threshold_note(training: TrainingConfig) -> str | None:
    """What the threshold's line in a picture of norms means; None where nothing is clipped."""
    match training.clipping:
        case "value":
            return (
                "The dashed line is the clip threshold. It bounds each element, not the norm: where a norm lies under it nothing can "
                "have been clipped, and far above it much may have been."
            )
        case "norm":
            return "The dashed line is the clip threshold. It bounds the norm of each parameter's gradient, each for itself."
        case "global_norm":
            return "The dashed line is the clip threshold. It bounds the norm of all gradients together, so it stands in that picture alone."
        case _:
            return None


def turned(degrees: float, clipping: str) -> str:
    """What clipping did to the gradient's direction, degrees at the most in any epoch."""
    if degrees < 0.01:
        match clipping:
            case "none":
                return "Nothing is clipped, so nothing is turned."
            case "value":
                return "No epoch turned it: so far hardly an element was cut."
            case _:
                return "Clipping by norm scales all elements alike: it shortens the gradient and keeps its direction."
    if clipping == "norm":
        return (
            f"Each parameter's gradient keeps its direction. All together turn, by up to {degrees:.1f}° in the mean of an epoch, since each "
            "is scaled by a factor of its own."
        )
    return (
        f"Clipping by value cuts the largest elements alone, so what is left points elsewhere: by up to {degrees:.1f}° in the mean of an "
        "epoch. Clipping by norm would keep the direction."
    )


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
                _off(check[name].relative_error) if judgeable(check, name) else "too small"
            )
        for check in checks:
            row[f"cosine, {check.recurrent_gradient}"] = f"{check[name].cosine:.3f}" if judgeable(check, name) else "–"
        rows.append(row)
    return rows


def _off(error: float) -> str:
    """A relative error: as a share once it can be seen as one."""
    return f"{error:.0%}" if error >= SURE_WRONG else scientific(error, 1)


def _slight(error: float) -> str:
    return f"{error:.1%}" if error >= 1e-3 else scientific(error, 1)


def check_verdict(check: GradientCheck) -> tuple[str, str]:
    """("right" | "wrong" | "unclear", sentence) of a check."""
    judged = {name: c for name, c in check.parameters.items() if judgeable(check, name)}
    if not judged:
        return "unclear", "The gradients here are too small to judge: differences of the loss drown in rounding."
    kind, sentence = _verdict(check, judged)
    if small := sum(name not in judged and c.norm > 0 for name, c in check.parameters.items()):  # zero by both is equal
        sentence += f" {number(small)} of the {number(len(check.parameters))} gradients are too small to be judged."
    return kind, sentence


def _verdict(check: GradientCheck, judged: Mapping[str, GradientComparison]) -> tuple[str, str]:
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
                f"The exact rule agrees with central differences to {_off(error)}, in {worst}: of so small a gradient rounding leaves no more.",
            )
        return "wrong", f"The exact rule is off by {_off(error)} in {worst}."
    if error > SURE_WRONG:
        return "wrong", f"The printed rule fails: its gradient of {worst} is off by {error:.0%}."
    if error > SURE_RIGHT:
        return (
            "unclear",
            f"The printed rule is off by only {_slight(error)} here, in {worst}: with weights this small the slip nearly hides.",
        )
    if len(check.words) == 1:
        return "right", "The printed rule agrees here too: with one word nothing goes back through W_hh."
    return "unclear", "The printed rule agrees here too: with W_hh next to zero, what goes back through it is too small to tell."


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
