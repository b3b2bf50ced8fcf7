"""The closed list of figures that a lesson can ask for or be judged by. Each is computed from evidence alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, get_args

from rnn_core import presets
from rnn_core.lessons import sentences
from rnn_core.lessons.evidence import Evidence
from rnn_core.network.cells import CELLS
from rnn_core.network.parameters import Layout
from rnn_core.training.findings import findings, learned, plateau_epochs

Value = float | str | None
"""None: there is no such figure, as of an epoch that was never reached."""
Outcome = Literal["learned", "partly", "lost", "plateau"]
"""How far a run came: well above chance; a little above; at chance in the end, though the loss moved; at chance all the time."""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
Kind = Literal["share", "loss", "count", "number", "truth", "label", "outcome"]
"""How a value is written: shares from 0 to 1, losses in nats, whole numbers, other numbers, 0 or 1, a label, or one of OUTCOMES."""
TEXTS: tuple[Kind, ...] = ("label", "outcome")
"""Kinds of which a value is a text."""
Subject = Literal["nothing", "sentence", "pair", "parameter"]
"""What a figure is about besides the run. A sentence may be left to the reader; the others are always named."""


class Quantity(NamedTuple):
    """One figure."""

    kind: Kind
    work: Callable[[Evidence, str], Value]
    """from evidence and the subject"""
    subject: Subject = "nothing"


def value_of(name: str, evidence: Evidence, of: str = "") -> Value:
    """Return a figure. name: a key of QUANTITIES; of: its subject, empty for the reader's sentence."""
    quantity = QUANTITIES[name]
    return quantity.work(evidence, of or (evidence.sentence if quantity.subject == "sentence" else ""))


def _last(evidence: Evidence, split: str, field: str) -> Value:
    if not len(evidence.run.history):
        return None
    value: float | None = getattr(getattr(evidence.run.history[-1], split), field)
    return value


def _plateau(evidence: Evidence, _: str) -> Value:
    """Epochs near chance from the start; None while the loss has not left it."""
    history = evidence.run.history
    epochs = plateau_epochs(history, evidence.experiment.dataset.bounds)
    return None if epochs == len(history) else epochs


def _outcome(evidence: Evidence, _: str) -> Value:
    history, bounds = evidence.run.history, evidence.experiment.dataset.bounds
    if not len(history):
        return None
    if learned(history, bounds):
        return "learned"
    standing = {finding.id for finding in findings(history, bounds)}
    return next((outcome for outcome in OUTCOMES if outcome in standing), "partly")


def _largest_norm(evidence: Evidence, _: str) -> Value:
    norms = evidence.run.history.columns.largest_norm
    return float(norms.max()) if len(norms) else None


def _clipped(evidence: Evidence, _: str) -> Value:
    share = evidence.run.history.gradient(None, "updates_clipped")
    return float(share.mean()) if len(share) else None


