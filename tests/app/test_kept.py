"""What was worked out is kept, and never more than there is room for."""

from __future__ import annotations

import gc
import weakref

import pytest

from ui.kept import MOST_ANSWERS, MOST_NETWORKS, Kept


class Network:
    """Two are told apart by which they are, not by what they hold."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


class Worker:
    """Counts how often it has been asked to work."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> int:
        self.times += 1
        return self.times


def test_an_answer_is_worked_out_once_for_each_network_and_question() -> None:
    kept, work, a, b = Kept(), Worker(), Network(), Network()
    assert [kept.get(a, "x", work), kept.get(a, "x", work), kept.get(a, "x", work)] == [1, 1, 1]
    assert [kept.get(a, "y", work), kept.get(b, "x", work), kept.get(a, "x", work)] == [2, 3, 1]


def test_the_answers_and_networks_asked_for_longest_ago_are_forgotten_first() -> None:
    kept, work, network = Kept(), Worker(), Network()
    for question in range(MOST_ANSWERS):
        kept.get(network, question, work)
    kept.get(network, 0, work)
    kept.get(network, "one too many", work)
    before = work.times
    assert kept.get(network, 0, work) == 1
    assert work.times == before
    kept.get(network, 1, work)
    assert work.times == before + 1

    networks = [Network() for _ in range(MOST_NETWORKS)]
    for other in networks:
        kept.get(other, "x", work)
    before = work.times
    kept.get(networks[0], "x", work)
    assert work.times == before
    kept.get(network, 0, work)
    assert work.times == before + 1, "it was forgotten with its answers"


def test_a_network_that_is_asked_again_is_not_the_next_to_be_forgotten() -> None:
    kept, work = Kept(), Worker()
    networks = [Network() for _ in range(MOST_NETWORKS)]
    for network in (*networks, networks[0], Network()):
        kept.get(network, "x", work)
    before = work.times
    assert kept.get(networks[0], "x", work) == 1
    assert work.times == before
    kept.get(networks[1], "x", work)
    assert work.times == before + 1


def test_a_network_that_is_kept_lives_and_one_that_is_forgotten_does_not() -> None:
    kept, network = Kept(), Network()
    alive = weakref.ref(network)
    kept.get(network, "x", lambda: 1)
    del network
    gc.collect()
    assert alive() is not None, "else its id could become another's"
    for _ in range(MOST_NETWORKS):
        kept.get(Network(), "x", lambda: 1)
    gc.collect()
    assert alive() is None


def test_work_that_fails_is_done_again() -> None:
    kept, network = Kept(), Network()

    def fail() -> int:
        raise ValueError("not now")

    with pytest.raises(ValueError):
        kept.get(network, "x", fail)
    assert kept.get(network, "x", lambda: 7) == 7
