"""Well-known slips of a backward pass, and the numbers that each of them gives.

A slip is written in several ways, so it has forms: the sum over time can be overwritten by the last step or by the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.checking.exercise import Exercise
from rnn_core.checking.textbook import SLOPES, WayBack, shares, way_back
from rnn_core.walk.steps import Steps, Walk

Slip = Literal[
    "no_transpose", "no_slope", "this_state", "assigned", "clipped_early", "bias_not_summed", "no_target"
]  # fmt: skip
"""W_hh for W_hhᵀ; tanh′ left out; h_t for h_{t-1}; = for += over time; clipping before the sum; b_y not summed; p for p - y*."""
SLIPS: tuple[Slip, ...] = get_args(Slip)
Forms = Mapping[Slip, str]
"""Each slip that is made, and in which form."""

CLIPPED = "clipped_"
"""What the name of a gradient after clipping begins with."""
_FORMS: Mapping[Slip, tuple[str, ...]] = {
    "no_transpose": ("all",),
    "this_state": ("all",),
    "assigned": ("first step stays", "last step stays", "word by word"),
    "clipped_early": ("each share", "each share and the sum", "the sum so far", "each sentence"),
    "bias_not_summed": ("last", "first", "side by side"),
    "no_target": ("all",),
}
_NO_SLIP: Forms = MappingProxyType({})


def forms(exercise: Exercise, *slips: Slip) -> Iterator[Forms]:
    """Yield every combination of forms of these slips that can differ on the exercise."""
    cell, every = exercise.model.cell.name, []
    for slip in slips:
        options = tuple("".join(letters) for letters in SLOPES[cell]) if slip == "no_slope" else _FORMS[slip]
        if slip == "bias_not_summed" and exercise.single:
            options = ()
        every.append([(slip, form) for form in options if form != "each sentence" or not exercise.single])
    for chosen in product(*every):
        yield dict(chosen)


def computed(exercise: Exercise, made: Forms = _NO_SLIP) -> dict[str, Floats]:
    """Return every array that is asked for, in the order of its computation; with slips, as code that has them computes it.

    In a batch, rows of y, p and dy are sentences, and the numbers of single steps are left out.
    """
    found: dict[str, Floats] = {}
    dlogits = [each.probabilities if "no_target" in made else each.dlogits for each in exercise.walks]
    backs = [_back(each, dy, made) for each, dy in zip(exercise.walks, dlogits, strict=True)]
    if exercise.single:
        for steps in exercise.walks[0].steps:
            found |= {f"{name}{steps.suffix}": array for name, array in {"h": steps.h[1:], **steps.cached}.items()}
    rows = [("y", [each.logits for each in exercise.walks]), ("p", [each.probabilities for each in exercise.walks])]
    for name, each in (*rows, ("dy", dlogits)):
        found[name] = each[0] if exercise.single else np.stack(each)
        if name == "p":
            found["L"] = np.array(sum(walk.loss for walk in exercise.walks))
    if exercise.single:
        for steps, back in zip(exercise.walks[0].steps, backs[0], strict=True):
            found[f"dh{steps.suffix}"] = back.dh
            if "c" in steps.cell.carried:
                found[f"dc{steps.suffix}"] = back.dc
            found[f"da{steps.suffix}"] = back.dz
    gradient = _summed(exercise, dlogits, backs, {k: v for k, v in made.items() if k != "clipped_early"}, np.inf)
    c = exercise.threshold
    clipped = gradient
    if "clipped_early" in made:
        clipped = _summed(exercise, dlogits, backs, made, c)
    if made.get("clipped_early", "the sum") in ("the sum", "each share and the sum"):
        clipped = {name: np.clip(array, -c, c) for name, array in clipped.items()}
    found |= {f"d{name}": array for name, array in gradient.items()}
    return found | {f"{CLIPPED}d{name}": array for name, array in clipped.items()}


def _back(walk: Walk, dlogits: Floats, made: Forms) -> list[WayBack]:
    """Return the way back through each direction."""
    dlasts = np.split(walk.model.parameters["W_hy"].T @ dlogits, len(walk.steps))
    return [
        way_back(steps, dlast, transpose="no_transpose" not in made, without=made.get("no_slope", ""))
        for steps, dlast in zip(walk.steps, dlasts, strict=True)
    ]


def _summed(exercise: Exercise, dlogits: list[Floats], backs: list[list[WayBack]], made: Forms, c: float) -> dict[str, Floats]:
    """Return the sum over steps and sentences of every gradient. c: where shares are cut, if clipping comes early."""
    model, early = exercise.model, made.get("clipped_early", "")
    each_share, so_far = early.startswith("each share"), early == "the sum so far"
    total = {name: np.zeros(shape) for name, shape in model.layout.shapes.items()}
    for walk, dy, back in zip(exercise.walks, dlogits, backs, strict=True):
        mine = {name: np.zeros(array.shape) for name, array in total.items()}
        for steps, told in zip(walk.steps, back, strict=True):
            for t in range(steps.count, 0, -1):
                for name, share in shares(steps, told, t, previous="this_state" not in made).items():
                    part = np.clip(share, -c, c) if each_share else share
                    _add(mine, name, part, steps, t, made.get("assigned", ""))
                    if so_far:
                        np.clip(mine[name], -c, c, out=mine[name])
        for name, share in (("W_hy", np.outer(dy, walk.last)), ("b_y", dy)):
            mine[name] = np.clip(share, -c, c) if early else share
        for name, array in mine.items():
            total[name] = total[name] + (np.clip(array, -c, c) if early == "each sentence" else array)
    if form := made.get("bias_not_summed"):
        total["b_y"] = {"last": dlogits[-1], "first": dlogits[0], "side by side": np.stack(dlogits)}[form]
    return total


def _add(total: dict[str, Floats], name: str, share: Floats, steps: Steps, t: int, assigned: str) -> None:
    """Add a share to its sum, or put it in its place. Steps come from the last to the first."""
    word, table = steps.ids[t - 1], name == "E" or (name.startswith("W_xh") and not len(steps.E))
    if assigned == "word by word" and table:
        if name == "E":
            total[name][word] = share[word]
        else:
            total[name][:, word] = share[:, word]
    elif assigned == "first step stays" or (assigned == "last step stays" and t == steps.count):
        total[name] = share.copy()
    elif assigned != "last step stays":
        total[name] = total[name] + share
