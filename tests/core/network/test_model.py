"""A network together with the words and labels that it knows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnn_core import (
    Dataset,
    DatasetError,
    Experiment,
    Model,
    ModelConfig,
    TextRules,
    Trainer,
    TrainingConfig,
    UnknownWordError,
    Vocabulary,
)
from tests.core.reference import Guide, random_model

LABELS = ("anger", "grief", "joy")


@pytest.fixture
def model() -> Model:
    return random_model(["bad", "good", "not", "so"], 5, LABELS, seed=2)


def test_parameters_have_the_names_and_shapes_of_the_equations(model: Model) -> None:
    assert {name: array.shape for name, array in model.parameters.items()} == {
        "W_xh": (5, 4),
        "W_hh": (5, 5),
        "b_h": (5,),
        "W_hy": (3, 5),
        "b_y": (3,),
    }
    assert model.layout.shapes == {name: array.shape for name, array in model.parameters.items()}
    assert model.layout.size == len(model.vector) == sum(array.size for array in model.parameters.values())
    assert {array.dtype for array in model.parameters.values()} == {np.dtype(np.float64)}


def test_a_model_cannot_be_changed_through_what_it_shows(model: Model) -> None:
    before = model.vector.tobytes()
    with pytest.raises(ValueError, match="read-only"):
        model.vector[0] = 1.0
    for array in model.parameters.values():
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 1.0
    views = model.arrays()  # a copy
    for array in [views.E, *views.forward, *views.reverse, views.W_hy, views.b_y]:
        array[...] = 1.0
    with pytest.raises(TypeError):
        model.parameters["W_hh"] = np.zeros((5, 5))  # type: ignore[index]
    assert model.vector.tobytes() == before


def test_what_a_network_does_without_has_the_type_of_what_it_has(model: Model) -> None:
    """Compiled code is compiled for types, writable and not being two: another network must not have to wait for its own."""
    for vector in (model.vector, model.vector.copy()):
        views = model.layout.views(vector)
        arrays = [views.E, *views.forward, *views.reverse, views.W_hy, views.b_y]
        assert {array.flags.writeable for array in arrays} == {vector.flags.writeable}
        assert [array.ndim for array in arrays] == [2, 2, 2, 1, 1, 2, 2, 1, 1, 2, 1]


def test_a_model_keeps_a_copy_of_the_vector_it_was_given(model: Model) -> None:
    vector = np.arange(model.layout.size, dtype=np.float64)
    other = model.with_vector(vector)
    vector[:] = 0
    np.testing.assert_array_equal(other.vector, np.arange(model.layout.size))
    assert not np.array_equal(other.vector, model.vector)


def test_a_models_weights_stay_while_the_run_that_gave_it_goes_on(small: Experiment) -> None:
    trainer = Trainer(small)
    next(trainer)
    model = trainer.model
    before = model.vector.tobytes()
    list(trainer)
    assert model.vector.tobytes() == before


@pytest.mark.parametrize("shape", [(1,), (0,), (74, 1)])
def test_a_vector_of_another_size_is_a_callers_bug(shape: tuple[int, ...], model: Model) -> None:
    with pytest.raises(ValueError, match="parameters expected"):
        model.with_vector(np.zeros(shape))


def test_text_is_read_under_the_models_own_rules(model: Model) -> None:
    assert model.ids(" So, GOOD!  so ").tolist() == [3, 1, 3]
    np.testing.assert_array_equal(model.predict_proba(["So good!"]), model.predict_proba(["so good"]))


def test_probabilities_are_the_guides_forward_pass(model: Model) -> None:
    guide = Guide(model.parameters)
    texts = ["good", "not so good", "bad bad bad not good so"]
    expected = [guide.forward([model.vocabulary.words.index(w) for w in text.split()])[2][:, 0] for text in texts]
    np.testing.assert_allclose(model.predict_proba(texts), expected, rtol=1e-13)
    assert model.predict(texts) == [LABELS[int(np.argmax(p))] for p in expected]
    for text, p in zip(texts, expected, strict=True):
        for k, label in enumerate(LABELS):
            assert model.loss(text, label) == pytest.approx(-np.log(p[k]), rel=1e-12)


def test_no_texts_have_no_predictions(model: Model) -> None:
    assert model.predict([]) == []
    assert model.predict_proba([]).shape == (0, 3)


def test_unknown_words_are_named_with_known_ones_near_them_and_are_no_key_error(model: Model) -> None:
    for ask in (lambda: model.predict(["good", "goood zebra"]), lambda: model.hidden_states("goood zebra")):
        with pytest.raises(UnknownWordError) as caught:
            ask()
        assert caught.value.words == ("goood", "zebra")
        assert caught.value.near["goood"] == ("good",)
        assert not isinstance(caught.value, KeyError)


@pytest.mark.parametrize("text", ["", "  ", "?!", "\n"])
def test_a_text_without_a_word_is_refused(text: str, model: Model) -> None:
    for ask in (lambda: model.predict_proba(["good", text]), lambda: model.loss(text, "joy")):
        with pytest.raises(DatasetError) as caught:
            ask()
        assert caught.value.reason == "empty_text"


def test_a_callers_bugs_are_value_errors(model: Model) -> None:
    with pytest.raises(ValueError, match="list of texts"):
        model.predict_proba("good")
    with pytest.raises(ValueError):
        model.loss("good", "boredom")


def test_the_state_before_the_first_word_is_zero(model: Model) -> None:
    h = model.hidden_states("not so good")
    assert h.shape == (4, 5)
    assert not h[0].any()
    np.testing.assert_array_equal(h[:2], model.hidden_states("not"))


def test_the_initial_model_knows_the_words_and_labels_of_training(small: Experiment) -> None:
    model = Model.initial(small)
    assert model.vocabulary == Vocabulary(["all", "at", "bad", "good", "not", "so", "very"])
    assert model.labels == ("negative", "positive")
    assert (model.config, model.rules) == (small.model, small.dataset.rules)


def test_large_weights_are_of_order_one_and_the_same_for_the_same_seed(small: Experiment) -> None:
    """States are then neither tiny nor saturated, where a wrong rule could hide."""
    model = Model.initial(small.with_model(hidden_size=64))
    large = model.with_large_weights(3)
    np.testing.assert_array_equal(large.vector, model.with_large_weights(3).vector)
    assert not np.array_equal(large.vector, model.with_large_weights(4).vector)
    assert np.std(large.parameters["W_xh"]) == pytest.approx(1.0, rel=0.15)
    assert np.std(large.parameters["W_hh"]) == pytest.approx(1 / 8, rel=0.1)
    assert np.std(large.parameters["W_hy"]) == pytest.approx(1 / 8, rel=0.25)
    assert np.std(large.parameters["b_h"]) == pytest.approx(0.5, rel=0.3)
    states = np.abs(large.hidden_states("so very bad at all")[1:])
    assert 0.2 < np.median(states) < 0.95
    assert (large.vocabulary, large.labels, large.config) == (model.vocabulary, model.labels, model.config)


def unknown_words(policy: Any) -> Model:
    pairs = [("not so good", True), ("not good", False), ("so bad", False), ("good", True)]
    rules = TextRules(unknown=policy)
    return Model.initial(Experiment(dataset=Dataset.from_pairs(pairs, rules=rules), model=ModelConfig(init_scale=1.0)))


def test_a_model_skips_what_it_does_not_know_where_the_rules_say_so() -> None:
    model = unknown_words("skip")
    np.testing.assert_array_equal(model.predict_proba(["not very good"]), model.predict_proba(["not good"]))
    with pytest.raises(DatasetError) as caught:
        model.predict(["very nice"])
    assert caught.value.reason == "nothing_known"


def test_a_model_reads_a_word_it_has_learned_in_the_place_of_an_unknown_one() -> None:
    """Words that training has once are read as <unk> there, so its row is trained."""
    model = unknown_words("replace")
    assert model.vocabulary.words == ("<unk>", "good", "not", "so")
    assert model.tokens("so bad and good").read == ("so", "<unk>", "<unk>", "good")
    np.testing.assert_array_equal(model.predict_proba(["so bad"]), model.predict_proba(["so nice"]))


def test_the_row_of_unknown_words_is_trained_by_the_rare_words_of_training() -> None:
    pairs = [("not so good", True), ("not good", False), ("so bad", False), ("good", True)]
    data = Dataset.from_pairs(pairs, rules=TextRules(unknown="replace"))
    trainer = Trainer(Experiment(dataset=data, training=TrainingConfig(epochs=1)))
    before = trainer.model.parameters["W_xh"][:, 0].copy()
    next(trainer)
    assert np.abs(trainer.model.parameters["W_xh"][:, 0] - before).max() > 0
