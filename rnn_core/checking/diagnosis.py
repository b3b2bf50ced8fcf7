"""Which arrays of a learner agree with the right ones, which differ and from which step on, and which slips explain it.

A slip is named only where its numbers equal the learner's within the tolerance and the right ones do not. The tolerance is what
single precision can be off by, with room: softmax minus target loses digits where the network is sure.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.checking.exercise import Exercise
from rnn_core.checking.slips import CLIPPED, SLIPS, Slip, computed, forms
from rnn_core.pauses import pause

Status = Literal[
    "agrees", "differs", "missing", "wrong_shape", "not_finite", "transposed", "reversed", "clipped", "averaged"
]  # fmt: skip
"""The last four have the right numbers: transposed, steps from the last to the first, after clipping, mean in place of the sum."""
RELATIVE, LOST = 1e-4, 1e-6
"""Tolerance relative to the largest number, and what p - y* can be off by in single precision, with room."""
FLOOR = 1e-2
"""Of the largest number of all steps: a step with smaller ones is held to this."""
_FORWARD = ("h", "c", "r", "u", "n", "m", "i", "f", "g", "o", "y", "p", "L")
_OTHER_NAMES = {"loss": "L", "probs": "p", "probabilities": "p", "logits": "y", "hs": "h", "dhs": "dh", "dlogits": "dy"}


class Compared(NamedTuple):
    """One array."""

    name: str
    status: Status
    difference: float | None = None
    """the largest, of arrays of one shape"""
    size: float = 0.0
    """the largest right number"""
    step: int | None = None
    """the first step that differs in the order of computation, from 1; None of an array without steps"""
    found: tuple[int, ...] = ()
    expected: tuple[int, ...] = ()
    slips: tuple[frozenset[Slip], ...] = ()
    """each explains this array: one slip, or two at once"""


class Unknown(NamedTuple):
    """A name in the file that is not asked for."""

    name: str
    near: str
    """the most similar name that is; may be empty"""


@dataclass(frozen=True)
class Diagnosis:
    """What is found in a file."""

    arrays: tuple[Compared, ...]
    """all that are asked for, in the order of their computation"""
    explanations: tuple[frozenset[Slip], ...]
    """each explains all that differs, with as few slips as can be: one or two. Several give the same numbers here"""
    unknown: tuple[Unknown, ...]
    changed: tuple[str, ...]
    """names of what was given that is in the file with other numbers"""

    def of(self, *status: Status) -> tuple[Compared, ...]:
        """Return the arrays with one of these."""
        return tuple(each for each in self.arrays if each.status in status)

    @property
    def forward(self) -> Compared | None:
        """The first array of the forward pass that differs, if there is one: everything after it depends on it."""
        return next((each for each in self.of("differs", "not_finite") if _base(each.name) in _FORWARD), None)


def diagnose(exercise: Exercise, uploaded: Mapping[str, Floats]) -> Diagnosis:
    """Compare arrays, by the names in a file, with the right ones of an exercise."""
    right, given = computed(exercise), exercise.given()
    known, other = {_key(name): name for name in right}, {_key(name): name for name in given}
    mine: dict[str, Floats] = {}
    unknown, changed = [], []
    for name, array in uploaded.items():
        key = _key(name)
        if key in known and known[key] not in mine:
            mine[known[key]] = array
        elif key in other:
            if array.shape != given[other[key]].shape or not np.allclose(array, given[other[key]], rtol=RELATIVE, atol=RELATIVE):
                changed.append(other[key])
        else:
            near = difflib.get_close_matches(name[:60], list(right), 1)
            unknown.append(Unknown(name, near[0] if near else ""))
    rule = _Rule.of(exercise)
    arrays = [_compared(name, mine.get(name), right, rule, len(exercise.walks)) for name in right]
    wrong = {each.name: mine[each.name] for each in arrays if each.status in ("differs", "wrong_shape")}
    explained, whole = _explained(exercise, wrong, right, rule)
    told = [each._replace(slips=_ordered(explained[each.name])) if each.name in wrong else each for each in arrays]
    told = [
        each._replace(status="differs") if each.status == "wrong_shape" and each.slips else each for each in told
    ]  # b_y of a batch, not summed, has a row for each sentence
    return Diagnosis(tuple(told), whole, tuple(unknown), tuple(changed))


def unseen(exercise: Exercise) -> tuple[Slip, ...]:
    """Return the slips that do not change any number of an exercise, so that they cannot be seen in it."""
    right, rule = computed(exercise), _Rule.of(exercise)
    return tuple(
        slip
        for slip in SLIPS
        if all(
            array.shape == right[name].shape and rule.equal(name, array, right[name])
            for made in forms(exercise, slip)
            for name, array in computed(exercise, made).items()
        )
    )


def _key(name: str) -> str:
    """Return a name without what people write differently: dW_hh, d_Whh, dL_dWhh are one."""
    name = _OTHER_NAMES.get(name.lower(), name)
    plain = re.sub(r"[^a-z0-9]", "", name[:100].lower())
    return re.sub(r"^(clipped)?dld", r"\1d", plain)


def _base(name: str) -> str:
    return name.removesuffix("_reverse")


class _Rule(NamedTuple):
    """What counts as equal."""

    backward: float
    """tolerance of gradients, relative to the largest number"""
    least: float
    """their least tolerance: 1 - h² loses digits where the state is close to 1"""

    @classmethod
    def of(cls, exercise: Exercise) -> _Rule:
        largest = max(float(np.abs(each.dlogits).max()) for each in exercise.walks)
        backs = [steps.back["exact"] for each in exercise.walks for steps in each.steps]
        told = max(float(np.abs(each.dh).max()) for each in backs)
        return cls(RELATIVE + LOST / max(largest, 1e-300), LOST * told)

    def tolerance(self, name: str, target: Floats) -> Floats:
        """Return the tolerance of each number of an array that is to be equal to target, to be broadcast."""
        base = _base(name)
        sizes = np.abs(target)
        largest = float(sizes.max(initial=0.0))
        if base in _FORWARD:
            return np.array(RELATIVE * largest + (LOST if base in ("L", "p") else 0.0))
        if base in ("dh", "dc", "da"):
            rows = sizes.max(axis=1, keepdims=True)
            return np.asarray(self.backward * np.maximum(rows, FLOOR * largest) + self.least)
        return np.array(self.backward * largest + self.least)

    def equal(self, name: str, array: Floats, target: Floats, scale: Floats | None = None) -> bool:
        """Return whether an array of the shape of target is equal to it. scale: the array whose sizes set the tolerance."""
        return bool((np.abs(array - target) <= self.tolerance(name, target if scale is None else scale)).all())


def _compared(name: str, array: Floats | None, right: Mapping[str, Floats], rule: _Rule, sentences: int) -> Compared:
    target = right[name]
    if array is None:
        return Compared(name, "missing", expected=target.shape)
    size = float(np.abs(target).max(initial=0.0))
    seen = Compared(name, "wrong_shape", None, size, None, array.shape, target.shape)
    fitted = _fitted(name, array, target.shape)
    if fitted is None:
        turned = _fitted(name, array.T, target.shape)
        if turned is not None and rule.equal(name, turned, target):
            return seen._replace(status="transposed", difference=float(np.abs(turned - target).max(initial=0.0)))
        return seen
    if not np.isfinite(fitted).all():
        return seen._replace(status="not_finite", step=_first(name, ~np.isfinite(fitted)))
    off = np.abs(fitted - target)
    seen = seen._replace(difference=float(off.max(initial=0.0)))
    scale = right[name.removeprefix(CLIPPED)]
    bad = off > rule.tolerance(name, scale)
    if not bad.any():
        return seen._replace(status="agrees")
    return seen._replace(status=_also_right(name, fitted, right, rule, sentences), step=_first(name, bad))


def _also_right(name: str, array: Floats, right: Mapping[str, Floats], rule: _Rule, sentences: int) -> Status:
    """Return in which other way an array that differs has the right numbers, or "differs"."""
    target = right[name]
    square = target.ndim == 2 and target.shape[0] == target.shape[1]
    if square and rule.equal(name, array.T, target):
        return "transposed"
    if _has_steps(name) and target.ndim == 2 and rule.equal(name, array[::-1], target):
        return "reversed"
    clipped = right.get(CLIPPED + name)
    if clipped is not None and rule.equal(name, array, clipped, target):
        return "clipped"
    if sentences > 1 and _is_gradient(name) and rule.equal(name, sentences * array, target):
        return "averaged"
    return "differs"


def _is_gradient(name: str) -> bool:
    return name.startswith(("dW", "db", "dE"))


def _has_steps(name: str) -> bool:
    return _base(name) in ("h", "c", "r", "u", "n", "m", "i", "f", "g", "o", "dh", "dc", "da")


def _first(name: str, bad: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> int | None:
    """Return the first step at which something is bad, in the order of computation: a backward pass begins at the last step."""
    if not _has_steps(name) or bad.ndim != 2:
        return None
    steps = np.flatnonzero(bad.any(axis=1)) + 1
    return int(steps[0] if _base(name) in _FORWARD else steps[-1])


def _fitted(name: str, array: Floats, shape: tuple[int, ...]) -> Floats | None:
    """Return an array in this shape; None if it has another.

    Axes of length 1 do not count. Of steps there may be one row more: zeros at an end, or dh_0.
    """
    if array.shape == shape:
        return array
    if _has_steps(name) and array.ndim >= 2 and array.shape[0] == shape[0] + 1 and _long(array.shape[1:]) == _long(shape[1:]):
        last = bool(array[0].any()) and not array[-1].any()
        if last or not array[0].any() or _base(name) in ("dh", "dc"):
            return (array[:-1] if last else array[1:]).reshape(shape)
    return array.reshape(shape) if _long(array.shape) == _long(shape) else None


def _long(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)


# ---------------------------------------------------------------------- slips


def _explained(
    exercise: Exercise, wrong: Mapping[str, Floats], right: Mapping[str, Floats], rule: _Rule
) -> tuple[dict[str, set[frozenset[Slip]]], tuple[frozenset[Slip], ...]]:
    """Return for each wrong array the slips that explain it, and the smallest sets of slips that explain all of them."""
    found: dict[str, set[frozenset[Slip]]] = {name: set() for name in wrong}
    for count in (1, 2):
        open_ones = [name for name in wrong if not found[name]]
        for chosen in combinations(SLIPS, count) if open_ones else ():
            for made in forms(exercise, *chosen):
                pause()
                variant = computed(exercise, made)
                for name in open_ones if count > 1 else wrong:
                    if _is_variant(name, wrong[name], variant, right, rule):
                        found[name].add(frozenset(chosen))
        whole = [
            frozenset(chosen)
            for chosen in combinations(SLIPS, count)
            if wrong and all(any(each <= frozenset(chosen) for each in found[name]) for name in wrong)
        ]
        if whole:
            return found, tuple(whole)
    return found, ()


def _is_variant(name: str, array: Floats, variant: Mapping[str, Floats], right: Mapping[str, Floats], rule: _Rule) -> bool:
    """Return whether an array is what a slip gives: as it is, after clipping, or turned, where its shape or its numbers tell so."""
    scale = variant[name.removeprefix(CLIPPED)]
    for key in (name, CLIPPED + name):
        target = variant.get(key)
        if target is None or (target.shape == right[name].shape and rule.equal(name, target, right[name])):
            continue
        for turned in (array, array.T) if target.ndim == 2 else (array,):
            fitted = _fitted(name, turned, target.shape)
            if fitted is not None and np.isfinite(fitted).all() and rule.equal(name, fitted, target, scale.reshape(target.shape)):
                return True
    return False


def _ordered(sets: set[frozenset[Slip]]) -> tuple[frozenset[Slip], ...]:
    return tuple(sorted(sets, key=lambda each: (len(each), sorted(SLIPS.index(slip) for slip in each))))
