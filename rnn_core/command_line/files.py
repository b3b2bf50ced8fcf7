"""Files that a command reads and writes. What is read is bounded before it is read; "-" is standard input."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from rnn_core import presets
from rnn_core.command_line import settings
from rnn_core.data.dataset import Dataset
from rnn_core.data.formats import Table, read_table
from rnn_core.data.meaning import Meaning
from rnn_core.data.text import TextRules
from rnn_core.data.word_vectors import WordVectors
from rnn_core.errors import AbsentVectorsError, DatasetError, RnnCoreError, UnusableError, shorten
from rnn_core.experiment import Experiment
from rnn_core.limits import Limits
from rnn_core.network.model import Model
from rnn_core.sharing import documents, links, model_file, outside, vector_files
from rnn_core.sharing.vector_streams import Bounds, VectorFile
from rnn_core.training.run import check_limits

STANDARD_INPUT = "-"
LIMITS = Limits()


class FileError(RnnCoreError):
    """A file that cannot be read or written: its path, and why."""

    def __init__(self, path: str, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"{shorten(path, 200)}: {why}")


def read_bytes(path: str) -> bytes:
    """Return at most one byte more than a file may have. Raise FileError."""
    try:
        if path == STANDARD_INPUT:
            return sys.stdin.buffer.read(LIMITS.upload_bytes + 1)
        with Path(path).open("rb") as file:
            return file.read(LIMITS.upload_bytes + 1)
    except (OSError, ValueError) as error:  # a ValueError for a zero byte in the name
        raise FileError(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from error


def write_bytes(path: str | Path, content: bytes) -> None:
    """Write a file. Raise FileError."""
    try:
        Path(path).write_bytes(content)
    except (OSError, ValueError) as error:
        raise FileError(str(path), f"cannot be written: {getattr(error, 'strerror', None) or error}") from error


def check_can_write(path: str | None) -> None:
    """Raise FileError if a file could not be written there, before much work is done for it."""
    if path is not None and (Path(path).is_dir() or not Path(path).parent.is_dir()):
        why = "it is a folder" if Path(path).is_dir() else "there is no such folder"
        raise FileError(path, f"cannot be written: {why}")


def model(path: str) -> Model:
    """Return the network in a file saved here: .npz, or .safetensors with a description in it."""
    source = read_bytes(path)
    try:
        if source[:2] == b"PK" or not source:
            return model_file.load(source, LIMITS)
        return outside.load(source, limits=LIMITS)
    except UnusableError as error:
        raise FileError(path, str(error)) from error


def table(path: str) -> Table:
    """Return the table in a file of any format. Say on standard error if its encoding is a guess."""
    try:
        source = read_bytes(path)
    except FileError as error:
        raise DatasetError("cannot_be_read", detail=error.why.removeprefix("cannot be read: ")) from error
    found = read_table(source, None if path == STANDARD_INPUT else Path(path).name, LIMITS)
    if found.is_guess:
        print(f"{path} is not valid UTF-8; it is read as {found.encoding}, which is a guess.", file=sys.stderr)
    return found


def experiment(options: argparse.Namespace) -> Experiment:
    """Return the experiment that the arguments describe: from a file or link, or sentences, with settings on top.

    Raises LimitError if it is larger than the limits allow.
    """
    wanted = settings.of(options)
    if options.data is not None:
        data = dataset(options.data, settings.rules(TextRules(), wanted))
        if options.vectors is not None:
            known = vectors(options.vectors, data.written).vectors
            data = replace(data, vectors=known)
            wanted = {"vectors": "start", "embedding_size": known.size} | wanted
        made = settings.applied(Experiment(dataset=data), wanted)
    else:
        made = settings.applied(from_elsewhere(options.experiment, options.link, options.vectors), wanted)
    check_limits(made, LIMITS)
    return made


def from_elsewhere(path: str | None, link: str | None, vectors_path: str | None = None) -> Experiment:
    """Return the experiment in a file or, without one, in a link. vectors_path: the file of the word vectors that it names."""
    try:
        return _from_elsewhere(path, link, None)
    except AbsentVectorsError as error:
        if vectors_path is None:
            raise
        return _from_elsewhere(path, link, vectors(vectors_path, error.words).vectors)


def _from_elsewhere(path: str | None, link: str | None, known: WordVectors | None) -> Experiment:
    if path is None:
        return links.decode(_token(link or ""), LIMITS, known)
    try:
        return documents.load(read_bytes(path), LIMITS, known)
    except UnusableError as error:
        raise FileError(path, str(error)) from error


def vectors(path: str, words: Collection[str]) -> VectorFile:
    """Return the vectors of these words in a file, which is streamed and can be large. Raise FileError."""
    bounds = Bounds(unpacked_bytes=100_000_000_000, numbers=LIMITS.parameters)
    try:
        with Path(path).open("rb") as file:
            return vector_files.read(file, Path(path).name, words, bounds)
    except (OSError, ValueError) as error:
        raise FileError(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    except UnusableError as error:
        raise FileError(path, str(error)) from error


def _token(link: str) -> str:
    """Return the token in a link: the longest value in its query, or the whole text if it has none."""
    return max((text for _, text in parse_qsl(urlsplit(link.strip()).query)), key=len, default=link.strip())


def dataset(name: str, rules: TextRules) -> Dataset:
    """Return the preset sentences or those in a file."""
    if name == "guide":
        return Dataset(presets.guide_dataset().examples, rules)
    found = table(name)
    return Dataset(Meaning.guess(found, LIMITS).examples(found), rules)
