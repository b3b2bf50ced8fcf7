"""The prediction room: what it shows of a sentence and of all of them is what the core, or the equations, say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnn_core import Dataset, Example, Experiment, Model, ModelConfig, TextRules, read
from rnn_core.data.baseline import Baseline
from rnn_core.explanation import Evaluation, explain, find_flips, unit_order
from tests.core.equations import Way, go, vectors
from tests.ui.visitor import Visitor, unescaped
from ui.messages import course, flips, saliency
from ui.messages import names as names_messages
from ui.messages import states as states_messages

SENTENCE = "i was not at all bad"
WORDS = SENTENCE.split()
READS, DECIDED, CHANGES, BESIDE, EPOCHS = (
    "While it reads",
    "Which words decided",
    "What would change its mind",
    "Beside another",
    "Over the epochs",
)


def trained(visitor: Visitor, **settings: Any) -> Visitor:
    given: dict[str, Any] = {"epochs": 12, "learning_rate": 0.05} | settings
    return visitor.settings(**given).train().open("predictions").ask(SENTENCE)


def model_of(visitor: Visitor) -> Model:
    return visitor.job.status().model


def way_of(model: Model, *, backwards: bool = False) -> Way:
    """The direction's way through the sentence, by the equations."""
    xs = vectors(model, WORDS)
    return go(model, xs[::-1], "_reverse") if backwards else go(model, xs)


def order_of(visitor: Visitor, *, backwards: bool = False) -> list[int]:
    """Units in the order that puts similar ones together, over all training sentences."""
    model, data = model_of(visitor), visitor.job.experiment.dataset
    states = [model.states(data.examples[row].text) for row in data.rows("train")]
    return list(unit_order(np.concatenate([(s.h_reverse if backwards else s.h)[1:] for s in states])))


def heat(visitor: Visitor, key: str) -> np.ndarray[Any, Any]:
    """A heat map's values, a row a unit in its own order."""
    (trace,) = visitor.charts[key]["data"]
    z = np.array([[np.nan if value is None else value for value in row] for row in trace["z"]])
    units = [int(name.removeprefix("unit ")) for name in trace["y"]]
    back = np.empty_like(z)
    back[units] = z
    return back


# ---------------------------------------------------------------------- while it reads


