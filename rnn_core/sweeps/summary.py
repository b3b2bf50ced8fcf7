"""What a sweep shows: the runs of each point counted, and what holds for all of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from rnn_core.domains import Real, Whole
from rnn_core.sweeps.axes import SETTINGS, Point
from rnn_core.sweeps.result import Result
from rnn_core.sweeps.table import Results

Figure = Literal[
    "first_perfect", "late_accuracy", "train_loss", "test_accuracy", "best_test_accuracy", "plateau", "collapses", "largest_norm",
    "clipped",
]  # fmt: skip
"""Figures of a run that are shown by point."""


class Band(NamedTuple):
    """Of one figure over the seeds: the median and the middle half of them."""

    median: float
    low: float
    high: float


class PointSummary(NamedTuple):
    """The runs of one point."""

    settings: Point
    runs: tuple[Result, ...]
    """those trained to their end"""
    failed: int

    @property
    def learned(self) -> int:
        """How many of the runs learned."""
        return sum(run.learned for run in self.runs)

    @property
    def diverged(self) -> int:
        return sum(run.status == "diverged" for run in self.runs)

    def band(self, figure: Figure) -> Band | None:
        """Return the band of a figure over the runs that have it; None where none has."""
        values = [float(value) for run in self.runs if (value := getattr(run, figure)) is not None]
        if not values:
            return None
        low, median, high = np.quantile(np.array(values) / 2, (0.25, 0.5, 0.75)) * 2  # halves: two large ones may overflow
        return Band(float(median), float(low), float(high))


def is_number(setting: str) -> bool:
    """Return whether the values of a setting have an order and distances."""
    return isinstance(SETTINGS[setting], (Real, Whole))


def summaries(results: Results, planned: Iterable[Point] = ()) -> tuple[PointSummary, ...]:
    """Count the results by point. Numbers are in ascending order, choices in the order of their domain.

    planned: points that are to be there even before they have a result.
    """
    by_point: dict[tuple[Any, ...], tuple[Point, list[Result]]] = {}
    for point in (*planned, *(row.settings for row in results.rows)):
        by_point.setdefault(tuple(point.get(name) for name in results.settings), (point, []))
    for row in results.rows:
        by_point[tuple(row.settings.get(name) for name in results.settings)][1].append(row)
    found = [
        PointSummary(point, tuple(row for row in rows if row.over), sum(not row.over for row in rows))
        for point, rows in by_point.values()
    ]
    return tuple(sorted(found, key=lambda point: [_order(name, point.settings.get(name)) for name in results.settings]))


def values_of(points: Sequence[PointSummary], setting: str) -> tuple[Any, ...]:
    """Return the different values of a setting among points, in order."""
    return tuple(sorted({point.settings.get(setting) for point in points}, key=lambda value: _order(setting, value)))


def _order(setting: str, value: Any) -> tuple[int, Any]:
    """Return what values are sorted by. A point of an axis of several settings may leave one out: that comes first."""
    if value is None:
        return 0, 0
    options = getattr(SETTINGS[setting], "options", None)
    return 1, list(options).index(value) if options is not None else value


def extremes(points: Sequence[PointSummary], figure: Figure) -> tuple[PointSummary, PointSummary] | None:
    """Return the points with the lowest and with the highest median of a figure; None where no run has it."""
    medians = [(band.median, i) for i, point in enumerate(points) if (band := point.band(figure)) is not None]
    if not medians:
        return None
    (_, lowest), (_, highest) = min(medians), max(medians)
    return points[lowest], points[highest]


# ---------------------------------------------------------------------- what is set against what


class Arrangement(NamedTuple):
    """The points of a sweep as rows of one setting, a row for each combination of the others."""

    along: str
    """the setting along the rows: the number with the most values or, without one, the choice with the most"""
    groups: tuple[Point, ...]
    """the values of the other settings, in order; one empty group where there is no other"""

    def of(self, group: Point, points: Sequence[PointSummary]) -> tuple[PointSummary, ...]:
        """Return the points of one row, in order."""
        return tuple(point for point in points if _without(point.settings, self.along) == group)


def arranged(points: Sequence[PointSummary], settings: Sequence[str]) -> Arrangement:
    """Return how the points of some settings, at least one, are best laid out. A setting that has one value is none of the others."""
    counts = {name: len(values_of(points, name)) for name in settings}
    along = max(settings, key=lambda name: (is_number(name) and counts[name] > 1, counts[name]))
    groups: list[Point] = []
    for point in points:
        if (group := _without(point.settings, along)) not in groups:
            groups.append(group)
    return Arrangement(along, tuple(groups))


def _without(point: Point, setting: str) -> Point:
    return {name: value for name, value in point.items() if name != setting}


# ---------------------------------------------------------------------- what holds for all runs

ReachKind = Literal["every", "none", "every_to", "every_from", "none_above", "none_below"]
MOST_CONCLUSIONS = 6
"""Beyond so many rows, all runs are counted together."""


class Reach(NamedTuple):
    """For which values of a number, among those tried, every run learned, or none did.

    every_to, every_from: up to this value, or from it on, every run at every value learned. none_above, none_below: beyond it
    no run did. every, none: this holds at all values.
    """

    kind: ReachKind
    value: float | None = None


class Conclusion(NamedTuple):
    """What holds for the runs of some settings."""

    settings: Point
    """empty for all runs"""
    along: str | None
    """the number that reaches are about; None: there are only counts"""
    reaches: tuple[Reach, ...]
    learned: int
    runs: int


def conclusions(results: Results) -> tuple[Conclusion, ...]:
    """Return what holds, by counting: for each row of the arrangement or, where the values along it are no numbers, for each point.

    Runs that failed are not counted, and a point without a run that counts ends what can be said for every run.
    """
    points = summaries(results)
    if not points:
        return ()
    arrangement = arranged(points, results.settings)
    along = arrangement.along if is_number(arrangement.along) else None
    rows: list[tuple[Point, tuple[PointSummary, ...]]]
    if along is None:
        rows = [(point.settings, (point,)) for point in points]
    else:
        rows = [(group, arrangement.of(group, points)) for group in arrangement.groups]
    if len(rows) > MOST_CONCLUSIONS:
        return (_conclusion({}, None, points),)
    return tuple(_conclusion(settings, along, row) for settings, row in rows)


def contrast(found: Sequence[Conclusion]) -> tuple[Conclusion, Conclusion] | None:
    """Return, of conclusions about several rows, those of the row that learned best and of the one that learned worst.

    Along a number, each has only the reach that says so: up to where every run learned in the one, from where none did in the
    other. Of choices, the shares that learned are compared. None where no row is better than another.
    """
    rows = [one for one in found if one.settings and one.runs]
    for kinds, way in ((("every_to", "none_above"), 1), (("every_from", "none_below"), -1)):
        every = [(x, i, reach) for i, reach, x in _extents(rows, "every", kinds[0], way)]
        none = [(x, i, reach) for i, reach, x in _extents(rows, "none", kinds[1], way)]
        if every and none:
            (most, best, holds), (least, worst, fails) = max(every, key=lambda one: one[0]), min(none, key=lambda one: one[0])
            if most > least and best != worst:
                return rows[best]._replace(reaches=(holds,)), rows[worst]._replace(reaches=(fails,))
    if rows and all(one.along is None for one in rows):
        high, low = max(rows, key=_share), min(rows, key=_share)
        if _share(high) > _share(low):
            return high, low
    return None


def _extents(rows: Sequence[Conclusion], whole: str, part: str, way: int) -> list[tuple[int, Reach, float]]:
    """Return for each row with one of two kinds of reach how far that goes along the number, or (way -1) against it."""
    ends = math.inf if whole == "every" else -math.inf
    return [
        (i, reach, ends if reach.value is None else way * reach.value)
        for i, one in enumerate(rows)
        for reach in one.reaches
        if reach.kind in (whole, part)
    ]


def _share(one: Conclusion) -> float:
    return one.learned / one.runs


def _conclusion(settings: Point, along: str | None, points: Sequence[PointSummary]) -> Conclusion:
    learned, runs = sum(point.learned for point in points), sum(len(point.runs) for point in points)
    return Conclusion(settings, along, _reaches(along, points) if along and runs else (), learned, runs)


def _reaches(along: str, points: Sequence[PointSummary]) -> tuple[Reach, ...]:
    """Return what holds at the values of a number, of which each has one point or more."""
    at: dict[float, list[PointSummary]] = {}
    for point in sorted((point for point in points if point.settings.get(along) is not None), key=lambda p: p.settings[along]):
        at.setdefault(float(point.settings[along]), []).append(point)
    values = list(at)
    counted = [[run.learned for point in here for run in point.runs] for here in at.values()]
    full = [bool(runs) and all(runs) for runs in counted]
    empty = [bool(runs) and not any(runs) for runs in counted]
    if not values or all(full) or all(empty):
        return (Reach("every" if all(full) else "none"),) if values else ()
    found = []
    if up := _length(full):
        found.append(Reach("every_to", values[up - 1]))
    elif down := _length(full[::-1]):
        found.append(Reach("every_from", values[-down]))
    if down := _length(empty[::-1]):
        found.append(Reach("none_above", values[-down - 1]))
    elif up := _length(empty):
        found.append(Reach("none_below", values[up]))
    return tuple(found)


def _length(flags: Sequence[bool]) -> int:
    """Return how many are true before the first that is not."""
    return next((i for i, flag in enumerate(flags) if not flag), len(flags))
