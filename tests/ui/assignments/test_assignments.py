"""An assignment is made, done and handed in; the server holds what it locks."""

from __future__ import annotations

import json

import pytest

from rnn_core import Experiment
from rnn_core.lessons import packing
from rnn_core.lessons.assignment import Assignment, Step
from rnn_core.lessons.checks import Check
from rnn_core.lessons.submission import Answer, Submission, Trained
from tests.core.lessons.handed import small as assignment_of
from tests.ui.visitor import Visitor
from ui.assignments.result_link import tokens
from ui.frame import browser_storage
from ui.messages.safe_markdown import safe
from ui.session.assigned import Assigned


@pytest.fixture
def task(small: Experiment) -> Assignment:
    return assignment_of(
        experiment=small.with_training(epochs=3),
        locks=(("clip_threshold", "We look at **it**."), ("hidden_size", ""), ("sentences", "")),
        pages=("training", "hyperparameters", "gradients"),
        steps=(
            Step(page="training", text="Read *this* <b>now</b>.", question="Which?", options=("one", "two")),
            Step(page="training", text="Train.", done=(Check(quantity="epochs", comparison=">=", bound=3),)),
        ),
    )


def begun(visitor: Visitor, task: Assignment) -> Assigned:
    visitor.open("assignments").upload(packing.save(task), "task.json")
    visitor.press("Begin")
    assert visitor.session.assigned is not None
    return visitor.session.assigned


def test_what_is_locked_cannot_be_set_by_whatever_a_browser_sends(visitor: Visitor, task: Assignment) -> None:
    begun(visitor, task)
    workspace = visitor.session.workspace
    visitor.open("hyperparameters")
    revision = workspace.settings_revision
    visitor.app.session_state[f"clip_threshold-{revision}"] = 7.0  # a widget that is greyed, and a browser that sends a value
    visitor.app.session_state[f"learning_rate-{revision}"] = 0.5
    visitor.app.run()
    held = task.experiment.training.clip_threshold
    assert (workspace.training.clip_threshold, workspace.training.learning_rate) == (held, 0.5)
    workspace.use_preset("gru")
    assert workspace.model.hidden_size == task.experiment.model.hidden_size
    assert workspace.dataset == task.experiment.dataset
    workspace.replace_dataset(task.experiment.dataset.with_examples(task.experiment.dataset.examples[1:]))
    assert workspace.dataset == task.experiment.dataset
    visitor.session.runs.train(task.experiment.with_training(clip_threshold=9.0))
    assert visitor.job.experiment.training.clip_threshold == held
    visitor.until(lambda: visitor.job.ended)


def test_locked_settings_are_greyed_with_the_reason(visitor: Visitor, task: Assignment) -> None:
    begun(visitor, task)
    visitor.open("hyperparameters")
    fields = {field.key.rpartition("-")[0]: field for field in visitor.app.number_input if field.key}
    assert (fields["clip_threshold"].disabled, fields["learning_rate"].disabled) == (True, False)
    assert "We look at \\*\\*it\\*\\*" in fields["clip_threshold"].help


@pytest.mark.slow
def test_steps_are_done_one_after_another_and_handed_in_and_own_work_comes_back(visitor: Visitor, task: Assignment) -> None:
    own = visitor.session.workspace.training.epochs
    assigned = begun(visitor, task)
    visitor.open("training")
    assert safe(assigned.step.text) in [str(text.value) for text in visitor.app.markdown]
    assert visitor.app.button(key="assigned-next").disabled
    visitor.app.radio(key="assigned-answer-0").set_value("two").run()
    assert any("1 done" in str(caption.value) for caption in visitor.app.caption)
    visitor.press("Next step")
    assert assigned.at == 1
    assert not assigned.answer.met
    visitor.press("Start")
    visitor.until(lambda: visitor.job.ended)
    visitor.app.run()
    assert assigned.answers == [Answer(text="two", met=True), Answer(figures=(3.0,), met=True)]
    handed = packing.load_submission(packing.save(assigned.submission()))
    assert [run.epochs for run in handed.runs] == [3]
    for closed in ("dataset", "sweeps"):
        visitor.open(closed)
        assert not visitor.app.dataframe
        assert not visitor.app.selectbox
    visitor.open("assignments").press("End the assignment")
    assert visitor.session.workspace.training.epochs == own
    assert visitor.session.assigned is None


def test_it_goes_on_from_what_was_handed_in(visitor: Visitor, task: Assignment) -> None:
    submission = Submission(assignment=task, name="Ida", answers=(Answer(text="one", met=True), Answer()))
    visitor.open("assignments").upload(packing.save(submission), "result.json")
    visitor.press("Begin")
    assigned = visitor.session.assigned
    assert assigned is not None
    assert (assigned.at, assigned.name, assigned.answers[0].text) == (1, "Ida", "one")


def test_what_is_hostile_is_refused_and_nothing_is_lost(visitor: Visitor, task: Assignment) -> None:
    before = visitor.session.workspace.experiment()
    visitor.open("assignments")
    told = json.loads(packing.save(task))
    for source in (b"{}", b"[" * 9999, json.dumps(told | {"steps": told["steps"] * 1000}).encode()):
        visitor.upload(source, "task.json")
        assert len(visitor.errors) == 1
        assert "Begin" not in visitor.buttons
    assert visitor.session.workspace.experiment() == before


