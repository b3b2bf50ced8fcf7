"""The epoch loop against the guide's own, written once more: weights, scores and every statistic of every gradient."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from rnn_core import (
    Dataset,
    EpochRecord,
    Example,
    Experiment,
    GradientStatistics,
    Model,
    ModelConfig,
    Trainer,
    TrainingConfig,
    presets,
)
from rnn_core.network.parameters import Layout
from rnn_core.streams import stream
from tests.core.reference import NAMES, NETWORKS, Epoch, Floats, Guide, gradients, sentences
from tests.core.runs import finished

EPOCHS = 3


def by_hand(experiment: Experiment) -> tuple[list[tuple[Epoch, tuple[float, float]]], dict[str, Floats]]:
    """What the guide's loop does with the experiment: by epoch its statistics and the test scores; and the last weights."""
    training = experiment.training
    guide = Guide(Model.initial(experiment).parameters, printed=experiment.model.recurrent_gradient == "printed")
    train, test = sentences(experiment.dataset, "train"), sentences(experiment.dataset, "test")
    order = stream(training.seed, "order")
    epochs = []
    for e in range(1, training.epochs + 1):
        now = training.at(e)
        threshold = now["clip_threshold"] if now["clipping"] == "value" else np.inf
        epoch = guide.train(train, order.permutation(len(train)).tolist(), now["learning_rate"], threshold)
        epochs.append((epoch, guide.score(test) if test else (np.nan, np.nan)))
    return epochs, guide.parameters()


def assert_same_statistics(said: GradientStatistics, expected: GradientStatistics, name: str) -> None:
    for field, value in expected._asdict().items():
        assert getattr(said, field) == pytest.approx(value, rel=1e-9, abs=1e-13), f"{name}.{field}"


def assert_same_epoch(record: EpochRecord, expected: Epoch) -> None:
    assert record.train.loss == pytest.approx(expected.loss, rel=1e-10)
    assert record.train.accuracy == expected.accuracy
    assert tuple(record.gradients) == NAMES
    for name in NAMES:
        assert_same_statistics(record.gradients[name], expected.gradients[name], name)
    assert_same_statistics(record.whole_gradient, expected.gradients["whole"], "whole")
    assert record.largest_norm == pytest.approx(expected.largest_norm, rel=1e-10)
    assert record.largest_norm_row == expected.largest_norm_row


BARELY = 0.55
SETTINGS: dict[str, dict[str, object]] = {
    "clipped": {},
    "barely clipped": {"clip_threshold": BARELY},
    "never clipped": {"clip_threshold": 100.0},
    "without clipping": {"clipping": "none"},
    "with changes": {"changes": ((2, "clip_threshold", 0.02), (3, "learning_rate", 0.3), (3, "clipping", "none"))},
}


@pytest.mark.parametrize("rule", ["exact", "printed"])
@pytest.mark.parametrize("settings", SETTINGS)
def test_every_epoch_is_the_guides(settings: str, rule: str, small: Experiment) -> None:
    """Sentence by sentence in the run's own order; a table's statistics are of the columns of the words that were read."""
    experiment = small.with_model(recurrent_gradient=rule).with_training(epochs=EPOCHS, **SETTINGS[settings])
    epochs, weights = by_hand(experiment)
    trainer = Trainer(experiment)
    for record, (expected, test) in zip(trainer, epochs, strict=True):
        assert_same_epoch(record, expected)
        assert record.test.loss == pytest.approx(test[0], rel=1e-10)
        assert record.test.accuracy == test[1]
    for name, expected_weights in weights.items():
        np.testing.assert_allclose(trainer.model.parameters[name], expected_weights, rtol=1e-10, atol=1e-13, err_msg=name)


def test_the_examples_above_clip_some_elements_and_not_all(small: Experiment) -> None:
    """Else the statistics would be compared where there is nothing to see."""
    record = next(Trainer(small))
    for name in NAMES:
        statistics = record.gradients[name]
        assert 0 < statistics.updates_clipped <= 1, name
        assert statistics.norm_after < statistics.norm_before, name
        if name.startswith("W_"):  # the two elements of b_y are always equally large, and cut together
            assert 0 < statistics.elements_clipped < 1, name
            assert statistics.cosine < 1, name
    barely = next(Trainer(small.with_training(clip_threshold=BARELY)))
    assert 0 < barely.whole_gradient.updates_clipped < 1


