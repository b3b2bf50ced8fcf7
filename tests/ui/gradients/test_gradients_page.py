"""The gradient laboratory: what each part shows is what the core says of the very same weights, and its words fit."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from rnn_core import Dataset, Experiment, GradientCheck, History, Limits, Model, ModelConfig, Trainer, gradient_check, presets
from rnn_core.arrays import Floats
from rnn_core.gradients.flow import by_epoch, flow
from rnn_core.gradients.spectrum import spectra, with_radius
from rnn_core.gradients.update import one_update
from rnn_core.network.cells import CELLS, vanilla
from rnn_core.network.parameters import Layout
from rnn_core.sweeps.comparisons import comparisons
from rnn_core.training.history import Columns
from rnn_core.training.most_clipped import most_clipped
from rnn_core.training.replay import update_of
from tests.cases import some
from tests.ui.visitor import Visitor, serve, wait_until
from ui.gradients import check, through_time
from ui.language import percent
from ui.messages import clipping
from ui.messages import through_time as through_time_messages
from ui.messages import update as update_messages
from ui.messages.formatting import scientific
from ui.server.comparisons import SweepRun, SweepRuns
from ui.server.presence import Presence
from ui.server.server import Server

pytestmark = pytest.mark.usefixtures("unfolded")

LONGEST = ("so very bad at all", "negative")
NORMS, TIME, COMPARE, CHECK, UPDATE = "clipping", "through_time", "compare", "check", "update"
PARTS = (NORMS, TIME, COMPARE, CHECK, UPDATE)

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


def set_up(visitor: Visitor, experiment: Experiment) -> Visitor:
    """This experiment on the table, nothing trained."""
    session = visitor.session
    session.workspace.dataset = experiment.dataset
    session.workspace.use_settings(experiment.model, experiment.training)
    return visitor


def trained(visitor: Visitor, experiment: Experiment, part: str = NORMS) -> Visitor:
    session = set_up(visitor, experiment).session
    session.runs.train(session.workspace.experiment())
    wait_until(lambda: visitor.job.ended)
    return visitor.open("gradients").part(part)


def looking_at(visitor: Visitor, epoch: int) -> Visitor:
    """Back at a kept epoch, by the laboratory's own slider."""
    (slider,) = [s for s in visitor.app.select_slider if s.label == "Network of epoch"]
    slider.set_value(epoch).run()
    return visitor


def choose(visitor: Visitor, experiment: Experiment, text: str) -> Visitor:
    row = next(i for i, e in enumerate(experiment.dataset.examples) if e.text == text)
    next(box for box in visitor.app.selectbox if box.label == "Sentence").set_value(row).run()
    return visitor


def by_sentence(visitor: Visitor) -> Visitor:
    """Look at an update by one sentence in the place of the one that clipping changed most."""
    visitor.app.segmented_control(key="update-of").set_value("sentence").run()
    return visitor


def array(values: Any) -> Floats:
    """A trace's values."""
    return np.array(values, dtype=float)


def apologies(visitor: Visitor) -> list[str]:
    return [error for error in visitor.errors if "Something broke on this page" in error]


# ---------------------------------------------------------------------- the page


def test_it_opens_at_what_clipping_cut_and_before_that_offers_the_comparison_that_shows_it(
    visitor: Visitor, small: Experiment
) -> None:
    set_up(visitor, small).open("gradients")
    assert "See what clipping guards against" in visitor.buttons
    session = visitor.session
    session.runs.train(session.workspace.experiment())
    wait_until(lambda: visitor.job.ended)
    assert "cut" in visitor.open("training").open("gradients").charts


