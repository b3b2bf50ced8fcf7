"""An experiment as one Python program that needs only NumPy.

standalone.py is that program with every option; it uses the functions of the package. This module reduces it to one experiment
(see programs.py). So the reader of a script sees the functions that trained the network.

Sentences and labels occur in a script only as literals: no text of a visitor becomes code.
"""

from __future__ import annotations

from typing import Any

from rnn_core.data.dataset import Split
from rnn_core.experiment import Experiment
from rnn_core.network.cells import CELLS
from rnn_core.network.parameters import Layout
from rnn_core.sharing.programs import PACKAGE, reduced

_SETTLED = (
    "CELL",
    "BIDIRECTIONAL",
    "EMBEDDING_SIZE",
    "INITIALIZATION",
    "VECTORS",
    "RECURRENT_GRADIENT",
    "OPTIMIZER",
    "CLIPPING",
    "STOPPING",
)
"""Settings that only decide which code is used."""


def write(experiment: Experiment) -> str:
    """Return the source of the program. It prints the log of every 100th epoch and of the last."""
    constants = _constants(experiment)
    changing = {name for _, name, _ in constants["CHANGES"]}
    path, cell = PACKAGE / "sharing" / "standalone.py", CELLS[experiment.model.cell]
    return reduced(path, constants, changing=changing, settled=_SETTLED, cell=cell)


# ---------------------------------------------------------------- settings and sentences


def _constants(experiment: Experiment) -> dict[str, Any]:
    """Return the constants of standalone.py for this experiment, by name."""
    data, training = experiment.dataset, experiment.training
    constants: dict[str, Any] = {name.upper(): value for name, value in (experiment.model.to_json() | training.to_json()).items()}
    constants["VECTORS"] = experiment.model.vectors
    constants["CHANGES"] = [(change.epoch, change.field.upper(), change.value) for change in training.changes]
    constants["SHAPES"] = Layout.of(experiment).stored
    if experiment.model.vectors != "unused" and data.vectors is not None:
        constants["WORD_VECTORS"] = {word: row.tolist() for word, row in zip(data.vectors.words, data.vectors.array, strict=True)}
        constants["WORD_VECTORS_SCALE"] = data.vectors.scale
    cell = CELLS[experiment.model.cell]
    constants["GATES"] = len(cell.gates)
    constants["FORGET_GATE"] = None if cell.forget_gate is None else cell.gates.index(cell.forget_gate)
    constants["PRINTED_RULE"] = cell.printed_rule
    rows: dict[Split, list[tuple[tuple[str, ...], str]]] = {
        "train": _read(experiment, "train"),
        "test": _read(experiment, "test"),
    }
    words = {word for split in rows.values() for read, _ in split for word in read}
    between = next(mark for mark in map(chr, range(ord(" "), 0x10000)) if not any(mark in word for word in words))
    constants["BETWEEN_WORDS"] = between
    for split, sentences in rows.items():
        constants[split.upper()] = [(between.join(read), label) for read, label in sentences]
    if {word for read, _ in rows["train"] for word in read} != set(data.vocabulary):
        constants["VOCABULARY"] = list(data.vocabulary)
    return constants


def _read(experiment: Experiment, split: Split) -> list[tuple[tuple[str, ...], str]]:
    """Return the sentences of a split as the network reads them, with their labels."""
    data = experiment.dataset
    read = (data.vocabulary.tokens(data.words[i], data.rules.unknown).read for i in data.rows(split))
    return list(zip(read, (data.examples[i].label or "" for i in data.rows(split)), strict=True))
