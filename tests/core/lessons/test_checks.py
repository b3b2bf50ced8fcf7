"""Checks: each figure of the closed list with a case in which it meets its bound and the nearest in which it does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from rnn_core import ConfigError, Dataset, TextRules, presets
from rnn_core.data.dataset import Example
from rnn_core.lessons import sentences
from rnn_core.lessons.checks import COMPARISONS, Check
from rnn_core.lessons.evidence import Evidence
from rnn_core.lessons.quantities import QUANTITIES, value_of
from tests.core.lessons.evidences import begun, experiment, guide, learned, trained

Cases = Mapping[str, tuple[str, Callable[[], Evidence], Callable[[], Evidence]]]


def of_data(dataset: Dataset) -> Evidence:
    return Evidence.untrained(replace(presets.guide_corrected(), dataset=dataset))


def with_rows(*rows: Example) -> Evidence:
    data = presets.guide_dataset()
    return of_data(data.with_examples([*data.examples, *rows]))


def asked(evidence: Evidence, sentence: str) -> Evidence:
    return replace(evidence, sentence=sentence)


BY_ONE_WORD = Dataset.from_pairs([("good", True), ("bad", False)], [("good", True), ("bad", False)])
AS_WRITTEN = TextRules(lowercase=False)
THREE = tuple(Example(text, "positive", "train") for text in ("not bad now", "not sad now", "good and now"))
CASES: Cases = {
    "train_accuracy": ("train_accuracy >= 1", learned, lambda: trained(experiment(epochs=1))),
    "test_accuracy": ("test_accuracy = 1", learned, begun),
    "train_loss": ("train_loss < 0.2", learned, lambda: trained(experiment(epochs=1))),
    "test_loss": ("test_loss < 0.1", learned, lambda: trained(experiment(epochs=1))),
    "epochs": ("epochs >= 60", learned, lambda: trained(experiment(epochs=59))),
    "first_perfect_epoch": ("first_perfect_epoch <= 60", learned, lambda: trained(experiment(epochs=1))),
    "plateau_epochs": ("plateau_epochs <= 9", learned, lambda: trained(experiment(epochs=60, learning_rate=1e-6))),
    "outcome": ("outcome = learned", learned, lambda: trained(experiment(epochs=60, learning_rate=1e-6))),
    "largest_norm": ("largest_norm > 0", learned, begun),
    "updates_clipped": (
        "updates_clipped = 0",
        lambda: trained(experiment(epochs=3, clipping="none")),
        lambda: trained(experiment(epochs=3, clip_threshold=1e-6)),
    ),
    "updates": ("updates = 58000", guide, lambda: Evidence.untrained(presets.guide_corrected().with_training(batch_size=2))),
    "learning_rate": (
        "learning_rate >= 0.1",
        learned,
        lambda: trained(experiment(changes=[(30, "learning_rate", 0.09)])),
    ),
    "hidden_units": ("hidden_units <= 4", begun, guide),
    "parameters": ("parameters = 5442", guide, begun),
    "vocabulary": ("vocabulary = 18", guide, begun),
    "shortest_sentence": ("shortest_sentence >= 30", lambda: of_data(sentences.memory()), guide),
    "added_sentences": (
        "added_sentences <= 3",
        lambda: with_rows(*THREE),
        lambda: with_rows(*THREE, Example("sad now", "negative", "train")),
    ),
    "planted_faults": (
        "planted_faults = 0",
        lambda: of_data(sentences.unspoiled()),
        lambda: of_data(sentences.planted()),
    ),
    "baseline_train_accuracy": ("baseline_train_accuracy < 1", guide, lambda: of_data(BY_ONE_WORD)),
    "baseline_test_accuracy": ("baseline_test_accuracy < 1", guide, lambda: of_data(BY_ONE_WORD)),
    "unseen_double_negations": ("unseen_double_negations >= 0.4", guide, learned),
    "prediction": (
        'prediction of "not bad" = positive',
        learned,
        lambda: trained(replace(experiment(), dataset=swapped())),
    ),
    "probability_positive": ('probability_positive of "good" > 0.9', learned, begun),
    "network_right": ("network_right = 1", lambda: asked(learned(), "not bad"), lambda: asked(learned(), "bad bad")),
    "baseline_right": ("baseline_right = 1", lambda: asked(guide(), "very happy"), lambda: asked(guide(), "i am not bad")),
    "trained_on": ("trained_on = 0", lambda: asked(guide(), "i am not bad"), lambda: asked(guide(), "very  bad")),
    "same_bag": (
        'same_bag of "not bad / bad NOT" = 1',
        guide,
        lambda: of_data(replace(presets.guide_dataset(), rules=AS_WRITTEN)),
    ),
    "printed_cosine": (
        'printed_cosine of "W_hh" < 0.95',
        guide,
        lambda: Evidence.untrained(presets.gru()),
    ),
}


def swapped() -> Dataset:
    """The tiny sentences with every label exchanged."""
    data = experiment().dataset
    other = {"positive": "negative", "negative": "positive"}
    return data.with_examples([Example(text, other[str(label)], split) for text, label, split in data.examples])


@pytest.mark.parametrize("name", CASES)
def test_a_figure_meets_its_bound_in_the_true_case_and_not_in_the_near_one(name: str) -> None:
    line, true, near = CASES[name]
    check = Check.parse(line)
    assert check.quantity == name
    assert check.judge(true()).met, value_of(name, true(), check.of)
    assert not check.judge(near()).met, value_of(name, near(), check.of)


def test_the_same_words_in_another_order_are_one_bag_and_one_other_word_is_not() -> None:
    assert Check.parse('same_bag of "bad not good / good not bad" = 1').judge(guide()).met
    assert not Check.parse('same_bag of "bad not good / good not sad" = 1').judge(guide()).met
    assert not Check.parse('same_bag of "not not bad / not bad" = 1').judge(guide()).met


@pytest.mark.parametrize(("outcome", "training"), [
    ("learned", {}), ("partly", {"epochs": 25}), ("plateau", {"learning_rate": 1e-6}), ("lost", {"learning_rate": 20.0, "clipping": "none"}),
])  # fmt: skip
def test_every_outcome_is_that_of_a_run(outcome: str, training: dict[str, object]) -> None:
    assert value_of("outcome", trained(experiment(**training))) == outcome


def test_every_figure_has_a_case() -> None:
    assert set(CASES) == set(QUANTITIES)


@pytest.mark.parametrize("name", CASES)
def test_a_check_survives_its_line_and_its_json(name: str) -> None:
    check = Check.parse(CASES[name][0])
    assert Check.parse(str(check)) == check
    assert Check.from_json(json.loads(json.dumps(check.to_json()))) == check


@pytest.mark.parametrize(("sign", "below", "at", "above"), [
    ("<", True, False, False), ("<=", True, True, False), ("=", False, True, False), (">=", False, True, True), (">", False, False, True),
])  # fmt: skip
def test_a_comparison_is_what_its_sign_says(sign: str, below: bool, at: bool, above: bool) -> None:
    met = [Check.parse(f"hidden_units {sign} {bound}").judge(begun()).met for bound in (5, 4, 3)]
    assert met == [below, at, above]
    assert sign in COMPARISONS


@pytest.mark.parametrize(("line", "field"), [
    ("train_accuracy", "check"),
    ("", "check"),
    ("__class__ = 1", "quantity"),
    ("train_accuracy + 1 >= 1", "check"),
    ("train_accuracy != 1", "check"),
    ("train_accuracy >= nan", "bound"),
    ("train_accuracy >= inf", "bound"),
    ("train_accuracy >= test_accuracy", "bound"),
    ('train_accuracy of "good" >= 1', "of"),
    ('prediction of "good" >= positive', "comparison"),
    ("outcome = happy", "outcome"),
    ("outcome >= learned", "comparison"),
    ('same_bag of "good" = 1', "of"),
    ('printed_cosine of "E" = 1', "of"),
])  # fmt: skip
def test_anything_outside_the_closed_lists_is_refused(line: str, field: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Check.parse(line)
    assert caught.value.field == field


@pytest.mark.parametrize("value", [
    None, [], {}, {"quantity": "epochs", "of": "", "comparison": ">="},
    {"quantity": "epochs", "of": "", "comparison": ">=", "bound": True},
    {"quantity": "epochs", "of": "", "comparison": ">=", "bound": "1"},
    {"quantity": "epochs", "of": None, "comparison": ">=", "bound": 1},
    {"quantity": ["epochs"], "of": "", "comparison": ">=", "bound": 1},
    {"quantity": "prediction", "of": "", "comparison": "=", "bound": 1},
])  # fmt: skip
def test_json_that_is_no_check_is_refused(value: object) -> None:
    with pytest.raises(ConfigError):
        Check.from_json(value)


def test_a_sentence_outside_the_grammar_or_the_vocabulary_has_no_figure() -> None:
    for text in ("zebra", "good good good", ""):
        assert Check.parse("network_right = 0").judge(asked(guide(), text)) == (None, False)
    assert value_of("network_right", asked(learned(), "i am not bad")) is None


def test_the_grammar_knows_every_sentence_of_the_guide_with_its_label() -> None:
    labels = {text: label for text, label, _ in presets.guide_dataset().examples}
    assert {text: sentences.grammar()[text] for text in labels} == labels
    assert sentences.grammar()["i am not not good"] == "positive"
    assert "i am not not good" in sentences.double_negations()
    assert "i am not good and not bad" not in sentences.double_negations()


def test_the_planted_sentences_have_one_wrong_label_that_the_grammar_contradicts() -> None:
    wrong = [text for text, label, _ in sentences.planted().examples if sentences.grammar()[text] != label]
    assert len(wrong) == 1
    assert not list(sentences.planted().blocking)
    assert value_of("planted_faults", of_data(sentences.planted())) == 1