@pytest.mark.parametrize("state", ["nothing", "not yet started", "running", "paused", "stopped", "diverged", "diverged at once"])
@pytest.mark.slow
def test_every_part_works_however_the_run_stands(visitor: Visitor, small: Experiment, state: str) -> None:
    made = small.with_training(epochs=100_000) if state in ("running", "paused", "stopped") else small
    if state.startswith("diverged"):
        wild = 1 if state == "diverged at once" else 8
        made = small.with_training(clipping="none", changes=((wild, "learning_rate", 1e308),))
    session = set_up(visitor, made).session
    if state == "not yet started":
        session.runs.prepare(session.workspace.experiment())
    elif state != "nothing":
        session.runs.train(session.workspace.experiment())
        wait_until(lambda: visitor.job.ended or (visitor.job.status().epoch > 5 and not state.startswith("diverged")))
        assert (visitor.job.state == "diverged") is state.startswith("diverged")
    if state == "paused":
        visitor.job.pause()
    elif state == "stopped":
        visitor.job.stop()
    visitor.open("gradients")
    for part in PARTS:
        visitor.part(part)
        assert not apologies(visitor), part
        if part == TIME:
            several = visitor.session.runs.shown is not None and len(visitor.session.runs.shown.kept) > 1
            assert "flow" in visitor.charts
            assert ({"flow-map", "spectrum-W_hh"} <= set(visitor.charts)) is several
        if part == CHECK:
            assert len(visitor.tables("parameter")) == 2
        if part == UPDATE:
            assert "update-W_hh" in visitor.charts or visitor.errors


def test_sentences_that_cannot_be_trained_on_give_nothing_to_look_at_but_a_way_out(visitor: Visitor) -> None:
    visitor.open("dataset").edit(cells={3: {"label": None}}).open("gradients")
    for part in (TIME, CHECK, UPDATE, COMPARE):
        visitor.part(part)
        assert visitor.errors[0].startswith("This cannot be trained yet.")
        assert visitor.links["Fix the sentences"] == "dataset"
        assert not visitor.charts


@pytest.mark.slow
@pytest.mark.parametrize("network", some(NETWORKS, 2), ids=named)
def test_every_part_works_for_every_network(visitor: Visitor, small: Experiment, network: dict[str, Any]) -> None:
    experiment = small.with_model(**network).with_training(epochs=5)
    trained(visitor, experiment)
    history, names = visitor.job.status().history, Layout.of(experiment).names
    visitor.app.selectbox(key="clipping-of").set_value(names[-1]).run()
    assert visitor.chart("cut")["before clipping"]["y"] == history.gradient(names[-1], "norm_before_max").tolist()
    for part in (TIME, CHECK, UPDATE):
        assert not apologies(visitor.part(part))
        assert visitor.charts


@pytest.mark.slow
def test_every_chart_gives_its_numbers_to_whoever_asks(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small)
    next(toggle for toggle in visitor.app.toggle if toggle.label == "Charts as tables too").set_value(True).run()
    for part in (NORMS, TIME, CHECK, UPDATE):
        assert not apologies(visitor.part(part))
        assert len(visitor.app.dataframe) >= len(visitor.charts)
    (table,) = visitor.part(TIME).tables("words before the end")
    chart = visitor.charts["flow-map"]["data"][0]
    assert table.columns.tolist()[1:] == chart["x"]
    np.testing.assert_allclose(table.iloc[:, 1:].to_numpy(), array(chart["z"]))


@pytest.mark.slow
def test_the_sentence_chosen_in_one_part_is_the_others_too(visitor: Visitor, small: Experiment) -> None:
    choose(trained(visitor, small, TIME), small, "not good at all")
    for part in (CHECK, UPDATE):
        visitor.part(part)
        if part == UPDATE:
            by_sentence(visitor)
        (box,) = [box for box in visitor.app.selectbox if box.label == "Sentence"]
        assert small.dataset.examples[box.value or 0].text == "not good at all"
    visitor.open("training").open("gradients").part(TIME)
    (box,) = [box for box in visitor.app.selectbox if box.label == "Sentence"]
    assert small.dataset.examples[box.value or 0].text == "not good at all"


def test_a_runs_network_is_looked_into_with_the_runs_own_sentences(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small)
    visitor.open("dataset").edit(cells={1: {"text": "entirely other words"}}).open("gradients").part(CHECK)
    assert visitor.app.selectbox[0].options[0] == "8  so very bad at all"
    assert not [option for option in visitor.app.selectbox[0].options if "entirely other words" in option]


@pytest.mark.slow
def test_the_epoch_that_is_looked_at_is_the_runs_on_every_page(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, CHECK)
    kept = visitor.job.status().kept
    looking_at(visitor, kept[1])
    assert visitor.session.runs.shown is not None
    assert visitor.session.runs.shown.viewed == kept[1]
    assert f"**Weights of epoch {kept[1]}**" in visitor.markdown
    same(visitor.tables("parameter")[0], expected_table(checks_of(visitor.job.status().model_at(kept[1]), *LONGEST)))
    looking_at(by_sentence(visitor.part(UPDATE)), kept[0])
    assert "**Initial weights**" in visitor.part(CHECK).markdown


