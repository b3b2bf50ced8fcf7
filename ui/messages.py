"""Core facts and errors as sentences for people. Every sentence stands here whole."""

from __future__ import annotations

import math
import re
import string
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rnn_core import (
    ConfigError,
    Dataset,
    DatasetError,
    Experiment,
    Fault,
    GradientCheck,
    History,
    LimitError,
    ModelConfig,
    RnnCoreError,
    TrainingConfig,
    UnknownWordError,
)
from rnn_core.errors import shorten
from ui.jobs import Snapshot

FIELDS = {
    "cell": "Cell",
    "hidden_size": "Hidden units",
    "bidirectional": "Read both ways",
    "embedding_size": "Embedding size",
    "initialization": "First weights",
    "init_scale": "Initial scale",
    "forget_bias": "Forget-gate bias",
    "recurrent_gradient": "Backward rule",
    "epochs": "Epochs",
    "learning_rate": "Learning rate",
    "rate_every": "Epochs between rate cuts",
    "rate_factor": "Rate cut to this share",
    "optimizer": "Optimizer",
    "momentum": "Momentum",
    "batch_size": "Batch size",
    "clipping": "Clipping",
    "clip_threshold": "Clip threshold",
    "stopping": "Stop early",
    "stop_accuracy": "Accuracy to stop at",
    "stop_epochs": "Epochs it must hold",
    "seed": "Seed",
    "lowercase": "Lower case",
    "strip_punctuation": "Drop punctuation",
}

CHOICES = {
    "vanilla": "vanilla RNN",
    "gru": "GRU",
    "lstm": "LSTM",
    "normal": "N(0, 1) times the scale",
    "glorot": "Glorot, uniform",
    "orthogonal": "orthogonal W_hh",
    "sgd": "gradient descent",
    "momentum": "with momentum",
    "adam": "Adam",
    "never": "never",
    "train": "when training is right",
    "test": "when the test is right",
    "exact": "exact, W_hhᵀ da",
    "printed": "as printed in the guide, W_hh da",
    "none": "none",
    "value": "by value",
    "norm": "by each norm",
    "global_norm": "by the global norm",
}

PRESETS = {
    "guide_corrected": (
        "The guide, corrected",
        "The guide's defaults with the right backward rule. Watch the loss lie at ln 2 at first, and the curve let go of it.",
    ),
    "guide_printed": (
        "The guide, as printed",
        "The guide to the letter. Watch the gradient check fail, and every sentence come right some forty epochs later.",
    ),
    "better_start": (
        "A better start",
        "First weights a hundred times larger. Watch the plateau vanish; the test sentences profit less than the training ones.",
    ),
    "gru": ("GRU", "Gates that learn what to keep. Watch how few epochs it needs."),
    "lstm": ("LSTM", "A memory apart from the hidden state. Watch the norms of its gradients stay together."),
    "bidirectional": (
        "Both ways",
        "Reads each sentence from its end too. Watch the probability after each word on the Predictions page.",
    ),
    "on_the_edge": (
        "On the edge",
        "A rate at which only tight clipping learns. Set the clip threshold to 1, or clipping to none, and watch it get lost.",
    ),
    "long_memory": (
        "Long memory",
        "The first word decides, many words follow. Watch the LSTM learn it; with a vanilla cell the test stays near chance.",
    ),
}
"""Name in the core -> (label, what to watch)."""

CELLS = {"vanilla": "Vanilla RNN", "gru": "GRU", "lstm": "LSTM"}

RIGHT, WRONG = "✓ right", "✗ wrong"

_ESCAPES = str.maketrans({c: "\\" + c for c in string.punctuation} | {":": "\\:\u2060", "@": "\\@\u2060", "\n": " ", "\r": " "})
_WWW = re.compile(r"www(?=\.)", re.IGNORECASE)


def plain(text: str) -> str:
    """A visitor's text for a place that reads Markdown: every mark escaped.

    A joiner stands after a colon against :names:, and where a bare address would become a link, which no escape prevents.
    """
    return _WWW.sub("\\g<0>\u2060", text).translate(_ESCAPES)


def number(value: float) -> str:
    """A count with thin spaces between thousands."""
    return f"{value:,.0f}".replace(",", "\u2009")


