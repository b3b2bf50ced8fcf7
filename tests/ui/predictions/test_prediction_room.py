"""Predictions: what the page shows of a sentence is what the core, or the equations, say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnn_core import Dataset, Example, Experiment, Model, ModelConfig, TextRules, read
from rnn_core.explanation import Evaluation, explain, find_flips, unit_order
from tests.core.equations import Way, go, vectors
from tests.ui.visitor import Visitor, unescaped, wait_until
from ui.messages import ask, course, flips, saliency
from ui.messages import states as states_messages

SENTENCE = "i was not at all bad"
WORDS = SENTENCE.split()
READS, DECIDED, CHANGES, BESIDE, EPOCHS = (
    "states",
    "words",
    "flips",
    "pair",
    "epochs",
)

pytestmark = pytest.mark.usefixtures("unfolded")


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


@pytest.mark.slow
def test_units_stand_in_the_order_of_the_training_sentences_whatever_is_asked(visitor: Visitor) -> None:
    trained(visitor, bidirectional=True)
    for text in (SENTENCE, "this is happy"):
        visitor.ask(text)
        for way in (0, 1):
            names = visitor.charts[f"states-{way}"]["data"][0]["y"]
            assert names == [f"unit {unit}" for unit in order_of(visitor, backwards=bool(way))]


def test_the_numbers_of_a_step_of_a_vanilla_cell_are_those_of_the_equations(visitor: Visitor) -> None:
    trained(visitor, cell="vanilla")
    visitor.app.selectbox(key="step-6").set_value(2).run()
    (table,) = visitor.tables("unit")
    model = model_of(visitor)
    way = way_of(model)
    order = [int(unit) for unit in table["unit"]]
    for name, values in (
        ("W_xh x_t", way.from_input[2]),
        ("W_hh h_t−1", way.from_state[2]),
        ("b_h", model.parameters["b_h"]),
        ("h_t−1", way.states[2]),
        ("h_t", way.states[3]),
    ):
        np.testing.assert_allclose(table[name], values[order], atol=1e-9, err_msg=name)
    place = model.vocabulary.words.index("not") + 1
    assert any(f"a 1 in place {place}, the place of “not”" in unescaped(text) for text in visitor.markdown)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_the_numbers_of_a_step_of_a_gated_cell_are_shown_for_one_unit_and_give_its_gates(visitor: Visitor, cell: str) -> None:
    trained(visitor, cell=cell)
    visitor.app.selectbox(key="step-6").set_value(2).run()
    unit = 5
    visitor.app.select_slider(key="unit-0-8").set_value(unit).run()
    (table,) = visitor.tables("gate")
    rows = {str(row["gate"]): row for row in table.to_dict("records")}
    model, H, quantities = model_of(visitor), 8, states_messages.QUANTITIES[cell]
    way = way_of(model)
    for k, symbol in enumerate({"gru": "run", "lstm": "ifgo"}[cell]):
        row, at = rows[quantities[symbol].name], k * H + unit
        assert row["value"] == pytest.approx(way.gates[2][symbol][unit], abs=1e-9)
        assert row["from x_t"] == pytest.approx(way.from_input[2][at], abs=1e-9)
        assert row["bias"] == pytest.approx(model.parameters["b_h"][at], abs=1e-9)
        if symbol != "n":
            assert row["from h_t−1"] == pytest.approx(way.from_state[2][at], abs=1e-9)
            argument = row["from x_t"] + row["from h_t−1"] + row["bias"]
            squashed = np.tanh(argument) if symbol == "g" else 1 / (1 + np.exp(-argument))
            assert row["value"] == pytest.approx(squashed, abs=1e-9)
    assert rows["previous hidden state h_t−1"]["value"] == pytest.approx(way.states[2][unit], abs=1e-9)
    assert rows["hidden state h_t"]["value"] == pytest.approx(way.states[3][unit], abs=1e-9)
    if cell == "gru":
        memory = rows[quantities["m"].name]
        assert memory["value"] == pytest.approx(memory["from h_t−1"] + memory["bias"], abs=1e-9)
        assert memory["value"] == pytest.approx(way.gates[2]["m"][unit], abs=1e-9)
    else:
        assert rows["cell state c_t"]["value"] == pytest.approx(way.gates[2]["c"][unit], abs=1e-9)
        assert rows["previous cell state c_t−1"]["value"] == pytest.approx(way.gates[1]["c"][unit], abs=1e-9)


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
    assert any(f"= {found.log_odds:+.2f}. They" in text.replace("\u2212", "-") for text in texts)
    assert any(f"is {found.probability:.3f}. Each bar" in text for text in texts)
    assert any(f"The bars add up to {found.integrated_gradients.sum():+z.3f}".replace("-", "\u2212") in text for text in texts)
    assert list(visitor.charts)[1:] == list(saliency.METHODS), "leaving one out stands first"
    for field in list(saliency.METHODS)[1:]:
        assert f"**{saliency.METHODS[field]}**" in visitor.markdown
        assert saliency.MEANINGS[field] in texts


def test_a_sentence_of_one_word_cannot_lose_it(visitor: Visitor) -> None:
    trained(visitor).turn_to(DECIDED).ask("bad")
    (bars,) = visitor.charts["leave_one_out"]["data"]
    assert bars["x"] == [None]
    assert "A sentence of one word cannot lose it." in [text.value for text in visitor.app.main.caption]


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


@pytest.mark.slow
def test_with_three_labels_every_part_says_which_label_it_is_about(visitor: Visitor) -> None:
    visitor.session.accept(three())
    trained(visitor, init_scale=0.5, learning_rate=0.1, epochs=150).ask("so very glad")
    model = model_of(visitor)
    reading = read(model, "so very glad")
    assert visitor.metrics["Prediction"] == reading.verdict == "joy"
    notes = [note["text"] for note in visitor.charts["reading"]["layout"]["annotations"][1::2]]
    said = zip(reading.probabilities.argmax(axis=1), reading.probabilities.max(axis=1), strict=True)
    assert notes == [f"{model.labels[k]}<br>{p:.2f}" for k, p in said]

    visitor.turn_to(DECIDED)
    for label in ("joy", "sadness"):
        visitor.choose("Explain", label)
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

    visitor.turn_to("epochs")
    assert set(visitor.chart("course")) == set(model.labels)
    visitor.open("all_sentences").turn_to("map", "all-rooms")
    for label, trace in visitor.chart("map-sentences").items():
        if label in model.labels:
            for text in trace["hovertext"]:
                sentence, prediction = text.split("<br>")
                told = read(model, sentence)
                assert prediction == f"prediction: {told.verdict} ({told.confidence:.3f})"


def flips_in(visitor: Visitor) -> list[str]:
    return [str(menu.key) for menu in visitor.app.menu_button if str(menu.key).startswith(("do-deletion", "do-replacement"))]


@pytest.mark.slow
def test_a_flip_goes_into_the_data_with_the_readers_label_and_comes_out_again(visitor: Visitor) -> None:
    trained(visitor, epochs=60).turn_to(CHANGES)
    before = visitor.session.workspace.dataset
    model = model_of(visitor)
    found = find_flips(model, read(model, SENTENCE))
    kind, flip = ("deletion", found.deletions[0]) if found.deletions else ("replacement", found.replacements[0])
    wrong = next(label for label in model.labels if label != flip.verdict)
    visitor.menu(f"do-{kind}-0", wrong)
    data = visitor.session.workspace.dataset
    assert data.examples == (*before.examples, Example(flip.text, wrong, "train"))
    said = [unescaped(box.value) for box in visitor.app.success]
    assert said == [unescaped(flips.added(flip.text, wrong, None))]
    assert any("Changed since then: the sentences" in text for text in visitor.infos)

    visitor.menu(f"do-{kind}-0", wrong)
    assert visitor.session.workspace.dataset is data, "it is there already"
    assert any("is already a training sentence" in text for text in visitor.infos)

    visitor.menu(f"do-{kind}-0", flip.verdict)
    assert len(visitor.session.workspace.dataset.examples) == len(data.examples) + 1
    assert any("no network can learn both" in unescaped(box.value) for box in visitor.app.success)
    visitor.press("Undo")
    assert visitor.session.workspace.dataset == data
    visitor.session.workspace.undo()
    assert visitor.session.workspace.dataset == before


def test_a_flip_can_be_asked_itself(visitor: Visitor) -> None:
    trained(visitor, epochs=60).turn_to(CHANGES)
    model = model_of(visitor)
    found = find_flips(model, read(model, SENTENCE))
    key = flips_in(visitor)[0]
    flip = (found.deletions or found.replacements)[0]
    visitor.menu(key, "")
    assert visitor.app.text_input(key="sentence").value == flip.text
    assert visitor.metrics["Prediction"] == flip.verdict


@pytest.mark.slow
def test_the_sentence_itself_can_be_added(visitor: Visitor) -> None:
    trained(visitor).turn_to(CHANGES).ask("NOT good at all!")
    visitor.menu("do-itself", "negative")
    assert visitor.session.workspace.dataset.examples[-1] == Example("NOT good at all!", "negative", "train")


# ---------------------------------------------------------------------- beside another


@pytest.mark.slow
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
    assert visitor.infos == ["The network does not know “a”, “gnu”."]
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


@pytest.mark.slow
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
    visitor.open("all_sentences")
    (table,) = visitor.tables("judged")
    assert list(table["loss"]) == pytest.approx(losses)
    visitor.open("training")
    assert visitor.job.viewed == 0, "it is one slider"


@pytest.mark.slow
def test_the_open_tab_stays_open_over_a_word_that_is_half_typed(visitor: Visitor) -> None:
    trained(visitor).turn_to("words").ask("i am goo")
    assert "gradient_norm" not in visitor.charts
    visitor.ask("i am good")
    assert "gradient_norm" in visitor.charts
    assert visitor.session.view.tabs["sentence-rooms"] == "words"


# ---------------------------------------------------------------------- unknown words that are read all the same


@pytest.mark.parametrize(("policy", "read_words"), [("skip", "i am bad"), ("replace", "i am <unk> bad")])
def test_each_policy_shows_what_the_network_really_reads(visitor: Visitor, policy: str, read_words: str) -> None:
    data = visitor.session.workspace.dataset
    extra = (Example("glorious", "positive", "train"),) if policy == "replace" else ()
    visitor.session.workspace.dataset = Dataset((*data.examples, *extra), TextRules(unknown=policy))  # type: ignore[arg-type]
    trained(visitor).ask("i am happpy bad")
    assert not visitor.errors
    (said,) = [text for text in visitor.infos if "Not in the vocabulary" in text]
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
    assert "network.npz · Vanilla RNN · 8 hidden units" in [unescaped(label) for label in visitor.buttons]
    visitor.app.button(key="close-opened").click().run()
    (z,) = visitor.charts["reading"]["data"][0]["z"]
    np.testing.assert_allclose(z, read(model_of(visitor), SENTENCE).probabilities[:, other.labels.index("positive")])


def test_a_network_from_a_file_is_trained_on_where_the_sentences_have_its_words_and_labels(visitor: Visitor) -> None:
    trained(visitor)
    other = model_of(visitor).with_large_weights(3)
    visitor.session.open_network(other)
    visitor.app.run()
    assert not visitor.app.button(key="train-on-opened").disabled
    visitor.session.workspace.replace_dataset(Dataset.from_pairs([("good", "positive"), ("bad", "negative")], []))
    visitor.app.run()
    assert visitor.app.button(key="train-on-opened").disabled, "the words are others"
    visitor.session.workspace.undo()
    visitor.app.run()
    visitor.app.button(key="train-on-opened").click().run()
    assert ask.trains_on() in visitor.infos
    run = visitor.job.status()
    assert run.by_hand
    np.testing.assert_array_equal(run.model_at(0).vector, other.vector)
    assert visitor.session.runs.opened is None
    wait_until(lambda: visitor.job.ended)
    assert len(visitor.job.status().history) == 12


def test_a_network_from_a_file_can_be_asked_before_anything_is_trained(visitor: Visitor, small: Any) -> None:
    model = Model.initial(small).with_large_weights()
    visitor.session.open_network(model)
    visitor.open("predictions").ask("not bad")
    assert visitor.metrics["Prediction"] == model.predict(["not bad"])[0]
    for tab in (READS, DECIDED, CHANGES, BESIDE):
        visitor.turn_to(tab)
        assert not visitor.errors
    visitor.open("all_sentences")
    assert any("cannot be read by this network" in text for text in visitor.markdown)
    for tab in ("map", "file"):
        visitor.turn_to(tab, "all-rooms")
        assert not visitor.errors
