"""An experiment in words: what is on the table, what was changed since."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_core import Dataset, Experiment, History, ModelConfig, TrainingConfig
from rnn_core.network.cells import CELLS
from ui.messages.formatting import number, setting
from ui.messages.names import CHOICES, FIELDS
from ui.server.job_status import JobStatus

SAME = "the same"
"""Of a setting that is as in the guide."""


def describe(experiment: Experiment) -> list[str]:
    """What is trained on what, in the fewest phrases."""
    training = experiment.training
    sentences = len(experiment.dataset.rows("train"))
    words = [f"{number(sentences)} sentences"]
    if training.batch_size >= sentences > 1:
        words.append("all at once")
    elif training.batch_size > 1:
        words.append(f"{number(training.batch_size)} at a time")
    words += [*_network_words(experiment.model), *_training_words(training), f"seed {training.seed}"]
    if training.changes:
        words.append("changed on the way")
    return words


def network(model: ModelConfig) -> str:
    """The network's kind and size, for a card."""
    return f"{CELLS[model.cell].title}, {number(model.hidden_size)} units"


def _network_words(model: ModelConfig) -> list[str]:
    words = [CELLS[model.cell].title + (" both ways" if model.bidirectional else ""), f"{number(model.hidden_size)} hidden units"]
    if model.embedding_size:
        words.append(f"embedding of {number(model.embedding_size)}")
    if model.recurrent_gradient == "printed":
        words.append("the guide's printed backward rule")
    return words


def _training_words(training: TrainingConfig) -> list[str]:
    threshold = f"{training.clip_threshold:g}"
    clips = {
        "none": "no clipping",
        "value": f"clip ±{threshold}",
        "norm": f"each norm clipped to {threshold}",
        "global_norm": f"global norm clipped to {threshold}",
    }
    words = [clips[training.clipping], f"rate {training.learning_rate:g}"]
    if training.optimizer != "sgd":
        words.append(CHOICES[training.optimizer])
    return words


def differences(trained: Experiment, fingerprint: str, model: object, training: object) -> list[str]:
    """What was changed since an experiment was trained: one phrase a change."""
    phrases = []
    if trained.dataset.fingerprint != fingerprint:
        phrases.append("the sentences")
    for then, now in ((trained.model, model), (trained.training, training)):
        for name in then.domains():
            before, after = getattr(then, name), getattr(now, name)
            if before != after:
                phrases.append(f"{FIELDS[name].lower()} {setting(before)} → {setting(after)}")
    return phrases


def stale(phrases: Sequence[str]) -> str:
    """That a result belongs to an earlier experiment."""
    return f"This result belongs to the run as it was started. Changed since: {'; '.join(phrases)}."


def data_line(data: Dataset) -> str:
    """How many sentences of which split, how many words."""
    train, test, words = len(data.rows("train")), len(data.rows("test")), len(data.vocabulary)
    return f"{number(train)} training and {number(test)} test sentences over {number(words)} words."


def data_card(data: Dataset) -> str:
    if data.blocking:
        return f"{data_line(data)} **{len(data.blocking)} to mend** before training."
    return data_line(data)


def settings_card(model: ModelConfig, training: TrainingConfig) -> str:
    """The settings in a few words."""
    words = [*_network_words(model), *_training_words(training), f"{number(training.epochs)} epochs"]
    return ", ".join(words) + "."


def offered(experiment: Experiment) -> str:
    """What a link or a file brings, in one line of Markdown."""
    data = experiment.dataset
    count = number(len(data.examples))
    steered = len(experiment.training.changes)
    extra = (
        "" if not steered else " One setting changes on the way." if steered == 1 else f" {steered} settings change on the way."
    )
    return f"{count} sentences. *{settings_card(experiment.model, experiment.training)}*{extra}"


def result_card(run: JobStatus | None) -> str:
    """What has come out so far."""
    if run is None or not run.epoch:
        return "Nothing yet."
    last = run.history[-1]
    if last.test.accuracy is None:
        return f"Train accuracy {last.train.accuracy:.3f}."
    return f"Train accuracy {last.train.accuracy:.3f}, test accuracy {last.test.accuracy:.3f}."


def settings_table(experiment: Experiment, guide: Experiment) -> list[dict[str, str]]:
    """Every setting of an experiment beside the guide's, those that differ first, and those that change on the way."""
    training = experiment.training
    values, usual = (each.model.to_json() | each.training.to_json() for each in (experiment, guide))
    rows = [
        {"setting": FIELDS[name], "value": setting(value), "in the guide": setting(usual[name]) if value != usual[name] else SAME}
        for name, value in values.items()
        if name in FIELDS
    ]
    rows += [
        {
            "setting": f"{FIELDS[change.field]} from epoch {number(change.epoch)}",
            "value": setting(change.value),
            "in the guide": setting(usual[change.field]),
        }
        for change in training.changes
    ]
    return sorted(rows, key=lambda row: row["in the guide"] == SAME)


LOG_EVERY, LOG_ENTRIES = 100, 12


def log(history: History) -> str:
    """The guide's log: every 100th epoch and the last; of a long run, the latest dozen."""
    epochs = [*range(LOG_EVERY, len(history) + 1, LOG_EVERY)]
    if len(history) % LOG_EVERY:
        epochs.append(len(history))
    lines: list[str] = []
    for epoch in epochs[-LOG_ENTRIES:]:
        record = history[epoch - 1]
        lines.append(f"--- Epoch {epoch}")
        lines.append(f"Train:\tLoss {record.train.loss:.3f} | Accuracy: {record.train.accuracy:.3f}")
        if record.test.loss is not None:
            lines.append(f"Test:\tLoss {record.test.loss:.3f} | Accuracy: {record.test.accuracy:.3f}")
    return "\n".join(lines) or "No epoch is done yet."
