"""An experiment as a JSON document: every setting, and every sentence or the name of a preset.

A file is the document with its format and version, indented; a link is the document compressed (see links.py). Every setting
is written, defaults too, so a later change of a default does not change old documents. The name of a preset is written with a
checksum of its sentences: if the sentences have changed since, the document is refused.

Documents are untrusted: their size and depth are limited before parsing, and every value is validated.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence
from typing import Any

from rnn_core import presets
from rnn_core.data.dataset import Example
from rnn_core.errors import ConfigError, DatasetError, ExperimentFileError
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


def load(source: bytes, limits: Limits | None = None) -> Experiment:
    """Return the experiment in a file.

    Raises ExperimentFileError with the reason too_large, not_an_experiment, newer_version or other_sentences, and LimitError.
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
    return from_json({name: part for name, part in value.items() if name not in ("format", "version")}, limits)


def to_json(experiment: Experiment) -> dict[str, Any]:
    """Return the experiment as plain values, with the name of a preset instead of its sentences."""
    value = experiment.to_json()
    examples = experiment.dataset.examples
    for name, make in presets.DATASETS.items():
        if examples == make().examples:
            value["dataset"] = {"preset": name, "check": checksum(examples), "rules": value["dataset"]["rules"]}
    return value


def from_json(value: object, limits: Limits) -> Experiment:
    """Return the experiment that plain values describe. Raises as load does."""
    try:
        if isinstance(value, dict) and isinstance(dataset := value.get("dataset"), dict):
            if "preset" in dataset:
                dataset = _with_sentences(dataset)
                value = value | {"dataset": dataset}
            if isinstance(examples := dataset.get("examples"), list):
                limits.check(rows=len(examples), characters=max((_length(example) for example in examples), default=0))
        experiment = Experiment.from_json(value, limits)
    except (ConfigError, DatasetError) as error:
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


def checksum(examples: Sequence[Example]) -> str:
    """Return the CRC-32 of sentences, labels and splits in order, as 8 hexadecimal digits."""
    return f"{zlib.crc32(json.dumps([list(example) for example in examples], separators=(',', ':')).encode()):08x}"


def _with_sentences(dataset: dict[str, Any]) -> dict[str, Any]:
    """Return the dataset with the sentences of a preset instead of its name."""
    name = dataset["preset"]
    if set(dataset) != {"preset", "check", "rules"} or not isinstance(name, str):
        raise ExperimentFileError("not_an_experiment", "its dataset is wrong")
    if name not in presets.DATASETS:
        raise ExperimentFileError("other_sentences", name)
    examples = presets.DATASETS[name]().examples
    if dataset["check"] != checksum(examples):
        raise ExperimentFileError("other_sentences", name)
    return {"rules": dataset["rules"], "examples": [list(example) for example in examples]}


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
