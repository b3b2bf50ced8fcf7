"""The prediction room's pictures: the network's own numbers in their places, and no word of a stranger's acts in them."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from rnn_core import Dataset, Experiment, Model, ModelConfig, Reading, TextRules, read
from rnn_core.data.vocabulary import Tokens
from rnn_core.explanation import Course
from rnn_core.network import passes
from tests.ui.figures.plotted import Plotted, table_of
from ui.figures.palette import DARK, LIGHT, Palette, looks

projection, saliency, states, strips = (Plotted(name) for name in ("projection", "saliency", "states", "strips"))
reading_figures = Plotted("reading")


@pytest.fixture
def model(six: Dataset) -> Model:
    return Model.initial(Experiment(dataset=six, model=ModelConfig(hidden_size=5, init_scale=0.8)))


def tiles(figure: go.Figure) -> list[tuple[str, str]]:
    texts = [note.text for note in figure.layout.annotations]
    return list(zip(texts[::2], texts[1::2], strict=True))


# ---------------------------------------------------------------------- strips


@pytest.mark.parametrize("label", ["positive", "negative"])
def test_the_reading_shows_the_probability_of_the_label_after_each_word(model: Model, label: str) -> None:
    reading = read(model, "so very bad at all")
    figure = strips.reading_strip(reading, label, LIGHT)
    p = reading.probabilities[:, model.labels.index(label)]
    assert tiles(figure) == [(word, f"{value:.2f}") for word, value in zip(reading.words, p, strict=True)]
    assert list(figure.data[0].z[0]) == pytest.approx(p.tolist())
    assert (figure.data[0].zmin, figure.data[0].zmax) == (0, 1)


def reading_of(labels: tuple[str, ...], *probabilities: list[float]) -> Reading:
    """A reading of as many words with these probabilities; the states do not matter."""
    words = tuple(f"w{t}" for t in range(len(probabilities)))
    still = passes.States(*(np.zeros((1, 1)) for _ in range(4)))
    return Reading(Tokens(words, words, np.arange(len(words)), ()), labels, still, np.array(probabilities))


def test_of_more_than_two_labels_each_tile_has_the_predicted_one_with_its_color_and_probability() -> None:
    """The color is the paler the nearer the probability is to chance, 1/C."""
    labels = ("anger", "fear", "joy")
    figure = strips.reading_strip(reading_of(labels, [1.0, 0, 0], [0.2, 0.2, 0.6], [1 / 3] * 3), None, LIGHT)
    assert tiles(figure) == [("w0", "anger<br>1.00"), ("w1", "joy<br>0.60"), ("w2", "anger<br>0.33")]
    z, scale = list(figure.data[0].z[0]), figure.data[0].colorscale
    assert z == pytest.approx([1 / 6, (2 + 0.4 / 2) / 3, 0.0])
    for k, label in enumerate(labels):
        assert next(color for place, color in scale if place == (k + 1) / 3) == looks(labels, LIGHT)[label].color
        assert [color for place, color in scale if place == k / 3][-1] == LIGHT.paper
    assert list(table_of(figure)["text"]) == ["anger 1.00", "joy 0.60", "anger 0.33"]


def test_two_labels_of_any_name_have_their_own_colors() -> None:
    labels = ("ham", "spam")
    figure = strips.reading_strip(reading_of(labels, [0.3, 0.7]), "spam", LIGHT)
    assert tiles(figure) == [("w0", "0.70")]
    look_of = looks(labels, LIGHT)
    assert [color for _, color in figure.data[0].colorscale] == [look_of["ham"].color, LIGHT.paper, look_of["spam"].color]


@pytest.mark.parametrize("count", [1, 9, 10, 11, 25])
def test_tiles_stand_in_rows_of_ten_and_fill_no_place_without_a_word(model: Model, count: int) -> None:
    figure = strips.reading_strip(read(model, " ".join(["good"] * count)), "positive", LIGHT)
    rows = [[value is not None for value in row] for row in figure.data[0].z]
    assert sum(map(sum, rows)) == count
    assert len(rows) == -(-count // 10)
    assert len(tiles(figure)) == count
    places = [(note.x, note.y) for note in figure.layout.annotations[1::2]]
    assert places == [(i % 10, i // 10) for i in range(count)]


@pytest.mark.parametrize(("longest", "in_a_row"), [(1, 10), (7, 10), (8, 8), (9, 8), (10, 6), (40, 6)])
def test_longer_words_have_wider_tiles(longest: int, in_a_row: int) -> None:
    figure = strips.unknown_strip(["a"] * 10 + ["b" * longest], (), LIGHT)
    assert len(figure.data[0].z[0]) == in_a_row
    assert strips.tiles_in_a_row([]) == 10


def test_unknown_words_are_marked_by_more_than_color() -> None:
    figure = strips.unknown_strip(("i", "am", "gooood"), ("gooood",), LIGHT)
    assert tiles(figure) == [("i", ""), ("am", ""), ("<b><i>gooood</i></b>", "unknown")]


def test_a_word_read_as_unknown_stands_as_it_was_written_and_is_marked(six: Dataset) -> None:
    data = Dataset((*six.examples, six.examples[1]._replace(text="once")), TextRules(unknown="replace"))
    model = Model.initial(Experiment(dataset=data, model=ModelConfig(hidden_size=3)))
    figure = strips.reading_strip(read(model, "so gnu bad"), "positive", LIGHT)
    assert [word for word, _ in tiles(figure)] == ["so", "<b><i>gnu</i></b>", "bad"]


def test_a_long_word_is_cut_short_before_it_is_escaped() -> None:
    ((word, _),) = tiles(strips.unknown_strip(("<" * 30,), (), LIGHT))
    assert word == "&lt;" * 11 + "…"


def test_a_pair_stands_in_common_columns_that_go_on_in_pairs_of_rows(model: Model) -> None:
    first, second = read(model, "so " * 11 + "bad"), read(model, "so " * 11 + "good bad")
    columns = [*((i, i) for i in range(11)), (None, 11), (11, 12)]
    figure = strips.pair_strip((first, second), columns, "positive", LIGHT)
    k = model.labels.index("positive")
    z = list(map(list, figure.data[0].z))
    assert len(z) == 4
    assert z[0][:10] == first.probabilities[:10, k].tolist()
    assert z[1][:10] == second.probabilities[:10, k].tolist()
    assert z[2][:3] == [first.probabilities[10, k], None, first.probabilities[11, k]]
    assert z[3][:3] == second.probabilities[10:13, k].tolist()


def test_a_strip_can_be_read_as_a_table(model: Model) -> None:
    table = table_of(strips.reading_strip(read(model, "so " * 11), "positive", LIGHT))
    assert list(table["word"]) == ["so"] * 11
    assert list(table["row"]) == [1] * 10 + [2]


# ---------------------------------------------------------------------- states


@pytest.mark.parametrize(("scale", "limits"), [("signed", (-1, 1)), ("share", (0, 1)), ("free", (-3, 3))])
def test_a_heat_map_has_a_row_a_unit_in_the_order_that_is_given(scale: Any, limits: tuple[float, float]) -> None:
    values = np.array([[0.1, -3.0, 0.3], [0.4, 0.5, 0.6]])
    figure = states.heat(values, ["not", "bad"], np.array([2, 0, 1]), scale, LIGHT)
    (trace,) = figure.data
    assert [list(row) for row in trace.z] == [[0.3, 0.6], [0.1, 0.4], [-3.0, 0.5]]
    assert list(trace.y) == ["unit 2", "unit 0", "unit 1"]
    assert list(figure.layout.xaxis.ticktext) == ["not", "bad"]
    assert (trace.zmin, trace.zmax) == limits
    assert figure.layout.yaxis.autorange == "reversed"


@pytest.mark.parametrize(("largest", "beside", "reach"), [(0.2, 0.0, 0.25), (-0.3, 0.0, 0.5), (0.6, 0.0, 1.0), (0.2, 0.5, 0.5)])
def test_small_states_have_colors_that_can_be_told_apart(largest: float, beside: float, reach: float) -> None:
    values = np.array([[0.1, largest], [np.nan, np.nan]])
    (trace,) = states.heat(values, ["a", "b"], np.array([0, 1]), "signed", LIGHT, reach=beside).data
    assert (trace.zmin, trace.zmax) == (-reach, reach)


def test_a_word_that_comes_twice_has_two_columns_and_a_gap_is_empty() -> None:
    values = np.array([[1.0], [np.nan], [0.5]])
    figure = states.heat(values, ["so", "", "so"], np.array([0]), "signed", LIGHT)
    assert len(set(figure.data[0].x)) == 3
    assert list(figure.data[0].z[0]) == [1.0, None, 0.5]


@pytest.mark.parametrize(("count", "named"), [(1, 1), (40, 40), (41, 21), (512, 40)])
def test_of_many_words_some_are_named(count: int, named: int) -> None:
    figure = states.heat(np.zeros((count, 2)), ["w"] * count, np.array([0, 1]), "signed", LIGHT)
    assert len(figure.layout.xaxis.ticktext) == named
    assert len(figure.data[0].z[0]) == count
    assert figure.data[0].xgap == (1 if count <= 40 else 0), "gaps hide no column"


def test_nothing_but_zeros_can_be_drawn_on_a_free_scale() -> None:
    figure = states.heat(np.zeros((2, 3)), ["a", "b"], np.arange(3), "free", LIGHT)
    assert figure.data[0].zmax > 0


def test_the_course_has_a_point_an_epoch_and_marks_the_one_looked_at() -> None:
    found = Course(("negative", "positive"), np.array([0, 5, 9]), np.array([[0.5, 0.5], [0.8, 0.2], [0.1, 0.9]]))
    figure = states.course(found, 5, "positive", LIGHT)
    (trace,) = figure.data
    assert (list(trace.x), list(trace.y), trace.line.color) == ([0, 5, 9], [0.5, 0.2, 0.9], LIGHT.positive)
    lines = [(shape.x0, shape.x1) for shape in figure.layout.shapes if shape.x0 == shape.x1]
    assert lines == [(5, 5)]
    assert figure.layout.yaxis.title.text == "probability of positive"


def test_of_more_than_two_labels_the_course_has_a_curve_each_and_chance_is_one_in_as_many() -> None:
    labels = ("anger", "fear", "joy", "sadness")
    figure = states.course(Course(labels, np.array([0, 5]), np.array([[0.25] * 4, [0.1, 0.2, 0.3, 0.4]])), 5, None, LIGHT)
    assert [(trace.name, list(trace.y)) for trace in figure.data] == [
        ("anger", [0.25, 0.1]),
        ("fear", [0.25, 0.2]),
        ("joy", [0.25, 0.3]),
        ("sadness", [0.25, 0.4]),
    ]
    assert len({trace.line.color for trace in figure.data}) == len({trace.marker.symbol for trace in figure.data}) == 4
    assert [shape.y0 for shape in figure.layout.shapes if shape.y0 == shape.y1] == [0.25]


# ---------------------------------------------------------------------- reasons


SIDES = ("positive", ("negative", "positive"))


def test_bars_go_right_for_and_left_against_and_say_their_numbers() -> None:
    figure = saliency.bars(["not", "so", "bad"], np.array([0.5, -1.25, np.nan]), LIGHT, SIDES)
    (trace,) = figure.data
    assert list(trace.x) == [0.5, -1.25, None]
    assert list(trace.text) == ["+0.50", "\u22121.25", ""]
    assert list(trace.marker.color)[:2] == [LIGHT.positive, LIGHT.negative]
    assert list(figure.layout.yaxis.ticktext) == ["not", "so", "bad"]
    low, high = figure.layout.xaxis.range
    assert low == -high < -1.25


@pytest.mark.parametrize("label", ["anger", "fear", "joy"])
def test_of_more_than_two_labels_bars_to_the_right_have_the_color_of_the_explained_one_and_the_others_none(label: str) -> None:
    labels = ("anger", "fear", "joy")
    (trace,) = saliency.bars(["so", "sad"], np.array([0.5, -1.25]), LIGHT, (label, labels)).data
    assert list(trace.marker.color) == [looks(labels, LIGHT)[label].color, LIGHT.quiet]


def test_what_is_rounded_to_zero_has_no_minus() -> None:
    assert list(saliency.bars(["a"], np.array([-0.0004]), LIGHT, SIDES).data[0].text) == ["+0.00"]


def test_a_norm_takes_no_side() -> None:
    figure = saliency.bars(["a", "b"], np.array([0.5, 2.0]), LIGHT, None)
    assert set(figure.data[0].marker.color) == {LIGHT.quiet}
    assert list(figure.data[0].text) == ["0.50", "2.00"]
    assert figure.layout.xaxis.range[0] == 0


def test_of_very_many_words_the_longest_bars_stay_in_the_order_of_the_sentence() -> None:
    values = np.concatenate([np.full(60, 0.1), [5.0], np.full(39, 0.2)])
    figure = saliency.bars([f"w{t}" for t in range(100)], values, LIGHT, SIDES)
    assert list(figure.layout.yaxis.ticktext) == [f"w{t}" for t in range(60, 100)]
    assert figure.data[0].x[0] == 5.0


def test_a_word_that_comes_twice_has_two_bars() -> None:
    figure = saliency.bars(["so", "so"], np.array([1.0, 2.0]), LIGHT, SIDES)
    assert len(set(figure.data[0].y)) == 2


def test_the_confusion_is_the_counts_with_labels_down_and_verdicts_across() -> None:
    counts = np.array([[3, 1], [0, 7]])
    figure = saliency.confusion(counts, ["negative", "positive"], LIGHT)
    assert [list(row) for row in figure.data[0].z] == counts.tolist()
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("prediction", "label")
    assert list(figure.layout.yaxis.ticktext) == ["negative", "positive"]
    assert figure.layout.yaxis.autorange == "reversed"
    assert saliency.confusion(np.zeros((2, 2), dtype=np.int64), ["a", "b"], LIGHT).data[0].zmax > 0


# ---------------------------------------------------------------------- maps

POINTS = np.array([[0.0, 0.0], [1.0, 2.0], [3.0, -1.0]])


def test_groups_differ_in_color_and_in_shape_and_lie_where_they_should() -> None:
    groups = [
        projection.Group(label, POINTS + k, ["a", "b", "c"]) for k, label in enumerate(("positive", "negative", projection.MIXED))
    ]
    path = projection.Path("here", np.array([[0.0, 0.0], [9.0, 8.0]]), ["a"])
    figure = projection.sheet(groups, (0.625, 0.25), LIGHT, path=path)
    assert len({trace.marker.color for trace in figure.data}) == 4
    assert len({str(trace.marker.symbol) for trace in figure.data}) == 4
    for k, trace in enumerate(figure.data[:3]):
        np.testing.assert_array_equal(np.column_stack([trace.x, trace.y]), POINTS + k)
    assert (figure.data[3].x[1], figure.data[3].y[1], figure.data[3].name) == (9.0, 8.0, "here")
    assert figure.layout.xaxis.title.text == "first component, 62% of the variance"
    assert figure.layout.yaxis.title.text == "second component, 25% of the variance"


def test_a_sheet_is_shaded_by_one_labels_probability_or_by_the_predicted_label() -> None:
    x, y = np.array([0.0, 1.0]), np.array([0.0, 1.0, 2.0])
    p = np.array([[[0.2, 0.8], [0.5, 0.5]], [[0.9, 0.1], [1.0, 0.0]], [[0.0, 1.0], [0.4, 0.6]]])
    groups, labels = [projection.Group("positive", POINTS, "abc")], ("negative", "positive")
    one, each = (
        projection.sheet(groups, (1, 0), LIGHT, shade=projection.Shade(x, y, p, label), labels=labels).data[0]
        for label in ("positive", None)
    )
    np.testing.assert_allclose(one.z, p[..., 1])
    # the place on the scale: half of the predicted label's half, by how sure it is
    np.testing.assert_allclose(each.z, [[0.65, 0.0], [0.2, 0.25], [0.75, 0.55]])
    assert one.colorscale[0][1] == LIGHT.negative
    assert one.colorscale[-1][1] == LIGHT.positive


def test_of_a_long_path_no_word_is_named_but_each_can_be_pointed_at() -> None:
    words = [f"w{t}" for t in range(projection.MOST_STEPS + 1)]
    path = projection.Path("long", np.zeros((len(words) + 1, 2)), words)
    trace = projection.sheet([projection.Group("positive", POINTS, "abc")], (1, 0), LIGHT, path=path).data[-1]
    assert trace.text is None
    assert list(trace.hovertext) == ["start", *words]


def test_names_stand_beside_their_points_and_never_over_one_another() -> None:
    """Seven in one place: four sides are free; the others have no room, but are still found by pointing."""
    figure = projection.sheet(
        [projection.Group("positive", np.array([[0.0, 0.0]] * 7 + [[9.0, 9.0]]), list("abcdefgh"))], (1, 0), LIGHT
    )
    (trace,) = figure.data
    shown = [(name, side) for name, side in zip(trace.text, trace.textposition, strict=True) if name]
    assert shown == [
        ("a", "top center"),
        ("b", "bottom center"),
        ("c", "middle right"),
        ("d", "middle left"),
        ("h", "top center"),
    ]
    assert list(trace.hovertext) == list("abcdefgh")


def test_a_point_that_is_pointed_at_says_what_else_is_known_of_it() -> None:
    figure = projection.sheet([projection.Group("joy", POINTS[:1], ["so glad"], ["predicted: <joy>"])], (0, 0), LIGHT, labels=())
    assert list(figure.data[0].hovertext) == ["so glad<br>predicted: &lt;joy&gt;"]


def test_of_many_points_none_is_named_but_each_can_be_pointed_at() -> None:
    names = [f"w{i}" for i in range(100)]
    figure = projection.sheet([projection.Group("positive", np.zeros((100, 2)), names)], (0, 0), LIGHT)
    assert figure.data[0].text is None
    assert list(figure.data[0].hovertext) == names


# ---------------------------------------------------------------------- all of them

HOSTILE = "<img/src=x>$a$"


def every_picture(colors: Palette, model: Model, word: str) -> list[go.Figure]:
    return [
        strips.reading_strip(read(model, word), "positive", colors),
        reading_figures.curve(read(model, word), "positive", colors),
        reading_figures.curve(read(model, word), None, colors),
        strips.unknown_strip((word,), (word,), colors),
        strips.pair_strip((read(model, word), read(model, word)), [(0, 0)], "positive", colors),
        states.heat(np.zeros((1, 2)), [word], np.arange(2), "signed", colors),
        states.course(Course((word, "b", "c"), np.array([0]), np.array([[0.5, 0.2, 0.3]])), 0, None, colors),
        saliency.bars([word], np.array([1.0]), colors, (word, (word, "b"))),
        saliency.confusion(np.zeros((1, 1), dtype=np.int64), [word], colors),
        projection.sheet(
            [projection.Group(word, POINTS[:1], [word])], (0, 0), colors, path=projection.Path(word, POINTS[:2], [word])
        ),
    ]


def test_hostile_words_are_spelled_out_in_every_picture() -> None:
    data = Dataset.from_pairs([(f"{HOSTILE} good", 1), ("bad", 0)])
    for figure in every_picture(LIGHT, Model.initial(Experiment(dataset=data)), HOSTILE):
        spec = figure.to_json()
        assert "&lt;img" in spec.replace("\\u0026", "&").replace("\\u003c", "<").replace("\\u003e", ">")
        assert "<img" not in spec.replace("\\u003c", "<")
        assert "$" not in spec


def test_each_picture_is_the_same_again_and_follows_the_theme(model: Model) -> None:
    light, again, dark = (every_picture(colors, model, "good") for colors in (LIGHT, LIGHT, DARK))
    for a, b, c in zip(light, again, dark, strict=True):
        assert a == b
        assert (a.layout.font.color, c.layout.font.color) == (LIGHT.ink, DARK.ink)
        assert a.layout.title.text is None
        assert a.layout.height > 0
        assert not table_of(a).empty
