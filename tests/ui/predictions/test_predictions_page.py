"""Predictions: a sentence in, the network's own probabilities out."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import numpy as np
import pytest

from rnn_core import Dataset, Example, Experiment, Limits, Model, TextRules, Trainer, presets
from tests.cases import some
from tests.ui.visitor import PAGES, Visitor, serve, unescaped
from ui.language import percent

HOSTILE = r"<img src=x onerror=alert(1)> [link](javascript:alert(1)) $\LaTeX$ :material/home: :red[x]"
ACTING = ("<img", "](javascript", "](", "$\\LaTeX", "$LaTeX", ":material/home:", ":red[")


@pytest.fixture
def trained(visitor: Visitor) -> Visitor:
    return visitor.settings(epochs=12, learning_rate=0.05).train().open("predictions")


def model_of(visitor: Visitor) -> Model:
    return visitor.job.status().model


def tiles(visitor: Visitor, chart: str) -> list[tuple[str, str]]:
    """(word, what stands in its tile), in the order of the sentence."""
    texts = [annotation["text"] for annotation in visitor.charts[chart]["layout"]["annotations"]]
    return list(zip(texts[::2], texts[1::2], strict=True))


def test_the_verdict_is_the_networks(trained: Visitor) -> None:
    for text in ("i am not happy", "This is GOOD!"):
        trained.ask(text)
        model = model_of(trained)
        (probabilities,) = model.predict_proba([text])
        (metric,) = [metric for metric in trained.app.metric if metric.label == "Prediction"]
        assert metric.value == model.labels[int(np.argmax(probabilities))]
        assert metric.delta == f"{probabilities.max():.3f}"


def test_each_tile_is_what_the_network_says_of_the_words_so_far(trained: Visitor) -> None:
    trained.ask("i was not at all bad")
    words = ["i", "was", "not", "at", "all", "bad"]
    model = model_of(trained)
    positive = model.predict_proba([" ".join(words[:t]) for t in range(1, 7)])[:, model.labels.index("positive")]
    assert tiles(trained, "reading") == [(word, f"{p:.2f}") for word, p in zip(words, positive, strict=True)]
    z = [value for row in trained.charts["reading"]["data"][0]["z"] for value in row]
    assert z == pytest.approx(positive.tolist())


def test_a_long_sentence_goes_on_in_rows_of_ten(trained: Visitor) -> None:
    trained.ask(" ".join(["good", "not"] * 6))
    z = trained.charts["reading"]["data"][0]["z"]
    assert [sum(value is not None for value in row) for row in z] == [10, 2]


def test_a_sentence_of_more_than_twenty_words_is_a_curve(trained: Visitor) -> None:
    words = ["good", "not"] * 11
    trained.ask(" ".join(words))
    (curve,) = trained.charts["reading"]["data"]
    model = model_of(trained)
    p = model.predict_proba([" ".join(words[:t]) for t in range(1, 23)])[:, model.labels.index("positive")]
    assert curve["y"] == pytest.approx(p.tolist())
    assert curve["hovertext"] == words
    trained.ask(" ".join([*words, "gnu"]))
    assert "unknown" not in trained.charts, "the message names the word"


@pytest.mark.slow
def test_a_question_asked_is_still_there_after_a_walk(trained: Visitor) -> None:
    trained.ask("very bad").open("home").open("predictions")
    assert trained.app.text_input[0].value == "very bad"
    assert [word for word, _ in tiles(trained, "reading")] == ["very", "bad"]


def test_a_browser_that_missed_the_first_drawing_shows_the_sentence_too(trained: Visitor) -> None:
    """That a value was set is told once; a run that begins before it is sent takes its place."""
    trained.ask("very bad").open("home").open("predictions")
    trained.app.run()
    assert trained.app.text_input(key="sentence").proto.default == "very bad"


@pytest.mark.slow
def test_it_opens_with_a_sentence_that_the_present_network_can_read(visitor: Visitor) -> None:
    visitor.session.accept(
        Experiment(dataset=Dataset.from_pairs([("good day", 1), ("fine day", 1), ("dull day", 0)], [("day", 0)]))
    )
    visitor.settings(epochs=2).train().open("predictions")
    assert not visitor.errors
    assert visitor.app.text_input(key="sentence").value == "day"
    visitor.ask("dull day").open("home").open("predictions")
    assert visitor.app.text_input(key="sentence").value == "dull day"
    visitor.session.accept(presets.guide_corrected())
    visitor.settings(epochs=2).open("training").press("Start over").until(lambda: visitor.job.ended)
    visitor.open("predictions")
    assert visitor.app.text_input(key="sentence").value == "i am not bad"


def test_a_sentence_with_an_unknown_word_can_be_added_to_the_data_from_which_it_can_be_learned(trained: Visitor) -> None:
    trained.ask("i am glad")
    assert "Known words similar to" not in " ".join(trained.markdown), "neither sad nor bad is near"
    trained.menu("do-unknown", "positive")
    assert trained.session.workspace.dataset.examples[-1] == Example("i am glad", "positive", "train")
    assert any("is now a training sentence" in unescaped(box.value) for box in trained.app.success)


@pytest.mark.slow
def test_no_sentence_is_added_beyond_the_limit(trained: Visitor) -> None:
    before = trained.session.workspace.dataset
    serve(trained.session, limits=Limits(rows=len(before.examples)))
    trained.ask("i am glad").menu("do-unknown", "positive")
    assert trained.session.workspace.dataset == before
    assert "There are 79 sentences. This server allows 78." in trained.infos


def test_an_unknown_word_is_named_and_marked(trained: Visitor) -> None:
    trained.ask("i am gooood or zzzz")
    assert trained.errors == ["The network does not know “gooood”, “zzzz”. It can only read words that it was trained on."]
    assert tiles(trained, "unknown") == [
        ("i", ""),
        ("am", ""),
        ("<b><i>gooood</i></b>", "unknown"),
        ("or", ""),
        ("<b><i>zzzz</i></b>", "unknown"),
    ]
    assert "Prediction" not in trained.metrics


def test_a_sentence_is_read_while_it_is_typed(trained: Visitor) -> None:
    assert trained.app.text_input(key="sentence").proto.live_debounce_ms == 300
    trained.ask("i am go")
    assert trained.infos == ["“go” is the beginning of a word that the network knows."]
    assert not trained.errors, "half a word is no mistake yet"
    assert tiles(trained, "unknown")[-1] == ("<b><i>go</i></b>", "unknown")
    trained.ask("i am go ")
    assert trained.errors == ["The network does not know “go”. It can only read words that it was trained on."]


def test_a_near_word_takes_the_place_of_the_unknown_one(trained: Visitor) -> None:
    trained.ask("i am gooood")
    assert "good" in trained.buttons
    trained.press("good")
    assert trained.app.text_input[0].value == "i am good"
    assert not trained.errors
    assert [word for word, _ in tiles(trained, "reading")] == ["i", "am", "good"]


@pytest.mark.parametrize("text", ["", "   ", "…!?"])
def test_a_text_without_a_word_asks_for_one(trained: Visitor, text: str) -> None:
    trained.ask(text)
    assert trained.infos == ["Write a sentence of words that the network knows."]
    assert "reading" not in trained.charts
    assert not trained.errors


def test_a_sentence_longer_than_the_server_takes_is_refused(trained: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(trained.session, limits=Limits(words=4))
    trained.ask("i am not at all bad")
    assert trained.errors == ["A sentence may have up to 4 words."]


def test_a_text_of_too_many_letters_is_refused_before_it_is_read(trained: Visitor) -> None:
    trained.ask("i am " * 2_001)
    assert trained.errors == ["A sentence may have up to 10,000 characters."]


def test_a_sentence_is_answered_as_it_is_typed(trained: Visitor) -> None:
    assert trained.app.text_input(key="sentence").proto.live_debounce_ms == 300


@pytest.mark.parametrize(
    "network",
    [
        {"cell": "gru"},
        {"cell": "lstm"},
        {"bidirectional": True},
        {"embedding_size": 5},
        {"cell": "lstm", "bidirectional": True, "embedding_size": 5},
        {"optimizer": "adam", "batch_size": 4, "clipping": "global_norm"},
    ],
    ids=lambda network: "-".join(str(value) for value in network.values()),
)
@pytest.mark.slow
def test_every_kind_of_network_is_trained_to_the_end_and_says_what_the_core_says(
    visitor: Visitor, network: dict[str, Any]
) -> None:
    visitor.settings(epochs=12, learning_rate=0.05, **network).train()
    assert visitor.job.state == "done"
    assert visitor.epoch == 12
    last = list(Trainer(visitor.job.experiment))[-1]
    assert visitor.metrics["Train accuracy"] == percent(last.train.accuracy or 0.0)
    assert visitor.metrics["Test accuracy"] == percent(last.test.accuracy or 0.0)

    visitor.open("predictions").ask("i was not at all bad")
    words = ["i", "was", "not", "at", "all", "bad"]
    model = model_of(visitor)
    probabilities = model.predict_proba([" ".join(words[:t]) for t in range(1, 7)])
    positive = probabilities[:, model.labels.index("positive")]
    assert tiles(visitor, "reading") == [(word, f"{p:.2f}") for word, p in zip(words, positive, strict=True)]
    (verdict,) = [metric for metric in visitor.app.metric if metric.label == "Prediction"]
    assert verdict.value == model.labels[int(np.argmax(probabilities[-1]))]
    assert verdict.delta == f"{probabilities[-1].max():.3f}"

    visitor.open("all_sentences")
    (table,) = visitor.tables("judged")
    judged = model.predict_proba(list(table["sentence"]))
    assert list(table["verdict"]) == [model.labels[i] for i in judged.argmax(axis=1)]
    assert list(table["confidence"]) == pytest.approx(judged.max(axis=1).tolist())


# ---------------------------------------------------------------------- hostile text


def acting(visitor: Visitor) -> list[tuple[str, str]]:
    """What of the hostile text would act on the page as it stands."""
    found = []
    for kind, text in visitor.interpreted():
        marks = ("<img", "$") if kind == "chart" else ACTING
        found += [(kind, text) for mark in marks if mark in text]
    return found


def test_a_hostile_question_is_shown_and_does_not_act(trained: Visitor) -> None:
    trained.ask(HOSTILE)
    assert "“<img”" in trained.errors[0]
    assert any(word == "<b><i>&lt;img</i></b>" for word, _ in tiles(trained, "unknown"))
    assert acting(trained) == []


@pytest.mark.slow
def test_hostile_sentences_act_on_no_page(visitor: Visitor) -> None:
    visitor.open("dataset").edit(
        cells={
            0: {"text": HOSTILE},
            1: {"text": HOSTILE, "label": "negative"},
            2: {"text": HOSTILE},
            58: {"text": HOSTILE + " <img2 $x$y :blue[z]"},
            59: {"text": "<img2"},
        }
    )
    assert any("“<img2”" in error for error in visitor.errors)
    assert acting(visitor) == []
    visitor.edit(cells={0: {"text": HOSTILE}, 1: {"text": HOSTILE, "label": "negative"}, 58: {"text": HOSTILE}})
    visitor.settings(epochs=3).train()
    for page in PAGES:
        visitor.open(page)
        assert acting(visitor) == [], page
    visitor.open("predictions").ask("<ime ma:terial/home onerror=alert(2")
    assert any("<img" in label.replace("\\", "") for label in visitor.buttons), "the near word is one of the hostile ones"
    assert acting(visitor) == []
    visitor.ask(HOSTILE)
    assert "Prediction" in visitor.metrics
    assert acting(visitor) == []


@pytest.mark.slow
def test_a_hostile_label_acts_on_no_page(visitor: Visitor) -> None:
    """The table offers two labels and a file is held to them; what a browser had kept may have any."""
    label = r"<img src=x> [a](javascript:b) $\LaTeX$ :red[x]"
    visitor.session.workspace.dataset = Dataset(
        (Example("good", label, "train"), Example("bad", "negative", "train"), Example("good", label, "test"))
    )
    visitor.settings(epochs=60, learning_rate=0.5).train()
    for page in PAGES:
        visitor.open(page)
        assert acting(visitor) == [], page
    visitor.open("predictions").ask("good")
    assert unescaped(visitor.metrics["Prediction"]) == label
    assert acting(visitor) == []


def test_a_hostile_upload_acts_neither_in_its_preview_nor_in_its_refusal(visitor: Visitor) -> None:
    visitor.open("dataset").upload(f'text,label,split\n"{HOSTILE}",true,train\nbad,false,test\n'.encode())
    assert any(HOSTILE in list(table["text"]) for table in visitor.tables("text"))
    assert acting(visitor) == []
    visitor.upload(f'text,label,split\ngood,"{HOSTILE}",train\n'.encode())
    assert acting(visitor) == []
    visitor.upload(f'text,"{HOSTILE}",split\ngood,1,train\n'.encode())
    assert acting(visitor) == []


HOSTILES = (
    "<img src=x onerror=alert(1)>",
    r"$\LaTeX$ and $$x$$",
    ":material/home: :red[x] :smile:",
    "[x](javascript:alert(1)) www.evil.com https://evil.com",
    "‮ שלום עולם ‏ مرحبا",
    "# a\n- b **c** ~~d~~ `e` | f",
    "z͑̾ͫa " * 3,
    "x" * 10_000,
    "x " * 5_000,
)


@pytest.mark.parametrize(
    ("text", "policy"),
    some(zip(HOSTILES, cycle(("refuse", "skip", "replace")), strict=False), 2),
    ids=lambda value: ascii(value[:9]),
)
@pytest.mark.slow
def test_whatever_is_asked_is_shown_as_plain_text_in_every_part_of_the_room(visitor: Visitor, text: str, policy: Any) -> None:
    """Refused and marked, or read for what is known of it: trained on, asked, explained, changed and compared."""
    data = visitor.session.workspace.dataset
    short = " ".join(text.split()[:8])[:200]
    extra = (Example(f"{short} good", "positive", "train"), Example(f"not {short}", "negative", "test"))
    visitor.session.workspace.dataset = Dataset((*data.examples, *extra), TextRules(unknown=policy))
    visitor.settings(epochs=2, hidden_size=3).train().open("predictions")
    assert acting(visitor) == []
    for question in (text, f"{short} bad", f"gnu {short} not bad"):
        visitor.ask(question)
        assert not visitor.app.exception
        assert acting(visitor) == []
    visitor.ask(f"{short} bad")
    for tab in ("words", "flips", "pair", "epochs"):
        visitor.turn_to(tab)
        assert acting(visitor) == [], tab
    visitor.open("all_sentences")
    for what in ("sentences", "words"):
        visitor.app.session_state["map"] = what
        visitor.turn_to("map", "all-rooms")
        assert acting(visitor) == [], what
    visitor.turn_to("file", "all-rooms")
    visitor.app.file_uploader(key="batch").upload("a.txt", f"{short}\ngood\n".encode(), "text/plain").run()
    assert acting(visitor) == []
    visitor.open("predictions").turn_to("flips")
    adding = list(visitor.app.menu_button)
    if adding:
        adding[-1].click_index(len(adding[-1].options) - 1).run()
        assert acting(visitor) == []
        assert len(visitor.session.workspace.dataset.examples) >= len(data.examples) + 2