@pytest.mark.slow
def test_while_it_runs_no_earlier_epoch_is_offered(visitor: Visitor, endless: Experiment) -> None:
    session = set_up(visitor, endless).session
    session.runs.train(session.workspace.experiment())
    wait_until(lambda: len(visitor.job.status().kept) > 2 or visitor.job.status().epoch > 300)
    visitor.open("gradients").part(TIME)
    assert not visitor.app.select_slider


# ---------------------------------------------------------------------- norms and clipping


def test_the_picture_is_of_the_longest_gradients_before_and_after_clipping(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small)
    history = visitor.job.status().history
    drawn = visitor.chart("cut")
    for trace, statistic in {"before clipping": "norm_before_max", "after clipping": "norm_after_max"}.items():
        assert drawn[trace]["x"] == list(range(1, 41))
        assert drawn[trace]["y"] == history.gradient(None, statistic).tolist()
    said = [small.dataset.examples[row - 1].text for row in history.columns.largest_norm_row.tolist()]
    assert [words for _, words in drawn["before clipping"]["customdata"]] == [f"<br>“{text}”" for text in said]
    run = visitor.job.status()
    epoch = clipping.longest_epoch(history)
    update = update_of(run.run, epoch, int(history.columns.largest_norm_row[epoch - 1]))
    assert clipping.longest(run, update) in visitor.markdown


def test_a_threshold_changed_on_the_way_shows_as_a_step(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small.with_training(changes=((21, "clip_threshold", 0.1),)))
    assert visitor.chart("cut")["threshold"]["y"] == [0.05] * 20 + [0.1] * 20


def test_without_clipping_there_is_one_line_and_no_word_of_shares(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small.with_training(clipping="none"))
    assert set(visitor.chart("cut")) == {"no clipping"}
    assert {"share", "turn"}.isdisjoint(visitor.charts)  # two empty pictures would say nothing


def test_the_share_clipped_is_the_historys(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small)
    history = visitor.job.status().history
    updates, elements = (history.gradient(None, name) for name in ("updates_clipped", "elements_clipped"))
    assert visitor.chart("share")["updates"]["y"] == [v or None for v in updates.tolist()]
    assert visitor.chart("share")["gradient elements"]["y"] == [v or None for v in elements.tolist()]
    assert 0 < elements.mean() < updates.mean()
    assert clipping.clipped(visitor.job.status()) in visitor.markdown


def test_shares_and_angle_can_be_of_one_parameter(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small)
    history = visitor.job.status().history
    visitor.app.selectbox(key="clipping-of").set_value("W_hy").run()
    assert visitor.chart("share")["updates"]["y"] == [v or None for v in history.gradient("W_hy", "updates_clipped").tolist()]
    expected = np.degrees(np.arccos(np.clip(history.gradient("W_hy", "cosine"), -1, 1)))
    assert visitor.chart("turn")["angle"]["y"] == pytest.approx(expected.tolist())
    assert any("the gradient of W_hy in" in text for text in visitor.markdown)


def test_by_value_turns_the_gradient_and_by_norm_does_not(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small)
    assert max(visitor.chart("turn")["angle"]["y"]) > 5
    assert any(caption.value.startswith("Clipping by value limits only") for caption in visitor.app.main.caption)
    trained(visitor, small.with_training(clipping="global_norm"))
    assert max(visitor.chart("turn")["angle"]["y"]) < 1e-4
    assert any("keeps its direction" in caption.value for caption in visitor.app.main.caption)


def test_a_threshold_that_nothing_reached_is_told_in_words(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small.with_training(clip_threshold=1e6))
    assert clipping.clipped(visitor.job.status()) in visitor.markdown


@pytest.mark.parametrize("threshold", [5e-324, 1e-300, 1e308])
def test_a_threshold_at_the_edge_of_numbers_still_gives_a_picture(visitor: Visitor, small: Experiment, threshold: float) -> None:
    trained(visitor, small.with_training(clip_threshold=threshold, epochs=3))
    for part in (NORMS, UPDATE):
        assert not apologies(visitor.part(part))
        assert visitor.charts


