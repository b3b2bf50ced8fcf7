"""The assignments that come with the app: the same in both languages, solvable, not solved before, and true in every number."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from rnn_core import ConfigError, Experiment, Limits, Model, TrainingConfig, gradient_check, presets
from rnn_core.checking import named_arrays
from rnn_core.checking.diagnosis import diagnose
from rnn_core.checking.exercise import Exercise, to_npz
from rnn_core.checking.slips import computed
from rnn_core.errors import LessonError
from rnn_core.lessons import packing
from rnn_core.lessons.assignment import Assignment
from rnn_core.lessons.evidence import Evidence
from rnn_core.lessons.library import read_assignments
from rnn_core.lessons.quantities import value_of
from tests.core.lessons.evidences import trained
from tests.core.lessons.texts import LANGUAGES
from tests.sources import ROOT

LIBRARY = read_assignments(ROOT / "lessons", LANGUAGES, Limits.hosted())
NAMES = tuple(LIBRARY["en"])
CLIPPING, SLIP = LIBRARY["en"]["clipping"], LIBRARY["en"]["slip"]

SOLUTIONS: Mapping[str, Mapping[int, Mapping[str, object]]] = {
    "clipping": {1: {}, 3: {"clipping": "value"}, 4: {"clipping": "value", "clip_threshold": 0.1}},
    "slip": {0: {}, 5: {"recurrent_gradient": "exact"}},
}
"""Assignment -> step, from 0 -> the settings that the step tells the learner to change before they train."""
CHECKED = [(name, step) for name, steps in SOLUTIONS.items() for step in steps]


def words(assignment: Assignment) -> list[str]:
    """All that is read of an assignment."""
    steps = [text for step in assignment.steps for text in (step.text, step.question, *step.options)]
    return [assignment.title, *(reason for _, reason in assignment.locks), *steps]


def prose(assignment: Assignment) -> str:
    """The same without formulas and code."""
    return re.sub(r"```.*?```|\$[^$]*\$|`[^`]*`", " ", "\n".join(words(assignment)), flags=re.DOTALL)


def numbers(assignment: Assignment) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", prose(assignment)))


def solution(name: str, step: int) -> Experiment:
    """The experiment after what a step tells the learner to change."""
    ours = LIBRARY["en"][name].experiment
    changes = SOLUTIONS[name][step]
    model = {key: value for key, value in changes.items() if key not in TrainingConfig.domains()}
    training = {key: value for key, value in changes.items() if key in TrainingConfig.domains()}
    return replace(ours, model=replace(ours.model, **model), training=replace(ours.training, **training))  # type: ignore[arg-type]


@cache
def run(experiment: Experiment, processor: int = 0) -> Evidence:
    return trained(experiment, processor=processor)


PROCESSORS = range(6)
"""This one, and five on which the last digits differ: without tight clipping, such a run makes much of them."""


def met(name: str, step: int, evidence: Evidence) -> bool:
    return all(check.judge(evidence).met for check in LIBRARY["en"][name].steps[step].done)


# ---------------------------------------------------------------------- the files


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_numbers_code_and_formulas(name: str) -> None:
    english, chinese = (LIBRARY[language][name] for language in LANGUAGES)
    assert numbers(english) == numbers(chinese)
    for ours, theirs in zip(english.steps, chinese.steps, strict=True):
        for pattern in (r"```.*?```", r"\$[^$]+\$", r"`[^`\n]+`"):
            assert sorted(re.findall(pattern, ours.text, re.DOTALL)) == sorted(re.findall(pattern, theirs.text, re.DOTALL))
    assert not re.search(r"[\u4e00-\u9fff]", prose(english))
    assert not [text for text in words(chinese) if text and not re.search(r"[\u4e00-\u9fff]", text)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_it_has_four_to_seven_steps_reasons_for_all_locks_and_fits_a_link(name: str, language: str) -> None:
    assignment = LIBRARY[language][name]
    assert 4 <= len(assignment.steps) <= 7
    assert assignment.locks
    assert all(reason for _, reason in assignment.locks)
    assert packing.decode_assignment(packing.encode(assignment), Limits.hosted()) == assignment


@pytest.mark.parametrize(("name", "minutes"), [("clipping", 15), ("slip", 20)])
def test_reading_takes_less_than_half_of_the_time(name: str, minutes: int) -> None:
    """At 100 English words or 250 Chinese characters a minute, as for the lessons."""
    assert len(prose(LIBRARY["en"][name]).split()) / 100 < minutes / 2
    assert len(re.findall(r"[\u4e00-\u9fff]", prose(LIBRARY["zh"][name]))) / 250 < minutes / 2


def copied(folder: Path) -> Path:
    for language in LANGUAGES:
        (folder / language / "assignments").mkdir(parents=True)
        source = ROOT / "lessons" / language / "assignments" / "slip.json"
        (folder / language / "assignments" / "slip.json").write_bytes(source.read_bytes())
    return folder


def test_one_that_a_language_lacks_or_has_otherwise_is_told(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    assert list(read_assignments(folder, LANGUAGES)["zh"]) == ["slip"]
    file = folder / "zh" / "assignments" / "slip.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    told["experiment"]["training"]["epochs"] = 401
    file.write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(LessonError) as problem:
        read_assignments(folder, LANGUAGES)
    assert (problem.value.reason, problem.value.file) == ("other_front_matter", "zh/slip.json")
    file.write_text(json.dumps(told | {"steps": []}), encoding="utf-8")
    with pytest.raises(ConfigError):
        read_assignments(folder, LANGUAGES)
    file.unlink()
    with pytest.raises(LessonError) as problem:
        read_assignments(folder, LANGUAGES)
    assert (problem.value.reason, problem.value.detail) == ("missing_language", "zh")


# ---------------------------------------------------------------------- the checks


def test_every_step_with_a_check_has_a_solution_that_no_lock_forbids() -> None:
    checked = [(name, k) for name in NAMES for k, step in enumerate(LIBRARY["en"][name].steps) if step.done]
    assert checked == CHECKED
    for name, step in CHECKED:
        assert LIBRARY["en"][name].held(solution(name, step)) == solution(name, step)


@pytest.mark.parametrize(("name", "step"), CHECKED)
def test_no_step_is_done_before_anything_is_trained(name: str, step: int) -> None:
    assert not met(name, step, Evidence.untrained(LIBRARY["en"][name].experiment))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "step"), CHECKED)
def test_a_step_is_done_by_what_it_says_and_by_no_run_of_another_step(name: str, step: int) -> None:
    assert met(name, step, run(solution(name, step)))
    for other in SOLUTIONS[name]:
        assert other == step or not met(name, step, run(solution(name, other))), other


@pytest.mark.slow
@pytest.mark.parametrize("processor", PROCESSORS)
@pytest.mark.parametrize("step", SOLUTIONS["clipping"])
def test_a_step_about_clipping_is_done_on_other_processors_too(step: int, processor: int) -> None:
    assert met("clipping", step, run(solution("clipping", step), processor))


# ---------------------------------------------------------------------- the numbers and the answers


def test_the_numbers_are_these() -> None:
    """Those of the plan are compared below, the others measured in tests of their own."""
    assert numbers(CLIPPING) == {"200", "0.12", "1", "2", "6", "10", "0.3", "0.4", "0.1", "0.5", "0.06", "0.08"}
    assert numbers(SLIP) == {"400", "1"}
    guide, training = presets.guide_corrected(), CLIPPING.experiment.training
    assert (training.epochs, training.learning_rate, training.clipping, training.clip_threshold) == (200, 0.12, "none", 1.0)
    assert training.learning_rate == pytest.approx(6 * guide.training.learning_rate)
    assert guide.training.clip_threshold == 1.0
    assert CLIPPING.experiment == presets.on_the_edge().with_training(clipping="none", clip_threshold=1.0)
    assert SLIP.experiment == presets.guide_printed().with_training(epochs=400)


def test_by_value_turns_the_example_and_by_norm_shortens_it() -> None:
    gradient = np.array([0.3, 0.4])
    assert np.linalg.norm(gradient) == pytest.approx(0.5)
    assert np.clip(gradient, -0.1, 0.1) == pytest.approx([0.1, 0.1])
    assert gradient * 0.1 / np.linalg.norm(gradient) == pytest.approx([0.06, 0.08])


@pytest.mark.slow
@pytest.mark.parametrize("processor", PROCESSORS)
def test_without_clipping_the_loss_falls_and_ends_far_above_and_the_best_epoch_comes_before_the_largest_gradient(
    processor: int,
) -> None:
    columns = run(solution("clipping", 1), processor).run.history.columns
    assert columns.train_loss.min() < columns.train_loss[0] - 0.1
    assert columns.train_loss[-1] > 2 * columns.train_loss[0]
    assert columns.train_accuracy.argmax() < columns.largest_norm.argmax()


@pytest.mark.slow
@pytest.mark.parametrize("processor", PROCESSORS)
def test_at_the_guides_threshold_as_many_updates_are_clipped_as_the_text_says(processor: int) -> None:
    assert 0.02 < float(value_of("updates_clipped", run(solution("clipping", 3), processor)) or 0) < 0.06


@pytest.mark.slow
@pytest.mark.parametrize(
    "training",
    [
        {"clip_threshold": 0.1},
        {"clip_threshold": 0.05},
        {"clipping": "global_norm"},
        {"clipping": "global_norm", "clip_threshold": 0.5},
    ],
)
def test_whichever_clipping_helps_the_gradient_before_it_gets_large_all_the_same(training: dict[str, object]) -> None:
    evidence = run(CLIPPING.experiment.with_training(**{"clipping": "value", **training}))
    assert met("clipping", 4, evidence)
    assert float(value_of("largest_norm", evidence) or 0) > 10


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("i am not bad right now", {"W_xh", "W_hh", "b_h"}), ("good", set()), ("very bad", {"W_xh", "b_h"})],
)
def test_the_printed_formula_is_wrong_for_what_the_answers_say(text: str, wrong: set[str]) -> None:
    (label,) = [label for told, label, _ in SLIP.experiment.dataset.examples if told == text]
    model = Model.initial(SLIP.experiment).with_large_weights()
    found = gradient_check(model, text, str(label), recurrent_gradient="printed", elements=100)
    assert set(found.parameters) == {"W_xh", "W_hh", "b_h", "W_hy", "b_y"}
    assert {name for name, each in found.parameters.items() if each.relative_error > 1e-3} == wrong
    assert {name for name, each in found.parameters.items() if each.relative_error > 1e-6} == wrong


def test_the_program_has_the_slip_that_is_found_and_is_right_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", "\n".join(step.text for step in SLIP.steps), re.DOTALL)
    exercise = Exercise.of(Model.initial(SLIP.experiment).with_large_weights(), [("i am not bad", "positive")])
    monkeypatch.chdir(tmp_path)
    Path("exercise.npz").write_bytes(to_npz(exercise, {name: array.shape for name, array in computed(exercise).items()}))

    def result(code: str):  # type: ignore[no-untyped-def]
        exec(code, {})
        return diagnose(exercise, named_arrays.read(Path("mine.npz").read_bytes()))

    slipped = result(program)
    assert slipped.explanations == (frozenset({"no_transpose"}),)
    differing = {each.name: each for each in slipped.of("differs")}
    assert set(differing) == {"dh", "da", "dW_hh"}
    right = computed(exercise)["dh"]
    assert [np.allclose(a, b) for a, b in zip(np.load("mine.npz")["dh"], right, strict=True)] == [False, False, False, True]
    mended = result(program.replace("back = W_hh @ da[t]", "back = W_hh.T @ da[t]"))
    assert not mended.of("differs", "wrong_shape", "not_finite")
    assert len(mended.of("agrees")) == 7
