"""What was worked out once is not worked out again, as long as there is room."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import Experiment, Model, presets, read
from rnn_core.arrays import Floats
from rnn_core.explanation import Evaluation, explain, find_flips, trace
from ui.session.memo import Memo, nbytes_of

MOST_BYTES = 1_000_000


class Worker:
    """Counts how often it has been asked to work."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return self.times


@pytest.fixture
def work() -> Worker:
    return Worker()


def test_a_result_is_worked_out_once_for_each_key(work: Worker) -> None:
    memo = Memo(MOST_BYTES)
    assert [memo("a", work), memo("a", work), memo("b", work), memo("a", work)] == [1, 1, 2, 1]


def test_the_ones_asked_for_longest_ago_go_first(work: Worker) -> None:
    memo = Memo(MOST_BYTES)
    for key in range(Memo.MOST):
        memo(key, work)
    for _ in range(2):
        memo.new_drawing()
    memo(0, work)
    memo("one more", work)
    assert len(memo) == Memo.MOST
    before = work.times
    assert memo(0, work) == 1
    assert work.times == before
    assert memo(1, work) == before + 1


def test_large_results_leave_room_for_fewer() -> None:
    memo, made = Memo(100_000), 0

    def large() -> Floats:
        nonlocal made
        made += 1
        return np.zeros(5_000)

    for key in ("a", "b", "c"):
        memo.new_drawing()
        memo.new_drawing()
        memo(key, large)
    assert len(memo) == 2
    memo("b", large)
    assert made == 3
    memo.new_drawing()
    memo.new_drawing()
    memo("a", large)
    assert made == 4
    assert len(memo) == 2


def test_what_a_page_shows_now_is_never_forgotten_however_large(work: Worker) -> None:
    memo, made = Memo(1000), 0

    def large() -> Floats:
        nonlocal made
        made += 1
        return np.zeros(5_000)

    memo("of another page", work)
    for _ in range(3):  # the same page, drawn again and again
        memo.new_drawing()
        for key in range(4):
            memo(key, large)
    assert made == 4
    assert len(memo) == 4
    for _ in range(2):
        memo.new_drawing()
    memo("of the next page", work)
    assert len(memo) == 1


def test_a_result_counts_with_its_arrays_and_texts_once_each_and_without_the_network() -> None:
    array, model = np.zeros(1000), Model.initial(presets.guide_corrected())
    assert 8000 <= nbytes_of(array) < 8200
    assert nbytes_of([array, array, array]) < 8500
    assert nbytes_of({"a": array, "b": ("x" * 5000, array.copy())}) > 21_000
    assert nbytes_of(model) == 0
    reading = read(model, "i am not bad")
    assert 0 < nbytes_of(reading) < 100_000


def test_what_fails_is_tried_again() -> None:
    memo = Memo(MOST_BYTES)
    with pytest.raises(ZeroDivisionError):
        memo("a", lambda: 1 // 0)
    assert memo("a", lambda: 5) == 5


def test_all_that_is_known_of_a_network_can_be_kept(experiment: Experiment) -> None:
    model, memo = Model.initial(experiment), Memo(MOST_BYTES)
    reading = read(model, "i am not bad")
    assert memo("model", lambda: model) is model
    for key, work in {
        "reading": lambda: reading,
        "saliency": lambda: explain(model, reading, "positive"),
        "trace": lambda: trace(model, reading),
        "flips": lambda: find_flips(model, reading),
        "evaluation": lambda: Evaluation.of(model, experiment.dataset, "test"),
    }.items():
        assert memo(key, work) is memo(key, work)


@pytest.fixture
def experiment() -> Experiment:
    return presets.guide_corrected()
