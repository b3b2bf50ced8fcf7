"""An experiment as a JSON document: every setting, and every sentence or the name of a preset.

A file is the document with its format and version, indented; a link is the document compressed (see links.py). Every setting
is written, defaults too, so a later change of a default does not change old documents. The name of a preset is written with a
checksum of its sentences: if the sentences have changed since, the document is refused. Word vectors are written whole in a file; a
link has their name and digest, and they have to be given when it is read.

Documents are untrusted: their size and depth are limited before parsing, and every value is validated.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence
from typing import Any

from rnn_core import presets
from rnn_core.data.dataset import Dataset, Example
from rnn_core.data.word_vectors import MOST_NAME, VectorsName, WordVectors
from rnn_core.errors import AbsentVectorsError, ConfigError, DatasetError, ExperimentFileError, VectorFileError
from rnn_core.experiment import Experiment
from rnn_core.limits import Limits
from rnn_core.training.run import check_limits

FORMAT, VERSION = "unrolled experiment", 1
MOST_DEPTH = 8
"""Maximum nesting of lists and objects; a document has six levels."""

_MARKS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)


def save(experiment: Experiment) -> bytes:
    """Return the bytes of a file that a person can read. It contains every sentence, also those of presets."""
    head = {"format": FORMAT, "version": VERSION}
    return json.dumps(head | experiment.to_json(), ensure_ascii=False, indent=1).encode()


def load(source: bytes, limits: Limits | None = None, vectors: WordVectors | None = None) -> Experiment:
    """Return the experiment in a file.

    vectors: what the file may name without containing it.

    Raises ExperimentFileError with the reason too_large, not_an_experiment, newer_version or other_sentences, LimitError, and for
    word vectors that are not given AbsentVectorsError, for others than those named VectorFileError (other_vectors).
    """
    limits = limits or Limits()
    value = parse(source, limits.upload_bytes)
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise ExperimentFileError("not_an_experiment", "it does not say that it is one")
    version = value.get("version")
    if isinstance(version, int) and version > VERSION:
        raise ExperimentFileError("newer_version", str(version)[:20])
    if version != VERSION or isinstance(version, bool):
        raise ExperimentFileError("not_an_experiment", "its version is wrong")
    return from_json({name: part for name, part in value.items() if name not in ("format", "version")}, limits, vectors)


def to_json(experiment: Experiment) -> dict[str, Any]:
    """Return the experiment as plain values, with the name of a preset instead of its sentences."""
    value, data = experiment.to_json(), experiment.dataset
    for name, make in presets.DATASETS.items():
        preset = make()
        if data.examples == preset.examples:
            named = {"preset": name, "check": checksum(data.examples, preset.vectors), "rules": value["dataset"]["rules"]}
            others = {} if data.vectors == preset.vectors else {"vectors": value["dataset"].get("vectors")}
            value["dataset"] = named | others
    return value


def without_vectors(value: dict[str, Any], vectors: WordVectors | None) -> dict[str, Any]:
    """Return what to_json described with the name and digest of word vectors instead of their numbers."""
    if vectors is None or not value["dataset"].get("vectors"):
        return value
    return value | {"dataset": value["dataset"] | {"vectors": vectors.label._asdict()}}


def from_json(value: object, limits: Limits, vectors: WordVectors | None = None) -> Experiment:
    """Return the experiment that plain values describe. Raises as load does."""
    try:
        if isinstance(value, dict) and isinstance(dataset := value.get("dataset"), dict):
            if "preset" in dataset:
                dataset = _with_sentences(dataset)
            if _names_vectors(dataset.get("vectors")):
                dataset = _with_vectors(dataset, vectors, limits)
            value = value | {"dataset": dataset}
            if isinstance(examples := dataset.get("examples"), list):
                limits.check(rows=len(examples), characters=max((_length(example) for example in examples), default=0))
        experiment = Experiment.from_json(value, limits)
    except (ConfigError, DatasetError) as error:
        raise ExperimentFileError("not_an_experiment", str(error)) from error
    except VectorFileError as error:
        if error.reason == "other_vectors":
            raise
        raise ExperimentFileError("not_an_experiment", str(error)) from error
    check_limits(experiment, limits)
    return experiment


def parse(source: bytes, most_bytes: int) -> Any:
    """Return the value of a JSON text. Raise ExperimentFileError: too_large, not_an_experiment."""
    if len(source) > most_bytes:
        raise ExperimentFileError("too_large", f"{len(source):,} bytes, at most {most_bytes:,}")
    try:
        text = source.decode("utf-8-sig")
        if _depth(text) > MOST_DEPTH:
            raise ExperimentFileError("not_an_experiment", "it lies too deep")
        return json.loads(text)
    except ValueError as error:  # not UTF-8, not JSON, or an integer with thousands of digits
        raise ExperimentFileError("not_an_experiment", str(error)) from error


def checksum(examples: Sequence[Example], vectors: WordVectors | None = None) -> str:
    """Return the CRC-32 of sentences, labels and splits in order, and of word vectors, as 8 hexadecimal digits."""
    text = json.dumps([list(example) for example in examples], separators=(",", ":")) + (vectors.digest if vectors else "")
    return f"{zlib.crc32(text.encode()):08x}"


def _with_sentences(dataset: dict[str, Any]) -> dict[str, Any]:
    """Return the dataset with the sentences of a preset instead of its name."""
    name = dataset["preset"]
    if set(dataset) - {"vectors"} != {"preset", "check", "rules"} or not isinstance(name, str):
        raise ExperimentFileError("not_an_experiment", "its dataset is wrong")
    if name not in presets.DATASETS:
        raise ExperimentFileError("other_sentences", name)
    preset = presets.DATASETS[name]()
    if dataset["check"] != checksum(preset.examples, preset.vectors):
        raise ExperimentFileError("other_sentences", name)
    own = None if preset.vectors is None else preset.vectors.to_json()
    return {
        "rules": dataset["rules"],
        "examples": [list(example) for example in preset.examples],
        "vectors": dataset.get("vectors", own),
    }


def _names_vectors(value: object) -> bool:
    """Return whether this is the name of word vectors, without their numbers."""
    if not isinstance(value, dict) or set(value) != set(VectorsName._fields):
        return False
    return all(isinstance(text, str) and len(text) <= MOST_NAME for text in value.values())


def _with_vectors(dataset: dict[str, Any], vectors: WordVectors | None, limits: Limits) -> dict[str, Any]:
    """Return the dataset with the word vectors that it names."""
    name, digest = dataset["vectors"]["name"], dataset["vectors"]["digest"]
    if vectors is None:
        if isinstance(examples := dataset.get("examples"), list):
            limits.check(rows=len(examples), characters=max((_length(example) for example in examples), default=0))
        plain = Dataset.from_json({**dataset, "vectors": None}, limits)
        limits.check(splitting_seconds=plain.rules.seconds(text for text, _, _ in plain.examples))
        raise AbsentVectorsError(name, digest, plain.written)
    if vectors.digest != digest:
        raise VectorFileError("other_vectors", vectors.name)
    return dataset | {"vectors": vectors.to_json() | {"name": name}}


def _length(example: object) -> int:
    """Return the length of the text of an example, 0 if it is not an example."""
    text = example[0] if isinstance(example, list) and example else None
    return len(text) if isinstance(text, str) else 0


def _depth(text: str) -> int:
    """Return how deep brackets outside strings are nested, at most MOST_DEPTH + 1."""
    depth = deepest = 0
    for mark in _MARKS.finditer(text):
        if mark[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
            if deepest > MOST_DEPTH:
                break
        elif mark[0] in "]}":
            depth -= 1
    return deepest
