"""Charts as tables: with the switch on, every chart stands above its own numbers, and strangers' words are only words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
import streamlit as st
from plotly.basedatatypes import BaseFigure

from rnn_core import Dataset, Example, Experiment, ModelConfig, TrainingConfig
from rnn_core.gradients.flow import FlowMap
from tests.ui.figures.plotted import as_plotly_reads
from tests.ui.frame.links import ROOMS, tables_on
from tests.ui.visitor import PAGES, Visitor, started
from ui.figures import projection, sentences, states, through_time
from ui.figures.chart import Chart
from ui.figures.palette import LIGHT, frame
from ui.figures.tables import table_of


def titled(figure: Chart, x: str = "", y: str = "", **more: Any) -> Chart:
    return frame(figure, LIGHT, height=100, x=x, y=y, **more)


def test_curves_are_a_row_a_point_with_the_curves_name() -> None:
    figure = Chart()
    figure.add_scatter(x=[1, 2, 3], y=[0.5, None, 0.25], name="train")
    figure.add_scatter(x=[1, 3], y=[0.75, math.nan], name="test")
    table = table_of(titled(figure, "epoch", "loss"))
    assert list(table) == ["curve", "epoch", "loss"]
    assert table["curve"].tolist() == ["train"] * 3 + ["test"] * 2
    assert table["epoch"].tolist() == [1, 2, 3, 1, 3]
    np.testing.assert_array_equal(table["loss"].to_numpy(float), [0.5, math.nan, 0.25, 0.75, math.nan])


def test_a_curve_without_a_single_number_costs_no_warning() -> None:
    figure = Chart()
    figure.add_scatter(x=[1, 2], y=[None, None], name="nothing")
    figure.add_scatter(x=[1, 2], y=[1.0, 2.0], name="something")
    figure.add_scatter(x=[], y=[], name="empty")
    assert len(table_of(figure)) == 4


def test_numbers_on_a_log_axis_are_the_numbers_and_not_their_exponents_or_the_words_at_ticks() -> None:
    figure = Chart()
    figure.add_scatter(x=[1, 2, 3], y=[0.01, 0.02, 1.0], name="share")
    titled(figure, "epoch", "share").update_yaxes(type="log", tickvals=[0.01, 1.0], ticktext=["1%", "100%"])
    assert table_of(figure)["share"].tolist() == [0.01, 0.02, 1.0]


def test_a_heat_map_is_a_row_a_row_under_its_columns_words() -> None:
    z = np.array([[0.1, -0.2, np.nan], [3.0, 4.0, 5e-9]])
    figure = Chart()
    figure.add_heatmap(z=z, x=[0, 1, 2], y=[0, 1])
    titled(figure, "word", "unit").update_xaxes(tickvals=[0, 1, 2], ticktext=["so", "so", "good"])
    table = table_of(figure)
    assert list(table) == ["unit", "so", "so (2)", "good"]
    np.testing.assert_array_equal(table.iloc[:, 1:].to_numpy(float), z)


@pytest.mark.parametrize("words", [("word", "good"), ("a", "a (2)", "a"), ("a (2)", "a", "a"), ("row", "row (2)")])
def test_no_two_columns_are_ever_of_one_name(words: tuple[str, ...]) -> None:
    """A table with two such columns cannot be sent to a browser."""
    figure = Chart()
    figure.add_heatmap(z=[[1.0] * len(words)])
    titled(figure, "", "word").update_xaxes(tickvals=list(range(len(words))), ticktext=list(words))
    table = table_of(figure)
    assert len(set(table)) == len(words) + 1
    assert table.iloc[0, 1:].tolist() == [1.0] * len(words)


@pytest.mark.parametrize(("x", "y"), [("curve", "y"), ("text", "curve"), ("share", "share")])
def test_axes_named_alike_or_like_the_tables_own_columns_lose_no_numbers(x: str, y: str) -> None:
    figure = Chart()
    figure.add_scatter(x=[1, 2], y=[3, 4], name="a", text=["p", "q"])
    table = table_of(titled(figure, x, y))
    assert [table.iloc[:, i].tolist() for i in range(4)] == [["a", "a"], [1, 2], [3, 4], ["p", "q"]]
    assert len(set(table)) == 4


def test_a_word_is_shown_as_it_was_written_and_never_as_a_tag() -> None:
    for word in ("<b>x</b>", "&lt;b&gt;", "a&amp;b", "$x$", "<br>", "</extra>"):
        data = Dataset.from_pairs([(f"{word} one", 1), ("two", 0)])
        (written, _) = data.words[0]
        table = table_of(sentences.one_hot(data, data.words[0], LIGHT))
        assert written in list(table)
        assert table.iloc[0, 0] == f"1  {written}"


def test_every_word_of_a_long_axis_is_named_in_the_table_though_not_under_the_chart() -> None:
    rng = np.random.default_rng(1)
    words = tuple(f"w{i}" for i in range(75))
    values = rng.normal(size=(75, 3))
    table = table_of(states.heat(values, words, np.array([2, 0, 1]), "signed", LIGHT))
    assert [name.split()[-1] for name in table.columns[1:]] == list(words)
    np.testing.assert_array_equal(table.iloc[:, 1:].to_numpy(float), values.T[[2, 0, 1]])


def test_every_point_of_a_map_has_its_word_though_there_is_no_room_beside_it() -> None:
    rng = np.random.default_rng(3)
    names = [f"word{i}" for i in range(90)]
    figure = projection.sheet([projection.Group("positive", rng.normal(size=(90, 2)), names)], (0.5, 0.2), LIGHT)
    assert table_of(figure)["text"].tolist() == names


class Passage:
    def __init__(self, count: int) -> None:
        rng = np.random.default_rng(4)
        self.words = tuple(f"w{i}" for i in range(count))
        self.norms, self.memory_norms = rng.random(count), None
        self.by_weights = self.by_tanh = rng.random(count - 1)


def test_every_word_of_a_long_sentence_is_named_under_its_gradient() -> None:
    passage: Any = Passage(80)
    table = table_of(through_time.by_word(passage, LIGHT))
    assert [str(name).split()[-1] for name in table.iloc[:, 1]] == list(passage.words)
    np.testing.assert_array_equal(table["gradient norm"].to_numpy(float), passage.norms)


def test_every_kept_epoch_is_named_in_the_map_of_the_flow() -> None:
    rng = np.random.default_rng(5)

    chart = FlowMap(tuple(range(0, 400, 10)), tuple(f"w{i}" for i in range(4)), rng.random((40, 4)) + 0.1)
    figure = through_time.heat(chart, LIGHT)
    table = table_of(figure)
    assert [name.replace(",", "") for name in table.columns[1:]] == [str(epoch) for epoch in chart.epochs]
    np.testing.assert_array_equal(table.iloc[:, 1:].to_numpy(float), np.array(figure.traces[0]["z"], dtype=float))


@pytest.mark.slow
def test_a_strip_of_tiles_names_each_tiles_word(visitor: Visitor, small: Experiment) -> None:
    started(visitor, small).until(lambda: visitor.job.ended).open("predictions")
    tables_on(visitor)
    visitor.ask("so good at all")
    (table,) = [frame for frame in visitor.tables("word") if len(frame) == 4]
    model = visitor.job.status().model
    positive = model.labels.index("positive")
    said = [model.predict_proba([text])[0, positive] for text in ("so", "so good", "so good at", "so good at all")]
    assert table["word"].tolist() == ["so", "good", "at", "all"]
    assert table["value"].tolist() == said


# ---------------------------------------------------------------------- every chart of every page


@pytest.fixture
def pairs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[go.Figure, pd.DataFrame, str]]:
    """Each figure that is shown with the table under it, and the words for it."""
    found: list[tuple[go.Figure, pd.DataFrame, str]] = []
    table, chart = st.dataframe, st.plotly_chart
    latest: list[go.Figure] = []

    def drawn(figure: BaseFigure, *args: Any, **others: Any) -> Any:
        latest[:] = [as_plotly_reads(figure.to_dict())]
        return chart(figure, *args, **others)

    def tabled(frame: pd.DataFrame, *args: Any, **others: Any) -> Any:
        if str(others.get("key", "")).startswith("table-"):
            found.append((latest[0], frame, others["alt"]))
        return table(frame, *args, **others)

    monkeypatch.setattr(st, "dataframe", tabled)
    monkeypatch.setattr(st, "plotly_chart", drawn)
    return found


TABS: dict[str, dict[str, tuple[str, ...]]] = {
    "dataset": {"data-rooms": ("Charts", "Words")},
    "predictions": dict(ROOMS),
    "all_sentences": {"all-rooms": ("list", "file", "map")},
}


def tour(visitor: Visitor) -> list[str]:
    """Every page and every tab in it; the complaints heard on the way."""
    heard = []
    for page in PAGES:
        visitor.open(page)
        keys = TABS.get(page, {})
        for key, names in keys.items():
            for name in names:
                visitor.turn_to(name, key)
                heard += visitor.errors
        if page == "all_sentences":
            visitor.app.session_state["map"] = "words"
            visitor.app.run()
        if page == "gradients":
            for name in ("Clipping", "Through time", "Check", "One update"):
                visitor.part(name)
                heard += visitor.errors
        heard += visitor.errors
    return [error for error in heard if "Something broke on this page" in error]


@pytest.mark.parametrize("cell", ["vanilla", pytest.param("lstm", marks=pytest.mark.slow)])
@pytest.mark.slow
@pytest.mark.usefixtures("unfolded")
def test_every_chart_of_every_page_has_a_table_with_all_that_it_draws(
    visitor: Visitor, small: Experiment, pairs: list[tuple[go.Figure, pd.DataFrame, str]], cell: str
) -> None:
    experiment = small.with_model(cell=cell)
    started(visitor, experiment).until(lambda: visitor.job.ended)
    visitor.session.view.sentence = "so very good at all"
    tables_on(visitor)
    visitor.session.view.log_axis = True
    del pairs[:]
    assert not tour(visitor)
    assert len({alt for _, _, alt in pairs}) >= 15, sorted({alt for _, _, alt in pairs})
    for figure, table, alt in pairs:
        told = [v for v in table.to_numpy().ravel().tolist() if isinstance(v, (int, float)) and math.isfinite(v)]
        missing = set(drawn_y(figure)) - set(told)
        assert not missing, f"{alt}: {sorted(missing)[:5]} not among {list(table)}"
        assert len(set(table)) == len(table.columns), alt


def drawn_y(figure: go.Figure) -> list[float]:
    """The numbers that are read off a figure, places under words not among them."""
    found = []
    for trace in figure.to_plotly_json()["data"]:
        if trace.get("meta") == "background":
            continue
        names = ("z",) if trace["type"] == "heatmap" else ("x",) if trace.get("orientation") == "h" else ("y",)
        for name in names:
            values = np.asarray(pd.Series(np.array(trace[name], dtype=object).ravel()), dtype=object)
            found += [float(v) for v in values if isinstance(v, (int, float)) and math.isfinite(v)]
    return found


def test_with_the_switch_off_there_is_no_table(visitor: Visitor, pairs: list[tuple[go.Figure, pd.DataFrame, str]]) -> None:
    visitor.open("dataset")
    assert not pairs
    tables_on(visitor)
    assert pairs
    assert visitor.session.view.charts_as_tables
    del pairs[:]
    visitor.open("training").open("dataset")
    assert pairs, "it stays on over a walk"
    visitor.app.sidebar.toggle(key="charts-as-tables").set_value(False).run()
    del pairs[:]
    visitor.app.run()
    assert not pairs


@pytest.mark.slow
def test_strangers_words_act_in_no_table(visitor: Visitor) -> None:
    words = ["word", "unit", "label", "curve", "row", "<b>b", "a$x$b", "a[x](y)b", "1"]
    rows = [
        Example(" ".join(words), "positive", "train"),
        Example("bad word", "negative", "train"),
        Example("word bad", "negative", "test"),
    ]
    experiment = Experiment(
        dataset=Dataset(tuple(rows)), model=ModelConfig(hidden_size=4, init_scale=0.3), training=TrainingConfig(epochs=6)
    )
    started(visitor, experiment).until(lambda: visitor.job.ended)
    tables_on(visitor)
    visitor.session.view.sentence = " ".join(words)
    assert not tour(visitor)
    assert not [text for kind, text in visitor.interpreted() if ("a[x](y)b" in text and kind != "chart") or "<b>b" in text]