def test_an_assignment_is_made_from_what_is_set(visitor: Visitor) -> None:
    visitor.session.view.draft = {
        "title": "Clipping",
        "locks": ["seed"],
        "reason-seed": "So that all get the same.",
        "text-0": "Train.",
        "checks-0": "train_accuracy >= 0.9\nepochs < 100",
    }
    visitor.open("assignments")
    visitor.app.session_state["assignments"] = "Make one"
    visitor.app.run()
    assert not visitor.errors
    assert "Download the assignment" in [button.proto.label for button in visitor.app.get("download_button")]
    visitor.app.text_area(key="draft-checks-0").set_value("__import__('os') >= 1").run()
    assert len(visitor.errors) == 1


def test_a_run_that_was_handed_in_is_replayed(visitor: Visitor, task: Assignment, small: Experiment) -> None:
    visitor.session.runs.train(task.experiment)
    visitor.until(lambda: visitor.job.ended)
    run = Trained.of(visitor.job.status().run)
    source = packing.save(Submission(assignment=task, name="Ida", answers=(Answer(), Answer()), runs=(run,)))
    visitor.open("assignments")
    visitor.app.session_state["assignments"] = "Read results"
    visitor.app.run()
    visitor.upload(source, "result.json")
    visitor.press("Replay")
    visitor.until(lambda: visitor.job.ended or not visitor.job.running)
    visitor.app.run()
    assert len(visitor.app.success) == 1


def test_what_is_handed_in_by_links_is_read_like_files_and_a_broken_line_is_named(visitor: Visitor, task: Assignment) -> None:
    handed = [Submission(assignment=task, name=name, answers=(Answer(), Answer()), runs=()) for name in ("Ida", "Bo")]
    first, second = (f"https://example.org/assignments?r={packing.encode(one)}" for one in handed)
    visitor.open("assignments")
    visitor.app.session_state["assignments"] = "Read results"
    visitor.app.run()
    visitor.app.text_area(key="result-links").set_value(f"{first}\n\n{second[:-9]}\n{packing.encode(handed[1])}").run()
    (table,) = visitor.app.dataframe
    assert table.value.iloc[:, 0].tolist() == ["Ida", "Bo"]
    (error,) = visitor.app.error
    assert error.value.startswith("Line 3: ")
    visitor.open("training").open("assignments")
    assert len(visitor.app.dataframe) == 1, "the links stay"


def test_a_link_to_what_was_handed_in_opens_the_results(visitor: Visitor, task: Assignment) -> None:
    handed = Submission(assignment=task, name="Ida", answers=(Answer(), Answer()), runs=())
    visitor.open("assignments")
    visitor.app.query_params["r"] = packing.encode(handed)
    visitor.app.run()
    (table,) = visitor.app.dataframe
    assert table.value.iloc[:, 0].tolist() == ["Ida"]
    visitor.app.text_area(key="result-links").set_value("").run()
    assert not visitor.app.dataframe, "it is read once"


def test_no_more_lines_are_read_than_files() -> None:
    lines = "\n".join(f"https://example.org/assignments?lang=en&r=token{i}&x=1" for i in range(5))
    assert list(tokens(f"\n{lines}\n", 3)) == [(2, "token0"), (3, "token1"), (4, "token2")]
    assert not list(tokens(lines, 0))


def test_an_assignment_that_comes_by_link_waits_for_a_yes_and_a_broken_one_is_told(visitor: Visitor, task: Assignment) -> None:
    visitor.session.inbox.restored = True
    visitor.app.query_params["a"] = packing.encode(task)[:-9]
    visitor.app.run()
    assert len(visitor.errors) == 1
    visitor.app.query_params["a"] = packing.encode(task)
    visitor.app.run()
    assert visitor.session.workspace.assignment is None
    visitor.press("Begin")
    assigned = visitor.session.assigned
    assert assigned is not None
    assert assigned.assignment == task


def test_an_assignment_goes_on_where_the_server_knows_the_visitor_no_longer(visitor: Visitor, task: Assignment) -> None:
    visitor.session.inbox.restored = True
    assigned = begun(visitor, task)
    visitor.open("training")
    visitor.app.radio(key="assigned-answer-0").set_value("two").run()
    assigned.name = "Ida"
    session = visitor.session
    kept = browser_storage.encode(assigned.own, session.runs.pace, None, browser_storage._assigned(session))
    later = Visitor().session
    assert browser_storage.restore(later, kept)
    assert later.assigned is not None
    assert later.assigned.submission() == assigned.submission()
    assert (later.assigned.at, later.assigned.own) == (1, assigned.own)
    assert later.workspace.training.clip_threshold == task.experiment.training.clip_threshold
    later.workspace.use_preset("gru")
    assert later.workspace.model.hidden_size == task.experiment.model.hidden_size, "what is locked is locked again"
    later.end()
    assert later.workspace.training == assigned.own.training


def test_an_assignment_that_cannot_be_read_is_told_and_own_work_comes_back(visitor: Visitor, task: Assignment) -> None:
    own = visitor.session.workspace.training
    begun(visitor, task)
    session = visitor.session
    assert session.assigned is not None
    value = json.loads(browser_storage.encode(session.assigned.own, assigned=browser_storage._assigned(session)))
    broken: tuple[object, ...] = (None, [], {}, {**value["assigned"], "answers": []}, {**value["assigned"], "name": 3})
    for damaged in broken:
        later = Visitor().session
        assert browser_storage.restore(later, json.dumps(value | {"assigned": damaged}))
        assert later.assigned is None
        assert later.workspace.training == own
        assert later.view.notice is not None


def test_the_browser_keeps_the_visitors_own_work_meanwhile(visitor: Visitor, task: Assignment) -> None:
    own = visitor.session.workspace.training
    assigned = begun(visitor, task)
    assert visitor.session.workspace.training != own
    assert json.loads(browser_storage.encode(assigned.own))["training"] == own.to_json()