@pytest.mark.parametrize("rule", ["exact", "printed"])
def test_the_guides_own_sentences_train_as_in_the_guide(rule: str) -> None:
    """Two epochs of the preset, weights a hundred times larger and a threshold of 0.01, so that much is clipped."""
    experiment = presets.guide_corrected(4).with_model(init_scale=0.1, hidden_size=16, recurrent_gradient=rule)
    experiment = experiment.with_training(epochs=2, clip_threshold=0.01)
    epochs, weights = by_hand(experiment)
    trainer = Trainer(experiment)
    for record, (expected, test) in zip(trainer, epochs, strict=True):
        assert record.whole_gradient.updates_clipped > 0.5
        assert_same_epoch(record, expected)
        assert record.test.loss == pytest.approx(test[0], rel=1e-10)
    for name, expected_weights in weights.items():
        np.testing.assert_allclose(trainer.model.parameters[name], expected_weights, rtol=1e-9, atol=1e-13, err_msg=name)


def test_loose_clipping_and_none_are_the_same_run_bit_for_bit(small: Experiment) -> None:
    loose, none = (
        Trainer(small.with_training(epochs=20, **settings)) for settings in ({"clip_threshold": 1e6}, {"clipping": "none"})
    )
    assert [record.train for record in loose] == [record.train for record in none]
    assert loose.model.vector.tobytes() == none.model.vector.tobytes()
    for record in none.history:
        assert (record.whole_gradient.updates_clipped, record.whole_gradient.elements_clipped) == (0.0, 0.0)
        assert record.whole_gradient.cosine == 1.0
        assert record.whole_gradient.norm_before == record.whole_gradient.norm_after


@pytest.mark.parametrize("threshold", [1e-12, 1e-170, 1e-300, 5e-324])
def test_a_cosine_is_a_cosine_whatever_the_threshold(threshold: float, small: Experiment) -> None:
    """The square of a tiny threshold is zero: a clipped gradient may have no length, but never an infinite cosine."""
    record = next(Trainer(small.with_training(clip_threshold=threshold)))
    for name, statistics in [*record.gradients.items(), ("whole", record.whole_gradient)]:
        assert 0 < statistics.cosine <= 1 + 1e-12, name
        assert statistics.updates_clipped > 0, name


def test_the_whole_gradient_is_all_parameters_as_one_vector(small: Experiment) -> None:
    """Its norm is the root of the sum of all squares; at a rate of next to nothing, both updates see the first weights."""
    two = Experiment(
        dataset=Dataset.from_pairs([("good", True), ("bad", False)]),
        model=small.model,
        training=TrainingConfig(epochs=1, learning_rate=5e-324, clipping="none"),
    )
    record = next(Trainer(two))
    largest = max(
        np.sqrt(sum(np.sum(g**2) for g in Guide(Model.initial(two).parameters).gradients(s.ids, s.target)[0].values()))
        for s in sentences(two.dataset, "train")
    )
    assert record.largest_norm == record.whole_gradient.norm_before_max == pytest.approx(largest, rel=1e-12)


def test_a_sentence_moves_the_columns_of_its_own_words_alone(small: Experiment) -> None:
    """Found out by a second sentence so right that it moves nothing at all: its word keeps its first weights."""
    data = Dataset.from_pairs([("good", True), ("bad good", False)])
    experiment = Experiment(dataset=data, model=small.model, training=TrainingConfig(epochs=1, clip_threshold=1e-3))
    start = Model.initial(experiment).parameters["W_xh"]
    trainer = Trainer(experiment)
    record = next(trainer)
    moved = np.abs(trainer.model.parameters["W_xh"] - start) / experiment.training.learning_rate
    # Every element is cut to a thousandth: "bad" was read once, "good" twice, in two updates of opposite or equal sign.
    np.testing.assert_allclose(moved[:, 0], 1e-3, rtol=1e-9)
    assert np.all(moved[:, 1] <= 2e-3 * (1 + 1e-9))
    # Three columns were touched in two updates, of two elements of the vocabulary each: 1 + 2 columns of 7 units.
    assert record.gradients["W_xh"].elements_clipped == 1.0


def test_scores_are_none_without_a_test_split(small: Experiment) -> None:
    alone = dataclasses.replace(small, dataset=Dataset(tuple(e for e in small.dataset.examples if e.split == "train")))
    for record in Trainer(alone.with_training(epochs=3)):
        assert record.test == (None, None)
        assert record.train.loss is not None


def test_the_test_split_never_changes_the_training(small: Experiment) -> None:
    changed = [Example("bad so", "positive", "test") if e.split == "test" else e for e in small.dataset.examples]
    other = dataclasses.replace(small, dataset=Dataset(tuple(changed)))
    a, b = Trainer(small), Trainer(other)
    assert [r.train for r in a] == [r.train for r in b]
    assert a.model.vector.tobytes() == b.model.vector.tobytes()
    assert [r.test for r in a.history] != [r.test for r in b.history]