# ---------------------------------------------------------------------- through time


@pytest.mark.slow
def test_the_gradient_through_time_is_that_of_the_runs_weights(visitor: Visitor, small: Experiment) -> None:
    choose(trained(visitor, small, TIME), small, "not good at all")
    passage = flow(visitor.job.status().model, "not good at all", "negative").forward
    bars, scaled = visitor.charts["flow"]["data"]
    model = visitor.job.status().model
    other = flow(with_radius(model, 1.0, spectra(model)), "not good at all", "negative").forward
    assert scaled["y"] == other.norms.tolist()
    assert bars["y"] == passage.norms.tolist()
    assert bars["customdata"] == ["not", "good", "at", "all"]
    assert passage.by_weights is not None
    assert passage.by_tanh is not None
    assert visitor.chart("factors")["by W_hhᵀ"]["y"] == [*passage.by_weights, None]
    assert visitor.chart("factors")["by tanh′"]["y"] == [*passage.by_tanh, None]
    assert through_time_messages.flow_sentence(passage) in visitor.markdown


def test_it_follows_the_epoch_that_is_looked_at(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, TIME)
    epoch = visitor.job.status().kept[2]
    looking_at(visitor, epoch)
    trainer = Trainer(small)
    while trainer.advance(until=epoch):
        pass
    assert visitor.charts["flow"]["data"][0]["y"] == flow(trainer.model, *LONGEST).forward.norms.tolist()


def test_the_map_has_a_column_for_every_kept_epoch(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, TIME)
    run = visitor.job.status()
    chart = by_epoch([(epoch, run.model_at(epoch)) for epoch in run.kept], *LONGEST)
    (trace,) = visitor.charts["flow-map"]["data"]
    z = array(trace["z"])
    assert z.shape == (5, len(run.kept))
    np.testing.assert_allclose(z, np.clip(np.log10(chart.norms / chart.norms[:, :1]), trace["zmin"], trace["zmax"]).T)


@pytest.mark.slow
def test_the_map_can_be_of_either_factor_of_each_step(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, TIME)
    run = visitor.job.status()
    chart = by_epoch([(epoch, run.model_at(epoch)) for epoch in run.kept], *LONGEST)
    for shown, factors in (("weights", chart.by_weights), ("tanh", chart.by_tanh)):
        visitor.app.segmented_control(key="flow-map-of").set_value(shown).run()
        (trace,) = visitor.charts["flow-map"]["data"]
        assert factors is not None
        np.testing.assert_allclose(array(trace["z"]), np.clip(np.log10(factors), trace["zmin"], trace["zmax"]).T)
    assert any(text.startswith("The factor of each step back") for text in visitor.markdown)
    trained(visitor, small.with_model(cell="lstm"), TIME)
    assert not [control for control in visitor.app.segmented_control if control.key == "flow-map-of"]


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["vanilla", "gru", "lstm"])
def test_the_spectra_are_those_of_the_kept_epochs(visitor: Visitor, small: Experiment, cell: str) -> None:
    trained(visitor, small.with_model(cell=cell), TIME)
    run = visitor.job.status()
    for block in CELLS[cell].blocks:
        traces = visitor.chart(f"spectrum-{block}")
        expected = [spectra(run.model_at(epoch))[block] for epoch in run.kept]
        assert traces["largest singular value"]["x"] == list(run.kept)
        assert traces["largest singular value"]["y"] == [each.singular for each in expected]
        assert traces["spectral radius"]["y"] == [each.radius for each in expected]


def test_before_training_the_spectrum_is_two_figures(visitor: Visitor, small: Experiment) -> None:
    set_up(visitor, small).open("gradients").part(TIME)
    (spectrum,) = spectra(Model.initial(small)).values()
    assert visitor.metrics == {
        "Largest singular value": f"{spectrum.singular:.3g}",
        "Spectral radius": f"{spectrum.radius:.3g}",
    }


