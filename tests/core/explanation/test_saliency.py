"""Which words decided: by differences, by another library, and by reading the sentence again."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_core import Experiment, Model, read
from rnn_core.explanation import Saliency, explain
from rnn_core.explanation.saliency import MOST_POINTS
from tests.core.equations import Floats, log_odds, vectors
from tests.core.reference import NETWORKS, large_model, random_model
from tests.core.runs import finished

WORDS = ["all", "at", "bad", "good", "not", "so"]
LABELS = ("negative", "neutral", "positive")
TEXT = "not so good at all so"


@pytest.fixture(params=[(kind, classes) for kind in NETWORKS for classes in (2, 3)], ids=lambda p: f"{p[0]}-{p[1]}")
def model(request: pytest.FixtureRequest) -> Model:
    kind, classes = request.param
    return large_model(WORDS, 4, LABELS[:classes], seed=classes, **NETWORKS[kind])


def explained(model: Model, text: str = TEXT, label: str = "neutral") -> Saliency:
    return explain(model, read(model, text), label)


def slopes(model: Model, xs: Floats, label: str) -> Floats:
    """df/dx by central differences, every element of every input vector."""
    out = np.zeros_like(xs)
    for place in np.ndindex(xs.shape):
        ends = []
        for shift in (1e-5, -1e-5):
            moved = xs.copy()
            moved[place] += shift
            ends.append(log_odds(model, moved, label))
        out[place] = (ends[0] - ends[1]) / 2e-5
    return out


def test_gradients_are_the_differences_of_the_log_odds(model: Model) -> None:
    xs = vectors(model, TEXT.split())
    numeric, found = slopes(model, xs, "neutral"), explained(model)
    np.testing.assert_allclose(found.gradient_times_input, np.sum(xs * numeric, axis=1), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(found.gradient_norm, np.linalg.norm(numeric, axis=1), rtol=1e-6, atol=1e-8)
    assert found.words == tuple(TEXT.split())
    assert found.log_odds == pytest.approx(log_odds(model, xs, "neutral"), rel=1e-12)
    assert found.baseline_log_odds == pytest.approx(log_odds(model, 0 * xs, "neutral"), rel=1e-12)


def test_gradients_are_pytorchs(model: Model) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is an oracle for developers and no requirement")
    from tests.core.test_pytorch import Oracle

    oracle = Oracle(model)
    x = torch.tensor(vectors(model, TEXT.split()), requires_grad=True)
    _, last = oracle.rnn(x)
    logits = oracle.linear((last[0] if isinstance(last, tuple) else last).reshape(-1))
    target = model.labels.index("neutral")
    others = torch.cat([logits[:target], logits[target + 1 :]])
    (logits[target] - torch.logsumexp(others, 0)).backward()
    found = explained(model)
    np.testing.assert_allclose(found.gradient_times_input, (x.grad * x.detach()).sum(1).numpy(), rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(found.gradient_norm, torch.linalg.norm(x.grad, dim=1).numpy(), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize(
    "model",
    [pytest.param((kind, C), marks=pytest.mark.slow if C == 2 else ()) for kind in NETWORKS for C in (2, 3)],
    ids=lambda p: f"{p[0]}-{p[1]}",
    indirect=True,
)
@pytest.mark.slow
def test_integrated_gradients_are_the_mean_of_the_slopes_on_the_way_from_nothing(model: Model) -> None:
    """Beside the midpoint rule on differences along each word's own vector, and complete within far less than a thousandth."""
    words, found = TEXT.split(), explained(model)
    xs, n, e = vectors(model, words), 150, 1e-5
    for t in (0, 2, 5):
        direction = np.zeros_like(xs)
        direction[t] = xs[t]
        along = []
        for k in range(n):
            place = (k + 0.5) / n * xs
            ends = [log_odds(model, place + sign * e * direction, "neutral") for sign in (1, -1)]
            along.append((ends[0] - ends[1]) / (2 * e))
        assert found.integrated_gradients[t] == pytest.approx(np.mean(along), abs=3e-4), words[t]
    whole = log_odds(model, xs, "neutral") - log_odds(model, 0 * xs, "neutral")
    assert abs(found.integrated_gradients.sum() - whole) < 1e-4
    assert found.completeness_error < 1e-4
    assert abs(whole) > 0.01


