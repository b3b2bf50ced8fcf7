"""The gradient check on the page, and the visitor's own numbers."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from rnn_core import Dataset, Experiment, GradientCheck, Model, ModelConfig
from rnn_core.network.cells import vanilla
from tests.cases import some
from tests.ui.gradients.laboratory import (
    CHECK,
    LONGEST,
    NETWORKS,
    TIME,
    apologies,
    checks_of,
    choose,
    expected_table,
    named,
    same,
    set_up,
    trained,
)
from tests.ui.visitor import Visitor
from ui.gradients import check

pytestmark = pytest.mark.usefixtures("unfolded")


def test_before_training_the_check_is_at_the_initial_weights_and_at_large_ones(visitor: Visitor, small: Experiment) -> None:
    set_up(visitor, small).open("gradients").part(CHECK)
    model = Model.initial(small)
    assert "**Initial weights**" in visitor.markdown
    assert "**Large random weights**" in visitor.markdown
    at_initial, at_large = visitor.tables("parameter")
    same(at_initial, expected_table(checks_of(model, *LONGEST)))
    same(at_large, expected_table(checks_of(model.with_large_weights(), *LONGEST)))


def test_after_training_the_check_is_at_the_current_weights_on_the_chosen_sentence(visitor: Visitor, small: Experiment) -> None:
    choose(trained(visitor, small, CHECK), small, "not good at all")
    model = visitor.job.status().model
    assert "**Current weights, epoch 40**" in visitor.markdown
    at_current, at_large = visitor.tables("parameter")
    same(at_current, expected_table(checks_of(model, "not good at all", "negative")))
    same(at_large, expected_table(checks_of(model.with_large_weights(), "not good at all", "negative")))


def test_the_points_are_the_elements_of_both_gradients(visitor: Visitor, small: Experiment) -> None:
    set_up(visitor, small).open("gradients").part(CHECK)
    model = Model.initial(small)
    for where, place in (("large", model.with_large_weights()), ("current", model)):
        visitor.app.segmented_control(key="points-where").set_value(where).run()
        for each in checks_of(place, *LONGEST):
            for name, comparison in each.parameters.items():
                numeric, analytic = comparison.points
                trace = visitor.chart(f"points-{name}")[f"{each.recurrent_gradient} formula"]
                shown = sorted(zip(trace["x"], trace["y"], strict=True))
                assert shown == sorted(zip(numeric.tolist(), analytic.tolist(), strict=True))


def test_of_a_large_network_and_a_long_sentence_fewer_elements_are_checked(six: Dataset) -> None:
    def elements(hidden_size: int, words: int, cell: Any = "vanilla") -> int:
        model = Model.initial(Experiment(dataset=six, model=ModelConfig(hidden_size=hidden_size, cell=cell)))
        return check.elements_of(model, words)

    assert elements(64, 10) == check.ELEMENTS
    assert check.FEWEST < elements(128, 30, "lstm") < check.ELEMENTS
    assert elements(512, 60, "lstm") == check.FEWEST


def test_nothing_is_checked_twice(visitor: Visitor, small: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(visitor, small).open("gradients").part(CHECK)

    def never(*_: object, **__: object) -> GradientCheck:
        raise AssertionError("checked again")

    monkeypatch.setattr(check, "gradient_check", never)
    visitor.app.run()
    visitor.part(TIME).part(CHECK)
    assert not apologies(visitor)
    assert len(visitor.tables("parameter")) == 2


def test_at_weights_of_order_one_the_exact_rule_is_right_and_the_printed_one_fails(visitor: Visitor) -> None:
    visitor.open("gradients").part(CHECK)
    (error,) = visitor.errors
    assert error.startswith("The printed formula fails: its gradient of W_")
    rights = [box.value for box in visitor.app.success]
    assert len(rights) == 2
    assert all(
        right.startswith("The exact formula agrees with the numerical gradient. The largest relative error is ")
        for right in rights
    )


def test_at_the_guides_tiny_weights_the_slip_is_said_to_hide(visitor: Visitor) -> None:
    visitor.open("gradients").part(CHECK)
    (unclear,) = [info for info in visitor.infos if "printed formula" in info]
    assert unclear.startswith("The printed formula is off by only ")
    assert "barely measurable" in unclear


def test_where_gradients_are_too_small_to_judge_it_says_so(visitor: Visitor) -> None:
    visitor.settings(init_scale=0.0).open("gradients").part(CHECK)
    at_zero, at_large = visitor.tables("parameter")
    assert "too small" in at_zero["error_exact"].tolist()
    assert "too small" not in at_large["error_exact"].tolist()


def test_for_one_word_both_rules_agree_and_the_page_says_why(visitor: Visitor, small: Experiment) -> None:
    choose(set_up(visitor, small).open("gradients").part(CHECK), small, "good")
    rights = [box.value for box in visitor.app.success]
    assert rights.count("The printed formula agrees here too: with one word, nothing goes back through W_hh.") == 2
    assert not visitor.errors


def test_only_a_sentence_of_one_word_is_called_one(visitor: Visitor) -> None:
    """Where the weights are zero the two rules agree on any sentence, but not for want of words."""
    visitor.settings(init_scale=0.0).open("gradients").part(CHECK)
    text = visitor.app.selectbox[0].options[0]
    assert len(text.split()) > 1
    assert not [box.value for box in visitor.app.success if "with one word" in box.value]


@pytest.mark.slow
@pytest.mark.parametrize(
    "network",
    some([{"hidden_size": 64}, {"cell": "gru"}, {"cell": "lstm"}, {"bidirectional": True}, {"embedding_size": 8}], 1),
    ids=named,
)
def test_the_exact_rule_is_never_accused_for_rounding(visitor: Visitor, network: dict[str, Any]) -> None:
    visitor.open("gradients")
    for scale in (1e-2, 1e-3, 1e-4, 1e-5, 0.0):
        visitor.settings(**({"hidden_size": 16} | network), init_scale=scale).part(CHECK)
        assert len(visitor.tables("parameter")) == 2
        assert not [error for error in visitor.errors if error.startswith("The exact formula")]


def test_the_line_at_fault_is_named_and_the_code_shown_is_the_code_that_runs(visitor: Visitor) -> None:
    visitor.settings(hidden_size=4).open("gradients").part(CHECK)
    guide, line, function = visitor.app.code
    source = inspect.getsource(vanilla.backward)
    assert guide.value == "d_h = self.Whh @ temp"
    assert line.value.startswith("matvec(params.W_hh, da) if printed else vecmat(da, params.W_hh)")
    assert line.value in source
    assert function.value == source.strip()
    (told,) = [text for text in visitor.markdown if text.startswith("Here it is line ")]
    assert "`rnn_core/network/cells/vanilla.py`" in told
    number = int(told.split()[4])
    assert inspect.getsource(vanilla).splitlines()[number - 1].strip() == line.value


@pytest.mark.parametrize("network", NETWORKS, ids=named)
def test_the_vanilla_cell_is_checked_by_both_rules_and_the_others_by_the_exact_one_alone(
    visitor: Visitor, small: Experiment, network: dict[str, Any]
) -> None:
    experiment = small.with_model(**network)
    set_up(visitor, experiment).open("gradients").part(CHECK)
    model = Model.initial(experiment)
    for table, place in zip(visitor.tables("parameter"), (model, model.with_large_weights()), strict=True):
        same(table, expected_table(checks_of(place, *LONGEST)))
    if "cell" in network:
        assert [box.value for box in visitor.app.success][-1].startswith("The exact formula agrees")
        assert not visitor.errors
        assert not visitor.app.code
        assert any(text.startswith("The guide has a gradient formula for the vanilla cell only") for text in visitor.markdown)
    else:
        assert visitor.errors
        assert all(error.startswith("The printed formula fails") for error in visitor.errors)
