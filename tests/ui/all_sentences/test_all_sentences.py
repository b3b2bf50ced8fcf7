"""All sentences: the measures, the list, the map and the files of many texts are what the core says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnn_core import Dataset, Model
from rnn_core.data.baseline import Baseline
from rnn_core.explanation import Evaluation, endings, predictions_on_plane, project
from rnn_core.presets import guide_dataset
from tests.ui.visitor import Visitor, unescaped
from ui.language import percent
from ui.messages.names import correctness

SENTENCE = "i was not at all bad"


def trained(visitor: Visitor, **settings: Any) -> Visitor:
    given: dict[str, Any] = {"epochs": 12, "learning_rate": 0.05} | settings
    visitor.session.view.sentence = SENTENCE
    return visitor.settings(**given).train().open("all_sentences")


def model_of(visitor: Visitor) -> Model:
    return visitor.job.status().model


# ---------------------------------------------------------------------- all sentences


def test_the_test_sentences_stand_with_the_largest_loss_first(visitor: Visitor) -> None:
    trained(visitor)
    data, model = visitor.job.experiment.dataset, model_of(visitor)
    rows = [data.examples[i] for i in data.rows("test")]
    judged = []
    for example, p in zip(rows, model.predict_proba([row.text for row in rows]), strict=True):
        loss = -np.log(p[model.labels.index(example.label or "")])
        judged.append((loss, example.text, example.label, model.labels[int(np.argmax(p))], p.max()))
    judged.sort(key=lambda row: -row[0])
    wrong = sum(label != verdict for _, _, label, verdict, _ in judged)
    assert 0 < wrong < 20, "a network half trained shows both"

    (table,) = visitor.tables("judged")
    assert list(table["judged"]) == [correctness(False)] * wrong + [correctness(True)] * (20 - wrong)
    assert list(table["sentence"]) == [text for _, text, *_ in judged]
    assert list(table["label"]) == [label for _, _, label, _, _ in judged]
    assert list(table["verdict"]) == [verdict for *_, verdict, _ in judged]
    assert list(table["confidence"]) == pytest.approx([p for *_, p in judged])
    assert list(table["loss"]) == pytest.approx([loss for loss, *_ in judged])
    assert f"{wrong} of 20 predictions are wrong. The largest loss comes first." in visitor.markdown


def test_a_network_that_is_all_right_is_said_to_be(visitor: Visitor) -> None:
    sentences = [("good", True), ("bad", False)]
    visitor.session.workspace.dataset = Dataset.from_pairs(sentences, sentences)
    visitor.settings(epochs=50, learning_rate=0.5).train().open("all_sentences")
    assert list(visitor.tables("judged")[0]["judged"]) == [correctness(True)] * 2
    assert "All 2 predictions are correct." in visitor.markdown


def test_without_test_sentences_those_trained_on_are_judged_and_the_page_says_where_to_get_some(visitor: Visitor) -> None:
    visitor.open("dataset").edit(deleted=list(guide_dataset().rows("test")))
    visitor.settings(epochs=2).train().open("all_sentences")
    assert len(visitor.tables("judged")[0]) == 58
    visitor.app.session_state["split"] = "test"
    visitor.app.run()
    assert visitor.infos == ["This experiment has no test sentences. On the Dataset page, set the split of some rows to “test”."]


@pytest.mark.slow
def test_the_measures_are_the_cores_and_the_filters_let_through_what_they_say(visitor: Visitor) -> None:
    trained(visitor)
    model, data = model_of(visitor), visitor.job.experiment.dataset
    for split in ("train", "test"):
        visitor.app.session_state["split"] = split
        visitor.app.session_state["filter"] = "all"
        visitor.app.run()
        found = Evaluation.of(model, data, split)
        assert visitor.metrics["Accuracy"] == percent(found.accuracy)
        assert visitor.charts["confusion"]["data"][0]["z"] == found.confusion.tolist()
        (scores,) = visitor.tables("label")
        for i, label in enumerate(model.labels):
            assert scores.iloc[i][["precision", "recall", "F1"]].tolist() == [percent(share) for share in found.scores(label)[:3]]
        baseline = Baseline.fit(data)
        bag = {row: baseline.labels[int(np.argmax(baseline.probabilities[row]))] for row in data.rows(split)}
        expected = {
            "all": found.judged,
            "right": [one for one in found.judged if one.verdict == one.label],
            "wrong": [one for one in found.judged if one.verdict != one.label],
            "network": [one for one in found.judged if one.right and bag[one.row] != one.label],
            "bag": [one for one in found.judged if not one.right and bag[one.row] == one.label],
        }
        for choice, judged in expected.items():
            visitor.app.session_state["filter"] = choice
            visitor.app.run()
            tables = visitor.tables("judged")
            assert [list(table["sentence"]) for table in tables] == ([[one.text for one in judged]] if judged else [])
            if judged:
                marks = [correctness(bag[one.row] == one.label) for one in judged]
                assert list(tables[0]["bag of words"]) == marks
        for place, mean in ((-2, found.macro), (-1, found.weighted)):
            assert scores.iloc[place][["precision", "recall", "F1"]].tolist() == [percent(share) for share in mean[:3]]
        mine, theirs = len(expected["network"]), len(expected["bag"])
        assert f"Only the network is right: {mine}. Only the bag of words is right: {theirs}." in " ".join(visitor.markdown)
        assert len(expected["wrong"]) > 0
        assert mine + theirs > 0


@pytest.mark.parametrize("column", ["sentence", "loss"])
def test_a_row_is_opened_by_any_of_its_cells(visitor: Visitor, column: str) -> None:
    trained(visitor)
    text = Evaluation.of(model_of(visitor), visitor.job.experiment.dataset, "test").judged[2].text
    count = len(visitor.job.experiment.dataset.rows("test"))
    visitor.click_cell(f"judged-all-{count}", 2, column)
    assert visitor.title == "Predictions"
    assert visitor.app.text_input(key="sentence").value == text


# ---------------------------------------------------------------------- the map


def test_the_sentences_map_is_the_plane_of_their_last_states(visitor: Visitor) -> None:
    trained(visitor, bidirectional=True, epochs=40).turn_to("map", "all-rooms")
    model, data = model_of(visitor), visitor.job.experiment.dataset

    def end(text: str) -> np.ndarray[Any, Any]:
        states = model.states(text)
        return np.concatenate([states.h[-1], states.h_reverse[-1]])

    ends = np.array([end(example.text) for example in data.examples])
    centered = ends - ends.mean(axis=0)
    values, axes = np.linalg.eigh(centered.T @ centered)
    chart = visitor.charts["map-sentences"]
    for label in ("positive", "negative"):
        (group,) = [trace for trace in chart["data"] if trace.get("name") == label]
        own = [i for i, example in enumerate(data.examples) if example.label == label]
        np.testing.assert_allclose(np.abs(group["x"]), np.abs(centered[own] @ axes[:, -1]), atol=1e-8)
        np.testing.assert_allclose(np.abs(group["y"]), np.abs(centered[own] @ axes[:, -2]), atol=1e-8)
    symbols = {name: trace["marker"]["symbol"] for name, trace in visitor.chart("map-sentences").items() if name in model.labels}
    assert len(set(symbols.values())) == 2, "told apart by shape too"
    assert f"{values[-1] / values.sum():.0%} of the variance" in chart["layout"]["xaxis"]["title"]["text"]


@pytest.mark.parametrize("both", [False, True])
def test_the_arrows_lead_one_sentence_from_word_to_word_over_the_predictions_of_the_plane(visitor: Visitor, both: bool) -> None:
    trained(visitor, bidirectional=both, epochs=40).turn_to("map", "all-rooms")
    model = model_of(visitor)
    for text in (SENTENCE, visitor.job.experiment.dataset.examples[0].text):
        if text != SENTENCE:
            visitor.choose("Sentence to follow", 1)
        found = project(np.stack([endings(model, one.text)[-1] for one in visitor.job.experiment.dataset.examples]))
        *_, path = visitor.charts["map-sentences"]["data"]
        expected = found.place(endings(model, text))
        np.testing.assert_allclose(path["x"], expected[:, 0], atol=1e-8)
        np.testing.assert_allclose(path["y"], expected[:, 1], atol=1e-8)
        assert path["text"] == ["<b>start</b>", *(f"<b>{word}</b>" for word in text.split())]
        assert path["marker"]["symbol"][1:] == ["arrow"] * len(text.split())
        shade = visitor.charts["map-sentences"]["data"][0]
        at = predictions_on_plane(model, found, np.array(shade["x"]), np.array(shade["y"]))
        np.testing.assert_allclose(shade["z"], at[..., model.labels.index("positive")], atol=1e-3)
        assert shade["x"][0] < min(path["x"])
        assert shade["y"][-1] > max(path["y"])


@pytest.mark.parametrize("size", [0, 3])
def test_the_words_map_is_the_plane_of_their_input_rows(visitor: Visitor, size: int) -> None:
    trained(visitor, embedding_size=size, bidirectional=True).turn_to("map", "all-rooms")
    visitor.app.session_state["map"] = "words"
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
    trained(visitor.settings(epochs=2)).turn_to("map", "all-rooms")
    visitor.app.session_state["map"] = "words"
    visitor.app.run()
    groups = {trace["name"]: set(trace["hovertext"]) for trace in visitor.charts["map-words"]["data"]}
    assert groups == {"positive": {"good"}, "negative": {"bad", "so"}, "no clear label": {"it", "at"}}


# ---------------------------------------------------------------------- many at once


def upload(visitor: Visitor, name: str, content: bytes) -> Visitor:
    visitor.app.file_uploader(key="batch").upload(name, content, "text/plain").run()
    return visitor


def test_every_line_of_a_file_is_judged_and_none_stops_the_others(visitor: Visitor) -> None:
    trained(visitor).turn_to("file", "all-rooms")
    upload(visitor, "lines.txt", b"i am happy\na gnu\n=1+1\nthis is not good\n")
    (table,) = visitor.tables("text")
    model = model_of(visitor)
    p = model.predict_proba(["i am happy", "this is not good"])
    assert list(table["text"]) == ["i am happy", "a gnu", "=1+1", "this is not good"]
    for k, label in enumerate(model.labels):
        assert table[f"p({label})"].dropna().tolist() == pytest.approx(p[:, k].tolist())
    assert table["verdict"].dropna().tolist() == [model.labels[i] for i in p.argmax(axis=1)]
    assert list(table["unknown words"]) == ["", "a gnu", "=1+1", ""]
    assert table["problem"][1] == "The network does not know “a”, “gnu”."
    assert "2 of 4 sentences have a prediction. For the others, see the column “problem”." in visitor.markdown
    captions = [unescaped(text.value) for text in visitor.app.main.caption]
    assert any("The CSV file has the sentences unchanged" in text for text in captions)


def test_a_file_that_cannot_be_read_is_refused_with_the_reason(visitor: Visitor) -> None:
    trained(visitor).turn_to("file", "all-rooms")
    upload(visitor, "lines.txt", b"\x00\xff\x00")
    assert "UTF-8" in visitor.errors[0]
    assert not visitor.tables("text")


def test_a_file_is_read_in_the_encoding_in_which_it_could_be_imported(visitor: Visitor) -> None:
    trained(visitor).turn_to("file", "all-rooms")
    upload(visitor, "lines.csv", "text,label\ncaf\u00e9 good,1\ncaf\u00e9 bad,0\n".encode("cp1252"))
    assert not visitor.errors
    (answers,) = visitor.tables("text")
    assert list(answers["text"]) == ["caf\u00e9 good", "caf\u00e9 bad"]