def test_of_a_large_network_only_as_many_spectra_as_time_allows_are_worked_out(
    visitor: Visitor, small: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(through_time, "MOST_SECONDS", 0.008)
    trained(visitor, small, TIME)
    kept = visitor.job.status().kept
    shown = visitor.chart("spectrum-W_hh")["spectral radius"]["x"]
    assert len(shown) == 5 < len(kept)
    assert (shown[0], shown[-1]) == (kept[0], kept[-1])
    assert set(shown) < set(kept)


def test_of_a_large_network_the_map_has_only_as_many_epochs_as_time_allows(
    visitor: Visitor, small: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(through_time, "MOST_SECONDS", 0.0005)
    trained(visitor, small, TIME)
    kept = visitor.job.status().kept
    shown = visitor.charts["flow-map"]["data"][0]["x"]
    assert (shown[0], shown[-1]) == (str(kept[0]), str(kept[-1]))
    assert 2 <= len(shown) < len(kept)
    assert f"at {len(shown)} of {len(kept)} checkpoints" in "".join(visitor.markdown)


def test_both_directions_can_be_followed(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small.with_model(bidirectional=True), TIME)
    whole = flow(visitor.job.status().model, *LONGEST)
    assert whole.reverse is not None
    assert visitor.charts["flow"]["data"][0]["y"] == whole.forward.norms.tolist()
    assert "spectrum-W_hh" in visitor.charts
    visitor.app.segmented_control(key="flow-direction").set_value("reverse").run()
    assert visitor.charts["flow"]["data"][0]["y"] == whole.reverse.norms[::-1].tolist()
    assert "spectrum-W_hh_reverse" in visitor.charts
    (trace,) = visitor.charts["flow-map"]["data"]
    run = visitor.job.status()
    chart = by_epoch([(epoch, run.model_at(epoch)) for epoch in run.kept], *LONGEST, reverse=True)
    np.testing.assert_allclose(
        array(trace["z"]), np.clip(np.log10(chart.norms / chart.norms[:, :1]), -trace["zmax"], trace["zmax"]).T
    )
    assert trace["y"][0] == "so  0"
    assert array(trace["z"])[0].tolist() == [0.0] * len(visitor.job.status().kept)


@pytest.mark.slow
def test_an_lstm_shows_its_memory_and_no_factors(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small.with_model(cell="lstm"), TIME)
    passage = flow(visitor.job.status().model, *LONGEST).forward
    assert passage.memory_norms is not None
    assert visitor.chart("flow")["of the cell state, ‖∂L/∂c‖"]["y"] == passage.memory_norms.tolist()
    assert "factors" not in visitor.charts


def test_the_printed_rules_gradient_is_said_to_be_none(visitor: Visitor, small: Experiment) -> None:
    experiment = small.with_model(recurrent_gradient="printed")
    set_up(visitor, experiment).open("gradients").part(TIME)
    assert visitor.charts["flow"]["data"][0]["y"] == flow(Model.initial(experiment), *LONGEST).forward.norms.tolist()
    assert any("not the derivative" in text for text in visitor.markdown)


def test_a_sentence_of_one_word_has_nothing_to_go_back_through(visitor: Visitor, small: Experiment) -> None:
    choose(set_up(visitor, small).open("gradients").part(TIME), small, "good")
    assert any(text.startswith("With one word nothing goes back") for text in visitor.markdown)
    assert "flow-map" not in visitor.charts
    assert "factors" not in visitor.charts


# ---------------------------------------------------------------------- the check


def checks_of(model: Model, text: str, label: str) -> list[GradientCheck]:
    rules = ("exact", "printed") if model.config.cell == "vanilla" else ("exact",)
    return [gradient_check(model, text, label, recurrent_gradient=rule, elements=check.ELEMENTS) for rule in rules]  # type: ignore[arg-type]


def expected_table(checks: list[GradientCheck]) -> pd.DataFrame:
    columns: dict[str, list[str]] = {"parameter": list(checks[0].parameters)}
    for each in checks:
        errors = [c.relative_error for c in each.parameters.values()]
        columns[f"error_{each.recurrent_gradient}"] = [percent(e) if e >= 0.01 else scientific(e, 1) for e in errors]
    for each in checks:
        columns[f"cosine_{each.recurrent_gradient}"] = [f"{c.cosine:.3f}" for c in each.parameters.values()]
    return pd.DataFrame(columns)


def same(shown: pd.DataFrame, expected: pd.DataFrame) -> None:
    assert shown.astype(str).to_dict("list") == expected.to_dict("list")


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


# ---------------------------------------------------------------------- one update


@pytest.mark.slow
def test_the_update_shown_is_the_one_that_training_would_take(visitor: Visitor, small: Experiment) -> None:
    choose(by_sentence(trained(visitor, small.with_training(optimizer="momentum"), UPDATE)), small, "not good at all")
    epoch = visitor.job.status().kept[2]
    looking_at(visitor, epoch)
    state = visitor.job.status().run.at(epoch)
    update = one_update(
        visitor.job.status().model_at(epoch),
        visitor.job.experiment,
        "not good at all",
        "negative",
        epoch=epoch + 1,
        memory=state.memory,
        steps=state.steps,
    )
    drawn = visitor.charts["update-W_hh"]["data"]
    for trace, expected in zip(
        drawn, (update.raw["W_hh"], update.raw["W_hh"] - update.clipped["W_hh"], update.step["W_hh"]), strict=True
    ):
        np.testing.assert_allclose(array(trace["z"]), expected, rtol=1e-6)
    assert update.cut("W_hh").any()
    assert visitor.metrics["Loss before"] == update_messages.loss(update.loss_before)
    assert visitor.metrics["Loss after"] == update_messages.loss(update.loss_after)
    assert visitor.metrics["Norm before clipping"] == update_messages.norm(update.statistics[None].norm_before)
    assert visitor.metrics["Norm after clipping"] == update_messages.norm(update.statistics[None].norm_after)
    assert visitor.metrics["Turned by"] == f"{np.degrees(np.arccos(update.statistics[None].cosine)):.1f}°"
    assert update_messages.update_sentence(update) in visitor.markdown
    (settings,) = [text for text in visitor.markdown if text.startswith("An update by this sentence alone")]
    assert f"epoch {epoch + 1}: *rate 0.1, clip ±0.05, momentum*" in settings
    assert f"The optimizer remembers {state.steps} updates." in settings


def test_it_opens_on_the_update_that_clipping_changed_most(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, UPDATE)
    run = visitor.job.status().run
    found = most_clipped(run)
    assert found is not None
    assert update_messages.clipped_most(found, small) in visitor.markdown
    (row,) = found.rows
    text, label, _ = small.dataset.examples[row - 1]
    before = run.start.with_vector(found.vector)
    update = one_update(before, small, text, label or "", epoch=found.epoch, memory=found.memory, steps=found.steps)
    assert visitor.metrics["Norm before clipping"] == update_messages.norm(update.statistics[None].norm_before)
    np.testing.assert_allclose(array(visitor.charts["update-W_hh"]["data"][0]["z"]), update.raw["W_hh"], rtol=1e-6)


def test_where_clipping_changed_no_update_a_sentence_is_offered_at_once(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small.with_training(clipping="none"), UPDATE)
    assert update_messages.none_clipped(0) in visitor.markdown
    assert [box for box in visitor.app.selectbox if box.label == "Sentence"]


def test_the_elements_are_counted_before_and_after(visitor: Visitor, small: Experiment) -> None:
    set_up(visitor, small).open("gradients").part(UPDATE)
    update = one_update(Model.initial(small), small, *LONGEST)
    traces = visitor.chart("update-elements")
    assert sum(traces["before clipping"]["y"]) == sum(n or 0 for n in traces["after clipping"]["y"]) == Layout.of(small).size
    (table,) = visitor.tables("parameter")
    assert table["parameter"].tolist() == [*Layout.of(small).names, "all together"]
    assert table["before"].tolist() == [update_messages.norm(s.norm_before) for s in update.statistics.values()]


def test_every_parameter_of_every_direction_has_its_picture(visitor: Visitor, small: Experiment) -> None:
    experiment = small.with_model(cell="lstm", bidirectional=True)
    set_up(visitor, experiment).open("gradients").part(UPDATE)
    assert {f"update-{name}" for name in Layout.of(experiment).names} <= set(visitor.charts)


def test_a_step_beyond_all_numbers_is_told(visitor: Visitor, small: Experiment) -> None:
    wild = small.with_training(learning_rate=1.7e308, clipping="none").with_model(init_scale=1.5)
    set_up(visitor, wild).open("gradients").part(UPDATE)
    assert not apologies(visitor)
    for example in small.dataset.examples:
        if example.split == "train":
            choose(visitor, small, example.text)
            if visitor.errors:
                break
    assert visitor.errors == [update_messages.beyond()]


# ---------------------------------------------------------------------- comparisons


@pytest.fixture
def ends_its_comparison(visitor: Visitor) -> Iterator[None]:
    yield
    if visitor.session.runs.comparison is not None:
        visitor.session.runs.comparison.stop()
        wait_until(lambda: visitor.session.runs.comparison is None or not visitor.session.runs.comparison.running)


def compare(visitor: Visitor, field: str, count: int) -> Visitor:
    """Choose what to compare from how many seeds, and press."""
    visitor.app.selectbox(key="comparison-field").set_value(field).run()
    visitor.app.segmented_control(key="comparison-count").set_value(count).run()
    return visitor.press("Train them")


def over(visitor: Visitor) -> Visitor:
    made = visitor.session.runs.comparison
    assert made is not None
    return visitor.until(lambda: not made.running)


@pytest.mark.usefixtures("ends_its_comparison")
def test_the_offer_trains_the_edge_and_turns_to_the_comparison(visitor: Visitor, small: Experiment) -> None:
    set_up(visitor, small).open("gradients").press("See what clipping guards against")
    made = visitor.session.runs.comparison
    assert made is not None
    assert (made.comparison.id, made.trainings) == ("edge", 15)
    assert set(visitor.metrics) == {"no clipping", "±1", "±0.1"}


def test_before_any_comparison_small_pictures_show_what_each_looks_like(visitor: Visitor) -> None:
    visitor.open("gradients").part(COMPARE)
    expected = ["edge", "clipping", "clip_threshold", "recurrent_gradient", "cell", "init_scale"]
    assert [key for key in visitor.charts if key.startswith("sketch-")] == [f"sketch-{name}" for name in expected]
    assert list(visitor.chart("sketch-edge")) == ["no clipping", "±1", "±0.1"]


@pytest.mark.slow
@pytest.mark.usefixtures("ends_its_comparison")
def test_one_press_trains_the_sides_and_counts_seeds(visitor: Visitor) -> None:
    edge = presets.on_the_edge()
    over(compare(set_up(visitor, edge).open("gradients").part(COMPARE), "clip_threshold", 5))
    assert visitor.metrics == {"±1": "0 of 5 learned", "±0.1": "5 of 5 learned"}
    (outcome,) = [text for text in visitor.markdown if text.startswith("**Runs that learned: ")]
    assert outcome.startswith("**Runs that learned: 0 of 5 (±1), 5 of 5 (±0.1).**")
    assert not visitor.app.get("progress")
    for i, one in enumerate(next(pair for pair in comparisons(edge, 5) if pair.id == "clip_threshold").experiments):
        runs = []
        for experiment in (one.with_training(seed=k) for k in range(5)):
            trainer = Trainer(experiment)
            while trainer.advance():
                pass
            runs.append(trainer.history.columns.train_accuracy)
        traces, name = visitor.chart("compared-accuracy"), ("±1", "±0.1")[i]
        assert traces[name]["y"] == np.median(runs, axis=0).tolist()
        assert traces[f"{name}, seed 3 of 5"]["y"] == runs[2].tolist()


@pytest.mark.slow
@pytest.mark.usefixtures("ends_its_comparison")
def test_three_kinds_of_clipping_stand_in_one_picture(visitor: Visitor, small: Experiment) -> None:
    over(compare(set_up(visitor, small).open("gradients").part(COMPARE), "clipping", 1))
    assert list(visitor.metrics) == ["no clipping", "by value", "by norm"]
    assert set(visitor.metrics.values()) <= {"learned", "not learned"}
    for key in ("compared-accuracy", "compared-loss"):
        assert {"no clipping", "by value", "by norm"} <= set(visitor.chart(key))
    assert any("from this seed: " in text for text in visitor.markdown)


@pytest.mark.usefixtures("ends_its_comparison")
def test_what_it_takes_is_told_before_and_what_cannot_be_is_refused(
    visitor: Visitor, small: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(visitor, small).open("gradients").part(COMPARE)
    visitor.app.selectbox(key="comparison-field").set_value("cell").run()
    told = visitor.app.main.caption[0].value
    assert told.startswith("10 runs of 40 epochs, 2 at a time. ")
    most = Layout.of(small).size
    serve(visitor.session, limits=Limits(parameters=most))
    visitor.app.run()
    assert visitor.errors[0].startswith("This comparison cannot be trained. The network would have ")
    (button,) = [button for button in visitor.app.button if button.label == "Train them"]
    assert button.disabled
    assert visitor.session.runs.comparison is None


@pytest.mark.slow
@pytest.mark.usefixtures("ends_its_comparison")
def test_comparisons_go_on_while_their_owner_reads_elsewhere_and_can_be_canceled(visitor: Visitor, endless: Experiment) -> None:
    compare(set_up(visitor, endless).open("gradients").part(COMPARE), "init_scale", 5)
    made = visitor.session.runs.comparison
    assert made is not None
    visitor.open("predictions")
    wait_until(lambda: any(len(run.history) for run in made.runs(0)))
    visitor.open("gradients").part(COMPARE)
    assert visitor.app.main.get("progress")[0].proto.text == "0 of 10 runs finished"
    assert visitor.metrics == {"0.001": "–", "0.1": "–"}
    visitor.press("Cancel")
    over(visitor)
    assert "No run finished, so there is nothing to count." in visitor.markdown
    assert "Cancel" not in visitor.buttons


@pytest.mark.slow
@pytest.mark.usefixtures("ends_its_comparison")
def test_another_comparison_takes_the_place_of_those_in_training(visitor: Visitor, endless: Experiment) -> None:
    compare(set_up(visitor, endless).open("gradients").part(COMPARE), "init_scale", 1)
    first = visitor.session.runs.comparison
    assert first is not None
    visitor.app.selectbox(key="comparison-field").set_value("clipping").run()
    visitor.press("Train these instead")
    wait_until(lambda: not first.running)
    assert visitor.session.runs.comparison is not first
    assert "no clipping" in visitor.metrics


def test_comparisons_are_made_of_what_is_set_and_not_of_the_run(visitor: Visitor, small: Experiment) -> None:
    trained(visitor, small, COMPARE)
    assert not [text for text in visitor.markdown if text.startswith("Comparisons use the experiment")]
    visitor.settings(hidden_size=3).part(COMPARE)
    assert any(text.startswith("Comparisons use the experiment as it is set now:") for text in visitor.markdown)
    assert visitor.session.runs.shown is not None
    assert visitor.session.runs.shown.experiment == small


def test_a_run_that_diverged_is_marked_where_it_ended_and_goes_on_at_its_last_value(visitor: Visitor, small: Experiment) -> None:
    pair = next(pair for pair in comparisons(small, 2) if pair.id == "clip_threshold")
    made = SweepRuns(pair, Presence(), Server(limits=visitor.session.limits))
    for k, (state, accuracies) in enumerate((("diverged", [0.5, 0.25]), ("done", [0.5, 0.75, 1.0]))):
        columns = Columns.empty(len(accuracies), 1)
        columns.train_accuracy[:] = columns.train_loss[:] = accuracies
        made._runs[0, k] = SweepRun(pair.experiments[0], state, History(("W",), columns))  # type: ignore[arg-type]
    visitor.session.runs.comparison = made
    set_up(visitor, small).open("gradients").part(COMPARE)
    traces = visitor.chart("compared-accuracy")
    assert (traces["±1, ended early"]["x"], traces["±1, ended early"]["y"]) == ([2], [0.25])
    assert traces["±1"]["y"] == [0.5, 0.5, 0.625]


@pytest.mark.slow
def test_no_word_of_a_stranger_acts_on_any_part(visitor: Visitor, six: Any) -> None:
    hostile = "<b>x</b> [a](javascript:b) $h$ :red[i] `k`"
    rules = type(six.rules)(strip_punctuation=False)
    data = type(six)((*six.examples, type(six.examples[0])(hostile, "positive", "train")), rules)
    set_up(
        visitor, presets.guide_corrected().with_model(hidden_size=3, init_scale=0.3).with_training(epochs=2)
    ).session.workspace.dataset = data
    visitor.open("gradients")
    for part in PARTS:
        visitor.part(part)
        assert not apologies(visitor)
        for kind, text in visitor.interpreted():
            assert "<b>" not in text, (part, kind)
            assert "javascript:b" not in text or kind == "chart", (part, kind)