@pytest.mark.parametrize("hidden_size", [1, 3, 12])
def test_the_number_of_units_does_not_change_the_order_of_the_sentences(hidden_size: int, small: Experiment) -> None:
    """The order that the reference draws from the seed alone is the order that every size of network trains in."""
    experiment = small.with_model(hidden_size=hidden_size).with_training(epochs=EPOCHS)
    epochs, weights = by_hand(experiment)
    trainer = Trainer(experiment)
    assert [r.largest_norm_row for r in trainer] == [epoch.largest_norm_row for epoch, _ in epochs]
    np.testing.assert_allclose(trainer.model.parameters["W_xh"], weights["W_xh"], rtol=1e-10, atol=1e-13)


def test_three_classes_train_as_two_do() -> None:
    data = Dataset.from_pairs(
        [("yay", "joy"), ("boo hiss", "anger"), ("alas", "grief"), ("yay yay", "joy"), ("hiss alas boo", "anger")],
        [("hiss", "anger"), ("alas alas", "grief")],
    )
    experiment = Experiment(
        dataset=data,
        model=ModelConfig(hidden_size=5, init_scale=0.5),
        training=TrainingConfig(epochs=EPOCHS, learning_rate=0.1, clip_threshold=0.1),
    )
    epochs, weights = by_hand(experiment)
    trainer = Trainer(experiment)
    for record, (expected, test) in zip(trainer, epochs, strict=True):
        assert_same_epoch(record, expected)
        assert record.test.loss == pytest.approx(test[0], rel=1e-10)
    assert trainer.model.labels == ("anger", "grief", "joy")
    np.testing.assert_allclose(trainer.model.parameters["W_hy"], weights["W_hy"], rtol=1e-10)


# ---------------------------------------------------------------------- batches


def still(small: Experiment, **training: object) -> Experiment:
    """Small, for one epoch at a rate of next to nothing: every update sees the first weights, bit for bit."""
    return small.with_training(epochs=1, learning_rate=5e-324, clipping="none", **training)


def updates_by_hand(experiment: Experiment) -> tuple[list[dict[str, Floats]], list[int]]:
    """Of each update of the first epoch the mean gradient, at the first weights, and the row of its largest loss."""
    model, data = Model.initial(experiment), sentences(experiment.dataset, "train")
    order = stream(experiment.training.seed, "order").permutation(len(data)).tolist()
    examples = [e for e in experiment.dataset.examples if e.split == "train"]
    size = experiment.training.batch_size
    means, rows = [], []
    for first in range(0, len(order), size):
        batch = order[first : first + size]
        each = [gradients(model, examples[i].text, examples[i].label or "").of for i in batch]
        means.append({name: sum((g[name] for g in each), np.zeros(1)) / len(batch) for name in model.layout.names})
        losses = [model.loss(examples[i].text, examples[i].label or "") for i in batch]
        rows.append(data[batch[int(np.argmax(losses))]].row)
    return means, rows


