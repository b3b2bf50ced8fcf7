"""Home: one button to see it all, and how the experiment stands."""

from __future__ import annotations

import pytest

from rnn_core import Baseline, Model, presets, read
from rnn_core.data.baseline import majority
from tests.ui.visitor import PAGES, Visitor, unescaped
from ui.language import percent
from ui.messages import home


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_before_anything_is_trained(visitor: Visitor, page: str) -> None:
    visitor.open(page)
    assert visitor.title == {"home": "Unrolled"}.get(page, page.replace("_", " ").capitalize())
    assert [error for error in visitor.errors if not error.startswith("The printed formula fails")] == []
    assert not visitor.app.exception


def test_training_says_to_press_start(visitor: Visitor) -> None:
    visitor.open("training")
    assert visitor.infos == ["No run yet. Press **Start** to train. The curves appear here."]
    assert visitor.buttons == ["Start", "One epoch"]
    assert not visitor.app.button[0].disabled


def test_before_anything_is_trained_the_frames_stand_with_what_can_be_had_without_a_network(visitor: Visitor) -> None:
    data = visitor.session.workspace.dataset
    visitor.open("training")
    assert set(visitor.charts) == {"loss", "accuracy"}
    for chart in visitor.charts.values():
        assert [trace.get("y") for trace in chart["data"]] == [[], []]
        assert chart["layout"]["xaxis"]["range"] == [0, 1000]
    levels = {shape["y0"] for shape in visitor.charts["accuracy"]["layout"]["shapes"]}
    words = {note["text"] for note in visitor.charts["accuracy"]["layout"]["annotations"]}
    visitor.app.toggle(key="charts-as-tables").set_value(True).run()
    assert not visitor.app.dataframe, "there are no numbers yet"
    assert words == {"majority class", "bag of words"}
    assert levels == {majority(data).train, Baseline.fit(data).accuracy("train")}


def test_predictions_say_to_train_first_and_link_there(visitor: Visitor) -> None:
    visitor.open("predictions")
    assert visitor.infos == [
        "The network has not been trained yet. Train it first, then ask it about any sentence of words it knows."
    ]
    assert visitor.links == {"Train first": "training"}
    assert not visitor.app.text_input


def test_gradients_say_to_train_first_and_link_there(visitor: Visitor) -> None:
    visitor.open("gradients").part("clipping")
    assert visitor.infos == ["During training, this tab records the gradient norms of each epoch and what clipping changed."]
    assert visitor.links == {"Train first": "training"}
    assert not visitor.charts


@pytest.mark.slow
def test_the_one_button_trains_the_guides_network_and_lands_on_training(visitor: Visitor) -> None:
    visitor.press("Train the guide's network")
    assert visitor.title == "Training"
    assert visitor.job.experiment == presets.guide_corrected()
    for _ in range(10_000):
        if visitor.job.ended:
            break
        visitor.app.run()
    visitor.app.run()
    assert visitor.epoch == 1000
    assert visitor.metrics["Train accuracy"] == "100%"
    assert visitor.metrics["Test accuracy"] == "100%"


def test_the_guides_network_is_trained_whatever_else_is_set(visitor: Visitor) -> None:
    visitor.settings(hidden_size=3, epochs=2).open("home").press("Train the guide's network")
    assert visitor.job.experiment == presets.guide_corrected()
    assert visitor.session.workspace.model.hidden_size == 3
    assert any("hidden units 64 → 3" in info and "epochs 1,000 → 2" in info for info in visitor.infos)


def test_home_links_to_the_guide_and_the_four_ways_on(visitor: Visitor) -> None:
    guide = {"Or read how it works, in nine chapters": "guide"}
    assert visitor.links == guide | {
        "Data": "dataset",
        "Train": "training",
        "Look inside": "predictions",
        "Clip gradients": "gradients",
    }


def states(visitor: Visitor) -> list[str]:
    """What the four ways on say of themselves; the guide is named below them."""
    return visitor.markdown[-5:-1]


def test_the_ways_on_tell_a_fresh_experiment(visitor: Visitor) -> None:
    assert states(visitor) == [
        "58 training and 20 test sentences, vocabulary of 18 words.",
        "Not started. Vanilla RNN · 64 hidden units · clip ±1 · rate 0.02 · 1,000 epochs",
        "No result yet.",
        home.broken(None),
    ]


def test_the_ways_on_follow_data_training_result_and_clipping(visitor: Visitor) -> None:
    visitor.settings(hidden_size=5, epochs=3, learning_rate=0.5, clip_threshold=1e-9).train()
    visitor.open("dataset").edit(cells={0: {"label": None}}).open("home")
    last = visitor.job.status().history[-1]
    assert states(visitor) == [
        "58 training and 20 test sentences, vocabulary of 18 words. **1 problem to fix** before training.",
        "Done: 3 epochs",
        f"Train accuracy {percent(last.train.accuracy or 0)}, test accuracy {percent(last.test.accuracy or 0)}.",
        "Clipping changed 100% of the updates so far.",
    ]


def test_a_result_without_test_sentences_tells_of_training_alone(visitor: Visitor) -> None:
    rows = visitor.session.workspace.dataset.rows("test")
    visitor.open("dataset").edit(deleted=list(rows)).settings(epochs=2).train().open("home")
    accuracy = visitor.job.status().history[-1].train.accuracy
    assert states(visitor)[2] == f"Train accuracy {percent(accuracy or 0)}."


def test_the_network_as_it_stands_reads_the_sentence_asked_last(visitor: Visitor) -> None:
    start = Model.initial(visitor.session.workspace.experiment())
    assert home.reads(read(start, "i am not bad"), 0) in visitor.markdown
    visitor.session.view.sentence = "very bad"
    visitor.settings(epochs=12, learning_rate=0.05).train().open("home")
    assert unescaped(home.reads(read(visitor.job.status().model, "very bad"), 12)) in visitor.markdown
    visitor.session.view.sentence = " ".join(["good"] * 9)
    visitor.app.run()
    assert any("reads a sentence" in text for text in visitor.markdown), "one that fits is read instead"


def test_where_nothing_can_be_read_home_still_shows_the_ways_on(visitor: Visitor) -> None:
    visitor.open("dataset").edit(cells={0: {"label": None}}).open("home")
    assert not visitor.errors
    assert "Data" in visitor.links
