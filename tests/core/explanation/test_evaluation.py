"""A whole split judged: the model's own verdicts, and measures worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn import metrics

from rnn_core import Dataset, Example, Model, TextRules
from rnn_core.data.dataset import SPLITS
from rnn_core.explanation import Evaluation
from rnn_core.explanation.evaluation import Scores
from tests.core.reference import NETWORKS, large_model, model_with

WORDS = ["a", "b", "c"]
LABELS = ("no", "other", "yes")


def says(*verdicts: tuple[str, str]) -> tuple[Model, Dataset]:
    """A network whose verdict is the word of the sentence, and one sentence a (label, verdict)."""
    labels = tuple(sorted({part for pair in verdicts for part in pair}))
    n = len(labels)
    model = model_with(
        {
            "W_xh": np.eye(n),
            "W_hh": np.zeros((n, n)),
            "b_h": np.zeros(n),
            "W_hy": np.diag(np.arange(4.0, 4.0 + n)),
            "b_y": np.zeros(n),
        },
        labels,
        labels,
    )
    return model, Dataset.from_pairs([], [(verdict, label) for label, verdict in verdicts], TextRules())


def test_every_sentence_is_judged_as_the_model_judges_it_and_those_with_the_largest_loss_stand_first(six: Dataset) -> None:
    for seed, kind in enumerate(NETWORKS):
        model = large_model(list(six.vocabulary), 4, seed=seed, **NETWORKS[kind])
        for split in SPLITS:
            found = Evaluation.of(model, six, split)
            assert sorted(one.row for one in found.judged) == list(six.rows(split))
            losses = [one.loss for one in found.judged]
            assert losses == sorted(losses, reverse=True)
            for one in found.judged:
                text, label, _ = six.examples[one.row]
                p = model.predict_proba([text])[0]
                assert (one.text, one.label, one.verdict) == (text, label, model.predict([text])[0])
                assert one.confidence == pytest.approx(p.max(), rel=1e-13)
                assert one.loss == pytest.approx(-math.log(p[model.labels.index(label or "")]), rel=1e-12)
                assert one.right == (one.verdict == label)


def test_the_confusion_matrix_counts_labels_by_row_and_verdicts_by_column() -> None:
    found = Evaluation.of(*says(("no", "no"), ("no", "yes"), ("no", "yes"), ("yes", "yes"), ("other", "no")), "test")
    assert found.labels == LABELS
    assert found.confusion.tolist() == [[1, 0, 2], [1, 0, 0], [0, 0, 1]]
    assert found.accuracy == pytest.approx(2 / 5)


def test_precision_recall_and_f1_by_hand() -> None:
    """Of 4 judged yes 3 are, of 5 that are yes 3 are found."""
    pairs = [*[("yes", "yes")] * 3, ("no", "yes"), *[("yes", "no")] * 2, *[("no", "no")] * 4]
    found = Evaluation.of(*says(*pairs), "test")
    assert found.scores("yes") == pytest.approx((3 / 4, 3 / 5, 2 * (3 / 4) * (3 / 5) / (3 / 4 + 3 / 5), 5))
    assert found.scores("no") == pytest.approx((4 / 6, 4 / 5, 2 * (4 / 6) * (4 / 5) / (4 / 6 + 4 / 5), 5))
    assert found.accuracy == pytest.approx(7 / 10)


def test_a_share_of_nothing_is_zero() -> None:
    never_said = Evaluation.of(*says(("yes", "no"), ("no", "no")), "test")
    assert never_said.scores("yes") == Scores(0.0, 0.0, 0.0, 1)
    never_there = Evaluation.of(*says(("no", "yes"), ("no", "no")), "test")
    assert never_there.scores("yes") == Scores(0.0, 0.0, 0.0, 0)
    empty = Evaluation(LABELS, (), np.zeros((3, 3), dtype=np.int64))
    assert (empty.macro, empty.weighted) == (Scores(0.0, 0.0, 0.0, 0), Scores(0.0, 0.0, 0.0, 0))
    assert (empty.accuracy, *(empty.scores(label) for label in LABELS)) == (0.0, *[Scores(0.0, 0.0, 0.0, 0)] * 3)


def test_the_measures_are_scikit_learns() -> None:
    draw = np.random.default_rng(3)
    for n in (1, 2, 7, 40):
        pairs = [(str(a), str(b)) for a, b in draw.choice(LABELS, (n, 2))]
        found = Evaluation.of(*says(*pairs), "test")
        truth, said = zip(*pairs, strict=True)
        assert found.confusion.tolist() == metrics.confusion_matrix(truth, said, labels=found.labels).tolist()
        assert found.accuracy == pytest.approx(metrics.accuracy_score(truth, said))
        expected = metrics.precision_recall_fscore_support(truth, said, labels=found.labels, zero_division=0)
        for k, label in enumerate(found.labels):
            assert found.scores(label) == pytest.approx(tuple(column[k] for column in expected))
        averages: dict[str, Scores] = {"macro": found.macro, "weighted": found.weighted}
        for average, ours in averages.items():
            theirs = metrics.precision_recall_fscore_support(truth, said, labels=found.labels, average=average, zero_division=0)
            assert ours == pytest.approx((*theirs[:3], n))


def test_what_a_network_of_other_sentences_cannot_judge_is_left_out_and_said(six: Dataset) -> None:
    """Rows 3, 6 and 7 say "at", which it never met; row 1 has a label of another kind, and row 9 no word."""
    model = large_model(["bad", "good", "not", "so", "very"], 2, ("negative", "positive"))
    data = Dataset(
        (six.examples[0], six.examples[1]._replace(label="other"), *six.examples[2:], Example("", "positive", "train"))
    )
    found = Evaluation.of(model, data, "train")
    assert found.left_out == (1, 3, 6, 7, 9)
    assert sorted(one.row for one in found.judged) == [2, 4]
    assert found.confusion.sum() == 2
    assert Evaluation.of(model, six, "test").left_out == ()
