"""What is said of guesses, measurements and challenges: each claim with a case of which it is true, and the nearest of which it is not."""

from __future__ import annotations

from collections.abc import Mapping

from rnn_core.lessons.checks import Result
from rnn_core.lessons.lesson import Number, Question
from tests.ui.messages.said import Claim
from ui.messages import lessons

COUNTED = Question(quantity="plateau_epochs", guess=Number(low=0, high=1000, step=1))
OUTCOME = Question(quantity="outcome", guess=("learned", "lost"))
CHOSEN = Question(quantity="printed_cosine", guess=("W_hh", "W_hy"))
MET, MISSED = Result(1.0, True), Result(None, False)

OF_LESSONS: Mapping[str, Claim] = {
    "lesson: chapters done": Claim(lambda: lessons.progress("chapter", 2, 9), lambda: lessons.progress("challenge", 2, 9)),
    "lesson: challenges done": Claim(lambda: lessons.progress("challenge", 2, 9), lambda: lessons.progress("chapter", 2, 9)),
    "lesson: how many are done": Claim(
        lambda: lessons.progress("chapter", 2, 9), lambda: lessons.progress("chapter", 3, 9), ("2", "9")
    ),
    "lesson: the guess": Claim(lambda: lessons.committed(COUNTED, 1200), lambda: lessons.committed(COUNTED, 1201), ("1,200",)),
    "lesson: no such figure": Claim(lambda: lessons.answer(COUNTED, 80, None), lambda: lessons.answer(COUNTED, 80, 0)),
    "lesson: a right guess": Claim(lambda: lessons.answer(COUNTED, 83, 83.0), lambda: lessons.answer(COUNTED, 83, 84)),
    "lesson: a right choice": Claim(
        lambda: lessons.answer(CHOSEN, "W_hy", "W_hy"), lambda: lessons.answer(CHOSEN, "W_hh", "W_hy")
    ),
    "lesson: a right outcome": Claim(
        lambda: lessons.answer(OUTCOME, "lost", "lost"), lambda: lessons.answer(OUTCOME, "learned", "lost")
    ),
    "lesson: another guess": Claim(lambda: lessons.answer(COUNTED, 80, 83), lambda: lessons.answer(COUNTED, 83, 83)),
    "lesson: what was measured": Claim(
        lambda: lessons.answer(COUNTED, 80, 83), lambda: lessons.answer(COUNTED, 80, 84), ("80", "83")
    ),
    "lesson: solved": Claim(lambda: lessons.solved([MET, MET], before=True), lambda: lessons.solved([MET, MISSED], before=True)),
    "lesson: solved by an earlier run": Claim(
        lambda: lessons.solved([MET, MISSED], before=True), lambda: lessons.solved([MET, MISSED], before=False)
    ),
}