def test_leaving_a_word_out_is_reading_the_sentence_without_it(model: Model) -> None:
    words, found = TEXT.split(), explained(model)
    k = model.labels.index("neutral")
    whole = model.predict_proba([TEXT])[0, k]
    assert found.probability == pytest.approx(whole, rel=1e-13)
    for t in range(len(words)):
        without = model.predict_proba([" ".join(words[:t] + words[t + 1 :])])[0, k]
        assert found.without[t] == pytest.approx(without, rel=1e-13)
        assert found.leave_one_out[t] == pytest.approx(whole - without, abs=1e-14)


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_sentence_of_one_word_can_be_explained_but_not_left_out(kind: str) -> None:
    model = large_model(WORDS, 4, seed=3, **NETWORKS[kind])
    found = explained(model, "bad", "positive")
    assert np.isnan(found.without).all()
    assert found.completeness_error < 1e-4
    assert found.integrated_gradients[0] == pytest.approx(found.log_odds - found.baseline_log_odds, abs=1e-4)


@pytest.mark.parametrize("kind", NETWORKS)
def test_integrated_gradients_are_complete_though_the_way_is_steep(kind: str) -> None:
    model = large_model(WORDS, 12, seed=5, **NETWORKS[kind])
    steep = model.with_vector(3 * model.vector)
    text = "not so good at all so not so bad at all so good"
    found = explained(steep, text, "positive")
    assert found.completeness_error < 1e-3
    assert 32 < found.points <= MOST_POINTS


def test_where_more_points_would_be_needed_than_are_allowed_the_error_is_told() -> None:
    model = large_model(WORDS, 12, seed=5)
    steep = model.with_vector(8 * model.vector)
    text = "not so good at all so not so bad at all so good"
    found = explained(steep, text, "positive")
    assert MOST_POINTS - 16 < found.points <= MOST_POINTS
    assert found.completeness_error > 1e-3


@pytest.mark.parametrize("cell", ["vanilla", "gru", "lstm"])
@pytest.mark.parametrize("both", [False, True])
def test_of_a_trained_network_too_they_add_up(cell: str, both: bool, small: Experiment) -> None:
    experiment = small.with_model(cell=cell, bidirectional=both).with_training(epochs=200, clip_threshold=1.0)
    model = finished(experiment).model
    for text in ("not bad at all", "not good at all", "so so good", "bad"):
        assert explained(model, text, "positive").completeness_error < 1e-3


def test_the_printed_rule_changes_training_and_no_explanation() -> None:
    exact, printed = (random_model(WORDS, 5, LABELS[:2], recurrent_gradient=rule) for rule in ("exact", "printed"))
    a, b = explained(exact), explained(printed)
    np.testing.assert_array_equal(a.gradient_times_input, b.gradient_times_input)
    np.testing.assert_array_equal(a.integrated_gradients, b.integrated_gradients)


def test_for_one_of_two_labels_is_against_the_other(small: Experiment) -> None:
    model = finished(small.with_training(epochs=100, clip_threshold=1.0)).model
    for_it, against = explained(model, "not bad at all", "positive"), explained(model, "not bad at all", "negative")
    np.testing.assert_allclose(for_it.gradient_times_input, -against.gradient_times_input, rtol=1e-12)
    np.testing.assert_allclose(for_it.integrated_gradients, -against.integrated_gradients, rtol=1e-9)
    np.testing.assert_allclose(for_it.leave_one_out, -against.leave_one_out, atol=1e-12)
    np.testing.assert_allclose(for_it.gradient_norm, against.gradient_norm, rtol=1e-12)


def test_an_explanation_leaves_the_model_and_the_reading_as_they_were(model: Model) -> None:
    reading = read(model, TEXT)
    before = model.vector.tobytes(), reading.states.h.tobytes(), reading.states.cache.tobytes()
    first, second = explain(model, reading, "neutral"), explain(model, reading, "neutral")
    assert before == (model.vector.tobytes(), reading.states.h.tobytes(), reading.states.cache.tobytes())
    np.testing.assert_array_equal(first.gradient_times_input, second.gradient_times_input)
    np.testing.assert_array_equal(first.integrated_gradients, second.integrated_gradients)


def test_a_label_that_the_model_lacks_is_a_callers_bug() -> None:
    with pytest.raises(ValueError):
        explained(large_model(WORDS, 2), TEXT, "boredom")
