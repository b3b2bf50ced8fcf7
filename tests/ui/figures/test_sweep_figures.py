"""A sweep in pictures: every run a point with its number, the band where it belongs, and the count in each cell."""

from __future__ import annotations

from typing import Any

import pytest

from rnn_core.sweeps.result import Result
from rnn_core.sweeps.summary import arranged, summaries
from rnn_core.sweeps.table import Results
from tests.ui.figures.plotted import Plotted, table_of
from ui.figures.palette import DARK, LIGHT, Palette

figures = Plotted("sweeps")


def named(setting: str, value: Any) -> str:
    return "–" if value is None else str(value)


def run(number: int, learned: bool, accuracy: float | None, **settings: Any) -> Result:
    return Result(
        number=number,
        fingerprint=f"{number:064x}",
        settings=settings,
        seed=number,
        status="done",
        learned=learned,
        late_accuracy=accuracy,
    )


def drawn(rows: list[Result], along: str, colors: Palette = LIGHT) -> Any:
    points = summaries(Results((along,), tuple(rows)))
    return figures.runs(points, along, "late_accuracy", "accuracy", along, named, colors)


RATES = [
    *(run(i, True, 0.9 + 0.02 * i, learning_rate=0.01) for i in range(5)),
    *(run(5 + i, i < 2, 0.5 + 0.1 * i, learning_rate=0.5) for i in range(4)),
    run(9, False, None, learning_rate=0.5),
]


def test_every_run_that_has_the_figure_is_a_point_with_its_number_and_those_that_learned_are_apart() -> None:
    _, _, good, bad = drawn(RATES, "learning_rate").data
    assert list(good.customdata) == [0, 1, 2, 3, 4, 5, 6]
    assert list(bad.customdata) == [7, 8]
    assert list(good.x) == [0.01] * 5 + [0.5] * 2
    assert list(bad.y) == pytest.approx([0.7, 0.8])


def test_the_line_is_the_median_and_the_band_the_middle_half() -> None:
    band, median, *_ = drawn(RATES, "learning_rate").data
    assert list(median.y) == pytest.approx([0.94, 0.65])
    assert list(band.y) == pytest.approx([0.96, 0.725, 0.575, 0.92])
    assert list(band.x) == [0.01, 0.5, 0.5, 0.01]


def test_an_axis_of_shares_ends_at_all_and_shows_the_lowest_run() -> None:
    points = summaries(Results(("learning_rate",), tuple(RATES)))
    for rows, low in ((points, 0.47), (points[:1], 0.87)):
        figure = figures.runs(rows, "learning_rate", "late_accuracy", "accuracy", "rate", named, LIGHT, share=True)
        assert figure.layout.yaxis.range == pytest.approx((low, 1.02))


def test_how_many_learned_is_written_above_each_value() -> None:
    notes = [(note.text, note.x) for note in drawn(RATES, "learning_rate").layout.annotations]
    assert [text for text, _ in notes] == ["learned", "5/5", "2/5"]
    assert [x for _, x in notes[1:]] == pytest.approx([-2, -0.30103], abs=1e-5)


def test_a_range_of_a_factor_of_twenty_is_drawn_on_a_log_axis_and_a_narrow_one_is_not() -> None:
    assert drawn(RATES, "learning_rate").layout.xaxis.type == "log"
    near = [run(0, True, 0.9, learning_rate=0.1), run(1, True, 0.9, learning_rate=1.9)]
    assert drawn(near, "learning_rate").layout.xaxis.type is None
    zero = [run(0, True, 0.9, embedding_size=0), run(1, True, 0.9, embedding_size=64)]
    assert drawn(zero, "embedding_size").layout.xaxis.type is None


