"""What a sweep shows: counts by point, bands over seeds, and conclusions that hold for every run or are not drawn."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_core.sweeps.result import Result, Status
from rnn_core.sweeps.summary import Band, Reach, arranged, conclusions, contrast, extremes, summaries, values_of
from rnn_core.sweeps.table import Results


def run(learned: bool | None = True, status: Status = "done", first: int | None = None, **settings: Any) -> Result:
    """One run; learned None: it failed."""
    run.count += 1  # type: ignore[attr-defined]
    return Result(
        number=run.count,  # type: ignore[attr-defined]
        fingerprint=f"{run.count:064x}",  # type: ignore[attr-defined]
        settings=settings,
        seed=0,
        status="failed" if learned is None else status,
        learned=bool(learned),
        first_perfect=first,
    )


run.count = 0  # type: ignore[attr-defined]


def by_rate(*marks: str, **others: Any) -> list[Result]:
    """Runs at the rates 0.1, 0.2 …: one for each letter, + learned, - not, x failed."""
    known = {"+": True, "-": False, "x": None}
    return [run(known[mark], learning_rate=(i + 1) / 10, **others) for i, group in enumerate(marks) for mark in group]


def reaches(*marks: str) -> tuple[Reach, ...]:
    (found,) = conclusions(Results(("learning_rate",), tuple(by_rate(*marks))))
    return found.reaches


def test_runs_are_counted_by_point_in_the_order_of_the_values() -> None:
    rows = (*by_rate("+-x", "++"), run(False, "diverged", learning_rate=0.05))
    points = summaries(Results(("learning_rate",), rows[::-1]))
    assert [point.settings["learning_rate"] for point in points] == [0.05, 0.1, 0.2]
    assert [(len(p.runs), p.learned, p.diverged, p.failed) for p in points] == [(1, 0, 1, 0), (2, 1, 0, 1), (2, 2, 0, 0)]


def test_a_planned_point_is_there_without_runs_and_once() -> None:
    rows = tuple(by_rate("+", "+"))
    points = summaries(Results(("learning_rate",), rows), [{"learning_rate": rate} for rate in (0.3, 0.2, 0.15)])
    assert [(p.settings["learning_rate"], len(p.runs)) for p in points] == [(0.1, 1), (0.15, 0), (0.2, 1), (0.3, 0)]


def test_choices_are_in_the_order_of_their_domain() -> None:
    rows = [run(clipping=name) for name in ("norm", "none", "value")]
    assert values_of(summaries(Results(("clipping",), tuple(rows))), "clipping") == ("none", "value", "norm")


def test_a_band_is_the_median_and_the_middle_half_of_the_runs_that_have_the_figure() -> None:
    rows = [run(first=first, learning_rate=0.1) for first in (10, 20, 30, 40, 50, None)]
    (point,) = summaries(Results(("learning_rate",), tuple(rows)))
    assert point.band("first_perfect") == Band(30, 20, 40)
    assert point.band("test_accuracy") is None


@pytest.mark.parametrize(
    ("marks", "found"),
    [
        (("++", "++"), (Reach("every"),)),
        (("--", "--"), (Reach("none"),)),
        (("++", "++", "+-", "--"), (Reach("every_to", 0.2), Reach("none_above", 0.3))),
        (("++", "--", "--"), (Reach("every_to", 0.1), Reach("none_above", 0.1))),
        (("--", "+-", "++"), (Reach("every_from", 0.3), Reach("none_below", 0.2))),
        (("++", "+-", "++"), (Reach("every_to", 0.1),)),
        (("+-", "+-"), ()),
        (("+-", "++", "+-"), ()),
        (("++", "xx", "++"), (Reach("every_to", 0.1),)),
        (("+x", "++"), (Reach("every"),)),
        (("--", "xx", "--"), (Reach("none_above", 0.2),)),
    ],
)
def test_a_conclusion_holds_for_every_run_and_reaches_as_far_as_it_holds(
    marks: tuple[str, ...], found: tuple[Reach, ...]
) -> None:
    assert reaches(*marks) == found


def two(first: tuple[str, ...], second: tuple[str, ...]) -> list[tuple[str, Reach]]:
    """The rows that are set against each other, of a GRU's runs and an LSTM's, each with its reach."""
    rows = (*by_rate(*first, cell="gru"), *by_rate(*second, cell="lstm"))
    pair = contrast(conclusions(Results(("cell", "learning_rate"), rows)))
    return [(one.settings["cell"], *one.reaches) for one in pair or ()]


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (("+", "+", "-"), ("+", "-", "-"), [("gru", Reach("every_to", 0.2)), ("lstm", Reach("none_above", 0.1))]),
        (("+", "-", "-"), ("+", "+", "-"), [("lstm", Reach("every_to", 0.2)), ("gru", Reach("none_above", 0.1))]),
        (("+", "+", "+"), ("+", "+", "-"), [("gru", Reach("every")), ("lstm", Reach("none_above", 0.2))]),
        (("-", "-", "-"), ("+", "+", "-"), [("lstm", Reach("every_to", 0.2)), ("gru", Reach("none"))]),
        (("-", "-", "+"), ("-", "+", "+"), [("lstm", Reach("every_from", 0.2)), ("gru", Reach("none_below", 0.3))]),
        (("+", "+", "-"), ("+", "+", "-"), []),
        (("+", "-", "+"), ("-", "+", "-"), []),
        (("+", "-", "-"), ("+", "+-", "+"), []),
    ],
)
def test_the_row_that_learned_furthest_is_set_against_the_one_that_stopped_first(
    first: tuple[str, ...], second: tuple[str, ...], found: list[tuple[str, Reach]]
) -> None:
    assert two(first, second) == found


def test_choices_are_set_against_each_other_by_the_share_that_learned() -> None:
    rows = [run(learned, cell=cell) for cell, learned in (("gru", True), ("gru", False), ("lstm", True), ("vanilla", None))]
    pair = contrast(conclusions(Results(("cell",), tuple(rows))))
    assert pair is not None
    assert [(one.settings["cell"], one.learned, one.runs) for one in pair] == [("lstm", 1, 1), ("gru", 1, 2)]
    assert contrast(conclusions(Results(("cell",), tuple(rows[2:])))) is None


def test_the_extremes_are_the_points_with_the_lowest_and_the_highest_median() -> None:
    rows = [run(first=first, learning_rate=rate) for rate, first in ((0.1, 20), (0.1, 30), (0.2, 10), (0.3, None), (0.4, 40))]
    ends = extremes(summaries(Results(("learning_rate",), tuple(rows))), "first_perfect")
    assert ends is not None
    assert [point.settings["learning_rate"] for point in ends] == [0.2, 0.4]
    assert extremes(summaries(Results(("learning_rate",), tuple(rows[3:4]))), "first_perfect") is None


marked = st.lists(st.text("+-x", min_size=1, max_size=3), min_size=2, max_size=6)


@given(marked)
def test_whatever_is_concluded_is_true_of_every_run(marks: list[str]) -> None:
    at = {(i + 1) / 10: group for i, group in enumerate(marks)}
    for kind, value in reaches(*marks):
        within = {
            "every": at,
            "none": at,
            "every_to": [x for x in at if value is not None and x <= value],
            "every_from": [x for x in at if value is not None and x >= value],
            "none_above": [x for x in at if value is not None and x > value],
            "none_below": [x for x in at if value is not None and x < value],
        }[kind]
        assert list(within)
        for x in within:
            assert set(at[x]) - {"x"} == ({"+"} if kind.startswith("every") else {"-"})


def test_of_two_axes_conclusions_are_drawn_for_each_value_of_the_other_along_the_longer_one() -> None:
    rows = [*by_rate("++", "++", "--", clipping="value"), *by_rate("++", "--", "--", clipping="none")]
    found = conclusions(Results(("learning_rate", "clipping"), tuple(rows)))
    assert [(one.settings, one.along, one.learned, one.runs) for one in found] == [
        ({"clipping": "none"}, "learning_rate", 2, 6),
        ({"clipping": "value"}, "learning_rate", 4, 6),
    ]
    assert [one.reaches[0] for one in found] == [Reach("every_to", 0.1), Reach("every_to", 0.2)]


def test_an_axis_of_several_settings_is_one_row_for_each_of_its_points() -> None:
    clipped = by_rate("++", "++", "--", clipping="value", clip_threshold=0.1)
    rows = (*clipped, *by_rate("++", "--", "--", clipping="none"))
    names = ("clipping", "clip_threshold", "learning_rate")
    points = summaries(Results(names, rows))
    found = arranged(points, names)
    assert found.along == "learning_rate"
    assert found.groups == ({"clipping": "none"}, {"clipping": "value", "clip_threshold": 0.1})
    assert [len(found.of(group, points)) for group in found.groups] == [3, 3]
    assert [one.settings for one in conclusions(Results(names, rows))] == list(found.groups)


def test_a_number_with_one_value_is_not_what_a_choice_is_set_against() -> None:
    rows = tuple(run(True, clipping=name, learning_rate=0.1) for name in ("none", "value"))
    names = ("learning_rate", "clipping")
    assert arranged(summaries(Results(names, rows)), names).along == "clipping"


def test_choices_are_counted() -> None:
    rows = [run(True, cell="gru"), run(False, cell="gru"), run(True, cell="lstm")]
    found = conclusions(Results(("cell",), tuple(rows)))
    assert [(one.settings, one.along, one.learned, one.runs) for one in found] == [
        ({"cell": "gru"}, None, 1, 2),
        ({"cell": "lstm"}, None, 1, 1),
    ]


def test_of_many_rows_all_runs_are_counted_together() -> None:
    rows = tuple(
        run(size > 4, learning_rate=rate, hidden_size=size)
        for rate in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
        for size in range(1, 9)
    )
    (found,) = conclusions(Results(("learning_rate", "hidden_size"), rows))
    assert (found.settings, found.along, found.learned, found.runs) == ({}, None, 32, 64)
    assert conclusions(Results(("learning_rate",), ())) == ()