@pytest.mark.parametrize("batch_size", [1, 2, 4, 5, 6, 1_000_000])
@pytest.mark.parametrize("kind", ["vanilla-one way-one-hot", "gru-both ways-embedding", "lstm-both ways-one-hot"])
def test_the_gradient_of_a_batch_is_the_mean_of_its_sentences(kind: str, batch_size: int, small: Experiment) -> None:
    """The last batch, where fewer sentences are left, is the mean of those."""
    experiment = still(small.with_model(**NETWORKS[kind]), batch_size=batch_size)
    updates, rows = updates_by_hand(experiment)
    assert len(updates) == -(-6 // batch_size)
    trainer = Trainer(experiment)
    record = next(trainer)
    assert trainer.snapshot().steps == len(updates)
    for name in Layout.of(experiment).names:
        norms = [np.linalg.norm(update[name]) for update in updates]
        assert record.gradients[name].norm_before == pytest.approx(np.mean(norms), rel=1e-9), name
        assert record.gradients[name].norm_before_max == pytest.approx(max(norms), rel=1e-9), name
    wholes = [np.sqrt(sum(np.sum(g**2) for g in update.values())) for update in updates]
    assert record.whole_gradient.norm_before == pytest.approx(np.mean(wholes), rel=1e-9)
    assert record.largest_norm == pytest.approx(max(wholes), rel=1e-9)
    assert record.largest_norm_row == rows[int(np.argmax(wholes))]


def test_the_row_of_the_largest_norm_is_the_sentence_of_that_batch_with_the_largest_loss(small: Experiment) -> None:
    """Of all sentences in one batch, whatever the order of the run."""
    for seed in (11, 12, 13):
        experiment = still(small, batch_size=6, seed=seed)
        model = Model.initial(experiment)
        losses = [model.loss(e.text, e.label or "") if e.split == "train" else -1.0 for e in small.dataset.examples]
        assert next(Trainer(experiment)).largest_norm_row == int(np.argmax(losses)) + 1


def test_a_batch_larger_than_the_data_is_all_of_it_and_one_update_an_epoch(small: Experiment) -> None:
    whole, more = (finished(small.with_training(epochs=5, batch_size=size)) for size in (6, 7))
    assert whole.model.vector.tobytes() == more.model.vector.tobytes()
    assert more.snapshot().steps == 5
    for record in more.history:
        assert record.whole_gradient.norm_before == record.whole_gradient.norm_before_max == record.largest_norm
    assert more.model.vector.tobytes() != finished(small.with_training(epochs=5, batch_size=5)).model.vector.tobytes()


def test_the_loss_and_the_accuracy_of_an_epoch_are_of_sentences_and_not_of_batches(small: Experiment) -> None:
    alone, batched = (next(Trainer(still(small, batch_size=size))) for size in (1, 4))
    assert batched.train.loss == pytest.approx(alone.train.loss, rel=1e-14)
    assert batched.train.accuracy == alone.train.accuracy
    assert batched.test == alone.test


# ---------------------------------------------------------------------- clipping by norm


@pytest.mark.parametrize("batch_size", [1, 4])
@pytest.mark.parametrize("threshold", [0.01, 0.3, 100.0])
def test_by_norm_each_parameter_keeps_to_the_threshold_and_by_the_global_norm_all_together(
    threshold: float, batch_size: int, small: Experiment
) -> None:
    """The statistics are those of the gradients by hand, scaled: as long as allowed, never turned."""
    base = still(small.with_model(cell="gru", embedding_size=3), batch_size=batch_size)
    updates, _ = updates_by_hand(base)
    whole = np.array([np.sqrt(sum(np.sum(g**2) for g in update.values())) for update in updates])
    by_norm, by_global = (
        next(Trainer(base.with_training(clipping=c, clip_threshold=threshold))) for c in ("norm", "global_norm")
    )
    for name in Layout.of(base).names:
        norms = np.array([np.linalg.norm(update[name]) for update in updates])
        own, shared = by_norm.gradients[name], by_global.gradients[name]
        assert own.norm_before == shared.norm_before == pytest.approx(np.mean(norms), rel=1e-9)
        assert own.norm_after == pytest.approx(np.mean(np.minimum(norms, threshold)), rel=1e-4)
        assert own.updates_clipped == np.mean(norms > threshold)
        assert shared.norm_after == pytest.approx(np.mean(norms * np.minimum(1.0, threshold / whole)), rel=1e-4)
        assert shared.updates_clipped == pytest.approx(np.mean((whole > threshold) & (norms > 0)))
        for statistics in (own, shared):
            assert statistics.cosine == pytest.approx(1.0, rel=1e-12)
            assert (statistics.elements_clipped > 0) == (statistics.updates_clipped > 0)
    assert by_global.whole_gradient.norm_after == pytest.approx(np.mean(np.minimum(whole, threshold)), rel=1e-4)
    assert by_global.whole_gradient.norm_after_max <= threshold * (1 + 1e-12)
    assert by_global.whole_gradient.cosine == pytest.approx(1.0, rel=1e-12)
    assert by_norm.whole_gradient.norm_after_max <= threshold * np.sqrt(len(Layout.of(base).names)) * (1 + 1e-12)


# ---------------------------------------------------------------------- everything with everything


@pytest.mark.parametrize("kind", NETWORKS)
def test_every_clipping_and_optimizer_trains_every_kind_of_network(kind: str, small: Experiment) -> None:
    """Two epochs each: all numbers finite, every parameter moved, and no two settings the same run."""
    experiment = small.with_model(**NETWORKS[kind] | {"hidden_size": 3, "init_scale": 0.8}).with_training(clip_threshold=0.01)
    start = Model.initial(experiment)
    ends = set()
    for clipping in ("none", "value", "norm", "global_norm"):
        for optimizer in ("sgd", "momentum", "adam"):
            trainer = Trainer(experiment.with_training(epochs=2, batch_size=4, clipping=clipping, optimizer=optimizer))
            for record in trainer:
                numbers = [*record.train, *record.test, *record.whole_gradient, record.largest_norm]
                numbers += [number for statistics in record.gradients.values() for number in statistics]
                assert np.all(np.isfinite(np.array(numbers, dtype=float))), (clipping, optimizer)
                assert tuple(record.gradients) == Layout.of(experiment).names
                assert 1 <= record.largest_norm_row <= 9
                assert (record.whole_gradient.updates_clipped > 0) == (clipping != "none")
            for name, array in trainer.model.parameters.items():
                assert np.all(np.isfinite(array)), (clipping, optimizer, name)
                # By value, all elements of a bias may be cut to the same steps, as many up as down.
                moved = not np.array_equal(array, start.parameters[name])
                assert moved or (clipping == "value" and name.startswith("b_")), (clipping, optimizer, name)
            ends.add(trainer.model.vector.tobytes())
    assert len(ends) == 12