def setting(value: float | str) -> str:
    """A setting's value as short as it is exact."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return CHOICES.get(value, value)
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return number(value)
    short = f"{value:.6g}"
    return short if float(short) == value else repr(value)


def duration(seconds: float) -> str:
    """A time as a person would say it."""
    if seconds < 1:
        return "under 1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


# ---------------------------------------------------------------------- an experiment


def describe(experiment: Experiment) -> str:
    """What is on the table, in one line of Markdown."""
    training = experiment.training
    count = number(len(experiment.dataset.rows("train")))
    turns = "one at a time" if training.batch_size == 1 else f"{number(training.batch_size)} at a time"
    words = [*_network_words(experiment.model), *_training_words(training), f"seed {training.seed}"]
    return f"{count} sentences, {turns}, in a new order each epoch. *{', '.join(words)}.*"


def network(model: ModelConfig) -> str:
    """The network's kind and size, for a card."""
    return f"{CELLS[model.cell]}, {number(model.hidden_size)} units"


def _network_words(model: ModelConfig) -> list[str]:
    words = [CELLS[model.cell] + (" both ways" if model.bidirectional else ""), f"{number(model.hidden_size)} hidden units"]
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


def result_card(run: Snapshot | None) -> str:
    """What has come out so far."""
    if run is None or not run.epoch:
        return "Nothing yet."
    last = run.history[-1]
    if last.test.accuracy is None:
        return f"Train accuracy {last.train.accuracy:.3f}."
    return f"Train accuracy {last.train.accuracy:.3f}, test accuracy {last.test.accuracy:.3f}."


def settings_table(experiment: Experiment) -> list[dict[str, str]]:
    """Every setting of an experiment by its name."""
    values = experiment.model.to_json() | experiment.training.to_json()
    return [{"setting": FIELDS[name], "value": setting(value)} for name, value in values.items() if name in FIELDS]


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


# ---------------------------------------------------------------------- a run


def standing(run: Snapshot) -> str:
    """How a run stands, in a few words."""
    total = number(run.experiment.training.epochs)
    match run.state:
        case "running":
            return f"epoch {number(run.epoch)} of {total}"
        case "paused":
            return f"paused at epoch {number(run.epoch)} of {total}"
        case "stopped":
            return f"stopped at epoch {number(run.epoch)} of {total}"
        case "done" if run.epoch < run.experiment.training.epochs:
            return f"done early, the accuracy has held: epoch {number(run.epoch)} of {total}"
        case "done":
            return f"done, {total} epochs"
        case "diverged":
            return f"diverged in epoch {number(run.diverged_epoch or 0)}"
        case "time_limit":
            return f"out of time at epoch {number(run.epoch)} of {total}"
        case _:
            return f"broken off at epoch {number(run.epoch)} of {total}"


def ending(run: Snapshot) -> tuple[str, str] | None:
    """What ended a run badly and what to do, as (kind of box, sentence)."""
    match run.state:
        case "diverged":
            return "error", (
                f"The numbers grew beyond all bounds in epoch {number(run.diverged_epoch or 0)}. What is shown is from before. "
                "A smaller learning rate or a tighter clip threshold holds it."
            )
        case "time_limit":
            return "warning", (
                f"The time allowed for one run was used up at epoch {number(run.epoch)}. What was learned so far is kept."
            )
        case "failed":
            return "error", "Something of ours broke while training. What was learned before is kept; start over to try again."
        case _:
            return None


# ---------------------------------------------------------------------- gradients

SURE_RIGHT, SURE_WRONG = 1e-4, 1e-2
TOO_SMALL = 1e-7
"""Of a gradient's elements, root mean square: differences of the loss are off by about 1e-11, a SURE_RIGHT of this."""


PLACES = {
    "E": "word to vector",
    "W_xh": "word to state",
    "W_hh": "state to state",
    "b_h": "state bias",
    "b_hn": "new state's bias",
    "W_xh_reverse": "word to state, backwards",
    "W_hh_reverse": "state to state, backwards",
    "b_h_reverse": "state bias, backwards",
    "b_hn_reverse": "new state's bias, backwards",
    "W_hy": "state to output",
    "b_y": "output bias",
}


def parameter(name: str | None) -> str:
    """A parameter with its place in the equations."""
    return "All parameters together" if name is None else f"{name} · {PLACES[name]}"


def parameter_table(experiment: Experiment) -> list[dict[str, str]]:
    """Every matrix with its shape and how many numbers that makes."""
    shapes = experiment.layout.shapes
    rows = []
    for name, shape in shapes.items():
        size = math.prod(shape)
        rows.append({"parameter": parameter(name), "shape": " × ".join(str(n) for n in shape), "numbers": number(size)})
    return rows