def _updates(evidence: Evidence, _: str) -> Value:
    training, rows = evidence.experiment.training, len(evidence.experiment.dataset.rows("train"))
    return training.epochs * -(-rows // training.batch_size)


def _rate(evidence: Evidence, _: str) -> Value:
    """The lowest learning rate of all epochs done, so that no later change lowers it unseen."""
    training, done = evidence.experiment.training, max(len(evidence.run.history), 1)
    return min(training.rate_at(epoch) for epoch in range(1, done + 1))


def _positive(evidence: Evidence, text: str) -> Value:
    labels = evidence.model.labels
    if "positive" not in labels or evidence.prediction(text) is None:
        return None
    return float(evidence.model.predict_proba([text])[0][labels.index("positive")])


def _right(prediction: str | None, text: str) -> Value:
    """1 for the label that the grammar gives, 0 for another; None for a sentence outside the grammar, or one that cannot be read."""
    label = sentences.grammar().get(" ".join(text.lower().split()))
    return None if label is None or prediction is None else float(prediction == label)


def _trained_on(evidence: Evidence, text: str) -> Value:
    data = evidence.experiment.dataset
    return float(data.rules.words(text) in {data.words[row] for row in data.rows("train")})


def _negations(evidence: Evidence, _: str) -> Value:
    """The share of right predictions among the double negations that were not trained on; None if one cannot be read."""
    data = evidence.experiment.dataset
    seen = {" ".join(data.words[row]) for row in data.rows("train")}
    unseen = [text for text in sentences.double_negations() if text not in seen]
    if not unseen or any(evidence.prediction(text) is None for text in unseen):
        return None
    predicted = evidence.model.predict(unseen)
    return sum(label == sentences.grammar()[text] for text, label in zip(unseen, predicted, strict=True)) / len(unseen)


def _added(evidence: Evidence, _: str) -> Value:
    guide = {(text, label) for text, label, split in presets.guide_dataset().examples if split == "train"}
    data = evidence.experiment.dataset
    return sum((data.examples[row].text, data.examples[row].label) not in guide for row in data.rows("train"))


def _faults(evidence: Evidence, _: str) -> Value:
    """The planted sentences that are missing or have another label than the right one."""
    found = {(text, label) for text, label, _ in evidence.experiment.dataset.examples}
    return sum((text, label) not in found for text, label, _ in sentences.unspoiled().examples)


def _same_bag(evidence: Evidence, pair: str) -> Value:
    """1 for two sentences, parted by a slash, that consist of the same words, 0 for others."""
    words = [sorted(evidence.experiment.dataset.rules.words(text)) for text in pair.split("/")]
    return float(words[0] == words[1])


def _printed_cosine(evidence: Evidence, parameter: str) -> Value:
    """The cosine between a gradient by the formula that the guide prints and the numerical one, 1 for the same direction.

    None for a cell that the formula is not printed for.
    """
    if not CELLS[evidence.experiment.model.cell].printed_rule:
        return None
    return evidence.checks["printed"][parameter].cosine


QUANTITIES: Mapping[str, Quantity] = {
    "train_accuracy": Quantity("share", lambda e, _: _last(e, "train", "accuracy")),
    "test_accuracy": Quantity("share", lambda e, _: _last(e, "test", "accuracy")),
    "train_loss": Quantity("loss", lambda e, _: _last(e, "train", "loss")),
    "test_loss": Quantity("loss", lambda e, _: _last(e, "test", "loss")),
    "epochs": Quantity("count", lambda e, _: len(e.run.history)),
    "first_perfect_epoch": Quantity("count", lambda e, _: e.run.history.first_perfect_epoch()),
    "plateau_epochs": Quantity("count", _plateau),
    "outcome": Quantity("outcome", _outcome),
    "largest_norm": Quantity("number", _largest_norm),
    "updates_clipped": Quantity("share", _clipped),
    "updates": Quantity("count", _updates),
    "learning_rate": Quantity("number", _rate),
    "hidden_units": Quantity("count", lambda e, _: e.experiment.model.hidden_size),
    "parameters": Quantity("count", lambda e, _: Layout.of(e.experiment).size),
    "vocabulary": Quantity("count", lambda e, _: len(e.experiment.dataset.vocabulary)),
    "shortest_sentence": Quantity("count", lambda e, _: min(map(len, e.experiment.dataset.words))),
    "added_sentences": Quantity("count", _added),
    "planted_faults": Quantity("count", _faults),
    "baseline_train_accuracy": Quantity("share", lambda e, _: e.baseline.accuracy("train")),
    "baseline_test_accuracy": Quantity("share", lambda e, _: e.baseline.accuracy("test")),
    "unseen_double_negations": Quantity("share", _negations),
    "prediction": Quantity("label", lambda e, text: e.prediction(text), "sentence"),
    "probability_positive": Quantity("share", _positive, "sentence"),
    "network_right": Quantity("truth", lambda e, text: _right(e.prediction(text), text), "sentence"),
    "baseline_right": Quantity("truth", lambda e, text: _right(e.baseline_prediction(text), text), "sentence"),
    "trained_on": Quantity("truth", _trained_on, "sentence"),
    "same_bag": Quantity("truth", _same_bag, "pair"),
    "printed_cosine": Quantity("number", _printed_cosine, "parameter"),
}
"""Name -> figure. Accuracies, losses and predictions are those of the last epoch."""
