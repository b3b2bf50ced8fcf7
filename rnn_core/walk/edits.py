"""Changes to a network by hand: one number, one unit silenced, W_hh scaled. Each makes a new network; the old one stays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rnn_core.gradients.spectrum import spectra, with_radius
from rnn_core.network.model import Model

LARGEST = 1e6
"""The largest absolute value that a number can be set to."""


class Element(NamedTuple):
    """One number of a parameter is set. Rows and columns count from 0, in the shape of the equations."""

    name: str
    row: int
    column: int
    """0 of a vector"""
    value: float


class Silence(NamedTuple):
    """Everything that a hidden unit is sent is set to zero, so its state is zero at every step."""

    suffix: str
    """of the direction: "" or "_reverse\""""
    unit: int


class Radius(NamedTuple):
    """Each block of W_hh is scaled to this spectral radius, as far as it has one."""

    radius: float


Edit = Element | Silence | Radius


def edited(model: Model, edits: Iterable[Edit]) -> Model:
    """Return the network after these changes, in their order.

    Raises ValueError for a number or a unit that the network does not have, and for a value that is not finite or too large.
    """
    for edit in edits:
        model = _with(model, edit)
    return model


def _with(model: Model, edit: Edit) -> Model:
    if isinstance(edit, Radius):
        if not 0 <= edit.radius <= LARGEST:
            raise ValueError(f"a radius from 0 to {LARGEST:g} expected, {edit.radius} given")
        return with_radius(model, edit.radius, spectra(model))
    vector = model.vector.copy()
    parameters = model.layout.named(vector)
    if isinstance(edit, Element):
        array = parameters.get(edit.name)
        at = (edit.row, edit.column) if array is not None and array.ndim > 1 else (edit.row,)
        if array is None or not all(0 <= i < size for i, size in zip(at, array.shape, strict=True)):
            raise ValueError(f"the network has no {edit.name}[{edit.row}, {edit.column}]")
        if not abs(edit.value) <= LARGEST:
            raise ValueError(f"a number up to {LARGEST:g} expected, {edit.value} given")
        array[at] = edit.value
    else:
        H, gates = model.config.hidden_size, len(model.cell.gates)
        if not 0 <= edit.unit < H or f"W_hh{edit.suffix}" not in parameters:
            raise ValueError(f"the network has no unit {edit.unit}{edit.suffix}")
        for name in ("W_xh", "W_hh", "b_h"):
            for gate in range(gates):
                parameters[f"{name}{edit.suffix}"][gate * H + edit.unit] = 0.0
        if model.cell.recurrent_bias:
            parameters[f"b_hn{edit.suffix}"][edit.unit] = 0.0
    return model.with_vector(vector)
