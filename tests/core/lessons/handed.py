"""Any assignment and any submission, for property tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from rnn_core import Limits, presets
from rnn_core.lessons.assignment import PAGES, Assignment, Step, lockable
from rnn_core.lessons.checks import Check
from rnn_core.lessons.submission import Answer, Submission, Trained
from tests.core.strategies import experiments

NO_LIMITS = Limits(hidden_size=4096, parameters=10**12, epochs=10**6, run_bytes=10**18)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=12)
CHECKS = st.sampled_from(
    [
        Check(quantity="train_accuracy", comparison=">=", bound=0.99),
        Check(quantity="prediction", of="i am not bad", comparison="=", bound="positive"),
        Check(quantity="first_perfect_epoch", comparison="<", bound=200),
        Check(quantity="printed_cosine", of="W_hh", comparison="<=", bound=-1e300),
    ]
)
NUMBERS = st.none() | st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def steps(draw: st.DrawFn) -> Step:
    question = draw(st.just("") | TEXT)
    options = draw(st.just([]) | st.lists(TEXT, min_size=2, max_size=4, unique=True)) if question else []
    return Step(
        page=draw(st.sampled_from(PAGES)),
        text=draw(TEXT) + draw(st.sampled_from(["", "\n\n- one\n- two", " $x^2$"])),
        question=question,
        options=tuple(options),
        done=tuple(draw(st.lists(CHECKS, max_size=2))),
    )


assignments = st.builds(
    Assignment,
    title=TEXT,
    experiment=experiments | st.sampled_from([presets.guide_printed(), presets.long_memory()]),
    locks=st.lists(st.tuples(st.sampled_from(lockable()), st.just("") | TEXT), max_size=4, unique_by=lambda lock: lock[0]),
    steps=st.lists(steps(), min_size=1, max_size=3),
)
answers = st.builds(Answer, text=st.just("") | TEXT, figures=st.lists(NUMBERS | TEXT, max_size=3), met=st.booleans())


@st.composite
def runs(draw: st.DrawFn) -> Trained:
    experiment = draw(experiments)
    return Trained(
        experiment=experiment,
        epochs=draw(st.integers(0, experiment.training.epochs)),
        path=draw(st.sampled_from(["compiled", "plain"])),
        engine=draw(TEXT),
        figures=tuple(draw(NUMBERS) for _ in range(4)),
        digest=draw(st.text("0123456789abcdef", min_size=16, max_size=16)),
    )


@st.composite
def submissions(draw: st.DrawFn) -> Submission:
    assignment = draw(assignments)
    return Submission(
        assignment=assignment,
        name=draw(st.just("") | TEXT),
        answers=tuple(draw(answers) for _ in assignment.steps),
        runs=tuple(draw(st.lists(runs(), max_size=2))),
    )


def small(**others: Any) -> Assignment:
    """An assignment on the guide's sentences."""
    told: dict[str, Any] = {
        "title": "Clipping",
        "experiment": presets.guide_corrected(),
        "locks": (("clip_threshold", "It is what we look at."), ("sentences", "")),
        "steps": (
            Step(page="training", text="**Train** it.", done=(Check(quantity="train_accuracy", comparison=">=", bound=0.9),)),
            Step(page="gradients", text="Look.", question="What do you see?"),
        ),
    }
    return Assignment(**told | others)
