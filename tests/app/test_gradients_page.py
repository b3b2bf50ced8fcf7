"""Gradients: the norms are the history's, the check is the core's, and its verdict is in words."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rnn_core import Experiment, GradientCheck, Model, gradient_check
from rnn_core.cells import vanilla
from ui import gradients, messages

from .visitor import Visitor, wait_until


def trained(visitor: Visitor, experiment: Experiment) -> Visitor:
    session = visitor.session
    session.dataset = experiment.dataset
    session.use_settings(experiment.model, experiment.training)
    session.train(session.experiment())
    wait_until(lambda: visitor.job.ended)
    return visitor.open("gradients")


def both_checks(model: Model, text: str, label: str) -> tuple[GradientCheck, GradientCheck]:
    exact, printed = (
        gradient_check(model, text, label, recurrent_gradient=rule, elements=gradients.ELEMENTS) for rule in ("exact", "printed")
    )
    return exact, printed


def expected_table(exact: GradientCheck, printed: GradientCheck) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "gradient of": list(exact.parameters),
            "error, exact rule": [f"{c.relative_error:.1e}" for c in exact.parameters.values()],
            "error, printed rule": [f"{c.relative_error:.1e}" for c in printed.parameters.values()],
            "cosine, exact": [f"{c.cosine:.3f}" for c in exact.parameters.values()],
            "cosine, printed": [f"{c.cosine:.3f}" for c in printed.parameters.values()],
        }
    )


def same(shown: pd.DataFrame, expected: pd.DataFrame) -> None:
    assert shown.astype(str).to_dict("list") == expected.to_dict("list")


@pytest.mark.parametrize("name", ["W_xh", "W_hh", "b_h", "W_hy", "b_y", None])
def test_the_norms_are_those_of_the_history_before_and_after_clipping(
    visitor: Visitor, small: Experiment, name: str | None
) -> None:
    trained(visitor, small)
    history = visitor.job.snapshot().history
    traces = visitor.chart(f"norms-{name}")
    for trace, statistic in (("before clipping", "norm_before"), ("after", "norm_after")):
        assert traces[trace]["x"] == list(range(1, 41))
        assert traces[trace]["y"] == history.gradient(name, statistic).tolist()
    assert (history.gradient(name, "norm_after") <= history.gradient(name, "norm_before")).all()


def test_all_norms_share_one_scale_and_show_the_threshold(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small)
    charts = {key: chart["layout"] for key, chart in visitor.charts.items() if key.startswith("norms-")}
    assert len(charts) == 6
    (scale,) = {tuple(layout["yaxis"]["range"]) for layout in charts.values()}
    norms = visitor.job.snapshot().history.columns.gradients[:, :, :2]
    assert scale[0] <= np.log10(min(norms.min(), 0.05))
    assert scale[1] >= np.log10(norms.max())
    for layout in charts.values():
        assert layout["shapes"][0]["y0"] == 0.05
        assert layout["annotations"][-1]["text"] == "threshold 0.05"


def test_without_clipping_no_threshold_is_drawn(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small.with_training(clipping="none"))
    assert all("shapes" not in chart["layout"] for key, chart in visitor.charts.items() if key.startswith("norms-"))
    assert "Clipping is off: every gradient went into its step whole." in visitor.markdown
    traces = visitor.chart("norms-W_hh")
    assert traces["before clipping"]["y"] == traces["after"]["y"]


def test_the_share_clipped_is_the_historys(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small)
    history = visitor.job.snapshot().history
    updates, elements = (history.gradient(None, name) for name in ("updates_clipped", "elements_clipped"))
    assert visitor.chart("share")["updates"]["y"] == updates.tolist()
    assert visitor.chart("share")["elements"]["y"] == elements.tolist()
    assert 0 < elements.mean() < updates.mean()
    assert (
        f"Over the run, clipping changed {updates.mean():.2%} of the updates and {elements.mean():.3%} of all elements."
        in visitor.markdown
    )


def test_a_threshold_that_nothing_reached_is_told_in_words(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small.with_training(clip_threshold=1e6))
    assert "No update reached the threshold: clipping never acted in this run." in visitor.markdown


@pytest.mark.parametrize("threshold", [5e-324, 1e-300, 1e308])
def test_a_threshold_at_the_edge_of_numbers_still_gives_a_picture(visitor: Visitor, small: Experiment, threshold: float) -> None:
    trained(visitor, small.with_training(clip_threshold=threshold, epochs=3))
    assert not [error for error in visitor.errors if "Something of ours broke" in error]
    assert set(visitor.chart("norms-W_hh")) == {"before clipping", "after"}


# ---------------------------------------------------------------------- the check


def test_before_training_the_check_is_at_the_initial_weights_and_at_large_ones(visitor: Visitor, small: Experiment) -> None:
    visitor.session.dataset = small.dataset
    visitor.session.use_settings(small.model, small.training)
    visitor.open("gradients")
    model = Model.initial(small)
    assert "**At the initial weights**" in visitor.markdown
    assert "**At weights of order one**" in visitor.markdown
    at_initial, at_large = visitor.tables("gradient of")
    longest = ("so very bad at all", "negative")
    same(at_initial, expected_table(*both_checks(model, *longest)))
    same(at_large, expected_table(*both_checks(model.with_large_weights(), *longest)))


def test_after_training_the_check_is_at_the_current_weights_on_the_chosen_sentence(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small)
    row = next(i for i, e in enumerate(small.dataset.examples) if e.text == "not good at all")
    (chooser,) = visitor.app.selectbox
    chooser.set_value(row).run()
    model = visitor.job.snapshot().model
    assert "**At the current weights, epoch 40**" in visitor.markdown
    at_current, at_large = visitor.tables("gradient of")
    same(at_current, expected_table(*both_checks(model, "not good at all", "negative")))
    same(at_large, expected_table(*both_checks(model.with_large_weights(), "not good at all", "negative")))


def test_at_weights_of_order_one_the_exact_rule_is_right_and_the_printed_one_fails(visitor: Visitor) -> None:
    visitor.open("gradients")
    (error,) = visitor.errors
    assert error.startswith("The printed rule fails: its gradient of W_xh is off by ")
    rights = [box.value for box in visitor.app.success]
    assert len(rights) == 2
    assert all(
        right.startswith("The exact rule agrees with central differences; its largest relative error is ") for right in rights
    )


def test_at_the_guides_tiny_weights_the_slip_is_said_to_hide(visitor: Visitor) -> None:
    visitor.open("gradients")
    (unclear,) = [info for info in visitor.infos if "printed rule" in info]
    assert unclear.startswith("The printed rule is off by only ")
    assert unclear.endswith("with weights this small the slip nearly hides.")


def test_for_one_word_both_rules_agree_and_the_page_says_why(visitor: Visitor, small: Experiment) -> None:
    visitor.session.dataset = small.dataset
    visitor.session.use_settings(small.model, small.training)
    visitor.open("gradients")
    row = next(i for i, e in enumerate(small.dataset.examples) if e.text == "good")
    visitor.app.selectbox[0].set_value(row).run()
    rights = [box.value for box in visitor.app.success]
    assert rights.count("The printed rule agrees here too: with one word nothing goes back through W_hh.") == 2
    assert not visitor.errors


def test_only_a_sentence_of_one_word_is_called_one(visitor: Visitor) -> None:
    """Where the weights are zero the two rules agree on any sentence, but not for want of words."""
    visitor.settings(init_scale=0.0).open("gradients")
    text = visitor.app.selectbox[0].options[0]
    assert len(text.split()) > 1
    assert not [box.value for box in visitor.app.success if "with one word" in box.value]


@pytest.mark.parametrize("scale", [1e-2, 1e-3, 1e-4, 1e-5, 0.0])
def test_the_exact_rule_is_never_accused_for_rounding(visitor: Visitor, scale: float) -> None:
    visitor.settings(hidden_size=64, init_scale=scale).open("gradients")
    assert not [error for error in visitor.errors if error.startswith("The exact rule")]


@pytest.mark.parametrize("scale", [1e-2, 1e-3, 1e-5, 0.0])
@pytest.mark.parametrize("network", [{"cell": "gru"}, {"cell": "lstm"}, {"bidirectional": True}, {"embedding_size": 8}])
def test_nor_is_that_of_another_network(visitor: Visitor, network: dict[str, Any], scale: float) -> None:
    visitor.settings(hidden_size=16, init_scale=scale, **network).open("gradients")
    assert len(visitor.tables("gradient of")) == 2
    assert not [error for error in visitor.errors if error.startswith("The exact rule")]


def test_sentences_that_cannot_be_trained_on_give_no_network_to_check(visitor: Visitor) -> None:
    visitor.open("dataset").edit(cells={3: {"label": None}}).open("gradients")
    assert "The sentences must be mended before a network can be built to check." in visitor.infos
    assert visitor.links["Mend the sentences"] == "dataset"
    assert not visitor.tables("gradient of")


def test_a_runs_network_is_checked_on_the_runs_own_sentences(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small)
    visitor.open("dataset").edit(cells={1: {"text": "entirely other words"}}).open("gradients")
    assert visitor.app.selectbox[0].options[0] == "so very bad at all"
    assert "entirely other words" not in visitor.app.selectbox[0].options


def test_the_code_shown_is_the_code_that_runs(visitor: Visitor) -> None:
    visitor.settings(hidden_size=4).open("gradients")
    (code,) = visitor.app.code
    assert code.value == inspect.getsource(getattr(vanilla.backward, "py_func", vanilla.backward)).strip()
    assert "dh = matvec(W_hh, da) if printed else vecmat(da, W_hh)" in code.value


# ---------------------------------------------------------------------- other networks

NETWORKS: list[dict[str, Any]] = [
    {"cell": "gru"},
    {"cell": "lstm"},
    {"cell": "gru", "bidirectional": True},
    {"cell": "lstm", "bidirectional": True, "embedding_size": 3},
    {"bidirectional": True},
    {"embedding_size": 3},
]


def named(network: dict[str, Any]) -> str:
    return "-".join(str(value) for value in network.values())


@pytest.mark.parametrize("network", NETWORKS, ids=named)
def test_every_network_has_a_picture_a_parameter_and_one_of_the_whole(
    visitor: Visitor, small: Experiment, network: dict[str, Any]
) -> None:
    experiment = small.with_model(**network).with_training(epochs=5)
    trained(visitor, experiment)
    history, names = visitor.job.snapshot().history, experiment.layout.names
    assert [key for key in visitor.charts if key.startswith("norms-")] == [f"norms-{name}" for name in (*names, None)]
    for name in (*names, None):
        assert f"**{messages.parameter(name)}**" in visitor.markdown
        traces = visitor.chart(f"norms-{name}")
        assert traces["before clipping"]["y"] == history.gradient(name, "norm_before").tolist()
        assert traces["after"]["y"] == history.gradient(name, "norm_after").tolist()


@pytest.mark.parametrize("network", [network for network in NETWORKS if "cell" in network], ids=named)
def test_a_cell_without_a_printed_rule_is_checked_by_the_exact_one_alone(
    visitor: Visitor, small: Experiment, network: dict[str, Any]
) -> None:
    experiment = small.with_model(**network)
    visitor.session.dataset = small.dataset
    visitor.session.use_settings(experiment.model, experiment.training)
    visitor.open("gradients")
    model = Model.initial(experiment)
    for table, place in zip(visitor.tables("gradient of"), (model, model.with_large_weights()), strict=True):
        check = gradient_check(place, "so very bad at all", "negative", elements=gradients.ELEMENTS)
        assert list(table["gradient of"]) == list(experiment.layout.names)
        expected = {
            "gradient of": list(check.parameters),
            "error, exact rule": [f"{c.relative_error:.1e}" for c in check.parameters.values()],
            "cosine, exact": [f"{c.cosine:.3f}" for c in check.parameters.values()],
        }
        same(table, pd.DataFrame(expected))
    assert [box.value for box in visitor.app.success][-1].startswith("The exact rule agrees with central differences")
    assert not visitor.errors
    assert not visitor.app.code
    assert "The guide prints a backward rule for the vanilla cell alone" in visitor.app.main.caption[-1].value


@pytest.mark.parametrize("network", [network for network in NETWORKS if "cell" not in network], ids=named)
def test_the_vanilla_cell_is_checked_by_both_rules_however_it_reads(
    visitor: Visitor, small: Experiment, network: dict[str, Any]
) -> None:
    experiment = small.with_model(**network)
    visitor.session.dataset = small.dataset
    visitor.session.use_settings(experiment.model, experiment.training)
    visitor.open("gradients")
    model = Model.initial(experiment)
    longest = ("so very bad at all", "negative")
    at_initial, at_large = visitor.tables("gradient of")
    same(at_initial, expected_table(*both_checks(model, *longest)))
    same(at_large, expected_table(*both_checks(model.with_large_weights(), *longest)))
    assert all(error.startswith("The printed rule fails") for error in visitor.errors)
    assert visitor.errors


@pytest.mark.parametrize("clipping", ["norm", "global_norm"])
def test_a_threshold_of_a_norm_is_not_drawn_as_one_of_elements(visitor: Visitor, small: Experiment, clipping: str) -> None:
    trained(visitor, small.with_training(clipping=clipping, epochs=5))
    assert not [caption.value for caption in visitor.app.main.caption if "It bounds each element" in caption.value]
    assert not [error for error in visitor.errors if "Something of ours broke" in error]
    history = visitor.job.snapshot().history
    name = None if clipping == "global_norm" else "W_hh"
    assert (history.gradient(name, "norm_after") <= 0.05 * (1 + 1e-12)).all()