def size_line(experiment: Experiment) -> str:
    """How large the network is, and what makes it so."""
    data = experiment.dataset
    return f"{number(experiment.layout.size)} numbers to learn, for {number(len(data.vocabulary))} words and {len(data.labels)} labels."


def time_line(seconds: float) -> str:
    """An estimate of a run's length, and where it comes from."""
    return f"About {duration(seconds)} of training, by a trial of a few sentences on this machine."


def clipped(run: Snapshot) -> str:
    """How much clipping changed over the run so far."""
    if run.experiment.training.clipping == "none":
        return "Clipping is off: every gradient went into its step whole."
    updates = float(run.history.gradient(None, "updates_clipped").mean())
    elements = float(run.history.gradient(None, "elements_clipped").mean())
    if updates == 0:
        return "No update reached the threshold: clipping never acted in this run."
    return f"Over the run, clipping changed {updates:.2%} of the updates and {elements:.3%} of all elements."


def check_table(checks: Sequence[GradientCheck]) -> list[dict[str, str]]:
    """Relative error and cosine by parameter, the rules side by side."""
    rows = []
    for name in checks[0].parameters:
        row = {"gradient of": name}
        for check in checks:
            row[f"error, {check.recurrent_gradient} rule"] = f"{check[name].relative_error:.1e}"
        for check in checks:
            row[f"cosine, {check.recurrent_gradient}"] = f"{check[name].cosine:.3f}"
        rows.append(row)
    return rows


def check_verdict(check: GradientCheck) -> tuple[str, str]:
    """("right" | "wrong" | "unclear", sentence) of a check."""
    judged = {name: c for name, c in check.parameters.items() if c.norm > TOO_SMALL * math.sqrt(np.count_nonzero(c.numeric) or 1)}
    if not judged:
        return "unclear", "The gradients here are too small to judge: differences of the loss drown in rounding."
    worst = max(judged, key=lambda name: judged[name].relative_error)
    error = judged[worst].relative_error
    if check.recurrent_gradient == "exact":
        if error < SURE_RIGHT:
            return (
                "right",
                f"The exact rule agrees with central differences; its largest relative error is {error:.0e}, in {worst}.",
            )
        return "wrong", f"The exact rule is off by {error:.0e} in {worst}."
    if error > SURE_WRONG:
        return "wrong", f"The printed rule fails: its gradient of {worst} is off by {error:.0%}."
    if error > SURE_RIGHT:
        return (
            "unclear",
            f"The printed rule is off by only {error:.1%} here, in {worst}: with weights this small the slip nearly hides.",
        )
    if len(check.words) == 1:
        return "right", "The printed rule agrees here too: with one word nothing goes back through W_hh."
    return "unclear", "The printed rule agrees here too: with W_hh next to zero, what goes back through it is too small to tell."


# ---------------------------------------------------------------------- predictions


def split_table(
    data: Dataset, rows: Sequence[int], probabilities: npt.NDArray[np.float64], labels: Sequence[str]
) -> list[dict[str, str | float]]:
    """Sentences with label, verdict and its probability, the wrong ones first and of those the surest first."""
    table: list[dict[str, str | float]] = []
    for i, p in zip(rows, probabilities, strict=True):
        verdict, label = labels[int(p.argmax())], data.examples[i].label or ""
        mark = RIGHT if verdict == label else WRONG
        row: dict[str, str | float] = {
            "judged": mark,
            "sentence": data.examples[i].text,
            "label": label,
            "verdict": verdict,
            "probability": float(p.max()),
        }
        table.append(row)
    return sorted(table, key=lambda row: (row["judged"] == RIGHT, -float(row["probability"])))


def split_line(count: int, wrong: int) -> str:
    """How many of the test sentences are wrong."""
    if wrong == 0:
        return f"All {number(count)} are judged as labelled."
    return f"{number(wrong)} of {number(count)} are judged differently from their label; they stand first."


# ---------------------------------------------------------------------- faults of a dataset


