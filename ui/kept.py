"""What was worked out about a network, kept so that it is worked out once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

Answer = TypeVar("Answer")

MOST_NETWORKS, MOST_ANSWERS = 3, 40


class Kept:
    """Answers by network and question, bounded: of each the one that was asked for longest ago is forgotten first."""

    def __init__(self) -> None:
        self._of: OrderedDict[int, tuple[object, OrderedDict[Hashable, object]]] = OrderedDict()

    def get(self, network: object, question: Hashable, work: Callable[[], Answer]) -> Answer:
        """The answer, as worked out now or before. network is any object that stands for one and is never changed."""
        # The object itself is held, so that its id stays its own.
        _, answers = self._of.setdefault(id(network), (network, OrderedDict()))
        self._of.move_to_end(id(network))
        if question not in answers:
            answers[question] = work()
        answers.move_to_end(question)
        while len(self._of) > MOST_NETWORKS:
            self._of.popitem(last=False)
        while len(answers) > MOST_ANSWERS:
            answers.popitem(last=False)
        return cast(Answer, answers[question])