def test_choices_are_places_without_a_line_between_them_and_their_runs_lie_side_by_side() -> None:
    rows = [run(i, True, 0.9, cell=cell) for i, cell in enumerate(("gru", "gru", "lstm"))]
    figure = drawn(rows, "cell", DARK)
    median, good, _ = figure.data
    assert median.mode == "markers"
    assert list(figure.layout.xaxis.ticktext) == ["gru", "lstm"]
    assert len(set(good.x)) == 3
    assert [round(x) for x in good.x] == [0, 0, 1]


def test_a_point_that_has_no_run_yet_has_its_place_and_no_count() -> None:
    rows = [run(0, True, 0.9, learning_rate=0.1)]
    points = summaries(Results(("learning_rate",), tuple(rows)), [{"learning_rate": 0.3}])
    figure = figures.runs(points, "learning_rate", "late_accuracy", "accuracy", "rate", named, LIGHT)
    assert [note.text for note in figure.layout.annotations] == ["learned", "1/1", ""]
    assert figure.layout.xaxis.range == pytest.approx((0.09, 0.31))


def test_a_map_has_the_share_and_the_count_of_each_cell_and_none_where_nothing_was_run() -> None:
    rows = [
        *(run(i, i != 0, 0.9, learning_rate=0.1, clipping="value") for i in range(4)),
        run(4, False, 0.5, learning_rate=0.2, clipping="value"),
        run(5, True, 0.9, learning_rate=0.1, clipping="none"),
    ]
    names = ("clipping", "learning_rate")
    points = summaries(Results(names, tuple(rows)))
    figure = figures.grid(points, arranged(points, names), "rate", named, lambda group: str(group["clipping"]), LIGHT)
    cells, clicked = figure.data
    assert [list(row) for row in cells.text] == [["1/1", ""], ["3/4", "0/1"]]
    assert [list(row) for row in cells.z] == [[1.0, None], [0.75, 0.0]]
    assert list(figure.layout.yaxis.ticktext) == ["none", "value"]
    assert list(zip(clicked.x, clicked.y, clicked.customdata, strict=True)) == [(0, 0, 5), (0, 1, 0), (1, 1, 4)]
    assert len(table_of(figure)) == 2
    medians = figures.grid(
        *(points, arranged(points, names), "rate", named, lambda group: str(group["clipping"]), LIGHT),
        *("late_accuracy", lambda median: f"{median:.0%}"),
    )
    assert [list(row) for row in medians.data[0].text] == [["90%", ""], ["90%", "50%"]]
    assert (medians.data[0].zmin, medians.data[0].zmax) == (0.5, 0.9)


def test_parallel_coordinates_have_an_axis_for_each_setting_and_one_for_the_figure_and_a_line_for_each_run() -> None:
    rows = [run(i, True, 0.25 * i, learning_rate=0.1 * (i + 1), cell="gru", clipping="none") for i in range(4)]
    rows.append(run(4, True, 0.75, learning_rate=0.1, cell="lstm"))
    results = Results(("learning_rate", "cell", "clipping"), tuple(rows))
    heads = {name: name for name in results.settings}
    figure = figures.parallel(summaries(results), "late_accuracy", "accuracy", heads, named, LIGHT)
    (lines,) = figure.data
    assert [dimension.label for dimension in lines.dimensions] == ["learning_rate", "cell", "clipping", "accuracy"]
    assert list(lines.dimensions[0].ticktext) == ["0.1", "0.2", "0.30000000000000004", "0.4"]
    assert list(lines.dimensions[1].ticktext) == ["gru", "lstm"]
    assert list(lines.dimensions[2].ticktext) == ["–", "none"]
    drawn = [tuple(dimension.values[i] for dimension in lines.dimensions) for i in range(5)]
    assert sorted(drawn) == [(0, 0, 1, 0), (0, 1, 0, 0.75), (1, 0, 1, 0.25), (2, 0, 1, 0.5), (3, 0, 1, 0.75)]
    assert list(lines.line.color) == list(lines.dimensions[-1].values)
    assert table_of(figure).empty
