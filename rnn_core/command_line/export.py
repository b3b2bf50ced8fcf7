"""export: a network or an experiment for other programs. import: a network from outside."""

from __future__ import annotations

import argparse
from pathlib import Path

from rnn_core.command_line import files, settings
from rnn_core.data.text import TextRules
from rnn_core.errors import ConfigError, UnusableError
from rnn_core.experiment import Experiment
from rnn_core.network.model import Model
from rnn_core.sharing import handover, model_file, outside, script, word_list

SCRIPT = "script"
TARGETS = (*handover.TARGETS, SCRIPT)


def export(options: argparse.Namespace) -> int:
    """Write the files and print their paths."""
    experiment = None
    if options.experiment is not None or options.link is not None:
        experiment = files.from_elsewhere(options.experiment, options.link)
    if options.to == SCRIPT and experiment is None:
        raise ConfigError("--to", SCRIPT, "used with --experiment or --link: the program trains anew, and MODEL has no sentences")
    if options.to != SCRIPT and options.model is None:
        raise ConfigError("MODEL", "", f"given: the file of the network to write for {options.to}")
    files.check_can_write(options.out)
    out = Path(options.out)
    for path, content in _written(options, out, experiment):
        files.write_bytes(path, content)
        print(path)
    return 0


def _written(options: argparse.Namespace, out: Path, experiment: Experiment | None) -> list[tuple[Path, bytes]]:
    """Return the files to write."""
    if options.to == SCRIPT and experiment is not None:
        return [(out, script.write(experiment).encode())]
    training = None if experiment is None else experiment.training
    made = handover.files(files.model(options.model), options.to, out.stem, training)
    if options.to == "onnx":  # one file, under the very name that was asked for
        return [(out, content) for content in made.values()]
    return [(out.with_name(name), content) for name, content in made.items()]


def import_network(options: argparse.Namespace) -> int:
    """Write a network from outside as a model file, and say what it is."""
    files.check_can_write(options.out)
    model = _from_outside(options)
    files.write_bytes(options.out, model_file.save(model))
    config = model.config
    ways = "both directions" if config.bidirectional else "one direction"
    inputs = f"vectors of {config.embedding_size}" if config.embedding_size else "one-hot words"
    print(f"{model.cell.title}, {config.hidden_size} units, {ways}, {inputs}, {len(model.vocabulary):,} words")
    print(f"labels: {', '.join(model.labels)}")
    print(options.out)
    return 0


def _from_outside(options: argparse.Namespace) -> Model:
    source, path = files.read_bytes(options.file), options.file
    try:
        words = None
        if options.vocabulary is not None:
            path = options.vocabulary
            words = word_list.read(files.read_bytes(path), files.LIMITS)
            path = options.file
        given = settings.assigned(options.set)
        if other := given.keys() - TextRules.domains().keys():
            raise ConfigError("--set", min(other), f"one of the text rules {', '.join(TextRules.domains())}")
        model = outside.load(source, vocabulary=words, labels=options.labels, activation=options.activation, limits=files.LIMITS)
    except UnusableError as error:
        raise files.FileError(path, str(error)) from error
    return Model(settings.rules(model.rules, given), model.vocabulary, model.labels, model.config, model.vector)