def fault(item: Fault, rows: Sequence[str] = ()) -> str:
    """One fault, with what to do where that is not plain. rows: what the table calls its rows, if not 1, 2, 3 …"""
    row, other = (rows[n - 1] if n is not None and n <= len(rows) else n for n in (item.row, item.other))
    words = ", ".join(f"“{plain(shorten(word, 24))}”" for word in item.words[:4])
    match item.kind:
        case "empty_text":
            return f"Row {row} has no words. Write a sentence or delete the row."
        case "no_label":
            return f"Row {row} has no label. Choose positive or negative."
        case "one_class":
            return "All training sentences have the same label. A network learns to tell two apart: add some of the other."
        case "no_training_rows":
            return "There are no training sentences. Add some, or set the split of some rows to train."
        case "unseen_word":
            return f"Row {row} tests a word that training never has: {words}. Use it in a training sentence too."
        case "unseen_label":
            return f"Row {row} has a label that no training sentence has."
        case "duplicate":
            return f"Row {row} repeats row {other}. It counts twice."
        case "contradiction":
            return f"Rows {other} and {row} say the same with different labels. No network can learn both."
        case _:
            return f"Row {row} is a test sentence that is also trained on, in row {other}, or the other way round."


def fault_list(title: str, faults: Sequence[Fault], rows: Sequence[str] = (), most: int = 8) -> str:
    """Faults under a heading, as a list in Markdown; of many, the first few and how many more."""
    lines = [f"- {fault(item, rows)}" for item in faults[:most]]
    if len(faults) > most:
        lines.append(f"- … and {number(len(faults) - most)} more.")
    return f"**{title}**\n\n" + "\n".join(lines)


# ---------------------------------------------------------------------- errors


def error(problem: RnnCoreError) -> str:
    """What happened, where, and what to do."""
    if isinstance(problem, DatasetError):
        return _dataset_error(problem)
    if isinstance(problem, ConfigError):
        name = FIELDS.get(problem.field, plain(problem.field))
        return f"{name}: {plain(shorten(str(problem.value)))} is not possible. It must be {problem.expected}."
    if isinstance(problem, LimitError):
        return _limit_error(problem)
    if isinstance(problem, UnknownWordError):
        words = ", ".join(f"“{plain(shorten(word, 24))}”" for word in problem.words[:5])
        return f"The network has never read {words}."
    return plain(str(problem))


def refused(name: str, value: object, allowed: str, kept: float | str) -> str:
    """That a setting's value is refused, what may be entered, and what stays in its place."""
    if value is None:
        return f"{FIELDS[name]} is empty. It stays {setting(kept)}."
    return f"{FIELDS[name]} cannot be {plain(shorten(str(value), 24))}. {allowed} It stays {setting(kept)}."


def _limit_error(problem: LimitError) -> str:
    value, allowed = number(problem.value), number(problem.allowed)
    match problem.what:
        case "rows":
            return f"There are {value} sentences; this server takes up to {allowed}."
        case "words":
            return f"The longest sentence has {value} words; this server takes up to {allowed}."
        case "hidden_size":
            return f"{value} hidden units are more than the {allowed} that this server allows."
        case "parameters":
            return f"The network would have {value} parameters; this server allows {allowed}. Fewer hidden units or words help."
        case "epochs":
            return f"{value} epochs are more than the {allowed} that this server allows."
        case _:
            return f"{value} is more than the {allowed} that this server allows."


def _dataset_error(problem: DatasetError) -> str:
    detail = plain(problem.detail)
    where = f"Row {problem.row}" if problem.row is not None else "The file"
    match problem.reason:
        case "too_large":
            return f"The file is too large: {detail}."
        case "not_text" if problem.row is not None:
            return f"{where} holds a character that is no text. Write it anew."
        case "not_text":
            return f"This is not a text file in UTF-8: {detail}. Save it as CSV UTF-8 and try again."
        case "bad_header":
            return f"The first line must name the columns text,label,split. It reads: {detail or 'nothing'}."
        case "bad_csv":
            return f"{where} cannot be read as CSV: {detail}."
        case "too_many_rows":
            return f"There are too many sentences: {detail}."
        case "wrong_number_of_cells":
            return f"{where} has {detail} cells. A sentence that holds a comma must stand in double quotes."
        case "unknown_label":
            return f"{where} has the label “{detail}”. Use positive or negative (true, false, 1 and 0 are read too)."
        case "unknown_split":
            return f"{where} has the split “{detail}”. Use train or test."
        case "empty_text":
            return "There is no word to read."
        case _:
            kinds = ("no_label", "one_class", "no_training_rows", "unseen_word", "unseen_label")
            if problem.reason in kinds:
                words = tuple(problem.detail.split(", ")) if problem.reason == "unseen_word" else ()
                return fault(Fault(problem.reason, problem.row, words=words))  # type: ignore[arg-type]
            return f"{where} cannot be used: {plain(problem.reason.replace('_', ' '))}."