@pytest.mark.parametrize("cell", ["vanilla", "gru", "lstm"])
@pytest.mark.parametrize("both", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_states_and_gates_are_those_of_the_equations(visitor: Visitor, cell: str, both: bool) -> None:
    trained(visitor, cell=cell, bidirectional=both)
    model = model_of(visitor)
    for symbol in states_messages.QUANTITIES[cell]:
        if cell != "vanilla":
            visitor.app.session_state["quantity"] = symbol
            visitor.app.run()
        for way in range(1 + both):
            expected = way_of(model, backwards=bool(way))
            values = expected.states[1:] if symbol == "h" else [gates[symbol] for gates in expected.gates]
            if way:
                values = values[::-1]
            np.testing.assert_allclose(heat(visitor, f"states-{way}").T, values, atol=1e-9, err_msg=symbol)
            axis = visitor.charts[f"states-{way}"]["layout"]["xaxis"]
            assert axis["ticktext"] == WORDS
    assert ("states-1" in visitor.charts) == both


def test_units_stand_in_the_order_of_the_training_sentences_whatever_is_asked(visitor: Visitor) -> None:
    trained(visitor, bidirectional=True)
    for text in (SENTENCE, "this is happy"):
        visitor.ask(text)
        for way in (0, 1):
            names = visitor.charts[f"states-{way}"]["data"][0]["y"]
            assert names == [f"unit {unit}" for unit in order_of(visitor, backwards=bool(way))]


@pytest.mark.parametrize(
    ("cell", "columns"),
    [
        ("vanilla", ["W_xh x_t", "W_hh h_t−1", "b_h"]),
        ("gru", ["W_xr x_t", "W_hu h_t−1", "b_n", "b_hn", "r_t", "m_t"]),
        ("lstm", ["W_xi x_t", "W_hg h_t−1", "b_o", "f_t", "c_t"]),
    ],
)
def test_the_numbers_of_a_step_are_those_of_the_equations(visitor: Visitor, cell: str, columns: list[str]) -> None:
    trained(visitor, cell=cell)
    visitor.app.selectbox(key="step-6").set_value(2).run()
    (table,) = visitor.tables("unit")
    model, H = model_of(visitor), 8
    way = way_of(model)
    order = [int(unit) for unit in table["unit"]]
    blocks = {"vanilla": "h", "gru": "run", "lstm": "ifgo"}[cell]
    for k, block in enumerate(blocks):
        part = slice(k * H, (k + 1) * H)
        for name, values in (
            (f"W_x{block} x_t", way.from_input[2]),
            (f"W_h{block} h_t−1", way.from_state[2]),
            (f"b_{block}", model.parameters["b_h"]),
        ):
            np.testing.assert_allclose(table[name], values[part][order], atol=1e-9, err_msg=name)
    for symbol, values in way.gates[2].items():
        np.testing.assert_allclose(table[f"{symbol}_t"], values[order], atol=1e-9)
    np.testing.assert_allclose(table["h_t−1"], way.states[2][order], atol=1e-9)
    np.testing.assert_allclose(table["h_t"], way.states[3][order], atol=1e-9)
    assert set(columns) <= set(table.columns)
    place = model.vocabulary.words.index("not") + 1
    assert any(f"a one in place {place}, that of “not”" in unescaped(text) for text in visitor.markdown)


def test_read_from_its_end_the_step_of_a_word_is_another(visitor: Visitor) -> None:
    trained(visitor, bidirectional=True)
    visitor.app.selectbox(key="step-6").set_value(1).run()
    forward, backward = visitor.tables("unit")
    for table, way, step in ((forward, way_of(model_of(visitor)), 1), (backward, way_of(model_of(visitor), backwards=True), 4)):
        order = [int(unit) for unit in table["unit"]]
        np.testing.assert_allclose(table["W_xh x_t"], way.from_input[step][order], atol=1e-9)
        np.testing.assert_allclose(table["h_t"], way.states[step + 1][order], atol=1e-9)


def test_an_embedding_is_shown_in_the_place_of_a_one(visitor: Visitor) -> None:
    trained(visitor, embedding_size=3)
    row = model_of(visitor).parameters["E"][model_of(visitor).vocabulary.words.index("bad")]
    shown = ", ".join(f"{value:.3f}" for value in row)
    assert any(f"the embedding of “bad”, 3 numbers: {shown}." in unescaped(text) for text in visitor.markdown)


# ---------------------------------------------------------------------- which words decided


@pytest.mark.parametrize("settings", [{}, {"cell": "lstm", "bidirectional": True}, {"cell": "gru", "embedding_size": 3}], ids=str)
def test_the_four_answers_are_the_cores(visitor: Visitor, settings: dict[str, Any]) -> None:
    trained(visitor, **settings).turn_to(DECIDED)
    model = model_of(visitor)
    reading = read(model, SENTENCE)
    found = explain(model, reading, reading.verdict)
    for field in saliency.METHODS:
        (bars,) = visitor.charts[field]["data"]
        np.testing.assert_allclose(bars["x"], getattr(found, field), atol=1e-12)
        assert visitor.charts[field]["layout"]["yaxis"]["ticktext"] == WORDS
    texts = visitor.markdown + [unescaped(text.value) for text in visitor.app.main.caption]
    assert any(f"= {found.log_odds:+.2f} (p = {found.probability:.3f})" in text for text in texts)
    assert any(f"They add up to {found.integrated_gradients.sum():+z.3f}".replace("-", "\u2212") in text for text in texts)
    for name, meaning in saliency.METHODS.values():
        assert f"**{name}**" in visitor.markdown
        assert meaning in texts


def test_a_sentence_of_one_word_cannot_lose_it(visitor: Visitor) -> None:
    trained(visitor).turn_to(DECIDED).ask("bad")
    (bars,) = visitor.charts["leave_one_out"]["data"]
    assert bars["x"] == [None]
    assert "Without its only word there is nothing to read." in [text.value for text in visitor.app.main.caption]


# ---------------------------------------------------------------------- what would change its mind


def test_flips_are_the_cores_and_say_how_many_were_tried(visitor: Visitor) -> None:
    trained(visitor, epochs=60).turn_to(CHANGES)
    model = model_of(visitor)
    reading = read(model, SENTENCE)
    found = find_flips(model, reading)
    for flip in (*found.deletions, *found.replacements):
        assert unescaped(flips.flip(flip, reading.tokens, reading.verdict)) in visitor.markdown
    captions = [unescaped(text.value) for text in visitor.app.main.caption]
    assert flips.deletions_line(found) in captions
    assert flips.replacements_line(found) in captions
    assert f"{found.replacements_tried}" in flips.replacements_line(found)


def three() -> Experiment:
    pairs = [(f"{very}{word}", label) for very in ("", "so ", "very ") for word, label in THREE.items()]
    return Experiment(dataset=Dataset.from_pairs(pairs, pairs[:3]), model=ModelConfig(hidden_size=8, init_scale=0.5))


THREE = {"glad": "joy", "cross": "anger", "low": "sadness"}


def test_with_three_labels_every_part_says_which_label_it_is_about(visitor: Visitor) -> None:
    visitor.session.accept(three())
    trained(visitor, init_scale=0.5, learning_rate=0.1, epochs=150).ask("so very glad")
    model = model_of(visitor)
    reading = read(model, "so very glad")
    assert visitor.metrics["Verdict"] == reading.verdict == "joy"
    notes = [note["text"] for note in visitor.charts["reading"]["layout"]["annotations"][1::2]]
    said = zip(reading.probabilities.argmax(axis=1), reading.probabilities.max(axis=1), strict=True)
    assert notes == [f"{model.labels[k]}<br>{p:.2f}" for k, p in said]

    visitor.turn_to(DECIDED)
    for label in ("joy", "sadness"):
        visitor.choose("Explain for", label)
        (bars,) = visitor.charts["leave_one_out"]["data"]
        np.testing.assert_allclose(bars["x"], explain(model, reading, label).leave_one_out, atol=1e-12)

    visitor.turn_to(CHANGES)
    for to in (None, "anger", "sadness"):
        visitor.choose("Change joy to", to)
        found = find_flips(model, reading, to=to)
        shown = [unescaped(flips.flip(flip, reading.tokens, "joy")) for flip in found.replacements]
        assert shown
        assert set(shown) <= set(visitor.markdown)
        assert to is None or all(flip.verdict == to for flip in found.replacements)

    visitor.turn_to("Over the epochs")
    assert set(visitor.chart("course")) == set(model.labels)
    visitor.turn_to("Map", "all-rooms")
    for label, trace in visitor.chart("map-sentences").items():
        if label in model.labels:
            for text in trace["hovertext"]:
                sentence, prediction = text.split("<br>")
                told = read(model, sentence)
                assert prediction == f"predicted: {told.verdict} ({told.confidence:.2f})"


def flips_in(visitor: Visitor) -> list[str]:
    return [str(button.key) for button in visitor.app.main.button if str(button.key).startswith("ask-")]


def test_a_flip_goes_into_the_data_with_the_readers_label_and_comes_out_again(visitor: Visitor) -> None:
    trained(visitor, epochs=60).turn_to(CHANGES)
    before = visitor.session.workspace.dataset
    model = model_of(visitor)
    found = find_flips(model, read(model, SENTENCE))
    kind, flip = ("deletion", found.deletions[0]) if found.deletions else ("replacement", found.replacements[0])
    wrong = next(label for label in model.labels if label != flip.verdict)
    visitor.app.button(key=f"add-{kind}-0-{wrong}").click().run()
    data = visitor.session.workspace.dataset
    assert data.examples == (*before.examples, Example(flip.text, wrong, "train"))
    said = [unescaped(box.value) for box in visitor.app.success]
    assert said == [unescaped(flips.added(flip.text, wrong, None))]
    assert any("Changed since: the sentences" in text for text in visitor.infos)

    visitor.app.button(key=f"add-{kind}-0-{wrong}").click().run()
    assert visitor.session.workspace.dataset is data, "it is there already"
    assert any("is among the training sentences" in text for text in visitor.infos)

    visitor.app.button(key=f"add-{kind}-0-{flip.verdict}").click().run()
    assert len(visitor.session.workspace.dataset.examples) == len(data.examples) + 1
    assert any("no network can learn both" in unescaped(box.value) for box in visitor.app.success)
    visitor.press("Take it back")
    assert visitor.session.workspace.dataset == data
    visitor.session.workspace.undo()
    assert visitor.session.workspace.dataset == before


def test_a_flip_can_be_asked_itself(visitor: Visitor) -> None:
    trained(visitor, epochs=60).turn_to(CHANGES)
    model = model_of(visitor)
    found = find_flips(model, read(model, SENTENCE))
    key = flips_in(visitor)[0]
    flip = (found.deletions or found.replacements)[0]
    visitor.app.button(key=key).click().run()
    assert visitor.app.text_input(key="sentence").value == flip.text
    assert visitor.metrics["Verdict"] == flip.verdict


def test_the_sentence_itself_can_be_added(visitor: Visitor) -> None:
    trained(visitor).turn_to(CHANGES).ask("NOT good at all!")
    visitor.app.button(key="add-itself-negative").click().run()
    assert visitor.session.workspace.dataset.examples[-1] == Example("NOT good at all!", "negative", "train")


# ---------------------------------------------------------------------- beside another


def test_two_sentences_share_columns_and_each_says_what_it_says_alone(visitor: Visitor) -> None:
    trained(visitor).turn_to(BESIDE)
    assert visitor.app.text_input(key="other-sentence").value == "i was at all bad", "without its not, to begin with"
    visitor.app.text_input(key="other-sentence").set_value("i was happy at all").run()
    model = model_of(visitor)
    k = model.labels.index("positive")
    first, second = (read(model, text).probabilities[:, k] for text in (SENTENCE, "i was happy at all"))
    z = visitor.charts["pair"]["data"][0]["z"]
    np.testing.assert_allclose(z[0], first)
    assert [value is None for value in z[1]] == [False] * 5 + [True]
    np.testing.assert_allclose(z[1][:5], second)
    a, b, c = (heat(visitor, f"pair-states-{which}").T for which in "abc")
    np.testing.assert_allclose(a, way_of(model).states[1:], atol=1e-9)
    other = go(model, vectors(model, ["i", "was", "happy", "at", "all"])).states[1:]
    np.testing.assert_allclose(b[:5], other, atol=1e-9)
    assert np.isnan(b[5]).all()
    np.testing.assert_allclose(c[:5], a[:5] - b[:5], atol=1e-9)
    assert visitor.charts["pair-states-a"]["layout"]["xaxis"]["ticktext"] == ["i", "was", "not / happy", "at", "all", "bad"]


def test_a_second_sentence_that_cannot_be_read_says_why_and_spoils_nothing(visitor: Visitor) -> None:
    trained(visitor).turn_to(BESIDE)
    visitor.app.text_input(key="other-sentence").set_value("a gnu").run()
    assert visitor.infos == ["The network has never read “a”, “gnu”."]
    assert "reading" in visitor.charts
    assert "pair" not in visitor.charts


# ---------------------------------------------------------------------- at other times


def test_the_course_is_what_each_kept_network_says(visitor: Visitor) -> None:
    trained(visitor, epochs=60).turn_to(EPOCHS)
    run = visitor.job.status()
    assert len(run.kept) > 10
    (line,) = visitor.charts["course"]["data"]
    assert line["x"] == list(run.kept)
    for epoch, p in zip(line["x"], line["y"], strict=True):
        model = run.model_at(epoch)
        assert p == pytest.approx(model.predict_proba([SENTENCE])[0, model.labels.index("positive")], rel=1e-12)


def test_the_whole_page_follows_the_epoch_that_is_chosen(visitor: Visitor) -> None:
    trained(visitor, epochs=60, learning_rate=0.3)
    latest = visitor.charts["reading"]["data"][0]["z"]
    run = visitor.job.status()
    (slider,) = [s for s in visitor.app.select_slider if s.label == "Network of epoch"]
    slider.set_value(run.kept[0]).run()
    assert visitor.job.viewed == 0
    start = run.model_at(0)
    (z,) = visitor.charts["reading"]["data"][0]["z"]
    np.testing.assert_allclose(z, read(start, SENTENCE).probabilities[:, start.labels.index("positive")])
    assert z != latest[0]
    losses = [one.loss for one in Evaluation.of(start, run.experiment.dataset, "test").judged]
    (table,) = visitor.tables("judged")
    assert list(table["loss"]) == pytest.approx(losses)
    visitor.open("training")
    assert visitor.job.viewed == 0, "it is one slider"


def test_the_open_tab_stays_open_over_a_word_that_is_half_typed(visitor: Visitor) -> None:
    trained(visitor).turn_to("Which words decided").ask("i am goo")
    assert "gradient_norm" not in visitor.charts
    visitor.ask("i am good")
    assert "gradient_norm" in visitor.charts
    assert visitor.app.session_state["sentence-rooms"] == "Which words decided"


# ---------------------------------------------------------------------- all sentences


def test_the_measures_are_the_cores_and_the_filters_let_through_what_they_say(visitor: Visitor) -> None:
    trained(visitor)
    model, data = model_of(visitor), visitor.job.experiment.dataset
    for split in ("train", "test"):
        visitor.app.session_state["split"] = split
        visitor.app.session_state["filter"] = "All"
        visitor.app.run()
        found = Evaluation.of(model, data, split)
        assert visitor.metrics["Accuracy"] == f"{found.accuracy:.3f}"
        assert visitor.charts["confusion"]["data"][0]["z"] == found.confusion.tolist()
        (scores,) = visitor.tables("label")
        for i, label in enumerate(model.labels):
            assert scores.iloc[i][["precision", "recall", "F1"]].tolist() == pytest.approx(list(found.scores(label)[:3]))
        baseline = Baseline.fit(data)
        bag = {row: baseline.labels[int(np.argmax(baseline.probabilities[row]))] for row in data.rows(split)}
        expected = {
            "All": found.judged,
            "Right": [one for one in found.judged if one.verdict == one.label],
            "Wrong": [one for one in found.judged if one.verdict != one.label],
            "Only the network is right": [one for one in found.judged if one.right and bag[one.row] != one.label],
            "Only the bag of words is right": [one for one in found.judged if not one.right and bag[one.row] == one.label],
        }
        for choice, judged in expected.items():
            visitor.app.session_state["filter"] = choice
            visitor.app.run()
            tables = visitor.tables("judged")
            assert [list(table["sentence"]) for table in tables] == ([[one.text for one in judged]] if judged else [])
            if judged:
                marks = [names_messages.RIGHT if bag[one.row] == one.label else names_messages.WRONG for one in judged]
                assert list(tables[0]["bag of words"]) == marks
        for place, mean in ((-2, found.macro), (-1, found.weighted)):
            assert scores.iloc[place][["precision", "recall", "F1"]].tolist() == pytest.approx(list(mean[:3]))
        mine, theirs = len(expected["Only the network is right"]), len(expected["Only the bag of words is right"])
        assert f"Only the network is right on {mine}, only the bag of words on {theirs}." in " ".join(visitor.markdown)
        assert len(expected["Wrong"]) > 0
        assert mine + theirs > 0


@pytest.mark.parametrize("column", ["sentence", "loss"])
def test_a_row_is_opened_by_any_of_its_cells(visitor: Visitor, column: str) -> None:
    trained(visitor)
    text = Evaluation.of(model_of(visitor), visitor.job.experiment.dataset, "test").judged[2].text
    count = len(visitor.job.experiment.dataset.rows("test"))
    assert "Click a row to open its sentence above." in visitor.captions
    visitor.click_cell(f"judged-All-{count}", 2, column)
    assert visitor.app.text_input(key="sentence").value == text
    assert f"“{text}” is open above." in visitor.captions
    visitor.ask("i am bad")
    assert visitor.app.text_input(key="sentence").value == "i am bad", "what is typed is not taken back"
    assert "Click a row to open its sentence above." in visitor.captions


# ---------------------------------------------------------------------- the map


def test_the_sentences_map_is_the_plane_of_their_last_states(visitor: Visitor) -> None:
    trained(visitor, bidirectional=True, epochs=40).turn_to("Map", "all-rooms")
    model, data = model_of(visitor), visitor.job.experiment.dataset

    def end(text: str) -> np.ndarray[Any, Any]:
        states = model.states(text)
        return np.concatenate([states.h[-1], states.h_reverse[-1]])

    ends = np.array([end(example.text) for example in data.examples])
    centered = ends - ends.mean(axis=0)
    values, axes = np.linalg.eigh(centered.T @ centered)
    chart = visitor.charts["map-sentences"]
    for label in ("positive", "negative"):
        (group,) = [trace for trace in chart["data"] if trace["name"] == label]
        own = [i for i, example in enumerate(data.examples) if example.label == label]
        np.testing.assert_allclose(np.abs(group["x"]), np.abs(centered[own] @ axes[:, -1]), atol=1e-8)
        np.testing.assert_allclose(np.abs(group["y"]), np.abs(centered[own] @ axes[:, -2]), atol=1e-8)
    symbols = {trace["name"]: trace["marker"]["symbol"] for trace in chart["data"]}
    assert len(set(symbols.values())) == 3, "told apart by shape too"
    assert f"{values[-1] / values.sum():.0%} of the variance" in chart["layout"]["xaxis"]["title"]["text"]
    (star,) = [trace for trace in chart["data"] if trace["name"] == "the sentence above"]
    assert abs(star["x"][0]) == pytest.approx(abs((end(SENTENCE) - ends.mean(axis=0)) @ axes[:, -1]), abs=1e-8)

    moved = [example.text for example in data.examples if "not" in example.text.split()][: len(chart["layout"]["annotations"])]
    assert len(moved) > 5
    for text, arrow in zip(moved, chart["layout"]["annotations"], strict=True):
        without = " ".join(word for word in text.split() if word != "not")
        for place, sentence in (("x", text), ("ax", without)):
            assert abs(arrow[place]) == pytest.approx(abs((end(sentence) - ends.mean(axis=0)) @ axes[:, -1]), abs=1e-8)


@pytest.mark.parametrize("size", [0, 3])
def test_the_words_map_is_the_plane_of_their_input_rows(visitor: Visitor, size: int) -> None:
    trained(visitor, embedding_size=size, bidirectional=True).turn_to("Map", "all-rooms")
    visitor.app.session_state["map"] = "Words"
    visitor.app.run()
    model = model_of(visitor)
    p = model.parameters
    rows = p["E"] if size else np.concatenate([p["W_xh"], p["W_xh_reverse"]]).T
    centered = rows - rows.mean(axis=0)
    _, axes = np.linalg.eigh(centered.T @ centered)
    seen = set()
    for trace in visitor.charts["map-words"]["data"]:
        for word, x in zip(trace["hovertext"], trace["x"], strict=True):
            seen.add(word)
            own = centered[model.vocabulary.words.index(word)] @ axes[:, -1]
            assert abs(x) == pytest.approx(abs(own), abs=1e-8)
    assert seen == set(model.vocabulary)


def test_a_word_has_the_look_of_the_label_that_it_mostly_stands_under(visitor: Visitor) -> None:
    visitor.session.workspace.dataset = Dataset.from_pairs(
        [("good it at", 1), ("good so at", 1), ("bad it at", 0), ("bad so at", 0), ("bad good so at", 0)], [("good", 1)]
    )
    trained(visitor.settings(epochs=2)).ask("good").turn_to("Map", "all-rooms")
    visitor.app.session_state["map"] = "Words"
    visitor.app.run()
    groups = {trace["name"]: set(trace["hovertext"]) for trace in visitor.charts["map-words"]["data"]}
    assert groups == {"positive": {"good"}, "negative": {"bad", "so"}, "both": {"it", "at"}}


# ---------------------------------------------------------------------- many at once


def upload(visitor: Visitor, name: str, content: bytes) -> Visitor:
    visitor.app.file_uploader(key="batch").upload(name, content, "text/plain").run()
    return visitor


def test_every_line_of_a_file_is_judged_and_none_stops_the_others(visitor: Visitor) -> None:
    trained(visitor).turn_to("Many at once", "all-rooms")
    upload(visitor, "lines.txt", b"i am happy\na gnu\n=1+1\nthis is not good\n")
    (table,) = visitor.tables("text")
    model = model_of(visitor)
    p = model.predict_proba(["i am happy", "this is not good"])
    assert list(table["text"]) == ["i am happy", "a gnu", "=1+1", "this is not good"]
    for k, label in enumerate(model.labels):
        assert table[f"p({label})"].dropna().tolist() == pytest.approx(p[:, k].tolist())
    assert table["verdict"].dropna().tolist() == [model.labels[i] for i in p.argmax(axis=1)]
    assert list(table["unknown words"]) == ["", "a gnu", "=1+1", ""]
    assert table["problem"][1] == "The network has never read “a”, “gnu”."
    assert "2 of 4 texts were judged. The others say what is in the way." in visitor.markdown
    captions = [unescaped(text.value) for text in visitor.app.main.caption]
    assert any("Texts are written as they came in" in text for text in captions)


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(visitor: Visitor) -> None:
    trained(visitor).turn_to("Many at once", "all-rooms")
    upload(visitor, "lines.txt", b"\x00\xff\x00")
    assert "UTF-8" in visitor.errors[0]
    assert not visitor.tables("text")


def test_a_file_is_read_in_the_encoding_in_which_it_could_be_imported(visitor: Visitor) -> None:
    trained(visitor).turn_to("Many at once", "all-rooms")
    upload(visitor, "lines.csv", "text,label\ncaf\u00e9 good,1\ncaf\u00e9 bad,0\n".encode("cp1252"))
    assert not visitor.errors
    (answers,) = visitor.tables("text")
    assert list(answers["text"]) == ["caf\u00e9 good", "caf\u00e9 bad"]


# ---------------------------------------------------------------------- unknown words that are read all the same


@pytest.mark.parametrize(("policy", "read_words"), [("skip", "i am bad"), ("replace", "i am <unk> bad")])
def test_each_policy_shows_what_the_network_really_reads(visitor: Visitor, policy: str, read_words: str) -> None:
    data = visitor.session.workspace.dataset
    extra = (Example("glorious", "positive", "train"),) if policy == "replace" else ()
    visitor.session.workspace.dataset = Dataset((*data.examples, *extra), TextRules(unknown=policy))  # type: ignore[arg-type]
    trained(visitor).ask("i am happpy bad")
    assert not visitor.errors
    (said,) = [text for text in visitor.infos if "It has never met" in text]
    assert f"“{read_words}”" in said
    assert "happy" in visitor.buttons, "a near known word is a click away"
    model = model_of(visitor)
    (z,) = visitor.charts["reading"]["data"][0]["z"]
    np.testing.assert_allclose(
        z,
        model.predict_proba(["i", "i am", "i am happpy", "i am happpy bad"])[
            [0, 1, 3] if policy == "skip" else [0, 1, 2, 3], model.labels.index("positive")
        ],
    )
    shown = [note["text"] for note in visitor.charts["reading"]["layout"]["annotations"]][::2]
    assert shown == (["i", "am", "bad"] if policy == "skip" else ["i", "am", "<b><i>happpy</i></b>", "bad"])
    visitor.press("happy")
    assert visitor.app.text_input(key="sentence").value == "i am happy bad"


# ---------------------------------------------------------------------- a network from a file


def test_a_network_from_a_file_is_asked_until_the_run_is_wanted_again(visitor: Visitor) -> None:
    trained(visitor)
    other = model_of(visitor).with_large_weights(3)
    visitor.session.open_network(other)
    visitor.app.run()
    (z,) = visitor.charts["reading"]["data"][0]["z"]
    np.testing.assert_allclose(z, read(other, SENTENCE).probabilities[:, other.labels.index("positive")])
    visitor.turn_to(EPOCHS)
    assert course.course_line("positive", None) in visitor.infos
    visitor.press("Ask the run instead")
    (z,) = visitor.charts["reading"]["data"][0]["z"]
    np.testing.assert_allclose(z, read(model_of(visitor), SENTENCE).probabilities[:, other.labels.index("positive")])


def test_a_network_from_a_file_can_be_asked_before_anything_is_trained(visitor: Visitor, small: Any) -> None:
    model = Model.initial(small).with_large_weights()
    visitor.session.open_network(model)
    visitor.open("predictions").ask("not bad")
    assert visitor.metrics["Verdict"] == model.predict(["not bad"])[0]
    assert any("cannot be judged by this network" in text for text in visitor.markdown)
    for tab in (READS, DECIDED, CHANGES, BESIDE):
        visitor.turn_to(tab)
        assert not visitor.errors
    for tab in ("Map", "Many at once"):
        visitor.turn_to(tab, "all-rooms")
        assert not visitor.errors
