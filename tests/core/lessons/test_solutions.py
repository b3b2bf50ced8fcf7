"""Every challenge can be solved, and is not by its own settings alone.

Each solution does what the last hint of its challenge says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from rnn_core import Example, Experiment, presets
from rnn_core.data.templates import Templates
from rnn_core.lessons import sentences
from rnn_core.lessons.evidence import Evidence
from rnn_core.lessons.quantities import value_of
from tests.core.lessons.evidences import trained
from tests.core.lessons.texts import lesson, shipped

pytestmark = pytest.mark.slow

CHALLENGES = [one.id for one in shipped()["en"] if one.plan.kind == "challenge"]


def start(name: str) -> Experiment:
    return lesson(name).plan.experiment_on(presets.guide_dataset())


def repaired(experiment: Experiment) -> Experiment:
    added = [Example(text, "positive", "train") for text in ("i am not bad now", "this is not bad now", "not sad now")]
    return replace(experiment, dataset=experiment.dataset.with_examples([*experiment.dataset.examples, *added]))


def four_units() -> Experiment:
    made = start("four_units").with_model(cell="gru", initialization="glorot")
    return made.with_training(learning_rate=0.1, epochs=150)


def with_long_memory(experiment: Experiment) -> Experiment:
    preset = presets.long_memory()
    return replace(experiment, model=preset.model, training=preset.training)


def exploding() -> Experiment:
    return start("explode").with_training(clipping="none", learning_rate=3.0)


def rescued() -> Experiment:
    return start("rescue").with_training(clipping="value", clip_threshold=0.1)


SOLUTIONS: Mapping[str, Callable[[], Evidence]] = {
    "explode": lambda: trained(exploding()),
    "rescue": lambda: trained(rescued()),
    "plateau": lambda: trained(start("plateau").with_model(init_scale=0.1).with_training(epochs=150)),
    "wrong_sentence": lambda: trained(start("wrong_sentence"), "i am not bad now"),
    "repair": lambda: trained(repaired(start("repair"))),
    "double_negation": lambda: trained(
        replace(start("double_negation"), dataset=Templates(count=400, adjectives=2).dataset()),
    ),
    "fool_bag": lambda: trained(start("fool_bag"), "i am not bad"),
    "four_units": lambda: trained(four_units()),
    "first_word": lambda: trained(with_long_memory(start("first_word"))),
    "label_error": lambda: trained(replace(start("label_error"), dataset=sentences.unspoiled()).with_training(epochs=1)),
}


def test_every_challenge_has_a_solution() -> None:
    assert list(SOLUTIONS) == CHALLENGES


@pytest.mark.parametrize("name", CHALLENGES)
def test_a_challenge_is_solved_as_its_last_hint_says(name: str) -> None:
    results = lesson(name).plan.judge(SOLUTIONS[name]())
    assert all(result.met for result in results), list(zip(lesson(name).plan.done, results, strict=True))


@pytest.mark.parametrize("processor", range(1, 6))
@pytest.mark.parametrize(("name", "solution"), [("explode", exploding), ("rescue", rescued)])
def test_at_the_edge_of_stability_a_solution_is_one_on_other_processors_too(
    name: str, solution: Callable[[], Experiment], processor: int
) -> None:
    assert all(result.met for result in lesson(name).plan.judge(trained(solution(), processor=processor)))


@pytest.mark.parametrize("name", [name for name in CHALLENGES if name not in ("wrong_sentence", "fool_bag")])
def test_a_challenge_is_not_solved_by_its_own_settings(name: str) -> None:
    results = lesson(name).plan.judge(trained(start(name)))
    assert not all(result.met for result in results), results


def test_the_network_to_find_fault_with_gets_all_it_learned_and_nearly_all_of_the_test_right() -> None:
    evidence = trained(start("wrong_sentence"))
    assert value_of("train_accuracy", evidence) == 1
    assert float(value_of("test_accuracy", evidence) or 0) >= 0.9


def test_a_sentence_that_solves_nothing_solves_neither_challenge_that_asks_for_one() -> None:
    evidence = trained(start("wrong_sentence"), "very happy")
    assert not all(result.met for result in lesson("wrong_sentence").plan.judge(evidence))
    assert not all(result.met for result in lesson("fool_bag").plan.judge(evidence))


def test_the_planted_sentence_has_the_highest_training_loss_after_the_challenges_own_training() -> None:
    evidence = trained(start("label_error"))
    data = evidence.experiment.dataset
    trained_on = [data.examples[row] for row in data.rows("train")]
    losses = {text: evidence.model.loss(text, label) for text, label, _ in trained_on if label is not None}
    assert max(losses, key=lambda text: losses[text]) == sentences.unspoiled().examples[sentences.PLANTED_ROW].text


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_sentence_to_repair_is_wrong_before_and_right_after_for_several_seeds(seed: int) -> None:
    before = start("repair").with_training(seed=seed)
    assert trained(before).prediction("not bad now") == "negative"
    assert trained(repaired(before)).prediction("not bad now") == "positive"
