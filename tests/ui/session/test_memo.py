"""What was worked out once is not worked out again, as long as there is room."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import Experiment, Model, presets, read
from rnn_core.arrays import Floats
from rnn_core.explanation import evaluate, explain, find_flips, trace
from ui.session.memo import Memo


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
    memo = Memo()
    assert [memo("a", work), memo("a", work), memo("b", work), memo("a", work)] == [1, 1, 2, 1]


def test_the_ones_asked_for_longest_ago_go_first(work: Worker) -> None:
    memo = Memo()
    for key in range(Memo.MOST):
        memo(key, work)
    memo(0, work)
    memo("one more", work)
    assert len(memo) == Memo.MOST
    before = work.times
    assert memo(0, work) == 1
    assert work.times == before
    assert memo(1, work) == before + 1


def test_large_results_leave_room_for_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Memo, "MOST_BYTES", 100_000)
    memo, made = Memo(), 0

    def large() -> Floats:
        nonlocal made
        made += 1
        return np.zeros(5_000)

    for key in ("a", "b", "c"):
        memo(key, large)
    assert len(memo) == 2
    memo("b", large)
    assert made == 3
    memo("a", large)
    assert made == 4
    assert len(memo) == 2


def test_one_that_is_larger_than_all_the_room_is_kept_alone_until_the_next(monkeypatch: pytest.MonkeyPatch, work: Worker) -> None:
    monkeypatch.setattr(Memo, "MOST_BYTES", 1000)
    memo = Memo()
    memo("a", work)
    big = memo("big", lambda: np.zeros(5_000))
    assert len(memo) == 1
    assert memo("big", lambda: np.ones(1)) is big
    memo("b", work)
    assert len(memo) == 1
    assert memo("b", work) == 2


def test_what_fails_is_tried_again() -> None:
    memo = Memo()
    with pytest.raises(ZeroDivisionError):
        memo("a", lambda: 1 // 0)
    assert memo("a", lambda: 5) == 5


def test_all_that_is_known_of_a_network_can_be_kept(experiment: Experiment) -> None:
    model, memo = Model.initial(experiment), Memo()
    reading = read(model, "i am not bad")
    assert memo("model", lambda: model) is model
    for key, work in {
        "reading": lambda: reading,
        "saliency": lambda: explain(model, reading, "positive"),
        "trace": lambda: trace(model, reading),
        "flips": lambda: find_flips(model, reading),
        "evaluation": lambda: evaluate(model, experiment.dataset, "test"),
    }.items():
        assert memo(key, work) is memo(key, work)


@pytest.fixture
def experiment() -> Experiment:
    return presets.guide_corrected()
