"""An experiment in words: what is on the table, what was changed since."""

from __future__ import annotations

from collections.abc import Sequence

from rnn_core import Dataset, Experiment, History, ModelConfig, TrainingConfig
from ui.language import gettext, ngettext, number, paragraph, percent
from ui.messages.formatting import setting
from ui.messages.names import CELLS, CHOICES, FIELDS, IN_SENTENCE
from ui.server.job_status import JobStatus

LISTED = " · "
"""Between phrases of one line, in every language."""


def describe(experiment: Experiment) -> list[str]:
    """What is trained on what, in the fewest phrases."""
    training = experiment.training
    sentences = len(experiment.dataset.rows("train"))
    words = [ngettext("{count} training sentence", "{count} training sentences", sentences)]
    if training.batch_size >= sentences > 1:
        words.append(gettext("all in one batch"))
    elif training.batch_size > 1:
        words.append(gettext("batches of {size}", size=number(training.batch_size)))
    words += [
        *_network_words(experiment.model),
        *_training_words(training),
        gettext("seed {seed}", seed=str(training.seed)),
    ]
    if training.changes:
        words.append(gettext("settings changed during training"))
    return words


def network(model: ModelConfig) -> str:
    """The network's kind and size, for a card."""
    return LISTED.join([CELLS[model.cell], units(model.hidden_size)])


def units(size: int) -> str:
    """How many hidden units a network has."""
    return ngettext("{count} hidden unit", "{count} hidden units", size)


def clip(kind: str, threshold: float) -> str:
    """How gradients are clipped, in the fewest words."""
    at = f"{threshold:g}"
    match kind:
        case "none":
            return gettext("no clipping")
        case "value":
            return gettext("clip ±{threshold}", threshold=at)
        case "norm":
            return gettext("norm clipped to {threshold}", threshold=at)
        case _:
            return gettext("global norm clipped to {threshold}", threshold=at)


def set_to(name: str, value: float | str) -> str:
    """A setting and its value, in the fewest words."""
    return setting(value) if (name, value) == ("clipping", "none") else f"{IN_SENTENCE[name]} {setting(value)}"


def _network_words(model: ModelConfig) -> list[str]:
    words = [CELLS[model.cell]]
    if model.bidirectional:
        words.append(gettext("bidirectional"))
    words.append(units(model.hidden_size))
    if model.embedding_size:
        words.append(gettext("embedding size {size}", size=number(model.embedding_size)))
    if model.vectors == "frozen":
        words.append(gettext("frozen word vectors"))
    elif model.vectors == "start":
        words.append(gettext("word vectors trained on"))
    if model.recurrent_gradient == "printed":
        words.append(gettext("gradient formula as printed in the guide"))
    return words


def _training_words(training: TrainingConfig) -> list[str]:
    words = [clip(training.clipping, training.clip_threshold), gettext("rate {rate}", rate=f"{training.learning_rate:g}")]
    if training.optimizer != "sgd":
        words.append(CHOICES[training.optimizer])
    return words


def differences(trained: Experiment, fingerprint: str, model: object, training: object) -> list[str]:
    """What was changed since an experiment was trained: one phrase a change."""
    phrases = []
    if trained.dataset.fingerprint != fingerprint:
        phrases.append(gettext("the sentences"))
    for then, now in ((trained.model, model), (trained.training, training)):
        for name in then.domains():
            before, after = getattr(then, name), getattr(now, name)
            if before != after:
                phrases.append(f"{IN_SENTENCE[name]} {setting(before)} → {setting(after)}")
    return phrases


def stale(phrases: Sequence[str]) -> str:
    """That a result belongs to an earlier experiment."""
    return gettext("This run used older settings. Changed since then: {changes}.", changes=LISTED.join(phrases))


def data_line(data: Dataset) -> str:
    """How many sentences of which split, how many words."""
    train, test, words = len(data.rows("train")), len(data.rows("test")), len(data.vocabulary)
    return gettext(
        "{train} training and {test} test sentences, vocabulary of {words} words.",
        train=number(train),
        test=number(test),
        words=number(words),
    )


def data_card(data: Dataset) -> str:
    """The sentences in a line, and whether something keeps them from being trained on."""
    if not data.blocking:
        return data_line(data)
    problems = ngettext(
        "**{count} problem to fix** before training.", "**{count} problems to fix** before training.", len(data.blocking)
    )
    return paragraph([data_line(data), problems])


def settings_card(model: ModelConfig, training: TrainingConfig) -> str:
    """The settings in a few words."""
    epochs = ngettext("{count} epoch", "{count} epochs", training.epochs)
    return LISTED.join([*_network_words(model), *_training_words(training), epochs])


def offered(experiment: Experiment) -> str:
    """What a link or a file brings, in one line of Markdown."""
    data = experiment.dataset
    lines = [
        ngettext("{count} sentence.", "{count} sentences.", len(data.examples)),
        f"*{settings_card(experiment.model, experiment.training)}*.",
    ]
    if steered := len(experiment.training.changes):
        lines.append(ngettext("{count} setting changes during training.", "{count} settings change during training.", steered))
    return paragraph(lines)


def result_card(run: JobStatus | None) -> str:
    """What has come out so far."""
    if run is None or not run.epoch:
        return gettext("No result yet.")
    last = run.history[-1]
    train = percent(last.train.accuracy or 0.0)
    if last.test.accuracy is None:
        return gettext("Train accuracy {train}.", train=train)
    return gettext("Train accuracy {train}, test accuracy {test}.", train=train, test=percent(last.test.accuracy))


def settings_table(experiment: Experiment, guide: Experiment) -> list[dict[str, str]]:
    """Every setting of an experiment beside the guide's, those that differ first, and those that change on the way."""
    training = experiment.training
    values, usual = (
        {name: getattr(config, name) for config in (each.model, each.training) for name in config.domains()}
        for each in (experiment, guide)
    )
    rows = [(FIELDS[name], value, usual[name]) for name, value in values.items() if name in FIELDS]
    rows += [
        (
            gettext("{setting} from epoch {epoch}", setting=FIELDS[change.field], epoch=number(change.epoch)),
            change.value,
            usual[change.field],
        )
        for change in training.changes
    ]
    steered = len(rows) - len(training.changes)
    differ = [i >= steered or value != of_guide for i, (_, value, of_guide) in enumerate(rows)]
    said = [
        {"setting": name, "value": setting(value), "guide": setting(of_guide) if differs else gettext("same")}
        for (name, value, of_guide), differs in zip(rows, differ, strict=True)
    ]
    return [row for _, row in sorted(zip(differ, said, strict=True), key=lambda pair: not pair[0])]


def heads() -> dict[str, str]:
    """The heads of the table of settings, by column."""
    return {"setting": gettext("Setting"), "value": gettext("Value"), "guide": gettext("In the guide")}


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
    return "\n".join(lines) or gettext("No epoch is done yet.")
