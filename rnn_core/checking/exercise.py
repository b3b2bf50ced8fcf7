"""What a learner computes with their own code: the weights and the sentences they are given, and the files that hold these."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np

from rnn_core.arrays import Floats
from rnn_core.network.model import Model
from rnn_core.sharing.handover import archive
from rnn_core.walk.steps import Walk, walk

MOST_WORK = 1_000_000
"""Bound of steps × parameters of all sentences: it bounds the time of each slip that is tried."""
MOST_NUMBERS = 250_000
"""Bound of the parameters: an answer has up to two arrays for each."""


@dataclass(frozen=True, eq=False)
class Exercise:
    """One sentence, or several as one batch, through one network. The gradient of a batch is the sum over its sentences."""

    walks: tuple[Walk, ...]
    threshold: float
    """Every element of a gradient is clipped to [-threshold, threshold]."""

    @classmethod
    def of(cls, model: Model, sentences: Sequence[tuple[str, str]]) -> Self:
        """Return the exercise of sentences, each with its label. Raises as walk does.

        The threshold is half of the largest element of the gradient of W_hh, to one digit, so that clipping changes something.
        """
        walks = tuple(walk(model, text, label) for text, label in sentences)
        gradient = sum((each.steps[0].sums(1, "exact")["W_hh"] for each in walks), np.zeros(model.parameters["W_hh"].shape))
        half = float(np.abs(gradient).max()) / 2
        return cls(walks, float(f"{half:.0e}") if 0.0 < half < np.inf else 1.0)

    @property
    def model(self) -> Model:
        """The network whose weights are given."""
        return self.walks[0].model

    @property
    def single(self) -> bool:
        """Whether there is one sentence, so that the numbers of every step are asked for too."""
        return len(self.walks) == 1

    @cached_property
    def finite(self) -> bool:
        """Whether every number on the way is finite."""
        return all(each.finite for each in self.walks)

    @cached_property
    def fingerprint(self) -> str:
        """Return the same for exercises with the same numbers and labels."""
        told = json.dumps([[each.text, each.label] for each in self.walks]).encode()
        return hashlib.sha256(self.model.vector.tobytes() + told).hexdigest()

    def given(self) -> dict[str, Floats]:
        """Return the numbers that the answers are computed from, by name: weights, word ids, labels' numbers, threshold."""
        found: dict[str, Any] = dict(self.model.parameters)
        for k, each in enumerate(self.walks, start=1):
            suffix = "" if self.single else f"_{k}"
            found[f"ids{suffix}"] = each.steps[0].ids
            found[f"target{suffix}"] = np.array(self.model.labels.index(each.label))
        return found | {"threshold": np.array(self.threshold)}

    def texts(self) -> dict[str, list[str]]:
        """Return the words and names that go with the numbers."""
        return {
            "sentences": [each.text for each in self.walks],
            "vocabulary": list(self.model.vocabulary.words),
            "labels": list(self.model.labels),
            "gates": list(self.model.cell.gates),
        }


def fits(model: Model, steps: int) -> bool:
    """Return whether an exercise on this network, with so many steps in all of its sentences, is small enough to be checked."""
    return model.layout.size <= MOST_NUMBERS and steps * model.layout.size <= MOST_WORK


def to_npz(exercise: Exercise, compute: Mapping[str, Sequence[int]]) -> bytes:
    """Return what is given as an .npz that needs no pickle. compute: what is asked for, name -> shape."""
    members = {}
    for name, array in (exercise.given() | _texts(exercise, compute)).items():
        out = io.BytesIO()
        np.lib.format.write_array(out, np.ascontiguousarray(array).reshape(np.shape(array)), version=(1, 0), allow_pickle=False)
        members[f"{name}.npy"] = out.getvalue()
    return archive(members)


def to_json(exercise: Exercise, compute: Mapping[str, Sequence[int]]) -> bytes:
    """Return what is given as JSON, with all digits. compute: what is asked for, name -> shape."""
    texts = exercise.texts() | {"compute": _asked(compute)}
    told = {name: array.tolist() for name, array in exercise.given().items()}
    return json.dumps(texts | told, ensure_ascii=False).encode()


def _asked(compute: Mapping[str, Sequence[int]]) -> list[str]:
    return [f"{name} {tuple(shape)}" for name, shape in compute.items()]


def _texts(exercise: Exercise, compute: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    return {name: np.array(texts, dtype=np.str_) for name, texts in (exercise.texts() | {"compute": _asked(compute)}).items()}
