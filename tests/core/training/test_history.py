"""What happened, an epoch a row, stored in columns."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from rnn_core import EpochRecord, Experiment, GradientStatistics, History, Score, Trainer
from rnn_core.training.history import Columns

ONE = GradientStatistics(1.0, 0.5, 2.0, 1.5, 0.25, 0.125, 0.75)
TWO = GradientStatistics(10.0, 5.0, 20.0, 15.0, 0.5, 0.375, 0.875)
WHOLE = GradientStatistics(11.0, 6.0, 21.0, 16.0, 1.0, 0.625, 0.5)


@pytest.fixture
def history() -> History:
    """Three epochs of two parameters; every training sentence is right in the second and the third."""
    gradients = np.stack([[ONE, TWO, WHOLE], np.multiply(2, [ONE, TWO, WHOLE]), np.multiply(3, [ONE, TWO, WHOLE])])
    columns = Columns(
        train_loss=np.array([0.7, 0.2, 0.1]),
        train_accuracy=np.array([0.5, 1.0, 1.0]),
        test_loss=np.array([0.8, 0.4, 0.3]),
        test_accuracy=np.array([0.25, 0.75, 1.0]),
        gradients=gradients,
        largest_norm=np.array([7.0, 8.0, 9.0]),
        largest_norm_row=np.array([3, 1, 2]),
    )
    return History(("W", "b"), columns)


def test_a_row_is_the_record_of_an_epoch(history: History) -> None:
    assert len(history) == 3
    assert history[0] == EpochRecord(
        epoch=1,
        train=Score(0.7, 0.5),
        test=Score(0.8, 0.25),
        gradients={"W": ONE, "b": TWO},
        whole_gradient=WHOLE,
        largest_norm=7.0,
        largest_norm_row=3,
    )
    assert [record.epoch for record in history] == [1, 2, 3]


def test_rows_are_counted_from_the_end_too_and_end_somewhere(history: History) -> None:
    assert history[-1] == history[2]
    assert history[-1].epoch == 3
    for index in (3, -4):
        with pytest.raises(IndexError):
            history[index]


def test_a_slice_is_the_records_of_its_epochs(history: History) -> None:
    assert history[-2:] == (history[1], history[2])
    assert history[:0] == ()


def test_records_hold_plain_numbers(history: History) -> None:
    """A record is printed, compared and written as JSON: it must not leak NumPy's scalars."""
    record = history[1]
    values = [record.largest_norm, *record.train, *record.test, *record.whole_gradient, *record.gradients["W"]]
    assert {type(value) for value in values} == {float}
    assert type(record.largest_norm_row) is int


def test_a_missing_test_split_is_none_and_not_a_number(history: History) -> None:
    untested = History(history.names, history.columns._replace(test_loss=np.full(3, np.nan), test_accuracy=np.full(3, np.nan)))
    assert untested[0].test == Score(None, None)
    assert untested[0].train == history[0].train


@pytest.mark.parametrize("statistic", GradientStatistics._fields)
def test_a_statistic_over_all_epochs_is_a_column(statistic: str, history: History) -> None:
    for name, value in (("W", ONE), ("b", TWO), (None, WHOLE)):
        np.testing.assert_array_equal(history.gradient(name, statistic), np.multiply([1, 2, 3], getattr(value, statistic)))


def test_the_first_perfect_epoch_is_the_first_with_every_training_sentence_right(history: History) -> None:
    assert history.first_perfect_epoch() == 2
    assert history.up_to(1).first_perfect_epoch() is None
    assert history.up_to(0).first_perfect_epoch() is None


def test_the_first_epochs_are_a_history_of_their_own(history: History) -> None:
    shorter = history.up_to(2)
    assert list(shorter) == list(history)[:2]
    assert len(history.up_to(0)) == 0
    assert shorter.names == history.names


def test_a_history_knows_its_size(history: History) -> None:
    assert history.nbytes == 3 * (4 * 8 + 3 * 7 * 8 + 8 + 8)
    assert history.up_to(1).nbytes == history.nbytes / 3


def test_a_run_has_the_statistics_of_all_five_parameters(small: Experiment) -> None:
    trainer = Trainer(small)
    next(trainer)
    assert trainer.history.names == ("W_xh", "W_hh", "b_h", "W_hy", "b_y")
    record = trainer.history[0]
    for name in trainer.history.names:
        assert trainer.history.gradient(name, "norm_before")[0] == record.gradients[name].norm_before
    assert trainer.history.gradient(None, "cosine")[0] == record.whole_gradient.cosine


def test_a_record_cannot_be_changed(history: History) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        history[0].epoch = 5  # type: ignore[misc]
